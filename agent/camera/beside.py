"""A second camera of the module: its pictures are kept for a moment and handed out by the time of a colour
frame.

In: what CameraTask reads of a profile section. Out: the picture that was taken nearest to a colour frame,
in the form of its port; DeviceUp and DeviceTrouble as for the colour camera. Times are this machine's, of
when a read came back: modules whose streams arrive further apart than PAIR_MS cannot be used so, and vision
says it (`unpaired`).
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from agent.camera.capture import CameraTask
from agent.camera.lens import DEPTH, INFRARED, Picture
from agent.camera.reader import Taken
from agent.core.events import Device
from agent.ports import DepthMm, Grey, Post
from agent.profile.schema import DepthSection, InfraredSection, LensSection

PAIR_MS = 120
"""Half a period of a stream of 15 a second is 33 ms; the rest is what a busy machine adds. A head that
turns moves a few centimetres in this time; a picture that is exchanged for a face does not arrive."""
KEPT = 16
"""A second of them: a look at the colour frame is over long before."""


class BesideTask(CameraTask):
    """A camera that is asked by time. Nobody takes its newest frame."""

    def __init__(self, section: LensSection, post: Post) -> None:
        super().__init__(section, post)
        self._came = threading.Condition()
        self._recent: deque[tuple[int, Picture]] = deque(maxlen=KEPT)

    def _show(self, taken: Taken) -> None:
        with self._came:
            self._recent.append((taken.glance.at_ms, taken.picture))
            self._came.notify_all()

    def nearest(self, at_ms: int, timeout_s: float) -> Picture | None:
        """Taken within PAIR_MS of that moment and nearest to it. Waits for a picture from after it, which
        alone can tell that no nearer one is on its way."""
        with self._came:
            self._came.wait_for(lambda: self._recent and self._recent[-1][0] >= at_ms, timeout_s)
            found = min(self._recent, key=lambda one: abs(one[0] - at_ms), default=None)
        return found[1] if found and abs(found[0] - at_ms) <= PAIR_MS else None


class InfraredTask(BesideTask):
    """InfraredSource."""

    device = Device.INFRARED
    lens = INFRARED

    def beside(self, captured_at_ms: int, timeout_s: float) -> Grey | None:
        picture = self.nearest(captured_at_ms, timeout_s)
        return None if picture is None else np.ascontiguousarray(picture[..., 0], np.uint8)


class DepthTask(BesideTask):
    """DepthSource."""

    device = Device.DEPTH
    lens = DEPTH

    def __init__(self, section: DepthSection, post: Post) -> None:
        super().__init__(section, post)
        self._mm_each = section.unit_um / 1000

    def beside(self, captured_at_ms: int, timeout_s: float) -> DepthMm | None:
        picture = self.nearest(captured_at_ms, timeout_s)
        if picture is None or self._mm_each == 1:
            return picture
        return np.clip(picture * self._mm_each + 0.5, 0, 65_535).astype(np.uint16)


def second_cameras(
    infrared: InfraredSection | None, depth: DepthSection | None, post: Post
) -> tuple[InfraredTask | None, DepthTask | None]:
    """Those that the profile names."""
    return InfraredTask(infrared, post) if infrared else None, DepthTask(depth, post) if depth else None
