"""What came loose, when it was said, and how long it took to heal.

Enters: a fault as it happens, ends and is over, in virtual milliseconds. Leaves: counts and times by kind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Book:
    """One day's faults. `told`: from the fault to the cashier's sign. `healed`: from its end (plugged in,
    uncovered, power back) to a till that works again."""

    seen: Counter[str] = field(default_factory=Counter)
    told_ms: dict[str, list[int]] = field(default_factory=dict)
    healed_ms: dict[str, list[int]] = field(default_factory=dict)
    _begun: dict[str, int] = field(default_factory=dict)
    _ended: dict[str, int] = field(default_factory=dict)

    def begins(self, what: str, now_ms: int) -> None:
        """It came loose."""
        self.seen[what] += 1
        self._begun[what] = now_ms
        self._ended.pop(what, None)

    def said(self, what: str, now_ms: int) -> None:
        """The cashier reads it. Said again is said once."""
        if (begun_ms := self._begun.pop(what, None)) is not None:
            self.told_ms.setdefault(what, []).append(now_ms - begun_ms)

    def ends(self, what: str, now_ms: int) -> None:
        """Somebody put it right."""
        self._ended[what] = now_ms

    def works(self, what: str, now_ms: int) -> None:
        """The till has noticed."""
        if (ended_ms := self._ended.pop(what, None)) is not None:
            self.healed_ms.setdefault(what, []).append(now_ms - ended_ms)

    @property
    def open(self) -> list[str]:
        """What was put right and does not work yet."""
        return sorted(self._ended)
