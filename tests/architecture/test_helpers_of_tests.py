"""The helpers that every other test leans on do notice what they promise to notice."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from agent.core.events import Device, DeviceLost, DeviceUp, Started
from tests.conftest import ExpectLog
from tests.helpers import Inbox, wait_until

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"


def outcome(pytester: pytest.Pytester, body: str) -> pytest.RunResult:
    """Runs one small test file under our conftest, in a folder of its own."""
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile("import logging\nlog = logging.getLogger('agent.camera')\n" + body)
    return pytester.runpytest_subprocess("-p", "no:pytest-qt", "-p", "no:hypothesispytest")


def test_a_warning_nobody_announced_fails_the_test(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "def test_it(): log.warning('the lens is dark')")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*WARNING agent.camera: the lens is dark*"])


def test_an_announced_warning_belongs_to_the_story(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "def test_it(expected_log): expected_log('dark'); log.error('it is dark')")

    result.assert_outcomes(passed=1)


def test_an_announced_warning_that_never_comes_fails_the_test(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "def test_it(expected_log): expected_log('dark')")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*announced and never logged: dark*"])


def test_a_test_that_reads_the_log_itself_is_left_alone(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "def test_it(caplog): log.error('dark'); assert 'dark' in caplog.text")

    result.assert_outcomes(passed=1)


def test_what_others_log_and_what_is_no_warning_is_nobodys_business(expected_log: ExpectLog) -> None:
    expected_log("perhaps", at_least=0)
    logging.getLogger("somebody.else").warning("not ours")
    logging.getLogger("agent.camera").info("all well")


def test_tests_of_one_group_stay_on_one_worker(pytester: pytest.Pytester) -> None:
    """pytest 9.2 loses the group that pytest-xdist 3.8 writes into a name: whole terminals then run two at
    a time, and starve each other."""
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(8))
        @pytest.mark.xdist_group("whole terminals")
        def test_it(number, worker_id):
            open("workers", "a").write(worker_id + "\\n")
    """)
    alone = ("-p", "no:pytest-qt", "-p", "no:hypothesispytest")
    result = pytester.runpytest_subprocess("-n", "2", "--dist", "loadgroup", *alone)

    result.assert_outcomes(passed=8)
    assert len(set((pytester.path / "workers").read_text().split())) == 1


def test_waiting_ends_when_the_condition_is_true() -> None:
    flag = threading.Event()
    threading.Timer(0.02, flag.set).start()

    wait_until(flag.is_set)


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(AssertionError, match=r"waited 0\.01 s in vain for the link"):
        wait_until(lambda: False, 0.01, "the link")


def test_an_inbox_waits_for_a_fact_from_another_thread() -> None:
    inbox = Inbox()
    threading.Timer(0.02, inbox.post, [DeviceUp(Device.CAMERA)]).start()

    assert inbox.wait_for(DeviceUp).device is Device.CAMERA
    assert inbox.facts == [DeviceUp(Device.CAMERA)]


def test_an_inbox_finds_a_fact_that_fits_and_gives_kinds_in_order() -> None:
    inbox = Inbox()
    for fact in (Started(), DeviceUp(Device.CLOUD), DeviceLost(Device.CLOUD, "refused")):
        inbox.post(fact)

    assert inbox.wait_for(lambda fact: getattr(fact, "cause", "") == "refused") == inbox.facts[2]
    assert inbox.of(DeviceUp) == [DeviceUp(Device.CLOUD)]


def test_an_inbox_that_waits_in_vain_says_what_came_instead() -> None:
    inbox = Inbox()
    inbox.post(Started())

    with pytest.raises(AssertionError, match=r"in vain for DeviceUp; came: \[Started\(\)\]"):
        inbox.wait_for(DeviceUp, 0.01)
