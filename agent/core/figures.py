"""What was sold, given back, held and given up, counted by way of payment and business day. Pure.

A tally is one figure; shifts and days both keep tallies, fed by the same endings of the same turn, so
that the shifts of a day add up to the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

DAY_MS = 86_400_000


class Ending(StrEnum):
    """How something ended, as it is counted."""

    SOLD = "sold"
    REFUNDED = "refunded"
    HELD = "held"
    SETTLED_PAID = "settled_paid"
    SETTLED_NOT_PAID = "settled_not_paid"
    OWED = "owed"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    DISCOUNTED = "discounted"
    JOINED = "joined"


MEANING: dict[Ending, str] = {
    Ending.SOLD: "Captured while the customer was there, or counted into the drawer.",
    Ending.REFUNDED: "A part that is known to be given back.",
    Ending.HELD: "Handed over in doubt; whatever it becomes is counted once more below.",
    Ending.SETTLED_PAID: "A held order that a person, or later the cloud, says was paid.",
    Ending.SETTLED_NOT_PAID: "A held order that a person, or later the cloud, says was not paid.",
    Ending.OWED: "Sold on trust; counted once more when it is collected.",
    Ending.COLLECTED: "Money of an order on trust, collected later.",
    Ending.CANCELLED: "Given up; no money moved.",
    Ending.DISCOUNTED: "What membership took off sold orders; that money was never asked for.",
    Ending.JOINED: "Somebody became a member; no money.",
}
SIGNS: dict[Ending, int] = {
    Ending.SOLD: 1,
    Ending.SETTLED_PAID: 1,
    Ending.COLLECTED: 1,
    Ending.REFUNDED: -1,
}
"""What adds to the money taken, and what takes from it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many endings of one kind, one way of payment, one business day. `day` counts from 1970-01-01."""

    day: int
    method: str
    ending: Ending
    count: int
    sum_minor: int


def business_day(utc_ms: int, offset_ms: int) -> int:
    """The day this moment counts for; `offset_ms` is the zone's, less the hour at which a day begins."""
    return (utc_ms + offset_ms) // DAY_MS


def day_text(day: int) -> str:
    """20779 → `2026-11-22`, by the proleptic Gregorian calendar (years of March to February)."""
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    date = of_year - (153 * month + 2) // 5 + 1
    month, year = (month + 3, year) if month < 10 else (month - 9, year + 1)
    return f"{year + 400 * era:04d}-{month:02d}-{date:02d}"


def added(tallies: tuple[Tally, ...], more: Iterable[Tally]) -> tuple[Tally, ...]:
    """Each day, method and ending once, in a fixed order; what came to nothing is left out."""
    sums = {_place(tally): tally for tally in tallies}
    for tally in more:
        old = sums.get(_place(tally), replace(tally, count=0, sum_minor=0))
        sums[_place(tally)] = replace(
            old, count=old.count + tally.count, sum_minor=old.sum_minor + tally.sum_minor
        )
    return tuple(sums[place] for place in sorted(sums) if sums[place].count or sums[place].sum_minor)


def grown(before: tuple[Tally, ...], after: tuple[Tally, ...]) -> tuple[Tally, ...]:
    """What was counted between the two."""
    return added(after, (replace(t, count=-t.count, sum_minor=-t.sum_minor) for t in before))


def by_method(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """The same figures whatever the day; `day` is 0."""
    return added((), (replace(tally, day=0) for tally in tallies))


def taken_minor(tallies: Iterable[Tally], method: str | None = None) -> int:
    """Money taken less money given back, of one way of payment or of all."""
    counted = (tally for tally in tallies if method in (None, tally.method))
    return sum(SIGNS.get(tally.ending, 0) * tally.sum_minor for tally in counted)


def _place(tally: Tally) -> tuple[int, str, str]:
    return tally.day, tally.method, tally.ending.value
