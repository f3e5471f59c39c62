"""Named timers of the loop: pure bookkeeping, no clock."""

from __future__ import annotations

import heapq

from agent.core.commands import StartTimer
from agent.core.events import TimerFired


class Timers:
    """Named timers; starting one again replaces it."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, StartTimer]] = []
        self._current: dict[str, StartTimer] = {}
        self._order = 0

    def start(self, timer: StartTimer, now_ms: int) -> None:
        self._order += 1
        self._current[timer.name] = timer
        heapq.heappush(self._heap, (now_ms + timer.after_ms, self._order, timer))

    def due(self, now_ms: int) -> list[TimerFired]:
        """Those whose time has come, in order; replaced ones are left out."""
        fired = []
        while self._heap and self._heap[0][0] <= now_ms:
            timer = heapq.heappop(self._heap)[2]
            if self._current.get(timer.name) is timer:
                del self._current[timer.name]
                fired.append(TimerFired(timer.name, timer.generation))
        return fired

    def next_ms(self) -> int | None:
        """When the next one is due."""
        return self._heap[0][0] if self._heap else None
