"""One order, as the journal tells it: every fact of its visit, and what was heard of it later.

Enters: an open database and the order's number, or the end of it that people read aloud. Leaves: rows,
with secrets as forgotten as they are stored. Rows from before they named their order are found only when
their fact names it.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId
from agent.storage.database import Database
from agent.storage.orders import OrderRow, Orders

# Between two visits the journal stands at one of these; the empty word is a row of an older hyla.
BETWEEN_VISITS = "('', 'idle', 'paid', 'owed', 'held')"

NUMBERED = """
SELECT order_id FROM orders WHERE substr(order_id, -length(?1)) = ?1
UNION SELECT order_id FROM journal WHERE order_id <> '' AND substr(order_id, -length(?1)) = ?1
"""
SPAN = f"""
WITH own AS (SELECT min(seq) AS first, max(seq) AS last FROM journal WHERE order_id = ?)
SELECT
    1 + coalesce((SELECT max(seq) FROM journal WHERE seq < own.first AND stage IN {BETWEEN_VISITS}), 0),
    coalesce((SELECT seq FROM journal WHERE seq = own.last + 1 AND stage = 'idle'), own.last)
FROM own WHERE own.first IS NOT NULL
"""
ROWS = """
SELECT seq, utc_ms, kind, body, stage FROM journal
WHERE seq BETWEEN ? AND ? OR instr(body, ?) ORDER BY seq
"""
ATTEMPTS = "SELECT attempt, method, open, outcome FROM attempts WHERE order_id = ? ORDER BY attempt"
NOWHERE = (1, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A fact, as JSON of its class `kind`, and how the visit stood once it was taken in."""

    seq: int
    utc_ms: int
    kind: str
    body: str
    stage: str


@dataclass(frozen=True, slots=True)
class Attempt:
    attempt: int
    method: str
    open: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Story:
    """`order` is None while no money was asked for and the order is not given up."""

    order_id: OrderId
    order: OrderRow | None
    attempts: tuple[Attempt, ...]
    lines: tuple[Line, ...]


def orders_called(database: Database, word: str) -> list[OrderId]:
    """Every order with this number, or with a number that ends like this."""
    return [OrderId(order) for (order,) in database.rows(NUMBERED, (word,))]


def span(database: Database, order: OrderId) -> tuple[int, int]:
    """Number of the first and of the last row of its visit; the last before the first for none."""
    first, last = next(iter(database.rows(SPAN, (order,))), NOWHERE)
    return first, last


def story(database: Database, order: OrderId) -> Story:
    """All that is known of one order. Raises JournalFailed when the disk does not answer."""
    first, last = span(database, order)
    return Story(
        order_id=order,
        order=Orders(database).one(order),
        attempts=tuple(
            Attempt(attempt, method, bool(open_), outcome)
            for attempt, method, open_, outcome in database.rows(ATTEMPTS, (order,))
        ),
        lines=tuple(Line(*row) for row in database.rows(ROWS, (first, last, order))),
    )
