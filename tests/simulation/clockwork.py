"""Virtual time and chance: a heap of (due_ms, order, what happens), and one seeded source."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random

What = Callable[[], None]


class Clockwork:
    """Nothing waits; the next thing happens at once. The same seed is the same day."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now_ms = 0
        self.story: list[tuple[object, ...]] = []  # told only when somebody asks
        self._heap: list[tuple[int, int, What]] = []
        self._order = 0

    def later(self, after_ms: int, what: What) -> None:
        self._order += 1
        heapq.heappush(self._heap, (self.now_ms + after_ms, self._order, what))

    def until(self, end_ms: int) -> None:
        """Let everything happen that is due by then."""
        while self._heap and self._heap[0][0] <= end_ms:
            self.now_ms, _, what = heapq.heappop(self._heap)
            what()
        self.now_ms = end_ms

    def between(self, low_ms: int, high_ms: int) -> int:
        return self.chance.randint(low_ms, high_ms)

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def tell(self, *words: object) -> None:
        self.story.append((self.now_ms, *words))
