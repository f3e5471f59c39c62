"""Three test codes → the scanner's settings: port, speed, dialect, suffix, prefix, keyboard.

Enters: where to listen, and a way to show a code to a person. Leaves: the settings by their keys, or
WizardStopped with a word for what was in the way. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.doctor.ears import Burst, Ears, Place
from agent.doctor.reading import CODES, Reading, agreed, read_keys, read_serial
from agent.profile.schema import ScannerSection
from agent.scanner.dialect import Dialect, Reply
from agent.scanner.honeywell import Honeywell
from agent.scanner.newland import Newland
from agent.scanner.ssi import Ssi

BAUDS = (9600, 115_200, 38_400, 57_600, 19_200, 4800, 2400, 230_400, 1200)
"""The likely ones first."""
BEAM_S = 60.0  # for a person to take the scanner and find the code
REPLY_S = 1.0
QUERIES: dict[str, tuple[Callable[[ScannerSection], Dialect], str]] = {
    "honeywell": (Honeywell, "CBRENA?"),
    "newland": (Newland, "C11ENA*"),
}
"""Dialects that send lines too are told by their answer to a question, which changes nothing."""

Show = Callable[[int, str, str], None]
"""(number of the code, its text, why): `first`, `again` (nothing readable came), `next`."""


class WizardStopped(Exception):
    """`case` is a word of the wizard's catalogue; `detail` what was seen."""

    def __init__(self, case: str, detail: str = "") -> None:
        super().__init__(case)
        self.case, self.detail = case, detail


@dataclass(frozen=True, slots=True)
class Found:
    """Where the scanner is and how it speaks."""

    place: Place
    reading: Reading

    def settings(self) -> dict[str, object]:
        """By key, as the profile names them."""
        reading = self.reading
        told: dict[str, object] = {
            "scanner.port": self.place.port,
            "scanner.dialect": reading.dialect,
            "scanner.prefix": reading.prefix,
            "scanner.suffix": reading.suffix,
            "scanner.aim": reading.aim,
        }
        if self.place.hid:
            layout = "us" if "us" in reading.layouts else reading.layouts[0]
            return {**told, "scanner.layout": layout, "scanner.gap_ms": reading.gap_ms}
        return {**told, "scanner.baud": self.place.baud}


def find(ears: Ears, show: Show, beam_s: float = BEAM_S) -> Found:
    """Three codes, one after the other.

    Raises:
        WizardStopped: `deaf`, `nothing`, `unreadable`, `case`, `suffix`, `prefix`, `differ`.
    """
    if not ears.places:
        raise WizardStopped("deaf", "; ".join(ears.deaf))
    show(1, CODES[0], "first")
    place, first = _first(ears, show, beam_s)
    ears.only(place)
    readings = [first]
    for number, text in enumerate(CODES[1:], 2):
        show(number, text, "next")
        readings.append(_read(ears, text, beam_s, readings[-1]))
    together = agreed(readings)
    if together is None:
        raise WizardStopped("differ")
    if together.dialect == "lines":
        return Found(place, _asked(ears, place, together))
    return Found(place, together)


def _first(ears: Ears, show: Show, beam_s: float) -> tuple[Place, Reading]:
    """Where something comes from, and at which speed it can be read."""
    speeds: Iterator[int] | None = None
    heard = False
    while (burst := ears.burst(beam_s)) is not None:
        heard, place = True, burst.place
        reading = _understood(ears, burst, CODES[0])
        if reading is not None:
            return place, reading
        if place.hid:
            raise WizardStopped("unreadable", place.port)
        ears.only(place)  # it is this one; now for its speed
        speeds = speeds or iter([baud for baud in BAUDS if baud != place.baud])
        if (baud := next(speeds, None)) is None:
            raise WizardStopped("unreadable", place.port)
        ears.at_speed(place, baud)
        show(1, CODES[0], "again")
    raise WizardStopped("unreadable" if heard else "nothing")


def _read(ears: Ears, text: str, beam_s: float, last: Reading) -> Reading:
    """One more code from the same scanner; beams of the code before it are let pass."""
    while (burst := ears.burst(beam_s)) is not None:
        if (reading := _understood(ears, burst, text)) is not None:
            return reading
        if last.dialect == "hid" and not any(read_keys(burst.raw, code) for code in CODES):
            raise WizardStopped("layout")
    raise WizardStopped("nothing")


def _understood(ears: Ears, burst: Burst, text: str) -> Reading | None:
    """A reading; packets are acknowledged, or the scanner would send them again and again."""
    reading = (read_keys if burst.place.hid else read_serial)(burst.raw, text)
    if not burst.place.hid:
        _acknowledge(ears, burst)
    if reading is not None and reading.trouble:
        raise WizardStopped(reading.trouble)
    return reading


def _acknowledge(ears: Ears, burst: Burst) -> None:
    """Only what is a packet for sure: nothing is sent to a scanner that speaks otherwise."""
    readings = [read_serial(burst.raw, code) for code in CODES]
    if any(reading is not None and reading.dialect == "ssi" for reading in readings):
        ssi = Ssi(burst.place.section())
        ssi.feed(burst.raw, 0)
        ears.say(burst.place, ssi.outgoing())


def _asked(ears: Ears, place: Place, reading: Reading) -> Reading:
    """Lines come from many: does it answer a question of one of them?"""
    for name, (make, query) in QUERIES.items():
        dialect = make(place.section())
        words = dialect.setting(query)
        if words is None:
            continue
        ears.say(place, words)
        burst = ears.burst(REPLY_S)
        if burst is None:
            continue
        reports = [*dialect.feed(burst.raw, 0), *dialect.idle(10_000)]
        if any(isinstance(report, Reply) for report in reports):
            return Reading(name, reading.suffix, reading.prefix, reading.aim)
    return reading
