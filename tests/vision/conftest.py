"""Real faces and real models for the tests of the eyes, and a camera that shows what it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.core.events import Device, DeviceUp, Event
from agent.ports import Frame, FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.eyes import EyesTask
from agent.vision.models import load_manifest, models_folder
from agent.vision.pipeline import Pipeline, open_pipeline
from agent.vision.pull import pull
from agent.vision.stills import read_picture
from simulator.people import ensure_people

FACE_PX = 200


@pytest.fixture(scope="session")
def people() -> Path:
    """Folder with obama.jpg, obama2.jpg, obama3.jpg and biden.jpg."""
    return ensure_people()


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of the models, filled when it is not."""
    folder = models_folder()
    pull(load_manifest(), folder, None, lambda _: None)
    return folder


@pytest.fixture(scope="session")
def pipeline(models_dir: Path) -> Pipeline:
    return open_pipeline(load_manifest(), models_dir, VisionSection())


@pytest.fixture(scope="session")
def at_the_till(people: Path, pipeline: Pipeline) -> Callable[[str], FrameBgr]:
    """Name of a picture → that person as a 640×480 camera sees them, with a little noise."""

    def picture(name: str, face_px: int = FACE_PX) -> FrameBgr:
        portrait = read_picture(people / f"{name}.jpg")
        box = pipeline.detector.find(portrait)[0].box
        scale = face_px / box.width_px
        shift_x = 320 - scale * (box.x_px + box.width_px / 2)
        shift_y = 240 - scale * (box.y_px + box.height_px / 2)
        matrix = np.array([[scale, 0, shift_x], [0, scale, shift_y]])
        frame = cv2.warpAffine(portrait, matrix, (640, 480), flags=cv2.INTER_AREA, borderValue=(90, 90, 90))
        noise = np.random.default_rng(7).normal(0, 6, frame.shape)
        return np.clip(frame + noise, 0, 255).astype(np.uint8)

    return picture


class Camera:
    """A frame source with one picture in its slot; `show` captures a new one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self.asked = 0

    def show(self, bgr: FrameBgr, captured_at_ms: int | None = None) -> Frame:
        with self._changed:
            number = self._frame.number + 1 if self._frame else 1
            now_ms = time.monotonic_ns() // 1_000_000
            self._frame = Frame(number, now_ms if captured_at_ms is None else captured_at_ms, bgr)
            self._changed.notify_all()
            return self._frame

    def newest(self, after: int, timeout_s: float) -> Frame | None:
        with self._changed:
            self.asked += 1
            self._changed.wait_for(
                lambda: self._frame is not None and self._frame.number > after, timeout_s
            )
            return self._frame if self._frame is not None and self._frame.number > after else None


class Facts:
    """What was posted, and a way to wait for the next thing."""

    def __init__(self) -> None:
        self._came = threading.Condition()
        self.all: list[Event] = []

    def post(self, fact: Event) -> None:
        with self._came:
            self.all.append(fact)
            self._came.notify_all()

    def wait_for(self, fits: Callable[[Event], bool], seconds: float = 30.0) -> Event:
        with self._came:
            came = self._came.wait_for(lambda: any(fits(fact) for fact in self.all), seconds)
            assert came, f"waited {seconds} s in vain; came: {self.all}"
            return next(fact for fact in self.all if fits(fact))


@pytest.fixture
def camera() -> Camera:
    return Camera()


@pytest.fixture
def facts() -> Iterator[Facts]:
    yield Facts()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("eyes")]
    assert not left, f"threads left behind: {left}"


@contextmanager
def working(eyes: EyesTask, facts: Facts) -> Iterator[EyesTask]:
    """The eyes on their thread, up and running."""
    thread = threading.Thread(target=eyes.run, name="eyes")
    thread.start()
    try:
        facts.wait_for(lambda fact: fact == DeviceUp(Device.VISION))
        yield eyes
    finally:
        eyes.stop()
        thread.join(5)
        assert not thread.is_alive()
