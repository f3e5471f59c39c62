"""The camera picture, from the agent's writer to the glass; and what thousands of them leave behind."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QColor, QImage

from agent.screens.preview import PreviewWriter
from ui.gallery import CUSTOMER_SAMPLES
from ui.preview import PreviewPicture, PreviewSource
from ui.record import visible_items
from ui.windows import Windows

Settle = Callable[..., None]
NAME = f"hyla-test-ui-preview-{os.getpid()}"
FACE = next(sample for sample in CUSTOMER_SAMPLES if sample.name == "face")
WAIT = next(sample for sample in CUSTOMER_SAMPLES if sample.name == "wait")


@pytest.fixture
def writer() -> Iterator[PreviewWriter]:
    writer = PreviewWriter(NAME)
    yield writer
    writer.close()


@pytest.fixture
def source(screens: object) -> Iterator[PreviewSource]:  # noqa: ARG001
    source = PreviewSource()
    source.use(NAME)
    yield source
    source.want(False)


def half(left: int, right: int) -> np.ndarray:
    frame = np.full((480, 640, 3), right, np.uint8)
    frame[:, :320] = left
    return frame


def grey(image: QImage, x: int, y: int) -> int:
    return QColor(image.pixel(x, y)).red()


def test_the_newest_picture_is_taken(source: PreviewSource, writer: PreviewWriter) -> None:
    for value in (10, 20, 30):
        writer.write(half(value, value))
    source.want(True)
    assert grey(source.picture, 320, 240) == 30
    writer.write(half(40, 40))
    source.look()
    assert grey(source.picture, 320, 240) == 40


def test_the_same_picture_is_not_drawn_twice(source: PreviewSource, writer: PreviewWriter) -> None:
    fresh: list[int] = []
    source.fresh.connect(lambda: fresh.append(1))
    writer.write(half(1, 1))
    source.want(True)
    source.look()
    source.look()
    assert len(fresh) == 1


def test_a_picture_that_grows_old_is_taken_away(
    source: PreviewSource, writer: PreviewWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 1000.0
    monkeypatch.setattr("ui.preview.time.monotonic", lambda: now_s)
    writer.write(half(1, 1))
    source.want(True)
    assert not source.picture.isNull()
    now_s += 3
    source.look()
    assert source.picture.isNull()


def test_the_next_agents_picture_is_found_under_the_same_name(
    source: PreviewSource, writer: PreviewWriter
) -> None:
    writer.write(half(50, 50))
    source.want(True)
    successor = PreviewWriter(NAME)
    source.use(NAME)
    successor.write(half(90, 90))
    source.look()
    assert grey(source.picture, 320, 240) == 90
    successor.close()


def test_without_memory_there_is_no_picture_and_no_trouble(source: PreviewSource, settle: Settle) -> None:
    source.use("hyla-never-made")
    source.want(True)
    settle()
    assert source.picture.isNull()


def test_reading_leaves_the_agents_memory_alone(source: PreviewSource, writer: PreviewWriter) -> None:
    writer.write(half(1, 1))
    source.want(True)
    source.want(False)
    assert (Path("/dev/shm") / NAME).exists()


def test_the_customer_sees_a_round_mirror_image(
    windows: Windows, writer: PreviewWriter, settle: Settle
) -> None:
    windows.greet(NAME)
    writer.write(half(30, 220))
    windows.show(FACE.view(1, "zh", False))
    settle(lambda: not windows.source.picture.isNull())
    settle()
    window = windows.windows["customer"]
    picture = next(item for item in visible_items(window.contentItem()) if isinstance(item, PreviewPicture))
    place = picture.mapRectToScene(QRectF(0, 0, picture.width(), picture.height())).toRect()
    glass = window.grabWindow()
    middle = place.center()
    assert grey(glass, middle.x() - 100, middle.y()) == 220  # the right half stands on the left
    assert grey(glass, middle.x() + 100, middle.y()) == 30
    ground = glass.pixel(2, middle.y())
    assert glass.pixel(place.left() + 4, place.top() + 4) == ground  # round


def test_pictures_are_read_only_while_a_page_shows_them(windows: Windows, writer: PreviewWriter) -> None:
    writer.write(half(1, 1))
    windows.greet(NAME)
    windows.show(FACE.view(1, "zh", False))
    assert not windows.source.picture.isNull()
    windows.show(WAIT.view(2, "zh", False))
    assert windows.source.picture.isNull()


@pytest.mark.slow
def test_thousands_of_signals_pictures_and_timers_cost_no_reference(
    windows: Windows, writer: PreviewWriter, settle: Settle
) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one reference to True or None with each of these, and aborted
    after about a minute of preview. Whoever changes the pin learns it here."""
    windows.greet(NAME)
    windows.show(FACE.view(1, "zh", False))
    settle()
    window = windows.windows["customer"]
    timer = QTimer()
    frame = half(1, 1)

    def work(rounds: int) -> None:
        for number in range(rounds):
            writer.write(frame)
            windows.source.look()
            windows.stores["customer"].changed.emit()
            windows.tapped.emit(True)
            timer.setSingleShot(True)
            if number % 4 == 0:
                window.grabWindow()

    work(200)
    gc.collect()
    before = [sys.getrefcount(value) for value in (True, False, None)]
    work(1000)
    gc.collect()
    after = [sys.getrefcount(value) for value in (True, False, None)]
    assert all(now > then - 200 for now, then in zip(after, before, strict=True)), (before, after)
