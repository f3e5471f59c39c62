"""An order in doubt: settled by a manager with a reason, and looked at until the cloud has spoken."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from agent.core.charge import Captured, Declined, NeverSeen, Pending, Voided
from agent.core.commands import AskQuery, AskVoid, KeepRecord, StartTimer
from agent.core.events import Device, DeviceUp, Instant, Intent, Started
from agent.core.held import (
    FINAL,
    MEANING,
    TABLE,
    HeldOrder,
    Signal,
    Standing,
    answered,
    begin,
    judged,
    step,
    timer_fired,
)
from agent.core.ids import OrderId, PaymentKey, Secret
from agent.core.money import Money
from agent.core.office import Page
from agent.core.staff import pin_record
from agent.core.visit import Stage, Summary
from agent.turn import take
from tests.playbook import NOTHING, Playbook, says, taps
from tests.shop import terminal, to_held

PIN = "2468"
CASE = HeldOrder(
    PaymentKey("till-1-7f3a-000001-1"),
    Summary(OrderId("till-1-7f3a-000001"), "face", Money(880), "held", 1, None, None, None),
    0,
)


@pytest.fixture
def shop() -> Playbook:
    """The link died while money was asked for; the horizon passed; the next customer may come."""
    new = terminal()
    manager = replace(new, rules=replace(new.rules, manager_pin=pin_record(Secret(PIN), bytes(16))))
    return to_held(Playbook(manager))


def key(shop: Playbook) -> str:
    return shop.state.kept.held[-1].key


def settled(shop: Playbook, verdict: Intent) -> Playbook:
    """The cashier finds the case, says what became of it and why, and the manager agrees."""
    shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_HELD) >> taps(Intent.PICK, key(shop)) >> taps(verdict)
    return shop >> taps(Intent.PICK, "seen_on_phone") >> taps(Intent.GIVE_PIN, PIN)


def outcome(shop: Playbook) -> str:
    return shop.state.kept.recent[0].outcome


def test_doubt_ends_by_the_clouds_late_word_and_the_list_says_so(shop: Playbook) -> None:
    first = key(shop)
    shop >> taps(Intent.DONE) << Stage.IDLE
    shop >> DeviceUp(Device.CLOUD) << AskVoid(PaymentKey(first))
    shop >> says(Captured(), first) << KeepRecord
    assert (outcome(shop), shop.state.notice) == ("paid", "held_paid")


def test_while_nobody_knows_each_question_fences_the_key(shop: Playbook) -> None:
    first = key(shop)
    shop.after(16 * shop.state.rules.waits.query_every_ms).without(AskVoid)
    assert shop.state.kept.held[0].questions > 1
    shop >> says(Pending(), first) << NOTHING
    shop >> says(NeverSeen(), first) << NOTHING
    shop >> says(Declined("conflict"), first) << NOTHING
    shop >> says(Voided(), first) << KeepRecord
    assert outcome(shop) == "notpaid"


def test_once_somebody_said_paid_the_key_is_asked_about_and_never_fenced(shop: Playbook) -> None:
    settled(shop, Intent.SAY_PAID) << AskQuery(PaymentKey(key(shop))) << KeepRecord
    assert outcome(shop) == "paid"
    asked = shop.state.kept.held[0].questions
    shop.after(64 * shop.state.rules.waits.query_every_ms).without(AskQuery)
    assert shop.state.kept.held[0].questions > asked
    shop.finish()


def test_a_contradiction_is_said_and_stays_until_somebody_has_read_it(shop: Playbook) -> None:
    settled(shop, Intent.SAY_NOT_PAID) << AskVoid << KeepRecord
    shop >> says(Captured(), key(shop)) << KeepRecord
    assert (outcome(shop), shop.state.notice) == ("paid", "held_contradicted")
    assert shop.state.kept.held[0].contradicted
    shop >> taps(Intent.DONE)
    assert shop.state.kept.held == ()
    assert shop.state.office is not None
    assert shop.state.office.page is Page.HELD


def test_a_verdict_needs_a_reason_and_a_manager(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_HELD) >> taps(Intent.PICK, key(shop))
    shop >> taps(Intent.SAY_PAID) >> taps(Intent.PICK, "because") << NOTHING
    shop >> taps(Intent.PICK, "seen_in_statement") >> taps(Intent.GIVE_PIN, "9999")
    assert (shop.state.notice, shop.state.kept.held[0].standing) == ("pin_wrong", Standing.OPEN)


def test_a_restart_forgets_no_doubt(shop: Playbook) -> None:
    shop >> Started() << AskVoid(PaymentKey(key(shop)))


def test_the_attempt_stays_open_on_disk_until_the_cloud_has_spoken(shop: Playbook) -> None:
    first = key(shop)
    settled(shop, Intent.SAY_PAID) << AskQuery << KeepRecord
    late = says(Captured(), first)(shop.state)  # type: ignore[operator]
    entry = take(shop.state, late, Instant(shop.now_ms, 0)).entry
    assert entry is not None
    assert [(row.key, row.open, row.outcome) for row in entry.attempts] == [(first, False, "captured")]


def test_it_is_asked_ever_more_rarely_and_at_least_once_an_hour() -> None:
    case, waits_s = begin(CASE.key, CASE.summary, 0, 5_000)[0], []
    for _ in range(20):
        case, wishes = timer_fired(case, case.timer, 5_000)
        assert wishes[0] == AskVoid(CASE.key)
        [timer] = [wish for wish in wishes if isinstance(wish, StartTimer)]
        assert (timer.name, timer.generation) == (f"held:{CASE.key}", case.timer)
        waits_s.append(timer.after_ms // 1_000)
    assert waits_s[:10] == [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600]
    assert set(waits_s[10:]) == {3_600}


def test_a_link_that_comes_back_begins_the_asking_anew() -> None:
    tired = replace(CASE, questions=9)
    assert step(tired, Signal.LINK_BACK, 5_000)[0].questions == 1
    assert step(tired, Signal.RESTARTED, 5_000)[0].questions == 1
    assert step(tired, Signal.DUE, 5_000)[0].questions == 10


def test_an_old_timer_asks_nothing() -> None:
    case = replace(CASE, timer=3)
    assert timer_fired(case, 2, 5_000) == (case, ())


@pytest.mark.parametrize(("paid", "word"), [(True, "paid"), (False, "notpaid")])
def test_a_verdict_keeps_its_word_and_its_reason_until_the_cloud_agrees(paid: bool, word: str) -> None:
    said, _ = judged(CASE, paid, "seen_on_phone", 5_000)
    assert (said.verdict, said.reason, said.outcome, said.contradicted) == (
        word,
        "seen_on_phone",
        word,
        False,
    )
    sure, _ = answered(said, Captured() if paid else Voided(), 5_000)
    other, _ = answered(said, Voided() if paid else Captured(), 5_000)
    assert (sure.open, sure.contradicted, other.open, other.contradicted) == (False, False, False, True)
    assert judged(sure, not paid, "other_way", 5_000) == (sure, ())


@pytest.mark.parametrize(("standing", "signal"), list(product(Standing, Signal)))
def test_what_the_table_does_not_list_changes_nothing(standing: Standing, signal: Signal) -> None:
    case = replace(CASE, standing=standing)
    after, wishes = step(case, signal, 5_000)
    if signal in TABLE[standing]:
        assert after.standing is TABLE[standing][signal][0]
    else:
        assert (after, wishes) == (case, ())


def test_every_standing_has_a_meaning_and_every_doubt_a_way_out() -> None:
    assert set(MEANING) == set(TABLE) == set(Standing)
    assert {Standing.PAID, Standing.NOT_PAID} == FINAL
    for standing in set(Standing) - FINAL:
        assert {row[0] for row in TABLE[standing].values()} >= FINAL


def test_a_question_that_was_put_off_is_not_asked_besides_the_new_one() -> None:
    taken, wishes = begin(CASE.key, CASE.summary, 0, 5_000)
    again, more = step(taken, Signal.LINK_BACK, 5_000)
    [first] = [wish for wish in wishes if isinstance(wish, StartTimer)]
    [second] = [wish for wish in more if isinstance(wish, StartTimer)]
    assert timer_fired(again, first.generation, 5_000) == (again, ())
    assert timer_fired(again, second.generation, 5_000)[1][0] == AskVoid(CASE.key)


@pytest.mark.parametrize("on_trust", [True, False])
def test_a_case_knows_whether_its_goods_had_left_before(on_trust: bool) -> None:
    assert begin(CASE.key, CASE.summary, 0, 5_000, on_trust=on_trust)[0].on_trust is on_trust
