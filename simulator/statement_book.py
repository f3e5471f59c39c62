"""The cloud's statements: pages of its own ledger, and of a provider's bill of its own.

Part of the ledger: same connection, same transactions. The bill is written when money moves, as a provider
writes it, not copied when somebody asks; it can be made wrong on purpose (`faults.bill`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, union_all

from agent.core.compare import BookRow
from agent.core.ids import DeviceId, device_of
from agent.ports import AskStatement, StatementPage, StatementRow
from simulator.gateway import tables as t
from simulator.gateway.store import insert_missing

PAGE_ROWS, FEW_ROWS = 200, 3
BILL_FAULTS = ("bill_misses_row", "bill_doubles_row", "bill_other_amount")
"""What can be wrong with the provider's bill; each spoils the first row of the span."""

REFUNDS_AFTER = 1_000_000_000  # of one moment: first the charges, then what went back


# Each: key, order, amount, currency, state, moment, and a number that keeps the order of one moment.


def _paid() -> Select[Any]:
    c, moment = t.captures.c, func.coalesce(t.moments.c.utc_ms, 0).label("utc_ms")
    state = literal("captured").label("state")
    rows = select(c.key, c.order_id, c.amount_minor, c.currency, state, moment, c.n.label("n"))
    return rows.outerjoin_from(t.captures, t.moments, t.moments.c.key == c.key)


def _gone_back() -> Select[Any]:
    r, moment = t.refunds.c, func.coalesce(t.moments.c.utc_ms, 0).label("utc_ms")
    number = (r.n + REFUNDS_AFTER).label("n")
    rows = select(r.key, r.order_id, r.amount_minor, t.charges.c.currency, r.state, moment, number)
    rows = rows.join_from(t.refunds, t.charges, t.charges.c.key == r.payment_key)
    return rows.outerjoin(t.moments, t.moments.c.key == r.key).where(r.state != "refused")


def _declined(utc_ms: int) -> Select[Any]:
    """What a dishonest ledger lists as well."""
    c, state = t.charges.c, literal("captured").label("state")
    moment, number = literal(utc_ms).label("utc_ms"), literal(0).label("n")
    rows = select(c.key, c.order_id, c.amount_minor, c.currency, state, moment, number)
    return rows.where(c.state.in_(["declined", "voided"]), c.order_id != "")


def _billed() -> Select[Any]:
    b = t.bill.c
    return select(b.key, b.order_id, b.amount_minor, b.currency, b.state, b.utc_ms, b.n)


class StatementBook:
    """`broken` names what is switched on: faults of the bill, and promises (simulator.faults)."""

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
        overlap = "statement_pages_overlap" in self.broken
        size = FEW_ROWS if overlap else PAGE_ROWS
        pages, number = max(1, -(-len(rows) // size)), ask.page
        if "statement_repeats_its_last_page" in self.broken:
            number = min(number, pages)
        first = max(0, (number - 1) * size - overlap)
        return StatementPage(ask, max(pages, ask.page), tuple(rows[first : first + size]))

    def _rows(self, device: DeviceId, ask: AskStatement) -> list[StatementRow]:
        rows = self._of_book(ask)
        if "statement_of_every_device" not in self.broken:
            rows = [row for row in rows if device_of(row.row.key) == device]
        return self._spoiled(rows) if ask.book == "bill" else self._other_than_promised(rows)

    def _of_book(self, ask: AskStatement) -> list[StatementRow]:
        books = [_paid(), _gone_back()] if ask.book == "ledger" else [_billed()]
        if ask.book == "ledger" and "statement_lists_what_did_not_move" in self.broken:
            books.append(_declined(ask.from_utc_ms))
        book = union_all(*books).subquery().c
        late = "statement_takes_in_its_last_moment" in self.broken
        last = book.utc_ms <= ask.to_utc_ms if late else book.utc_ms < ask.to_utc_ms
        found = select(*book).where(book.utc_ms >= ask.from_utc_ms, last).order_by(book.utc_ms, book.n)
        return [StatementRow(BookRow(*row[:5]), row[5]) for row in self._db.execute(found)]

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
