"""What a scanner sent for a code that we know → how it is set. No port, no clock.

Enters: the bytes of one burst, the text that was shown. Leaves: a Reading, or None for bytes that hold no
such text. Several readings of different codes are put together by `agreed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.profile.schema import ScannerSection
from agent.scanner.framing import AIM, ENDS, LEFTOVERS, ScanLine
from agent.scanner.keyboard import EV_KEY, EVENT, PRESSED, KeyBurst
from agent.scanner.layouts import LAYOUTS
from agent.scanner.ssi import Ssi

CODES = ("TEST-0123456789", "Test.AZQWYM.azqwym", "test/3.7:;,?=&_-Zz")
"""The first finds port, speed and dialect; letters and signs tell one keyboard from another. No shop's
codes begin like this."""
GAP_MS_MIN, GAP_MS_MAX = 50, 1000
LATER_MS = 5000


@dataclass(frozen=True, slots=True)
class Reading:
    """One code as it came. `dialect` lines stands for every scanner that sends lines. `layouts` are the
    keyboards that explain it; `trouble` is a word for what no setting of ours can mend."""

    dialect: str
    suffix: str
    prefix: str = ""
    aim: bool = False
    layouts: tuple[str, ...] = ()
    gap_ms: int = GAP_MS_MIN
    trouble: str = ""


def read_serial(raw: bytes, text: str) -> Reading | None:
    """Packets first: a packet of SSI holds its text in clear too."""
    return _packet(raw, text) or _line(raw, text)


def read_keys(raw: bytes, text: str) -> Reading | None:
    """Key events, through every keyboard that we know and every end."""
    gap_ms = _longest_pause_ms(raw)
    for suffix in ("CR", "TAB", "GAP"):
        seen = {name: _typed(raw, name, suffix, gap_ms) for name in LAYOUTS}
        layouts = tuple(name for name, typed in seen.items() if typed.endswith(text))
        if layouts:
            return _with_front(seen[layouts[0]].removesuffix(text), "hid", suffix, layouts, gap_ms)
        for typed in seen.values():
            if typed.lower().endswith(text.lower()):
                return Reading("hid", suffix, trouble="case")
    return None


def agreed(readings: Sequence[Reading]) -> Reading | None:
    """What all of them say; None when they contradict each other."""
    first = readings[0]
    layouts = tuple(name for name in first.layouts if all(name in other.layouts for other in readings))
    same = {(one.dialect, one.suffix, one.prefix, one.aim) for one in readings}
    if len(same) > 1 or (first.dialect == "hid" and not layouts):
        return None
    gap_ms = max(one.gap_ms for one in readings)
    return Reading(first.dialect, first.suffix, first.prefix, first.aim, layouts, gap_ms)


# --- lines ------------------------------------------------------------------------------------------


def _line(raw: bytes, text: str) -> Reading | None:
    before, found, after = raw.partition(text.encode())
    if not found:
        return _other_case(raw, text)
    before = before.lstrip(LEFTOVERS)
    after = after.partition(text.encode())[0]  # beamed twice in one burst
    after = after.removesuffix(before) if before else after
    end = after.rstrip(b"\0")
    suffix = next((name for name, bytes_ in ENDS.items() if end == bytes_), "" if end else "GAP")
    if not suffix:
        return Reading("lines", "CR", trouble="suffix")
    try:
        front = before.decode("ascii")
    except UnicodeDecodeError:
        return Reading("lines", suffix, trouble="prefix")
    return _with_front(front, "lines", suffix, (), GAP_MS_MIN)


def _other_case(raw: bytes, text: str) -> Reading | None:
    """A scanner can be set to turn letters into capitals; then a member's code is another one."""
    return Reading("lines", "CR", trouble="case") if text.lower().encode() in raw.lower() else None


def _with_front(front: str, dialect: str, suffix: str, layouts: tuple[str, ...], gap_ms: int) -> Reading:
    """What stands before the code: a prefix, an AIM identifier, both or neither."""
    aim = AIM.search(front)
    prefix = front[: aim.start()] if aim and aim.end() == len(front) else front
    if len(prefix) > 8 or not prefix.isprintable():
        return Reading(dialect, suffix, trouble="prefix")
    return Reading(dialect, suffix, prefix, prefix != front, layouts, gap_ms)


def _packet(raw: bytes, text: str) -> Reading | None:
    ssi = Ssi(ScannerSection(port="", dialect="ssi", suffix="GAP"))
    for report in ssi.feed(raw, 0):
        if isinstance(report, ScanLine) and report.text.endswith(text):
            return _with_front(report.text.removesuffix(text), "ssi", "CR", (), GAP_MS_MIN)
    return None


# --- keys -------------------------------------------------------------------------------------------


def _typed(raw: bytes, layout: str, suffix: str, gap_ms: int) -> str:
    """The last code of the burst; empty when this keyboard or this end makes none of it."""
    section = ScannerSection.model_validate(
        {"port": "", "dialect": "hid", "layout": layout, "suffix": suffix, "gap_ms": gap_ms}
    )
    burst = KeyBurst(section)
    reports = [*burst.feed(raw, 0), *burst.idle(LATER_MS)]
    texts = [report.text for report in reports if isinstance(report, ScanLine)]
    return texts[-1] if texts else ""


def _longest_pause_ms(raw: bytes) -> int:
    """Between two keys, doubled: a slow cable must not cut a code."""
    whole = len(raw) // EVENT.size * EVENT.size
    pressed = [
        seconds * 1000 + micros // 1000
        for seconds, micros, kind, _, value in EVENT.iter_unpack(raw[:whole])
        if kind == EV_KEY and value == PRESSED
    ]
    pauses = [later - earlier for earlier, later in pairwise(pressed)]
    return min(GAP_MS_MAX, max(GAP_MS_MIN, 2 * max(pauses, default=0)))
