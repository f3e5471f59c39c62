"""Time for the ports' suites: real for real adapters, virtual for simulated ones.

A rig is an adapter, the other end of its cable, and `until`: let time pass until something is so. The
suites speak to rigs alone, so that one test function holds every adapter to the same sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from agent.core.events import Device, DeviceLost, DeviceUp, Event
from simulator.seeds.clockwork import Clockwork
from tests.helpers import Inbox, wait_until

Fact = TypeVar("Fact")
VIRTUAL_MS = 90_000
STEP_MS = 10


class Rig:
    """What was posted, and time."""

    device: Device

    def __init__(self) -> None:
        self.inbox = Inbox()

    def until(self, condition: Callable[[], object]) -> None:
        """In real time."""
        wait_until(condition)

    def moment(self) -> None:
        """Let come what is on its way; real adapters are waited for by what they post."""

    @property
    def facts(self) -> list[Event]:
        return self.inbox.facts

    def of(self, kind: type[Fact]) -> list[Fact]:
        return self.inbox.of(kind)

    def up(self, times: int = 1) -> None:
        self.until(lambda: self.facts.count(DeviceUp(self.device)) >= times)

    def lost(self, *causes: str) -> None:
        self.until(
            lambda: any(
                fact.device is self.device and (not causes or fact.cause in causes)
                for fact in self.of(DeviceLost)
            )
        )


class VirtualRig(Rig):
    """The same in virtual time."""

    def __init__(self, clock: Clockwork) -> None:
        super().__init__()
        self.clock = clock

    def until(self, condition: Callable[[], object]) -> None:
        end_ms = self.clock.now_ms + VIRTUAL_MS
        while not condition():
            assert self.clock.now_ms < end_ms, f"waited in vain; came: {self.facts}"
            self.clock.until(self.clock.now_ms + STEP_MS)

    def moment(self) -> None:
        self.clock.until(self.clock.now_ms + 2_000)


class Smooth(Clockwork):
    """A day on which chance does nothing."""

    def happens(self, share: float) -> bool:  # noqa: ARG002
        return False
