"""The whole chain of the journal, walked by itself: weekly and after a day's close, in a child process.

Enters: the state after a turn. Leaves: `whole_check.json` in the data folder: when, how far, verdict; the
doctor reads it. Owns a thread that waits for the child: the loop waits for nothing here. One at a time,
also beside the child of a terminal that was killed: the child holds a lock until it ends.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Literal

import msgspec

from agent.core.day import Standing
from agent.core.debt import DAY_MS, HOUR_MS
from agent.core.events import Instant
from agent.core.state import Terminal
from agent.storage.folder import sync_folder
from agent.storage.verify import UNREADABLE

log = logging.getLogger(__name__)

FILE, LOCK = "whole_check.json", "whole_check.lock"
WEEK_MS = 7 * DAY_MS
AFTER_START_MS = 10 * 60_000
"""A till that was just switched on may have a queue before it, and one that is killed over and over has
other worries."""
NICE = 19
WITHIN_S = 6 * 3600.0
STOP_S = 5.0
WHY_CHARS_MAX = 300


class Outcome(msgspec.Struct, frozen=True):
    """What the last check found. `utc_ms` is when it began, `rows` the last row that fits; `row` does not
    fit. `damaged`: the file cannot be read to its end."""

    utc_ms: int
    rows: int
    verdict: Literal["whole", "misfit", "damaged"]
    row: int = 0
    why: str = ""


def read_outcome(folder: Path) -> Outcome | None:
    """None where no check has come to its end yet, or its file says nothing that we understand."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Outcome)
    except (OSError, msgspec.DecodeError):
        return None


def verify_command(profile: Path, overrides: Sequence[str]) -> list[str]:
    """`hyla journal verify` on this terminal's journal, after everything else on this machine."""
    command = ["nice", "-n", str(NICE), sys.executable, "-m", "agent", "journal", "verify"]
    command += ["--profile", str(profile), "--json"]
    return command + [word for override in overrides for word in ("--set", override)]


class WholeCheck:
    """Looks at each turn of the loop whether a check is due."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        self._folder, self._command = folder, list(command)
        self._last = read_outcome(folder)
        self._closed: frozenset[int] | None = None
        self._day_was_closed = False
        self._not_before_ms = 0
        self._stopping = Flag()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: Thread | None = None

    @property
    def busy(self) -> bool:
        """A check is going on."""
        return self._thread is not None and self._thread.is_alive()

    def look(self, terminal: Terminal, at: Instant) -> None:
        """The state as it is now; begins a check where one is due, and returns at once."""
        days = terminal.kept.days
        closed = frozenset(day.number for day in days if day.standing is Standing.CLOSED)
        if self._closed is None:
            self._closed, self._not_before_ms = closed, at.mono_ms + AFTER_START_MS
        if closed - self._closed:
            self._day_was_closed = True
        self._closed = closed
        by_itself = at.mono_ms >= self._not_before_ms and is_due(self._last, at.utc_ms)
        if self.busy or not (self._day_was_closed or by_itself):
            return
        self._day_was_closed = False
        self._not_before_ms = at.mono_ms + HOUR_MS  # one that could not be made is tried again then
        self._thread = Thread(target=self._work, args=(at.utc_ms,), name="whole check", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give up the check that is going on; it begins anew another time."""
        self._stopping.set()
        child = self._child
        if child is not None:
            child.terminate()
        if self._thread is not None:
            self._thread.join(STOP_S)

    def _work(self, utc_ms: int) -> None:
        """Whatever goes wrong, this thread never takes the terminal with it."""
        try:
            outcome = self._checked(utc_ms)
            if outcome is None:
                return
            _write(self._folder, outcome)
            self._last = outcome
        except Exception as error:
            log.warning("the journal's whole chain was not walked, tried again later: %s", error)
            return
        if outcome.verdict != "whole":
            log.error(
                "the journal is not what was written (%s, row %d): hyla doctor says what to do",
                outcome.verdict,
                outcome.row,
            )

    def _checked(self, utc_ms: int) -> Outcome | None:
        """None when it was given up, or another check is going on. Raises OSError."""
        lock = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._child = child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(lock,),
            )
        except BlockingIOError:
            return None
        finally:
            os.close(lock)
        with child:
            if self._stopping.is_set():
                child.terminate()
            try:
                said, trouble = child.communicate(timeout=WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()
                raise
        return None if self._stopping.is_set() else outcome_of(child.returncode, said, trouble, utc_ms)


def is_due(last: Outcome | None, utc_ms: int) -> bool:
    """A week after the last; a day where that one found damage, which may have been mended since."""
    if last is None:
        return True
    wait_ms = WEEK_MS if last.verdict == "whole" else DAY_MS
    return not 0 <= utc_ms - last.utc_ms < wait_ms  # a check of tomorrow: the clock was set


def outcome_of(code: int, said: bytes, trouble: bytes, utc_ms: int) -> Outcome:
    """What the child found. Raises OSError when it could not look."""
    why = " ".join(trouble.decode("utf-8", "replace").split())[:WHY_CHARS_MAX]
    if code == 1 and why.startswith(UNREADABLE):
        return Outcome(utc_ms, 0, "damaged", why=why)
    try:
        report = json.loads(said)
        rows, misfit = int(report["rows"]), report["misfit"]
        if misfit is None:
            return Outcome(utc_ms, rows, "whole")
        return Outcome(utc_ms, rows, "misfit", int(misfit["seq"]), str(misfit["why"])[:WHY_CHARS_MAX])
    except (ValueError, KeyError, TypeError):
        raise OSError(f"hyla journal verify ended with {code}: {why or 'it said nothing'}") from None


def _write(folder: Path, outcome: Outcome) -> None:
    """Whole under its name, or the one before."""
    draft = folder / f"{FILE}.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(outcome))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / FILE)
    sync_folder(folder)
