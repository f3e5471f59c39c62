"""Camera → preview memory, only while a screen shows the picture; afterwards the memory is emptied."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from agent.ports import FrameSource
from agent.screens.preview import PreviewWriter

log = logging.getLogger(__name__)

IDLE_S = 0.05  # how soon the picture appears once it is wanted


class PreviewPump:
    """One thread that copies the newest frame while `wanted` says so."""

    def __init__(self, frames: FrameSource, writer: PreviewWriter, wanted: Callable[[], bool]) -> None:
        self._frames = frames
        self._writer = writer
        self._wanted = wanted
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preview", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                if self._wanted():
                    self._show_until_unwanted()
                self._stopping.wait(IDLE_S)
        except Exception:
            log.exception("preview: the customer's window stays without a picture; the rest goes on")
            self._writer.blank()

    def _show_until_unwanted(self) -> None:
        last = 0
        while self._wanted() and not self._stopping.is_set():
            frame = self._frames.newest(last, 0.2)
            if frame is not None:
                last = frame.number
                self._writer.write(frame.bgr)
        self._writer.blank()
