"""Infrared picture and faces → does skin answer the lamp, or paper, or the glass of a screen?

In: H×W uint8 aligned to the colour picture, lit by the module's own lamp (850 or 940 nm); the face found in
colour; the faces that the same detector finds in the infrared picture. Out: an `Infrared`. Pure.

A screen gives no infrared of its own: its face is gone. Many inks let infrared through: paper is bright
and its face pale. A head before a lamp beside the lens is darker where it turns away, and its wet eyes
mirror the lamp as points. None of the limits below has seen a real module: they stand between generated
scenes, and belong measured on the module before anybody relies on this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from agent.ports import FrameBgr, Grey
from agent.vision.detect import Box, Face, overlap

DARK_LUMA = 40
"""Nine of ten pixels of the face are darker: glass, or a lamp that is off. Neither is a person seen."""
PLACE_MIN = 0.5
"""Overlap (IoU) of the face in colour and in infrared: the pictures are aligned, so half is generous."""
CONTRAST_MIN = 0.22
"""Darkest to lightest tenth of the smoothed face, as a share of its mean. Ink that fades leaves less."""
FALLOFF_MIN = 1.06
"""The middle of the face over its rim. A plane has 1, a head under a lamp at the lens 1.1 and more."""
GLINT_MIN = 1.12
"""The lightest point at an eye over the lightest tenth around it, at the better of the two eyes."""


@dataclass(frozen=True, slots=True)
class Infrared:
    """`score`: 0 to 1, 0 when `refused` names why: `missing`, `dark`, `no_face` (in infrared), `elsewhere`
    (not where colour has it), `pale`, `even` (no falloff), `no_glint`."""

    score: float
    refused: str
    contrast: float = 0.0
    falloff: float = 0.0
    glint: float = 0.0


def as_frame(infrared: Grey) -> FrameBgr:
    """The picture as the detector takes it: H×W×3."""
    return np.asarray(cv2.cvtColor(infrared, cv2.COLOR_GRAY2BGR), np.uint8)


def judge_infrared(infrared: Grey | None, face: Face, found: Sequence[Face]) -> Infrared:
    """`face`: of the colour picture; `found`: of this one. `None` did not come, and refuses."""
    if infrared is None:
        return Infrared(0.0, "missing")
    inside = _inside(infrared, face.box)
    if inside.size == 0 or np.percentile(inside, 90) < DARK_LUMA:
        return Infrared(0.0, "dark")
    contrast, falloff = _contrast(inside), _falloff(inside)
    glint = max(_glint(infrared, face, eye) for eye in (0, 1))
    told = (contrast, falloff, glint)
    if not found:
        return Infrared(0.0, "no_face", *told)
    if max(overlap(face.box, other.box) for other in found) < PLACE_MIN:
        return Infrared(0.0, "elsewhere", *told)
    limits = (CONTRAST_MIN, FALLOFF_MIN, GLINT_MIN)
    for word, value, least in zip(("pale", "even", "no_glint"), told, limits, strict=True):
        if value < least:
            return Infrared(0.0, word, *told)
    margins = (
        contrast / CONTRAST_MIN / 2,
        (falloff - 1) / (FALLOFF_MIN - 1) / 2,
        (glint - 1) / (GLINT_MIN - 1) / 2,
    )
    return Infrared(float(min(1.0, *margins)), "", *told)


def _inside(infrared: Grey, box: Box) -> npt.NDArray[np.float32]:
    """The box as 48×48, smoothed by the shrinking; empty where the box lies outside the picture."""
    top, left = max(0, round(box.y_px)), max(0, round(box.x_px))
    part = infrared[
        top : max(top, round(box.y_px + box.height_px)), left : max(left, round(box.x_px + box.width_px))
    ]
    if part.size == 0:
        return np.zeros((0, 0), np.float32)
    return np.asarray(cv2.resize(part, (48, 48), interpolation=cv2.INTER_AREA), np.float32)


def _contrast(inside: npt.NDArray[np.float32]) -> float:
    middle = inside[6:42, 6:42]
    low, high = np.percentile(middle, (10, 90))
    return float((high - low) / max(1.0, float(middle.mean())))


def _falloff(inside: npt.NDArray[np.float32]) -> float:
    """Cheeks beside the nose over cheeks near the ears, in the rows that have neither hair nor eyes."""
    rows = inside[24:34]
    rim = np.concatenate([rows[:, 3:8], rows[:, 40:45]], axis=1)
    return float(np.median(rows[:, 14:34]) / max(1.0, float(np.median(rim))))


def _glint(infrared: Grey, face: Face, eye: int) -> float:
    x, y = (round(float(number)) for number in face.landmarks[eye])
    reach = max(3, round(0.07 * face.box.width_px))
    part = infrared[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    if part.size == 0:
        return 0.0
    return float(part.max()) / max(1.0, float(np.percentile(part, 90)))
