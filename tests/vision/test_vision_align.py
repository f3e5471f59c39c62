"""However a face stands in the picture, its crop looks the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.vision.align import CROP_PX, TEMPLATE, align, similarity


def turned(points: np.ndarray, degrees: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    angle = np.radians(degrees)
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ matrix.T + shift).astype(np.float32)


@pytest.mark.parametrize("degrees", [-170, -25, 0, 10, 90])
@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_landmarks_land_on_the_template_from_any_position(degrees: float, scale: float) -> None:
    landmarks = turned(TEMPLATE, degrees, scale, (211, -40))
    back = landmarks @ similarity(landmarks)[:, :2].T + similarity(landmarks)[:, 2]
    assert back == pytest.approx(TEMPLATE, abs=1e-3)


def test_a_face_that_is_not_the_template_is_never_sheared_or_mirrored() -> None:
    landmarks = TEMPLATE[:, ::-1].copy() + np.array([0, 30], np.float32)
    (a, b, _), (c, d, _) = similarity(landmarks)
    assert (a, b) == pytest.approx((d, -c))
    assert a * d - b * c > 0


def test_five_points_in_one_place_are_no_crash() -> None:
    assert np.isfinite(similarity(np.full((5, 2), 70, np.float32))).all()


def test_the_crop_is_the_face_and_outside_the_picture_is_black() -> None:
    face = np.full((CROP_PX, CROP_PX, 3), 200, np.uint8)
    for x, y in TEMPLATE:
        cv2.circle(face, (round(float(x)), round(float(y))), 3, (0, 0, 255), -1)
    frame = np.full((480, 640, 3), 200, np.uint8)
    frame[300 : 300 + CROP_PX, 500 : 500 + CROP_PX] = face
    crop = align(frame, TEMPLATE + np.array([500, 300], np.float32))
    assert np.abs(crop.astype(int) - face).max() <= 2
    corner = align(frame, TEMPLATE + np.array([-60, -60], np.float32))
    assert corner[:30].max() == 0
    assert corner[80:, 80:].min() == 200
