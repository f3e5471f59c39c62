"""`ports.FrameSource` and what a camera posts: a real stream, a real file, the lens of virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.camera.capture import CameraTask
from agent.core.events import Device, DeviceLost, DeviceUp
from agent.ports import Frame
from agent.profile.schema import CameraSection
from agent.supervisor import Supervisor
from simulator.busy.lens import Fault, Lens
from simulator.camera import CameraStand
from tests.camera.test_camera_sources import film
from tests.ports.rigs import Rig, Smooth, VirtualRig

pytestmark = pytest.mark.slow


class Supervised(Rig):
    """The real task on any source."""

    device = Device.CAMERA

    def open(self, source: str) -> None:
        self._supervisor = Supervisor(self.inbox.post)
        section = CameraSection(source=source, silent_after_ms=600)
        self.camera = CameraTask(section, self._supervisor.post)
        self._supervisor.start([self.camera])

    def close(self) -> None:
        assert self._supervisor.stop() == []

    def after(self, number: int) -> Frame:
        frame = self.camera.newest(number, 10)
        assert frame is not None, "no newer frame came"
        return frame


class Stream(Supervised):
    """What stands in for a camera on a counter; its troubles are real ones of a real socket."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._stand = CameraStand(seed=7, people=folder)
        self._stand.start()
        self.open(self._stand.url)

    def breaks(self, fault: str) -> None:
        {
            "unplugged": self._stand.unplug,
            "frozen": self._stand.freeze,
            "dark": self._stand.cover,
            "silent": lambda: self._stand.slow(0.01),
            "colourless": self._stand.lose_colour,
        }[fault]()

    def mends(self, fault: str) -> None:
        {
            "unplugged": self._stand.plug_in,
            "frozen": self._stand.thaw,
            "dark": self._stand.uncover,
            "silent": lambda: self._stand.slow(30),
            "colourless": self._stand.regain_colour,
        }[fault]()

    def end(self) -> None:
        self.close()
        self._stand.stop()


class File(Supervised):
    """A video file, played at its speed and from the start again."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.open(str(film(folder / "noise.avi", 12)))

    def end(self) -> None:
        self.close()


class Simulated(VirtualRig):
    """The busy day's lens: the product's watchdog on glances instead of pictures."""

    device = Device.CAMERA

    def __init__(self, _folder: Path) -> None:
        super().__init__(Smooth(7))
        self._lens = Lens(self.clock, CameraSection(source="/dev/video0"))
        self._lens.attach(self.inbox.post)

    def breaks(self, fault: Fault) -> None:
        self._lens.fault = fault

    def mends(self, _fault: str) -> None:
        self._lens.fault = ""

    def end(self) -> None:
        self._lens.detach()
        before = len(self.facts)
        self.clock.until(self.clock.now_ms + 10_000)
        assert len(self.facts) == before, "a process that is gone posts nothing"


Any = Stream | File | Simulated
Open = Callable[[type[Any]], Any]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    rigs: list[Any] = []

    def make(kind: type[Any]) -> Any:
        rigs.append(kind(tmp_path))
        rigs[-1].up()
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.end()


BOTH = pytest.mark.parametrize("kind", [Stream, File], ids=["stream", "file"])
FAULTS = ["unplugged", "frozen", "dark", "silent", "colourless"]
ADAPTERS = [(Stream, fault) for fault in FAULTS] + [(Simulated, fault) for fault in FAULTS[1:]]


@BOTH
def test_each_frame_is_newer_than_the_one_before_and_newest_wins(
    opened: Open, kind: type[Supervised]
) -> None:
    camera = opened(kind)  # type: ignore[arg-type]
    one = camera.after(0)
    two = camera.after(one.number)
    later = camera.after(two.number + 3)
    assert one.number < two.number < later.number - 3
    assert one.captured_at_ms <= two.captured_at_ms < later.captured_at_ms
    assert camera.camera.newest(10**9, 0.01) is None, "none came in time"


@BOTH
def test_a_frame_is_height_by_width_by_three_bytes(opened: Open, kind: type[Supervised]) -> None:
    frame = opened(kind).after(0)  # type: ignore[arg-type]
    assert frame.bgr.dtype == "uint8"
    assert frame.bgr.ndim == 3
    assert frame.bgr.shape[2] == 3


@BOTH
def test_nobody_queues_pictures(opened: Open, kind: type[Supervised]) -> None:
    """Who was busy for a while gets the newest one, not the next one."""
    camera = opened(kind)  # type: ignore[arg-type]
    one = camera.after(0)
    camera.after(one.number + 10)
    newest = camera.camera.newest(one.number, 0)
    assert newest.number > one.number + 9


@pytest.mark.parametrize(
    ("kind", "fault"), ADAPTERS, ids=[f"{kind.__name__.lower()}-{fault}" for kind, fault in ADAPTERS]
)
def test_each_trouble_is_named_by_its_cause_and_heals_by_itself(
    opened: Open, kind: type[Any], fault: str
) -> None:
    camera = opened(kind)
    camera.breaks(fault)  # type: ignore[union-attr, arg-type]
    camera.lost(fault)
    assert {fact.cause for fact in camera.of(DeviceLost)} == {fault}, "one cause, and no other word"
    camera.mends(fault)  # type: ignore[union-attr]
    camera.until(lambda: camera.facts[-1] == DeviceUp(Device.CAMERA))
    assert camera.facts[0] == DeviceUp(Device.CAMERA)
