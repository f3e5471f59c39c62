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

from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp
from agent.ports import Post
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.classify import classify
from agent.scanner.dialect import Dialect, Reply, Report, Resend
from agent.scanner.framing import Noise, RepeatFilter, ScanLine, Unended
from agent.scanner.honeywell import Honeywell
from agent.scanner.keyboard import KeyBurst
from agent.scanner.line import Line, OpenLine, open_line, unplugged
from agent.scanner.lines import Lines
from agent.scanner.newland import Newland
from agent.scanner.ssi import Ssi

log = logging.getLogger(__name__)

DIALECTS: dict[str, Callable[[ScannerSection], Dialect]] = {
    "lines": Lines,
    "honeywell": Honeywell,
    "newland": Newland,
    "ssi": Ssi,
    "hid": KeyBurst,
}
Wish = Callable[[Dialect], bytes | None]
# What a scanner was to be told and could not be yet: older words are worth nothing.
WISHES_MAX = 8
# A broken line can make noise all day; the log hears of it this often.
NOISE_EVERY_MS = 10_000


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
        self._rules = tuple(rules)
        self._post = post
        self._clock_ms = clock_ms
        self._open_line = open_line
        self._dialect = DIALECTS[section.dialect](section)
        self._repeats = RepeatFilter(section.repeat_ms)
        self._noise = NoiseLog(section)
        self._amiss = ""
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
        self._dialect.reset()
        self._amiss = ""
        line = self._open_line(self._section, self._dialect.look_every_ms)
        with self._door:
            self._line = line
            self._wishes.clear()
        try:
            if not self._stopping.is_set():
                log.info("scanner up: scanner.port = %s", self._section.port)
                self._post(DeviceUp(self.device))
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
            data = self._dialect.setting(command, keep) if line is not None else None
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
                if data := self._wishes.popleft()(self._dialect):
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
                dialect = self._dialect
                reports = dialect.feed(data, now_ms) if data else dialect.idle(now_ms)
                answers = dialect.outgoing()
            for report in reports:
                self._take(report, now_ms)
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

    def _take(self, report: Report, now_ms: int) -> None:
        if isinstance(report, Reply):
            log.info("scanner on %s: command %s", self._section.port, report.verdict)
        elif not isinstance(report, ScanLine):
            self._noise.tell(report, now_ms)
            self._say_amiss(_amiss(report) or self._amiss)
        else:
            self._say_amiss("")
            if self._repeats.is_new(report, now_ms):
                self._post(BarcodeScanned(classify(report.text, self._rules)))

    def _say_amiss(self, cause: str) -> None:
        """The cashier sees why nothing is read, until the next good code."""
        if cause != self._amiss:
            self._amiss = cause
            self._post(DeviceLost(self.device, cause) if cause else DeviceUp(self.device))


def _amiss(report: Noise | Unended | Resend) -> str:
    """The word for the screens; a resend is the dialect's own business and heals unseen."""
    match report:
        case Noise():
            return "noise"
        case Unended():
            return "unended"
        case Resend():
            return ""


class NoiseLog:
    """One clear line for the technician, not one for each burst."""

    def __init__(self, section: ScannerSection) -> None:
        self._section = section
        self._told_ms: int | None = None
        self._untold = 0

    def tell(self, report: Noise | Unended | Resend, now_ms: int) -> None:
        """Log what was wrong and what to check, without the bytes."""
        if self._told_ms is not None and now_ms - self._told_ms < NOISE_EVERY_MS:
            self._untold += 1
            return
        more = f"; {self._untold} more since the last such line" if self._untold else ""
        self._told_ms, self._untold = now_ms, 0
        what, check = _told(report)
        log.warning(
            "scanner on %s: %s%s. Check %s (now %s, %d baud, suffix %s)",
            self._section.port,
            what,
            more,
            check,
            self._section.dialect,
            self._section.baud,
            self._section.suffix,
        )


def _told(report: Noise | Unended | Resend) -> tuple[str, str]:
    """What was seen, and what to look at."""
    match report:
        case Noise():
            return f"noise dropped ({report.why})", "cable, scanner.dialect, scanner.baud, scanner.suffix"
        case Resend():
            return f"a packet came damaged and was asked for again ({report.why})", "cable, scanner.baud"
        case Unended():
            return "a code came without its end", "scanner.suffix"
