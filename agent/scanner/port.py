"""The scanner's thread: BarcodeScanned once per beam, in order, whatever the scanner speaks.

In: a ScannerSection, the prefix table, `post`, and what the scanner is to be told. Out: DeviceUp when the
port is open, a classified code for each beam, DeviceLost `noise` or `unended` until the next good one,
DeviceTrouble when the port is lost; the supervisor owns the thread and calls `run` again. What stands in a
code is never logged.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from agent.core.events import Device
from agent.ports import Post
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.dialect import Dialect
from agent.scanner.hearing import Hearing
from agent.scanner.line import Line, OpenLine, open_line, unplugged

log = logging.getLogger(__name__)

Wish = Callable[[Dialect], bytes | None]
# What a scanner was to be told and could not be yet: older words are worth nothing.
WISHES_MAX = 8


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class ScannerTask:
    """A DeviceTask. `stop` is final: a stopped task returns from `run` at once."""

    device = Device.SCANNER

    def __init__(
        self,
        section: ScannerSection,
        rules: Sequence[CodeRule],
        post: Post,
        clock_ms: Callable[[], int] = _monotonic_ms,
        open_line: OpenLine = open_line,
    ) -> None:
        self._section = section
        self._clock_ms = clock_ms
        self._open_line = open_line
        self._hearing = Hearing(section, rules, post)
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # the dialect, and writing, which may take long
        self._door = threading.Lock()  # the line as others see it; held for no time at all
        self._line: Line | None = None
        self._wishes: deque[Wish] = deque(maxlen=WISHES_MAX)

    def run(self) -> None:
        """Read until stopped.

        Raises:
            DeviceTrouble: as `line.open_line`; `unplugged` when it went away while open.
        """
        line = self._open_line(self._section, self._hearing.dialect.look_every_ms)
        with self._door:
            self._line = line
            self._wishes.clear()
        try:
            if not self._stopping.is_set():
                log.info("scanner up: scanner.port = %s", self._section.port)
                self._hearing.begin()
                self._read(line)
        finally:
            with self._lock, self._door:
                self._line = None
            line.close()

    def stop(self) -> None:
        """Make `run` return now."""
        self._stopping.set()
        with self._door:
            if self._line is not None:
                self._line.cancel()

    def trigger(self, on: bool) -> None:
        """Start or stop reading, unless the profile wants none of it."""
        if self._section.trigger:
            self._wish(lambda dialect: dialect.trigger(on))

    def beep(self, good: bool) -> None:
        """Sound content or not, unless the profile wants none of it."""
        if self._section.beep:
            self._wish(lambda dialect: dialect.beep(good))

    def setting(self, command: str, keep: bool = False) -> bool:
        """Change a setting, `keep` also when the power goes. False when this scanner has none, or is not
        there. Waits for the port, unlike the wishes.

        Raises:
            ValueError: this is no command of the dialect.
        """
        with self._lock:
            line = self._line
            data = self._hearing.dialect.setting(command, keep) if line is not None else None
            if line is None or data is None:
                return False
            try:
                line.write(data)
            except OSError:
                return False
            return True

    def _wish(self, wish: Wish) -> None:
        """From any thread, at once: the reader is woken and says it."""
        with self._door:
            if self._line is not None:
                self._wishes.append(wish)
                self._line.cancel()

    def _say_wishes(self, line: Line) -> None:
        """A cable that is out shows in reading, not here."""
        while self._wishes:
            with self._lock, contextlib.suppress(OSError):
                if data := self._wishes.popleft()(self._hearing.dialect):
                    line.write(data)

    def _read(self, line: Line) -> None:
        while not self._stopping.is_set():
            self._say_wishes(line)
            try:
                data = line.read()
            except OSError as error:  # SerialException is one; some come as the plain kind
                raise unplugged(self._section) from error
            now_ms = self._clock_ms()
            with self._lock:
                reports, answers = self._hearing.understand(data, now_ms)
            self._hearing.pass_on(reports, now_ms)
            # Posted first: a code that is acknowledged is one that we have.
            self._answer(line, answers)

    def _answer(self, line: Line, answers: bytes) -> None:
        if not answers:
            return
        try:
            with self._lock:
                line.write(answers)
        except OSError as error:
            raise unplugged(self._section) from error
