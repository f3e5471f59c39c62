"""The simulated cloud's statements: pages of its own ledger, and of a provider's bill of its own.

Part of the ledger: same connection, same transactions. The bill is written when money moves, as a provider
writes it, not copied when somebody asks; it can be made wrong on purpose (`faults.bill`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from agent.core.compare import BookRow
from agent.core.ids import DeviceId
from agent.ports import AskStatement, StatementPage, StatementRow

PAGE_ROWS = 200
BILL_FAULTS = ("bill_misses_row", "bill_doubles_row", "bill_other_amount")
"""What can be wrong with the provider's bill; each spoils the first row of the span."""

LEDGER = """
SELECT key, order_id, amount_minor, currency, 'captured' AS state, coalesce(m.utc_ms, 0) AS utc_ms, n
FROM captures LEFT JOIN moments m USING (key)
UNION ALL
SELECT r.key, r.order_id, r.amount_minor, c.currency, r.state, coalesce(m.utc_ms, 0), r.n + 1000000000
FROM refunds r JOIN charges c ON c.key = r.payment_key LEFT JOIN moments m ON m.key = r.key
WHERE r.state <> 'refused'
"""
BILL = "SELECT key, order_id, amount_minor, currency, state, utc_ms, n FROM bill"


class StatementBook:
    """`broken` names the faults of the bill that are switched on."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.broken: Collection[str] = ()

    def moved(self, row: BookRow, utc_ms: int) -> None:
        """Money moved: the ledger's row gets its moment, the provider writes its own."""
        self.noticed(row.key, utc_ms)
        self._db.execute(
            "INSERT INTO bill (key, order_id, amount_minor, currency, state, utc_ms)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (row.key, row.order_id, row.amount_minor, row.currency, row.state, utc_ms),
        )

    def noticed(self, key: str, utc_ms: int) -> None:
        """When this key was booked first."""
        self._db.execute("INSERT OR IGNORE INTO moments VALUES (?, ?)", (key, utc_ms))

    def page(self, device: DeviceId, ask: AskStatement) -> StatementPage:
        """One page, of this device's rows only."""
        rows = self._rows(device, ask)
        first = (ask.page - 1) * PAGE_ROWS
        pages = max(1, -(-len(rows) // PAGE_ROWS))
        return StatementPage(ask, max(pages, ask.page), tuple(rows[first : first + PAGE_ROWS]))

    def _rows(self, device: DeviceId, ask: AskStatement) -> list[StatementRow]:
        book = LEDGER if ask.book == "ledger" else BILL
        sql = f"SELECT * FROM ({book}) WHERE utc_ms >= ? AND utc_ms < ? ORDER BY n"
        found = self._db.execute(sql, (ask.from_utc_ms, ask.to_utc_ms)).fetchall()
        rows = [StatementRow(BookRow(*row[:5]), row[5]) for row in found if whose(row[0]) == device]
        return self._spoiled(rows) if ask.book == "bill" else rows

    def _spoiled(self, rows: list[StatementRow]) -> list[StatementRow]:
        if not rows:
            return rows
        first, rest = rows[0], rows[1:]
        if "bill_misses_row" in self.broken:
            return rest
        if "bill_doubles_row" in self.broken:
            return [first, first, *rest]
        if "bill_other_amount" in self.broken:
            book = first.row
            other = BookRow(book.key, book.order_id, book.amount_minor + 1, book.currency, book.state)
            return [StatementRow(other, first.utc_ms), *rest]
        return rows


def whose(key: str) -> str:
    """The device of a payment key or a refund's number: device, epoch, order, attempt or part."""
    return key.rsplit("-", 3)[0]
