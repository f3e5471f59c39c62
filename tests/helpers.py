"""What tests share: waiting with a deadline, and an inbox that remembers.

No test sleeps for a guessed time: it waits until what it expects has come, and says what was
missing when it has not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from agent.core.events import Event

POLL_S = 0.005
AS_WRITTEN = "device.data_dir=/nowhere"
"""For a profile as its file has it, whatever a terminal that ran here left in its data folder."""
Fact = TypeVar("Fact")


def wait_until(
    condition: Callable[[], object], seconds: float = 30.0, what: str | Callable[[], object] = ""
) -> None:
    """Returns as soon as `condition` is true; fails the test with `what`, or what it then says, after
    `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            instead = what() if callable(what) else what
            raise AssertionError(f"waited {seconds:g} s in vain for {instead or _name_of(condition)}")
        time.sleep(POLL_S)


def _name_of(condition: Callable[[], object]) -> str:
    return getattr(condition, "__qualname__", repr(condition))


class Inbox:
    """Stands where the agent's inbox stands: `post` may be called from any thread."""

    def __init__(self) -> None:
        self._facts: list[Event] = []
        self._came = threading.Condition()

    def post(self, fact: Event) -> None:
        with self._came:
            self._facts.append(fact)
            self._came.notify_all()

    @property
    def facts(self) -> list[Event]:
        """All that was posted so far, in order."""
        with self._came:
            return list(self._facts)

    def of(self, kind: type[Fact]) -> list[Fact]:
        """The facts of one kind so far, in order."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def clear(self) -> None:
        """Forget what came, so that the next wait is for something new."""
        with self._came:
            self._facts.clear()

    def wait_for(self, wanted: type[Fact] | Callable[[Event], object], seconds: float = 30.0) -> Any:
        """The first fact of this type, or the first that fits; fails with what came instead."""

        def first() -> list[Event]:
            return [fact for fact in self._facts if _fits(fact, wanted)][:1]

        with self._came:
            if not self._came.wait_for(first, seconds):
                name = getattr(wanted, "__name__", repr(wanted))
                raise AssertionError(f"waited {seconds:g} s in vain for {name}; came: {self._facts}")
            return first()[0]


def _fits(fact: Event, wanted: type[Fact] | Callable[[Event], object]) -> bool:
    if isinstance(wanted, type):
        return isinstance(fact, wanted)
    return bool(wanted(fact))
