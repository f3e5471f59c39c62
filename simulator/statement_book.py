"""The cloud's statements: pages of its own ledger, and of a provider's bill of its own.

Part of the ledger: same connection, same transactions. The bill is written when money moves, as a provider
writes it, not copied when somebody asks; it can be made wrong on purpose (`faults.bill`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, union_all

from agent.core.compare import BookRow
from agent.core.ids import DeviceId
from agent.ports import AskStatement, StatementPage, StatementRow
from simulator.gateway import tables as t
from simulator.gateway.store import insert_missing

PAGE_ROWS = 200
BILL_FAULTS = ("bill_misses_row", "bill_doubles_row", "bill_other_amount")
"""What can be wrong with the provider's bill; each spoils the first row of the span."""

REFUNDS_AFTER = 1_000_000_000  # in the ledger refunds stand after the charges they give back


def _ledger() -> Select[Any]:
    """Every movement with its moment: charges first, then what went back."""
    c, r, m = t.captures.c, t.refunds.c, t.moments.c
    moment = func.coalesce(m.utc_ms, 0).label("utc_ms")
    paid = select(
        c.key,
        c.order_id,
        c.amount_minor,
        c.currency,
        literal("captured").label("state"),
        moment,
        c.n.label("n"),
    ).outerjoin_from(t.captures, t.moments, m.key == c.key)
    places = (r.key, r.order_id, r.amount_minor, t.charges.c.currency, r.state, moment)
    back = (
        select(*places, (r.n + REFUNDS_AFTER).label("n"))
        .join_from(t.refunds, t.charges, t.charges.c.key == r.payment_key)
        .outerjoin(t.moments, m.key == r.key)
        .where(r.state != "refused")
    )
    return select(union_all(paid, back).subquery())


def _bill() -> Select[Any]:
    b = t.bill.c
    return select(select(b.key, b.order_id, b.amount_minor, b.currency, b.state, b.utc_ms, b.n).subquery())


class StatementBook:
    """`broken` names the faults of the bill that are switched on."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.broken: Collection[str] = ()

    def moved(self, row: BookRow, utc_ms: int) -> None:
        """Money moved: the ledger's row gets its moment, the provider writes its own."""
        self.noticed(row.key, utc_ms)
        book = {"key": row.key, "order_id": row.order_id, "amount_minor": row.amount_minor}
        what = {"currency": row.currency, "state": row.state, "utc_ms": utc_ms}
        self._db.execute(insert(t.bill).values(**book, **what))

    def noticed(self, key: str, utc_ms: int) -> None:
        """When this key was booked first."""
        insert_missing(self._db, t.moments, key=key, utc_ms=utc_ms)

    def page(self, device: DeviceId, ask: AskStatement) -> StatementPage:
        """One page, of this device's rows only."""
        rows = self._rows(device, ask)
        first = (ask.page - 1) * PAGE_ROWS
        pages = max(1, -(-len(rows) // PAGE_ROWS))
        return StatementPage(ask, max(pages, ask.page), tuple(rows[first : first + PAGE_ROWS]))

    def _rows(self, device: DeviceId, ask: AskStatement) -> list[StatementRow]:
        book = _ledger() if ask.book == "ledger" else _bill()
        (rows_of,) = book.get_final_froms()
        c = rows_of.c
        span = book.where(c.utc_ms >= ask.from_utc_ms, c.utc_ms < ask.to_utc_ms)
        found = self._db.execute(span.where(c.key.startswith(f"{device}-", autoescape=True)).order_by(c.n))
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
