"""Bytes of the port → facts: one dialect, one beam once, and a word when nothing can be read.

In: what the port gave, with its time. Out: a classified BarcodeScanned for each beam, DeviceLost `noise` or
`unended` until the next good one, and what the scanner must be answered. No port, no thread and no clock;
owned by `scanner.port`, and by whoever plays a day in virtual time. What stands in a code is never logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp
from agent.ports import Post
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.classify import classify
from agent.scanner.dialect import Dialect, Reply, Report, Resend
from agent.scanner.framing import Noise, RepeatFilter, ScanLine, Unended
from agent.scanner.honeywell import Honeywell
from agent.scanner.keyboard import KeyBurst
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
# A broken line can make noise all day; the log hears of it this often.
NOISE_EVERY_MS = 10_000


class Hearing:
    """What one scanner says. `dialect` belongs to whoever holds the port's lock."""

    def __init__(self, section: ScannerSection, rules: Sequence[CodeRule], post: Post) -> None:
        self.dialect = DIALECTS[section.dialect](section)
        self._section = section
        self._rules = tuple(rules)
        self._post = post
        self._repeats = RepeatFilter(section.repeat_ms)
        self._noise = NoiseLog(section)
        self._amiss = ""

    def begin(self) -> None:
        """The port is open: what came half before is forgotten."""
        self.dialect.reset()
        self._amiss = ""
        self._post(DeviceUp(Device.SCANNER))

    def understand(self, data: bytes, now_ms: int) -> tuple[list[Report], bytes]:
        """What came, empty for silence; what it was, and what the scanner must be sent."""
        reports = self.dialect.feed(data, now_ms) if data else self.dialect.idle(now_ms)
        return reports, self.dialect.outgoing()

    def pass_on(self, reports: Sequence[Report], now_ms: int) -> None:
        """To the inbox and the log."""
        for report in reports:
            self._take(report, now_ms)

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
            self._post(DeviceLost(Device.SCANNER, cause) if cause else DeviceUp(Device.SCANNER))


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
