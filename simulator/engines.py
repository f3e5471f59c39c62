"""The scanner's side of each dialect, without a port and without a clock.

In: codes to `beam`, the bytes that the terminal sent. Out: the bytes that the scanner sends. Written from
the manuals' frames and not from the product's code, so that one can catch the other's mistake. Owned by
a stand or by a test.
"""

from __future__ import annotations

import re
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

ACK, ENQ, NAK = b"\x06", b"\x05", b"\x15"


@dataclass
class LineEngine:
    """Sends codes as lines and listens to nobody. The other engines are built on it."""

    out: bytearray = field(default_factory=bytearray)
    heard: list[str] = field(default_factory=list)  # commands understood, in order
    settings: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)  # codes given up

    def beam(self, text: str, suffix: str) -> None:
        """Read one code."""
        self.out += (text + suffix).encode()

    def hear(self, data: bytes, now_ms: int) -> None:
        """The terminal sent these bytes."""

    def tick(self, now_ms: int) -> None:
        """Time goes by."""

    @property
    def waits(self) -> bool:
        """Whether `tick` will have something to say."""
        return False

    def power_off(self) -> None:
        """The cable is out: what was not sent is gone."""
        self.out.clear()

    def outgoing(self) -> bytes:
        data = bytes(self.out)
        self.out.clear()
        return data

    def _set(self, command: str) -> bytes:
        """`CBRENA1` → its status byte. Two known settings stand for all."""
        tag, value = command[:6].upper(), command[6:]
        if tag not in ("CBRENA", "C11ENA"):
            return ENQ
        if value in ("?", "*"):
            return self.settings.get(tag, "1").encode() + ACK
        if value not in ("0", "1"):
            return NAK
        self.settings[tag] = value
        return ACK


@dataclass
class HoneywellEngine(LineEngine):
    """Echoes every menu command with its status before the mark."""

    _half: bytearray = field(default_factory=bytearray)

    def hear(self, data: bytes, now_ms: int) -> None:  # noqa: ARG002
        self._half += data
        while found := re.search(rb"\x16(?:([TU\x07])\r|M\r([^.!]*)([.!]))", bytes(self._half)):
            del self._half[: found.end()]
            if found[1]:
                self.heard.append({b"T": "trigger on", b"U": "trigger off", b"\x07": "beep"}[found[1]])
            else:
                self.heard.append("setting")
                self.out += self._echo(found[2].decode()) + found[3]

    def _echo(self, command: str) -> bytes:
        status = self._set(command)
        return command.upper().rstrip("?").encode() + status


@dataclass
class NewlandEngine(LineEngine):
    """Answers every frame with one of its own."""

    _half: bytearray = field(default_factory=bytearray)

    def hear(self, data: bytes, now_ms: int) -> None:  # noqa: ARG002
        self._half += data
        command = re.compile(rb"\x01([TP])\x04|\x7e\x010000([@#])(.*?);\x03", re.DOTALL)
        while found := command.search(bytes(self._half)):
            del self._half[: found.end()]
            if found[1]:
                self.heard.append({b"T": "trigger on", b"P": "trigger off"}[found[1]])
                continue
            self.heard.append("setting")
            parts = [part + self._set(part.decode()) for part in found[3].split(b",")]
            echo = b",".join(part.replace(b"*", b"") for part in parts)
            self.out += b"\x02\x010000" + found[2] + echo + b";\x03"


Spoil = Callable[[bytes], bytes]


@dataclass
class SsiEngine(LineEngine):
    """Sends one packet at a time and keeps it until it is acknowledged.

    Asked to send again it does so; hearing nothing it does so twice by itself, then gives up, as the
    guide has it. `spoil` damages what goes out.
    """

    answer_wait_ms: int = 2000
    spoil: Spoil = bytes
    stubborn: bool = False  # never gives up
    _queue: deque[bytes] = field(default_factory=deque)
    _half: bytearray = field(default_factory=bytearray)
    _tries: int = 0
    _sent_ms: int | None = None
    _now_ms: int = 0
    acknowledged: int = 0

    def beam(self, text: str, suffix: str) -> None:  # noqa: ARG002 - packets need no suffix
        self._queue.append(b"\x0b" + text.encode())
        self.tick(self._now_ms)

    @property
    def waits(self) -> bool:
        return bool(self._queue)

    def power_off(self) -> None:
        super().power_off()
        self._queue.clear()
        self._half.clear()
        self._sent_ms, self._tries = None, 0

    def tick(self, now_ms: int) -> None:
        self._now_ms = now_ms
        if not self._queue:
            return
        if self._sent_ms is None:
            self._send()
        elif now_ms - self._sent_ms >= self.answer_wait_ms:
            self._again()

    def hear(self, data: bytes, now_ms: int) -> None:
        self._now_ms = now_ms
        self._half += data
        while len(self._half) >= 6:
            size = self._half[0] + 2
            if size < 6 or self._half[2] != 4:
                del self._half[0]
            elif len(self._half) < size:
                return
            elif (
                sum(self._half[: size - 2]) + int.from_bytes(self._half[size - 2 : size], "big") != 0x10000
            ):
                del self._half[0]
            else:
                self._obey(bytes(self._half[: size - 2]))
                del self._half[:size]

    def _obey(self, body: bytes) -> None:
        opcode, data = body[1], body[4:]
        if opcode == 0xD0:
            self._settled()
            self.acknowledged += 1
        elif opcode == 0xD1:
            if data == b"\x01" and self._sent_ms is not None:
                self._again()
        else:
            named = {0xE4: "trigger on", 0xE5: "trigger off", 0xE9: "enable", 0xEA: "disable"}
            named |= {0xE6: f"beep {data.hex()}", 0xC6: f"setting {data.hex()}"}
            self.heard.append(named.get(opcode, f"{opcode:02X}"))
            self.out += self.spoil(frame(0xD0))

    def _send(self, status: int = 0) -> None:
        self._sent_ms = self._now_ms
        self._tries += 1
        self.out += self.spoil(frame(0xF3, self._queue[0], status))

    def _again(self) -> None:
        if self._tries > 2 and not self.stubborn:
            self.lost.append(self._queue[0][1:].decode())
            self._settled()
        else:
            self._send(status=1)

    def _settled(self) -> None:
        """Heard or given up: the next one."""
        if self._sent_ms is not None and self._queue:
            self._queue.popleft()
        self._sent_ms, self._tries = None, 0
        self.tick(self._now_ms)


def frame(opcode: int, data: bytes = b"", status: int = 0) -> bytes:
    """A packet as the engine makes it: source 0, the check high byte first."""
    body = struct.pack("BBBB", 4 + len(data), opcode, 0, status) + data
    return body + struct.pack(">H", 0x10000 - sum(body))


# name → key code, as in linux/input-event-codes.h; with shift where the name is upper case or a sign.
KEYS = {digit: 2 + at for at, digit in enumerate("1234567890")}
KEYS |= {char: 16 + at for at, char in enumerate("qwertyuiop")}
KEYS |= {char: 30 + at for at, char in enumerate("asdfghjkl")}
KEYS |= {char: 44 + at for at, char in enumerate("zxcvbnm")}
KEYS |= {"-": 12, ".": 52, "/": 53, ";": 39, " ": 57, "\r": 28, "\t": 15}
SHIFT = 42

# Country → char → (key, with shift), as a scanner's manual has it for a host with that keyboard.
US_SIGNS = {"&": (8, 1), "=": (13, 0), "?": (53, 1), ":": (39, 1), ",": (51, 0), "_": (12, 1)}
GERMAN = {"z": (21, 0), "y": (44, 0), "Z": (21, 1), "Y": (44, 1), "-": (53, 0), "_": (53, 1), "/": (8, 1)}
GERMAN |= {"&": (7, 1), "=": (11, 1), "?": (12, 1), ":": (52, 1), ";": (51, 1), ",": (51, 0)}
FRENCH = {digit: (2 + at, 1) for at, digit in enumerate("1234567890")}
for _char, _key in {"a": 16, "q": 30, "z": 17, "w": 44, "m": 39}.items():
    FRENCH |= {_char: (_key, 0), _char.upper(): (_key, 1)}
FRENCH |= {"-": (7, 0), "_": (9, 0), "/": (52, 1), "&": (2, 0), "=": (13, 0), "?": (50, 1), ":": (52, 0)}
FRENCH |= {";": (51, 0), ",": (50, 0), ".": (51, 1)}
COUNTRIES: dict[str, dict[str, tuple[int, int]]] = {"us": US_SIGNS, "de": GERMAN, "fr": FRENCH}


@dataclass
class KeyboardEngine(LineEngine):
    """Types each code on the keyboard of a country. `key_ms` from key to key."""

    key_ms: int = 4
    at_ms: int = 1_000_000
    country: str = "us"

    def beam(self, text: str, suffix: str) -> None:
        for char in text + suffix:
            usual = (KEYS.get(char.lower(), 0), int(char.isupper()))
            key, shift = COUNTRIES[self.country].get(char, usual)
            self.at_ms += self.key_ms
            keys = [(SHIFT, 1)] * shift + [(key, 1), (key, 0)]
            for code, value in keys + [(SHIFT, 0)] * shift:
                self.out += event(self.at_ms, 4, 4, 458_752 + code)  # the scan code, as USB keyboards do
                self.out += event(self.at_ms, 1, code, value) + event(self.at_ms, 0, 0, 0)
        self.at_ms += 400


def event(at_ms: int, kind: int, code: int, value: int) -> bytes:
    """One `struct input_event` of this machine."""
    return struct.pack("llHHi", at_ms // 1000, at_ms % 1000 * 1000, kind, code, value)


ENGINES: dict[str, type[LineEngine]] = {
    "lines": LineEngine,
    "honeywell": HoneywellEngine,
    "newland": NewlandEngine,
    "ssi": SsiEngine,
    "hid": KeyboardEngine,
}
