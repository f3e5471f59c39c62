"""A head is told from paper and glass by its relief, whatever the tilt, the noise and the distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.vision.detect import Box, Face
from agent.vision.infrared import Infrared
from agent.vision.presence import live_score
from agent.vision.relief import HOLES_MAX, Relief, judge_relief
from simulator import heads, scenes, triples

pytestmark = pytest.mark.slow

SHAPE = (480, 640)
SENSOR = scenes.Sensor(640 - 2 * scenes.MARGIN_PX, 480 - 2 * scenes.MARGIN_PX, 30, 1)  # its canvas is SHAPE
LIVE = Relief(1.0, "")
FOCAL_PX = 530.0
seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=30, deadline=None)


def place(name: str = "obama.jpg") -> heads.Place:
    return triples.place_of(Path(name), SENSOR)


def face_at(at: heads.Place) -> Face:
    box = Box(at.x_px - at.width_px / 2, at.y_px - at.height_px / 2, at.width_px, at.height_px)
    marks = [(at.x_px + x * at.width_px, at.y_px + y * at.width_px) for x, y in at.marks]
    return Face(box, np.array(marks, np.float32), 1.0)


def head_mm(away_mm: float, head: heads.Head, name: str = "obama.jpg") -> heads.Map:
    height, there = heads.height_mm(place(name), head, SHAPE)
    return np.where(there, away_mm + head.deep_mm - height, triples.WALL_MM)


def rays() -> tuple[heads.Map, heads.Map]:
    """Direction of every pixel: right and down, for one ahead."""
    down, across = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float64)
    return (across - SHAPE[1] / 2) / FOCAL_PX, (down - SHAPE[0] / 2) / FOCAL_PX


def judged(depth_mm: heads.Map, seed: int, holes: float = 0.04, name: str = "obama.jpg") -> Relief:
    read = triples.measured(depth_mm, np.random.default_rng(seed), holes)
    return judge_relief(read, face_at(place(name)))


@quick
@given(away=st.floats(300, 800), right=st.floats(-55, 55), back=st.floats(-55, 55), seed=seeds)
def test_a_plane_is_flat_at_any_tilt(away: float, right: float, back: float, seed: int) -> None:
    across, down = rays()
    lean = across * np.tan(np.deg2rad(right)) + down * np.tan(np.deg2rad(back))
    depth = away / np.maximum(1 - lean, 0.2)
    assert judged(np.minimum(depth, 60_000), seed).refused == "flat"


@quick
@given(
    away=st.floats(300, 600), radius=st.floats(80, 600), turn=st.floats(0, np.pi), seed=seeds,
    hollow=st.booleans(),
)  # fmt: skip
def test_a_rolled_print_is_refused_any_way_round(
    away: float, radius: float, turn: float, seed: int, hollow: bool
) -> None:
    across, down = rays()
    aside = (across * np.cos(turn) + down * np.sin(turn)) * away
    bend = radius - np.sqrt(np.maximum(radius**2 - aside**2, (0.3 * radius) ** 2))
    assert judged(away - bend if hollow else away + bend, seed).refused in {"flat", "rolled", "no_nose"}


@quick
@given(
    away=st.floats(300, 800), nose=st.floats(17, 26), deep=st.floats(72, 95), seed=seeds,
    name=st.sampled_from(sorted(triples.MARKS_PX)),
)  # fmt: skip
def test_a_head_passes_from_30_to_80_cm(
    away: float, nose: float, deep: float, seed: int, name: str
) -> None:
    relief = judged(head_mm(away, heads.Head(nose, deep), name), seed, name=name)
    assert relief.refused == "", relief
    assert relief.score > 0.5


@quick
@given(seed=seeds, holes=st.floats(0, 0.15))
def test_scattered_holes_do_not_refuse_a_head(seed: int, holes: float) -> None:
    assert judged(head_mm(500, heads.Head()), seed, holes).refused == ""


def test_a_face_mostly_without_readings_is_refused_whatever_is_left() -> None:
    relief = judged(head_mm(500, heads.Head()), 1, holes=0.7)
    assert (relief.refused, relief.score) == ("holes", 0.0)
    assert relief.holes_share > HOLES_MAX
    assert judge_relief(np.zeros(SHAPE, np.uint16), face_at(place())).refused == "holes"


def test_a_head_without_its_nose_is_no_face() -> None:
    assert judged(head_mm(500, heads.Head(nose_mm=0.0)), 1).refused == "no_nose"


def test_a_hollow_face_is_refused() -> None:
    """The inside of a mould: everything there, the wrong way round."""
    depth = head_mm(500, heads.Head())
    near = float(depth.min())
    assert judged(np.where(depth < triples.WALL_MM, near + 90 - (depth - near), depth), 1).refused


def test_a_print_before_a_wall_that_fills_the_box_too_little_is_refused() -> None:
    across, down = rays()
    small = (np.abs(across) < 0.03) & (np.abs(down) < 0.03)
    assert judged(np.where(small, 400.0, triples.WALL_MM), 1).refused in {"far", "holes"}


def test_somebody_at_the_far_wall_is_too_far() -> None:
    assert judged(np.full(SHAPE, triples.WALL_MM), 1).refused == "far"


def test_no_picture_is_a_refusal() -> None:
    assert judge_relief(None, face_at(place())).refused == "missing"


def test_a_face_half_outside_the_picture_is_refused_not_guessed() -> None:
    at = heads.Place(5.0, 240.0, 154.0, 210.0, place().marks)
    assert judge_relief(np.full(SHAPE, 500, np.uint16), face_at(at)).refused == "holes"


@pytest.mark.parametrize(
    ("colour", "relief", "infrared", "score"),
    [
        (0.9, None, None, 0.9),  # a terminal with a colour camera only
        (0.9, LIVE, Infrared(1.0, ""), 0.9),
        (0.3, LIVE, Infrared(1.0, ""), 0.3),  # what colour refuses nobody lets in
        (0.9, Relief(0.0, "flat"), Infrared(1.0, ""), 0.0),
        (0.9, LIVE, Infrared(0.0, "dark"), 0.0),
        (0.9, Relief(0.0, "missing"), Infrared(1.0, ""), 0.0),  # a covered lens opens nothing
        (None, LIVE, Infrared(1.0, ""), None),
    ],
)
def test_all_pictures_must_say_live(
    colour: float | None, relief: Relief | None, infrared: Infrared | None, score: float | None
) -> None:
    assert live_score(colour, relief, infrared) == score
