"""A camera under test, run the way the supervisor runs it, and a stand that plays the lens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.camera.capture import CameraTask
from agent.core.events import Device, DeviceUp, Event
from agent.ports import DeviceTrouble
from agent.profile.schema import CameraSection
from simulator.camera import CameraStand
from tests.helpers import wait_until


class Watched:
    """A CameraTask in its thread; `run` may be called again after a trouble, as the supervisor does."""

    def __init__(self, source: str, **limits: int) -> None:
        self.facts: list[Event] = []
        self.trouble: DeviceTrouble | None = None
        self.task = CameraTask(CameraSection(source=source, **limits), self.facts.append)
        self._thread = threading.Thread()

    def run(self) -> None:
        assert not self._thread.is_alive()
        self.facts.clear()
        self.trouble = None
        self._thread = threading.Thread(target=self._run, name="camera-test-run")
        self._thread.start()

    def _run(self) -> None:
        try:
            self.task.run()
        except DeviceTrouble as trouble:
            self.trouble = trouble

    def wait_up(self) -> None:
        wait_until(lambda: DeviceUp(Device.CAMERA) in self.facts)

    def cause(self) -> str:
        """Why `run` ended; '' when it returned without trouble. Waits for it."""
        self._thread.join(15.0)
        assert not self._thread.is_alive(), "run did not end"
        return self.trouble.cause if self.trouble else ""

    def stop(self) -> None:
        self.task.stop()
        if self._thread.ident is not None:
            self._thread.join(5.0)
        assert not self._thread.is_alive(), "stop was not heard"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[CameraStand]:
    """The desk's camera, looking at the empty shop: no portraits are needed."""
    stand = CameraStand(seed=7, people=tmp_path)
    stand.start()
    yield stand
    stand.stop()


@pytest.fixture
def watched() -> Iterator[Callable[..., Watched]]:
    """Makes cameras, stops them all at the end, and sees to it that no thread stays behind."""
    made: list[Watched] = []

    def make(source: str, **limits: int) -> Watched:
        made.append(Watched(source, **limits))
        return made[-1]

    yield make
    for one in made:
        one.stop()
    wait_until(lambda: not readers(), what="a reader thread to end")


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "camera-reader"]
