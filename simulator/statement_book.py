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

PAGE_ROWS, FEW_ROWS = 200, 3
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
DECLINED = """
UNION ALL
SELECT key, order_id, amount_minor, currency, 'captured', ?3, 0 FROM charges
WHERE state IN ('declined', 'voided') AND order_id <> ''
"""
BILL = "SELECT key, order_id, amount_minor, currency, state, utc_ms, n FROM bill"


class StatementBook:
    """`broken` names what is switched on: faults of the bill, and promises (simulator.faults)."""

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
        overlap = "statement_pages_overlap" in self.broken
        size = FEW_ROWS if overlap else PAGE_ROWS
        pages, number = max(1, -(-len(rows) // size)), ask.page
        if "statement_repeats_its_last_page" in self.broken:
            number = min(number, pages)
        first = max(0, (number - 1) * size - overlap)
        return StatementPage(ask, max(pages, ask.page), tuple(rows[first : first + size]))

    def _rows(self, device: DeviceId, ask: AskStatement) -> list[StatementRow]:
        ledger = LEDGER + (DECLINED if "statement_lists_what_did_not_move" in self.broken else "")
        book = ledger if ask.book == "ledger" else BILL
        last = "<=" if "statement_takes_in_its_last_moment" in self.broken else "<"
        sql = f"SELECT * FROM ({book}) WHERE utc_ms >= ?1 AND utc_ms {last} ?2 ORDER BY utc_ms, n"
        given = (ask.from_utc_ms, ask.to_utc_ms, ask.from_utc_ms)[: 2 + ("?3" in sql)]
        found = self._db.execute(sql, given).fetchall()
        everyones = "statement_of_every_device" in self.broken
        rows = [
            StatementRow(BookRow(*row[:5]), row[5]) for row in found if everyones or whose(row[0]) == device
        ]
        return self._spoiled(rows) if ask.book == "bill" else self._other_than_promised(rows)

    def _other_than_promised(self, rows: list[StatementRow]) -> list[StatementRow]:
        if "statement_leaves_out_refunds" in self.broken:
            return [row for row in rows if row.row.state == "captured"]
        return [*rows, *rows] if "statement_lists_twice" in self.broken else rows

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
