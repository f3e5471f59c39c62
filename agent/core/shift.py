"""A shift: who stands at the till, with how much cash, and what was sold meanwhile. Pure.

There is always one. Until a cashier has given a number, what is sold counts for nobody's shift: selling
never waits for a form, and nothing is left out of the figures. The table below is the whole machine of
one shift; `docs/shift.md` is drawn from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from agent.core.figures import Tally, taken_minor
from agent.core.money import Money

CASHIER_SHAPE = re.compile("[0-9]{1,8}")


class Standing(StrEnum):
    """Where a shift stands."""

    NOBODYS = "nobodys"
    OPEN = "open"
    ENDED = "ended"


MEANING: dict[Standing, str] = {
    Standing.NOBODYS: "No cashier has given a number; what is sold is counted all the same.",
    Standing.OPEN: "A cashier sells; the cash in the drawer was counted at the start.",
    Standing.ENDED: "Counted and handed over; its figures never change again.",
}


class Signal(StrEnum):
    """What can happen to a shift."""

    TAKEN_OVER = "a cashier starts"
    COUNTED = "the cash is counted"


TABLE: dict[Standing, dict[Signal, Standing]] = {
    Standing.NOBODYS: {Signal.TAKEN_OVER: Standing.ENDED},
    Standing.OPEN: {Signal.COUNTED: Standing.ENDED},
    Standing.ENDED: {},
}


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, numbered without gaps. Money is in minor units of the till's currency; the float is the
    cash in the drawer at the start, `counted_minor` what was there at the end."""

    number: int = 1
    standing: Standing = Standing.NOBODYS
    cashier: str = ""
    started_utc_ms: int = 0
    float_minor: int = 0
    tallies: tuple[Tally, ...] = ()
    ended_utc_ms: int = 0
    counted_minor: int | None = None

    @property
    def expected_minor(self) -> int:
        """Cash that should be in the drawer: float + cash sales - cash refunds."""
        return self.float_minor + taken_minor(self.tallies, "cash")

    @property
    def difference_minor(self) -> int | None:
        """More (or less) in the drawer than there should be; None while nobody has counted."""
        return None if self.counted_minor is None else self.counted_minor - self.expected_minor


FIRST_SHIFT = Shift()


def step(shift: Shift, signal: Signal, utc_ms: int) -> Shift:
    """Look the signal up in the table. Not in it: refused here, in one place, and nothing changes."""
    standing = TABLE[shift.standing].get(signal)
    return shift if standing is None else replace(shift, standing=standing, ended_utc_ms=utc_ms)


def started(shift: Shift, cashier: str, float_: Money, utc_ms: int) -> tuple[Shift | None, Shift]:
    """A cashier takes over: (nobody's shift, ended, if anything was counted in it; the new one)."""
    number = shift.number + 1 if shift.tallies else shift.number
    new = Shift(number, Standing.OPEN, cashier, utc_ms, float_.amount_minor)
    return (step(shift, Signal.TAKEN_OVER, utc_ms) if shift.tallies else None), new


def ended(shift: Shift, counted: Money, utc_ms: int) -> tuple[Shift, Shift]:
    """The cash is counted: (the shift as it ended, nobody's shift after it)."""
    done = replace(step(shift, Signal.COUNTED, utc_ms), counted_minor=counted.amount_minor)
    return done, Shift(shift.number + 1, started_utc_ms=utc_ms)
