"""The figures of shifts and days: one line each, nothing counted twice, and the day's own name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.figures import (
    DAY_MS,
    Ending,
    Tally,
    added,
    business_day,
    by_method,
    day_text,
    grown,
    taken_minor,
)

TALLIES = st.lists(
    st.builds(
        Tally,
        st.integers(1, 3),
        st.sampled_from(["cash", "face"]),
        st.sampled_from(list(Ending)),
        st.integers(0, 9),
        st.integers(0, 900),
    ),
    max_size=6,
).map(lambda tallies: added((), tallies))


def calendar(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


@given(st.integers(0, 200_000))
def test_a_day_has_the_name_it_has_on_the_calendar(day: int) -> None:
    assert day_text(day) == calendar(day)


def test_four_years_long_each_day_follows_the_one_before() -> None:
    days = range(20_454, 20_454 + 4 * 365 + 1)  # from the first of January 2026
    assert [day_text(day) for day in days] == [calendar(day) for day in days]


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("2000-02-29", 2000, 2, 29),
        ("2024-02-29", 2024, 2, 29),
        ("2100-02-28", 2100, 2, 28),
        ("2100-03-01", 2100, 3, 1),
        ("2399-12-31", 2399, 12, 31),
        ("2400-02-29", 2400, 2, 29),
        ("2400-03-01", 2400, 3, 1),
    ],
)
def test_leap_years_are_those_of_the_calendar(text: str, year: int, month: int, day: int) -> None:
    assert day_text(date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()) == text


def test_a_business_day_turns_at_midnight_of_its_zone_and_not_before() -> None:
    assert business_day(DAY_MS - 1, 0) == 0
    assert business_day(DAY_MS, 0) == business_day(DAY_MS - 1, 1) == 1
    assert business_day(DAY_MS, -1) == 0


@given(TALLIES, TALLIES)
def test_what_grew_is_what_was_added_and_order_does_not_matter(
    before: tuple[Tally, ...], more: tuple[Tally, ...]
) -> None:
    after = added(before, more)
    assert after == added(more, before)
    assert added(before, grown(before, after)) == after
    assert grown(before, before) == ()


def test_each_day_method_and_ending_has_one_line_and_what_came_to_nothing_has_none() -> None:
    sold = Tally(3, "cash", Ending.SOLD, 1, 880)
    free = Tally(3, "cash", Ending.SOLD, 1, 0)
    later = Tally(4, "cash", Ending.SOLD, 1, 120)
    taken_back = Tally(3, "face", Ending.SETTLED_PAID, -1, -500)
    assert added((later,), [sold, free]) == (Tally(3, "cash", Ending.SOLD, 2, 880), later)
    assert added((), [free]) == (free,)
    assert added((Tally(3, "face", Ending.SETTLED_PAID, 1, 500),), [taken_back]) == ()
    assert by_method([sold, later]) == (Tally(0, "cash", Ending.SOLD, 2, 1_000),)


@pytest.mark.parametrize(
    ("ending", "taken"),
    [
        (Ending.SOLD, 100),
        (Ending.SETTLED_PAID, 100),
        (Ending.COLLECTED, 100),
        (Ending.REFUNDED, -100),
        (Ending.HELD, 0),
        (Ending.OWED, 0),
        (Ending.CANCELLED, 0),
        (Ending.DISCOUNTED, 0),
        (Ending.SETTLED_NOT_PAID, 0),
    ],
)
def test_only_money_that_moved_is_money_taken(ending: Ending, taken: int) -> None:
    tallies = [Tally(1, "face", ending, 1, 100)]
    assert taken_minor(tallies) == taken_minor(tallies, "face") == taken
    assert taken_minor(tallies, "cash") == 0
