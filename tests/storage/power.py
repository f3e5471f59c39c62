"""Pulling the plug under SQLite: what it does to its files is recorded, and cut off anywhere.

`recording()` puts a recorder under the cipher, where the real `open_database` then works. A `Disk` takes
the recorded operations one by one; `after_a_cut` is what could be found on it afterwards: all that was
synced, and of the rest each 512-byte sector of each write kept or lost by the seed's coin. What a write
does not cover stays as it was (SQLite counts on that). With `strict` also new and deleted names are lost
until the folder is synced, as POSIX allows; without, they are kept at once, as ext4 does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import apsw

SECTOR_BYTES = 512
UNDER, RECORDER, CIPHER_OVER_RECORDER = "unix", "power", "multipleciphers-power"
SYNCS_ITS_NAME = ("-journal", "-wal")  # the unix VFS syncs the folder at their first sync


@dataclass(frozen=True, slots=True)
class Create:
    """Opened; with what was in it before the recording, if anything."""

    name: str
    found: bytes = b""


@dataclass(frozen=True, slots=True)
class Write:
    name: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    name: str


@dataclass(frozen=True, slots=True)
class Delete:
    name: str
    folder_synced: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Not SQLite's: what the terminal knew, and told others, by now."""

    what: Any


Operation = Create | Write | Truncate | Sync | Delete | Told


# --- recording ------------------------------------------------------------------------------------


class _File(apsw.VFSFile):
    """A file of the real file system whose changes are noted."""

    def __init__(self, opened: Any, name: str, flags: list[int], operations: list[Operation]) -> None:
        super().__init__(UNDER, opened, flags)
        self._name = name
        self._operations = operations

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._operations.append(Write(self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._operations.append(Truncate(self._name, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._operations.append(Sync(self._name))


class _Recorder(apsw.VFS):
    """The unix VFS, with a witness. Lives as long as the process: the cipher keeps a pointer to it."""

    def __init__(self) -> None:
        super().__init__(RECORDER, UNDER)
        self.operations: list[Operation] = []

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name)
        self.operations.append(Create(path.name, path.read_bytes() if path.exists() else b""))
        return _File(name, path.name, flags, self.operations)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.operations.append(Delete(Path(filename).name, syncdir))


@cache
def _recorder() -> _Recorder:
    recorder = _Recorder()
    apsw.Connection(":memory:", vfs=CIPHER_OVER_RECORDER).close()  # makes the cipher over it known
    return recorder


@contextmanager
def recording() -> Iterator[list[Operation]]:
    """Every database that is opened and closed inside is recorded, in order, into this list."""
    recorder, usual = _recorder(), apsw.vfs_names()[0]
    operations: list[Operation] = []
    recorder.operations = operations
    apsw.set_default_vfs(CIPHER_OVER_RECORDER)
    try:
        yield operations
    finally:
        apsw.set_default_vfs(usual)


# --- what a cut leaves ----------------------------------------------------------------------------


class _Content:
    """What is certainly on the disk of one file, and what is on its way there."""

    def __init__(self, syncs_its_name: bool, found: bytes) -> None:
        self.syncs_its_name = syncs_its_name
        self._certain = bytearray(found)
        self._pending: list[Write | Truncate] = []

    def change(self, operation: Write | Truncate) -> None:
        self._pending.append(operation)

    def sync(self) -> None:
        for operation in self._pending:
            _apply(self._certain, operation)
        self._pending.clear()

    def after_a_cut(self, chance: Random) -> bytes:
        found = bytearray(self._certain)
        for operation in self._pending:
            for piece in _pieces(operation):
                if chance.random() < 0.5:
                    _apply(found, piece)
        return bytes(found)


def _pieces(operation: Write | Truncate) -> Iterator[Write | Truncate]:
    """A write sector by sector; a truncation is one thing."""
    if isinstance(operation, Truncate):
        yield operation
        return
    start, end = operation.offset, operation.offset + len(operation.data)
    while start < end:
        stop = min(end, start - start % SECTOR_BYTES + SECTOR_BYTES)
        yield Write(
            operation.name, start, operation.data[start - operation.offset : stop - operation.offset]
        )
        start = stop


def _apply(content: bytearray, operation: Write | Truncate) -> None:
    size = operation.size if isinstance(operation, Truncate) else operation.offset
    if len(content) < size:
        content.extend(bytes(size - len(content)))
    if isinstance(operation, Truncate):
        del content[size:]
    else:
        content[size : size + len(operation.data)] = operation.data


class Disk:
    """The folder, operation by operation."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._now: dict[str, _Content] = {}
        self._certain: dict[str, _Content] = {}
        self._pending: list[tuple[str, _Content | None]] = []  # names that came, and (None) went

    def take(self, operation: Operation) -> None:
        match operation:
            case Create(name, found) if name not in self._now:
                self._name(name, _Content(name.endswith(SYNCS_ITS_NAME), found))
                if found:
                    self._sync_names()
            case Write(name) | Truncate(name):
                self._now[name].change(operation)
            case Sync(name):
                self._sync(self._now[name])
            case Delete(name, folder_synced):
                self._name(name, None)
                if folder_synced:
                    self._sync_names()

    def after_a_cut(self, chance: Random) -> dict[str, bytes]:
        """Name → content of what is found when the power is back."""
        names = dict(self._certain)
        for name, content in self._pending:
            if not self._strict or chance.random() < 0.5:
                _put(names, name, content)
        return {name: content.after_a_cut(chance) for name, content in names.items()}

    def _name(self, name: str, content: _Content | None) -> None:
        _put(self._now, name, content)
        self._pending.append((name, content))

    def _sync(self, content: _Content) -> None:
        content.sync()
        if content.syncs_its_name:
            content.syncs_its_name = False
            self._sync_names()

    def _sync_names(self) -> None:
        self._certain = dict(self._now)
        self._pending.clear()


def _put(names: dict[str, _Content], name: str, content: _Content | None) -> None:
    if content is None:
        names.pop(name, None)
    else:
        names[name] = content
