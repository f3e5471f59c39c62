"""Zebra's Simple Serial Interface: packets with a check, and an answer to each.

    length  opcode  source  status  data …  check check
    14      F3      00      00      0B 36 39 …

`length` counts all but the check, which is the two's complement of their sum, high byte first. Every
packet of the engine is acknowledged; a damaged one is asked for again, and the engine then marks it as
a resend. It also sends again by itself when it hears nothing, so a packet lost whole needs no help.
"""

from __future__ import annotations

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import Mute, Reply, Report, Resend
from agent.scanner.framing import ENDS, CodeReader, Noise

HEAD_BYTES, CHECK_BYTES = 4, 2
ENGINE, HOST = 0x00, 0x04
RESENT, CONTINUES, KEPT = 0x01, 0x02, 0x08  # bits of the status byte
STATUS_BITS = RESENT | CONTINUES | KEPT

PARAM, TAKEN, REFUSED = 0xC6, 0xD0, 0xD1
START, STOP, BEEP, ENABLE, DISABLE = 0xE4, 0xE5, 0xE6, 0xE9, 0xEA
DECODED = 0xF3
# What an engine says: decodes, answers, revision, parameters, events, management.
OF_ENGINE = {DECODED, TAKEN, REFUSED, 0xA4, PARAM, 0xF6, 0x80}
SEND_AGAIN = 0x01  # the cause in a REFUSED

ONE_SHORT_HIGH, TWO_SHORT_LOW, NO_BEEP = 0x00, 0x06, 0xFF
WAKE = b"\0"  # an engine that sleeps loses the byte that wakes it
# At 9600 baud a byte takes 1 ms and USB holds it for up to 16: such a pause inside a packet is a loss.
PAUSE_MS = 100
RESENDS_MAX = 3
SURE_BYTES = 6


def check(body: bytes) -> bytes:
    """The two check bytes of a packet."""
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


def packet(opcode: int, data: bytes = b"", status: int = 0, source: int = HOST) -> bytes:
    """A whole packet. `data` has at most 251 bytes."""
    body = bytes([HEAD_BYTES + len(data), opcode, source, status]) + data
    return body + check(body)


class Ssi(Mute):
    """The host's side of the conversation."""

    look_every_ms = PAUSE_MS

    def __init__(self, section: ScannerSection) -> None:
        self._reader = CodeReader(section)
        self._end = ENDS.get(section.suffix, b"")
        self._bytes_max = section.code_bytes_max
        self._last = b""  # the data acknowledged last: its resend is the same beam
        self._command = b""
        self.reset()

    def reset(self) -> None:
        self._half = bytearray()
        self._answers = bytearray()
        self._stray = 0
        self._heard_ms = 0
        self._resends = self._command_resends = 0
        self._continues = False

    def feed(self, data: bytes, now_ms: int) -> list[Report]:
        reports = self._paused(now_ms)
        self._half += data
        self._heard_ms = now_ms
        return reports + self._packets()

    def idle(self, now_ms: int) -> list[Report]:
        return self._paused(now_ms)

    def outgoing(self) -> bytes:
        answers = bytes(self._answers)
        self._answers.clear()
        return answers

    def trigger(self, on: bool) -> bytes | None:
        return self._ask(packet(START if on else STOP))

    def enable(self, on: bool) -> bytes:
        """An engine that is disabled reads nothing, trigger or not."""
        return self._ask(packet(ENABLE if on else DISABLE))

    def beep(self, good: bool) -> bytes | None:
        return self._ask(packet(BEEP, bytes([ONE_SHORT_HIGH if good else TWO_SHORT_LOW])))

    def setting(self, command: str, keep: bool = False) -> bytes | None:
        """Parameter number and value in hex: `8A 08` is trigger by the host."""
        try:
            parameters = bytes.fromhex(command)
        except ValueError:
            parameters = b""
        if not 2 <= len(parameters) <= 250:
            raise ValueError(f"{command!r} is no setting (expected number and value in hex, such as 8A 08)")
        return self._ask(packet(PARAM, bytes([NO_BEEP]) + parameters, KEPT if keep else 0))

    def _ask(self, command: bytes) -> bytes:
        self._command, self._command_resends = command, 0
        return WAKE + command

    def _packets(self) -> list[Report]:
        """Every whole packet at the front; bytes that can begin none are passed over."""
        reports: list[Report] = []
        while self._half:
            if not self._may_begin():
                self._pass_over()
                continue
            size = self._half[0] + CHECK_BYTES
            if len(self._half) < size:
                break
            whole = bytes(self._half[:size])
            if check(whole[:-CHECK_BYTES]) == whole[-CHECK_BYTES:]:
                del self._half[:size]
                reports += [*self._stray_told(), *self._take(whole[:-CHECK_BYTES])]
            else:
                reports += self._damaged("its check does not fit")
        return reports

    def _may_begin(self) -> bool:
        """Whether the bytes so far look like the head of a packet of the engine."""
        half, size = self._half, len(self._half)
        return (
            half[0] >= HEAD_BYTES
            and (size < 2 or half[1] in OF_ENGINE)
            and (size < 3 or half[2] == ENGINE)
            and (size < 4 or not half[3] & ~STATUS_BITS)
        )

    def _paused(self, now_ms: int) -> list[Report]:
        """Silence inside a packet: its rest is lost. A whole one may still stand behind it."""
        if now_ms - self._heard_ms < PAUSE_MS:
            return []
        reports: list[Report] = []
        while self._half:
            if len(self._half) > 1:
                reports += self._damaged("its end is missing")
            else:
                self._pass_over()
            reports += self._packets()
        return reports + self._stray_told()

    def _damaged(self, why: str) -> list[Report]:
        """Pass over the first byte of a packet that is none, and ask for it again; not for ever."""
        if self._last and self._half.startswith(self._first_bytes()):
            self._last = b""  # a new beam that shows the same code
        self._pass_over()
        self._resends += 1
        if self._resends > RESENDS_MAX:
            told = f"damaged {RESENDS_MAX} times more; not asked for again"
            return [Noise(1, told)] if self._resends == RESENDS_MAX + 1 else []
        self._answers += packet(REFUSED, bytes([SEND_AGAIN]))
        return [Resend(why)]

    def _first_bytes(self) -> bytes:
        """How the last code begins when it is not a resend. The more of it is there, the surer it is that
        the status byte came whole: in doubt it is the same beam, and is sold once."""
        return bytes([HEAD_BYTES + len(self._last), DECODED, ENGINE, 0]) + self._last[:SURE_BYTES]

    def _pass_over(self) -> None:
        self._stray += self._half[0] != WAKE[0]
        del self._half[:1]

    def _stray_told(self) -> list[Report]:
        stray, self._stray = self._stray, 0
        return [Noise(stray, "no packet")] if stray else []

    def _take(self, body: bytes) -> list[Report]:
        """A packet whose check fits, without it."""
        opcode, status, data = body[1], body[3], body[HEAD_BYTES:]
        if opcode == TAKEN:
            self._command = b""
            return [Reply("taken")]
        if opcode == REFUSED:
            return self._refused(data)
        self._answers += packet(TAKEN)
        self._resends = 0
        return self._decoded(status, data) if opcode == DECODED else []

    def _decoded(self, status: int, data: bytes) -> list[Report]:
        if status & RESENT and data == self._last:
            return []
        self._last = data
        part, self._continues = self._continues or bool(status & CONTINUES), bool(status & CONTINUES)
        if part or len(data) > self._bytes_max:
            return [Noise(len(data), "part of a code that is longer than one packet")]
        return [*self._reader.read(data[1:].removesuffix(self._end))]

    def _refused(self, data: bytes) -> list[Report]:
        """The engine did not understand a command, or does not want it."""
        again = data[:1] == bytes([SEND_AGAIN]) and self._command
        if again and self._command_resends < RESENDS_MAX:
            self._command_resends += 1
            body = bytearray(self._command[:-CHECK_BYTES])
            body[3] |= RESENT
            self._answers += body + check(bytes(body))
            return []
        self._command = b""
        return [Reply("refused")]
