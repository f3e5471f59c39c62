"""The journal's side of a day's comparison: what moved, what is in doubt, what was not sent.

Enters: a span of time, and keys that other books name. Leaves: `DayBooks`. Read on a connection of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from agent.core.compare import BookRow
from agent.ports import DayBooks
from agent.storage.database import Database
from agent.storage.shifts import figures_of

ATTEMPTS = """
SELECT a.key, a.order_id, a.amount_minor, a.currency, a.open, a.outcome FROM attempts a
WHERE {where}
"""
WITHOUT_KEY = """
SELECT o.order_id, o.amount_minor, o.currency, o.outcome FROM orders o
WHERE (o.method = 'cash' AND o.outcome = 'paid' OR o.outcome IN ('owed', 'named')) AND {where}
"""
REFUNDS = """
SELECT r.key, r.order_id, r.amount_minor, r.currency, r.method, r.outcome FROM refunds r WHERE {where}
"""
WAITING = "SELECT count(*), coalesce(sum(parked IS NOT NULL), 0) FROM outbox"
NAMED = "IN (SELECT value FROM json_each(?))"


def read_books(
    database: Database, day: int, from_utc_ms: int, to_utc_ms: int, keys: Iterable[str]
) -> DayBooks:
    """The rows begun in this span, and those of other days under these keys. Raises JournalFailed."""
    span, named = (from_utc_ms, to_utc_ms), (json.dumps(sorted(keys)),)
    own = "{0} >= ? AND {0} < ?".format
    rows = _rows(database, own("a.begun_utc_ms"), own("o.begun_utc_ms"), own("r.utc_ms"), span)
    known = {row.key for row in rows}
    also = _rows(database, f"a.key {NAMED}", f"o.order_id {NAMED}", f"r.key {NAMED}", named)
    [(waiting, parked)] = database.rows(WAITING)
    return DayBooks(
        rows=rows,
        also=tuple(row for row in also if row.key not in known),
        unsent=waiting - parked,
        parked=parked,
        tallies=figures_of(database, day),
    )


def _rows(
    database: Database, attempts: str, orders: str, refunds: str, bindings: tuple[Any, ...]
) -> tuple[BookRow, ...]:
    return (
        *map(_attempt, database.rows(ATTEMPTS.format(where=attempts), bindings)),
        *map(_without_key, database.rows(WITHOUT_KEY.format(where=orders), bindings)),
        *map(_refund, database.rows(REFUNDS.format(where=refunds), bindings)),
    )


def _attempt(row: tuple[Any, ...]) -> BookRow:
    key, order, amount, currency, is_open, outcome = row
    closed = "captured" if outcome == "captured" else "not_paid"
    doubtful = "held" if outcome == "held" else "unknown"
    return BookRow(key, order, amount, currency, doubtful if is_open else closed)


def _without_key(row: tuple[Any, ...]) -> BookRow:
    """In the drawer, or on trust: found by the order's own number."""
    order, amount, currency, outcome = row
    return BookRow(order, order, amount, currency, "cash" if outcome == "paid" else "owed")


def _refund(row: tuple[Any, ...]) -> BookRow:
    key, order, amount, currency, method, outcome = row
    if outcome == "refunded" and method == "cash":
        return BookRow(key, order, amount, currency, "cash_back")
    return BookRow(key, order, amount, currency, "refund_unknown" if outcome == "unknown" else outcome)
