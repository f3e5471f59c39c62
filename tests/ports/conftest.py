"""No port may leave a thread behind, and the supervisor of these tests is in a hurry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from agent import supervisor
from tests.helpers import wait_until

BACKGROUND = ("pytest", "execnet", "MainThread", "Dummy")


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BACK_OFF_MIN_S", 0.02)
    monkeypatch.setattr(supervisor, "BACK_OFF_MAX_S", 0.1)


@pytest.fixture(autouse=True)
def _no_thread_stays(expected_log: Callable[..., None]) -> Iterator[None]:
    """Troubles are told in the log; which words they are told in is another test's business."""
    expected_log(".", at_least=0)
    before = set(threading.enumerate())
    yield
    wait_until(lambda: not _left(before), what=f"the end of {_left(before)}")


def _left(before: set[threading.Thread]) -> list[str]:
    new = [thread for thread in threading.enumerate() if thread not in before]
    return [thread.name for thread in new if not thread.name.startswith(BACKGROUND)]
