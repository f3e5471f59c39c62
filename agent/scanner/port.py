"""The serial port and its thread: BarcodeScanned once per beam, in order.

In: a ScannerSection, the prefix table, `post`. Out: DeviceUp when the port is open, a classified code
for each beam, DeviceLost `noise` until the next good one, DeviceTrouble when the port is lost; the
supervisor owns the thread and calls `run` again. What stands in a code is never logged.
"""

from __future__ import annotations

import errno
import logging
import os
import termios
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import serial

from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp
from agent.ports import DeviceTrouble, Post
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.classify import classify
from agent.scanner.framing import Framed, Framer, Noise, RepeatFilter, ScanLine

log = logging.getLogger(__name__)

# The reader wakes this often to see whether half a code is waiting for its end.
LOOK_EVERY_MS = 1000
# A broken line can make noise all day; the log hears of it this often.
NOISE_EVERY_MS = 10_000
BY_ID = Path("/dev/serial/by-id")


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
    ) -> None:
        self._section = section
        self._rules = tuple(rules)
        self._post = post
        self._clock_ms = clock_ms
        self._framer = Framer(section)
        self._repeats = RepeatFilter(section.repeat_ms)
        self._noise = NoiseLog(section)
        self._noisy = False
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # between `stop` and the closing of the port
        self._line: Any = None

    def run(self) -> None:
        """Read until stopped.

        Raises:
            DeviceTrouble: `absent` (no such port), `failed` (it cannot be opened or is no serial
                port), `unplugged` (it went away while open).
        """
        self._framer.reset()
        self._noisy = False
        line = _open(self._section)
        with self._lock:
            self._line = line
        try:
            if not self._stopping.is_set():
                log.info("scanner up: scanner.port = %s", self._section.port)
                self._post(DeviceUp(self.device))
                self._read(line)
        finally:
            with self._lock:
                self._line = None
                line.close()

    def stop(self) -> None:
        """Make `run` return now."""
        self._stopping.set()
        with self._lock:
            if self._line is not None:
                self._line.cancel_read()

    def _read(self, line: Any) -> None:
        while not self._stopping.is_set():
            try:
                # One read is never one code: the first byte comes alone, the rest after it.
                data = line.read(max(1, line.in_waiting))
            except OSError as error:  # SerialException is one; `in_waiting` raises the plain kind
                raise DeviceTrouble("unplugged", _unplugged(self._section.port)) from error
            now_ms = self._clock_ms()
            for framed in self._framer.feed(data, now_ms) if data else self._framer.idle(now_ms):
                self._take(framed, now_ms)

    def _take(self, framed: Framed, now_ms: int) -> None:
        if not isinstance(framed, ScanLine):
            self._noise.tell(framed, now_ms)
            self._say_noisy(self._noisy or isinstance(framed, Noise))
            return
        self._say_noisy(False)
        if self._repeats.is_new(framed, now_ms):
            self._post(BarcodeScanned(classify(framed.text, self._rules)))

    def _say_noisy(self, noisy: bool) -> None:
        """The cashier sees why nothing is read, until the next good code."""
        if noisy != self._noisy:
            self._noisy = noisy
            self._post(DeviceLost(self.device, "noise") if noisy else DeviceUp(self.device))


class NoiseLog:
    """One clear line for the technician, not one for each burst."""

    def __init__(self, section: ScannerSection) -> None:
        self._section = section
        self._told_ms: int | None = None
        self._untold = 0

    def tell(self, framed: Framed, now_ms: int) -> None:
        """Log what was wrong and what to check, without the bytes."""
        if self._told_ms is not None and now_ms - self._told_ms < NOISE_EVERY_MS:
            self._untold += 1
            return
        more = f"; {self._untold} more since the last such line" if self._untold else ""
        self._told_ms, self._untold = now_ms, 0
        if isinstance(framed, Noise):
            what, check = f"noise dropped ({framed.why})", "cable, scanner.baud, scanner.suffix"
        else:
            what, check = "a code came without its end", "scanner.suffix"
        log.warning(
            "scanner on %s: %s%s. Check %s (now %d baud, suffix %s)",
            self._section.port,
            what,
            more,
            check,
            self._section.baud,
            self._section.suffix,
        )


def _open(section: ScannerSection) -> Any:
    """8N1, for us alone. pyserial empties the input as it opens: a code from before is not ours."""
    wait_ms = section.gap_ms if section.suffix == "GAP" else LOOK_EVERY_MS
    try:
        return serial.Serial(section.port, section.baud, timeout=wait_ms / 1000, exclusive=True)
    except (OSError, termios.error, ValueError) as error:
        cause, text = _cannot_open(_errno(error), section)
    raise DeviceTrouble(cause, f"scanner.port = {section.port}: {text}")


def _errno(error: Exception) -> int | None:
    """pyserial lets some errors of termios through and hides the number of others."""
    for reason in (error, error.__context__):
        if isinstance(reason, termios.error):
            return int(reason.args[0])
    return error.errno if isinstance(error, OSError) else None


def _cannot_open(number: int | None, section: ScannerSection) -> tuple[str, str]:
    """The word for the screens, and what was seen and the next step for the technician."""
    match number:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return "absent", f"no such port. Plug the scanner in, or set scanner.port. {_ports_here()}"
        case errno.EIO:
            return "unplugged", "gone while it was opened. Check the plug; it is opened again by itself"
        case errno.EACCES | errno.EPERM:
            return "failed", "no permission. Put the agent's user into the group that owns it (dialout)"
        case errno.EAGAIN | errno.EBUSY:
            return "failed", "another program holds it. End that program (`fuser -v` names it)"
        case errno.ENOTTY:
            return "failed", f"this is no serial port. Set scanner.port. {_ports_here()}"
        case errno.EINVAL | None:
            return "failed", f"it refuses {section.baud} baud, 8N1. Set scanner.baud"
        case _:
            return "failed", f"cannot be opened ({os.strerror(number)}). Set scanner.port. {_ports_here()}"


def _unplugged(port: str) -> str:
    return f"scanner.port = {port}: gone while reading. Plug the scanner in again; it is opened by itself"


def _ports_here() -> str:
    names = sorted(str(path) for path in BY_ID.glob("*"))
    return f"Here now: {', '.join(names)}" if names else f"Nothing is in {BY_ID} now"
