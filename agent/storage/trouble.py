"""What can go wrong with the store, by who reacts: technician, loop, or developer.

A database error comes in, one of ours goes out, in words that name the file and the next step.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import apsw

from agent.ports import JournalTrouble

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class StorageError(Exception):
    """The store cannot be opened: for the technician."""


class JournalFull(JournalTrouble):
    """No space left. Heals when there is space."""

    def __init__(self, text: str) -> None:
        super().__init__("full", text)


class JournalFailed(JournalTrouble):
    """The disk failed. The next commit may work, or may fail the same way."""

    def __init__(self, text: str) -> None:
        super().__init__("failed", text)


class JournalRefused(Exception):
    """The transaction contradicts what is on disk (a second open attempt, a changed amount, a number
    used twice): for the developer. A broken invariant, never to be tried again."""


def explain(file: Path, error: apsw.Error, system_errno: int) -> JournalTrouble | JournalRefused:
    """Which of them this error of a transaction is."""
    match error:
        case apsw.ConstraintError():
            return JournalRefused(f"{file}: refused: {error}")
        case apsw.FullError():
            return JournalFull(f"{file}: no space left (free some space on this disk)")
        case apsw.IOError() if system_errno in NO_SPACE:
            return JournalFull(f"{file}: no space left (free some space on this disk)")
        case apsw.IOError() if system_errno:
            return JournalFailed(f"{file}: {error}: {os.strerror(system_errno)} (check the disk)")
        case _:
            return JournalFailed(f"{file}: {error} (check the disk)")
