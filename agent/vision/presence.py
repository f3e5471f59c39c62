"""Colour, infrared and depth of one frame → one live score.

The rule: every picture that the profile names must say live. What passes keeps the score of colour, so the
colour model's measured threshold stays what it was; what any other picture refuses has 0. A frame whose
other pictures did not come near it in time is no frame: nothing is said of it, neither that a person stood
there nor that none did. Covering a lens opens nothing: its picture refuses, and then its camera is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from agent.ports import DepthSource, Frame, InfraredSource
from agent.vision.detect import Detector
from agent.vision.infrared import Infrared, as_frame, judge_infrared
from agent.vision.pipeline import Seen
from agent.vision.relief import Relief, judge_relief

PAIR_WAIT_S = 0.1
"""A look takes longer than the next picture of a second camera: waiting is for the very first one."""
NOBODY_OBJECTED = 1.0
"""Stands for colour's score where the profile leaves the judgement to the other cameras."""


class Unpaired(Exception):
    """A second camera gave no picture near enough in time to this frame."""


def live_score(colour: float | None, relief: Relief | None, infrared: Infrared | None) -> float | None:
    """`relief`, `infrared`: None where the terminal has no such camera; one that has it and got no
    picture brings a refusal with the word `missing`. `colour` None: nobody judged, and the others cannot
    instead."""
    if any(judged is not None and judged.refused for judged in (relief, infrared)):
        return 0.0
    return colour


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The cameras beside the colour camera; None where the terminal has none."""

    infrared: InfraredSource | None = None
    depth: DepthSource | None = None

    @property
    def there(self) -> bool:
        return self.infrared is not None or self.depth is not None

    def judge(self, frame: Frame, seen: Seen, detector: Detector, by_colour: bool) -> float | None:
        """The live score of the biggest face, None when colour did not look for one.

        Raises:
            Unpaired: nothing can be said of this frame.
        """
        if seen.embedding is None or not self.there:
            return seen.live_score
        relief, infrared = self._relief(frame, seen), self._infrared(frame, seen, detector)
        return live_score(seen.live_score if by_colour else NOBODY_OBJECTED, relief, infrared)

    def _relief(self, frame: Frame, seen: Seen) -> Relief | None:
        if self.depth is None:
            return None
        depth_mm = self.depth.beside(frame.captured_at_ms, PAIR_WAIT_S)
        if depth_mm is None:
            raise Unpaired("depth")
        size = frame.bgr.shape[1], frame.bgr.shape[0]
        laid = cv2.resize(depth_mm, size, interpolation=cv2.INTER_NEAREST)
        return judge_relief(np.asarray(laid, np.uint16), seen.faces[0])

    def _infrared(self, frame: Frame, seen: Seen, detector: Detector) -> Infrared | None:
        if self.infrared is None:
            return None
        grey = self.infrared.beside(frame.captured_at_ms, PAIR_WAIT_S)
        if grey is None:
            raise Unpaired("infrared")
        size = frame.bgr.shape[1], frame.bgr.shape[0]
        laid = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        return judge_infrared(laid, seen.faces[0], detector.find(as_frame(laid)))
