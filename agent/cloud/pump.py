"""One MQTT client, one thread: wait for the network or for a ring from another thread, then one turn.

The client library's own network thread dies silently on an exception. Here its reading, writing and
housekeeping are called from the outside, as it documents for foreign loops; our bell replaces its own.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from threading import Lock
from typing import TYPE_CHECKING

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

BURST_MAX = 32  # packets in one turn, so that an answer is never far behind


class Bell:
    """Wakes a thread that waits in `turn`. Ring from anywhere, at any time, as often as you like."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ends: tuple[socket.socket, socket.socket] | None = None

    def hang(self) -> None:
        """From now on rings are heard."""
        with self._lock:
            if self._ends is None:
                self._ends = socket.socketpair()
                for end in self._ends:
                    end.setblocking(False)

    def take_down(self) -> None:
        with self._lock:
            for end in self._ends or ():
                end.close()
            self._ends = None

    def ring(self) -> None:
        with self._lock:
            if self._ends:
                with contextlib.suppress(BlockingIOError):
                    self._ends[1].send(b"!")

    def ear(self) -> socket.socket | None:
        """What to wait on; None while it is down."""
        return self._ends[0] if self._ends else None

    def hush(self) -> None:
        """Swallow the rings so far."""
        if self._ends:
            with contextlib.suppress(BlockingIOError):
                while self._ends[0].recv(4096):
                    pass


def turn(client: Client, bell: Bell, timeout_s: float) -> MQTTErrorCode:
    """Wait at most so long for something to do, then do it. Anything but SUCCESS: the link is gone."""
    sock = client.socket()
    if sock is None:
        return MQTTErrorCode.MQTT_ERR_NO_CONN
    _acknowledge_at_once(sock)
    writers = [sock] if client.want_write() else []
    readers = [end for end in (sock, bell.ear()) if end is not None]
    try:
        if not _buffered(sock):
            select.select(readers, writers, [], timeout_s)
        bell.hush()
        code = _read(client)
    except (OSError, ValueError):
        return MQTTErrorCode.MQTT_ERR_CONN_LOST
    if code is MQTTErrorCode.MQTT_ERR_SUCCESS and client.want_write():
        code = client.loop_write()
    return code or client.loop_misc()


def _read(client: Client) -> MQTTErrorCode:
    """What has arrived, up to a burst."""
    for _ in range(BURST_MAX):
        sock = client.socket()
        if sock is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        if not _readable(sock):
            break
        code = client.loop_read()
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            return code
    return MQTTErrorCode.MQTT_ERR_SUCCESS


def _buffered(sock: object) -> bool:
    """Bytes that TLS has already taken off the socket do not wake a select."""
    return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0


def _readable(sock: SocketLike) -> bool:
    return _buffered(sock) or bool(select.select([sock], [], [], 0)[0])


def _acknowledge_at_once(sock: object) -> None:
    """Many brokers send a receipt, then hold the next small packet until the kernel acknowledges it:
    40 ms on every answer. Linux forgets this wish, so it is said each turn."""
    if isinstance(sock, socket.socket) and hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def no_delay(_client: Client, _userdata: object, sock: object) -> None:
    """A charge must not wait 40 ms behind a receipt in the kernel's small-packet queue (Nagle)."""
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
