"""What a depth camera and an infrared camera would see of a desk's person: shapes in millimetres.

In: the place of a face in the picture (box and landmarks). Out: how far each pixel stands out of the plane
through the head's middle, and how much light of a lamp beside the lens comes back. Drawn from a few smooth
bodies, not scanned: a nose, sockets, lips and chin on an ellipsoid, in the sizes of adults. What the checks
of `agent.vision.relief` are worth on people, no drawing shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float64]

FACE_WIDTH_MM = 140.0
"""Of the detector's box; across the cheekbones adults have 134 and 130 (men, women)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A face in a picture, in pixels: middle and size of its box, and the five landmarks less the middle,
    in shares of the width (eye, eye, nose, mouth corner, mouth corner)."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    marks: tuple[tuple[float, float], ...]

    def millimetres(self, shape: tuple[int, int]) -> tuple[Map, Map]:
        """Of every pixel of a picture of that height and width: right of and below the face's middle."""
        down, across = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
        scale = FACE_WIDTH_MM / self.width_px
        return (across - self.x_px) * scale, (down - self.y_px) * scale

    def mark_mm(self, number: int) -> tuple[float, float]:
        x, y = self.marks[number]
        return x * FACE_WIDTH_MM, y * FACE_WIDTH_MM


@dataclass(frozen=True, slots=True)
class Head:
    """One person's shape."""

    nose_mm: float = 21.0
    deep_mm: float = 85.0
    sockets_mm: float = 7.0


def height_mm(place: Place, head: Head, shape: tuple[int, int]) -> tuple[Map, npt.NDArray[np.bool_]]:
    """How far nearer than the plane through the ears each pixel is, and where the head is at all."""
    x, y = place.millimetres(shape)
    tall = FACE_WIDTH_MM * place.height_px / place.width_px * 0.62
    round_part = 1 - (x / 80) ** 2 - ((y + 8) / (tall + 14)) ** 2
    body = head.deep_mm * np.sqrt(np.clip(round_part, 0, None))
    nose_x, nose_y = place.mark_mm(2)
    length = np.clip((y - nose_y + 44) / 44, 0, 1) * (y < nose_y + 4) + np.exp(
        -(((y - nose_y - 4) / 7) ** 2)
    ) * (y >= nose_y + 4)
    eyes_x = (place.mark_mm(0)[0] + place.mark_mm(1)[0]) / 2
    ridge_x = eyes_x + (nose_x - eyes_x) * np.clip((y - nose_y + 44) / 44, 0, 1)
    nose = head.nose_mm * length**1.5 * np.exp(-(((x - ridge_x) / (8 + 6 * length)) ** 2))
    features = nose
    for number in (0, 1):
        features = features - head.sockets_mm * _bump(x, y, place.mark_mm(number), 14, 10)
    mouth = tuple(np.mean([place.mark_mm(3), place.mark_mm(4)], axis=0))
    features = features + 5 * _bump(x, y, mouth, 22, 9) + 6 * _bump(x, y, (mouth[0], mouth[1] + 32), 18, 12)
    return body + features, round_part > 0


def _bump(x: Map, y: Map, at: tuple[float, ...], wide: float, high: float) -> Map:
    return np.asarray(np.exp(-(((x - at[0]) / wide) ** 2) - ((y - at[1]) / high) ** 2))


def shading(depth_mm: Map, mm_each_px: float) -> Map:
    """Light of a lamp beside the lens that a matt surface sends back, 1 where it faces the lens."""
    down, across = np.gradient(depth_mm, mm_each_px)
    return np.asarray(1 / np.sqrt(1 + np.minimum(down**2 + across**2, 9.0)))


def glints(place: Place, shape: tuple[int, int]) -> Map:
    """The lamp in both eyes: points as wide as a fortieth of the face."""
    x, y = place.millimetres(shape)
    return np.asarray(sum(_bump(x, y, place.mark_mm(number), 2.2, 2.2) for number in (0, 1)))


def eyes(place: Place, shape: tuple[int, int]) -> Map:
    """Where the dark of the pupils is."""
    x, y = place.millimetres(shape)
    return np.asarray(sum(_bump(x, y, place.mark_mm(number), 5, 5) for number in (0, 1)))
