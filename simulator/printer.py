"""A receipt printer at the end of a cable: on a pseudo-terminal whose name survives unplugging, or on a TCP
port that stays the same.

In: `unplug`, `plug_in`, `run_out`, `new_paper`, `open_cover` from a test or the desk. Out: what the head
printed; with a folder, each receipt as a picture in it. Owns one thread, `printer-stand`, while plugged in.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from simulator.printer_head import PrinterHead, Receipt
from simulator.printer_paper import draw

PORT_NAME = "usb-Hyla_Desk_Printer-if00"
LOOK_S = 0.05


class Wire(Protocol):
    """One way into the printer."""

    def readable(self, wait_s: float) -> bytes: ...

    def answer(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class PtyWire:
    """A pseudo-terminal under a name of its own; ours is open too, so that it stays when nobody listens."""

    def __init__(self, name: Path) -> None:
        self._name = name
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        name.unlink(missing_ok=True)
        name.symlink_to(os.ttyname(self._slave))

    def readable(self, wait_s: float) -> bytes:
        ready, _, _ = select.select([self._master], [], [], wait_s)
        return os.read(self._master, 65_536) if ready else b""

    def answer(self, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._master, data)

    def close(self) -> None:
        self._name.unlink(missing_ok=True)
        os.close(self._slave)
        os.close(self._master)


class TcpWire:
    """One connection at a time, as port 9100 of a printer has it."""

    def __init__(self, port: int) -> None:
        self._door = socket.create_server(("127.0.0.1", port))
        self.port = int(self._door.getsockname()[1])
        self._guest: socket.socket | None = None

    def readable(self, wait_s: float) -> bytes:
        ready, _, _ = select.select([self._guest or self._door], [], [], wait_s)
        if not ready:
            return b""
        if self._guest is None:
            self._guest, _ = self._door.accept()
            return b""
        with contextlib.suppress(ConnectionError):
            if data := self._guest.recv(65_536):
                return data
        self._guest.close()
        self._guest = None
        return b""

    def answer(self, data: bytes) -> None:
        if self._guest is not None:
            with contextlib.suppress(OSError):
                self._guest.sendall(data)

    def close(self) -> None:
        if self._guest is not None:
            self._guest.close()
        self._door.close()


class PrinterStand:
    """A printer, plugged in and switched on. Also a context manager."""

    def __init__(
        self, folder: Path, kind: str = "serial", columns: int = 32, pictures: Path | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.kind, self.columns, self.pictures = kind, columns, pictures
        self.port = folder.resolve() / PORT_NAME
        self.tcp_port = 0
        self.head = PrinterHead(self._printed)
        self._door = threading.Lock()  # the head belongs to the thread and to whoever puts paper in
        self._unplugged = threading.Event()
        self._thread: threading.Thread | None = None
        self.plug_in()

    @property
    def settings(self) -> dict[str, str]:
        """How a profile reaches it."""
        where = {"port": str(self.port)} if self.kind != "network" else {"host": "127.0.0.1"}
        if self.kind == "network":
            where["tcp_port"] = str(self.tcp_port)
        return {"printer.kind": self.kind, **{f"printer.{key}": value for key, value in where.items()}}

    @property
    def receipts(self) -> list[Receipt]:
        """All that came out so far."""
        with self._door:
            return list(self.head.receipts)

    @property
    def drawer_kicks(self) -> int:
        """How often the drawer has sprung open so far."""
        with self._door:
            return self.head.drawer_kicks

    def unplug(self) -> None:
        """Cable or power out: what was not printed is lost."""
        if self._thread is not None:
            self._unplugged.set()
            self._thread.join()
            self._thread = None
            with self._door:
                self.head.power_off()

    def plug_in(self) -> None:
        if self._thread is None:
            wire: Wire = TcpWire(self.tcp_port) if self.kind == "network" else PtyWire(self.port)
            self.tcp_port = wire.port if isinstance(wire, TcpWire) else 0
            self._unplugged.clear()
            self._thread = threading.Thread(
                target=self._serve, args=(wire,), name="printer-stand", daemon=True
            )
            self._thread.start()

    def run_out(self, after_lines: int = 0) -> None:
        """So many lines are left on the roll."""
        self._change(lambda: setattr(self.head, "lines_left", after_lines))

    def new_paper(self) -> None:
        self._change(self.head.new_paper)

    def open_cover(self, is_open: bool = True) -> None:
        self._change(lambda: setattr(self.head, "cover_open", is_open))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While this lasts it takes bytes and does nothing with them."""
        with self._door:
            yield

    def close(self) -> None:
        self.unplug()

    def _change(self, deed: Callable[[], None]) -> None:
        with self._door:
            deed()

    def _serve(self, wire: Wire) -> None:
        try:
            while not self._unplugged.is_set():
                data = wire.readable(LOOK_S)
                with self._door:
                    said = self.head.feed(data)
                if said:
                    wire.answer(said)
        finally:
            wire.close()

    def _printed(self, receipt: Receipt) -> None:
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            number = len(self.head.receipts)
            draw(receipt, self.columns).save(self.pictures / f"receipt-{number:02d}.png")

    def __enter__(self) -> PrinterStand:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
