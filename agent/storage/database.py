"""Data folder → an open, checked, encrypted database of the newest schema; or a technician's error.

Owned by the main thread: one connection, one writer, one process. `hyla orders` may open the same
file a second time, for reading only. The folder holds `hyla.db`, SQLite's own `-wal` and `-shm`
beside it, and what `folder` puts there.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import apsw

from agent.ports import JournalTrouble
from agent.storage.folder import (
    DATABASE,
    lock_folder,
    make_folder,
    read_key,
    read_or_make_key,
    sync_folder,
)
from agent.storage.schema import VERSION, migrate
from agent.storage.sound import NEXT_STEP, check_tables, check_tail
from agent.storage.trouble import StorageError, explain

log = logging.getLogger(__name__)

BUSY_MS = 2000  # a reader never blocks the writer in WAL; this covers the moment in which one opens
WAL_PAGES = 200  # 0.8 MB of log before a checkpoint: little to replay, few checkpoints a sale
WAL_BYTES_MAX = 4 * 1024 * 1024  # what the log is cut back to after a flood


class Database:
    """The open file. `epoch` names this journal: another folder, or this one wiped, has another."""

    def __init__(self, folder: Path, connection: apsw.Connection, owned: ExitStack) -> None:
        self.folder = folder
        self.connection = connection
        self._owned = owned
        [(epoch,)] = self.rows("SELECT value FROM meta WHERE key = 'epoch'")
        self.epoch: str = epoch

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """All of the body or nothing of it.

        Raises:
            JournalFull, JournalFailed: the disk did not take it.
            JournalRefused: the tables did not.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException as error:
            system_errno = self.connection.system_errno  # before the rollback, which may set it anew
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            if isinstance(error, apsw.Error):
                raise explain(self.folder / DATABASE, error, system_errno) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Several questions to one picture of the journal, while another process writes.

        Raises:
            JournalFailed: the disk did not answer.
        """
        try:
            self.connection.execute("BEGIN")
            yield self.connection
        except apsw.Error as error:
            raise explain(self.folder / DATABASE, error, self.connection.system_errno) from error
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def rows(self, sql: str, bindings: tuple[str | int, ...] = ()) -> list[Any]:
        """All rows of a question. Raises JournalFailed when the disk does not answer."""
        try:
            return list(self.connection.execute(sql, bindings))
        except apsw.Error as error:
            raise explain(self.folder / DATABASE, error, self.connection.system_errno) from error

    def fold_log(self) -> bool:
        """Move the write-ahead log into the file and cut it to nothing, so that no older copy of a
        destroyed row lies in it. False when a reader held it back: the next close does it.

        Raises:
            JournalFailed: the disk did not take it.
        """
        [(held_back, *_)] = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return not held_back

    def close(self) -> None:
        """Fold the log into the file and let go of the folder. May be called twice."""
        self._owned.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_database(folder: Path, readonly: bool = False) -> Database:
    """Open `hyla.db` in this folder, and create folder, key and database when there are none.

    With `readonly` nothing is created, locked or changed, and the agent may be running.

    Raises:
        StorageError: another hyla holds the folder, the key is missing or wrong, the file is damaged
            or of a newer version, the disk does not let us; the text says what to do.
    """
    owned = ExitStack()
    try:
        connection = (_open_to_read if readonly else _open_to_write)(folder, owned)
        return Database(folder, connection, owned)
    except BaseException as error:
        owned.close()
        if not isinstance(error, OSError | apsw.Error | JournalTrouble):
            raise
        cause = error.__cause__ or error
        if isinstance(cause, apsw.CorruptError):
            raise StorageError(f"{folder / DATABASE}: damaged: {cause} ({NEXT_STEP})") from error
        raise StorageError(
            f"{folder}: the store cannot be opened: {error} (see that the folder belongs to this user, "
            "can be written, and that its disk has space)"
        ) from error


def open_in_memory() -> Database:
    """The same tables without file, log, lock or key: what writing costs when there is no disk."""
    owned = ExitStack()
    connection = apsw.Connection(":memory:")
    owned.callback(connection.close)
    connection.pragma("foreign_keys", True)
    connection.pragma("recursive_triggers", True)
    for number in range(1, VERSION + 1):
        migrate(connection, number)
    return Database(Path(), connection, owned)


def _open_to_write(folder: Path, owned: ExitStack) -> apsw.Connection:
    make_folder(folder)
    owned.callback(os.close, lock_folder(folder))
    key = read_or_make_key(folder)
    file = folder / DATABASE
    if not file.exists():
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite's own files take this mode over
    connection = connect(file, key, apsw.SQLITE_OPEN_READWRITE, owned)
    version = _known_version(file, connection)
    check_tables(file, connection)
    # EXTRA until the file stands: with FULL a power cut just after creation can lose the whole schema.
    connection.pragma("synchronous", "EXTRA")
    if connection.pragma("journal_mode", "WAL") != "wal":
        raise StorageError(f"{folder}: no write-ahead log on this file system (expected a local disk)")
    for number in range(version + 1, VERSION + 1):
        migrate(connection, number)
        log.info("%s brought to schema %d", file, number)
    check_tail(file, connection)
    connection.pragma("synchronous", "FULL")
    connection.pragma("wal_autocheckpoint", WAL_PAGES)
    connection.pragma("journal_size_limit", WAL_BYTES_MAX)
    sync_folder(folder)
    return connection


def _open_to_read(folder: Path, owned: ExitStack) -> apsw.Connection:
    file = folder / DATABASE
    connection = connect(file, read_key(folder), apsw.SQLITE_OPEN_READONLY, owned)
    version = _known_version(file, connection)
    if version < VERSION:
        raise StorageError(
            f"{file}: schema {version}, expected {VERSION} (start `hyla run` once to upgrade it)"
        )
    return connection


def connect(file: Path, key: bytes, flags: int, owned: ExitStack) -> apsw.Connection:
    """The file as this key opens it, until `owned` closes it."""
    connection = apsw.Connection(str(file), flags=flags)
    owned.callback(connection.close)
    connection.pragma("cipher", "chacha20")
    # `raw:` and 64 hex digits are used as they are; a bare hexkey would be stretched like a passphrase.
    connection.pragma("key", f"raw:{key.hex()}")
    connection.pragma("busy_timeout", BUSY_MS)
    connection.pragma("cell_size_check", True)
    connection.pragma("trusted_schema", False)
    connection.pragma("secure_delete", True)  # what is deleted is overwritten: destroyed keys are
    connection.pragma("foreign_keys", True)
    connection.pragma("recursive_triggers", True)  # so that REPLACE meets the triggers on DELETE
    return connection


def _known_version(file: Path, connection: apsw.Connection) -> int:
    """The schema version of a file that our key opens; 0 for an empty one."""
    try:
        version = int(connection.pragma("user_version"))
    except apsw.NotADBError:
        raise StorageError(
            f"{file}: its key does not open it (another terminal's key: put the right one back; or the "
            f"first page is damaged: {NEXT_STEP})"
        ) from None
    if version > VERSION:
        raise StorageError(
            f"{file}: schema {version} of a newer hyla, this one knows {VERSION} (install the newer again)"
        )
    return version
