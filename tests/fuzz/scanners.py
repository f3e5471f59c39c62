"""Bytes of a fuzzer → an afternoon with one scanner → what must hold of it, whatever came.

In: any bytes at all. The first three choose settings, the rest is what the port gives, with marks for a
pause, an unplug and a command between. Out: nothing, or an AssertionError that names the promise. Used by
the fuzzer, by hypothesis and by the kept corpus alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp, Event
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.dialect import REPLY_BYTES_MAX, Dialect, Report
from agent.scanner.framing import ENDS, ScanLine
from agent.scanner.hearing import DIALECTS, Hearing
from agent.scanner.keyboard import EV_KEY, EV_SYN, EVENT, HOLDS, SHIFTS
from agent.scanner.layouts import LAYOUTS
from agent.scanner.ssi import DECODED, ENGINE, RESENDS_MAX, TAKEN, packet

RULES = (
    CodeRule(kind="payment", network="wechat", prefixes=["13"], length_min=18, length_max=18),
    CodeRule(kind="member", prefixes=["M", "会员"], length_min=6, length_max=20, digits_only=False),
    CodeRule(kind="claim", prefixes=["C-"], length_min=4, length_max=64, digits_only=False),
)
PAUSE, UNPLUG, COMMAND = 0xF8, 0xF9, 0xFA
MARKS = re.compile(rb"(\xf8.|\xf9|\xfa.)", re.DOTALL)
PAUSE_STEP_MS = 20
SETTINGS = {
    "honeywell": ("CBRENA1", "MENUDF", "PAPHHF?"),
    "newland": ("C11ENA1", "MIN12*"),
    "ssi": ("8A 08",),
}
RICE_BALL, WATER = "6901000000028", "6901000000011"
LONG_SILENCE_MS = 1500


@dataclass
class Stand:
    """One dialect with a clock that only the fuzzer's pauses move."""

    section: ScannerSection
    now_ms: int = 1000
    reports: list[Report] = field(default_factory=list)
    facts: list[Event] = field(default_factory=list)
    sent: bytearray = field(default_factory=bytearray)
    unplugs: int = 0

    def __post_init__(self) -> None:
        self.hearing = Hearing(self.section, RULES, self.facts.append)
        self.hearing.begin()

    @property
    def dialect(self) -> Dialect:
        return self.hearing.dialect

    def hear(self, data: bytes) -> None:
        """What the port gave, empty for silence."""
        reports, answers = self.hearing.understand(data, self.now_ms)
        self.hearing.pass_on(reports, self.now_ms)
        self.reports += reports
        self.sent += answers

    def rest(self, pause_ms: int) -> None:
        """Silence, looked at as often as the port's thread looks."""
        until_ms = self.now_ms + pause_ms
        while self.now_ms < until_ms:
            self.now_ms = min(until_ms, self.now_ms + self.dialect.look_every_ms)
            self.hear(b"")

    def command(self, choice: int) -> None:
        """Somebody presses the trigger, or changes a setting."""
        known = SETTINGS.get(self.section.dialect, ())
        if choice < 128 or not known:
            self.dialect.trigger(bool(choice & 1))
        else:
            self.dialect.setting(known[choice % len(known)], keep=bool(choice & 1))

    def unplug(self) -> None:
        self.unplugs += 1
        self.hearing.begin()

    @property
    def codes(self) -> list[str]:
        return [report.text for report in self.reports if isinstance(report, ScanLine)]


def settings(dialect: str, head: bytes) -> ScannerSection:
    """Three bytes choose what a profile can say."""
    first, second, third = (*head, 0, 0, 0)[:3]
    return ScannerSection.model_validate(
        {
            "port": "/dev/scanner",
            "dialect": dialect,
            "suffix": [*ENDS, "GAP"][first % 5],
            "prefix": ["", "T:" if dialect == "hid" else "\x02", "S:"][second % 3],
            "aim": bool(second & 4),
            "layout": sorted(LAYOUTS)[third % 4],
            "code_bytes_max": 32 if third & 4 else 512,
            "gap_ms": 200 if third & 8 else 50,
        }
    )


def play(data: bytes, dialect: str) -> None:
    """One input of the fuzzer."""
    section = settings(dialect, data[:3])
    script = _typed_script(data[3:]) if dialect == "hid" else _script(data[3:])
    whole, dripping = Stand(section), Stand(section)
    for part in script:
        for stand in (whole, dripping):
            _act(stand, part, drip=stand is dripping)
        assert _kept_bytes(whole.dialect) <= section.code_bytes_max + REPLY_BYTES_MAX + 600, "it hoards"
    whole.rest(LONG_SILENCE_MS)
    dripping.rest(LONG_SILENCE_MS)
    assert whole.codes == dripping.codes, "another cutting gave other codes"
    assert whole.sent == dripping.sent, "another cutting was answered otherwise"
    _facts_are_honest(whole, section)
    _resends_end(whole)
    _heals(whole, dialect)


def _script(data: bytes) -> list[bytes]:
    return [part for part in MARKS.split(data) if part]


def _typed_script(data: bytes) -> list[bytes]:
    """Three bytes are one key event, as the 24 of the kernel's would take for ever to find. It never gives
    half an event."""
    script, at_ms = [], 1_000
    for part in _script(data):
        if MARKS.fullmatch(part):
            at_ms += PAUSE_STEP_MS * part[1] if part[0] == PAUSE else 0
            script.append(part)
            continue
        made = bytearray()
        for code, value, pause in zip(*[iter(part)] * 3, strict=False):
            at_ms += pause if pause < 128 else 8 * pause
            made += _event(at_ms, EV_SYN if value == 9 else EV_KEY, code, value % 4)
        script.append(bytes(made))
    return script


def _event(at_ms: int, kind: int, code: int, value: int) -> bytes:
    return EVENT.pack(at_ms // 1000, at_ms % 1000 * 1000, kind, code, value)


def _act(stand: Stand, part: bytes, drip: bool) -> None:
    if MARKS.fullmatch(part):
        if part[0] == PAUSE:
            stand.rest(part[1] * PAUSE_STEP_MS)
        elif part[0] == UNPLUG:
            stand.unplug()
        else:
            stand.command(part[1])
        return
    for chunk in [part[at : at + 1] for at in range(len(part))] if drip else [part]:
        stand.hear(chunk)


def _kept_bytes(dialect: object) -> int:
    """All bytes that a dialect and its framer hold back."""
    parts = [
        vars(dialect),
        *(vars(inner) for inner in vars(dialect).values() if hasattr(inner, "__dict__")),
    ]
    return sum(len(value) for part in parts for value in part.values() if isinstance(value, bytearray))


def _facts_are_honest(stand: Stand, section: ScannerSection) -> None:
    """Up and lost take turns, a code is never empty nor longer than allowed."""
    lost = False
    for fact in stand.facts:
        match fact:
            case DeviceLost(Device.SCANNER, cause):
                assert cause in ("noise", "unended"), cause
                lost = True
            case DeviceUp(Device.SCANNER):
                lost = False
            case BarcodeScanned():
                assert not lost, "a code was posted while the scanner counts as broken"
            case _:
                raise AssertionError(f"a scanner has no business to post {fact}")
    for code in stand.codes:
        assert code
        assert len(code) <= section.code_bytes_max


def _resends_end(stand: Stand) -> None:
    """However damaged the line: at most three questions for each packet that came whole, or unplug."""
    asked = sum(type(report).__name__ == "Resend" for report in stand.reports)
    whole = stand.sent.count(packet(TAKEN))
    assert asked <= RESENDS_MAX * (1 + whole + stand.unplugs), f"{asked} resends for {whole} packets"


def _heals(stand: Stand, dialect: str) -> None:
    """After whatever it was: of two codes that come clean, the second is read; at worst the first is glued
    to what lay about."""
    for text in (RICE_BALL, WATER):
        stand.hear(beam(text, stand.section, dialect, stand.now_ms))
        stand.rest(LONG_SILENCE_MS)
    assert stand.codes[-1:] == [WATER], "a clean code was not read afterwards"


def beam(text: str, section: ScannerSection, dialect: str, now_ms: int = 0) -> bytes:
    """The bytes of a clean scan, as a scanner of this dialect sends them."""
    code = section.prefix.encode() + text.encode() + ENDS.get(section.suffix, b"")
    if dialect == "ssi":
        return packet(DECODED, b"\x0b" + code, source=ENGINE)
    return _typed(code, section, now_ms) if dialect == "hid" else code


def _typed(code: bytes, section: ScannerSection, now_ms: int) -> bytes:
    """As key events without a pause; what was held down is let go."""
    layout = LAYOUTS[section.layout]
    plain = {char: key for key, char in layout.plain.items()}
    shifted = {char: key for key, char in layout.shifted.items()}
    made = bytearray().join(_event(now_ms, EV_KEY, key, 0) for key in sorted(SHIFTS | HOLDS))
    for key, shift in _strokes(code.decode(), plain, shifted):
        for held, value in ((42, 1), (key, 1), (key, 0), (42, 0)) if shift else ((key, 1), (key, 0)):
            made += _event(now_ms, EV_KEY, held, value)
    return bytes(made)


def _strokes(text: str, plain: dict[str, int], shifted: dict[str, int]) -> list[tuple[int, bool]]:
    strokes, text = [], text.replace("\r\n", "\r")
    for char in text:
        if char in "\r\n\t":
            strokes.append((15 if char == "\t" else 28, False))
        elif char in plain:
            strokes.append((plain[char], False))
        elif char in shifted:
            strokes.append((shifted[char], True))
    return strokes


DIALECT_NAMES = tuple(DIALECTS)
