"""A journal that goes into the archive: what it says of itself, and without anybody's template.

Enters: a file whose terminal leaves its shop, and the key that opens it. Leaves: the same file, whole in
one piece, without templates and the store's keys; orders, facts and the ledger of consent stay, for the
owner has to be able to prove them. `folder` is where it lies now.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import apsw

from agent.storage.chain import genesis
from agent.storage.database import Database, connect
from agent.storage.folder import DATABASE, KEY, KEY_BYTES
from agent.storage.trouble import StorageError

LAST = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
UNSENT = "SELECT count(*) FROM outbox WHERE parked IS NULL"
PARKED = "SELECT count(*) FROM outbox WHERE parked IS NOT NULL"
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"
FACES = ("templates", "templates_in_clear", "store_keys")


def without_faces(folder: Path, key: bytes) -> None:
    """Once or again.

    Raises:
        StorageError: the file cannot be opened or written.
    """
    file = folder / DATABASE
    with ExitStack() as owned:
        try:
            connection = connect(file, key, apsw.SQLITE_OPEN_READWRITE, owned)
            there = {name for (name,) in connection.execute(TABLES)}
            connection.execute("BEGIN IMMEDIATE")
            for table in FACES:
                if table in there:
                    connection.execute(f"DELETE FROM {table}")
            connection.execute("COMMIT")
            connection.pragma("journal_mode", "DELETE")
        except apsw.Error as error:
            raise StorageError(f"{file}: cannot be sealed for the owner: {error}") from error


def journal_end(database: Database) -> tuple[int, str]:
    """How many rows, and the hash of the last: what whoever opens the archive will find."""
    rows = database.rows(LAST)
    return (rows[0][0], bytes(rows[0][1]).hex()) if rows else (0, genesis(database.epoch).hex())


def waiting(database: Database) -> tuple[int, int]:
    """Records that the cloud does not have yet, and those that it refused."""
    return database.rows(UNSENT)[0][0], database.rows(PARKED)[0][0]


def key_in(folder: Path) -> bytes | None:
    """The journal's key, where there still is one."""
    path = folder / KEY
    key = path.read_bytes() if path.is_file() else b""
    return key if len(key) == KEY_BYTES else None
