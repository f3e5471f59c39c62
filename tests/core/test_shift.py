"""A shift: started, sold on, counted. The shifts of a day add up to the day."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core import invariants
from agent.core.charge import Captured, Declined, Voided
from agent.core.commands import AskVoid, KeepRecord
from agent.core.events import Intent
from agent.core.figures import DAY_MS, Ending, Tally, added, business_day, by_method, day_text
from agent.core.ids import PaymentKey, Secret
from agent.core.invariants import InvariantBroken
from agent.core.office import Page
from agent.core.shift import MEANING, TABLE, Shift, Signal, Standing, step
from agent.core.staff import pin_record
from agent.core.state import Turn
from agent.core.visit import Stage
from tests.core.test_refund_desk import PIN, SOLD, to_pin
from tests.playbook import NOTHING, Playbook, Slot, says, taps
from tests.shop import restarted, terminal, to_cash, to_choose, to_held, to_not_paid, to_paying


@pytest.fixture
def shop() -> Playbook:
    return Playbook(terminal())


def to_shift(shop: Playbook) -> Playbook:
    return shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_SHIFT)


def begins(shop: Playbook, cashier: str = "17", float_: str = "200") -> Playbook:
    to_shift(shop) >> taps(Intent.START_SHIFT) >> taps(Intent.GIVE_NUMBER, cashier)
    return shop >> taps(Intent.GIVE_AMOUNT, float_)


def ends(shop: Playbook, counted: str) -> Playbook:
    return to_shift(shop) >> taps(Intent.END_SHIFT) >> taps(Intent.GIVE_AMOUNT, counted)


def pays_cash(shop: Playbook) -> Playbook:
    to_cash(shop) >> taps(Intent.CASH_RECEIVED) << KeepRecord << Stage.PAID
    return shop >> taps(Intent.DONE)


def figures(shop: Playbook) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (tally.method, tally.ending.value): (tally.count, tally.sum_minor)
        for tally in by_method(shop.state.kept.shift.tallies)
    }


def test_a_cashier_starts_sells_for_cash_counts_and_sees_the_difference(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    begins(shop) >> taps(Intent.LEAVE)
    pays_cash(shop)
    ends(shop, "208.30") << record
    done = shop.state.kept.last_shift
    assert done is not None
    assert (done.cashier, done.expected_minor, done.difference_minor) == ("17", 20_880, -50)
    assert (record.wish.kind, record.wish.data["counted_minor"]) == ("shift", 20_830)
    assert shop.state.kept.shift.standing is Standing.NOBODYS


def test_selling_does_not_wait_for_a_shift_and_is_counted_as_nobodys(shop: Playbook) -> None:
    pays_cash(shop)
    assert figures(shop) == {("cash", "sold"): (1, 880)}
    begins(shop) << KeepRecord
    assert shop.state.kept.last_shift is not None
    assert shop.state.kept.last_shift.cashier == ""
    assert (shop.state.kept.shift.number, shop.state.kept.shift.tallies) == (2, ())


def test_a_shift_nobody_sold_in_leaves_no_gap_in_the_numbers(shop: Playbook) -> None:
    begins(shop)
    assert (shop.state.kept.shift.number, shop.state.kept.last_shift) == (1, None)


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.234"])
def test_an_amount_that_is_none_is_asked_for_again(shop: Playbook, typed: str) -> None:
    begins(shop, float_=typed)
    assert (shop.state.notice, shop.state.kept.shift.standing) == ("count_amount", Standing.NOBODYS)


@pytest.mark.parametrize("typed", ["", "12.3", "a", "123456789"])
def test_a_cashiers_number_is_digits(shop: Playbook, typed: str) -> None:
    to_shift(shop) >> taps(Intent.START_SHIFT) >> taps(Intent.GIVE_NUMBER, typed)
    assert shop.state.notice == "cashier_number"
    assert shop.state.office is not None
    assert shop.state.office.page is Page.CASHIER


def test_every_way_something_ends_is_counted_once(shop: Playbook) -> None:
    to_choose(shop) >> taps(Intent.CANCEL) << KeepRecord
    to_not_paid(shop) >> taps(Intent.CANCEL) << KeepRecord
    to_paying(shop) >> says(Captured(8, 108)) << KeepRecord >> says(Captured(8, 108)) >> taps(Intent.DONE)
    assert figures(shop) == {
        ("", "cancelled"): (1, 880),
        ("face", "cancelled"): (1, 880),
        ("face", "sold"): (1, 880),
    }


def test_a_held_order_is_counted_when_it_is_held_and_again_when_it_is_settled(shop: Playbook) -> None:
    to_held(shop)
    key = shop.state.kept.held[0].key
    shop >> says(Voided(), key) << KeepRecord
    assert figures(shop) == {("face", "held"): (1, 880), ("face", "settled_not_paid"): (1, 880)}


def test_what_the_cloud_contradicts_is_taken_back_from_the_figures() -> None:
    new = terminal()
    shop = Playbook(replace(new, rules=replace(new.rules, manager_pin=pin_record(Secret(PIN), bytes(16)))))
    to_held(shop)
    key = PaymentKey(shop.state.kept.held[0].key)
    shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_HELD) >> taps(Intent.PICK, key)
    shop >> taps(Intent.SAY_NOT_PAID) >> taps(Intent.PICK, "customer_denies")
    shop >> taps(Intent.GIVE_PIN, PIN) << AskVoid << KeepRecord
    assert figures(shop)["face", "settled_not_paid"] == (1, 880)
    shop >> says(Captured(), key) << KeepRecord
    assert figures(shop) == {("face", "held"): (1, 880), ("face", "settled_paid"): (1, 880)}


def test_cash_given_back_is_missing_from_the_drawer() -> None:
    new = terminal()
    shop = Playbook(replace(new, rules=replace(new.rules, manager_pin=pin_record(Secret(PIN), bytes(16)))))
    begins(shop) >> taps(Intent.LEAVE)
    to_pin(shop, replace(SOLD, payment_key=None, method="cash")) >> taps(Intent.GIVE_PIN, PIN) << KeepRecord
    assert shop.state.kept.shift.expected_minor == 20_000 - 2_380


def test_a_restart_forgets_neither_cashier_nor_figures(shop: Playbook) -> None:
    begins(shop) >> taps(Intent.LEAVE)
    pays_cash(shop)
    again = restarted(shop)
    assert again.state.kept.shift == shop.state.kept.shift
    assert (again.state.kept.shift.cashier, again.state.kept.shift.float_minor) == ("17", 20_000)


def test_figures_that_grow_by_themselves_stop_the_process(shop: Playbook) -> None:
    before = shop.state
    more = (Tally(1, "cash", Ending.SOLD, 1, 880),)
    shift = replace(before.kept.shift, tallies=more)
    with pytest.raises(InvariantBroken, match="add up"):
        invariants.check(before, Turn(replace(before, kept=replace(before.kept, shift=shift))))


@settings(max_examples=settings.default.max_examples * 2 // 5, deadline=None)
@given(st.lists(st.sampled_from(["cash", "cancel", "captured", "declined", "begin", "end", "night"])))
def test_the_shifts_of_a_day_add_up_to_the_day(story: list[str]) -> None:
    """Whatever happens in whatever order, also over midnight; the invariants look at every turn as well."""
    shop, shifts = Playbook(terminal()), []
    for word in story:
        if word == "cash":
            pays_cash(shop)
        elif word == "cancel":
            to_choose(shop) >> taps(Intent.CANCEL) << KeepRecord
        elif word == "captured":
            to_paying(shop) >> says(Captured()) << KeepRecord >> taps(Intent.DONE)
        elif word == "declined":
            to_paying(shop) >> says(Declined("funds")) >> taps(Intent.CANCEL) << KeepRecord
        elif word == "night":
            shop.after(DAY_MS)
        else:
            (begins(shop) if word == "begin" else ends(shop, "1")).without(KeepRecord)
            shop._pending = []
        last = shop.state.kept.last_shift
        shifts = [one for one in shifts if last is None or one.number != last.number] + (
            [last] if last else []
        )
    everything = [tally for one in (*shifts, shop.state.kept.shift) for tally in one.tallies]
    days = [tally for day in shop.state.kept.days for tally in day.tallies]
    assert added((), everything) == added((), days)


@pytest.mark.parametrize(("standing", "signal"), list(product(Standing, Signal)))
def test_what_the_table_does_not_list_changes_nothing(standing: Standing, signal: Signal) -> None:
    shift = Shift(standing=standing)
    after = step(shift, signal, 5)
    assert after.standing is TABLE[standing].get(signal, standing)
    assert (after is shift) == (signal not in TABLE[standing])


def test_every_standing_has_a_meaning() -> None:
    assert set(MEANING) == set(TABLE) == set(Standing)


def test_a_business_day_may_begin_when_the_night_shift_goes_home() -> None:
    four_hours_ms = 4 * 3_600_000
    shanghai_ms = 8 * 3_600_000 - four_hours_ms
    half_past_three_ms = 1_790_019_000_000  # 2026-09-21T19:30Z, 03:30 of the 22nd in Shanghai
    assert day_text(business_day(half_past_three_ms, shanghai_ms)) == "2026-09-21"
    assert day_text(business_day(half_past_three_ms + four_hours_ms, shanghai_ms)) == "2026-09-22"


def test_a_shift_knows_when_it_began_and_when_it_ended(shop: Playbook) -> None:
    began = begins(shop).at.utc_ms
    assert (shop.state.kept.shift.started_utc_ms, shop.state.kept.shift.number) == (began, 1)
    shop.after(60_000)
    done_at = ends(shop, "200").at.utc_ms
    done = shop.without(KeepRecord).state.kept.last_shift
    assert done is not None
    assert (done.started_utc_ms, done.ended_utc_ms, done.counted_minor) == (began, done_at, 20_000)
    after = shop.state.kept.shift
    assert (after.number, after.started_utc_ms, after.standing) == (2, done_at, Standing.NOBODYS)
    shop._pending = []


def test_what_nobody_has_counted_has_no_difference(shop: Playbook) -> None:
    begins(shop)
    assert (shop.state.kept.shift.counted_minor, shop.state.kept.shift.difference_minor) == (None, None)


@pytest.mark.parametrize("typed", [[], ["17"]], ids=["from the number", "from the float"])
def test_one_step_back_forgets_the_number_that_was_typed(shop: Playbook, typed: list[str]) -> None:
    to_shift(shop) >> taps(Intent.START_SHIFT)
    for number in typed:
        shop >> taps(Intent.GIVE_NUMBER, number)
        assert shop.state.office is not None
        assert (shop.state.office.page, shop.state.office.cashier) == (Page.FLOAT, "17")
    shop >> taps(Intent.STEP_BACK)
    assert shop.state.office is not None
    assert (shop.state.office.page, shop.state.office.cashier) == (Page.SHIFT, "")
    assert shop.state.kept.shift.standing is Standing.NOBODYS


def test_a_running_shift_is_not_started_and_nobodys_is_not_ended(shop: Playbook) -> None:
    to_shift(shop) >> taps(Intent.END_SHIFT) << NOTHING
    shop >> taps(Intent.LEAVE)
    begins(shop)
    assert shop.state.office is not None
    assert (shop.state.office.page, shop.state.office.cashier) == (Page.SHIFT, "")
    shop >> taps(Intent.START_SHIFT) << NOTHING
    shop >> taps(Intent.END_SHIFT)
    assert shop.state.office is not None
    assert shop.state.office.page is Page.COUNT
    shop >> taps(Intent.GIVE_AMOUNT, "a lot")
    assert (shop.state.notice, shop.state.kept.shift.standing) == ("count_amount", Standing.OPEN)
    shop >> taps(Intent.STEP_BACK)
    assert shop.state.office is not None
    assert shop.state.office.page is Page.SHIFT


def test_the_shift_that_ended_last_stays_in_sight_when_an_empty_one_begins(shop: Playbook) -> None:
    ends(begins(shop) >> taps(Intent.LEAVE), "200") << KeepRecord
    last = shop.state.kept.last_shift
    begins(shop >> taps(Intent.LEAVE), "18")
    assert (shop.state.kept.last_shift, shop.state.kept.shift.cashier) == (last, "18")


@pytest.mark.parametrize("number", ["1", "12345678"])
def test_the_shortest_and_the_longest_number_of_a_cashier(shop: Playbook, number: str) -> None:
    assert begins(shop, number).state.kept.shift.cashier == number
