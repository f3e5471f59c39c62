"""How a visit changes its stage: counted, timed, and with the eyes closed where nobody is looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.basket import Basket
from agent.core.commands import RestFaces, StartTimer
from agent.core.identity import Look
from agent.core.ids import PersonId
from agent.core.joining import JoinRules
from agent.core.stages import enter, leave, next_visit, offer, say
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage, Visit
from tests.playbook import Playbook
from tests.shop import RULES, terminal, to_choose, to_face

WAITS = {
    Stage.FACE: RULES.people.face_wait_ms,
    Stage.DIGITS: RULES.people.digits_wait_ms,
    Stage.MATCH: RULES.people.match_wait_ms,
    Stage.CONFIRM: RULES.people.confirm_wait_ms,
    Stage.PAID: RULES.people.paid_shown_ms,
    Stage.OWED: RULES.people.paid_shown_ms,
}
CHOOSING = to_choose(Playbook(terminal())).state
LOOKING = to_face(Playbook(terminal())).state


def timers(turn: Turn) -> list[StartTimer]:
    return [wish for wish in turn.commands if isinstance(wish, StartTimer)]


def shop(**changes: object) -> Terminal:
    return replace(CHOOSING, rules=replace(CHOOSING.rules, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_waits_for_a_person_as_long_as_the_rules_say(stage: Stage) -> None:
    turn = enter(CHOOSING, stage)
    number = CHOOSING.visit.stage_no + 1
    assert timers(turn) == ([StartTimer("stage", number, WAITS[stage])] if stage in WAITS else [])
    assert (turn.state.visit.stage, turn.state.visit.stage_no) == (stage, number)


def test_where_there_is_something_to_do_after_paying_the_page_stays_longer() -> None:
    offers_ms = RULES.people.offers_shown_ms
    assert offers_ms > RULES.people.paid_shown_ms
    joining = shop(joining=JoinRules(enabled=True))
    invoice = shop(after_payment=replace(RULES.after_payment, invoice_url="https://example.com/i"))
    friend = shop(after_payment=replace(RULES.after_payment, friend_url="https://example.com/f"))
    for t in (joining, invoice, friend):
        assert timers(enter(t, Stage.PAID))[0].after_ms == offers_ms
    member = enter(joining, Stage.PAID, visit=replace(CHOOSING.visit, person=PersonId("li")))
    assert timers(member)[0].after_ms == RULES.people.paid_shown_ms


def test_a_new_stage_has_its_own_reason_and_no_notice_of_the_last() -> None:
    before = replace(CHOOSING, notice="busy")
    assert (say(CHOOSING, "busy").state.notice, say(CHOOSING, "busy").commands) == ("busy", ())
    turn = enter(before, Stage.NOT_PAID, reason="funds")
    assert (turn.state.visit.reason, turn.state.notice) == ("funds", "")
    assert enter(turn.state, Stage.CHOOSE).state.visit.reason == ""


@pytest.mark.parametrize("stage", Stage)
def test_the_eyes_rest_wherever_nobody_is_looked_for(stage: Stage) -> None:
    assert isinstance(LOOKING.look, Look)
    turn, looks = enter(LOOKING, stage), stage in (Stage.FACE, Stage.MATCH)
    assert (turn.state.look, RestFaces() in turn.commands) == (LOOKING.look if looks else None, not looks)
    assert RestFaces() not in enter(CHOOSING, stage).commands  # they rest already


def test_the_next_customer_has_an_empty_basket_and_no_old_timer() -> None:
    left = leave(CHOOSING).state.visit
    assert left == Visit(Basket("CNY"), stage_no=CHOOSING.visit.stage_no + 1)
    assert next_visit(CHOOSING).stage_no == CHOOSING.visit.stage_no


def test_without_a_finger_the_customer_is_asked_for_the_code_at_once() -> None:
    assert (offer(CHOOSING), offer(shop(customer_touch=False))) == (Stage.CHOOSE, Stage.CODE)
