"""`ports.DeviceTask`: every device with a thread of its own, held to the same sentences."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.camera.capture import CameraTask
from agent.cloud.client import CloudTask
from agent.core.events import DeviceUp
from agent.ports import DeviceTask, DeviceTrouble, Post
from agent.profile.schema import CameraSection, CloudSection, ScannerSection
from agent.scanner.port import ScannerTask
from agent.screens.pages import CAUSES
from agent.screens.process import UiProcess
from agent.screens.truth import FINE, WAITING
from simulator.broker import IotcoreBroker
from simulator.camera import CameraStand
from simulator.scanner import ScannerStand
from tests.cloud.conftest import DEVICE, Shop
from tests.helpers import Inbox, wait_until
from tests.scanner.conftest import RULES

pytestmark = pytest.mark.slow
Nothing: Callable[[], None] = lambda: None  # noqa: E731


@dataclass
class Bench:
    """A task, a way to lose its device and to bring it back, and what to put away."""

    task: DeviceTask
    lose: Callable[[], None] = Nothing
    back: Callable[[], None] = Nothing
    names: str = ""
    """What the technician's text must name."""
    ends: list[Callable[[], None]] = field(default_factory=list)


def scanner(folder: Path, post: Post) -> Bench:
    stand = ScannerStand(folder / "by-id")
    section = ScannerSection(port=str(stand.port))
    task = ScannerTask(section, RULES, post)
    return Bench(task, stand.unplug, stand.plug_in, str(stand.port), [stand.close])


def camera(folder: Path, post: Post) -> Bench:
    stand = CameraStand(seed=7, people=folder)
    stand.start()
    task = CameraTask(CameraSection(source=stand.url), post)
    return Bench(task, stand.unplug, stand.plug_in, "camera.source", [stand.stop])


def cloud(folder: Path, post: Post) -> Bench:
    shop = Shop(folder)
    broker = shop.broker(IotcoreBroker)
    broker.start()
    wire = shop.link(broker)
    section = CloudSection(url=f"mqtt://127.0.0.1:{wire.port}")
    task = CloudTask(section, DEVICE, "boot-1", post, will_delay_s=0)
    return Bench(task, wire.cut, wire.restore, str(wire.port), [shop.end])


def screens(folder: Path, post: Post) -> Bench:
    """A child that says it is there by a file, as the ui says it over its socket."""
    there = folder / "there"
    code = f"import pathlib, time; pathlib.Path({str(there)!r}).touch(); time.sleep(60)"
    standing = lambda: FINE if there.exists() else WAITING  # noqa: E731
    task = UiProcess([sys.executable, "-c", code], there.exists, standing, post)

    def kill() -> None:
        assert task._child is not None
        task._child.kill()
        task._child.wait()
        there.unlink()

    def end() -> None:
        if task._child is not None:
            task._child.kill()
            task._child.wait()

    return Bench(task, kill, Nothing, "screens", [end])


MAKERS = {"scanner": scanner, "camera": camera, "cloud": cloud, "screens": screens}


class Running:
    """`run` on its thread, as the supervisor calls it."""

    def __init__(self, task: DeviceTask) -> None:
        self.trouble: BaseException | None = None
        self._task = task
        self._thread = threading.Thread(target=self._run, name="device")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._task.run()
        except BaseException as trouble:
            self.trouble = trouble

    def ended(self) -> BaseException | None:
        self._thread.join(20)
        assert not self._thread.is_alive(), "run did not return"
        return self.trouble


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(params=MAKERS)
def bench(request: pytest.FixtureRequest, tmp_path: Path, inbox: Inbox) -> Iterator[Bench]:
    bench = MAKERS[request.param](tmp_path, inbox.post)
    yield bench
    bench.task.stop()
    for end in bench.ends:
        end()


def started(bench: Bench, inbox: Inbox) -> Running:
    running = Running(bench.task)
    inbox.wait_for(lambda fact: fact == DeviceUp(bench.task.device), 20)
    return running


def test_it_says_that_it_works_before_anything_else_and_once(bench: Bench, inbox: Inbox) -> None:
    running = started(bench, inbox)
    assert inbox.facts == [DeviceUp(bench.task.device)]
    bench.task.stop()
    assert running.ended() is None


def test_stop_makes_run_return_from_any_thread_and_more_than_once(bench: Bench, inbox: Inbox) -> None:
    running = started(bench, inbox)
    callers = [threading.Thread(target=bench.task.stop) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    bench.task.stop()
    assert running.ended() is None
    bench.task.stop()


def test_what_was_stopped_before_it_ran_does_not_run(bench: Bench) -> None:
    bench.task.stop()
    assert Running(bench.task).ended() is None


def test_a_lost_device_raises_its_cause_and_text_and_runs_again(bench: Bench, inbox: Inbox) -> None:
    running = started(bench, inbox)
    bench.lose()
    trouble = running.ended()
    assert isinstance(trouble, DeviceTrouble), trouble
    assert trouble.cause in CAUSES[bench.task.device], "a word the screens have a sentence for"
    assert bench.names in str(trouble)
    bench.back()
    inbox.clear()
    again = started(bench, inbox)
    bench.task.stop()
    assert again.ended() is None


@pytest.mark.parametrize("bench", ["scanner", "camera", "cloud"], indirect=True)
def test_fifty_openings_in_vain_leave_no_file_open(bench: Bench) -> None:
    """A cable that is loose for an hour must not use the process up."""
    bench.lose()
    before = _open_files()
    for _ in range(50):
        assert isinstance(Running(bench.task).ended(), DeviceTrouble)
    wait_until(lambda: _open_files() <= before + 2, what=f"{_open_files()} files, {before} before")


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))
