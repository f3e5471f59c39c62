"""Bytes of the serial line → lines of text, without a port and without a clock.

In: chunks as they come from the port, cut anywhere, with the time they were read. Out: a ScanLine for
each code, a Noise for what cannot be one, an Unended for a code whose end never comes. Owned by the
thread of `scanner.port`; it keeps the half of a line that has come so far and nothing else.

A line is [prefix][AIM identifier]code[suffix]. Codes are in nobody's repr: some of them are money.
The dialects that are not lines take from here what is the same for all: `CodeReader`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.core.ids import Secret
from agent.profile.schema import ScannerSection

ENDS = {"CR": b"\r", "LF": b"\n", "CRLF": b"\r\n", "TAB": b"\t"}
AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# Neither UTF-8 nor GB18030 has these inside a longer character: they can go before decoding.
CONTROLS = bytes([*range(0x20), 0x7F])
# What may stand before a line: the LF of a CR LF, the idle NUL of some engines, the bare ACK, ENQ or NAK
# by which some take a command.
LEFTOVERS = b"\r\n\0\x06\x05\x15"
# A scanner sends a code in one burst; half a code that rests so long says the suffix is set wrong.
UNENDED_AFTER_MS = 1000


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One code as the scanner read it. `aim` is the symbology identifier (`]E0`) or empty."""

    text: str = field(repr=False)
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that were dropped, for the log: how many came before it was clear, and why."""

    byte_count: int
    why: str


@dataclass(frozen=True, slots=True)
class Unended:
    """So many bytes wait for an end that does not come. They are kept: the end may still come."""

    byte_count: int


Framed = ScanLine | Noise | Unended


class CodeReader:
    """The bytes of one code → its text: prefix, control bytes, encoding, AIM identifier.

    A code with one of the bytes `never` in it is noise, because of `why`.
    """

    def __init__(self, section: ScannerSection, never: bytes = b"", why: str = "") -> None:
        self._prefix = section.prefix.encode()
        self._aim = section.aim
        self._never, self._why = never, why

    def read(self, line: bytes) -> list[Framed]:
        """One code or one noise; nothing for an empty line."""
        if not line.startswith(self._prefix):
            line = line.lstrip(LEFTOVERS)
        code = line.removeprefix(self._prefix).lstrip(LEFTOVERS)
        if len(code.translate(None, self._never)) < len(code):
            return [Noise(len(line), self._why)]
        if not line.translate(None, CONTROLS):
            return []
        if not line.startswith(self._prefix):
            return [Noise(len(line), "scanner.prefix is missing in front")]
        text = _decode(code.translate(None, CONTROLS))
        if text is None:
            return [Noise(len(line), "neither UTF-8 nor GB18030")]
        found = AIM.match(text) if self._aim else None
        aim = found.group() if found else ""
        text = text.removeprefix(aim)
        return [ScanLine(text, aim)] if text else []


class Framer:
    """Puts lines together. Any cutting of the same bytes gives the same lines."""

    def __init__(self, section: ScannerSection, never: bytes = b"", why: str = "") -> None:
        self._end = ENDS.get(section.suffix, b"")
        self._gap_ms = section.gap_ms
        self._bytes_max = section.code_bytes_max
        self._reader = CodeReader(section, never, why)
        self.reset()

    def reset(self) -> None:
        """Forget the half that came so far: the cable was out, its rest will never come."""
        self._half = bytearray()
        self._noisy = False
        self._told_unended = False
        self._heard_ms = 0

    def feed(self, data: bytes, now_ms: int) -> list[Framed]:
        """Take what the port gave; returns the lines that ended in it, in order."""
        framed = self.idle(now_ms) if not self._end else []
        overlap = max(0, len(self._half) - max(0, len(self._end) - 1))
        self._half += data
        self._heard_ms = now_ms
        if self._end:
            framed += self._cut(overlap)
        return framed + self._bound()

    def idle(self, now_ms: int) -> list[Framed]:
        """Nothing came until now. With suffix GAP silence is the end; otherwise it is only noticed."""
        silent_ms = now_ms - self._heard_ms
        if not self._end:
            ended = (self._half or self._noisy) and silent_ms >= self._gap_ms
            return self._ended(self._take(len(self._half))) if ended else []
        waiting = len(self._half.translate(None, CONTROLS))
        if not waiting or self._told_unended or silent_ms < UNENDED_AFTER_MS:
            return []
        self._told_unended = True
        return [Unended(waiting)]

    def _cut(self, search_from: int) -> list[Framed]:
        framed: list[Framed] = []
        start = 0
        while (at := self._half.find(self._end, search_from)) >= 0:
            framed += self._ended(bytes(self._half[start:at]))
            start = search_from = at + len(self._end)
        self._take(start)
        return framed

    def _take(self, count: int) -> bytes:
        taken = bytes(self._half[:count])
        del self._half[:count]
        return taken

    def _ended(self, line: bytes) -> list[Framed]:
        """What one line means, its end removed."""
        self._told_unended = False
        if self._noisy:
            self._noisy = False
            return []
        if len(line) > self._bytes_max:
            return [self._too_long()]
        return self._reader.read(line)

    def _bound(self) -> list[Framed]:
        """A run without an end is noise as soon as it is too long, and told once."""
        begun = self._half[-1:] if len(self._end) == 2 and self._half[-1:] == self._end[:1] else bytearray()
        if not self._noisy and len(self._half) - len(begun) <= self._bytes_max:
            return []
        self._half = bytearray(begun)
        told = [] if self._noisy else [self._too_long()]
        self._noisy = True
        return [*told]

    def _too_long(self) -> Noise:
        return Noise(self._bytes_max + 1, f"more than {self._bytes_max} bytes without an end")


def _decode(code: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return code.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class RepeatFilter:
    """One beam, one code: the same code again within `repeat_ms` is the same beam.

    Each repeat begins the time anew: goods that lie under the beam count once, until they have been
    gone for `repeat_ms`. Another code in between ends it too: A, B, A are three beams.
    """

    def __init__(self, repeat_ms: int) -> None:
        self._repeat_ms = repeat_ms
        self._last: Secret | None = None
        self._seen_ms = 0

    def is_new(self, line: ScanLine, now_ms: int) -> bool:
        """False for a code that this beam has already given."""
        code = Secret(line.text)
        again = code == self._last and now_ms - self._seen_ms < self._repeat_ms
        self._last, self._seen_ms = code, now_ms
        return not again
