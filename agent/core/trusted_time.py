"""What to believe of the clock of a terminal that may come from the box in 1970. Pure.

A signed time is a floor: it was then, so now it is later. A clock that stands before it is wrong, and then
only the end of a certificate can be judged, not its beginning.
"""

from __future__ import annotations

RELEASED_UTC_S = 1_767_225_600
"""2026-01-01: this software did not exist before. The floor of a terminal that was never told a time."""


def is_believed(clock_utc_s: int, floor_utc_s: int) -> bool:
    """Whether the clock may be right."""
    return clock_utc_s >= max(floor_utc_s, RELEASED_UTC_S)


def known_now(clock_utc_s: int, floor_utc_s: int) -> int:
    """It is this late, or later."""
    return max(clock_utc_s, floor_utc_s, RELEASED_UTC_S)


def holds(begins_utc_s: int, ends_utc_s: int, clock_utc_s: int, floor_utc_s: int) -> bool:
    """Whether a certificate with this life counts now, as far as can be known."""
    now = known_now(clock_utc_s, floor_utc_s)
    begun = begins_utc_s <= now or not is_believed(clock_utc_s, floor_utc_s)
    return begun and now < ends_utc_s
