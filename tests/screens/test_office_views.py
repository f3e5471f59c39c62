"""Behind the till: every page has words in both languages, and a button for every tap it takes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Literal

import pytest

from agent.core.assignment import Refusal
from agent.core.backroom import TAPS
from agent.core.compare import Difference, Kind
from agent.core.day import Day
from agent.core.day import Standing as DayStanding
from agent.core.directions import LeavingOrder
from agent.core.events import Instant
from agent.core.figures import Ending, Tally
from agent.core.held import OUTCOMES, HeldOrder
from agent.core.held import Standing as HeldStanding
from agent.core.ids import OrderId, PaymentKey, RefundKey
from agent.core.intents import ABOUT_THE_SCREEN
from agent.core.money import Money
from agent.core.office import GiveBack, Office, Page, Settle
from agent.core.refund import Refund
from agent.core.refund import Standing as RefundStanding
from agent.core.shift import Shift
from agent.core.shift import Standing as ShiftStanding
from agent.core.sold import SoldOrder
from agent.core.state import Terminal
from agent.core.visit import Summary
from agent.screens import contract
from agent.screens.contract import CashierView, Choice, Phrase
from agent.screens.projection import project
from tests.screens.test_projection_total import I18N, keys
from tests.shop import terminal

AT = Instant(61_000, 1_790_000_000_000)
ORDER, KEY = OrderId("desk-01-7f3a-000012"), PaymentKey("desk-01-7f3a-000012-1")
SOLD = SoldOrder(ORDER, KEY, "wechat", Money(2380), "paid", AT.utc_ms, Money(0))
TALLIES = tuple(Tally(20_717, "moonpay", ending, 3, 2640) for ending in Ending)
DIFFERENCES = tuple(Difference(kind, KEY, ORDER, 880, 0, 880) for kind in Kind)
SUMMARY = Summary(ORDER, "face", Money(880), "held", 1, None, None, None)


@cache
def states() -> tuple[Terminal, ...]:
    new = terminal()
    new = replace(new, rules=replace(new.rules, manager_pin="a record", serial="FROG8-000123"))
    return tuple(
        replace(new, kept=replace(new.kept, **kept), office=office) for kept, office in [*_offices()]
    )


def _offices() -> Iterator[tuple[dict[str, object], Office]]:
    for page in Page:
        yield {}, Office(page)
    partly = replace(SOLD, refunded=Money(1000))
    for found in ((), (SOLD,), (partly, replace(SOLD, refunded=SOLD.amount))):
        yield {}, Office(Page.FIND, found=found)
    for order in (SOLD, replace(SOLD, outcome="held")):
        for page in (Page.ORDER, Page.PART):
            yield {}, Office(page, order=order)
    for errand in (GiveBack(SOLD, Money(5)), Settle(KEY, True), Settle(KEY, False)):
        yield {}, Office(Page.PIN, errand=errand)
        yield {}, Office(Page.REASON, errand=errand)
    for back in RefundStanding:
        refund = Refund(RefundKey(f"{ORDER}-R1"), ORDER, 1, Money(5), "wechat", None, back)
        yield {"refunds": (refund,)}, Office(Page.REFUND, refund=refund.key)
        yield {"refunds": (refund,)}, Office(Page.MENU)
        yield {"refunds": (refund,)}, Office(Page.FIND, found=(partly,))
    for order in (LeavingOrder("q-1", "retire"), LeavingOrder("q-2", "move", "S-9", "店", "Shop", 4)):
        for unsent in (None, 0, 3):
            yield {}, Office(Page.LEAVING, leaving=order, unsent=unsent)
    for why in Refusal:
        yield {}, Office(Page.TERMINAL, refusal=why, unsent=1, parked=1)
    yield {"days": (Day(20_717),)}, Office(Page.TERMINAL, unsent=2, parked=1)
    for doubt in HeldStanding:
        for verdict in ("", "paid", "notpaid"):
            case = HeldOrder(KEY, SUMMARY, AT.utc_ms, doubt, verdict, verdict and "other_way")
            for page in (Page.MENU, Page.HELD, Page.VERDICT):
                yield {"held": (case,)}, Office(page, held=KEY)
    for standing in ShiftStanding:
        for counted in (None, 22_640, 1):
            shift = Shift(3, standing, "17", AT.utc_ms, 20_000, TALLIES, AT.utc_ms, counted)
            yield {"shift": shift}, Office(Page.SHIFT)
            yield {"last_shift": shift}, Office(Page.SHIFT)
    for day in DayStanding:
        for count in (0, len(DIFFERENCES)):
            at_hand = Day(20_717, day, TALLIES, 1, DIFFERENCES[:count], count, "days/x.csv")
            yield {"days": (at_hand,)}, Office(Page.DAY, day=20_717)
            yield {"days": (at_hand,)}, Office(Page.DAYS)


def views() -> Iterator[tuple[Page, CashierView]]:
    for state in states():
        assert state.office is not None
        yield state.office.page, project(state, AT)[1]


def test_only_leaving_the_shop_looks_like_danger() -> None:
    for page, view in views():
        marked = {button.intent for button in view.buttons if button.danger}
        assert marked <= {"leave_shop"}, page
        assert marked == {button.intent for button in view.buttons} & {"leave_shop"}


@pytest.mark.parametrize("name", ["hyla_zh.ts", "hyla_en.ts"])
def test_every_phrase_of_the_back_office_is_translated(name: str) -> None:
    translated = {
        message.get("id"): message.findtext("translation")
        for message in ET.parse(I18N / name).iter("message")
    }
    said = {key for _, view in views() for key in keys(view)}
    said |= {value for _, view in views() for value in _keys_in_values(view)}
    assert sorted(key for key in said if not translated.get(key)) == []
    assert not [key for key in said if "moonpay" in key]


def _keys_in_values(view: CashierView) -> Iterator[str]:
    for phrase in (view.headline, *(figure.label for figure in view.figures)):
        yield from (value for value in phrase.values.values() if value.startswith(("method.", "day.")))


def wanted(view: CashierView) -> set[str]:
    """Every tap this view offers: buttons, rows, what is typed."""
    typed = {view.question.intent} if view.question else set()
    rows = {choice.intent for choice in view.choices if choice.intent}
    return {button.intent for button in view.buttons} | rows | typed


def test_every_button_behind_the_till_does_something_and_every_tap_has_one() -> None:
    offered = {(page, intent) for page, view in views() for intent in wanted(view) - ABOUT_THE_SCREEN}
    taken = {(page, str(intent)) for page, intent in TAPS}
    assert offered - taken == set()
    assert taken - offered == set()


def test_no_two_buttons_of_a_page_share_a_key() -> None:
    for page, view in views():
        used = [button.keys for button in view.buttons if button.keys]
        assert len(used) == len(set(used)), (page, used)


def test_every_page_travels_over_the_link_unchanged() -> None:
    for _, view in views():
        assert contract.decode_downward(contract.encode(view)) == view


def test_what_should_be_in_the_drawer_is_not_said_before_it_was_counted() -> None:
    for state in states():
        if state.office is not None and state.office.page in (Page.SHIFT, Page.COUNT):
            counted = state.kept.shift.counted_minor or (state.kept.last_shift or Shift()).counted_minor
            shown = {figure.label.key for figure in project(state, AT)[1].figures}
            assert ("figure.expected" not in shown) or counted is not None


@pytest.mark.parametrize("standing", HeldStanding)
def test_what_only_a_person_says_is_never_shown_as_what_the_provider_says(standing: HeldStanding) -> None:
    """In the list of the last orders, in the list of those found, and on the order's own page."""
    summary = replace(SUMMARY, outcome=OUTCOMES[standing])
    case = HeldOrder(KEY, summary, AT.utc_ms, standing)
    new = terminal()
    new = replace(new, kept=replace(new.kept, held=(case,), recent=(summary,)))
    found = replace(SOLD, outcome=summary.outcome)
    said = standing in ("said_paid", "said_not_paid")
    word, sure = f"outcome.{standing if said else summary.outcome}", not said and summary.outcome == "paid"
    (row,) = project(new, AT)[1].orders
    assert (row.outcome.key, row.tone == "good") == (word, sure)
    (choice,) = project(replace(new, office=Office(Page.FIND, found=(found,))), AT)[1].choices
    assert (choice.detail.key, choice.tone == "good") == (word, sure)
    figures = project(replace(new, office=Office(Page.ORDER, order=found)), AT)[1].figures
    assert word in [figure.phrase.key for figure in figures if figure.phrase]


@pytest.mark.parametrize(("refunded_minor", "word", "left"), [
    (0, "outcome.paid", {}),
    (1000, "refund.partly_refunded", {"left": "¥13.80"}),
    (2380, "refund.refunded", {}),
])  # fmt: skip
def test_a_refund_is_seen_in_the_list_of_orders(
    refunded_minor: int, word: str, left: dict[str, str]
) -> None:
    row = found_row(replace(SOLD, refunded=Money(refunded_minor)))
    assert (row.detail, row.tone == "good") == (Phrase(word, left), refunded_minor == 0)
    assert row.amount == "¥23.80"


@pytest.mark.parametrize("standing", RefundStanding)
def test_a_refund_nobody_has_confirmed_yet_is_not_called_refunded(standing: RefundStanding) -> None:
    refund = Refund(RefundKey(f"{ORDER}-R1"), ORDER, 1, SOLD.amount, "wechat", None, standing)
    given = SOLD.amount if standing != "refused" else Money(0)  # as the archive counts it
    row = found_row(replace(SOLD, refunded=given), refund)
    word = "outcome.paid" if standing == "refused" else f"refund.{standing}"
    assert (row.detail.key, row.tone) == (word, FOUND_TONES.get(standing, "unsure"))
    other = replace(refund, order_id=OrderId("desk-01-7f3a-000011"))
    assert found_row(SOLD, other).detail == Phrase("outcome.paid")


@pytest.mark.parametrize(("language", "ours", "next_one"), [
    ("zh", "好邻居便利店", "店"), ("en", "Good Neighbour", "Shop"),
])  # fmt: skip
def test_pages_of_leaving_name_the_shops_in_the_cashiers_language(
    language: Literal["zh", "en"], ours: str, next_one: str
) -> None:
    order = LeavingOrder("q-2", "move", "S-9", "店", "Shop", 4)
    for page in (Page.TERMINAL, Page.LEAVING, Page.DEPARTING):
        new = replace(terminal(), languages={"cashier": language})
        view = project(replace(new, office=Office(page, leaving=order, unsent=0)), AT)[1]
        named = {figure.label.key: figure.text for figure in view.figures}
        assert named["setup.shop_name"] == ours, page
        assert view.headline.values.get("shop", next_one) == next_one, page


def test_what_only_a_person_says_is_said_before_what_went_back() -> None:
    assert found_row(replace(SOLD, outcome="held", refunded=Money(5))).detail == Phrase("outcome.held")


FOUND_TONES = {RefundStanding.REFUNDED: "plain", RefundStanding.REFUSED: "good"}


def found_row(order: SoldOrder, *refunds: Refund) -> Choice:
    """The one row of the list in which this order was found."""
    new = terminal()
    new = replace(new, kept=replace(new.kept, refunds=refunds), office=Office(Page.FIND, found=(order,)))
    (row,) = project(new, AT)[1].choices
    return row
