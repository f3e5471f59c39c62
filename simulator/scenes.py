"""What the desk's camera can see: a picture comes in, JPEG frames of a short loop leave.

Nothing stands still before a real lens: whoever is there sways a little, and the sensor adds noise, so
no two frames in a row are equal. Every frame is drawn when it is first wanted and then kept, so the
loop costs a few milliseconds a frame once, and nothing from then on.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Noise = npt.NDArray[np.int16]
Part = npt.NDArray[Any]

LOOP_S = 3
FACE_HEIGHT_PX = 210
"""Height of the face in a picture 480 px high; grows with the picture."""
SWAY_PX = 6.0
SWAY_DEG = 2.0
SWAY_SCALE = 0.025
NOISE_SIGMA = 3.0
JPEG_QUALITY = 82
MARGIN_PX = 48
"""Room around the visible part, so that swaying shows no edge."""
FEATHER_PX = 25

# Face boxes (x, y, width, height, in pixels of the file); the files are pinned by checksum in `people`.
FACES_PX = {
    "obama.jpg": (371, 91, 240, 328),
    "obama2.jpg": (202, 229, 275, 404),
    "obama3.jpg": (644, 273, 264, 343),
    "biden.jpg": (416, 176, 300, 401),
}


class Sensor:
    """The camera's own part of every picture: its size, its speed and its noise."""

    def __init__(self, width_px: int, height_px: int, fps: int, seed: int) -> None:
        self.width_px, self.height_px, self.fps, self.seed = width_px, height_px, fps, seed
        self.canvas = (width_px + 2 * MARGIN_PX, height_px + 2 * MARGIN_PX)
        rng = np.random.default_rng(seed)
        self._field: Noise = rng.normal(0, NOISE_SIGMA, (*self.canvas[::-1], 3)).astype(np.int16)
        self._shifts_px = rng.integers(0, 2 * MARGIN_PX, (LOOP_S * fps, 2))

    def noise(self, at: int) -> Noise:
        """The noise of one frame of a loop: a part of one large field, another part each time."""
        y, x = self._shifts_px[at]
        return self._field[y : y + self.height_px, x : x + self.width_px]


class Loop:
    """LOOP_S seconds of one scene, without a seam. `still` is as large as the sensor's canvas."""

    def __init__(self, still: Picture, sensor: Sensor, sway: float = 1.0) -> None:
        self._still = still
        self._sensor = sensor
        self._sway = sway
        self._jpegs: list[bytes | None] = [None] * (LOOP_S * sensor.fps)

    def jpeg(self, number: int) -> bytes:
        """Frame `number` of the endless loop."""
        at = number % len(self._jpegs)
        if (ready := self._jpegs[at]) is None:
            ready = self._jpegs[at] = self._encoded(at)
        return ready

    def moved(
        self,
        still: Part,
        number: int,
        flags: int = cv2.INTER_LINEAR,
        size: tuple[int, int] | None = None,
    ) -> Part:
        """Another picture of the same scene, as large as the canvas: as this frame's sway shows it to a
        sensor of that width and height (unset: the colour camera's)."""
        at = number % len(self._jpegs)
        own = self._sensor.width_px, self._sensor.height_px
        turn = 2 * math.pi * at / len(self._jpegs)
        side, nod = math.sin(turn) * self._sway, math.sin(2 * turn + 1) * self._sway
        centre = (self._sensor.canvas[0] / 2, self._sensor.canvas[1] / 2)
        move = cv2.getRotationMatrix2D(centre, SWAY_DEG * nod, 1 + SWAY_SCALE * side)
        move[:, 2] += np.array([SWAY_PX * side - MARGIN_PX, SWAY_PX * nod / 2 - MARGIN_PX])
        if size:
            move *= np.array([[size[0] / own[0]], [size[1] / own[1]]])
        return cv2.warpAffine(still, move, size or own, flags=flags, borderMode=cv2.BORDER_REPLICATE)

    def _encoded(self, at: int) -> bytes:
        seen = self.moved(self._still, at)
        noisy = cv2.add(seen, self._sensor.noise(at), dtype=cv2.CV_8U)
        good, data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        assert good, "OpenCV always encodes an 8-bit picture"
        return data.tobytes()


def person(path: Path, sensor: Sensor) -> Loop:
    """Somebody stands before the camera, face in the middle."""
    return Loop(person_still(path, sensor), sensor)


def person_still(path: Path, sensor: Sensor) -> Picture:
    """The same before it moves, as large as the sensor's canvas."""
    picture = portrait(path)
    x, y, wide, high = FACES_PX[path.name]
    scale = FACE_HEIGHT_PX / high * sensor.height_px / 480
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    left = sensor.canvas[0] / 2 - scale * (x + wide / 2)
    top = sensor.canvas[1] / 2 - scale * (y + high / 2)
    return _framed(small.astype(np.uint8), (round(left), round(top)), sensor.canvas)


def portrait(path: Path) -> Picture:
    """The file as it is. Raises ValueError."""
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path}: no picture that OpenCV can read (expected one of {', '.join(FACES_PX)})")
    return picture.astype(np.uint8)


def _framed(picture: Picture, at_px: tuple[int, int], canvas: tuple[int, int]) -> Picture:
    """The picture at its place; beyond its edges its own background goes on, out of focus."""
    place = np.array([[1, 0, at_px[0]], [0, 1, at_px[1]]], np.float32)
    sharp = cv2.warpAffine(picture, place, canvas, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.full(picture.shape[:2], 255, np.uint8), place, canvas)
    inside = cv2.erode(inside, np.ones((FEATHER_PX, FEATHER_PX), np.uint8), borderValue=255)
    weight = cv2.blur(inside, (FEATHER_PX, FEATHER_PX)).astype(np.float32) / 255
    tiny = cv2.GaussianBlur(
        cv2.resize(sharp, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA), (0, 0), 3
    )
    soft = cv2.resize(tiny, canvas, interpolation=cv2.INTER_LINEAR)
    return cv2.blendLinear(sharp, soft, weight, 1 - weight).astype(np.uint8)


def empty_shop(sensor: Sensor) -> Loop:
    """Nobody is there. The device itself trembles a little."""
    return Loop(shelves(sensor), sensor, sway=0.15)


def shelves(sensor: Sensor) -> Picture:
    """Shelves with goods, out of focus."""
    rng = np.random.default_rng(sensor.seed)
    wide, high = sensor.canvas
    still = np.full((high, wide, 3), (168, 178, 184), np.uint8)
    for bottom in range(high // 4, high + high // 4, high // 4):
        x = 0
        while x < wide:
            goods_wide, goods_high = int(rng.integers(18, 46)), int(rng.integers(high // 9, high // 5))
            colour = tuple(int(part) for part in rng.integers(60, 225, 3))
            cv2.rectangle(still, (x, bottom - goods_high), (x + goods_wide - 3, bottom - 12), colour, -1)
            x += goods_wide
        cv2.rectangle(still, (0, bottom - 12), (wide, bottom - 2), (120, 128, 132), -1)
    return cv2.GaussianBlur(still, (0, 0), 7).astype(np.uint8)


def covered(sensor: Sensor) -> Loop:
    """A hand on the lens: black, and the sensor's noise."""
    return Loop(np.full((*sensor.canvas[::-1], 3), 2, np.uint8), sensor, sway=0.0)


def altered(jpeg: bytes, size_px: tuple[int, int] | None, colourless: bool) -> bytes:
    """The same frame at another size, or as a camera without colours sees it."""
    if size_px is None and not colourless:
        return jpeg
    flag = cv2.IMREAD_GRAYSCALE if colourless else cv2.IMREAD_COLOR
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flag)
    assert picture is not None, "it was encoded here"
    if size_px is not None:
        picture = cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA)
    good, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert good, "OpenCV always encodes an 8-bit picture"
    return data.tobytes()
