"""A barcode scanner on a pseudo-terminal whose name survives unplugging.

In: `beam`, `raw`, `unplug`, `plug_in` from a test or the desk. Out: bytes on `port`, a link that looks
like `/dev/serial/by-id/…`; what the terminal writes there goes to the engine of the dialect, which
answers. The stand owns one thread, `scanner-stand`, while it is plugged in.

What is beamed before the agent listens waits: pyserial empties the input when it opens a port, so a
byte written a moment too early would vanish. The master end runs in packet mode, where the kernel
tells of that very emptying; only then does the stand write.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import select
import struct
import termios
import threading
import time
import tty
from collections import deque
from pathlib import Path

from agent.profile.gtin import check_digit
from simulator.engines import ENGINES, LineEngine
from simulator.uart import baud_of, heard

PORT_NAME = "usb-Hyla_Desk_Scanner-if00"
# A closed port has no way to tell that it was opened: look this often.
LOOK_AGAIN_S = 0.02

# network → prefixes, lengths (device_profiles/README.md)
NETWORKS: dict[str, tuple[range, tuple[int, ...]]] = {
    "wechat": (range(10, 16), (18,)),
    "alipay": (range(25, 31), (16, 18, 24)),
    "unionpay": (range(62, 63), (19,)),
}


def payment_code(network: str, rng: random.Random) -> str:
    """A one-use code with the shape of this network's."""
    if network not in NETWORKS:
        raise ValueError(f"network = {network!r} (expected one of {', '.join(NETWORKS)})")
    prefixes, lengths = NETWORKS[network]
    prefix, length = str(rng.choice(prefixes)), rng.choice(lengths)
    return prefix + "".join(str(rng.randrange(10)) for _ in range(length - len(prefix)))


def ean13(base12: str) -> str:
    """Twelve digits and the check digit they need."""
    if len(base12) != 12 or not base12.isdigit():
        raise ValueError(f"base12 = {base12!r} (expected 12 digits)")
    return f"{base12}{check_digit(base12)}"


class ScannerStand:
    """A scanner in its stand, plugged in. Also a context manager. With `baud` it speaks and hears at that
    speed alone; without, at whatever speed the port is opened, as USB CDC scanners do."""

    def __init__(self, folder: Path, dialect: str = "lines", baud: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = folder.resolve() / PORT_NAME
        self.engine = ENGINES[dialect]()
        self._plug: _Plug | None = None
        self._baud = baud
        self.plug_in()

    def beam(self, text: str, suffix: str = "\r") -> None:
        """Read one code and send it. Nothing while unplugged."""
        if self._plug:
            self._plug.send((text, suffix))

    def raw(self, data: bytes) -> None:
        """Send these bytes as they are; they go out when somebody listens. Nothing while unplugged."""
        if self._plug:
            self._plug.send(data)

    def unplug(self) -> None:
        """Pull the cable. What was not sent yet is lost."""
        if self._plug:
            self.port.unlink(missing_ok=True)
            self._plug.pull()
            self._plug = None
            self.engine.power_off()

    def plug_in(self) -> None:
        """Put the cable in: another pseudo-terminal, the same name."""
        if self._plug:
            return
        self._plug = _Plug(self.engine, self._baud)
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(self._plug.name)

    def close(self) -> None:
        self.unplug()

    def __enter__(self) -> ScannerStand:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Plug:
    """One pseudo-terminal, from plugging in to pulling out."""

    def __init__(self, engine: LineEngine, baud: int | None) -> None:
        self._engine = engine
        self._baud = baud
        self._master, slave = os.openpty()
        tty.setraw(slave)  # no echo, no line editing, whatever the agent sets later
        self.name = os.ttyname(slave)
        os.close(slave)
        fcntl.ioctl(self._master, termios.TIOCPKT, struct.pack("i", 1))
        os.set_blocking(self._master, False)
        self._wake = os.eventfd(0, os.EFD_NONBLOCK)
        self._pulled = threading.Event()
        self._waiting: deque[bytes] = deque()
        self._wishes: deque[bytes | tuple[str, str]] = deque()
        self._thread = threading.Thread(target=self._serve, name="scanner-stand", daemon=True)
        self._thread.start()

    def send(self, what: bytes | tuple[str, str]) -> None:
        """Bytes as they are, or a code and its suffix."""
        self._wishes.append(what)
        os.eventfd_write(self._wake, 1)

    def pull(self) -> None:
        self._pulled.set()
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        os.close(self._master)
        os.close(self._wake)

    def _serve(self) -> None:
        opened = listening = False
        while not self._pulled.is_set():
            watched = [self._wake, self._master] if opened else [self._wake]
            writing = [self._master] if listening and self._waiting else []
            idle = opened and not self._engine.waits
            select.select(watched, writing, [], None if idle else LOOK_AGAIN_S)
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._wake)
            opened, emptied = self._look()
            listening = opened and (listening or emptied)
            if listening:
                self._turn()
                self._write()

    def _turn(self) -> None:
        """What was wished and what is due, in order and in the engine's words."""
        self._engine.tick(time.monotonic_ns() // 1_000_000)
        while self._wishes:
            wish = self._wishes.popleft()
            if isinstance(wish, bytes):
                self._waiting += [self._engine.outgoing(), wish]
            else:
                self._engine.beam(*wish)
        if data := self._engine.outgoing():
            self._waiting.append(self._bent(data, outwards=True))

    def _bent(self, data: bytes, outwards: bool) -> bytes:
        """As it arrives when both ends are not set to one speed."""
        if self._baud is None:
            return data
        theirs = baud_of(self._master)
        return heard(data, self._baud, theirs) if outwards else heard(data, theirs, self._baud)

    def _look(self) -> tuple[bool, bool]:
        """Whether somebody has the port open, and whether its input was emptied since the last look."""
        emptied = False
        while True:
            try:
                packet = os.read(self._master, 4096)
            except BlockingIOError:
                return True, emptied
            except OSError:  # EIO: nobody has the other end open
                return False, False
            emptied = emptied or bool(packet[0] & termios.TIOCPKT_FLUSHREAD)
            if packet[0] == termios.TIOCPKT_DATA:
                now_ms = time.monotonic_ns() // 1_000_000
                self._engine.hear(self._bent(packet[1:], outwards=False), now_ms)

    def _write(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                sent = os.write(self._master, self._waiting[0])
                rest = self._waiting[0][sent:]
                if rest:
                    self._waiting[0] = rest
                else:
                    self._waiting.popleft()
