"""Picture → faces, by YuNet.

In: any BGR picture. Out: faces in that picture's pixels, biggest first. The model looks at a fixed
640×640: a 640×480 camera picture keeps every pixel and is padded below, a larger one is scaled down
to fit, a smaller one is padded (scaling up would invent nothing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from agent.ports import FrameBgr

Floats = npt.NDArray[np.float32]

INPUT_PX = 640
STRIDES = (8, 16, 32)
OUTPUTS = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES]
NMS_OVERLAP = 0.3  # OpenCV's own default for this model
CANDIDATES_MAX = 200  # best first; a crowd at a till is ten people, each found by about ten cells


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width and height, in pixels of the picture."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float

    @property
    def side_px(self) -> float:
        """The shorter side: what the camera really resolved of the face."""
        return min(self.width_px, self.height_px)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """`landmarks`: 5×2 float32, pixels: the eye, nose and mouth corners from the picture's left to right
    (eye, eye, nose, mouth corner, mouth corner). `score`: 0 to 1."""

    box: Box
    landmarks: Floats
    score: float


class Detector:
    """YuNet behind one call. Not for two threads at once: the input is one buffer, used again."""

    def __init__(self, session: ort.InferenceSession, score_min: float) -> None:
        self._session = session
        self._score_min = score_min
        self._input = np.zeros((1, 3, INPUT_PX, INPUT_PX), np.float32)
        self._filled = (0, 0)

    def find(self, frame_bgr: FrameBgr) -> list[Face]:
        """All faces scoring at least the detector's threshold, biggest first."""
        scale = self._fill(frame_bgr)
        outputs = self._session.run(OUTPUTS, {"input": self._input})
        rows = decode(outputs, self._score_min)
        faces = [_face(row, scale) for row in rows[suppress(rows, NMS_OVERLAP)]]
        return sorted(faces, key=lambda face: face.box.side_px, reverse=True)

    def _fill(self, frame_bgr: FrameBgr) -> float:
        """Lay the picture into the upper left of the input; returns input pixels for each of its own."""
        scale = min(1.0, INPUT_PX / max(frame_bgr.shape[:2]))
        if scale < 1.0:
            size = (max(1, round(frame_bgr.shape[1] * scale)), max(1, round(frame_bgr.shape[0] * scale)))
            small = cv2.resize(frame_bgr, size, interpolation=cv2.INTER_AREA)
            frame_bgr = np.asarray(small, np.uint8)
        height, width = frame_bgr.shape[:2]
        if self._filled != (height, width):
            self._input[:] = 0
            self._filled = (height, width)
        self._input[0, :, :height, :width] = frame_bgr.transpose(2, 0, 1)
        return float(scale)


def decode(outputs: Sequence[Floats], score_min: float) -> Floats:
    """YuNet's twelve outputs, in the order of OUTPUTS → N×15, best first, in pixels of the input:
    left, top, width, height, five landmarks (x, y), score.

    Each cell of a stride's grid speaks of one face: its centre and landmarks as offsets in strides from
    the cell's corner, its size as a logarithm, and two scores whose geometric mean is the score.
    """
    found = []
    for index, stride in enumerate(STRIDES):
        classes, objects, boxes, points = (outputs[kind * 3 + index][0] for kind in range(4))
        scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        cells = np.flatnonzero(scores >= score_min)
        corner = np.stack([cells % (INPUT_PX // stride), cells // (INPUT_PX // stride)], 1).astype(
            np.float32
        )
        centre = (corner + boxes[cells, :2]) * stride
        size = np.exp(boxes[cells, 2:]) * stride
        landmarks = (corner[:, None] + points[cells].reshape(-1, 5, 2)) * stride
        found.append(np.hstack([centre - size / 2, size, landmarks.reshape(-1, 10), scores[cells, None]]))
    rows = np.vstack(found).astype(np.float32)
    return rows[np.argsort(-rows[:, 14], kind="stable")][:CANDIDATES_MAX]


def suppress(rows: Floats, overlap_max: float) -> list[int]:
    """Which rows to keep (best first): none overlaps a better one by more than `overlap_max` (IoU)."""
    left, top, width, height = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3]
    area = width * height
    waiting = np.arange(len(rows))
    kept: list[int] = []
    while len(waiting):
        best, rest = int(waiting[0]), waiting[1:]
        kept.append(best)
        across = np.minimum(left[best] + width[best], left[rest] + width[rest]) - np.maximum(
            left[best], left[rest]
        )
        down = np.minimum(top[best] + height[best], top[rest] + height[rest]) - np.maximum(
            top[best], top[rest]
        )
        shared = np.clip(across, 0, None) * np.clip(down, 0, None)
        waiting = rest[shared <= overlap_max * (area[best] + area[rest] - shared)]
    return kept


def _face(row: Floats, scale: float) -> Face:
    """One decoded row in the pixels of the picture that was laid in."""
    own = row[:14] / scale
    box = Box(*(float(number) for number in own[:4]))
    return Face(box, own[4:14].reshape(5, 2), float(row[14]))
