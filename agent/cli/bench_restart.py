"""A terminal with years of turns behind it, started again: how long until its journal has been read.

Enters: a disk and a number of turns. Leaves: milliseconds of each opening, and the same for a journal of
one sale. A few sales are written by the real journal; the last of them is then copied, chained and all,
until there are turns enough: so it is a journal that `hyla journal verify` finds whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from agent.cli.bench_sale import entries, open_journal
from agent.core.state import Kept
from agent.storage.chain import COLUMNS, Row, link
from agent.storage.database import Database, open_database
from agent.storage.journal import ADD_ROW
from agent.storage.verify import verify

FEW_SALES = 3
COPIED_AT_ONCE = 20_000  # rows a transaction
Progress = Callable[[int, int], None]


class RestartTimes(NamedTuple):
    """Milliseconds of each opening, and what was opened."""

    long_ms: list[float]
    short_ms: list[float]
    verify_ms: float
    turns: int
    size_bytes: int


def restart_times(disk: Path, turns: int, rounds: int, progress: Progress) -> RestartTimes:
    """Open a journal of at least so many turns, and one of a few sales, `rounds` times each.

    Raises:
        StorageError, JournalTrouble: the disk cannot hold it.
    """
    short, long = disk / "short", disk / "long"
    for folder in (short, long):
        with open_database(folder) as database:
            sell(database)
    with open_database(long) as database:
        grown = grow(database, turns, progress)
    long_ms = [_restart_ms(long) for _ in range(rounds)]
    short_ms = [_restart_ms(short) for _ in range(rounds)]
    with open_database(long, readonly=True) as database:
        verify_ms = _ms(partial(verify, database))
    return RestartTimes(long_ms, short_ms, verify_ms, grown, (long / "hyla.db").stat().st_size)


def sell(database: Database) -> None:
    """A few sales, by the real journal."""
    journal = open_journal(database)
    for entry in entries(FEW_SALES, lambda _done, _of: None):
        journal.commit(entry)


def grow(database: Database, turns: int, progress: Progress) -> int:
    """Copy the last sale until there are so many turns; how many there are."""
    connection = database.connection
    sale, hash_ = _last_sale(database)
    seq = sale[-1].seq
    [(number,)] = database.rows("SELECT max(number) FROM orders")
    connection.pragma("synchronous", "OFF")  # nobody would miss it
    while seq < turns:
        progress(seq, turns)
        with database.transaction():
            for _ in range(max(1, min(COPIED_AT_ONCE, turns - seq) // len(sale))):
                seq, number = seq + len(sale), number + 1
                rows = list(_chained(sale, seq - len(sale), hash_))
                connection.executemany(ADD_ROW, rows)
                hash_ = rows[-1][-1]
                _copy_order(database, number)
            connection.execute("UPDATE state SET seq = ?", (seq,))
    progress(seq, seq)
    return seq


def _last_sale(database: Database) -> tuple[Sequence[Row], bytes]:
    """Its rows, and the hash of the very last one."""
    [(hash_,)] = database.rows("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1")
    rows = [Row._make(row) for row in database.rows(f"SELECT {COLUMNS} FROM journal ORDER BY seq")]
    return rows[-(len(rows) // FEW_SALES) :], hash_


def _chained(sale: Sequence[Row], after: int, hash_: bytes) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(sale, after + 1):
        copy = row._replace(seq=number)
        hash_ = link(hash_, copy)
        yield (*copy, hash_)


def _copy_order(database: Database, number: int) -> None:
    """The last order and its attempt once more, under another number."""
    name = f"bench-01-0000-{number:06d}"
    for table, columns, values in (
        ("orders", "number, order_id", (number, name)),
        ("attempts", "key, order_id", (f"{name}-1", name)),
    ):
        others = _others(database, table, columns)
        database.connection.execute(
            f"INSERT INTO {table} ({columns}, {others}) SELECT ?, ?, {others} FROM {table}"
            " ORDER BY rowid LIMIT 1",
            values,
        )


def _others(database: Database, table: str, columns: str) -> str:
    names = [name for _, name, *_ in database.rows(f"PRAGMA table_info({table})")]
    return ", ".join(name for name in names if name not in columns.split(", "))


def _restart_ms(folder: Path) -> float:
    """What a start does with its journal before it can serve anybody."""

    def start() -> None:
        with open_database(folder) as database:
            journal = open_journal(database)
            journal.read(Kept)
            journal.outbox.pending()

    return _ms(start)


def _ms(work: Callable[[], object]) -> float:
    began_ns = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - began_ns) / 1e6
