"""The newest frame, and nobody queues: a frame comes in, replaces the last one, leaves as often as
somebody asks. One writer (the camera's run), any number of readers.
"""

from __future__ import annotations

import threading

from agent.ports import Frame


class NewestSlot:
    """Room for one frame."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._taken = True
        self._dropped = 0

    def put(self, frame: Frame) -> None:
        """Show this frame instead of the last one. Never waits for a reader."""
        with self._changed:
            if not self._taken:
                self._dropped += 1
            self._frame = frame
            self._taken = False
            self._changed.notify_all()

    def newest(self, after: int, timeout_s: float) -> Frame | None:
        """The newest frame with a number above `after`; None when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._above(after) is not None, timeout_s)
            frame = self._above(after)
            if frame is not None:
                self._taken = True
            return frame

    @property
    def dropped(self) -> int:
        """So many frames were replaced before anybody took them."""
        with self._changed:
            return self._dropped

    def _above(self, after: int) -> Frame | None:
        return self._frame if self._frame is not None and self._frame.number > after else None
