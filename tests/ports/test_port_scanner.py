"""`ports.Scanner` and what a scanner posts: the task on a pseudo-terminal, the cable of virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.core.codes import GoodsCode, PaymentCode
from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp
from agent.core.ids import Secret
from agent.profile.schema import ScannerSection
from agent.scanner.port import ScannerTask
from agent.supervisor import Supervisor
from simulator.busy.cable import Cable
from simulator.engines import LineEngine
from simulator.scanner import ScannerStand
from tests.ports.rigs import Rig, Smooth, VirtualRig
from tests.scanner.conftest import RULES

WATER, RICE_BALL, PAYMENT = "6901000000011", "6901000000028", "134567890123456789"
SOUND = {"honeywell": "beep", "ssi": "beep 00"}
DIALECTS = ("lines", "honeywell", "newland", "ssi")


class Pty(Rig):
    """The real task, supervised, on a pseudo-terminal."""

    device = Device.SCANNER

    def __init__(self, dialect: str, folder: Path) -> None:
        super().__init__()
        self._stand = ScannerStand(folder, dialect)
        section = ScannerSection.model_validate({"port": str(self._stand.port), "dialect": dialect})
        self._supervisor = Supervisor(self.inbox.post)
        self.scanner = ScannerTask(section, RULES, self._supervisor.post)
        self.engine: LineEngine = self._stand.engine
        self.beam, self.unplug, self.plug_in = self._stand.beam, self._stand.unplug, self._stand.plug_in
        self._supervisor.start([self.scanner])

    def half(self, text: str) -> None:
        self._stand.raw(text.encode()[: len(text) // 2])

    def end(self) -> None:
        stuck = self._supervisor.stop()
        self._stand.close()
        assert stuck == []


class Virtual(VirtualRig):
    """The busy day's cable: the product's `Hearing` at one end, the same engine at the other."""

    device = Device.SCANNER

    def __init__(self, dialect: str, _folder: Path) -> None:
        super().__init__(Smooth(7))
        section = ScannerSection.model_validate({"port": "/dev/scanner", "dialect": dialect})
        self.scanner = Cable(self.clock, section, RULES)
        self.engine: LineEngine = self.scanner._engine
        self.beam, self.unplug, self.plug_in = (
            self.scanner.beam,
            self.scanner.unplug,
            self.scanner.plug_in,
        )
        self.scanner.attach(self.inbox.post)

    def half(self, text: str) -> None:
        self.scanner._arrives(text.encode()[: len(text) // 2], self.scanner._plugs)

    def end(self) -> None:
        self.scanner.detach()
        before = len(self.facts)
        self.clock.until(self.clock.now_ms + 10_000)
        assert len(self.facts) == before, "a process that is gone posts nothing"


AnyRig = Pty | Virtual
Open = Callable[[str], AnyRig]


@pytest.fixture(params=[Pty, Virtual], ids=["real", "simulated"])
def open_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    rigs: list[AnyRig] = []

    def make(dialect: str) -> AnyRig:
        rigs.append(request.param(dialect, tmp_path / "by-id"))
        rigs[-1].up()
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.end()


def codes(rig: AnyRig) -> list[object]:
    return [fact.code for fact in rig.of(BarcodeScanned)]


def scan(rig: AnyRig, text: str) -> None:
    """One beam, and it has arrived."""
    before = len(codes(rig))
    rig.beam(text)
    rig.until(lambda: len(codes(rig)) > before)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_up_comes_first_and_then_every_code_once_and_in_order(open_rig: Open, dialect: str) -> None:
    rig = open_rig(dialect)
    for text in (WATER, PAYMENT, RICE_BALL):
        scan(rig, text)
    assert rig.facts[0] == DeviceUp(Device.SCANNER)
    assert codes(rig) == [GoodsCode(WATER), PaymentCode("wechat", Secret(PAYMENT)), GoodsCode(RICE_BALL)]


@pytest.mark.parametrize("dialect", sorted(SOUND))
def test_a_scanner_that_can_is_told_to_sound_and_to_read(open_rig: Open, dialect: str) -> None:
    rig = open_rig(dialect)
    rig.scanner.beep(good=True)
    rig.until(lambda: SOUND[dialect] in rig.engine.heard)
    rig.scanner.trigger(on=True)
    rig.until(lambda: "trigger on" in rig.engine.heard)


def test_one_that_cannot_is_not_told_and_nobody_hears_of_it(open_rig: Open) -> None:
    rig = open_rig("lines")
    before = rig.facts
    rig.scanner.beep(good=False)
    rig.scanner.trigger(on=True)
    rig.moment()
    scan(rig, WATER)
    assert rig.engine.heard == []
    assert rig.facts[len(before) :] == [BarcodeScanned(GoodsCode(WATER))]


def test_what_was_wished_while_its_cable_was_out_is_forgotten(open_rig: Open) -> None:
    rig = open_rig("honeywell")
    rig.unplug()
    rig.lost("unplugged")
    for _ in range(20):
        rig.scanner.beep(good=True)
        rig.scanner.trigger(on=True)
    rig.plug_in()
    rig.up(times=2)
    rig.moment()
    scan(rig, WATER)
    assert rig.engine.heard == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_pulled_out_in_the_middle_of_a_code_it_is_said_once_heals_and_half_a_code_is_none(
    open_rig: Open, dialect: str
) -> None:
    rig = open_rig(dialect)
    scan(rig, WATER)
    rig.half(PAYMENT)
    rig.unplug()
    rig.lost("unplugged")
    rig.plug_in()
    rig.up(times=2)
    scan(rig, RICE_BALL)
    assert codes(rig) == [GoodsCode(WATER), GoodsCode(RICE_BALL)]
    assert rig.of(DeviceLost) == [DeviceLost(Device.SCANNER, "unplugged")]


def test_the_same_code_in_one_beam_counts_once_and_again_after_another(open_rig: Open) -> None:
    rig = open_rig("lines")
    rig.beam(WATER)
    rig.beam(WATER)
    rig.moment()
    scan(rig, RICE_BALL)
    scan(rig, WATER)
    assert codes(rig)[-2:] == [GoodsCode(RICE_BALL), GoodsCode(WATER)]
    assert len(codes(rig)) == 3
