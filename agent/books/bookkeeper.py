"""Journal, ledger and bill of a day → one comparison, its files, one fact.

Enters: CompareDay from the loop, pages from the cloud's thread. Leaves: DayCompared, always. Owns its
thread; nothing here waits on the loop, and the loop waits for nothing here.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread

from agent.books.paper import Paper, write_papers
from agent.core.commands import CompareDay
from agent.core.compare import BookRow, compare
from agent.core.day import DIFFERENCES_SHOWN
from agent.core.events import DayCompared
from agent.core.figures import DAY_MS
from agent.ports import AskStatement, DayBooks, Post, StatementPage, StatementRow

log = logging.getLogger(__name__)

MARGIN_MS = 3_600_000
"""A charge of five to midnight may be booked at five past: so much of the days around is looked at too."""
TRIES = 3
STEP_S = 0.2

ReadBooks = Callable[[int, int, int, Iterable[str]], DayBooks]
"""(day, from, to, keys) → the journal's side. May raise OSError."""


class Silent(Exception):
    """The cloud does not answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the papers go and how they read. `offset_ms` is the business day's."""

    folder: Path
    shop: str
    currency: str
    language: str
    offset_ms: int


class BookkeeperDesk:
    """The Bookkeeper port. `ask` sends one question and never blocks; answers come in through `heard`."""

    def __init__(
        self,
        ask: Callable[[AskStatement], None],
        read: ReadBooks,
        place: Place,
        post: Post,
        wait_s: float = 5.0,
    ) -> None:
        self._ask, self._read, self._place, self._post = ask, read, place, post
        self._wait_s = wait_s
        self._pages: queue.SimpleQueue[StatementPage] = queue.SimpleQueue()
        self._one_at_a_time = Lock()
        self._stopping = Flag()
        self._threads: list[Thread] = []

    def compare(self, wish: CompareDay) -> None:
        """Begin, and return at once."""
        thread = Thread(target=self._work, args=(wish,), name="bookkeeper", daemon=True)
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def heard(self, page: StatementPage) -> None:
        """A page came; called by the cloud's thread."""
        self._pages.put(page)

    def moved(self, place: Place) -> None:
        """The shop has another name; papers from now on say it."""
        self._place = place

    def stop(self) -> None:
        """Give up what is being compared; the day stays as it is."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(5)

    def _work(self, wish: CompareDay) -> None:
        with self._one_at_a_time:
            try:
                fact = self._compared(wish)
            except Silent:
                fact = DayCompared(wish.day, wish.number, trouble="offline")
            except Exception as error:  # whatever it is, the day must not wait for ever
                log.error("day %d: its books cannot be compared: %s", wish.day, error)
                fact = DayCompared(wish.day, wish.number, trouble="storage")
        if not self._stopping.is_set():
            self._post(fact)

    def _compared(self, wish: CompareDay) -> DayCompared:
        from_utc_ms = wish.day * DAY_MS - self._place.offset_ms
        to_utc_ms = from_utc_ms + DAY_MS
        ledger, bill = (self._fetched(book, from_utc_ms, to_utc_ms) for book in ("ledger", "bill"))
        named = {one.row.key for one in (*ledger, *bill) if from_utc_ms <= one.utc_ms < to_utc_ms}
        ours = self._read(wish.day, from_utc_ms, to_utc_ms, named)
        here = (*ours.rows, *ours.also)
        wanted = named | {row.key for row in here}
        found = compare(here, _of(ledger, wanted), _of(bill, wanted), ours.unsent, ours.parked)
        place = self._place
        paper = Paper(wish.day, place.shop, place.currency, ours.tallies, found)
        file = write_papers(place.folder, paper, place.language)
        first = found.differences[:DIFFERENCES_SHOWN]
        return DayCompared(wish.day, wish.number, first, len(found.differences), file.name)

    def _fetched(self, book: str, from_utc_ms: int, to_utc_ms: int) -> list[StatementRow]:
        """Every page of one book, the days' borders included."""
        rows: list[StatementRow] = []
        number, pages = 1, 1
        while number <= pages:
            ask = AskStatement(book, from_utc_ms - MARGIN_MS, to_utc_ms + MARGIN_MS, number)
            page = self._page(ask)
            rows += page.rows
            number, pages = number + 1, page.pages
        return rows

    def _page(self, ask: AskStatement) -> StatementPage:
        """One page; asked again when nobody answers. Raises Silent."""
        for _ in range(TRIES):
            self._ask(ask)
            until_s = time.monotonic() + self._wait_s
            while time.monotonic() < until_s:
                if self._stopping.is_set():
                    raise Silent
                try:
                    page = self._pages.get(timeout=min(STEP_S, self._wait_s))
                except queue.Empty:
                    continue
                if page.ask == ask:  # an answer to an earlier question says nothing about this one
                    return page
        raise Silent


def _of(rows: Iterable[StatementRow], keys: set[str]) -> list[BookRow]:
    return [one.row for one in rows if one.row.key in keys]
