"""Plain lines, the dialect of most scanners: see `framing`. Nothing is ever sent to the scanner."""

from __future__ import annotations

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import Mute, Report
from agent.scanner.framing import Framer


class Lines(Mute):
    """[prefix][AIM identifier]code[suffix], or silence instead of the suffix."""

    def __init__(self, section: ScannerSection) -> None:
        self._framer = Framer(section)
        if section.suffix == "GAP":
            self.look_every_ms = section.gap_ms

    def feed(self, data: bytes, now_ms: int) -> list[Report]:
        return [*self._framer.feed(data, now_ms)]

    def idle(self, now_ms: int) -> list[Report]:
        return [*self._framer.idle(now_ms)]

    def reset(self) -> None:
        self._framer.reset()
