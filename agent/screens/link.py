"""The agent's end of the screens' socket: views go down, taps come up.

Enters: views from the turn loop (`show`, any thread), lines from the ui. Leaves: taps, word of what is
shown and "a ui is there / is gone", called on the link's own thread. Owner of the socket file.

One ui at a time: who greets last is shown to. Newest view wins for each screen: at most one line is
on its way and one view a screen waits, so a slow ui makes no backlog and blocks nobody.
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import socket
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agent.screens.contract import (
    LINE_BYTES_MAX,
    VERSION,
    CashierView,
    CustomerView,
    Goodbye,
    Hello,
    ScreenName,
    Shown,
    Tap,
    Upward,
    decode_upward,
    encode,
)

log = logging.getLogger(__name__)

READ_BYTES = 65_536
PEERS_MAX = 4  # the ui, its successor, and room for somebody who never greets
LAST_WORDS_S = 0.5  # how long stop() waits for a farewell to be heard


class _Refused(Exception):
    """This connection broke the contract; the text says how, without the line itself."""


class _Peer:
    """One connection: what came in and is no line yet, what goes out and is not yet sent."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.greeted = False
        self.leaving = False  # a farewell is said, nothing follows
        self.parted = False  # it has left; what the ui still says is taken, and not heard
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.waiting: dict[ScreenName, CustomerView | CashierView] = {}

    def lines(self, data: bytes) -> list[bytes]:
        """Whole lines so far. Raises _Refused for a line that never ends."""
        self.incoming += data
        *lines, rest = self.incoming.split(b"\n")
        if max(map(len, [*lines, rest])) > LINE_BYTES_MAX:
            raise _Refused(f"a line of more than {LINE_BYTES_MAX} bytes")
        self.incoming = rest
        return [bytes(line) for line in lines]

    def wants_to_send(self) -> bool:
        return bool(self.outgoing or self.waiting or (self.leaving and not self.parted))

    def send_some(self) -> bool:
        """Send what fits now. False when the farewell has left and nothing is to follow."""
        if not self.outgoing and self.waiting:
            self.outgoing += encode(self.waiting.pop(next(iter(self.waiting))))
        if self.outgoing:
            del self.outgoing[: self.connection.send(self.outgoing)]
        return bool(self.outgoing or not self.leaving)

    def part(self) -> None:
        """Nothing more from us. The ui hangs up: were we to, one that is just speaking would lose the
        farewell with the connection."""
        self.parted = True
        self.connection.shutdown(socket.SHUT_WR)


@dataclass(frozen=True, slots=True)
class _Doors:
    """What the thread waits on: who comes in, and the bell that other threads ring."""

    listener: socket.socket
    bell: socket.socket
    ringer: socket.socket


class ScreensLink:
    """Serves the ui on a local stream socket. Callbacks must not block; they come from one thread."""

    def __init__(
        self,
        socket_path: Path,
        preview_name: str,
        post_tap: Callable[[Tap], None],
        on_connection: Callable[[bool], None],
        on_shown: Callable[[Shown], None] = lambda _: None,
    ) -> None:
        self._path = socket_path
        self._preview_name = preview_name
        self._post_tap = post_tap
        self._on_connection = on_connection
        self._on_shown = on_shown
        self._lock = threading.Lock()
        self._latest: dict[ScreenName, CustomerView | CashierView] = {}
        self._fresh: set[ScreenName] = set()
        self._farewell: str | None = None
        self._stopping = False
        self._peers: list[_Peer] = []
        self._ui: _Peer | None = None
        self._connected = False
        self._thread: threading.Thread | None = None
        self._doors: _Doors | None = None

    @property
    def connected(self) -> bool:
        """A ui has greeted and is there."""
        return self._connected

    def start(self) -> None:
        """Open the socket file and serve it. Raises OSError naming the path when that is impossible."""
        listener = _listen(self._path)
        bell, ringer = socket.socketpair()
        bell.setblocking(False)
        ringer.setblocking(False)
        self._doors = _Doors(listener, bell, ringer)
        self._thread = threading.Thread(
            target=self._serve, args=(self._doors,), name="screens", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close everything and take the socket file away. May be called more than once."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        with self._lock:
            self._stopping = True
        self._ring()
        thread.join()

    def show(self, view: CustomerView | CashierView) -> None:
        """Put this on its screen as soon as the ui takes it; a view that still waits is replaced."""
        screen: ScreenName = "customer" if isinstance(view, CustomerView) else "cashier"
        with self._lock:
            self._latest[screen] = view
            self._fresh.add(screen)
        self._ring()

    def goodbye(self, reason: str) -> None:
        """Tell the ui to close its windows: the agent stops on purpose."""
        with self._lock:
            self._farewell = reason
        self._ring()

    def _ring(self) -> None:
        doors = self._doors
        if doors is not None:
            # A full bell already rings; a closed one has nobody left to hear it.
            with contextlib.suppress(OSError):
                doors.ringer.send(b"!")

    def _serve(self, doors: _Doors) -> None:
        try:
            while not self._stopping:
                self._turn(doors)
            self._last_words(doors)
        finally:
            for peer in list(self._peers):
                self._drop(peer)
            for end in (doors.listener, doors.bell, doors.ringer):
                end.close()
            self._path.unlink(missing_ok=True)

    def _turn(self, doors: _Doors, timeout_s: float | None = None) -> None:
        """Wait for something to do, and do it."""
        with selectors.DefaultSelector() as ready:
            ready.register(doors.bell, selectors.EVENT_READ)
            ready.register(doors.listener, selectors.EVENT_READ)
            for peer in self._peers:
                mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.wants_to_send() else 0)
                ready.register(peer.connection, mask, peer)
            for key, mask in ready.select(timeout_s):
                if key.fileobj is doors.listener:
                    self._welcome(doors.listener)
                elif key.fileobj is doors.bell:
                    doors.bell.recv(READ_BYTES)
                    self._take_orders()
                elif key.data in self._peers:
                    self._attend(key.data, mask)

    def _take_orders(self) -> None:
        """Hand what other threads left for the ui over to its connection."""
        with self._lock:
            fresh = {screen: self._latest[screen] for screen in self._fresh}
            self._fresh.clear()
            farewell, self._farewell = self._farewell, None
        if self._ui is not None and not self._ui.leaving:
            self._ui.waiting.update(fresh)
            if farewell is not None:
                self._see_off(self._ui, farewell)

    def _welcome(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # gone again before we looked
        connection.setblocking(False)
        strangers = [peer for peer in self._peers if peer is not self._ui]
        if len(strangers) >= PEERS_MAX:
            self._drop(strangers[0], "it never greeted and others wait")
        peer = _Peer(connection)
        peer.outgoing += encode(Hello(VERSION, self._preview_name))
        self._peers.append(peer)

    def _attend(self, peer: _Peer, mask: int) -> None:
        try:
            if mask & selectors.EVENT_READ:
                self._read(peer)
            if mask & selectors.EVENT_WRITE and peer in self._peers and not peer.send_some():
                peer.part()
        except _Refused as refusal:
            self._drop(peer, str(refusal))
        except BlockingIOError:
            pass
        except OSError as trouble:
            self._drop(peer, f"the connection broke ({trouble.strerror})")

    def _read(self, peer: _Peer) -> None:
        data = peer.connection.recv(READ_BYTES)
        if not data:
            log.info("Screens: the ui at %s has gone.", self._path.name)
            self._drop(peer)
            return
        for line in peer.lines(data):
            if not peer.leaving:
                self._hear(peer, _understand(line))

    def _hear(self, peer: _Peer, message: Upward) -> None:
        if isinstance(message, Hello):
            self._greeted(peer, message)
        elif not peer.greeted:
            raise _Refused("it spoke before its greeting")
        elif isinstance(message, Tap) and peer is self._ui:
            self._post_tap(message)
        elif isinstance(message, Shown) and peer is self._ui:
            self._on_shown(message)

    def _greeted(self, peer: _Peer, hello: Hello) -> None:
        if hello.version != VERSION:
            log.warning("Screens: a ui of contract %d was refused, this agent speaks %d; install the "
                        "same release of both.", hello.version, VERSION)  # fmt: skip
            self._see_off(peer, f"version {VERSION} is spoken here")
            return
        if peer.greeted:
            return
        peer.greeted = True
        former, self._ui = self._ui, peer
        if former is not None:
            self._drop(former, "another ui took its place")
        with self._lock:
            peer.waiting = dict(self._latest)
        self._tell_connection(another=former is not None)

    @staticmethod
    def _see_off(peer: _Peer, reason: str) -> None:
        peer.waiting.clear()
        peer.outgoing += encode(Goodbye(reason))
        peer.leaving = True

    def _drop(self, peer: _Peer, why: str = "") -> None:
        if peer not in self._peers:
            return
        self._peers.remove(peer)
        peer.connection.close()
        if why:
            log.warning("Screens: a connection to %s was dropped: %s.", self._path.name, why)
        if peer is self._ui:
            self._ui = None
            self._tell_connection()

    def _tell_connection(self, another: bool = False) -> None:
        """Also when one ui took another's place: what the former one showed says nothing of it."""
        there = self._ui is not None
        if another or there != self._connected:
            self._connected = there
            self._on_connection(there)

    def _last_words(self, doors: _Doors) -> None:
        """Let a farewell leave and be heard, but not for long."""
        self._take_orders()  # a goodbye said a moment before the stop
        deadline = time.monotonic() + LAST_WORDS_S
        while any(peer.leaving for peer in self._peers) and time.monotonic() < deadline:
            self._turn(doors, LAST_WORDS_S / 10)


def _understand(line: bytes) -> Upward:
    try:
        return decode_upward(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _Refused("a line that is no message of the contract") from None


def _listen(path: Path) -> socket.socket:
    """A listening socket at `path` that only this user may open. A stale socket file is replaced."""
    try:
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
    except FileNotFoundError:
        pass
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listener.fileno(), 0o600)  # before bind: the file is never open to others
        listener.bind(os.fspath(path))
        listener.listen(PEERS_MAX)
    except OSError as trouble:
        listener.close()
        raise OSError(
            f"{path}: the socket for the screens cannot be opened there ({trouble}); expected a folder "
            "this user may write to and a path of at most 107 bytes"
        ) from trouble
    listener.setblocking(False)
    return listener
