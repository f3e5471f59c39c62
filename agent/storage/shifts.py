"""Shifts and business days: rows written in the journal's transaction, read again for people and books.

Enters: shifts and days of the core. Leaves: the figures of a day, added up over its shifts. An ended shift
never changes, whatever the code believes: the tables refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from agent.core.day import Day
from agent.core.figures import Ending, Tally
from agent.core.shift import Shift
from agent.storage.database import Database

PUT_SHIFT = """
INSERT INTO shifts VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET
    standing = excluded.standing, cashier = excluded.cashier, started_utc_ms = excluded.started_utc_ms,
    ended_utc_ms = excluded.ended_utc_ms, float_minor = excluded.float_minor,
    expected_minor = excluded.expected_minor, counted_minor = excluded.counted_minor
"""
PUT_DAY = """
INSERT INTO days VALUES (?, ?, ?, ?)
ON CONFLICT (day) DO UPDATE SET
    standing = excluded.standing, differences = excluded.differences, file = excluded.file
"""
FIGURES = """
SELECT day, method, ending, sum(count), sum(sum_minor) FROM shift_figures WHERE day = ?
GROUP BY day, method, ending ORDER BY method, ending
"""
SHIFTS = """
SELECT number, standing, cashier, started_utc_ms, ended_utc_ms, float_minor, expected_minor, counted_minor
FROM shifts WHERE number IN (SELECT shift FROM shift_figures WHERE day = ?) ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift as the journal keeps it; `counted_minor` is None while nobody has counted."""

    number: int
    standing: str
    cashier: str
    started_utc_ms: int
    ended_utc_ms: int
    float_minor: int
    expected_minor: int
    counted_minor: int | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One business day as the journal keeps it."""

    day: int
    standing: str
    differences: int
    file: str


def put_shifts(connection: apsw.Connection, shifts: Iterable[Shift]) -> None:
    """Write how these stand now; their figures before their end."""
    for shift in shifts:
        if shift.counted_minor is None and not shift.ended_utc_ms:
            _put_shift(connection, shift)
            _put_figures(connection, shift)
        else:
            _put_figures(connection, shift)
            _put_shift(connection, shift)


def _put_shift(connection: apsw.Connection, shift: Shift) -> None:
    row = (shift.number, shift.standing.value, shift.cashier, shift.started_utc_ms, shift.ended_utc_ms)
    connection.execute(PUT_SHIFT, (*row, shift.float_minor, shift.expected_minor, shift.counted_minor))


def _put_figures(connection: apsw.Connection, shift: Shift) -> None:
    connection.execute("DELETE FROM shift_figures WHERE shift = ?", (shift.number,))
    connection.executemany(
        "INSERT INTO shift_figures VALUES (?, ?, ?, ?, ?, ?)",
        [(shift.number, t.day, t.method, t.ending.value, t.count, t.sum_minor) for t in shift.tallies],
    )


def put_days(connection: apsw.Connection, days: Iterable[Day]) -> None:
    """Write how these days stand now."""
    rows = [(day.number, day.standing.value, day.difference_count, day.file) for day in days]
    connection.executemany(PUT_DAY, rows)


def figures_of(database: Database, day: int) -> tuple[Tally, ...]:
    """What the shifts of this day add up to. Raises JournalFailed."""
    rows = database.rows(FIGURES, (day,))
    return tuple(Tally(number, method, Ending(ending), n, s) for number, method, ending, n, s in rows)


def shifts_of(database: Database, day: int) -> list[ShiftRow]:
    """The shifts in which something ended on this day. Raises JournalFailed."""
    return [ShiftRow(*row) for row in database.rows(SHIFTS, (day,))]


def all_days(database: Database) -> list[DayRow]:
    """Every business day on which something ended, oldest first. Raises JournalFailed."""
    rows = database.rows("SELECT day, standing, differences, file FROM days ORDER BY day")
    return [DayRow(*row) for row in rows]
