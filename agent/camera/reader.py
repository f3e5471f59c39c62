"""The thread that reads the capture. A profile section comes in; Taken and Failed leave through a
queue, in order. It owns the capture and is the only one that touches it.

A read can be stuck in a driver and cannot be killed. So the camera's `run` never reads: it waits on
the queue, and leaves a stuck reader behind. When such a read comes back after all, the reader
releases the capture and ends.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import cast

import cv2

from agent.camera.lens import COLOUR, Lens, Picture, equal
from agent.camera.source import Kind, kind_of, open_capture, shown
from agent.camera.watchdog import Glance
from agent.ports import DeviceTrouble
from agent.profile.schema import LensSection

log = logging.getLogger(__name__)

# Webcams now and then give a broken frame or two, most of all the first ones.
READ_TRIES = 3
READ_AGAIN_S = 0.02


@dataclass(frozen=True, slots=True)
class Taken:
    """A frame, and what the watchdog wants to know of it."""

    picture: Picture = field(repr=False)
    glance: Glance


@dataclass(frozen=True, slots=True)
class Failed:
    """The last word of a reader that was not abandoned."""

    trouble: DeviceTrouble


class Reader:
    """One opening of the source."""

    def __init__(self, section: LensSection, lens: Lens = COLOUR) -> None:
        self._section, self._lens = section, lens
        self._out: queue.SimpleQueue[Taken | Failed | None] = queue.SimpleQueue()
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"{self._lens.section}-reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def next(self, timeout_s: float) -> Taken | Failed | None:
        """What the reader has to say; None when nothing came in time, or after `wake`."""
        try:
            return self._out.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def wake(self) -> None:
        """Let `next` return now."""
        self._out.put(None)

    def abandon(self) -> None:
        """Nobody listens any more: release the capture and end, as soon as the driver lets us."""
        self._abandoned.set()

    def gone(self, timeout_s: float) -> bool:
        """Whether the thread ended and the capture is free, within this time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._open_and_read()
        except DeviceTrouble as trouble:
            self._say(Failed(trouble))
        except Exception as error:  # of OpenCV, about a frame it cannot handle
            log.exception("the camera's reader stopped with an error of its own")
            text = f"{self._name}: {type(error).__name__} while reading"
            self._say(Failed(DeviceTrouble("failed", f"{text}; it is opened again")))

    def _open_and_read(self) -> None:
        capture = open_capture(self._section, self._lens.key, self._lens.raw16)
        try:
            self._read(capture)
        finally:
            capture.release()

    def _read(self, capture: cv2.VideoCapture) -> None:
        pace = Pace(self._section.fps) if kind_of(self._section.source) is Kind.FILE else None
        before: Picture | None = None
        while not self._abandoned.is_set():
            picture = self._one(capture, again_from_start=pace is not None)
            at_ms = time.monotonic_ns() // 1_000_000
            self._check_bits(picture)
            same = before is not None and equal(picture, before)
            seen, colourless = self._lens.seen(picture), self._lens.colourless(picture)
            self._say(Taken(picture, Glance(at_ms, seen, same, colourless)))
            before = picture
            if pace is not None:
                self._abandoned.wait(pace.rest_s())

    def _one(self, capture: cv2.VideoCapture, again_from_start: bool) -> Picture:
        for _ in range(READ_TRIES):
            good, picture = capture.read()
            if good:
                return cast("Picture", picture)
            if again_from_start:
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            elif self._abandoned.wait(READ_AGAIN_S):
                break
        advice = "The file holds no readable frame" if again_from_start else "Check its cable and power"
        raise DeviceTrouble("unplugged", f"{self._name}: gives no more frames. {advice}")

    def _check_bits(self, picture: Picture) -> None:
        if self._lens.raw16 and (picture.ndim != 2 or picture.itemsize != 2):
            raise DeviceTrouble(
                "narrow",
                f"{self._name}: {8 * picture.itemsize} bit a pixel (expected 16: a depth picture in eight "
                "bits has lost the relief). Set it to the module's 16-bit depth, a node (Y16) or a stream",
            )

    @property
    def _name(self) -> str:
        return f"{self._lens.key} = {shown(self._section.source)}"

    def _say(self, word: Taken | Failed) -> None:
        if not self._abandoned.is_set():
            self._out.put(word)


class Pace:
    """Keeps a video file at its speed; a file has no clock of its own."""

    def __init__(self, fps: int) -> None:
        self._period_s = 1.0 / fps
        self._due_s = time.monotonic()

    def rest_s(self) -> float:
        """How long to wait before the next frame; when late, start afresh rather than hurry."""
        now_s = time.monotonic()
        self._due_s = max(self._due_s + self._period_s, now_s)
        return self._due_s - now_s
