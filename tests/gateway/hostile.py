"""A terminal that wants its neighbour's messages: fifty ways, in raw bytes, over real TLS.

Each `Attack` is what it is called, and what to say once connected (or how to connect). `OWN` and
`NEIGHBOUR` are two terminals with good certificates.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

OWN, NEIGHBOUR = "frog8-000001", "frog8-000002"
ON = f"hyla/1/{NEIGHBOUR}"
ME = f"hyla/1/{OWN}"
PATIENCE_S = 2.0


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(data)) + data


def packet(first: int, body: bytes) -> bytes:
    size, length = len(body), b""
    while True:
        size, byte = size >> 7, size & 0x7F
        length += bytes([byte | (0x80 if size else 0)])
        if not size:
            return bytes([first]) + length + body


def connect(
    client_id: str = OWN, *, will: str = "", response: str = "", user: str = "", retain: bool = False
) -> bytes:
    flags = 2 | (4 | 8 if will else 0) | (0x20 if retain else 0) | (0x80 if user else 0)
    body = text("MQTT") + bytes([5, flags]) + struct.pack(">H", 30)
    body += b"\0" + text(client_id)
    if will:
        properties = b"\x08" + text(response) if response else b""
        body += bytes([len(properties)]) + properties + text(will) + text("forged")
    return packet(0x10, body + (text(user) if user else b""))


def publish(topic: str | bytes, *, qos: int = 1, retain: bool = False, properties: bytes = b"") -> bytes:
    number = struct.pack(">H", 7) if qos else b""
    body = text(topic) + number + bytes([len(properties)]) + properties + b"forged"
    return packet(0x30 | qos << 1 | retain, body)


def subscribe(*filters: str, options: int = 1) -> bytes:
    return packet(
        0x82, struct.pack(">H", 9) + b"\0" + b"".join(text(f) + bytes([options]) for f in filters)
    )


def response(topic: str) -> bytes:
    return b"\x08" + text(topic)


ALIAS = b"\x23\x00\x01"
ALIASED = publish("", properties=ALIAS)


@dataclass(frozen=True)
class Attack:
    """What is said after a good CONNECT, or instead of it (`greeting`). `keys`: with whose certificate."""

    name: str
    says: tuple[bytes, ...] = ()
    greeting: bytes = field(default_factory=connect)
    keys: str = "own"
    only_guard: bool = False
    """A broker's own rules have no word for it; the cloud's side must not fall for it either."""


def reads(name: str, *filters: str) -> Attack:
    return Attack(f"subscribes to {name}", (subscribe(*filters),))


def writes(name: str, *packets: bytes, only_guard: bool = False) -> Attack:
    return Attack(f"publishes {name}", packets, only_guard=only_guard)


READS = (
    reads("the neighbour's replies", f"{ON}/r/#"),
    reads("one of the neighbour's replies", f"{ON}/r/charge"),
    reads("the neighbour's acknowledgements", f"{ON}/a"),
    reads("the neighbour's settings", f"{ON}/d/#"),
    reads("the neighbour's trust list", f"{ON}/d/marks"),
    reads("the neighbour's commands", f"{ON}/c/+"),
    reads("the neighbour's certificates", f"{ON}/p/reply"),
    reads("the neighbour's presence", f"{ON}/o"),
    reads("the neighbour's state", f"{ON}/s"),
    reads("the neighbour's sales", f"{ON}/e/#"),
    reads("the neighbour's questions", f"{ON}/q/+"),
    reads("everything of the neighbour", f"{ON}/#"),
    reads("a level of the neighbour", f"{ON}/+"),
    reads("everybody's replies", "hyla/1/+/r/#"),
    reads("everybody's acknowledgements", "hyla/1/+/a"),
    reads("everybody's settings", "hyla/+/+/d/#"),
    reads("everything of ours", "hyla/#"),
    reads("everything", "#"),
    reads("everything, level by level", "+/+/+/+", "+/+/+/+/+"),
    reads("everything below one level", "+/#"),
    reads("the neighbour through another root", f"+/1/{NEIGHBOUR}/a"),
    reads("the neighbour as one of a group", f"$share/x/{ON}/r/#"),
    reads("the cloud's own work", "$share/ingest/hyla/1/+/e/#"),
    reads("everything as one of a group", "$share/x/#"),
    reads("its own and the neighbour's in one breath", f"{ME}/a", f"{ON}/a"),
    reads("its own with a way up", f"{ME}/r/../../{NEIGHBOUR}/a"),
    reads("the broker's own figures", "$SYS/#"),
)
WRITES = (
    writes("a sale of the neighbour", publish(f"{ON}/e/sale")),
    writes("a charge of the neighbour", publish(f"{ON}/q/charge")),
    writes("an answer to the neighbour", publish(f"{ON}/r/charge")),
    writes("an acknowledgement to the neighbour", publish(f"{ON}/a")),
    writes("settings for the neighbour", publish(f"{ON}/d/desired", retain=True)),
    writes("a command for the neighbour", publish(f"{ON}/c/restart")),
    writes("a certificate for the neighbour", publish(f"{ON}/p/reply")),
    writes("the neighbour's presence", publish(f"{ON}/o", retain=True)),
    writes("the neighbour's state", publish(f"{ON}/s", retain=True)),
    writes("the neighbour's figures, without a receipt", publish(f"{ON}/t/health", qos=0)),
    writes("a sale of the neighbour, with two receipts", publish(f"{ON}/e/sale", qos=2)),
    writes("an answer to itself", publish(f"{ME}/r/charge")),
    writes("an acknowledgement to itself", publish(f"{ME}/a")),
    writes("settings for itself", publish(f"{ME}/d/desired", retain=True)),
    writes("to everybody", publish("hyla/1/+/a")),
    writes("under a name with a zero", publish(f"{ON}/e/sale\0".encode())),
    writes("under a name that is no text", publish(b"\xff\xfe/" + f"{ON}/a".encode())),
    writes("with a way up", publish(f"{ME}/e/../../{NEIGHBOUR}/a")),
    writes("to the neighbour under an alias", publish(f"{ON}/a", properties=ALIAS), ALIASED),
    writes("under nothing", publish("")),
    writes("under an alias nobody knows", ALIASED),
    writes("to a group", publish(f"$share/x/{ON}/a")),
    writes("for the broker's own figures", publish("$SYS/broker/uptime")),
    writes("a question whose answer goes to the neighbour",
           publish(f"{ME}/q/charge", properties=response(f"{ON}/r/charge")), only_guard=True),
    writes("a question whose answer goes to everybody",
           publish(f"{ME}/q/charge", properties=response("hyla/1/+/r/charge")), only_guard=True),
)  # fmt: skip
ENTRIES = (
    Attack("comes as the neighbour", greeting=connect(NEIGHBOUR)),
    Attack("leaves a will for the neighbour", greeting=connect(will=f"{ON}/a")),
    Attack("leaves a will in the neighbour's presence", greeting=connect(will=f"{ON}/o", retain=True)),
    Attack(
        "leaves a will whose answer goes to the neighbour",
        greeting=connect(will=f"{ME}/q/charge", response=f"{ON}/r/charge"),
        only_guard=True,
    ),
    Attack("comes again as the neighbour", (connect(NEIGHBOUR), publish(f"{ON}/e/sale"))),
    Attack("calls itself the neighbour's user", (publish(f"{ON}/e/sale"),), connect(user=NEIGHBOUR)),
    Attack("speaks before it says who it is", (subscribe(f"{ON}/a"),), publish(f"{ON}/a")),
    Attack("says a packet of a server", (b"\xf0\x00", publish(f"{ON}/a"))),
    Attack("says a length of five bytes", (b"\x30\xff\xff\xff\xff\x7f", publish(f"{ON}/a"))),
    Attack("lies about a length", (packet(0x32, text(f"{ON}/a")[:-3]), publish(f"{ON}/a"))),
    Attack("sets bits that are reserved", (bytes([0x8A]) + subscribe(f"{ON}/a")[1:],)),
    Attack("hides a second packet in a property",
           (publish(f"{ME}/e/sale", properties=b"\x26" + text("k") + text(publish(f"{ON}/a"))),),
           only_guard=True),
    Attack("comes without a certificate", (subscribe(f"{ON}/a"),), keys="none"),
    Attack("comes with another office's certificate", (subscribe(f"{ON}/a"),), keys="foreign"),
    Attack("comes with a certificate that has ended", (subscribe(f"{ON}/a"),), keys="expired"),
    Attack("comes with a revoked certificate", (subscribe(f"{ON}/a"),), keys="revoked"),
    Attack("comes with a listener's certificate", (subscribe(f"{ON}/a"),), keys="server"),
    Attack("comes over TLS 1.2", (subscribe(f"{ON}/a"),), keys="old"),
    Attack("comes without TLS", (subscribe(f"{ON}/a"),), keys="plain"),
)  # fmt: skip
ATTACKS = (*READS, *WRITES, *ENTRIES)


class Hostile:
    """One connection of the hostile terminal."""

    def __init__(self, open_socket: Callable[[], socket.socket]) -> None:
        self._open = open_socket
        self._socket: socket.socket | None = None
        self.heard = b""

    def tries(self, attack: Attack) -> None:
        """Says everything, and reads what is answered to each."""
        try:
            self._socket = self._open()
            self._socket.settimeout(PATIENCE_S)
            self._socket.sendall(attack.greeting)
            self._read_once()
            for words in attack.says:
                self._socket.sendall(words)
                if words[0] >> 4 in (8, 10) or words[0] & 6:
                    self._read_once()
            # Answered when everything before it was: or the connection ended.
            self._socket.sendall(b"\xc0\x00")
            self._read_once(until=b"\xd0\x00")
        except OSError:
            self.leaves()

    def listens(self, seconds: float) -> bytes:
        """What still comes, then everything that ever came."""
        if self._socket is not None:
            self._socket.settimeout(seconds)
            with contextlib.suppress(OSError):
                while data := self._socket.recv(65_536):
                    self.heard += data
        return self.heard

    def leaves(self) -> None:
        """Without a farewell: a will is said."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read_once(self, until: bytes = b"") -> None:
        assert self._socket is not None
        while True:
            data = self._socket.recv(65_536)
            self.heard += data
            if not data:
                raise ConnectionResetError
            if until in self.heard:
                return


def opener(port: int, context: ssl.SSLContext | None) -> Callable[[], socket.socket]:
    def open_socket() -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        return plain if context is None else context.wrap_socket(plain, server_hostname="127.0.0.1")

    return open_socket
