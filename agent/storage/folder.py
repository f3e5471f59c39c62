"""The folder of the store: who may use it (one hyla at a time), the key that opens its file, and the
device's own key on which templates hang.

Both keys are 32 raw bytes of chance, never derived from a word, so opening costs no key stretching. Each
is whole and on disk before anything hangs on it. They are two so that a backup of the journal with its
key does not open a face, and so that the device's can move into a secure element by itself.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
from pathlib import Path

from agent.storage.trouble import StorageError

log = logging.getLogger(__name__)

DATABASE = "hyla.db"
KEY = "hyla.key"
DEVICE_KEY = "device.key"
LOCK = "hyla.lock"
KEY_BYTES = 32
LOCKS = Path("/proc/locks")


def make_folder(folder: Path) -> None:
    """Ours alone (0700), and its name on disk."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Names are on disk only once their folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock_folder(folder: Path) -> int:
    """The descriptor that holds the folder until it is closed; the system lets go when we die."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StorageError(
            f"{folder}: another hyla runs on this folder (stop it first, or give this one its own "
            "device.data_dir; two may never share a journal)"
        ) from None
    return descriptor


def read_key(folder: Path) -> bytes:
    """The key of a store that exists.

    Raises:
        StorageError: no store here, its key is gone, or is not a key.
    """
    path = folder / KEY
    if not path.exists():
        if not (folder / DATABASE).exists():
            raise StorageError(f"{folder}: no store here yet (expected {DATABASE}; `hyla run` creates it)")
        raise StorageError(
            f"{path}: missing, and {DATABASE} cannot be read without it (put the key back; or move "
            f"{DATABASE} away to begin an empty journal, after settling open payments by hand)"
        )
    return _key_of(path)


def read_or_make_key(folder: Path) -> bytes:
    """As `read_key`; a folder without a store gets a new key, one open to others is closed to them."""
    path = folder / KEY
    if not path.exists() and not (folder / DATABASE).exists():
        _write_key(path)
    key = read_key(folder)
    _close_to_others(path)
    return key


def read_device_key(folder: Path) -> bytes:
    """The key that wraps the persons' keys.

    Raises:
        StorageError: it is gone, can be read by others, or is not a key.
    """
    path = folder / DEVICE_KEY
    if not path.exists():
        raise StorageError(
            f"{path}: missing, and the members' templates cannot be opened without it (put the key back; "
            "where it is lost for good, `hyla templates empty`, and members enrol again)"
        )
    if path.stat().st_mode & 0o077:
        raise StorageError(
            f"{path}: can be read by other users of this machine (expected 0600: `chmod 600 {path}`; where "
            "somebody may have copied it, `hyla templates empty`, and members enrol again)"
        )
    return _key_of(path)


def read_or_make_device_key(folder: Path) -> bytes:
    """As `read_device_key`; a folder on which no template hangs yet gets a new key."""
    if not (folder / DEVICE_KEY).exists():
        _write_key(folder / DEVICE_KEY)
    return read_device_key(folder)


def _key_of(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StorageError(f"{path}: {len(key)} bytes (expected {KEY_BYTES}; put the right key back)")
    return key


def _close_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        log.warning("%s could be read by other users of this machine; closed to them now (0600)", path)
        path.chmod(0o600)


def _write_key(path: Path) -> None:
    """Whole and on disk under its name, or not there at all."""
    draft = path.with_suffix(".key.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)


def is_held(folder: Path) -> bool:
    """Whether a hyla runs on this folder, found without touching its lock: trying the lock, even for a
    moment, could keep a terminal from starting."""
    try:
        file, held = (folder / LOCK).stat(), LOCKS.read_text("ascii")
    except OSError:
        return False
    return any(words[1] == "FLOCK" and words[5].endswith(f":{file.st_ino}") for words in _locks(held))


def _locks(table: str) -> list[list[str]]:
    """The rows of /proc/locks: number, kind, …, major:minor:inode, from, to. `->` marks one who waits."""
    return [row for line in table.splitlines() if len(row := line.split()) >= 8 and row[1] != "->"]
