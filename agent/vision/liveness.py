"""Frame and face → how likely this is a face and not a picture of one, from colour alone.

In: a BGR frame and the box of one face. Out: `live_score`, 0 a print or a screen, 1 a face: the mean of two
networks, of which one looks at the face and its near surroundings, the other at the wider ones, where the
edge of a photo, a phone or a hand shows. A picture that fills the whole view has no such edge: see the
evidence of `threshold_live` in models/manifest.toml for what this can and cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort

from agent.ports import FrameBgr
from agent.vision.detect import Box
from agent.vision.models import Manifest, open_session

SIDE_PX = 80
INPUT, OUTPUT = "face", "probabilities"
SCALES = {"minifasnet_v2": 2.7, "minifasnet_v1se": 4.0}
"""Which networks look, and how many times as wide and high as the face box their crop is: what each was
trained with."""
LIVE = 1
"""Place of "a face" among the three classes; 0 and 2 are kinds of pictures."""


class Liveness:
    """The networks behind one call, each with the scale of its crop."""

    def __init__(self, networks: Sequence[tuple[float, ort.InferenceSession]]) -> None:
        self._networks = tuple(networks)

    def score(self, frame_bgr: FrameBgr, box: Box) -> float:
        """0 to 1, the mean of the networks."""
        crops = [(session, surroundings(frame_bgr, box, scale)) for scale, session in self._networks]
        return float(np.mean([_judged(session, crop) for session, crop in crops]))


def _judged(session: ort.InferenceSession, crop_bgr: FrameBgr) -> float:
    planes = np.ascontiguousarray(crop_bgr.transpose(2, 0, 1)[None], np.float32)
    return float(session.run([OUTPUT], {INPUT: planes})[0][0, LIVE])


def surroundings(frame_bgr: FrameBgr, box: Box, scale: float) -> FrameBgr:
    """80×80×3: the face in the middle of `scale` times its box. Where that does not fit the picture it is
    moved inside, and shrunk when it is larger than the picture: the networks have seen no made-up edges."""
    height_px, width_px = frame_bgr.shape[:2]
    scale = min(scale, width_px / box.width_px, height_px / box.height_px)
    left, right = _within(box.x_px + box.width_px / 2, box.width_px * scale, width_px)
    top, bottom = _within(box.y_px + box.height_px / 2, box.height_px * scale, height_px)
    part = frame_bgr[top:bottom, left:right]
    return np.asarray(cv2.resize(part, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR), np.uint8)


def _within(middle_px: float, length_px: float, limit_px: int) -> tuple[int, int]:
    """First pixel and the one after the last, moved inside 0 … limit."""
    first = min(max(middle_px - length_px / 2, 0.0), max(limit_px - length_px, 0.0))
    return int(first), max(int(first) + 1, min(round(first + length_px), limit_px))


def open_liveness(manifest: Manifest, folder: Path, threads: int) -> Liveness:
    """Load the networks. Raises ModelError for a file that is not the manifest's."""
    models = [(scale, manifest.named(name, "liveness")) for name, scale in SCALES.items()]
    return Liveness([(scale, open_session(m, folder / m.used.file, threads)) for scale, m in models])


def threshold_live(manifest: Manifest) -> float:
    """Smallest mean that is taken for a face. It belongs to the networks together, so each has it."""
    return max(manifest.named(name, "liveness").threshold("threshold_live") for name in SCALES)
