"""A clean picture of a face → the same face as a bad moment at the till would show it, in graded strengths.

In: a Subject, somebody else for the kind with two faces. Out: frames of 640×480, the same ones at each
call: no chance but a fixed field of noise. Every frame has a little of a camera's noise, laid on last,
so that no kind is cleaner than a camera.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from agent.ports import FrameBgr

Floats = npt.NDArray[np.float32]

WIDTH_PX, HEIGHT_PX = 640, 480
FACE_PX = 180
"""Width of the face in a clean frame: a customer at arm's length."""
MIDDLE = (WIDTH_PX / 2, HEIGHT_PX / 2)
CAMERA_NOISE = 3.0
HEAD_RADIUS = 0.55  # of the face's width: the cylinder that stands for a head
NOSE_SHARE = 0.12  # how far a nose stands out, in heights of the face
COVER = 150.0  # grey of a mask or scarf


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A picture, and where in it the face is: middle and size, in the picture's pixels."""

    picture_bgr: FrameBgr = field(repr=False)
    centre: tuple[float, float]
    width_px: float
    height_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One subject, and somebody else who may stand beside them. `number`: which noise it gets."""

    subject: Subject
    other: Subject
    number: int

    def clean(self, face_px: float = FACE_PX) -> Floats:
        """The subject before the camera, without noise."""
        return before_camera(self.subject, face_px)


Spoil = Callable[[Scene, float], Floats]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which a picture can be bad; `strengths`: from little to much, `unit` says of what."""

    name: str
    unit: str
    strengths: tuple[float, ...]
    spoil: Spoil

    def frame(self, scene: Scene, strength: float) -> FrameBgr:
        """What the camera would deliver."""
        return taken(self.spoil(scene, strength), scene.number)


def before_camera(subject: Subject, face_px: float, middle: tuple[float, float] = MIDDLE) -> Floats:
    """The picture moved and scaled so that the face lies there; beyond its edges its edge goes on."""
    scale = face_px / subject.width_px
    shift = [place - scale * centre for place, centre in zip(middle, subject.centre, strict=True)]
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    source = subject.picture_bgr
    if scale < 0.5:  # beyond a half, plain interpolation would step over pixels
        source = np.asarray(cv2.blur(source, (round(0.5 / scale) * 2 + 1,) * 2), np.uint8)
    return _warped(source.astype(np.float32), matrix)


def taken(picture: Floats, number: int) -> FrameBgr:
    """As a sensor takes it: with its noise, in whole numbers."""
    noisy = picture + CAMERA_NOISE * np.roll(_noise(), 7919 * (number + 1))
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


@lru_cache(maxsize=1)
def _noise() -> Floats:
    return np.random.default_rng(20).standard_normal((HEIGHT_PX, WIDTH_PX, 3)).astype(np.float32)


def _warped(picture: Floats, matrix: npt.NDArray[np.float64]) -> Floats:
    size = (WIDTH_PX, HEIGHT_PX)
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _clean(scene: Scene, _strength: float) -> Floats:
    return scene.clean()


def _lit(scene: Scene, share: float) -> Floats:
    return np.asarray(np.minimum(scene.clean() * np.float32(share), 255), np.float32)


def _back_lit(scene: Scene, share: float) -> Floats:
    """The camera measured the window behind: that is white, and the head has only a share of its light."""
    head = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    tall = FACE_PX * scene.subject.height_px / scene.subject.width_px
    axes = (round(0.7 * FACE_PX), round(0.75 * tall))
    cv2.ellipse(head, (WIDTH_PX // 2, HEIGHT_PX // 2), axes, 0, 0, 360, 1.0, -1)
    head = np.asarray(cv2.GaussianBlur(head, (0, 0), 8), np.float32)[..., None]
    return head * scene.clean() * np.float32(share) + (1 - head) * 250


def _moved(scene: Scene, way_px: float) -> Floats:
    return np.asarray(cv2.blur(scene.clean(), (round(way_px), 1)), np.float32)


def _defocused(scene: Scene, radius_px: float) -> Floats:
    side = 2 * int(radius_px) + 1
    disc = np.zeros((side, side), np.float32)
    cv2.circle(disc, (side // 2, side // 2), int(radius_px), 1.0, -1)
    return np.asarray(cv2.filter2D(scene.clean(), -1, disc / disc.sum()), np.float32)


def _small(scene: Scene, face_px: float) -> Floats:
    return scene.clean(face_px)


def _squeezed(scene: Scene, share: float) -> Floats:
    matrix = np.array([[share, 0, (1 - share) * MIDDLE[0]], [0, 1.0, 0]])
    return _warped(scene.clean(), matrix)


def _turned(scene: Scene, yaw_deg: float) -> Floats:
    """The face as the skin of an upright cylinder that turns; its edge is drawn out into sight."""
    radius = HEAD_RADIUS * FACE_PX
    across = (np.arange(WIDTH_PX) - MIDDLE[0]) / radius
    angle = np.arcsin(np.clip(across, -1, 1)) - np.radians(yaw_deg)
    skin = np.sin(np.clip(angle, -np.pi / 2, np.pi / 2))
    from_x = (np.where(np.abs(across) < 1, skin, across) * radius + MIDDLE[0]).astype(np.float32)
    map_x = np.repeat(from_x[None], HEIGHT_PX, axis=0)
    map_y = np.repeat(np.arange(HEIGHT_PX, dtype=np.float32)[:, None], WIDTH_PX, axis=1)
    return np.asarray(cv2.remap(scene.clean(), map_x, map_y, cv2.INTER_LINEAR), np.float32)


def _bowed(scene: Scene, pitch_deg: float) -> Floats:
    """The face as the skin of a cylinder that lies across, with a nose on it: the forehead comes nearer and
    hides what sinks behind it; below 0 the head is thrown back, and the chin does."""
    tall = FACE_PX * scene.subject.height_px / scene.subject.width_px
    down, across = np.mgrid[:HEIGHT_PX, :WIDTH_PX].astype(np.float32)
    down, across = (down - MIDDLE[1]) / tall, (across - MIDDLE[0]) / FACE_PX
    body = np.sqrt(np.clip(0.45**2 - down**2, 0, None)) - 0.45
    nose = NOSE_SHARE * np.exp(-((across / 0.1) ** 2) - ((down - 0.08) / 0.1) ** 2)
    sunk = down * np.cos(np.radians(pitch_deg)) + (body + nose) * np.sin(np.radians(pitch_deg))
    if pitch_deg > 0:
        sunk = np.maximum.accumulate(sunk, axis=0)
    else:
        sunk = np.minimum.accumulate(sunk[::-1], axis=0)[::-1]
    rows = np.arange(HEIGHT_PX, dtype=np.float32)
    map_y = np.stack([np.interp(down[:, 0], column, rows) for column in sunk.T], axis=1)
    head = np.hypot(across / 0.75, down / 0.75) < 1
    map_y = np.where(head, map_y, rows[:, None]).astype(np.float32)
    map_x = (across * FACE_PX + MIDDLE[0]).astype(np.float32)
    return np.asarray(cv2.remap(scene.clean(), map_x, map_y, cv2.INTER_LINEAR), np.float32)


def _shaded(scene: Scene, share: float) -> Floats:
    """Dark glasses that take so much of the light."""
    tall = FACE_PX * scene.subject.height_px / scene.subject.width_px
    glass = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for side in (-0.22, 0.22):
        middle = (round(MIDDLE[0] + side * FACE_PX), round(MIDDLE[1] - 0.12 * tall))
        axes = (round(0.2 * FACE_PX), round(0.11 * tall))
        cv2.ellipse(glass, middle, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    taken_share = glass[..., None] * np.float32(share)
    return np.asarray(scene.clean() * (1 - taken_share) + taken_share * np.float32(18), np.float32)


def _tilted(scene: Scene, roll_deg: float) -> Floats:
    return _warped(scene.clean(), np.asarray(cv2.getRotationMatrix2D(MIDDLE, roll_deg, 1.0), np.float64))


def _noisy(scene: Scene, sigma: float) -> Floats:
    return scene.clean() + np.float32(sigma) * np.roll(_noise(), 104729 * (scene.number + 1))


def _covered(scene: Scene, share: float) -> Floats:
    """From the chin up, something plain before the face."""
    frame, tall = scene.clean(), FACE_PX * scene.subject.height_px / scene.subject.width_px
    bottom, half = MIDDLE[1] + 0.55 * tall, round(0.6 * FACE_PX)
    left, right = round(MIDDLE[0]) - half, round(MIDDLE[0]) + half
    frame[round(MIDDLE[1] + (0.5 - share) * tall) : round(bottom), left:right] = COVER
    return frame


def _two(scene: Scene, share: float) -> Floats:
    """Somebody else beside the subject, at a share of their size."""
    half = WIDTH_PX // 2
    frame = before_camera(scene.subject, FACE_PX * 0.9, (half / 2 + 20, MIDDLE[1]))
    beside = before_camera(scene.other, FACE_PX * 0.9 * share, (half * 1.5 - 20, MIDDLE[1]))
    frame[:, half:] = beside[:, half:]
    return frame


CLEAN = Kind("clean", "", (0.0,), _clean)
KINDS = (
    Kind("dark", "share of the light", (0.7, 0.5, 0.35, 0.25, 0.15, 0.1), _lit),
    Kind("over-exposed", "times the light", (1.5, 2.0, 2.5, 3.0, 4.0, 6.0), _lit),
    Kind("back-lit", "share of the light", (0.7, 0.5, 0.35, 0.25, 0.15, 0.1), _back_lit),
    Kind("moved", "px on the way", (5, 9, 15, 21, 31, 41), _moved),
    Kind("defocused", "px of radius", (2, 4, 6, 8, 10, 14), _defocused),
    Kind("small", "px of face", (140, 110, 90, 70, 50, 35), _small),
    Kind("squeezed", "share of the width", (0.9, 0.8, 0.7, 0.6, 0.5, 0.4), _squeezed),
    Kind("turned", "degrees", (10, 20, 30, 40, 50, 60), _turned),
    Kind("tilted", "degrees", (10, 20, 30, 40, 50, 70), _tilted),
    Kind("bowed", "degrees", (-30, -20, 10, 20, 30, 40), _bowed),
    Kind("noisy", "sigma", (8, 15, 22, 30, 45, 60), _noisy),
    Kind("covered", "share of the face", (0.2, 0.3, 0.4, 0.5, 0.6, 0.7), _covered),
    Kind("dark glasses", "share of the light", (0.4, 0.6, 0.7, 0.8, 0.9, 1.0), _shaded),
    Kind("two faces", "share of the size", (0.3, 0.4, 0.5, 0.6, 0.8, 1.0), _two),
)
