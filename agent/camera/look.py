"""How well does the camera see? Frames of a moment come in, a few figures leave; no picture is kept.

For the doctor, and for the terminal that answers it: both look through the same source of frames.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import cv2
import numpy as np

from agent.camera.lens import equal, luma
from agent.ports import Frame, FrameBgr, FrameSource

NEXT_S = 1.5  # a camera that gives no next frame for so long has stopped
# Sharpness grows with the picture's size: it is always measured at this width.
MEASURED_WIDTH_PX = 640


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen. `sharpness` is the variance of the Laplacian in the middle of the picture, at its
    sharpest; `still` says that no two frames differed."""

    width_px: int
    height_px: int
    fps: float
    luma: float
    sharpness: float
    still: bool


def look(source: FrameSource, wait_s: float, span_s: float) -> Look | None:
    """Watch for `span_s` once the first frame has come; None when none comes within `wait_s`."""
    first = source.newest(0, wait_s)
    if first is None:
        return None
    last, sharpest, still = first, sharpness(first.bgr), True
    until_s = time.monotonic() + span_s
    while time.monotonic() < until_s and (frame := source.newest(last.number, NEXT_S)) is not None:
        still = still and equal(frame.bgr, last.bgr)
        last, sharpest = frame, max(sharpest, sharpness(frame.bgr))
    height_px, width_px = last.bgr.shape[:2]
    return Look(width_px, height_px, _fps(first, last), luma(last.bgr), sharpest, still)


def sharpness(bgr: FrameBgr) -> float:
    """The middle half of the picture: where a face will be."""
    height_px, width_px = bgr.shape[:2]
    middle = bgr[height_px // 4 : -(height_px // 4), width_px // 4 : -(width_px // 4)]
    grey = cv2.cvtColor(middle, cv2.COLOR_BGR2GRAY)
    if width_px > MEASURED_WIDTH_PX:
        share = MEASURED_WIDTH_PX / width_px
        grey = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return float(np.var(cv2.Laplacian(grey, cv2.CV_32F)))


def _fps(first: Frame, last: Frame) -> float:
    """By the frames' own numbers and times: frames that nobody took count too."""
    span_ms = last.captured_at_ms - first.captured_at_ms
    return (last.number - first.number) * 1000 / span_ms if span_ms > 0 else 0.0
