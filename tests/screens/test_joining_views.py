"""The pages of somebody who becomes a member: each has words in both languages, and no number in it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent.core.consent import NOTICE, AgeGroup, Purpose
from agent.core.events import Instant, Intent
from agent.core.evidence import Hint
from agent.core.identity import Look
from agent.core.ids import Secret
from agent.core.joining import Joining, JoinPage, JoinRules
from agent.core.joining_desk import TAPS
from agent.core.state import Terminal
from agent.screens import contract
from agent.screens.contract import CashierView, CustomerView
from agent.screens.joining_views import TROUBLES
from agent.screens.projection import project
from tests.playbook import Playbook
from tests.shop import terminal, to_choose

AT = Instant(3_000, 1_790_000_000_000)
I18N = Path(__file__).resolve().parents[2] / "ui" / "i18n"
PHONE = "13800135678"


def states() -> Iterator[Terminal]:
    """Every page, with every trouble, tick and hint that may stand on it."""
    t = terminal()
    t = to_choose(Playbook(replace(t, rules=replace(t.rules, joining=JoinRules(enabled=True))))).state
    for page in JoinPage:
        joining = Joining(
            t.visit.stage_no, page, 3, tuple(Purpose), AgeGroup.UNDER_14, Secret("13911112222"),
            Secret(PHONE), 1, name_masked="138********",
        )  # fmt: skip
        troubles = TROUBLES if page is JoinPage.ENDED else ("", "phone", "tick")
        for trouble in troubles:
            yield replace(t, joining=replace(joining, trouble=trouble))
        yield replace(t, joining=replace(joining, purposes=()))
        for hint in (None, *Hint):
            yield replace(t, joining=joining, look=Look(1, hint=hint))


def views() -> list[tuple[Terminal, CustomerView, CashierView]]:
    english = [replace(t, languages={"customer": "en", "cashier": "en"}) for t in states()]
    return [(state, *project(state, AT)) for state in (*states(), *english)]


def test_every_page_travels_over_the_link_unchanged() -> None:
    for _, customer, cashier in views():
        assert contract.decode_downward(contract.encode(customer)) == customer
        assert contract.decode_downward(contract.encode(cashier)) == cashier


def test_the_number_that_was_typed_is_never_in_a_view() -> None:
    for _, customer, cashier in views():
        for view in (customer, cashier):
            text = msgspec.json.encode(view).decode()
            assert not any(word in text for word in (PHONE, PHONE[-4:], "13911112222", "2222"))


def test_every_button_does_something_on_its_page_and_every_tap_has_one() -> None:
    offered = set()
    for state, customer, _ in views():
        assert state.joining is not None
        intents = [Intent(button.intent) for button in customer.buttons]
        intents += [Intent(tick.intent) for tick in customer.ticks]
        here = [one for one in intents if not one.startswith("switch_")]
        assert all((state.joining.page, one) in TAPS for one in here), state.joining.page
        offered |= {(state.joining.page, one) for one in here}
    assert offered | {(page, Intent.STOP_JOINING) for page in JoinPage} >= TAPS.keys()


def test_whoever_does_not_want_to_can_leave_every_page_but_the_moment_of_writing() -> None:
    for state, customer, _ in views():
        assert state.joining is not None
        ways = {"stop_joining", "back"} & {button.intent for button in customer.buttons}
        assert ways or state.joining.page is JoinPage.KEEPING


def test_nothing_is_ticked_beforehand_and_nothing_agreed_without_a_tick() -> None:
    t = next(iter(states()))
    fresh = replace(t, joining=Joining(t.visit.stage_no))
    customer, _ = project(fresh, AT)
    assert [tick.ticked for tick in customer.ticks] == [False, False]
    enabled = {button.intent: button.enabled for button in customer.buttons}
    assert (enabled["agree"], enabled["under_14"], enabled["read_all"]) == (False, False, True)


def test_the_whole_notice_is_shown_word_for_word() -> None:
    for state, customer, _ in views():
        if state.joining is not None and state.joining.page is JoinPage.ALL_TERMS:
            shown = NOTICE.en if customer.language == "en" else NOTICE.zh
            signs = str.maketrans("，；：", ",;:")
            assert customer.body.translate(signs) == shown.translate(signs)


def test_the_cashier_reads_that_somebody_joins() -> None:
    for _, _, cashier in views():
        assert cashier.detail is not None
        assert cashier.detail.key == "cashier.joining"


@pytest.mark.parametrize("name", ["hyla_zh.ts", "hyla_en.ts"])
def test_every_phrase_is_translated(name: str) -> None:
    known = {message.get("id") for message in ET.parse(I18N / name).iter("message")}
    for _, customer, cashier in views():
        phrases = [customer.headline, customer.detail, cashier.detail]
        phrases += [button.label for button in customer.buttons]
        missing = {phrase.key for phrase in phrases if phrase is not None} - known
        assert not missing
