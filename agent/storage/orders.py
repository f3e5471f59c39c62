"""Orders as people ask about them: `hyla orders` and the cashier's list of last payments.

The journal's transaction writes a row when an order changes; readers may be another process.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import apsw

from agent.core.events import Instant
from agent.core.ids import OrderId, PersonId
from agent.core.visit import Summary
from agent.storage.database import Database

COLUMNS = (
    "order_id, method, amount_minor, currency, outcome, attempts, person, identify_ms, answer_ms, utc_ms"
)
PUT = f"""
INSERT INTO orders ({COLUMNS}, begun_utc_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
ON CONFLICT (order_id) DO UPDATE SET
    method = excluded.method, amount_minor = excluded.amount_minor, currency = excluded.currency,
    outcome = excluded.outcome, attempts = excluded.attempts, person = excluded.person,
    identify_ms = excluded.identify_ms, answer_ms = excluded.answer_ms, utc_ms = excluded.utc_ms
"""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order. `method` is `face`, the network of the code (`wechat`, `alipay`, `unionpay` …) or
    empty before the first attempt; `outcome` is paid, notpaid, cancelled, unknown or held; for goods on
    trust owed, then paid, named, held or settled.
    `identify_ms` runs from face in view to identified, `answer_ms` from confirmed to answered."""

    order_id: OrderId
    method: str
    amount_minor: int
    currency: str
    outcome: str
    attempts: int
    person: PersonId | None
    identify_ms: int | None
    answer_ms: int | None
    utc_ms: int


class Orders:
    """Reads the orders; `put` happens inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[OrderRow]:
        """In the order in which they were begun."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM orders ORDER BY number")
        return [OrderRow(*row) for row in rows]

    def one(self, order: OrderId) -> OrderRow | None:
        """The order of this number, once money was asked for or it was given up."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM orders WHERE order_id = ?", (order,))
        return OrderRow(*rows[0]) if rows else None

    def recent(self, count: int) -> list[OrderRow]:
        """The last ones, newest first; by number, since a clock may be set back."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM orders ORDER BY number DESC LIMIT ?", (count,))
        return [OrderRow(*row) for row in rows]

    def put(self, connection: apsw.Connection, orders: Iterable[Summary], at: Instant) -> None:
        """Add an order, or say how it stands now."""
        connection.executemany(PUT, [astuple(_row(order, at)) for order in orders])


def _row(order: Summary, at: Instant) -> OrderRow:
    return OrderRow(
        order_id=order.order_id,
        method=order.method,
        amount_minor=order.amount.amount_minor,
        currency=order.amount.currency,
        outcome=order.outcome,
        attempts=order.attempts,
        person=order.person,
        identify_ms=order.identify_ms,
        answer_ms=order.answer_ms,
        utc_ms=at.utc_ms,
    )
