"""A receipt printer at the end of a real cable, and the agent's task for it under the real supervisor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from agent.core.commands import PrintSlip
from agent.core.events import DeviceLost, DeviceUp
from agent.core.ids import OrderId
from agent.core.money import Money
from agent.core.slip import Slip, SlipLine
from agent.core.sold import SoldOrder
from agent.printer import desk
from agent.printer.desk import PrinterTask
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.slips import sheet_of
from agent.supervisor import Supervisor
from simulator.printer import PrinterStand
from tests.architecture.source_tree import ROOT
from tests.helpers import Inbox, wait_until

ORDER = OrderId("desk-01-7f3a90bc-008841")
SLIP = Slip(
    (SlipLine("金枪鱼饭团", "Tuna rice ball", 1, 680), SlipLine("矿泉水", "Water", 2, 100)), (), 1000
)
SOLD = SoldOrder(ORDER, None, "cash", Money(880), "paid", 1_790_000_000_000, Money(0), slip=SLIP)


def profile_of(stand: PrinterStand, **more: object) -> Profile:
    """The desk's own, with this printer."""
    values = {**stand.settings, **{f"printer.{key}": value for key, value in more.items()}}
    told = [
        f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in values.items()
    ]
    return load(ROOT / "device_profiles" / "desk.toml", told)


class Till:
    """What prints there, and what it posted."""

    def __init__(self, stand: PrinterStand, **more: object) -> None:
        self.stand, self.inbox = stand, Inbox()
        profile = profile_of(stand, **more)
        self._supervisor = Supervisor(self.inbox.post)
        self.task = PrinterTask(profile.printer, partial(sheet_of, profile), self._supervisor.post)
        self._supervisor.start([self.task])

    def up(self) -> None:
        """Wait until it works, and forget what was before."""
        self.inbox.wait_for(DeviceUp)
        self.inbox.clear()

    def lost(self, cause: str) -> None:
        self.inbox.wait_for(lambda fact: isinstance(fact, DeviceLost) and fact.cause == cause)

    def prints(self, copy: int = 0, practice: bool = False) -> None:
        self.task.print_slip(PrintSlip(SOLD, copy, practice))

    def came_out(self, count: int) -> str:
        """The text of the last one of so many."""
        wait_until(lambda: len(self.stand.receipts) >= count, what=f"{count} receipts")
        assert len(self.stand.receipts) == count
        return self.stand.receipts[-1].text

    def stop(self) -> None:
        assert self._supervisor.stop() == []


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def at_till(tmp_path: Path) -> Iterator[Callable[..., Till]]:
    """`at_till("network", columns=48)`: a till with a printer of this kind that works."""
    tills: list[Till] = []

    def start(kind: str = "serial", **more: object) -> Till:
        tills.append(Till(PrinterStand(tmp_path / "by-id", kind, pictures=tmp_path / "paper"), **more))
        tills[-1].up()
        return tills[-1]

    yield start
    for till in tills:
        till.stop()
        till.stand.close()
