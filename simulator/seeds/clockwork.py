"""Virtual time and chance: a heap of (due_ms, order, what happens), and one seeded source."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random

What = Callable[[], None]


class Clockwork:
    """Nothing waits; the next thing happens at once. The same seed is the same day.

    The story is told only when somebody listens: a day that is merely lived costs no words.
    """

    def __init__(self, seed: int, told: bool = False) -> None:
        self.chance = Random(seed)
        self.now_ms = 0
        self.told = told
        self.story: list[tuple[int, str, str]] = []
        self._heap: list[tuple[int, int, What]] = []
        self._order = 0
        self._ended = False

    def later(self, after_ms: int, what: What) -> None:
        self._order += 1
        heapq.heappush(self._heap, (self.now_ms + after_ms, self._order, what))

    def until(self, end_ms: int) -> None:
        """Let everything happen that is due by then."""
        while self._heap and self._heap[0][0] <= end_ms and not self._ended:
            self.now_ms, _, what = heapq.heappop(self._heap)
            what()
        if not self._ended:
            self.now_ms = end_ms

    def end(self) -> None:
        """Nothing more happens on this day."""
        self._ended = True

    def between(self, low_ms: int, high_ms: int) -> int:
        return self.chance.randint(low_ms, high_ms)

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def tell(self, who: str, words: str) -> None:
        """One line of the story; callers that build words ask `told` first."""
        if self.told:
            self.story.append((self.now_ms, who, words))
