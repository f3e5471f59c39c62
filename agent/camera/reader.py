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
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from agent.camera.source import Kind, kind_of, open_capture, shown
from agent.camera.watchdog import Glance
from agent.ports import DeviceTrouble, FrameBgr
from agent.profile.schema import CameraSection

log = logging.getLogger(__name__)

# Webcams now and then give a broken frame or two, most of all the first ones.
READ_TRIES = 3
READ_AGAIN_S = 0.02
# Every 16th pixel both ways is plenty for a mean, and tells two different frames apart at once.
SPARSE = 16
GREY_SPREAD = 3  # what rounding makes of a picture without colour
BGR_TO_LUMA = np.array([0.114, 0.587, 0.299], np.float32)


@dataclass(frozen=True, slots=True)
class Taken:
    """A frame, and what the watchdog wants to know of it."""

    bgr: FrameBgr
    glance: Glance


@dataclass(frozen=True, slots=True)
class Failed:
    """The last word of a reader that was not abandoned."""

    trouble: DeviceTrouble


class Reader:
    """One opening of the source."""

    def __init__(self, section: CameraSection) -> None:
        self._section = section
        self._out: queue.SimpleQueue[Taken | Failed | None] = queue.SimpleQueue()
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._work, name="camera-reader", daemon=True)

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
            text = f"camera.source = {shown(self._section.source)}: {type(error).__name__} while reading"
            self._say(Failed(DeviceTrouble("failed", f"{text}; it is opened again")))

    def _open_and_read(self) -> None:
        capture = open_capture(self._section)
        try:
            self._read(capture)
        finally:
            capture.release()

    def _read(self, capture: cv2.VideoCapture) -> None:
        pace = Pace(self._section.fps) if kind_of(self._section.source) is Kind.FILE else None
        before: FrameBgr | None = None
        while not self._abandoned.is_set():
            bgr = self._one(capture, again_from_start=pace is not None)
            at_ms = time.monotonic_ns() // 1_000_000
            same = before is not None and equal(bgr, before)
            self._say(Taken(bgr, Glance(at_ms, luma(bgr), same, grey(bgr))))
            before = bgr
            if pace is not None:
                self._abandoned.wait(pace.rest_s())

    def _one(self, capture: cv2.VideoCapture, again_from_start: bool) -> FrameBgr:
        for _ in range(READ_TRIES):
            good, bgr = capture.read()
            if good:
                return cast("FrameBgr", bgr)
            if again_from_start:
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            elif self._abandoned.wait(READ_AGAIN_S):
                break
        advice = "The file holds no readable frame" if again_from_start else "Check its cable and power"
        raise DeviceTrouble(
            "unplugged", f"camera.source = {shown(self._section.source)}: gives no more frames. {advice}"
        )

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


def luma(bgr: FrameBgr) -> float:
    """Mean luma, 0–255, of a sparse grid of pixels."""
    return float(bgr[::SPARSE, ::SPARSE].reshape(-1, 3).mean(axis=0, dtype=np.float32) @ BGR_TO_LUMA)


def grey(bgr: FrameBgr) -> bool:
    """Whether no pixel of the sparse grid has a colour."""
    sparse = bgr[::SPARSE, ::SPARSE]
    return int((sparse.max(axis=2) - sparse.min(axis=2)).max()) <= GREY_SPREAD


def equal(one: FrameBgr, other: FrameBgr) -> bool:
    """Equal to the bit. Different frames show it in the sparse grid already."""
    if one.shape != other.shape:
        return False
    sparse = np.array_equal(one[::SPARSE, ::SPARSE], other[::SPARSE, ::SPARSE])
    return sparse and np.array_equal(one, other)
