"""Picture → faces, by YuNet.

In: any BGR picture. Out: faces in that picture's pixels, biggest first. The picture is looked at in half of
its size first, a quarter of the work: a customer at a counter is near. The biggest face found so is looked
at once more, closely and alone, for the half-size look shows a third of a head's tilt only. Where no face
is near enough, all is looked at in its own size, where the small ones are; a picture larger than 640 is
scaled down to fit, a smaller one never up (scaling up would invent nothing).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from agent.ports import FrameBgr

Floats = npt.NDArray[np.float32]

INPUT = "picture"
INPUT_PX = 640  # the longer side at most
NEAR_PX = 40
"""A face with so long a shorter side in the half-size picture decides that nobody needs the other one: half
as large a second face, the smallest that matters, still has 20 pixels there."""
CLOSE_WIDE, CLOSE_HIGH = 1.36, 1.7
"""Sides of the close look, in longer sides of the face's box: with the hair, without the shoulders. Of a
square one a fifth is wall beside the ears, and it tells no more."""
CLOSE_PX = 320
"""Height of its input at most: about the work of the half-size look of a camera's picture. With 256 too
much is lost: of 86 LFW faces drawn bowed by 20° 11 were told, not 35, leaning by 30° 54, not 77."""
SAME_FACE = 0.4
"""Overlap (IoU) from which the close look saw the face that was looked for."""
LEANS_DEG = 8.0
"""Of 138 upright LFW faces the close look shows 99 in 100 less than 6.5."""
FEW_LOST = 0.5
"""Scaled down by less, no pixel is passed over in the linear way either. Weighing areas takes six times as
long, a fifth of the whole search, and showed no more: of 86 LFW faces in nine poses two at most got another
hint."""
STRIDES = (8, 16, 32)
OUTPUTS = [f"cells_{stride}" for stride in STRIDES]
HEADS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
"""What the sixteen channels of a cell say, in their order: face or not and how well the box fits, both
before the sigmoid; centre and logarithm of the size of the box; five landmarks."""
NMS_OVERLAP = 0.3  # OpenCV's own default for this model
GRIDS_KEPT = 64  # a camera's two and those of faces by the edge
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
    (eye, eye, nose, mouth corner, mouth corner). `score`: 0 to 1. `close`: the same face as the close look
    shows it; None where there was no such look."""

    box: Box
    landmarks: Floats = field(repr=False)
    score: float
    close: Face | None = None

    def moved(self, right_px: float, down_px: float) -> Face:
        """The same in a picture of which this one is a part."""
        box = self.box
        place = Box(box.x_px + right_px, box.y_px + down_px, box.width_px, box.height_px)
        by = np.array([right_px, down_px], np.float32)
        close = self.close and self.close.moved(right_px, down_px)
        return Face(place, np.asarray(self.landmarks + by, np.float32), self.score, close)


def lean_deg(landmarks: Floats) -> float:
    """landmarks: 5×2. Of the line from eye to eye."""
    across = landmarks[1] - landmarks[0]
    return float(np.degrees(np.arctan2(across[1], across[0])))


def overlap(one: Box, other: Box) -> float:
    """Shared area over the area of both together, 0 to 1."""
    across = min(one.x_px + one.width_px, other.x_px + other.width_px) - max(one.x_px, other.x_px)
    down = min(one.y_px + one.height_px, other.y_px + other.height_px) - max(one.y_px, other.y_px)
    shared = max(0.0, across) * max(0.0, down)
    return shared / (one.width_px * one.height_px + other.width_px * other.height_px - shared)


class Detector:
    """YuNet behind one call."""

    def __init__(self, session: ort.InferenceSession, score_min: float) -> None:
        self._session = session
        self._score_min = score_min

    def find(self, frame_bgr: FrameBgr) -> list[Face]:
        """All faces scoring at least the detector's threshold, biggest first."""
        scale = min(1.0, INPUT_PX / max(frame_bgr.shape[:2]))
        faces = self._look(frame_bgr, scale / 2)
        if not faces or faces[0].box.side_px * scale / 2 < NEAR_PX:
            return self._look(frame_bgr, scale)
        return [self._closely(frame_bgr, faces[0], scale), *faces[1:]]

    def _closely(self, frame_bgr: FrameBgr, face: Face, scale: float) -> Face:
        """The same face and its close look, whose landmarks it takes where these show that the head leans.
        Upright, the first look's stay, and what was measured with them holds."""
        box = face.box
        side = max(box.width_px, box.height_px)
        wide, high = CLOSE_WIDE / 2 * side, CLOSE_HIGH / 2 * side
        centre_x, centre_y = box.x_px + box.width_px / 2, box.y_px + box.height_px / 2
        left, top = max(0, round(centre_x - wide)), max(0, round(centre_y - high))
        part = frame_bgr[top : round(centre_y + high), left : round(centre_x + wide)]
        tall = max(part.shape[0], part.shape[1] * CLOSE_HIGH / CLOSE_WIDE)
        found = self._look(part, min(scale, CLOSE_PX / tall))
        moved = [one.moved(left, top) for one in found]
        close = max(moved, key=lambda one: overlap(one.box, box), default=None)
        if close is None or overlap(close.box, box) < SAME_FACE:
            return face
        leans = abs(lean_deg(close.landmarks)) > LEANS_DEG
        return Face(box, close.landmarks if leans else face.landmarks, face.score, close)

    def _look(self, frame_bgr: FrameBgr, scale: float) -> list[Face]:
        """Once, at that many pixels of input for each of the picture's own."""
        outputs = self._session.run(OUTPUTS, {INPUT: laid_out(frame_bgr, scale)})
        rows = decode(outputs, self._score_min)
        faces = [_face(row, scale) for row in rows[suppress(rows, NMS_OVERLAP)]]
        return sorted(faces, key=lambda face: face.box.side_px, reverse=True)


def laid_out(frame_bgr: FrameBgr, scale: float) -> npt.NDArray[np.uint8]:
    """1×H×W×3: the picture scaled, black below and to the right up to whole cells of the largest stride."""
    if scale < 1.0:
        size = (max(1, round(frame_bgr.shape[1] * scale)), max(1, round(frame_bgr.shape[0] * scale)))
        how = cv2.INTER_LINEAR if scale > FEW_LOST else cv2.INTER_AREA
        frame_bgr = np.asarray(cv2.resize(frame_bgr, size, interpolation=how), np.uint8)
    below, right = (-side % STRIDES[-1] for side in frame_bgr.shape[:2])
    if below or right:
        padded = cv2.copyMakeBorder(frame_bgr, 0, below, 0, right, cv2.BORDER_CONSTANT)
        frame_bgr = np.asarray(padded, np.uint8)
    return np.ascontiguousarray(frame_bgr)[None]


def decode(outputs: Sequence[Floats], score_min: float) -> Floats:
    """YuNet's outputs, one 1×16×rows×columns a stride → N×15, best first, in pixels of the input:
    left, top, width, height, five landmarks (x, y), score.

    Each cell of a stride's grid speaks of one face: its centre and landmarks as offsets in strides from
    the cell's corner, its size as a logarithm, and two scores whose geometric mean is the score.
    """
    cells = np.concatenate([output.reshape(output.shape[1], -1) for output in outputs], axis=1)
    scores = np.sqrt(_sigmoid(cells[0]) * _sigmoid(cells[1]))
    at = np.nonzero(scores >= score_min)[0]
    at = at[np.argsort(-scores[at], kind="stable")][:CANDIDATES_MAX]
    corner, stride = (each[at] for each in _grid(tuple(output.shape[2:] for output in outputs)))
    told = cells[2:, at].T
    centre = (corner + told[:, :2]) * stride
    size = np.exp(told[:, 2:4]) * stride
    landmarks = (corner[:, None] + told[:, 4:].reshape(-1, 5, 2)) * stride[:, None]
    return np.hstack([centre - size / 2, size, landmarks.reshape(-1, 10), scores[at, None]])


@functools.lru_cache(maxsize=GRIDS_KEPT)
def _grid(shapes: tuple[tuple[int, int], ...]) -> tuple[Floats, Floats]:
    """Rows and columns of every stride → N×2 corners (x, y) in strides, N×1 strides in pixels."""
    corners = [np.indices(shape)[::-1].reshape(2, -1).T for shape in shapes]
    strides = [
        np.full((rows * columns, 1), stride)
        for stride, (rows, columns) in zip(STRIDES, shapes, strict=True)
    ]
    return np.vstack(corners).astype(np.float32), np.vstack(strides).astype(np.float32)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-values)), np.float32)


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
