"""How the running terminal is, told to whoever asks at a socket beside the journal.

Enters: beats of the loop, the state after each turn, the scanner's facts; one line from the one who asks.
Leaves: one line of JSON; and a fact, when somebody wants a business day compared or closed, or an agreement
taken back: the terminal alone writes its journal, so who wants something written asks it. A socket, not a
file: its answer is of now, a terminal that was killed does not answer, one that hangs shows the age of its
last turn, and nothing is written to a card all day long. It tells no money, no name and no code.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from agent.core.codes import UnknownCode
from agent.core.consent import Purpose
from agent.core.day import Day
from agent.core.events import BarcodeScanned, DayCalled, Device, Event, WithdrawalCalled
from agent.core.ids import PersonId
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.ports import Post

log = logging.getLogger(__name__)
A = TypeVar("A", bound=msgspec.Struct)

SOCKET = "health.sock"
ASKED_WITHIN_S = 1.0  # who connects and says nothing must not keep others waiting
WORD_BYTES = 512
PURPOSES = frozenset(Purpose)
ANSWER_BYTES_MAX = 65_536
Word = Literal["health", "look"]
DayWord = Literal["day", "compare", "close"]


class CameraSeen(msgspec.Struct, frozen=True):
    """What `camera.look` measured through the terminal's own camera."""

    width_px: int
    height_px: int
    fps: float
    luma: float
    sharpness: float
    still: bool


class Health(msgspec.Struct, frozen=True):
    """`free`: no customer is there. `down`: device → cause. `scans` counts codes since the start;
    `unknown_chars` is the length of the last one if it was of no kind we know, else 0."""

    pid: int
    up_ms: int
    turn_age_ms: int
    free: bool
    down: dict[str, str]
    scans: int = 0
    unknown_chars: int = 0
    camera: CameraSeen | None = None


class DayStands(msgspec.Struct, frozen=True):
    """A business day, as the terminal has it at hand. `standing` is empty when it does not; `asked` numbers
    its comparisons; `link`: the cloud can be asked."""

    day: int
    link: bool
    standing: str = ""
    asked: int = 0
    differences: int = 0


class Pulse:
    """What the terminal leaves here as it works. Each value has one writer; readers may be any thread."""

    def __init__(self, clock_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000) -> None:
        self._clock_ms = clock_ms
        self._began_ms = self._turned_ms = clock_ms()
        self._free = True
        self._down: dict[str, str] = {}
        self._scanned = (0, 0)
        self._days: tuple[Day, ...] = ()

    def beat(self) -> None:
        """The loop came round."""
        self._turned_ms = self._clock_ms()

    def show(self, terminal: Terminal) -> None:
        """The state after a turn."""
        self._free = terminal.visit.stage is Stage.IDLE
        self._down = {str(device): cause for device, cause in terminal.down.items()}
        self._days = terminal.kept.days

    def day(self, number: int) -> DayStands:
        """How this day stands now."""
        link = str(Device.CLOUD) not in self._down
        for day in self._days:
            if day.number == number:
                return DayStands(number, link, day.standing.value, day.asked, day.difference_count)
        return DayStands(number, link)

    def hearing(self, post: Post) -> Post:
        """`post`, counting the codes that go through it."""

        def counted(event: Event) -> None:
            if isinstance(event, BarcodeScanned):
                unknown = event.code.length if isinstance(event.code, UnknownCode) else 0
                self._scanned = (self._scanned[0] + 1, unknown)
            post(event)

        return counted

    def health(self, camera: CameraSeen | None = None) -> Health:
        now_ms = self._clock_ms()
        scans, unknown_chars = self._scanned
        return Health(
            pid=os.getpid(),
            up_ms=now_ms - self._began_ms,
            turn_age_ms=now_ms - self._turned_ms,
            free=self._free,
            down=self._down,
            scans=scans,
            unknown_chars=unknown_chars,
            camera=camera,
        )


class HealthDesk:
    """Answers at the socket, on a thread of its own."""

    def __init__(
        self, path: Path, pulse: Pulse, look: Callable[[], CameraSeen | None], post: Post = lambda _: None
    ) -> None:
        self._path, self._pulse, self._look, self._post = path, pulse, look, post
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._thread = threading.Thread(target=self._serve, name="health", daemon=True)

    def start(self) -> None:
        """Open the socket. A terminal that cannot be asked sells all the same."""
        try:
            self._path.unlink(missing_ok=True)  # of one that was killed; the folder is ours
            os.fchmod(self._listener.fileno(), 0o600)  # before bind: the file is never open to others
            self._listener.bind(str(self._path))
            self._listener.listen(4)
        except OSError as error:
            log.warning(
                "%s: cannot be opened (%s); hyla doctor will not be told how we are", self._path, error
            )
            return
        self._thread.start()

    def stop(self) -> None:
        """Close it and take the file away. May be called more than once, also when never started."""
        if self._thread.is_alive():
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread
            self._thread.join()
            self._path.unlink(missing_ok=True)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                asking, _ = self._listener.accept()
            except OSError:
                return
            with asking, contextlib.suppress(OSError):
                asking.settimeout(ASKED_WITHIN_S)
                asking.sendall(msgspec.json.encode(self._answer(asking.recv(WORD_BYTES))) + b"\n")

    def _answer(self, line: bytes) -> Health | DayStands:
        """What is not understood is answered with how the terminal is."""
        match line.split():
            case [b"look"]:
                return self._pulse.health(self._look())
            case [(b"day" | b"compare" | b"close") as word, day, number] if (day + number).isdigit():
                stands = self._pulse.day(int(day))
                if word != b"day":
                    self._post(DayCalled(int(day), word == b"close", int(number)))
                return stands
            case [b"withdraw", words, purposes]:
                self._withdraw(words, purposes.decode("ascii", "replace"))
                return self._pulse.health()
            case _:
                return self._pulse.health()

    def _withdraw(self, words: bytes, purposes: str) -> None:
        """The person's id in base64, for it may hold anything; what cannot be read is nobody's."""
        with contextlib.suppress(ValueError):
            person = PersonId(base64.urlsafe_b64decode(words).decode())
            named = (
                () if purposes == "-" else tuple(word for word in purposes.split(",") if word in PURPOSES)
            )
            if named or purposes == "-":
                self._post(WithdrawalCalled(person, named, "asked for"))


def ask_day(folder: Path, word: DayWord, day: int, number: int, timeout_s: float) -> DayStands | None:
    """How a business day stands; with `compare` and `close` also ask for it, and read on with `day` what
    became of that. None when no terminal answers at the socket.

    Raises:
        TimeoutError: somebody holds the socket and says nothing.
    """
    return _asked(folder, f"{word} {day} {number}", DayStands, timeout_s)


def ask_withdrawal(folder: Path, person: str, purposes: tuple[str, ...], timeout_s: float) -> bool:
    """Let the running terminal take back for this person (no purposes: all); it does so when nobody is
    being recognised or pays. False when no terminal answers at the socket.

    Raises:
        TimeoutError: somebody holds the socket and says nothing.
    """
    words = base64.urlsafe_b64encode(person.encode()).decode()
    return _asked(folder, f"withdraw {words} {','.join(purposes) or '-'}", Health, timeout_s) is not None


def ask(folder: Path, word: Word, timeout_s: float) -> Health | None:
    """How the terminal of this data folder is; None when none answers at the socket.

    Raises:
        TimeoutError: somebody holds the socket and says nothing.
    """
    return _asked(folder, word, Health, timeout_s)


def _asked(folder: Path, words: str, kind: type[A], timeout_s: float) -> A | None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout_s)
        try:
            line.connect(str(folder / SOCKET))
            line.sendall(f"{words}\n".encode())
            return msgspec.json.decode(_to_the_end(line), type=kind)
        except TimeoutError:
            raise
        except (OSError, msgspec.MsgspecError):
            return None


def _to_the_end(line: socket.socket) -> bytes:
    said = b""
    while len(said) < ANSWER_BYTES_MAX and (piece := line.recv(4096)):
        said += piece
    return said
