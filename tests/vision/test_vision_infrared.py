"""Skin, paper and glass under an infrared lamp, and whether the infrared face is where colour has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.vision.detect import Box, Face
from agent.vision.infrared import Grey, as_frame, judge_infrared, overlap
from simulator import heads, scenes, triples

SENSOR = scenes.Sensor(544, 384, 30, 1)
SHAPE = (480, 640)
AT = triples.place_of(Path("obama.jpg"), SENSOR)
BOX = Box(AT.x_px - AT.width_px / 2, AT.y_px - AT.height_px / 2, AT.width_px, AT.height_px)
MARKS = np.array([(AT.x_px + x * AT.width_px, AT.y_px + y * AT.width_px) for x, y in AT.marks], np.float32)
FACE = Face(BOX, MARKS, 1.0)


def lit(glints: float = 0.5, albedo: float = 0.7) -> heads.Map:
    height, there = heads.height_mm(AT, heads.Head(), SHAPE)
    shade = heads.shading(500 - height, heads.FACE_WIDTH_MM / AT.width_px)
    pupils = 1 - 0.5 * heads.eyes(AT, SHAPE)
    return np.where(there, albedo * shade * pupils + glints * heads.glints(AT, SHAPE), 0.1)


def picture(light: heads.Map) -> Grey:
    noise = np.random.default_rng(1).normal(0, 3, light.shape)
    return np.clip(235 * light + noise, 0, 255).astype(np.uint8)


def moved(dx_px: float) -> Face:
    return Face(Box(BOX.x_px + dx_px, BOX.y_px, BOX.width_px, BOX.height_px), MARKS, 1.0)


def test_skin_under_the_lamp_passes() -> None:
    judged = judge_infrared(picture(lit()), FACE, [FACE])
    assert (judged.refused, judged.score > 0.5) == ("", True), judged


def test_a_screen_is_dark() -> None:
    assert judge_infrared(picture(np.full(SHAPE, 0.05)), FACE, [FACE]).refused == "dark"


def test_paper_whose_ink_fades_is_pale() -> None:
    assert judge_infrared(picture(np.full(SHAPE, 0.75)), FACE, [FACE]).refused == "pale"


def test_a_picture_with_contrast_that_does_not_turn_away_is_even() -> None:
    stripes = 0.5 + 0.3 * (np.mgrid[: SHAPE[0], : SHAPE[1]][0] // 24 % 2)
    assert judge_infrared(picture(stripes), FACE, [FACE]).refused == "even"


def test_dry_eyes_are_no_eyes() -> None:
    assert judge_infrared(picture(lit(glints=0.0)), FACE, [FACE]).refused == "no_glint"


def test_no_face_in_infrared_is_a_refusal() -> None:
    assert judge_infrared(picture(lit()), FACE, []).refused == "no_face"


@pytest.mark.parametrize(("dx_px", "word"), [(10, ""), (-10, ""), (120, "elsewhere")])
def test_the_infrared_face_must_be_where_colour_has_it(dx_px: float, word: str) -> None:
    assert judge_infrared(picture(lit()), FACE, [moved(dx_px)]).refused == word


def test_no_picture_is_a_refusal() -> None:
    assert judge_infrared(None, FACE, [FACE]).refused == "missing"


def test_a_box_outside_the_picture_is_refused() -> None:
    assert judge_infrared(picture(lit()), moved(5000), [FACE]).refused == "dark"


def test_overlap_is_of_both_together() -> None:
    assert overlap(BOX, BOX) == pytest.approx(1.0)
    assert overlap(Box(0, 0, 2, 2), Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 2, 2), Box(5, 5, 2, 2)) == 0.0


def test_the_detector_gets_three_equal_planes() -> None:
    frame = as_frame(picture(lit()))
    assert frame.shape == (*SHAPE, 3)
    assert (frame[..., 0] == frame[..., 2]).all()
