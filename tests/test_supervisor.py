"""What comes loose is said, started again, and left alone once nobody wants it any more."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from agent import supervisor
from agent.core.events import Device, DeviceLost, DeviceUp, Event
from agent.ports import DeviceTrouble, Post
from agent.supervisor import Supervisor
from tests.conftest import ExpectLog

WAIT_S = 10


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BACK_OFF_MIN_S", 0.001)
    monkeypatch.setattr(supervisor, "BACK_OFF_MAX_S", 0.004)


class Facts:
    """Posted facts, taken one at a time."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Event] = queue.Queue()
        self.post = self._queue.put

    def next(self) -> Event:
        return self._queue.get(timeout=WAIT_S)

    def none_left(self) -> bool:
        return self._queue.empty()


class Scanner:
    """A device that fails as told, then works until it is stopped."""

    device = Device.SCANNER

    def __init__(self, post: Post, failures: list[Exception | None]) -> None:
        self._post = post
        self._failures = failures
        self.stopped = threading.Event()
        self.runs = 0

    def run(self) -> None:
        self.runs += 1
        if self._failures:
            failure = self._failures.pop(0)
            if failure is None:
                return
            raise failure
        self._post(DeviceUp(self.device))
        self.stopped.wait(WAIT_S)

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def supervised(facts: Facts) -> Iterator[Supervisor]:
    watching = Supervisor(facts.post)
    yield watching
    assert watching.stop(WAIT_S) == []
    assert not [thread for thread in threading.enumerate() if thread.name == Device.SCANNER]


def test_a_lost_device_is_reported_with_its_cause_and_started_again(
    facts: Facts, supervised: Supervisor, expected_log: ExpectLog
) -> None:
    expected_log("scanner: no such port")
    expected_log("scanner: noise")
    task = Scanner(
        facts.post, [DeviceTrouble("absent", "no such port"), DeviceTrouble("noise", "noise on the line")]
    )
    supervised.start([task])
    assert facts.next() == DeviceLost(Device.SCANNER, "absent")
    assert facts.next() == DeviceLost(Device.SCANNER, "noise")
    assert facts.next() == DeviceUp(Device.SCANNER)


def test_an_error_of_its_own_or_an_early_end_does_not_end_the_device(
    facts: Facts, supervised: Supervisor, expected_log: ExpectLog
) -> None:
    expected_log("scanner stopped with an error of its own")
    expected_log("scanner: ", at_least=0)
    supervised.start([Scanner(facts.post, [ValueError("a bug"), None])])
    assert facts.next() == DeviceLost(Device.SCANNER, "failed")
    assert facts.next() == DeviceLost(Device.SCANNER, "failed")
    assert facts.next() == DeviceUp(Device.SCANNER)


def test_the_technicians_text_is_logged_once_not_at_every_try(
    facts: Facts, supervised: Supervisor, expected_log: ExpectLog, caplog: pytest.LogCaptureFixture
) -> None:
    expected_log("no such port")
    supervised.start([Scanner(facts.post, [DeviceTrouble("absent", "no such port") for _ in range(5)])])
    while facts.next() != DeviceUp(Device.SCANNER):
        pass
    assert caplog.text.count("no such port") == 1


def test_what_was_pulled_out_is_not_said_to_be_missing_as_well(
    facts: Facts, supervised: Supervisor, expected_log: ExpectLog, caplog: pytest.LogCaptureFixture
) -> None:
    expected_log("pulled out")
    pulled, missing = DeviceTrouble("unplugged", "pulled out"), DeviceTrouble("absent", "no such port")
    supervised.start([Scanner(supervised.post, [pulled, missing, missing])])
    assert facts.next() == DeviceLost(Device.SCANNER, "unplugged")
    assert facts.next() == DeviceUp(Device.SCANNER)
    assert "no such port" not in caplog.text


def test_the_next_outage_is_said_again_however_soon_it_comes(
    facts: Facts, supervised: Supervisor, expected_log: ExpectLog, caplog: pytest.LogCaptureFixture
) -> None:
    class Loose(Scanner):
        """Comes up and falls out again, three times."""

        def run(self) -> None:
            self._post(DeviceUp(self.device))
            if self.runs < 3:
                super().run()
            self.stopped.wait(WAIT_S)

    expected_log("pulled out")
    supervised.start([Loose(supervised.post, [DeviceTrouble("unplugged", "pulled out") for _ in range(3)])])
    for _ in range(3):
        assert facts.next() == DeviceUp(Device.SCANNER)
        assert facts.next() == DeviceLost(Device.SCANNER, "unplugged")
    assert facts.next() == DeviceUp(Device.SCANNER)
    assert caplog.text.count("pulled out") == 3


def test_two_texts_in_turn_are_one_outage_and_each_is_logged_once(
    facts: Facts, supervised: Supervisor, expected_log: ExpectLog, caplog: pytest.LogCaptureFixture
) -> None:
    expected_log("no picture|driver")
    silent, stuck = DeviceTrouble("silent", "no picture"), DeviceTrouble("silent", "the driver holds on")
    supervised.start([Scanner(supervised.post, [silent, stuck, silent, stuck])])
    while facts.next() != DeviceUp(Device.SCANNER):
        pass
    assert (caplog.text.count("no picture"), caplog.text.count("the driver holds on")) == (1, 1)


def test_the_wait_doubles_up_to_its_longest(
    facts: Facts, expected_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_log("no such port")
    waits: list[float] = []
    watching = Supervisor(facts.post)
    monkeypatch.setattr(supervisor.random, "uniform", lambda _low, high: high)
    monkeypatch.setattr(watching._stopping, "wait", lambda seconds: waits.append(seconds))
    watching.start([Scanner(facts.post, [DeviceTrouble("absent", "no such port") for _ in range(4)])])
    while facts.next() != DeviceUp(Device.SCANNER):
        pass
    assert waits == [0.001, 0.002, 0.004, 0.004]
    assert watching.stop(WAIT_S) == []


def test_stopping_says_nothing_is_lost(facts: Facts) -> None:
    watching = Supervisor(facts.post)
    task = Scanner(facts.post, [])
    watching.start([task])
    assert facts.next() == DeviceUp(Device.SCANNER)
    assert watching.stop(WAIT_S) == []
    assert facts.none_left()
    assert task.runs == 1


def test_a_device_stuck_in_its_driver_is_named_and_not_waited_for(facts: Facts) -> None:
    class Stuck(Scanner):
        device = Device.CAMERA
        driver = threading.Event()

        def run(self) -> None:
            self._post(DeviceUp(self.device))
            self.driver.wait(WAIT_S)

    stuck = Stuck(facts.post, [])
    watching = Supervisor(facts.post)
    watching.start([stuck])
    facts.next()
    assert watching.stop(within_s=0.05) == ["camera"]
    Stuck.driver.set()
    assert watching.stop(WAIT_S) == []
