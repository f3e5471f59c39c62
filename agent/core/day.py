"""A business day: sold on, compared with the other books, closed. Pure.

The table below is the whole machine; a signal it does not list changes nothing. Whatever is sold, given
back or settled after a comparison opens the day again: a closed day's figures are never quietly older than
its close. `docs/day.md` is drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from agent.core.compare import Difference
from agent.core.figures import Tally

DIFFERENCES_SHOWN = 20
CLOSED_DAYS_SHOWN = 2
DAYS_SHOWN_MAX = 7  # all of them are written again with every turn


class Standing(StrEnum):
    """Where a day stands."""

    OPEN = "open"
    COMPARING = "comparing"
    COMPARED = "compared"
    CLOSED = "closed"


MEANING: dict[Standing, str] = {
    Standing.OPEN: "Things may still happen on it; nothing was compared since the last that did.",
    Standing.COMPARING: "The cloud's ledger and the provider's bill are being fetched and compared.",
    Standing.COMPARED: "Compared; every difference is named.",
    Standing.CLOSED: "Compared and closed; the cloud's books have its figures.",
}


class Signal(StrEnum):
    """What can happen to a day."""

    COMPARE = "compare"
    COMPARED = "compared"
    FAILED = "could not compare"
    CLOSE = "close"
    MORE = "something ended"
    RESTARTED = "restarted"


class Act(StrEnum):
    """What goes out with a step."""

    ASK = "ask"
    RECORD = "record"
    REST = "rest"


D, S, A = Standing, Signal, Act
TABLE: dict[Standing, dict[Signal, tuple[Standing, Act]]] = {
    D.OPEN: {S.COMPARE: (D.COMPARING, A.ASK)},
    D.COMPARING: {
        S.COMPARED: (D.COMPARED, A.REST),
        S.FAILED: (D.OPEN, A.REST),
        S.MORE: (D.OPEN, A.REST),
        S.RESTARTED: (D.OPEN, A.REST),
    },
    D.COMPARED: {
        S.COMPARE: (D.COMPARING, A.ASK),
        S.CLOSE: (D.CLOSED, A.RECORD),
        S.MORE: (D.OPEN, A.REST),
    },
    D.CLOSED: {
        S.COMPARE: (D.COMPARING, A.ASK),
        S.MORE: (D.OPEN, A.REST),
    },
}


@dataclass(frozen=True, slots=True)
class Day:
    """One business day, numbered from 1970-01-01. `asked` is the number of the last comparison asked for,
    of all that this terminal ever asked for: an answer to an older one changes nothing. `differences` are
    the first of `difference_count`; `file` is where all of them are written."""

    number: int
    standing: Standing = Standing.OPEN
    tallies: tuple[Tally, ...] = ()
    asked: int = 0
    differences: tuple[Difference, ...] = ()
    difference_count: int = 0
    file: str = ""


def step(day: Day, signal: Signal) -> tuple[Day, Act]:
    """Look the signal up in the table. Not in it: refused here, in one place, and nothing changes."""
    row = TABLE[day.standing].get(signal)
    if row is None:
        return day, Act.REST
    standing, act = row
    moved = replace(day, standing=standing)
    if standing is Standing.OPEN:
        moved = replace(moved, differences=(), difference_count=0)
    return moved, act


def shown(days: tuple[Day, ...], busy: int) -> tuple[Day, ...]:
    """Oldest first: the last few, fewer of the closed ones, and `busy`, whatever the clock says. All
    of them are in the journal."""
    ordered = sorted((day for day in days if day.number != busy), key=lambda day: day.number)
    closed = [day.number for day in ordered if day.standing is Standing.CLOSED]
    left = [day for day in ordered if day.number not in closed[:-CLOSED_DAYS_SHOWN]]
    kept = (*left[1 - DAYS_SHOWN_MAX :], *(day for day in days if day.number == busy))
    return tuple(sorted(kept, key=lambda day: day.number))
