"""The real loop in virtual time: it never waits, and is woken when it would have woken by itself."""

from __future__ import annotations

from collections.abc import Callable

from agent.core.events import Event
from agent.inbox import Inbox
from simulator.seeds.clockwork import Clockwork


class Waiting(Inbox):
    """The real inbox, except that it never waits: it remembers for how long the loop would have."""

    patience_ms: int | None = None

    def take(self, timeout_s: float) -> Event | None:
        event = super().take(0) if self._facts else None
        self.patience_ms = None if event else max(1, round(timeout_s * 1000))
        return event


class Waker:
    """Once is enough: a wake that comes too early finds nothing to do and asks for the next."""

    def __init__(self, clock: Clockwork, wake: Callable[[], None]) -> None:
        self._clock, self._wake = clock, wake
        self._at_ms: int | None = None

    def after(self, after_ms: int) -> None:
        at_ms = self._clock.now_ms + after_ms
        if self._at_ms is None or at_ms < self._at_ms:
            self._at_ms = at_ms
            self._clock.later(after_ms, lambda: self._woken(at_ms))

    def _woken(self, at_ms: int) -> None:
        if self._at_ms == at_ms:
            self._at_ms = None
            self._wake()
