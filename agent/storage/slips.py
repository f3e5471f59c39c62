"""Receipts: the goods of an order, written with the order, and how many times its receipt was given.

Enters: the entry of a turn, inside its transaction. Leaves: a `Slip` by order number; none for orders of
an older hyla, whose goods nobody wrote down.
"""

from __future__ import annotations

import apsw
import msgspec

from agent.core.ids import OrderId
from agent.core.slip import Slip
from agent.core.slip_desk import slip_of
from agent.ports import Entry
from agent.storage.database import Database

PUT = """
INSERT INTO slips (order_id, body) VALUES (?, ?) ON CONFLICT (order_id) DO UPDATE SET body = excluded.body
"""
COUNT = "UPDATE orders SET slips = max(slips, ?) WHERE order_id = ?"


def put_slip(connection: apsw.Connection, entry: Entry) -> None:
    """With an order that is served its goods; with a receipt that was given its number."""
    visit = entry.kept.visit
    if visit.order_id in {order.order_id for order in entry.orders} and visit.basket.lines:
        slip = slip_of(visit, entry.kept.membership)
        connection.execute(PUT, (visit.order_id, msgspec.json.encode(slip)))
    if entry.given is not None:
        connection.execute(COUNT, (entry.given.number, entry.given.order_id))


def slip_in(database: Database, order: OrderId) -> Slip | None:
    """The goods of this order, if they were written down. Raises JournalFailed."""
    rows = database.rows("SELECT body FROM slips WHERE order_id = ?", (order,))
    return msgspec.json.decode(rows[0][0], type=Slip) if rows else None
