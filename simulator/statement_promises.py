"""What a cloud promises about its statements: the pages with which a day is compared and closed.

Part of the suite of `promises`, and asked in the same way. Of the provider's bill nothing is promised but
its form and whose rows it holds: a provider may write it the day after.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from agent.core.charge import ChargeRequest
from agent.core.commands import AskVoid
from agent.core.compare import BookRow
from agent.ports import AskStatement, StatementPage, StatementRow
from simulator.bare_till import Till

BOOKS = ("ledger", "bill")
MARGIN_MS = 120_000  # so far the cloud's clock may be from ours
PAGES_MAX = 20


class Silence(Exception):
    """A page that was asked for did not come."""


def _pages(till: Till, book: str, since: int, until: int) -> Iterator[StatementPage]:
    """Every page of the span. Raises Silence."""
    number, pages = 1, 1
    while number <= min(pages, PAGES_MAX):
        page = _page(till, AskStatement(book, since, until, number))
        yield page
        number, pages = number + 1, page.pages


def _page(till: Till, ask: AskStatement) -> StatementPage:
    page = till.page(ask)
    if page is None:
        raise Silence(f"expected page {ask.page} of the {ask.book}, saw silence")
    return page


def _around(now_ms: int) -> tuple[int, int]:
    return now_ms - MARGIN_MS, now_ms + MARGIN_MS


def _rows(till: Till, book: str, request: ChargeRequest | None = None) -> list[StatementRow]:
    """What the book says of the last minutes, of one order or of all."""
    span = _around(time.time_ns() // 1_000_000)
    rows = [row for page in _pages(till, book, *span) for row in page.rows]
    return [row for row in rows if request is None or row.row.order_id == request.order_id]


def _row_of(request: ChargeRequest) -> BookRow:
    amount = request.amount
    return BookRow(request.key, request.order_id, amount.amount_minor, amount.currency, "captured")


def a_capture_stands_in_the_ledger_once(till: Till) -> str:
    """With its key, its order and its amount, however often it was asked for."""
    request = till.request(250)
    till.charge(request)
    till.charge(request)
    seen = [row.row for row in _rows(till, "ledger", request)]
    return "" if seen == [_row_of(request)] else f"expected {_row_of(request)} once, saw {seen}"


def what_goes_back_stands_in_the_ledger(till: Till) -> str:
    """Each part under its own number, beside the capture, which stays what it was."""
    request = till.request(100)
    till.charge(request)
    parts = [till.part(request, number, minor) for number, minor in ((1, 60), (2, 40))]
    for part in parts:
        till.refund(part)
    rows = [row.row for row in _rows(till, "ledger", request)]
    seen = sorted((row.key, row.amount_minor) for row in rows if row.state in ("refunded", "accepted"))
    wanted = sorted((part.key, part.amount.amount_minor) for part in parts)
    same = seen == wanted and _row_of(request) in rows
    return "" if same else f"expected the parts {wanted} beside the capture, saw {rows}"


def what_did_not_move_stands_in_no_book(till: Till) -> str:
    """A late charge, and one that was fenced."""
    late = replace(till.request(), deadline_utc_ms=time.time_ns() // 1_000_000 - 1)
    fenced = till.request()
    till.charge(late)
    till.ask(AskVoid(fenced.key))
    till.charge(fenced)
    seen = [row for book in BOOKS for one in (late, fenced) for row in _rows(till, book, one)]
    return f"expected no row, saw {seen}" if seen else ""


def a_span_takes_in_its_first_moment_and_not_its_last(till: Till) -> str:
    """Two days side by side hold each row exactly once."""
    request = till.request()
    till.charge(request)
    rows = _rows(till, "ledger", request)
    if len(rows) != 1:
        return f"expected one row, saw {rows}"
    moment = rows[0].utc_ms
    spans = ((moment - 1_000, moment), (moment, moment + 1_000))
    seen = [any(rows[0] in page.rows for page in _pages(till, "ledger", *span)) for span in spans]
    return "" if seen == [False, True] else f"expected it from its own moment on, saw {seen} of {spans}"


def pages_hold_every_row_once_and_in_the_same_order(till: Till) -> str:
    """However many pages there are, and however often they are asked for."""
    charged = [till.request(10) for _ in range(4)]
    for request in charged:
        till.charge(request)
    now_ms = time.time_ns() // 1_000_000
    twice = [
        [row for page in _pages(till, "ledger", *_around(now_ms)) for row in page.rows] for _ in range(2)
    ]
    if twice[0] != twice[1]:
        return f"expected the same rows in the same order, saw {len(twice[0])}, then others"
    missing = {request.key for request in charged} - {row.row.key for row in twice[0]}
    if missing:
        return f"expected what was just charged, saw no {', '.join(sorted(missing))}"
    often = {key: count for key, count in Counter(row.row.key for row in twice[0]).items() if count > 1}
    if often:
        return f"expected every key once, saw {often}"
    times = [row.utc_ms for row in twice[0]]
    return "" if times == sorted(times) else "expected the oldest row first, saw another order"


def a_page_past_the_last_is_empty(till: Till) -> str:
    """Who turns one page too many reads nothing twice."""
    till.charge(till.request())
    now_ms = time.time_ns() // 1_000_000
    last = list(_pages(till, "ledger", *_around(now_ms)))[-1].pages
    beyond = _page(till, AskStatement("ledger", *_around(now_ms), last + 1))
    return f"expected no row on page {last + 1} of {last}, saw {len(beyond.rows)}" if beyond.rows else ""


def a_statement_is_of_this_device_alone(till: Till) -> str:
    """No row of another terminal, in either book."""
    own = till.request()
    till.charge(own)
    if not _rows(till, "ledger", own):
        return f"expected {own.key} in the ledger, saw it not"
    keys = [row.row.key for book in BOOKS for row in _rows(till, book)]
    others = [key for key in keys if not key.startswith(f"{till.device}-")]
    return f"expected rows of {till.device} alone, saw {others}" if others else ""


def _answered(promise: Callable[[Till], str]) -> Callable[[Till], str]:
    """Silence is a promise that was not kept."""

    def asked(till: Till) -> str:
        try:
            return promise(till)
        except Silence as silence:
            return str(silence)

    asked.__name__, asked.__doc__ = promise.__name__, promise.__doc__
    return asked


STATEMENT_PROMISES = tuple(
    _answered(promise)
    for promise in (
        a_capture_stands_in_the_ledger_once,
        what_goes_back_stands_in_the_ledger,
        what_did_not_move_stands_in_no_book,
        a_span_takes_in_its_first_moment_and_not_its_last,
        pages_hold_every_row_once_and_in_the_same_order,
        a_page_past_the_last_is_empty,
        a_statement_is_of_this_device_alone,
    )
)
