"""Is the camera still seeing? Glances at frames come in with their times, one word of trouble leaves.

No clock and no picture: the caller brings the time, and what it saw of a frame. Ours because the
driver says nothing for 10 s when a camera goes silent, and never says that a picture is frozen or
black.

- silent: no new frame for `silent_after_ms` (before the first one, for START_MS);
- frozen: `frozen_frames` frames in a row, equal to the bit, or fewer over the time that these take (and
  FROZEN_MS), as a camera is slow in the dark; a lens makes noise, so a picture that does not change at all
  is an old one;
- dark: mean luma below `dark_luma` for DARK_MS. Black frames may well be equal: they are dark, not
  frozen;
- colourless: light frames without any colour for COLOURLESS_MS. A colour sensor's noise alone has some,
  so this is the infrared camera in the colour camera's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.profile.schema import LensSection

# A webcam needs a second or two from opening to its first frame while it settles its exposure.
START_MS = 5_000
# A hand that passes before the lens is not a covered lens; of one the cashier reads within two seconds.
DARK_MS = 1_200

COLOURLESS_MS = 1_000
# The cashier reads of it within two seconds, also when the camera gives five frames in one.
FROZEN_MS, FROZEN_FRAMES_MIN = 1_000, 5

Cause = Literal["silent", "frozen", "dark", "colourless"]


@dataclass(frozen=True, slots=True)
class Glance:
    """What the watchdog is told of one frame. `same`: equal to the bit to the frame before; `grey`: without
    any colour."""

    at_ms: int
    luma: float
    same: bool
    grey: bool = False


class Watchdog:
    """One opening of the camera, watched from `opened_at_ms` on.

    `known_dark`: the last opening ended as dark and was reported. Then darkness is not reported
    again: we stay open, wait for light, and heal in the moment the lens is uncovered.
    """

    def __init__(self, limits: LensSection, opened_at_ms: int, known_dark: bool = False) -> None:
        self._limits = limits
        self._last_ms = opened_at_ms
        self._silent_after_ms = max(START_MS, limits.silent_after_ms)
        self._known_dark = known_dark
        self._frames = 0
        self._equal_frames = 0
        self._equal_since_ms = opened_at_ms
        self._dark_since_ms: int | None = None
        self._grey_since_ms: int | None = None
        self.good = False
        """A fresh good frame was seen: light, coloured, different from the one before it. Stays true."""

    def saw(self, glance: Glance) -> None:
        """A frame came."""
        self._frames += 1
        self._last_ms = glance.at_ms
        self._silent_after_ms = self._limits.silent_after_ms
        self._equal_frames = self._equal_frames + 1 if glance.same else 1
        if not glance.same:
            self._equal_since_ms = glance.at_ms
        if glance.luma < self._limits.dark_luma:
            if self._dark_since_ms is None:
                self._dark_since_ms = glance.at_ms
            return
        self._dark_since_ms = None
        if not glance.grey:
            self._grey_since_ms = None
        elif self._grey_since_ms is None:
            self._grey_since_ms = glance.at_ms
        self.good = self.good or (self._frames > 1 and not glance.same and not glance.grey)

    def verdict(self, now_ms: int) -> Cause | None:
        """What is wrong at this moment, or None."""
        if now_ms - self._last_ms >= self._silent_after_ms:
            return "silent"
        if self._dark_since_ms is not None:
            dark_ms = self._last_ms - self._dark_since_ms
            told = self._known_dark and not self.good
            return "dark" if dark_ms >= DARK_MS and not told else None
        if self._frozen():
            return "frozen"
        grey = self._grey_since_ms is not None and self._last_ms - self._grey_since_ms >= COLOURLESS_MS
        return "colourless" if grey else None

    def _frozen(self) -> bool:
        if self._equal_frames >= self._limits.frozen_frames:
            return True
        usual_ms = self._limits.frozen_frames * 1000 / self._limits.fps
        long = self._last_ms - self._equal_since_ms >= max(FROZEN_MS, usual_ms)
        return long and self._equal_frames >= FROZEN_FRAMES_MIN
