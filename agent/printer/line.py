"""The cable to the printer: a serial port, a TCP port, or a device file.

Enters: a PrinterSection. Leaves: a Line, or DeviceTrouble in the technician's words. Owned by the thread of
`printer.desk`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import stat
import termios
import time
from collections.abc import Callable
from typing import Any, Protocol

import serial

from agent.ports import DeviceTrouble
from agent.profile.schema import PrinterSection

CONNECT_S = 3.0
WRITE_S = 5.0
"""A printer that takes nothing for so long has stopped, whatever it says."""
ANSWER_BYTES = 64


class Line(Protocol):
    """Every call raises OSError when the cable is out."""

    def write(self, data: bytes) -> None:
        """Hand over all of it. Raises TimeoutError when it takes no more."""

    def read(self, wait_s: float) -> bytes:
        """What it answered; empty when nothing came in time."""

    def close(self) -> None:
        """Give it back."""


OpenLine = Callable[[PrinterSection], Line]


class SerialLine:
    """8N1, for us alone, without handshake lines: most cables have three wires."""

    def __init__(self, section: PrinterSection) -> None:
        self._port: Any = serial.Serial(
            section.port, section.baud, timeout=0, write_timeout=WRITE_S, exclusive=True
        )

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise TimeoutError(str(error)) from error

    def read(self, wait_s: float) -> bytes:
        ready, _, _ = select.select([self._port.fileno()], [], [], wait_s)
        return bytes(self._port.read(max(1, self._port.in_waiting))) if ready else b""

    def close(self) -> None:
        # What is not sent yet is not waited for: a printer that is off would hold us for half a minute.
        with contextlib.suppress(OSError, termios.error):
            self._port.reset_output_buffer()
        self._port.close()


class SocketLine:
    """A printer in the shop's network."""

    def __init__(self, section: PrinterSection) -> None:
        self._socket = socket.create_connection((section.host, section.tcp_port), CONNECT_S)

    def write(self, data: bytes) -> None:
        self._socket.settimeout(WRITE_S)
        self._socket.sendall(data)

    def read(self, wait_s: float) -> bytes:
        ready, _, _ = select.select([self._socket], [], [], wait_s)
        if not ready:
            return b""
        data = self._socket.recv(ANSWER_BYTES)
        if not data:
            raise OSError(errno.ECONNRESET, "it hung up")
        return data

    def close(self) -> None:
        self._socket.close()


class FileLine:
    """A device file, as the kernel's printer class makes them for USB."""

    def __init__(self, section: PrinterSection) -> None:
        self._path = section.port
        flags = os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        self._fd = os.open(section.port, flags)
        self._node = os.fstat(self._fd)
        if not stat.S_ISCHR(self._node.st_mode):
            os.close(self._fd)
            raise OSError(errno.ENOTTY, "no device file")

    def write(self, data: bytes) -> None:
        until_s = time.monotonic() + WRITE_S
        while data:
            _, ready, _ = select.select([], [self._fd], [], max(0.0, until_s - time.monotonic()))
            if not ready:
                raise TimeoutError("it takes no more")
            data = data[os.write(self._fd, data) :]

    def read(self, wait_s: float) -> bytes:
        if os.stat(self._path).st_rdev != self._node.st_rdev:  # raises when the node has gone
            raise OSError(errno.ENODEV, "another device has taken its name")
        ready, _, _ = select.select([self._fd], [], [], wait_s)
        with contextlib.suppress(BlockingIOError):
            return os.read(self._fd, ANSWER_BYTES) if ready else b""
        return b""

    def close(self) -> None:
        os.close(self._fd)


KINDS: dict[str, OpenLine] = {"serial": SerialLine, "network": SocketLine, "file": FileLine}


def open_line(section: PrinterSection) -> Line:
    """Open what the profile names. Raises DeviceTrouble: `absent` (nothing is there) or `failed`."""
    try:
        return KINDS[section.kind](section)
    except (OSError, termios.error, ValueError) as error:
        cause, text = _cannot_open(error, section)
    raise DeviceTrouble(cause, f"{place(section)}: {text}")


def place(section: PrinterSection) -> str:
    """The setting that says where it is."""
    if section.kind == "network":
        return f"printer.host = {section.host}, printer.tcp_port = {section.tcp_port}"
    return f"printer.port = {section.port}"


def _cannot_open(error: Exception, section: PrinterSection) -> tuple[str, str]:
    if section.kind == "network":
        return "absent", f"nothing answers ({error}). Switch it on, check its network cable and address"
    number = error.errno if isinstance(error, OSError) else None
    number = error.args[0] if isinstance(error, termios.error) else number
    match number:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO | errno.EIO:
            return "absent", "not there. Plug the printer in and switch it on, or set printer.port"
        case errno.EACCES | errno.EPERM:
            return "failed", "no permission. Put the agent's user into the group that owns it (lp, dialout)"
        case errno.EAGAIN | errno.EBUSY:
            return "failed", "another program holds it. End that program (`fuser -v` names it)"
        case _:
            return "failed", f"cannot be used ({error}). Set printer.kind and printer.port"
