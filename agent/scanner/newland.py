"""Newland scanners and engines: lines, and settings whose answer comes framed in the same stream.

    7E 01 30 30 30 30  @ or #  C11ENA1,MIN12          3B 03     what is sent
    02 01 30 30 30 30  @ or #  C11ENA1 06 ,MIN12 06   3B 03     what comes back

A frame is taken out of the stream before lines are made of it, so it may even stand inside a code.
"""

from __future__ import annotations

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import REPLY_BYTES_MAX, STATUS, Mute, Report, ascii_command, reply
from agent.scanner.framing import Framer, Noise

TRIGGER_ON, TRIGGER_OFF = b"\x01\x54\x04", b"\x01\x50\x04"
ASK, ANSWER, END = b"\x7e\x010000", b"\x02\x010000", b";\x03"
KEPT, UNTIL_POWER_OFF = b"@", b"#"
# A frame comes in one burst; what pauses so long has lost its end.
PAUSE_MS = 200
BROKEN = "a piece of a scanner's reply"
# Bytes of a frame that stand in no code; one in a line shows that a frame lost its head.
SOH, ETX = b"\x01", b"\x03"


class Newland(Mute):
    """Reads byte by byte, so that it never matters how the port cuts."""

    look_every_ms = PAUSE_MS

    def __init__(self, section: ScannerSection) -> None:
        self._framer = Framer(section, never=STATUS + SOH + ETX, why=BROKEN)
        if section.suffix == "GAP":
            self.look_every_ms = min(section.gap_ms, PAUSE_MS)
        self.reset()

    def reset(self) -> None:
        self._framer.reset()
        self._frame = bytearray()  # a reply, or what may become one
        self._heard_ms = 0

    def feed(self, data: bytes, now_ms: int) -> list[Report]:
        reports = self._broken_off(now_ms)
        self._heard_ms = now_ms
        plain = bytearray()
        for at in range(len(data)):
            self._frame += data[at : at + 1]
            if self._replying:
                if self._frame.endswith(END) or len(self._frame) > REPLY_BYTES_MAX:
                    reports += [*self._framer.feed(bytes(plain), now_ms), self._answered()]
                    plain.clear()
                continue
            while not ANSWER.startswith(self._frame):
                plain.append(self._frame.pop(0))
        return [*reports, *self._framer.feed(bytes(plain), now_ms)] if plain else reports

    def idle(self, now_ms: int) -> list[Report]:
        return [*self._broken_off(now_ms), *self._framer.idle(now_ms)]

    def trigger(self, on: bool) -> bytes | None:
        return TRIGGER_ON if on else TRIGGER_OFF

    def setting(self, command: str, keep: bool = False) -> bytes | None:
        """`C11ENA1`, several with `,` or `;`; `*` in place of the value asks for it."""
        return ASK + (KEPT if keep else UNTIL_POWER_OFF) + ascii_command(command, "C11ENA1") + END

    @property
    def _replying(self) -> bool:
        return len(self._frame) >= len(ANSWER)

    def _answered(self) -> Report:
        frame = bytes(self._frame)
        self._frame.clear()
        if not frame.endswith(END):
            return Noise(len(frame), "a scanner's reply without its end")
        echo = frame.removeprefix(ANSWER)[1:].removesuffix(END)
        return reply(echo)

    def _broken_off(self, now_ms: int) -> list[Report]:
        """A frame that pauses is none: half a head belongs to a code, half a reply to nobody."""
        if not self._frame or now_ms - self._heard_ms < PAUSE_MS:
            return []
        if self._replying:
            return [self._answered()]
        plain = bytes(self._frame)
        self._frame.clear()
        return [*self._framer.feed(plain, self._heard_ms)]
