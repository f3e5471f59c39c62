"""Is the store fit to sell from? What is looked at each time it is opened to be written.

Enters: the open file. Leaves: nothing, or a StorageError for the technician. Everything that decides
about money is looked at: each table but the journal and what stood around it, and of the journal its
end, up to the state that a start goes on from. What is older takes seconds after years, and decides
nothing any more: `verify` has the rest (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from agent.storage.chain import genesis
from agent.storage.trouble import StorageError
from agent.storage.walk import ROWS_AFTER, STATE, state_misfit, walk

TAIL_ROWS = 1000
SMALL_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('journal', 'surroundings')"
)
NEXT_STEP = (
    "move it and its -wal away and keep them, they may hold payments that the cloud does not know; the "
    "next start begins a new journal, and members join again. Put no older copy in its place: it would "
    "number orders a second time, and what was paid under a number before would count as paid again"
)


def check_tables(file: Path, connection: apsw.Connection) -> None:
    """Every page of every table but the journal can be read and decrypted, and hangs where it should."""
    with _damage_told(file):
        for (name,) in list(connection.execute(SMALL_TABLES)):
            damage = connection.execute(f"PRAGMA quick_check('{name}')").get
            if damage != "ok":
                raise StorageError(f"{file}: damaged: {name}: {damage} ({NEXT_STEP})")


def check_tail(file: Path, connection: apsw.Connection) -> None:
    """The last rows are what was written, and the state is the one that the last of them left."""
    with _damage_told(file):
        last: int = connection.execute("SELECT coalesce(max(seq), 0) FROM journal").get
        after = max(0, last - TAIL_ROWS)
        walked = walk(connection.execute(ROWS_AFTER, (after,)), after, _hash_of(connection, after))
        misfit = walked.misfit or state_misfit(list(connection.execute(STATE)), walked)
    if misfit is not None:
        raise StorageError(
            f"{file}: damaged: row {misfit.seq} of the journal does not fit: {misfit.why} ({NEXT_STEP})"
        )


def _hash_of(connection: apsw.Connection, seq: int) -> bytes:
    """What the row behind this one follows."""
    if seq == 0:
        epoch: Any = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").get
        return genesis(epoch)
    hash_: Any = connection.execute("SELECT hash FROM journal WHERE seq = ?", (seq,)).get
    return bytes(hash_ or b"")  # a row that is gone: the next one will not fit


@contextmanager
def _damage_told(file: Path) -> Iterator[None]:
    try:
        yield
    except apsw.CorruptError as error:
        raise StorageError(f"{file}: damaged: {error} ({NEXT_STEP})") from error
