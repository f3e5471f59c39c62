"""The cable to the scanner: a serial port, or a keyboard that is ours alone.

In: a ScannerSection. Out: a Line, opened for us alone, or DeviceTrouble in the technician's words. What
comes over it is the dialect's business. Owned by the thread of `scanner.port`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import serial

from agent.ports import DeviceTrouble
from agent.profile.schema import ScannerSection

BY_ID = {"serial": Path("/dev/serial/by-id"), "hid": Path("/dev/input/by-id")}
# A scanner that takes no bytes for so long never will.
WRITE_WAIT_S = 1.0
EVENTS_BYTES = 24 * 64
EVIOCGRAB = 0x40044590  # linux/input.h: what is typed goes to us and to nobody else


class Line(Protocol):
    """Reads and writes raise OSError when the cable is out."""

    def read(self) -> bytes:
        """What came; empty when nothing did for a while, or after `cancel`."""

    def write(self, data: bytes) -> None:
        """Send to the scanner, without waiting for an answer."""

    def cancel(self) -> None:
        """Free a reader that waits. From any thread."""

    def close(self) -> None:
        """Give the device back. Not while somebody reads."""


OpenLine = Callable[[ScannerSection, int], Line]


class SerialLine:
    """8N1, for us alone. pyserial empties the input as it opens: a code from before is not ours."""

    def __init__(self, section: ScannerSection, wait_ms: int) -> None:
        self._port: Any = serial.Serial(
            section.port, section.baud, timeout=wait_ms / 1000, write_timeout=WRITE_WAIT_S, exclusive=True
        )

    def read(self) -> bytes:
        # One read is never one code: the first byte comes alone, the rest after it.
        return bytes(self._port.read(max(1, self._port.in_waiting)))

    def write(self, data: bytes) -> None:
        self._port.write(data)

    def cancel(self) -> None:
        self._port.cancel_read()

    def close(self) -> None:
        self._port.close()


class KeyboardLine:
    """An open node of `/dev/input`. There is nothing to say to a keyboard."""

    def __init__(self, fd: int, wait_ms: int) -> None:
        self._fd = fd
        self._wait_s = wait_ms / 1000
        self._wake = os.eventfd(0, os.EFD_NONBLOCK)

    def read(self) -> bytes:
        ready, _, _ = select.select([self._fd, self._wake], [], [], self._wait_s)
        if self._wake in ready:
            os.eventfd_read(self._wake)
        if self._fd not in ready:
            return b""
        data = os.read(self._fd, EVENTS_BYTES)
        if not data:
            raise OSError(errno.ENODEV, "the keyboard has gone")
        return data

    def write(self, data: bytes) -> None:
        """Nothing: the dialect never has anything to send."""

    def cancel(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_write(self._wake, 1)

    def close(self) -> None:
        os.close(self._fd)
        os.close(self._wake)


def open_line(section: ScannerSection, wait_ms: int) -> Line:
    """Open the port of the profile; `read` then returns after `wait_ms` of silence.

    Raises:
        DeviceTrouble: `absent` (no such port), `failed` (it cannot be opened or is not of this kind),
            `unplugged` (it went away while it was opened).
    """
    try:
        if section.dialect == "hid":
            return _grabbed(section, wait_ms)
        return SerialLine(section, wait_ms)
    except (OSError, termios.error, ValueError) as error:
        cause, text = _cannot_open(_errno(error), section)
    raise DeviceTrouble(cause, f"scanner.port = {section.port}: {text}")


def unplugged(section: ScannerSection) -> DeviceTrouble:
    """The cable came out of an open port."""
    text = "gone while reading. Plug the scanner in again; it is opened by itself"
    return DeviceTrouble("unplugged", f"scanner.port = {section.port}: {text}")


def _grabbed(section: ScannerSection, wait_ms: int) -> KeyboardLine:
    """Without the grab a payment code would be typed into whatever field has the focus."""
    fd = os.open(section.port, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, EVIOCGRAB, 1)
    except OSError:
        os.close(fd)
        raise
    return KeyboardLine(fd, wait_ms)


def _errno(error: Exception) -> int | None:
    """pyserial lets some errors of termios through and hides the number of others."""
    for reason in (error, error.__context__):
        if isinstance(reason, termios.error):
            return int(reason.args[0])
    return error.errno if isinstance(error, OSError) else None


def _cannot_open(number: int | None, section: ScannerSection) -> tuple[str, str]:
    """The word for the screens, and what was seen and the next step for the technician."""
    hid = section.dialect == "hid"
    here = _ports_here(BY_ID["hid" if hid else "serial"])
    match number:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return "absent", f"no such port. Plug the scanner in, or set scanner.port. {here}"
        case errno.EIO:
            return "unplugged", "gone while it was opened. Check the plug; it is opened again by itself"
        case errno.EACCES | errno.EPERM:
            group = "input" if hid else "dialout"
            return "failed", f"no permission. Put the agent's user into the group that owns it ({group})"
        case errno.EAGAIN | errno.EBUSY:
            return "failed", "another program holds it. End that program (`fuser -v` names it)"
        case errno.ENOTTY | errno.EINVAL if hid:
            return "failed", f"this is no keyboard. Set scanner.port, or scanner.dialect. {here}"
        case errno.ENOTTY:
            return "failed", f"this is no serial port. Set scanner.port. {here}"
        case errno.EINVAL | None:
            return "failed", f"it refuses {section.baud} baud, 8N1. Set scanner.baud"
        case _:
            return "failed", f"cannot be opened ({os.strerror(number)}). Set scanner.port. {here}"


def _ports_here(folder: Path) -> str:
    names = sorted(str(path) for path in folder.glob("*"))
    return f"Here now: {', '.join(names)}" if names else f"Nothing is in {folder} now"
