"""What the idle screen shows: by time, hours, till and language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.commands import StartTimer
from agent.core.events import PromotionsKept
from agent.core.promoting import LOOK_EVERY_MS
from agent.core.promotions import DAY_MS, HOUR_MS, Promotion, Promotions, due
from tests.playbook import Playbook
from tests.shop import terminal

ODEN = Promotion("oden", "关东煮", "Oden")
MIDNIGHT_MS = 20_000 * DAY_MS


def shown(one: Promotion, hour: int, till: int = 2, language: str = "zh", offset_ms: int = 0) -> bool:
    list_ = Promotions(1, (one,))
    return due(list_, MIDNIGHT_MS + hour * HOUR_MS, offset_ms, till, language) == (one,)


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [(17, 21, range(17, 21)), (0, 24, range(24)), (22, 6, (22, 23, 0, 1, 2, 3, 4, 5))],
)
def test_hours_are_half_open_and_may_go_over_midnight(
    first: int, last: int, hours: tuple[int, ...]
) -> None:
    one = replace(ODEN, from_hour=first, until_hour=last)
    assert sorted(hour for hour in range(24) if shown(one, hour)) == sorted(hours)


def test_hours_are_the_shops() -> None:
    assert shown(replace(ODEN, from_hour=17, until_hour=18), hour=9, offset_ms=8 * HOUR_MS)


def test_it_begins_and_ends_on_the_moment() -> None:
    one = replace(ODEN, from_utc_ms=MIDNIGHT_MS + HOUR_MS, until_utc_ms=MIDNIGHT_MS + 3 * HOUR_MS)
    assert [hour for hour in range(5) if shown(one, hour)] == [1, 2]


def test_it_is_meant_for_these_tills_and_languages_or_for_all() -> None:
    assert shown(ODEN, 1, till=7, language="en")
    assert not shown(replace(ODEN, tills=(1, 3)), 1, till=2)
    assert not shown(replace(ODEN, languages=("zh",)), 1, language="en")


def test_a_terminal_with_promotions_looks_now_and_then_and_one_without_does_not() -> None:
    book = Playbook(terminal()) >> PromotionsKept(Promotions(1, (ODEN,)), ())
    book << StartTimer("promotions", 1, LOOK_EVERY_MS)
    book.after(LOOK_EVERY_MS) << StartTimer("promotions", 2, LOOK_EVERY_MS)
    book >> PromotionsKept(Promotions(2, ()), ())
    book.after(3 * LOOK_EVERY_MS)
    assert book.state.promotions.items == ()
    assert book.state.visit == terminal().visit
