"""Listens at every port where a scanner may be, until one of them has something to say.

Enters: candidate ports with their speed. Leaves: Burst, the bytes of one beam and where they came from.
Owns the ports while it is open; opened for us alone, so it never listens beside a terminal that runs.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from agent.ports import DeviceTrouble
from agent.profile.schema import ScannerSection
from agent.scanner.line import Line, OpenLine, open_line

log = logging.getLogger(__name__)

SERIAL = ("dev/serial/by-id/*", "dev/ttyUSB*", "dev/ttyACM*")
KEYBOARDS = ("dev/input/by-id/*-event-kbd",)
LOOK_MS = 20
SILENCE_S = 0.25  # a scanner sends a code in one go; so long after it nothing belongs to it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scanner may be, and how it is listened to."""

    port: str
    hid: bool = False
    baud: int = 9600

    def section(self) -> ScannerSection:
        dialect = "hid" if self.hid else "lines"
        return ScannerSection.model_validate({"port": self.port, "dialect": dialect, "baud": self.baud})


@dataclass(frozen=True, slots=True)
class Burst:
    """What came from one place before it was silent again."""

    place: Place
    raw: bytes = field(repr=False)


def places(current: ScannerSection, root: Path = Path("/")) -> list[Place]:
    """The profile's own port first, then everything that is plugged in; each device once."""
    named = [Place(current.port, current.dialect == "hid", current.baud)]
    named += [Place(str(path), False, current.baud) for glob in SERIAL for path in sorted(root.glob(glob))]
    named += [Place(str(path), True) for glob in KEYBOARDS for path in sorted(root.glob(glob))]
    return list({Path(place.port).resolve(): place for place in reversed(named)}.values())[::-1]


class Ears:
    """All places at once. A context manager."""

    def __init__(self, at: Sequence[Place], open_line: OpenLine = open_line) -> None:
        self._open_line = open_line
        self._lines: dict[Place, Line] = {}
        self.deaf: list[str] = []
        """What could not be opened, in the technician's words."""
        for place in at:
            self._open(place)

    @property
    def places(self) -> list[Place]:
        return list(self._lines)

    def burst(self, within_s: float, stop: Callable[[], bool] = lambda: False) -> Burst | None:
        """The next beam from anywhere; None when none comes in time."""
        until_s, heard, heard_s = time.monotonic() + within_s, Burst(Place(""), b""), 0.0
        while self._lines and time.monotonic() < until_s and not stop():
            for place, line in list(self._lines.items()):
                if heard.raw and place != heard.place:
                    continue
                if data := self._read(place, line):
                    heard, heard_s = Burst(place, heard.raw + data), time.monotonic()
            if heard.raw and time.monotonic() - heard_s >= SILENCE_S:
                return heard
        return heard if heard.raw else None

    def say(self, place: Place, data: bytes) -> None:
        """To the scanner there. A cable that is out shows in the next burst."""
        if line := self._lines.get(place):
            with contextlib.suppress(OSError):
                line.write(data)

    def at_speed(self, place: Place, baud: int) -> Place:
        """Listen there at another speed from now on; the place as it is then."""
        self._close(place)
        other = replace(place, baud=baud)
        self._open(other)
        return other

    def only(self, place: Place) -> None:
        """The scanner is found: give the others back."""
        for other in [each for each in self._lines if each != place]:
            self._close(other)

    def close(self) -> None:
        for place in list(self._lines):
            self._close(place)

    def _open(self, place: Place) -> None:
        try:
            self._lines[place] = self._open_line(place.section(), LOOK_MS)
        except DeviceTrouble as trouble:
            self.deaf.append(str(trouble))

    def _read(self, place: Place, line: Line) -> bytes:
        try:
            return line.read()
        except OSError:
            self.deaf.append(f"scanner.port = {place.port}: gone while reading")
            self._close(place)
            return b""

    def _close(self, place: Place) -> None:
        if line := self._lines.pop(place, None):
            line.close()

    def __enter__(self) -> Ears:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
