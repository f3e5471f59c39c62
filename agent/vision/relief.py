"""Depth picture and face → does a head stand there, or something flat or bent?

In: H×W uint16 millimetres aligned to the colour picture (0: no reading), and the face found in colour. Out:
a `Relief`. Pure: no clock, nothing kept.

A plane seen through a lens has an inverse depth that is linear in the pixel, at any tilt and for any
lens; so surfaces are fitted to 1/depth and what they leave is told in millimetres. Paper bends in one
direction only: the best such sheet is fitted, any way round. A face is round both ways, and its nose stands
out of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from agent.ports import DepthMm
from agent.vision.detect import Box, Face

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CELLS, SAMPLES = 24, 4
"""The box is cut into 24×24 cells and each takes the median of 4×4 readings: noise falls to a third, and
a nose 35 mm wide still covers five cells."""
OVAL_SHARE = 0.82
"""Only the middle oval of the box counts: its corners show what is behind the head."""
NEAR_MM, FAR_MM = 200, 1500
"""Nobody at a counter stands outside of this, and no close-range module measures well there."""
DEEP_MM = 110
"""Farther than this from the middle of the face is not the face: a head is not that deep."""
HOLES_MAX = 0.35
"""Share of the oval without a reading. Beyond it what is missing could be all that matters."""
BULGE_MIN_MM = 3.0
"""What the best plane leaves. Noise of 3 mm a reading leaves 1; generated faces leave 4.7 and more."""
ROLL_MIN_MM = 1.7
"""What the best rolled sheet leaves, likewise: 1.2 at most for generated prints, faces 2.2 and more."""
NOSE_MIN_MM, NOSE_MAX_MM = 7.0, 45.0
"""How far the tip stands out of the round of cheeks, brow and chin. Adults' tips protrude about 21 mm (300
men: Aesthetic Plastic Surgery 42:1343, 2018); a turned head and the round's own curve take off half."""
REST_MIN = 100
"""Cells of cheeks, brow and chin that a sheet is fitted to; the oval has some 230 of them."""
TURNS = 12  # directions in which paper may be rolled: every 15°
TRIMS = 3


@dataclass(frozen=True, slots=True)
class Relief:
    """`score`: 0 to 1, 0 when `refused` names why: `missing`, `far`, `holes`, `flat`, `rolled`, `no_nose`.
    The figures in mm are what the plane leaves, what the rolled sheet leaves, and the nose's height."""

    score: float
    refused: str
    holes_share: float = 1.0
    bulge_mm: float = 0.0
    roll_mm: float = 0.0
    nose_mm: float = 0.0


def judge_relief(depth_mm: DepthMm | None, face: Face) -> Relief:
    """The relief inside the face's box; `None` is a picture that did not come, and refuses."""
    if depth_mm is None:
        return Relief(0.0, "missing")
    cells = _cells(depth_mm, face.box)
    across, down = _places()
    oval = across**2 + down**2 <= OVAL_SHARE**2
    there = oval & (cells > 0)
    if not there.any():
        return Relief(0.0, "holes")
    middle_mm = float(np.median(cells[there]))
    if not NEAR_MM <= middle_mm <= FAR_MM:
        return Relief(0.0, "far")
    there &= np.abs(cells - middle_mm) <= DEEP_MM
    holes = 1 - float(there.sum() / oval.sum())
    if holes > HOLES_MAX:
        return Relief(0.0, "holes", holes)
    return _measured(cells, there, holes, _nose_place(face))


def _measured(cells: Floats, there: Mask, holes: float, nose: tuple[float, float]) -> Relief:
    across, down = _places()
    aside, above = across - nose[0], down - nose[1]
    nose_area = (np.abs(aside) < 0.36) & (above > -0.6) & (above < 0.26)
    tip = (np.abs(aside) < 0.16) & (above > -0.2) & (above < 0.14) & there
    rest = there & ~nose_area
    if tip.sum() < 3 or rest.sum() < REST_MIN:
        return Relief(0.0, "holes", holes)
    plane_mm = _left(cells, rest, _terms(0)[:, :, :3])
    bulge = _spread(plane_mm[rest])
    sheets = [_left(cells, rest, _terms(turn)) for turn in range(TURNS)]
    roll = min(_spread(left_mm[rest]) for left_mm in sheets)
    height = -float(np.percentile(_left(cells, rest, _round())[tip], 25))
    return _verdict(holes, bulge, roll, height)


def _verdict(holes: float, bulge_mm: float, roll_mm: float, nose_mm: float) -> Relief:
    refused = ""
    if bulge_mm < BULGE_MIN_MM:
        refused = "flat"
    elif roll_mm < ROLL_MIN_MM:
        refused = "rolled"
    elif not NOSE_MIN_MM <= nose_mm <= NOSE_MAX_MM:
        refused = "no_nose"
    margin = min(bulge_mm / BULGE_MIN_MM, roll_mm / ROLL_MIN_MM, nose_mm / NOSE_MIN_MM) / 2
    return Relief(0.0 if refused else min(1.0, margin), refused, holes, bulge_mm, roll_mm, nose_mm)


def _cells(depth_mm: DepthMm, box: Box) -> Floats:
    """CELLS×CELLS medians in mm; 0 where fewer than half of a cell's readings are there."""
    side = CELLS * SAMPLES
    step_x, step_y = box.width_px / side, box.height_px / side
    place = np.array([[step_x, 0, box.x_px + step_x / 2], [0, step_y, box.y_px + step_y / 2]])
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    taken = np.asarray(cv2.warpAffine(depth_mm, place, (side, side), flags=flags), np.float64)
    groups = taken.reshape(CELLS, SAMPLES, CELLS, SAMPLES).swapaxes(1, 2).reshape(CELLS, CELLS, -1)
    groups = np.sort(np.where(groups > 0, groups, np.inf), axis=2)  # what is missing comes last
    count = np.isfinite(groups).sum(axis=2)
    middle = np.take_along_axis(groups, (count // 2)[..., None].clip(max=SAMPLES**2 - 1), axis=2)[..., 0]
    return np.asarray(np.where(2 * count >= SAMPLES**2, middle, 0.0), np.float64)


@cache
def _places() -> tuple[Floats, Floats]:
    """Of every cell's middle: −1 to 1 across and down the box."""
    line = (np.arange(CELLS) + 0.5) / CELLS * 2 - 1
    across, down = np.meshgrid(line, line)
    return across, down


def _nose_place(face: Face) -> tuple[float, float]:
    x, y = (float(number) for number in face.landmarks[2])
    box = face.box
    return 2 * (x - box.x_px) / box.width_px - 1, 2 * (y - box.y_px) / box.height_px - 1


@cache
def _terms(turn: int) -> Floats:
    """What a sheet rolled that way may be made of: a plane, a curve across the roll, and the lens's part
    in it (the two products), for a roll that leans away. CELLS×CELLS×8."""
    across, down = _places()
    angle = np.pi * turn / TURNS
    s = across * np.cos(angle) + down * np.sin(angle)
    t = down * np.cos(angle) - across * np.sin(angle)
    return np.stack([np.ones_like(s), s, t, s * s, s**3, s**4, s * t, s * s * t], axis=2)


@cache
def _round() -> Floats:
    """What a head without a nose may be made of: a plane and curves both ways, which stay tame under the
    nose, where nothing holds them. CELLS×CELLS×6."""
    across, down = _places()
    return np.stack([np.ones_like(across), across, down, across**2, across * down, down**2], axis=2)


def _left(cells: Floats, rest: Mask, terms: Floats) -> Floats:
    """Measured less fitted, mm, of every cell; the surface is fitted to `rest`, less what fits worst."""
    inverse = np.where(cells > 0, 1 / np.maximum(cells, 1), 0)
    kept, left_mm = rest, cells
    for _ in range(TRIMS):
        rows = terms[kept]
        found = np.linalg.solve(rows.T @ rows, rows.T @ inverse[kept])
        fitted = terms @ found
        left_mm = cells - 1 / np.maximum(fitted, 1 / (4 * FAR_MM))
        limit = max(1.0, 2.0 * _spread(left_mm[rest]))
        kept = rest & (np.abs(left_mm) <= limit)
    return left_mm


def _spread(left_mm: Floats) -> float:
    """What seven of ten cells stay within: a few holes in a mask do not count as relief."""
    return float(np.percentile(np.abs(left_mm), 70))
