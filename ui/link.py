"""The ui's end of the socket: views come down, taps go up.

Enters: lines of the agent. Leaves: Qt signals for each view, for the greeting, for the loss of the
agent and for its end. Connects again for ever, until GIVE_UP_S pass without an agent.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket

from agent.screens.contract import (
    LINE_BYTES_MAX,
    VERSION,
    Downward,
    Goodbye,
    Hello,
    Upward,
    decode_downward,
    encode,
)

log = logging.getLogger(__name__)

RECONNECT_MS = 250
GIVE_UP_S = 60  # the supervisor of a living agent starts us anew; a dead one needs no windows


class AgentLink(QObject):
    """One connection to the agent, made again whenever it breaks."""

    greeted = Signal(str)
    """The agent is there; the name of the shared memory with the camera picture, or ''."""
    viewed = Signal(object)
    """A CustomerView or CashierView, newest first come."""
    lost = Signal()
    """There was an agent and now there is none. Once per loss."""
    ended = Signal(str)
    """No more windows: the agent said goodbye, or none came for a minute. The reason."""

    def __init__(self, path: Path, parent: QObject | None = None, give_up_s: float = GIVE_UP_S) -> None:
        super().__init__(parent)
        self._path = path
        self._there = False
        self._incoming = bytearray()
        self._socket = QLocalSocket(self)
        self._socket.connected.connect(self._connected)
        self._socket.readyRead.connect(self._read)
        self._socket.disconnected.connect(self._broken)
        self._socket.errorOccurred.connect(self._broken)
        self._again = QTimer(self, singleShot=True, interval=RECONNECT_MS)
        self._again.timeout.connect(self._connect)
        self._patience = QTimer(self, singleShot=True, interval=round(give_up_s * 1000))
        self._patience.timeout.connect(lambda: self.ended.emit(f"no agent at {path} for {give_up_s:g} s"))

    @property
    def there(self) -> bool:
        """The agent has greeted and has not been lost since."""
        return self._there

    def start(self) -> None:
        self._patience.start()
        self._connect()

    def stop(self) -> None:
        """Let go, for good."""
        self.blockSignals(True)
        self._again.stop()
        self._patience.stop()
        self._socket.blockSignals(True)
        self._socket.abort()

    def send(self, message: Upward) -> None:
        """To the agent that is there; dropped when none is: an old tap must not reach a new agent."""
        if self._there:
            self._socket.write(encode(message))

    def _connect(self) -> None:
        self._incoming.clear()
        self._socket.connectToServer(str(self._path))

    def _connected(self) -> None:
        self._socket.write(encode(Hello()))

    def _broken(self) -> None:
        if self._there:
            self._there = False
            self._patience.start()
            self.lost.emit()
        if not self._again.isActive():
            self._again.start()

    def _read(self) -> None:
        self._incoming += self._socket.readAll().data()
        *lines, rest = self._incoming.split(b"\n")
        self._incoming = rest
        for line in lines:
            if len(line) > LINE_BYTES_MAX:
                self._hang_up("a line too long")
                return
            try:
                message = decode_downward(bytes(line))
            except (msgspec.MsgspecError, ValueError, RecursionError):
                self._hang_up("a line that is no message of the contract")
                return
            self._heard(message)
        if len(rest) > LINE_BYTES_MAX:
            self._hang_up("a line too long")

    def _heard(self, message: Downward) -> None:
        if isinstance(message, Goodbye):
            self.ended.emit(f"the agent said goodbye: {message.reason}")
        elif not isinstance(message, Hello):
            if self._there:
                self.viewed.emit(message)
        elif message.version != VERSION:
            self._hang_up(f"contract {message.version}; this ui speaks {VERSION}: install the same release")
        else:
            self._there = True
            self._patience.stop()
            self.greeted.emit(message.preview)

    def _hang_up(self, why: str) -> None:
        log.warning("The agent at %s sent %s; connecting again.", self._path, why)
        self._socket.abort()
