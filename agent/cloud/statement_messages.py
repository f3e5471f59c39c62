"""Statements on the wire: a page of the cloud's ledger or of the provider's bill. Used by `messages`."""

from __future__ import annotations

from agent.cloud import schema
from agent.cloud.envelope import Unreadable, data_of, ms_of, pack, rfc3339
from agent.core.compare import BookRow
from agent.core.ids import DeviceId
from agent.ports import AskStatement, StatementPage, StatementRow

CLOUD_SOURCE = "hyla/cloud"


def name_of(wish: AskStatement) -> str:
    """What goes along as correlation: which page of which book."""
    return f"{wish.book}/{wish.from_utc_ms}/{wish.page}"


def ask_bytes(wish: AskStatement, device: DeviceId) -> bytes:
    """A repeat is byte-identical."""
    data = schema.StatementRequestData(
        book=wish.book,  # type: ignore[arg-type]
        since=rfc3339(wish.from_utc_ms),
        until=rfc3339(wish.to_utc_ms),
        page=wish.page,
    )
    return pack(schema.STATEMENT_REQUESTED, f"{device}/{name_of(wish)}/statement", f"hyla/{device}", data)


def read_ask(envelope: schema.Envelope) -> AskStatement:
    """The cloud's side: which page is wanted. Raises Unreadable."""
    data = data_of(envelope, schema.StatementRequestData)
    return AskStatement(data.book, ms_of(data.since), ms_of(data.until), data.page)


def page_bytes(page: StatementPage, id: str, utc_ms: int) -> bytes:
    """The cloud's side: one page."""
    data = schema.StatementData(
        book=page.ask.book,  # type: ignore[arg-type]
        since=rfc3339(page.ask.from_utc_ms),
        until=rfc3339(page.ask.to_utc_ms),
        page=page.ask.page,
        pages=page.pages,
        rows=[_written(row) for row in page.rows],
    )
    return pack(schema.STATEMENT, id, CLOUD_SOURCE, data, rfc3339(utc_ms))


def read_page(envelope: schema.Envelope) -> StatementPage:
    """What stands on the page. Raises Unreadable."""
    data = data_of(envelope, schema.StatementData)
    if data.page > data.pages:
        raise Unreadable("a page after the last one")
    ask = AskStatement(data.book, ms_of(data.since), ms_of(data.until), data.page)
    return StatementPage(ask, data.pages, tuple(map(_read, data.rows)))


def _written(row: StatementRow) -> schema.StatementRowData:
    book = row.row
    return schema.StatementRowData(
        key=book.key,
        order_id=book.order_id,
        amount_minor=book.amount_minor,
        currency=book.currency,
        state=book.state,  # type: ignore[arg-type]
        time=rfc3339(row.utc_ms),
    )


def _read(row: schema.StatementRowData) -> StatementRow:
    book = BookRow(row.key, row.order_id, row.amount_minor, row.currency, row.state)
    return StatementRow(book, ms_of(row.time))
