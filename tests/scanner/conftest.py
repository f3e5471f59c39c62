"""A scanner on a real pseudo-terminal and the task that reads it, under a small supervisor."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.core.codes import Code
from agent.core.events import BarcodeScanned, DeviceLost, DeviceUp, Event
from agent.ports import DeviceTrouble
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.line import OpenLine, open_line
from agent.scanner.port import ScannerTask, _monotonic_ms
from simulator.scanner import ScannerStand

RULES = [
    CodeRule(kind="payment", network="wechat", prefixes=["13"], length_min=18, length_max=18),
    CodeRule(kind="member", prefixes=["M"], length_min=6, length_max=20, digits_only=False),
]


class Till:
    """Runs a ScannerTask again and again, as the supervisor does, and remembers what it posted."""

    def __init__(
        self,
        port: Path,
        clock_ms: Callable[[], int] = _monotonic_ms,
        open_line: OpenLine = open_line,
        **settings: object,
    ) -> None:
        section = ScannerSection.model_validate({"port": str(port), **settings})
        self.task = ScannerTask(section, RULES, self._post, clock_ms, open_line)
        self.events: list[Event] = []
        self.troubles: list[DeviceTrouble] = []
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name="till-scanner")
        self._thread.start()

    def wait_for(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, seconds), f"posted only {self.events}"

    def wait_for_codes(self, *codes: Code) -> None:
        """These codes came, in this order, and no others."""
        self.wait_for(lambda: len(self.codes) >= len(codes))
        assert self.codes == list(codes)

    def wait_until_up(self, times: int = 1) -> None:
        self.wait_for(lambda: sum(isinstance(event, DeviceUp) for event in self.events) >= times)

    def wait_until_lost(self, cause: str) -> None:
        self.wait_for(
            lambda: any(isinstance(event, DeviceLost) and event.cause == cause for event in self.events)
        )

    @property
    def codes(self) -> list[Code]:
        return [event.code for event in self.events if isinstance(event, BarcodeScanned)]

    @property
    def reading(self) -> bool:
        return self._thread.is_alive()

    def stop(self, seconds: float = 30.0) -> None:
        self._ended.set()
        self.task.stop()
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "run() did not return after stop()"

    def _post(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def _supervise(self) -> None:
        while not self._ended.is_set():
            try:
                self.task.run()
            except DeviceTrouble as trouble:
                self.troubles.append(trouble)
                self._post(DeviceLost(self.task.device, trouble.cause))
                self._ended.wait(0.02)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[ScannerStand]:
    with ScannerStand(tmp_path / "by-id") as stand:
        yield stand


@pytest.fixture
def at_till() -> Iterator[Callable[..., Till]]:
    tills: list[Till] = []

    def start(port: Path, **settings: object) -> Till:
        tills.append(Till(port, **settings))  # type: ignore[arg-type]
        return tills[-1]

    yield start
    for till in tills:
        till.stop()
