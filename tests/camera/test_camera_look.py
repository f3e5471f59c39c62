"""What the doctor sees through a camera: speed, light, focus, and a picture that stands still."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from agent.camera.look import look, sharpness
from agent.ports import Frame, FrameBgr
from simulator.camera import CameraStand
from tests.camera.conftest import Watched

NOISE = np.random.default_rng(3).integers(0, 255, (480, 640, 3), np.uint8)


class Film:
    """A source that gives these frames, 40 ms apart, and then no more."""

    def __init__(self, *frames: FrameBgr) -> None:
        self._frames = [Frame(at, 1000 + 40 * at, frame) for at, frame in enumerate(frames, 1)]

    def newest(self, after: int, timeout_s: float) -> Frame | None:  # noqa: ARG002
        return next((frame for frame in self._frames if frame.number > after), None)


@pytest.mark.slow
def test_the_desks_camera_is_seen_as_it_is(stand: CameraStand, watched: Callable[..., Watched]) -> None:
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()
    seen = look(camera.task, 2.0, 0.5)
    assert seen is not None
    assert (seen.width_px, seen.height_px, seen.still) == (640, 480, False)
    assert seen.fps > 5
    assert 20 < seen.luma < 235


def test_frames_that_nobody_took_count_for_the_speed_too() -> None:
    every_other = Film(*[np.roll(NOISE, shift, 1) for shift in range(9)])
    every_other._frames = every_other._frames[::2]
    seen = look(every_other, 0, 0.2)
    assert seen is not None
    assert round(seen.fps) == 25


def test_a_picture_that_stands_still_is_told() -> None:
    still, moving = look(Film(*[NOISE] * 5), 0, 0.2), look(Film(NOISE, NOISE, NOISE[::-1].copy()), 0, 0.2)
    assert still is not None
    assert moving is not None
    assert (still.still, moving.still) == (True, False)


def test_no_frame_is_nothing_seen() -> None:
    assert look(Film(), 0, 0.1) is None


def test_out_of_focus_is_less_sharp_and_the_pictures_size_does_not_matter() -> None:
    print_ = cv2.resize(NOISE[:60, :80], (640, 480), interpolation=cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(print_, (0, 0), 6)
    large = cv2.resize(print_, (1920, 1440), interpolation=cv2.INTER_LINEAR)
    assert sharpness(soft) < sharpness(print_) / 20
    assert 0.3 < sharpness(large) / sharpness(print_) < 3
