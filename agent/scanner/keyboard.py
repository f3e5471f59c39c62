"""A scanner that is a keyboard: the kernel's key events → lines, without a device.

In: `struct input_event` as `/dev/input/event*` gives them. Out: what `framing` makes of the characters;
Enter and Tab stand for the suffix. The layout is the American one, which scanners have when they leave
the factory, unless the profile names another. A scanner types with pauses of a few ms; slower keys come
from a person and are no code.
"""

from __future__ import annotations

import struct

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import Mute, Report
from agent.scanner.framing import ENDS, UNENDED_AFTER_MS, Framer
from agent.scanner.layouts import LAYOUTS

EVENT = struct.Struct("llHHi")  # seconds, microseconds, type, code, value; 24 bytes on 64 bit
EV_SYN, EV_KEY, SYN_DROPPED, PRESSED = 0, 1, 3, 1
SHIFTS, HOLDS = {42, 54}, {29, 97, 56, 100, 125, 126}  # hold: Ctrl, Alt, Super
ALTGR = {100}
LOCKS = {58, 69, 70}
ENTERS, TAB = {28, 96}, 15
# Instead of a key that has no character: a code with it is not read, rather than read without it.
SUBSTITUTE = b"\x1a"
BROKEN = "keys too slow for a scanner, unknown, or lost"


class KeyBurst(Mute):
    """Keys in quick succession with Enter at the end are one code."""

    def __init__(self, section: ScannerSection) -> None:
        self._framer = Framer(section, never=SUBSTITUTE, why=BROKEN)
        self._end = ENDS.get(section.suffix, b"")
        self._gap_ms = section.gap_ms
        self._layout = LAYOUTS[section.layout]
        if not self._end:
            self.look_every_ms = section.gap_ms
        self.reset()

    def reset(self) -> None:
        self._framer.reset()
        self._half = bytearray()
        self._held: set[int] = set()
        self._typing = False
        self._pressed_ms = 0

    def feed(self, data: bytes, now_ms: int) -> list[Report]:
        self._half += data
        whole = len(self._half) // EVENT.size * EVENT.size
        events = bytes(self._half[:whole])
        del self._half[:whole]
        reports: list[Report] = []
        for seconds, micros, kind, code, value in EVENT.iter_unpack(events):
            if kind == EV_SYN and code == SYN_DROPPED:
                self._held.clear()
                reports += self._framer.feed(SUBSTITUTE, now_ms)
            elif kind == EV_KEY:
                reports += self._key(code, value, seconds * 1000 + micros // 1000, now_ms)
        return reports

    def idle(self, now_ms: int) -> list[Report]:
        return [*self._framer.idle(now_ms)]

    def _key(self, code: int, value: int, at_ms: int, now_ms: int) -> list[Report]:
        if code in SHIFTS | HOLDS:
            (self._held.add if value else self._held.discard)(code)
            return []
        third = self._held & HOLDS == ALTGR and bool(self._layout.altgr)
        if value != PRESSED or code in LOCKS or (self._held & HOLDS and not third):
            return []  # released, repeated, or a control character
        self._rested(at_ms - self._pressed_ms, now_ms)
        self._pressed_ms = at_ms
        typed = self._typed(code)
        self._typing = not (self._end and typed.endswith(self._end))
        return [*self._framer.feed(typed, now_ms)]

    def _rested(self, pause_ms: int, now_ms: int) -> None:
        """After a short pause what follows is the rest of something; after a long one it is new."""
        if not self._end or not self._typing or pause_ms <= self._gap_ms:
            return
        if pause_ms >= UNENDED_AFTER_MS:
            self._framer.reset()
        else:
            self._framer.feed(SUBSTITUTE, now_ms)

    def _typed(self, code: int) -> bytes:
        if code in ENTERS:
            return self._end if self._end != ENDS["TAB"] else SUBSTITUTE
        if code == TAB:
            return ENDS["TAB"]
        layout = self._layout
        chars = (
            layout.altgr if self._held & ALTGR else layout.shifted if self._held & SHIFTS else layout.plain
        )
        char = chars.get(code)
        return char.encode() if char else SUBSTITUTE
