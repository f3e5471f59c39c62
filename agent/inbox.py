"""Where device threads leave their facts: the only thing they may do to the agent."""

from __future__ import annotations

import threading
from collections import deque

from agent.core.events import Event, FaceSeen

INBOX_FACES_MAX = 64  # two seconds of frames; older evidence is worth nothing by then


class Inbox:
    """Where device threads leave their facts. `post` never blocks; evidence is dropped, oldest first,
    when it piles up, everything else is kept."""

    def __init__(self) -> None:
        self._facts: deque[Event] = deque()
        self._faces = 0
        self._changed = threading.Condition()
        self.dropped = 0

    def post(self, event: Event) -> None:
        with self._changed:
            if isinstance(event, FaceSeen):
                self._make_room()
                self._faces += 1
            self._facts.append(event)
            self._changed.notify()

    def take(self, timeout_s: float) -> Event | None:
        """The oldest fact; None when none came in time or `wake` was called."""
        with self._changed:
            if not self._facts:
                self._changed.wait(timeout_s)
            if not self._facts:
                return None
            event = self._facts.popleft()
            self._faces -= isinstance(event, FaceSeen)
            return event

    def wake(self) -> None:
        """Let a waiting `take` return."""
        with self._changed:
            self._changed.notify_all()

    def _make_room(self) -> None:
        if self._faces < INBOX_FACES_MAX:
            return
        oldest = next(fact for fact in self._facts if isinstance(fact, FaceSeen))
        self._facts.remove(oldest)
        self._faces -= 1
        self.dropped += 1
