"""A camera in virtual time, watched by the product's own watchdog and opened again as the supervisor would.

Enters: somebody covers the lens, freezes or pulls the camera, and puts it right. Leaves: DeviceUp and
DeviceLost as `camera.capture` and the supervisor post them.
"""

from __future__ import annotations

from typing import Literal

from agent.camera.watchdog import Glance, Watchdog
from agent.core.events import Device, DeviceLost, DeviceUp
from agent.ports import Post
from agent.profile.schema import CameraSection
from agent.supervisor import BACK_OFF_MAX_S, BACK_OFF_MIN_S
from simulator.seeds.clockwork import Clockwork

FRAME_MS = 100
LIGHT, BLACK = 120.0, 2.0
Fault = Literal["", "dark", "frozen", "silent", "colourless"]


class Lens:
    """One camera. `fault` is what is wrong with it now."""

    def __init__(self, clock: Clockwork, section: CameraSection) -> None:
        self._clock = clock
        self._section = section
        self._post: Post | None = None
        self._watchdog: Watchdog | None = None
        self._opening = 0
        self._up = False
        self._told = ""
        self._back_off_s = BACK_OFF_MIN_S
        self.fault: Fault = ""

    def attach(self, post: Post) -> None:
        """A process starts and opens the camera."""
        self._post, self._told = post, ""
        self._open()

    def detach(self) -> None:
        self._post, self._watchdog = None, None
        self._opening += 1

    def _open(self) -> None:
        if self._post is None:
            return
        self._opening += 1
        self._watchdog = Watchdog(self._section, self._clock.now_ms, known_dark=self._told == "dark")
        self._up = False
        self._frame(self._opening)

    def _frame(self, opening: int) -> None:
        watchdog, now_ms = self._watchdog, self._clock.now_ms
        if opening != self._opening or watchdog is None or self._post is None:
            return
        if self.fault != "silent":
            luma = BLACK if self.fault == "dark" else LIGHT
            watchdog.saw(Glance(now_ms, luma, self.fault == "frozen", self.fault == "colourless"))
        if watchdog.good and not self._up:
            self._up, self._told, self._back_off_s = True, "", BACK_OFF_MIN_S
            self._post(DeviceUp(Device.CAMERA))
        if cause := watchdog.verdict(now_ms):
            self._told = cause
            self._post(DeviceLost(Device.CAMERA, cause))
            wait_ms = round(1000 * self._back_off_s * self._clock.chance.uniform(0.5, 1.0))
            self._back_off_s = min(self._back_off_s * 2, BACK_OFF_MAX_S)
            self._clock.later(wait_ms, lambda: self._open() if opening == self._opening else None)
        else:
            self._clock.later(FRAME_MS, lambda: self._frame(opening))
