"""One hint a frame: the one thing that would help most."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from agent.core.evidence import Hint
from agent.profile.schema import VisionSection
from agent.vision.align import TEMPLATE
from agent.vision.detect import Box, Face
from agent.vision.quality import around, judge, noise, pose

FRAME = np.zeros((480, 640, 3), np.uint8)
STRAIGHT = TEMPLATE.copy()
UPRIGHT = 0.57


def face(
    width_px: float = 180,
    x_px: float | None = None,
    y_px: float | None = None,
    marks: np.ndarray = STRAIGHT,
    place: float = UPRIGHT,
) -> Face:
    """`place`: how far down the box the middle of the features is."""
    height_px = width_px * 1.2
    left = 320 - width_px / 2 if x_px is None else x_px
    top = 240 - height_px / 2 if y_px is None else y_px
    middle = (marks[:2].mean(axis=0) + marks[3:].mean(axis=0)) / 2
    here = np.array([left + width_px / 2, top + place * height_px]) - middle
    close = Face(Box(left, top, width_px, height_px), (marks + here).astype(np.float32), 0.95)
    return replace(close, close=close)


def crop(luma: int = 120, blur_px: float = 0) -> np.ndarray:
    """Structure like a face's: one side in the shade, small blocks everywhere."""
    blocks = np.kron(np.random.default_rng(3).integers(-8, 9, (28, 28)), np.ones((4, 4)))
    shade = np.linspace(-65, 65, 112)[None, :]
    picture = np.clip(blocks + shade + luma, 0, 255).astype(np.uint8)
    if blur_px:
        picture = cv2.GaussianBlur(picture, (0, 0), blur_px)
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)


def hint(*faces: Face, aligned: np.ndarray | None = None, frame: np.ndarray = FRAME) -> Hint:
    return judge(faces, crop() if aligned is None else aligned, frame, VisionSection())


def marks(nose_x: float = 0.0, nose_y: float = 0.0, tilt_deg: float = 0.0) -> np.ndarray:
    """Landmarks with the nose moved (in eye distances) and the head leaned to a shoulder."""
    points = STRAIGHT.copy()
    points[2] += np.array([nose_x, nose_y], np.float32) * 35.2
    angle = np.radians(tilt_deg)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ matrix.T).astype(np.float32)


def test_a_quiet_face_in_the_middle_is_good() -> None:
    assert hint(face()) is Hint.GOOD


def test_nobody_there() -> None:
    assert judge([], None, FRAME, VisionSection()) is Hint.NO_FACE


def test_somebody_beside_the_customer_counts_and_the_queue_behind_does_not() -> None:
    assert hint(face(180), face(95, x_px=20)) is Hint.SEVERAL_FACES
    assert hint(face(180), face(80, x_px=20)) is Hint.GOOD


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (face(89), Hint.TOO_FAR),
        (face(91), Hint.GOOD),
        (face(365), Hint.TOO_NEAR),
        (face(355), Hint.GOOD),
        (face(180, x_px=-60), Hint.OFF_CENTRE),
        (face(180, y_px=330), Hint.OFF_CENTRE),
        (face(100, x_px=20), Hint.OFF_CENTRE),
        (face(100, x_px=40), Hint.GOOD),
    ],
)
def test_distance_and_place(seen: Face, expected: Hint) -> None:
    assert hint(seen) is expected


@pytest.mark.parametrize(
    ("landmarks", "expected"),
    [
        (marks(nose_x=0.25), Hint.GOOD),
        (marks(nose_x=0.4), Hint.LOOK_STRAIGHT),
        (marks(nose_x=-0.4), Hint.LOOK_STRAIGHT),
        (marks(nose_y=-0.35), Hint.LOOK_STRAIGHT),
        (marks(nose_y=0.35), Hint.LOOK_UP),
        (marks(tilt_deg=12), Hint.GOOD),
        (marks(tilt_deg=16), Hint.LOOK_STRAIGHT),
        (marks(nose_x=0.4, tilt_deg=-6), Hint.LOOK_STRAIGHT),
        (np.full((5, 2), 100, np.float32), Hint.LOOK_STRAIGHT),
    ],
)
def test_looking_straight(landmarks: np.ndarray, expected: Hint) -> None:
    assert hint(face(marks=landmarks)) is expected


def test_a_face_much_narrower_than_tall_is_turned_though_its_nose_is_in_the_middle() -> None:
    for share, expected in ((0.8, Hint.GOOD), (0.6, Hint.LOOK_STRAIGHT)):
        squeezed = STRAIGHT * np.array([share, 1], np.float32)
        assert hint(face(marks=squeezed)) is expected


def test_noise_asks_for_light_and_is_told_from_structure() -> None:
    chance = np.random.default_rng(4).normal(0, 1, (112, 112, 3))
    for sigma, expected in ((10, Hint.GOOD), (20, Hint.TOO_DARK)):
        noisy = np.clip(crop() + sigma * chance, 0, 255).astype(np.uint8)
        assert noise(cv2.cvtColor(noisy, cv2.COLOR_BGR2GRAY)) == pytest.approx(0.66 * sigma, rel=0.3)
        noisy = np.clip(crop() + 1.5 * sigma * chance, 0, 255).astype(np.uint8)
        assert hint(face(), aligned=noisy) is expected


def test_a_window_behind_the_head_is_no_blur_and_a_face_dark_before_it_is_too_dark() -> None:
    for luma, expected in ((80, Hint.GOOD), (40, Hint.TOO_DARK)):
        back_lit = crop(luma)
        back_lit[:, :18] = back_lit[:, 94:] = back_lit[:20] = 250
        assert hint(face(), aligned=back_lit) is expected


def before_a_window(face_luma: int, window_luma: int) -> np.ndarray:
    """A head of the width of `face()` and its hair, as dark as that, before something as bright as that."""
    frame = np.full((480, 640, 3), window_luma, np.uint8)
    cv2.ellipse(frame, (320, 240), (130, 155), 0, 0, 360, (face_luma,) * 3, -1)
    return frame


def test_light_from_behind_is_told_from_no_light_at_all() -> None:
    dark = crop(luma=40)
    assert hint(face(), aligned=dark, frame=before_a_window(40, 250)) is Hint.BACK_LIGHT
    assert hint(face(), aligned=dark, frame=before_a_window(40, 60)) is Hint.TOO_DARK
    assert hint(face(), aligned=crop(luma=120), frame=before_a_window(120, 250)) is Hint.GOOD


def test_noise_before_a_window_is_light_from_behind() -> None:
    chance = np.random.default_rng(4).normal(0, 30, (112, 112, 3))
    noisy = np.clip(crop(80) + chance, 0, 255).astype(np.uint8)
    assert hint(face(), aligned=noisy, frame=before_a_window(80, 250)) is Hint.BACK_LIGHT
    assert hint(face(), aligned=noisy, frame=before_a_window(80, 110)) is Hint.TOO_DARK


def test_a_face_that_fills_the_picture_has_nothing_around_it() -> None:
    bright = np.full((480, 640, 3), 200, np.uint8)
    assert around(bright, Box(0, 0, 640, 480)) == 0
    assert around(bright, Box(230, 140, 180, 200)) == pytest.approx(200, abs=1)


def test_features_low_in_the_box_are_a_bowed_head_and_high_ones_a_head_thrown_back() -> None:
    assert hint(face(place=0.60)) is Hint.GOOD
    assert hint(face(place=0.64)) is Hint.LOOK_UP
    assert hint(face(place=0.49)) is Hint.LOOK_STRAIGHT
    assert hint(face(place=0.64, marks=marks(nose_x=0.4))) is Hint.LOOK_STRAIGHT, "turned away first"


def test_a_nose_near_the_eyes_is_a_head_thrown_back_and_a_smile_is_none() -> None:
    upright, lifted = face(place=0.53), face(place=0.53, marks=marks(nose_y=-0.16))
    assert [hint(upright), hint(lifted)] == [Hint.GOOD, Hint.LOOK_STRAIGHT]
    smiling = marks(nose_y=-0.16)
    smiling[3:, 0] += np.array([-3, 3], np.float32)
    assert hint(face(place=0.53, marks=smiling)) is Hint.GOOD, "the corners of the mouth went up and apart"


def test_without_a_close_look_the_box_says_nothing_of_a_nod() -> None:
    for place in (0.49, 0.64):
        assert hint(replace(face(place=place), close=None)) is Hint.GOOD


def test_the_close_look_has_half_a_say_in_where_the_features_are() -> None:
    for place, expected in ((0.62, Hint.GOOD), (0.70, Hint.LOOK_UP)):
        assert hint(replace(face(place=0.58), close=face(place=place))) is expected


def test_leaning_the_head_does_not_look_like_turning_it() -> None:
    straight, leaned = pose(marks(nose_x=0.2)), pose(marks(nose_x=0.2, tilt_deg=25))
    assert leaned[:2] == pytest.approx(straight[:2], abs=1e-4)
    assert leaned[2] - straight[2] == pytest.approx(25, abs=1e-3)


def test_light_and_focus() -> None:
    assert hint(face(), aligned=crop(luma=40)) is Hint.TOO_DARK
    assert hint(face(), aligned=crop(luma=235)) is Hint.TOO_BRIGHT
    assert hint(face(), aligned=crop(blur_px=5)) is Hint.BLURRED
    assert hint(face(), aligned=crop(luma=70)) is Hint.GOOD


def test_a_face_that_moved_is_blurred_though_sharp_across_the_movement() -> None:
    moved = cv2.blur(crop(), (17, 1))
    assert hint(face(), aligned=moved) is Hint.BLURRED
    assert hint(face(), aligned=np.ascontiguousarray(moved.transpose(1, 0, 2))) is Hint.BLURRED


def test_glare_on_half_a_face_is_too_bright_though_the_rest_is_dark() -> None:
    glaring = crop(luma=70)
    glaring[:54] = 255
    assert hint(face(), aligned=glaring) is Hint.TOO_BRIGHT
    glaring = crop(luma=70)
    glaring[:30] = 255
    assert hint(face(), aligned=glaring) is not Hint.TOO_BRIGHT


def test_coming_nearer_is_said_before_light() -> None:
    assert hint(face(60), aligned=crop(luma=20)) is Hint.TOO_FAR


def test_a_plain_mask_or_dark_glasses_are_told_to_be_taken_off() -> None:
    bare = crop()
    masked, shaded, both = bare.copy(), bare.copy(), bare.copy()
    masked[80:] = 150
    shaded[44:60, 26:86] = 20
    both[:] = 120
    assert hint(face(), aligned=bare) is Hint.GOOD
    assert hint(face(), aligned=masked) is Hint.UNCOVER
    assert hint(face(), aligned=shaded) is Hint.UNCOVER
    assert hint(face(), aligned=both) is Hint.BLURRED, "what is plain everywhere is no mask"
