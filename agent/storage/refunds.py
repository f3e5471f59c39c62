"""Parts given back: one row each, written in the journal's transaction. The table refuses more than was
paid, a part that changes its content, and an end that is taken back, whatever the code believes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple

import apsw

from agent.ports import RefundRow
from agent.storage.database import Database

COLUMNS = "key, order_id, part, amount_minor, currency, method, open, outcome, utc_ms"
PUT = f"""
INSERT INTO refunds ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    order_id = excluded.order_id, part = excluded.part, amount_minor = excluded.amount_minor,
    currency = excluded.currency, method = excluded.method, open = excluded.open,
    outcome = excluded.outcome, utc_ms = excluded.utc_ms
"""


def put_refunds(connection: apsw.Connection, rows: Iterable[RefundRow]) -> None:
    """Add a part, or say how it stands now."""
    connection.executemany(PUT, [astuple(row) for row in rows])


def all_refunds(database: Database) -> list[RefundRow]:
    """Every part ever asked for, oldest order first."""
    rows = database.rows(f"SELECT {COLUMNS} FROM refunds ORDER BY order_id, part")
    return [
        RefundRow(key, order, part, amount, currency, method, bool(is_open), outcome, utc_ms)
        for key, order, part, amount, currency, method, is_open, outcome, utc_ms in rows
    ]
