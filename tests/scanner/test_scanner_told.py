"""From a scan to the sound in the cashier's ear: loop, task, pseudo-terminal and the scanner's engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.events import Device, Event, Intent, Screen, Tapped
from agent.core.ids import Secret
from agent.core.visit import Stage
from agent.inbox import Inbox
from agent.loop import Hands, Loop, SystemClock
from agent.ports import Entry, JournalTrouble, OutboxRow
from agent.profile.schema import ScannerSection
from agent.scanner.line import Line
from agent.scanner.port import ScannerTask
from agent.supervisor import Supervisor
from simulator.scanner import ScannerStand
from tests.helpers import wait_until
from tests.scanner.conftest import RULES as CODES
from tests.shop import WATER, terminal

# What each engine hears when the till sounds content, sounds not, and lets it read.
HEARD = {
    "honeywell": (["beep"], ["beep"] * 3, ["trigger on"]),
    "newland": ([], [], ["trigger on"]),
    "ssi": (["beep 00"], ["beep 06"], ["trigger on"]),
}


class Shop:
    """A loop with one scanner and nothing else; its disk may refuse."""

    def __init__(self, stand: ScannerStand, dialect: str, **settings: object) -> None:
        self.inbox, self.full = Inbox(), False
        self.supervisor = Supervisor(self.inbox.post)
        section = ScannerSection.model_validate({"port": str(stand.port), "dialect": dialect, **settings})
        task = ScannerTask(section, CODES, self.supervisor.post)
        hands = Hands(self, self, self, lambda _state, _at: None, lambda: None, task)  # type: ignore[arg-type]
        waiting = replace(terminal(), down={Device.SCANNER: "starting"})
        self.loop = Loop(waiting, self, hands, self.inbox, SystemClock())
        self.supervisor.start([task])
        self._thread = threading.Thread(target=self.loop.run, name="shop-loop")
        self._thread.start()
        wait_until(lambda: self.loop.state.works(Device.SCANNER))

    def tap(self, intent: Intent, screen: Screen) -> None:
        self.inbox.post(Tapped(screen, self.loop.state.view_no, intent))

    def stop(self) -> None:
        self.loop.stop()
        self._thread.join(5)
        assert self.supervisor.stop() == []

    # Journal, cloud, eyes: nothing of this is about them
    def commit(self, entry: Entry) -> tuple[OutboxRow, ...]:  # noqa: ARG002
        if self.full:
            raise JournalTrouble("full", "the disk is full; make room")
        return ()

    def newest_record(self) -> int:
        return 0

    def deliver(self, rows: Iterable[OutboxRow]) -> None: ...
    def rest(self) -> None: ...
    def ask(self, wish: object) -> None: ...
    def watch(self, look: int, digits: Secret | None) -> None: ...


Open = Callable[[str], tuple[Shop, ScannerStand]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    shops: list[tuple[Shop, ScannerStand]] = []

    def open_(dialect: str) -> tuple[Shop, ScannerStand]:
        stand = ScannerStand(tmp_path, dialect)
        shops.append((Shop(stand, dialect), stand))
        return shops[-1]

    yield open_
    for shop, stand in shops:
        shop.stop()
        stand.close()


@pytest.mark.parametrize("dialect", HEARD)
def test_the_scanner_hears_how_its_code_was_received_and_when_to_read(opened: Open, dialect: str) -> None:
    shop, stand = opened(dialect)
    content, discontent, reading = HEARD[dialect]

    stand.beam(WATER)
    wait_until(lambda: shop.loop.state.visit.basket.lines)
    stand.beam("6901000000035")
    wait_until(lambda: shop.loop.state.notice == "unknown_goods")
    wait_until(lambda: stand.engine.heard == content + discontent, what="both sounds")

    shop.tap(Intent.CHARGE, Screen.CASHIER)
    wait_until(lambda: shop.loop.state.visit.payment is not None)
    shop.tap(Intent.SHOW_CODE, Screen.CUSTOMER)
    wait_until(lambda: stand.engine.heard == content + discontent + reading, what="the trigger")


def test_a_shop_that_wants_neither_hears_neither(tmp_path: Path) -> None:
    with ScannerStand(tmp_path, "ssi") as stand:
        shop = Shop(stand, "ssi", beep=False, trigger=False)
        stand.beam(WATER)
        wait_until(lambda: shop.loop.state.visit.basket.lines)
        shop.tap(Intent.CHARGE, Screen.CASHIER)
        wait_until(lambda: shop.loop.state.visit.payment is not None)
        shop.tap(Intent.SHOW_CODE, Screen.CUSTOMER)
        stand.beam("134567890123456789")
        wait_until(lambda: shop.loop.state.visit.stage is Stage.PAY)
        shop.stop()
        assert stand.engine.heard == []


def test_a_scan_that_the_disk_refuses_sounds_not_content(
    opened: Open, expected_log: Callable[..., None]
) -> None:
    expected_log("journal: the disk is full")
    shop, stand = opened("ssi")
    shop.full = True
    stand.beam(WATER)
    wait_until(lambda: stand.engine.heard == ["beep 06"])
    assert not shop.loop.state.visit.basket.lines


class StuckLine:
    """A scanner that takes no bytes: every write waits until the test lets go."""

    def __init__(self, free: threading.Event) -> None:
        self._free, self.writing, self._wake = free, threading.Event(), threading.Event()

    def read(self) -> bytes:
        self._wake.wait(5)
        self._wake.clear()
        return b""

    def write(self, data: bytes) -> None:  # noqa: ARG002
        self.writing.set()
        self._free.wait(10)

    def cancel(self) -> None:
        self._wake.set()

    def close(self) -> None: ...


def test_a_scanner_that_takes_no_bytes_holds_nobody_up() -> None:
    free = threading.Event()
    line = StuckLine(free)
    section = ScannerSection.model_validate({"port": "/dev/scanner", "dialect": "ssi"})
    facts: list[Event] = []
    opens: Callable[[ScannerSection, int], Line] = lambda _section, _wait_ms: line  # noqa: E731
    task = ScannerTask(section, CODES, facts.append, open_line=opens)
    reader = threading.Thread(target=task.run)
    reader.start()
    wait_until(lambda: facts)
    task.beep(True)
    assert line.writing.wait(5), "the reader says it"
    for _ in range(100):
        task.beep(False)  # returns although the port is stuck: else this test ends by its timeout
    task.stop()
    free.set()
    reader.join(5)
    assert not reader.is_alive()
