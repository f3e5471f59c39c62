"""MQTT 5 packets as the guard reads them: whole, bounded, and only what a terminal needs to say.

Enters: bytes of one client. Leaves: a packet with the words that decide (client id, will, topics), or
Malformed. Nothing is guessed: a length that does not fit, a property that does not belong or stands twice,
a reserved bit, a string that is no UTF-8 or holds a control character ends the connection (MQTT 5, 1.5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

PACKET_BYTES_MAX = 262_144
CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = 8, 9, 10, 11, 12, 13, 14, 15


class Reason(IntEnum):
    """Why the guard says no."""

    MALFORMED = 0x81
    PROTOCOL = 0x82
    VERSION = 0x84
    CLIENT_ID = 0x85
    NOT_AUTHORIZED = 0x87
    BUSY = 0x89
    SERVER_DOWN = 0x8B
    FILTER = 0x8F
    TOPIC_ALIAS = 0x94
    TOO_LARGE = 0x95
    QOS = 0x9B
    SHARED = 0x9E


class Malformed(Exception):
    """No packet that a terminal may send; the connection ends with this reason."""

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(what)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Connect:
    client_id: str
    clean: bool
    keepalive_s: int
    will_topic: str | None
    will_qos: int
    will_retain: bool
    will_response: str | None
    username: str | None


@dataclass(frozen=True, slots=True)
class Publish:
    topic: str
    qos: int
    retain: bool
    packet_id: int
    response_topic: str | None
    body_bytes: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    packet_id: int
    filters: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    packet_id: int
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """A packet whose inside does not matter to the guard: receipts, pings, the farewell."""

    kind: int


Packet = Connect | Publish | Subscribe | Unsubscribe | Plain


@dataclass
class _Reader:
    """One packet's bytes from left to right."""

    data: bytes
    at: int = 0
    properties: dict[int, object] = field(default_factory=dict)

    def take(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        if len(piece) != count:
            raise Malformed(Reason.MALFORMED, "shorter than it says")
        self.at += count
        return piece

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count))

    def varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                if shift and not byte:
                    raise Malformed(Reason.MALFORMED, "a length written too long")
                return value
            shift += 7
            if shift > 21:
                raise Malformed(Reason.MALFORMED, "a length of five bytes")

    def binary(self) -> bytes:
        return self.take(self.number(2))

    def text(self) -> str:
        try:
            text = self.binary().decode("utf-8", "strict")
        except UnicodeDecodeError:
            raise Malformed(Reason.MALFORMED, "a string that is no UTF-8") from None
        if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or ord(c) in (0xFFFE, 0xFFFF, 0xFEFF) for c in text):
            raise Malformed(Reason.MALFORMED, "a string with control characters")
        return text

    def end(self) -> None:
        if self.at != len(self.data):
            raise Malformed(Reason.MALFORMED, "longer than it says")


_Read = Callable[[_Reader], object]
_BYTE: _Read = lambda r: r.number(1)  # noqa: E731
_TWO: _Read = lambda r: r.number(2)  # noqa: E731
_FOUR: _Read = lambda r: r.number(4)  # noqa: E731
_TEXT: _Read = lambda r: r.text()  # noqa: E731
_BINARY: _Read = lambda r: r.binary()  # noqa: E731
_VARINT: _Read = lambda r: r.varint()  # noqa: E731
_PAIR: _Read = lambda r: (r.text(), r.text())  # noqa: E731
USER_PROPERTY, RESPONSE_TOPIC, TOPIC_ALIAS, SUBSCRIPTION_ID = 0x26, 0x08, 0x23, 0x0B
PROPERTIES: dict[str, dict[int, _Read]] = {
    "connect": {0x11: _FOUR, 0x21: _TWO, 0x27: _FOUR, 0x22: _TWO, 0x19: _BYTE, 0x17: _BYTE},
    "will": {0x18: _FOUR, 0x01: _BYTE, 0x02: _FOUR, 0x03: _TEXT, RESPONSE_TOPIC: _TEXT, 0x09: _BINARY},
    "publish": {
        0x01: _BYTE, 0x02: _FOUR, TOPIC_ALIAS: _TWO, RESPONSE_TOPIC: _TEXT, 0x09: _BINARY, 0x03: _TEXT,
    },
    "subscribe": {SUBSCRIPTION_ID: _VARINT},
    "unsubscribe": {},
}  # fmt: skip
"""What may stand in each packet; no enhanced authentication (0x15, 0x16): certificates do that."""


def header(first: int, rest: bytes) -> int | None:
    """How many bytes follow a fixed header whose length field begins with `rest`; None: not all of it is
    here. Raises Malformed."""
    if first >> 4 in (0, CONNACK, SUBACK, UNSUBACK, PINGRESP, AUTH):
        raise Malformed(Reason.PROTOCOL, "a packet that only a server sends, or none")
    flags = first & 0x0F
    wanted = 2 if first >> 4 in (PUBREL, SUBSCRIBE, UNSUBSCRIBE) else 0
    if first >> 4 != PUBLISH and flags != wanted:
        raise Malformed(Reason.MALFORMED, "reserved bits are set")
    for count in range(1, min(4, len(rest)) + 1):
        if not rest[count - 1] & 0x80:
            size = _Reader(rest[:count]).varint()
            if size > PACKET_BYTES_MAX:
                raise Malformed(Reason.TOO_LARGE, "a packet of more bytes than any terminal sends")
            return size
    if len(rest) >= 4:
        raise Malformed(Reason.MALFORMED, "a length of five bytes")
    return None


def read(first: int, body: bytes) -> Packet:
    """Fixed header's first byte and everything behind its length. Raises Malformed."""
    kind, reader = first >> 4, _Reader(body)
    if kind == CONNECT:
        return _connect(reader)
    if kind == PUBLISH:
        return _publish(first & 0x0F, reader)
    if kind == SUBSCRIBE:
        return _subscribe(reader)
    if kind == UNSUBSCRIBE:
        return _unsubscribe(reader)
    if kind in (PUBREC, PUBREL, PUBCOMP):
        raise Malformed(Reason.QOS, "quality of service 2, which no terminal uses")
    if kind == PINGREQ:
        reader.end()
    return Plain(kind)


def _properties(reader: _Reader, where: str) -> dict[int, object]:
    """Each once, but the user's own, and only those that belong there."""
    size = reader.varint()
    inner = _Reader(reader.take(size))
    found: dict[int, object] = {}
    while inner.at < len(inner.data):
        name = inner.varint()
        if name == USER_PROPERTY:
            _PAIR(inner)
            continue
        how = PROPERTIES[where].get(name)
        if how is None or name in found:
            raise Malformed(Reason.PROTOCOL, f"a property 0x{name:02x} that does not belong, or twice")
        found[name] = how(inner)
    return found


def _connect(reader: _Reader) -> Connect:
    if reader.binary() != b"MQTT":
        raise Malformed(Reason.VERSION, "no MQTT")
    if reader.number(1) != 5:
        raise Malformed(Reason.VERSION, "not MQTT 5")
    flags, keepalive_s = reader.number(1), reader.number(2)
    will, will_qos = bool(flags & 4), flags >> 3 & 3
    if flags & 1 or will_qos == 3 or (not will and flags & 0x38):
        raise Malformed(Reason.MALFORMED, "flags that contradict each other")
    _properties(reader, "connect")
    client_id = reader.text()
    topic = response = None
    if will:
        response = _properties(reader, "will").get(RESPONSE_TOPIC)
        topic = reader.text()
        reader.binary()
    username = reader.text() if flags & 0x80 else None
    if flags & 0x40:
        reader.binary()
    reader.end()
    said = str(response) if response is not None else None
    return Connect(
        client_id, bool(flags & 2), keepalive_s, topic, will_qos, bool(flags & 32), said, username
    )


def _publish(flags: int, reader: _Reader) -> Publish:
    qos, retain = flags >> 1 & 3, bool(flags & 1)
    if qos == 3 or (qos == 0 and flags & 8):
        raise Malformed(Reason.MALFORMED, "flags that contradict each other")
    if qos == 2:
        raise Malformed(Reason.QOS, "quality of service 2, which no terminal uses")
    topic = reader.text()
    packet_id = reader.number(2) if qos else 0
    if qos and not packet_id:
        raise Malformed(Reason.MALFORMED, "packet number 0")
    found = _properties(reader, "publish")
    if TOPIC_ALIAS in found or not topic:
        raise Malformed(Reason.TOPIC_ALIAS, "a topic alias: topics are written out here")
    if "+" in topic or "#" in topic:
        raise Malformed(Reason.MALFORMED, "a topic with wildcards")
    response = found.get(RESPONSE_TOPIC)
    return Publish(
        topic, qos, retain, packet_id, str(response) if response is not None else None,
        len(reader.data) - reader.at,
    )  # fmt: skip


def _subscribe(reader: _Reader) -> Subscribe:
    packet_id = _packet_id(reader)
    _properties(reader, "subscribe")
    filters = []
    while reader.at < len(reader.data):
        name, options = reader.text(), reader.number(1)
        if options & 0xC0 or options & 3 == 3 or options >> 4 & 3 == 3 or not name:
            raise Malformed(Reason.MALFORMED, "options that contradict each other")
        filters.append((name, options & 3))
    if not filters:
        raise Malformed(Reason.PROTOCOL, "a subscription to nothing")
    return Subscribe(packet_id, tuple(filters))


def _unsubscribe(reader: _Reader) -> Unsubscribe:
    packet_id = _packet_id(reader)
    _properties(reader, "unsubscribe")
    filters = []
    while reader.at < len(reader.data):
        filters.append(reader.text())
    if not filters:
        raise Malformed(Reason.PROTOCOL, "an end of nothing")
    return Unsubscribe(packet_id, tuple(filters))


def _packet_id(reader: _Reader) -> int:
    packet_id = reader.number(2)
    if not packet_id:
        raise Malformed(Reason.MALFORMED, "packet number 0")
    return packet_id
