"""Honeywell imagers: lines, and menu commands whose echo comes back in the same stream.

An echo has no beginning of its own: `CBRENA1<ACK>.` is the text of the command with a status byte
before each mark. It begins where the tag that was asked for stands, or else where the line began.
What stood before it is half a code, and stays that.
"""

from __future__ import annotations

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import REPLY_BYTES_MAX, STATUS, Mute, Report, ascii_command, reply
from agent.scanner.framing import ENDS, Framer, Noise

SYN, CR = b"\x16", b"\r"
TRIGGER_ON, TRIGGER_OFF = SYN + b"T" + CR, SYN + b"U" + CR
BEEP = SYN + b"\x07" + CR
MENU = SYN + b"M" + CR
# The storage mark that ends a command: `.` survives the power, `!` does not.
KEPT, UNTIL_POWER_OFF = b".", b"!"
MARKS, LAST_MARKS = b",;.!", b".!"
TAG_CHARS = 6  # tag and subtag, three each
BROKEN = "a piece of a scanner's reply"


class Honeywell(Mute):
    """Reads byte by byte, so that it never matters how the port cuts."""

    def __init__(self, section: ScannerSection) -> None:
        self._framer = Framer(section, never=STATUS, why=BROKEN)
        self._end = ENDS.get(section.suffix, b"")
        if not self._end:
            self.look_every_ms = section.gap_ms
        self.reset()

    def reset(self) -> None:
        self._framer.reset()
        self._run = bytearray()  # since the last end of a line or of a reply
        self._asked = b""
        self._heard_ms = 0

    def feed(self, data: bytes, now_ms: int) -> list[Report]:
        reports: list[Report] = [] if self._end else self.idle(now_ms)
        self._heard_ms = now_ms
        for at in range(len(data)):
            reports += self._take(data[at : at + 1], now_ms)
        return reports

    def idle(self, now_ms: int) -> list[Report]:
        if now_ms - self._heard_ms < self.look_every_ms:
            return []
        if self._ends_with_status() and self._asked in self._run.upper():
            return self._settle()
        return [*self._pass_on(self._heard_ms), *self._framer.idle(now_ms)]

    def trigger(self, on: bool) -> bytes | None:
        return TRIGGER_ON if on else TRIGGER_OFF

    def beep(self, good: bool) -> bytes | None:
        """There is one sound: once is good, three times is not."""
        return BEEP if good else BEEP * 3

    def setting(self, command: str, keep: bool = False) -> bytes | None:
        """`CBRENA1`, several with `,` or `;`; the echo of a query (`CBRENA?`) carries the value."""
        body = ascii_command(command, "CBRENA1")
        if set(LAST_MARKS) & set(body):
            raise ValueError(f"{command!r} is no setting (expected one without . and !, which end it)")
        self._asked = body[:TAG_CHARS].upper().rstrip(b"?*^")
        return MENU + body + (KEPT if keep else UNTIL_POWER_OFF)

    def _take(self, byte: bytes, now_ms: int) -> list[Report]:
        """One byte more; says what ended with it or just before it."""
        reports: list[Report] = []
        status_before = self._ends_with_status()
        if status_before and byte not in MARKS and self._asked and self._asked in self._run.upper():
            reports += self._settle()  # some firmware leaves out the last mark
            status_before = False
        self._run += byte
        if status_before and byte in LAST_MARKS:
            return reports + self._settle()
        ended = self._end and self._run.endswith(self._end)
        if ended or len(self._run) > REPLY_BYTES_MAX:
            reports += self._pass_on(now_ms)
        return reports

    def _ends_with_status(self) -> bool:
        return bool(self._run) and self._run[-1] in STATUS

    def _settle(self) -> list[Report]:
        """The run ends with a reply: report it and keep what stood before."""
        begin = max(0, self._run.upper().find(self._asked)) if self._asked else 0
        echo = bytes(self._run[begin:])
        del self._run[begin:]
        self._asked = b""
        return [reply(echo)]

    def _pass_on(self, now_ms: int) -> list[Report]:
        """The run is no reply, so it is a code. With the asked-for tag in it, it is neither: a reply
        that lost its status byte on the way."""
        line = bytes(self._run)
        self._run.clear()
        if self._asked.upper() != self._asked.lower() and self._asked in line.upper():
            self._asked = b""
            self._framer.reset()
            return [Noise(len(line), BROKEN)]
        return [*self._framer.feed(line, now_ms)] if line else []
