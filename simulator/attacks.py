"""Somebody holds a picture of a face before the desk's camera: a print, or a phone that shows it.

In: a portrait and the sensor. Out: a `Loop` like a person's. The portrait is taken flat a second time, by
paper or by a screen, and held in the hand before the shop's shelves. What is drawn is what a camera sees of
it: the edge of the thing and the hand, a little tilt, ink's smaller range of light on paper that shines on
one side, or a screen's colder light, its fine lines and the lamps it mirrors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from simulator import scenes

Light = npt.NDArray[np.float32]

SKIN, SLEEVE = (128, 158, 205), (96, 74, 62)
HELD_SWAY = 1.3  # a hand holds less still than a head


@dataclass(frozen=True, slots=True)
class Thing:
    """What is held: size of what it shows in a picture 480 px high, its edge, and how it shows light."""

    width_px: int
    height_px: int
    edge_px: int
    edge_bgr: tuple[int, int, int]
    face_share: float
    tilt_deg: float
    show: Callable[[Light], Light]


def on_paper(light: Light) -> Light:
    """Ink is never black and paper never quite white; colours are weaker, one side is nearer the lamp."""
    grey = light.mean(axis=2, keepdims=True)
    ink = 0.16 + 0.72 * (grey + 0.8 * (light - grey))
    side = np.linspace(1.05, 0.85, light.shape[1], dtype=np.float32)[None, :, None]
    return np.asarray(ink * np.array([0.93, 0.98, 1.0]) * side, np.float32)


def on_screen(light: Light) -> Light:
    """Brighter and bluer than the shop, with the pattern of its lines against the sensor's, and a lamp."""
    down, across = np.mgrid[: light.shape[0], : light.shape[1]].astype(np.float32)
    lines = np.sin(2 * np.pi * (0.31 * across + 0.05 * down)) * np.sin(
        2 * np.pi * (0.29 * down - 0.04 * across)
    )
    high, wide = light.shape[:2]
    lamp = np.exp(
        -(((across - 0.7 * wide) / (0.12 * wide)) ** 2) - ((down - 0.2 * high) / (0.06 * high)) ** 2
    )
    streak = 0.35 * np.exp(-(((across - 0.5 * down - 0.1 * wide) / (0.1 * wide)) ** 2))
    glow = 1.15 * light**0.9 * np.array([1.08, 1.0, 0.92], np.float32) + 0.03
    return np.asarray(glow * (1 + 0.05 * lines[..., None]) + 0.5 * (lamp + streak)[..., None], np.float32)


THINGS = {
    "print": Thing(250, 350, 14, (225, 232, 235), 0.45, -4.0, on_paper),
    "phone": Thing(236, 420, 16, (18, 18, 18), 0.5, 3.0, on_screen),
}


def held_up(path: Path, name: str, sensor: scenes.Sensor) -> scenes.Loop:
    """The portrait, on that thing, in somebody's hand."""
    thing = THINGS[name]
    seen, _, _ = in_hand(card(path, thing), thing.tilt_deg, sensor)
    return scenes.Loop(seen, sensor, HELD_SWAY)


def card(path: Path, thing: Thing) -> scenes.Picture:
    """The thing itself, seen flat, with the portrait on it."""
    light = np.asarray(_cut(path, thing) / 255, np.float32)
    shown = thing.show(light)
    flat = np.clip(shown * 255, 0, 255).astype(np.uint8)
    edge = thing.edge_px
    whole = cv2.copyMakeBorder(flat, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=thing.edge_bgr)
    return whole.astype(np.uint8)


def _cut(path: Path, thing: Thing) -> scenes.Picture:
    """The part of the portrait that is shown: the face a little above the middle."""
    picture = scenes.portrait(path)
    x, y, wide, high = scenes.FACES_PX[path.name]
    scale = thing.width_px * thing.face_share / wide
    left = thing.width_px / 2 - scale * (x + wide / 2)
    top = thing.height_px * 0.45 - scale * (y + high / 2)
    soft = cv2.GaussianBlur(
        picture, (0, 0), max(0.1, 0.45 / scale)
    )  # else thin lines break when it shrinks
    place = np.array([[scale, 0, left], [0, scale, top]])
    size = (thing.width_px, thing.height_px)
    return cv2.warpAffine(soft, place, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def in_hand(
    card: scenes.Picture, tilt_deg: float, sensor: scenes.Sensor
) -> tuple[scenes.Picture, npt.NDArray[np.float64], Light]:
    """The thing before the shelves, turned a little and leaning; an arm behind it, a thumb before it. Also
    the matrix (3×3) from the thing's pixels to the canvas, and where it covers the canvas, 0 to 1."""
    behind = scenes.shelves(sensor)
    wide, high = sensor.canvas
    size = sensor.height_px / 480
    card_high, card_wide = (round(side * size) for side in card.shape[:2])
    middle = np.array([wide / 2, high / 2], np.float32)
    elbow = np.array([[40, 999], [150, 999], [110, 0.4 * card_high], [60, 0.35 * card_high]], np.float32)
    cv2.fillPoly(behind, [(middle + np.minimum(elbow * size, high / 2)).astype(np.int32)], SLEEVE)
    corners = np.array([[-1, -0.9], [1, -0.9], [1, 1.1], [-1, 1.1]], np.float32) / 2
    lean = 1 + corners[:, :1] * 0.06  # the right side is nearer
    turn = np.deg2rad(tilt_deg)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    held = (corners * np.array([card_wide, card_high], np.float32) * lean) @ turned + middle
    flat = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * card.shape[1::-1]
    place = cv2.getPerspectiveTransform(flat.astype(np.float32), held.astype(np.float32))
    before = cv2.warpPerspective(card, place, (wide, high))
    covers = cv2.warpPerspective(np.ones(card.shape[:2], np.float32), place, (wide, high))
    seen = cv2.blendLinear(before, behind, covers, 1 - covers).astype(np.uint8)
    thumb = (round(wide / 2 + 0.42 * card_wide), round(high / 2 + 0.3 * card_high))
    cv2.ellipse(seen, thumb, (round(34 * size), round(17 * size)), -35, 0, 360, SKIN, -1, cv2.LINE_AA)
    return seen, np.asarray(place, np.float64), np.asarray(covers, np.float32)
