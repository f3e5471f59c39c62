"""Closing the day: compared, closed, and open again as soon as something more happens on it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from agent.core.commands import CompareDay, KeepRecord
from agent.core.compare import Difference, Kind
from agent.core.day import DIFFERENCES_SHOWN, MEANING, TABLE, Act, Day, Signal, Standing, shown, step
from agent.core.events import DayCalled, DayCompared, Device, DeviceLost, Instant, Intent, Started
from agent.core.figures import DAY_MS
from agent.core.office import Page
from tests.core.test_shift import pays_cash
from tests.playbook import NOTHING, Playbook, Slot, taps
from tests.shop import terminal

ONE = Difference(Kind.NOT_IN_BILL, "k", "o", 880, 880, 0)


@pytest.fixture
def shop() -> Playbook:
    """One sale today; the page of the day is open."""
    return to_day(pays_cash(Playbook(terminal())))


def to_day(shop: Playbook, index: int = -1) -> Playbook:
    number = str(shop.state.kept.days[index].number)
    return shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_DAYS) >> taps(Intent.PICK, number)


def the_day(shop: Playbook) -> Day:
    return shop.state.kept.days[-1]


def answers(shop: Playbook, *differences: Difference, trouble: str = "") -> DayCompared:
    day = the_day(shop)
    return DayCompared(day.number, day.asked, differences, len(differences), "days/x.csv", trouble)


def compared(shop: Playbook, *differences: Difference) -> Playbook:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay(the_day(shop).number, 1)
    return shop >> answers(shop, *differences)


def test_a_day_is_compared_and_closed_and_the_cloud_hears_of_it(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    compared(shop) >> taps(Intent.CLOSE_DAY) << record
    assert the_day(shop).standing is Standing.CLOSED
    assert record.wish.data["figures"] == [
        {"method": "cash", "ending": "sold", "count": 1, "sum_minor": 880}
    ]
    shop.finish()


def test_differences_stay_named_on_the_day_also_once_it_is_closed(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    compared(shop, ONE) >> taps(Intent.CLOSE_DAY) << record
    assert (the_day(shop).differences, the_day(shop).file) == ((ONE,), "days/x.csv")
    assert record.wish.data["differences"] == 1


def test_nobody_closes_a_day_that_was_not_compared(shop: Playbook) -> None:
    shop >> taps(Intent.CLOSE_DAY) << NOTHING


def test_a_sale_after_the_comparison_opens_the_day_again(shop: Playbook) -> None:
    compared(shop, ONE) >> taps(Intent.CLOSE_DAY) << KeepRecord
    pays_cash(shop)
    day = the_day(shop)
    assert (day.standing, day.differences, day.difference_count) == (Standing.OPEN, (), 0)


def test_a_sale_while_it_is_compared_makes_the_answer_old(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    old = answers(shop)
    pays_cash(shop)
    shop >> old << NOTHING
    to_day(shop) >> taps(Intent.COMPARE_DAY) << CompareDay(the_day(shop).number, 2)
    shop >> old << NOTHING


def test_without_the_link_nothing_is_asked_and_the_day_stays_open(shop: Playbook) -> None:
    shop >> DeviceLost(Device.CLOUD, "lost") >> taps(Intent.COMPARE_DAY)
    assert (shop.state.notice, the_day(shop).standing) == ("day_offline", Standing.OPEN)


def test_a_cloud_that_stays_silent_leaves_the_day_open_and_says_so(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    shop >> answers(shop, trouble="offline")
    assert (shop.state.notice, the_day(shop).standing) == ("day_offline", Standing.OPEN)


def test_yesterday_can_be_closed_today(shop: Playbook) -> None:
    shop.after(DAY_MS)
    pays_cash(shop)
    assert len(shop.state.kept.days) == 2
    first = shop.state.kept.days[0].number
    to_day(shop, 0) >> taps(Intent.COMPARE_DAY) << CompareDay(first, 1)
    shop >> DayCompared(first, 1) >> taps(Intent.CLOSE_DAY) << KeepRecord
    assert [day.standing for day in shop.state.kept.days] == [Standing.CLOSED, Standing.OPEN]


def test_a_restart_in_the_middle_of_a_comparison_leaves_the_day_open(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    shop >> Started()
    assert the_day(shop).standing is Standing.OPEN


# --- called from elsewhere ------------------------------------------------------------------------


def test_the_day_may_be_compared_and_closed_from_a_command_whatever_page_is_open(shop: Playbook) -> None:
    day = the_day(shop).number
    shop >> taps(Intent.LEAVE) >> DayCalled(day) << CompareDay(day, 1)
    shop >> answers(shop) >> DayCalled(day, close=True, number=1) << KeepRecord
    assert (the_day(shop).standing, shop.state.office) == (Standing.CLOSED, None)
    shop >> DayCalled(day, close=True, number=1) << NOTHING


def test_what_was_compared_anew_is_not_closed_by_who_saw_the_old(shop: Playbook) -> None:
    compared(shop)
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    shop >> answers(shop, ONE) >> DayCalled(the_day(shop).number, close=True, number=1) << NOTHING
    assert the_day(shop).standing is Standing.COMPARED


def test_a_page_that_shows_the_day_is_turned_by_the_command_and_another_is_not(shop: Playbook) -> None:
    office = shop.state.office
    assert office is not None
    tap = taps(Intent.CLOSE_DAY)(shop.state)  # type: ignore[operator]
    shop >> DayCalled(the_day(shop).number) << CompareDay
    shop >> answers(shop) >> tap << NOTHING  # meant for the page of before
    shop >> taps(Intent.STEP_BACK) >> DayCalled(the_day(shop).number) << CompareDay
    assert shop.state.office is not None
    assert (shop.state.office.page, shop.state.office.day) == (Page.DAYS, None)


def test_a_command_about_no_day_or_without_the_link_asks_for_nothing(shop: Playbook) -> None:
    shop >> DayCalled(1) << NOTHING
    shop >> DeviceLost(Device.CLOUD, "lost") >> DayCalled(the_day(shop).number) << NOTHING


def test_only_the_last_few_days_are_kept_at_hand_and_the_one_at_hand_always() -> None:
    closed = tuple(Day(number, Standing.CLOSED) for number in range(10))
    assert [day.number for day in shown(closed, busy=0)] == [0, 8, 9]
    never_closed = tuple(Day(number) for number in range(50))
    assert [day.number for day in shown(never_closed, busy=0)] == [0, *range(44, 50)]


@pytest.mark.parametrize(("standing", "signal"), list(product(Standing, Signal)))
def test_what_the_table_does_not_list_changes_nothing(standing: Standing, signal: Signal) -> None:
    day = Day(1, standing)
    after, act = step(day, signal)
    if signal in TABLE[standing]:
        assert (after.standing, act) == TABLE[standing][signal]
    else:
        assert (after, act) == (day, Act.REST)


def test_every_standing_has_a_meaning_and_a_way_on() -> None:
    assert set(MEANING) == set(TABLE) == set(Standing)
    assert all(TABLE.values())


# --- the pages ------------------------------------------------------------------------------------


def page(shop: Playbook) -> tuple[Page, int | None]:
    assert shop.state.office is not None
    return shop.state.office.page, shop.state.office.day


def test_a_day_that_is_none_is_not_opened(shop: Playbook) -> None:
    shop >> taps(Intent.STEP_BACK) >> taps(Intent.PICK, "1") << NOTHING
    assert page(shop) == (Page.DAYS, None)


def test_of_many_differences_the_first_are_shown_and_all_are_counted(shop: Playbook) -> None:
    many = [replace(ONE, key=f"k{number:03d}") for number in range(DIFFERENCES_SHOWN + 5)]
    compared(shop, *many)
    day = the_day(shop)
    assert [one.key for one in day.differences] == [one.key for one in many[:DIFFERENCES_SHOWN]]
    assert (day.difference_count, day.standing) == (DIFFERENCES_SHOWN + 5, Standing.COMPARED)


def test_an_answer_turns_the_page_of_its_own_day_and_no_other(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    assert page(shop) == (Page.DAY, the_day(shop).number)
    shop >> taps(Intent.STEP_BACK)
    number = shop.state.office and shop.state.office.page_no
    shop >> answers(shop, trouble="offline")
    assert (page(shop), shop.state.notice) == ((Page.DAYS, None), "")
    assert shop.state.office is not None
    assert (shop.state.office.page_no, the_day(shop).standing) == (number, Standing.OPEN)


def test_an_answer_to_the_page_that_waits_for_it_makes_it_new(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    old = taps(Intent.COMPARE_DAY)(shop.state)  # type: ignore[operator]
    shop >> answers(shop, ONE) >> old << NOTHING
    assert (page(shop), shop.state.notice) == ((Page.DAY, the_day(shop).number), "")


def test_an_answer_about_a_day_that_is_gone_changes_nothing(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    shop >> DayCompared(1, 1) << NOTHING
    shop >> DayCompared(the_day(shop).number, 0) << NOTHING


def test_each_close_of_a_day_has_a_record_of_its_own(shop: Playbook) -> None:
    again = Slot(KeepRecord)
    compared(shop, ONE) >> taps(Intent.CLOSE_DAY) << KeepRecord
    shop >> taps(Intent.COMPARE_DAY) << CompareDay(the_day(shop).number, 2)
    shop >> answers(shop) >> taps(Intent.CLOSE_DAY) << again
    assert (again.wish.id[-2:], again.wish.data["differences"]) == ("-2", 0)
    shop >> taps(Intent.CLOSE_DAY) << NOTHING


def test_a_command_about_a_day_that_runs_already_asks_no_second_time(shop: Playbook) -> None:
    shop >> taps(Intent.COMPARE_DAY) << CompareDay
    shop >> DayCalled(the_day(shop).number) << NOTHING


def test_the_days_of_the_list_are_the_oldest_first_and_other_days_stay_as_they_were(shop: Playbook) -> None:
    shop.after(DAY_MS)
    pays_cash(shop)
    first, second = shop.state.kept.days
    assert first.number + 1 == second.number
    to_day(shop, 0) >> taps(Intent.COMPARE_DAY) << CompareDay(first.number, 1)
    assert shop.state.kept.days == (replace(first, standing=Standing.COMPARING, asked=1), second)
    shop >> Started()
    assert shop.state.kept.days == (replace(first, asked=1), second)


class Jumping(Playbook):
    """Its UTC clock may be wrong by so much."""

    off_ms = 0

    @property
    def at(self) -> Instant:
        return Instant(self.now_ms, super().at.utc_ms + self.off_ms)


def closes(shop: Playbook, number: int) -> str:
    """The id of the record that says so."""
    place, record = [day.number for day in shop.state.kept.days].index(number), Slot(KeepRecord)
    to_day(shop, place) >> taps(Intent.COMPARE_DAY) << CompareDay
    day = shop.state.kept.days[place]
    shop >> DayCompared(day.number, day.asked) >> taps(Intent.CLOSE_DAY) << record
    shop >> taps(Intent.LEAVE)
    return record.wish.id


def test_a_clock_that_jumps_back_onto_a_forgotten_day_makes_no_record_of_an_earlier_id() -> None:
    shop, ids = Jumping(terminal()), list[str]()
    first = pays_cash(shop).state.kept.days[0].number
    for off_days in (0, 1, 2, 3, 0, 0):
        shop.off_ms = off_days * DAY_MS
        pays_cash(shop)
        ids.append(closes(shop, first + off_days))
    assert len(set(ids)) == len(ids) == 6
    shop.finish()


def test_the_oldest_day_closed_last_is_forgotten_and_its_number_is_not_given_again() -> None:
    shop = Jumping(terminal())
    first = pays_cash(shop).state.kept.days[0].number
    for off_days in (1, 2):
        shop.off_ms = off_days * DAY_MS
        pays_cash(shop)
    ids = [closes(shop, first + n) for n in (1, 2, 0)]
    shop.off_ms = 3 * DAY_MS
    pays_cash(shop)
    assert first not in [day.number for day in shop.state.kept.days]
    assert closes(shop, first + 3) not in ids
    shop.finish()


def test_a_terminal_of_an_older_release_goes_on_counting_from_its_days(shop: Playbook) -> None:
    older = replace(the_day(shop), asked=4)
    kept = replace(shop.state.kept, days=(older,), comparisons=0)
    again = to_day(Playbook(replace(shop.state, kept=kept, office=None)))
    again >> taps(Intent.COMPARE_DAY) << CompareDay(older.number, 5)


def test_a_command_makes_the_page_of_its_day_new_and_leaves_that_of_another_day(shop: Playbook) -> None:
    shop.after(DAY_MS)
    pays_cash(shop)
    first, second = (day.number for day in shop.state.kept.days)
    to_day(shop, 0)
    old = taps(Intent.COMPARE_DAY)(shop.state)  # type: ignore[operator]
    number = shop.state.office and shop.state.office.page_no
    shop >> DayCalled(second) << CompareDay(second, 1)
    assert shop.state.office is not None
    assert shop.state.office.page_no == number
    shop >> DayCalled(first) << CompareDay(first, 2)
    assert shop.state.office.page_no != number
    shop >> old << NOTHING
    assert page(shop) == (Page.DAY, first)


def test_today_is_the_shops_own_day_also_when_it_is_yesterday_in_london() -> None:
    new = terminal()
    east = Playbook(replace(new, rules=replace(new.rules, day_offset_ms=DAY_MS // 2)))
    to_day(pays_cash(east)) >> taps(Intent.STEP_BACK) >> taps(Intent.STEP_BACK) >> taps(Intent.SEE_TODAY)
    assert page(east) == (Page.TODAY, the_day(east).number)
    assert the_day(east).number == the_day(pays_cash(Playbook(terminal()))).number + 1
