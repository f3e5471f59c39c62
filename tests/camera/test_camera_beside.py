"""The cameras beside the colour camera: asked by time, and lost with a word of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.camera.beside import BesideTask, DepthTask, InfraredTask
from agent.camera.lens import DEPTH, readings
from agent.camera.reader import Taken
from agent.camera.watchdog import Glance
from agent.core.events import Device, DeviceUp, Event
from agent.ports import DeviceTrouble
from agent.profile.schema import DepthSection, InfraredSection
from simulator.module import Module
from tests.helpers import wait_until


@pytest.fixture
def module(tmp_path: Path) -> Iterator[Module]:
    """The desk's module, looking at the empty shop: no portraits are needed."""
    module = Module(7, tmp_path, 640, 480, 30)
    module.start()
    yield module
    module.stop()


class Running:
    """One second camera on a thread of its own, as the supervisor runs it."""

    def __init__(self, task: BesideTask, facts: list[Event]) -> None:
        self.task, self.facts = task, facts
        self.trouble: DeviceTrouble | None = None
        self._thread = threading.Thread(target=self._run, name="beside")
        self._thread.start()

    def _run(self) -> None:
        try:
            self.task.run()
        except DeviceTrouble as trouble:
            self.trouble = trouble

    def stop(self) -> None:
        self.task.stop()
        self._thread.join(5.0)
        assert not self._thread.is_alive()


@pytest.fixture
def running() -> Iterator[Any]:
    made: list[Running] = []

    def make(task: type[InfraredTask] | type[DepthTask], section: Any) -> Running:
        facts: list[Event] = []
        made.append(Running(task(section, facts.append), facts))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def taken(task: BesideTask, at_ms: int, value: int) -> None:
    task._show(Taken(np.full((2, 2), value, np.uint16), Glance(at_ms, 100.0, False)))


def test_of_several_pictures_the_one_nearest_in_time_belongs_to_a_frame() -> None:
    depth = DepthTask(DepthSection(source="/dev/null"), lambda _event: None)
    for at_ms in (1000, 1066, 1133):
        taken(depth, at_ms, at_ms)
    assert [int(depth.beside(at, 0).max()) for at in (1000, 1040, 1099, 1100, 1130)] == [  # type: ignore[union-attr]
        1000, 1066, 1066, 1133, 1133,
    ]  # fmt: skip


def test_a_picture_of_another_moment_belongs_to_no_frame() -> None:
    depth = DepthTask(DepthSection(source="/dev/null"), lambda _event: None)
    assert depth.beside(1000, 0) is None
    taken(depth, 1000, 1)
    assert depth.beside(1121, 0) is None
    assert depth.beside(879, 0) is None
    assert depth.beside(1120, 0) is not None


def test_a_module_that_counts_in_tenths_of_a_millimetre_is_read_in_millimetres() -> None:
    depth = DepthTask(DepthSection(source="/dev/null", unit_um=100), lambda _event: None)
    taken(depth, 5, 4_321)
    told = depth.beside(5, 0)
    assert told is not None
    assert (told.dtype, int(told[0, 0])) == (np.uint16, 432)


def test_an_empty_depth_picture_sees_nothing_and_a_full_one_everything() -> None:
    assert readings(np.zeros((48, 64), np.uint16)) == 0
    assert readings(np.full((48, 64), 700, np.uint16)) == 255
    assert DEPTH.key == "depth.source"


@pytest.mark.slow
def test_all_three_come_from_their_streams_and_lie_in_time(module: Module, running: Any) -> None:
    infrared = running(InfraredTask, InfraredSection(source=module.infrared.url))
    depth = running(DepthTask, DepthSection(source=module.depth.url))
    wait_until(lambda: infrared.facts == [DeviceUp(Device.INFRARED)])
    wait_until(lambda: depth.facts == [DeviceUp(Device.DEPTH)])
    now_ms = time.monotonic_ns() // 1_000_000
    grey, depth_mm = infrared.task.beside(now_ms, 2.0), depth.task.beside(now_ms, 2.0)
    assert (grey.shape, grey.dtype) == ((480, 640), np.uint8)
    assert (depth_mm.shape, depth_mm.dtype) == ((480, 640), np.uint16)
    assert abs(float(np.median(depth_mm[depth_mm > 0])) - 2200) < 30, (
        "the wall, to the millimetre and noise"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deed", "cause"), [("unplug", "unplugged"), ("freeze", "frozen"), ("cover", "dark")]
)
def test_a_depth_camera_that_fails_is_lost_by_name(
    module: Module, running: Any, deed: str, cause: str
) -> None:
    depth = running(DepthTask, DepthSection(source=module.depth.url, frozen_frames=4))
    wait_until(lambda: depth.facts == [DeviceUp(Device.DEPTH)])
    getattr(module.depth, deed)()
    wait_until(lambda: depth.trouble is not None)
    assert depth.trouble.cause == cause
    assert str(depth.trouble).startswith(f"depth.source = {module.depth.url}: ")


@pytest.mark.slow
def test_a_depth_picture_in_eight_bits_is_refused_with_what_to_give(module: Module, running: Any) -> None:
    depth = running(DepthTask, DepthSection(source=module.infrared.url))
    wait_until(lambda: depth.trouble is not None)
    assert depth.trouble.cause == "narrow"
    assert "8 bit a pixel (expected 16:" in str(depth.trouble)
