"""The camera picture for the customer's window, in shared memory.

Enters: frames, H×W×3 uint8, blue first. Leaves: 640×480 BGRA in two buffers, laid out as the
contract says. The writer owns the memory: it makes it, for this user alone, and `close` takes it away.
A face stays in it no longer than a screen shows it; only a kill in that moment leaves one, until the
next start or the next loss of power.

The memory is opened by its path, as `multiprocessing.shared_memory` would name it, but without
that module's tracker process: after a hard kill the tracker of the dead agent would take away the
memory which the new agent has made under the same name.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agent.screens.contract import (
    PREVIEW_BYTES,
    PREVIEW_FRAME_BYTES,
    PREVIEW_HEADER,
    PREVIEW_HEADER_BYTES,
    PREVIEW_HEIGHT_PX,
    PREVIEW_MAGIC,
    PREVIEW_WIDTH_PX,
    VERSION,
)

log = logging.getLogger(__name__)

SHARED_MEMORY = Path("/dev/shm")
FIRST_NUMBER_OFFSET = 8
PIXELS = PREVIEW_WIDTH_PX * PREVIEW_HEIGHT_PX
OPAQUE = np.uint32(0xFF000000)


class PreviewWriter:
    """Writes frames for whoever reads. One thread writes; `write` never waits for a reader."""

    def __init__(self, name: str) -> None:
        """Raises OSError when the memory cannot be made. Memory left by a killed agent is replaced."""
        self.name = name
        self._path = SHARED_MEMORY / name
        self._path.unlink(missing_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.ftruncate(file, PREVIEW_BYTES)
            self._memory: mmap.mmap | None = mmap.mmap(file, PREVIEW_BYTES)
        finally:
            os.close(file)
        self._numbers = [0, 0]
        struct.pack_into(PREVIEW_HEADER, self._memory, 0, PREVIEW_MAGIC, VERSION, 0, 0)
        self._crop: tuple[tuple[int, ...], tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] | None = None
        self.blank()

    def write(self, frame_bgr: npt.NDArray[np.uint8]) -> None:
        """Show this frame next. After `close` it does nothing."""
        if self._memory is None:
            return
        buffer = 0 if self._numbers[0] <= self._numbers[1] else 1
        self._number(buffer, 0)
        _pour(self._fitted(frame_bgr), self._picture(buffer))
        self._number(buffer, self._numbers[1 - buffer] + 1)

    def blank(self) -> None:
        """Nobody is to be seen: no picture may be taken, and none is left in the memory."""
        if self._memory is None:
            return
        for buffer in (0, 1):
            self._number(buffer, 0)
        for buffer in (0, 1):
            self._picture(buffer)[:] = (0, 0, 0, 255)

    def close(self) -> None:
        """Take the memory away, emptied: readers keep what they have mapped until they let go."""
        if self._memory is None:
            return
        self.blank()
        memory, self._memory = self._memory, None
        memory.close()
        self._path.unlink(missing_ok=True)

    def _number(self, buffer: int, number: int) -> None:
        assert self._memory is not None
        self._numbers[buffer] = number
        struct.pack_into("<Q", self._memory, FIRST_NUMBER_OFFSET + 8 * buffer, number)

    def _picture(self, buffer: int) -> npt.NDArray[np.uint8]:
        assert self._memory is not None
        offset = PREVIEW_HEADER_BYTES + buffer * PREVIEW_FRAME_BYTES
        shape = (PREVIEW_HEIGHT_PX, PREVIEW_WIDTH_PX, 4)
        return np.ndarray(shape, np.uint8, self._memory, offset)

    def _fitted(self, frame_bgr: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The middle of the frame at 640×480; nearest pixels, a preview needs no better."""
        if frame_bgr.shape[:2] == (PREVIEW_HEIGHT_PX, PREVIEW_WIDTH_PX):
            return frame_bgr
        if self._crop is None or self._crop[0] != frame_bgr.shape:
            self._crop = (frame_bgr.shape, _middle(frame_bgr.shape[0], frame_bgr.shape[1]))
        rows, columns = self._crop[1]
        fitted: npt.NDArray[np.uint8] = frame_bgr[rows, columns]
        return fitted


def _pour(frame_bgr: npt.NDArray[np.uint8], picture_bgra: npt.NDArray[np.uint8]) -> None:
    """Copy blue, green and red and make every pixel opaque.

    Pixel by pixel as one number each, read from every third byte: four times as fast as byte by
    byte, and this runs thirty times a second beside the camera. The last pixel has no fourth byte.
    """
    source = np.ascontiguousarray(frame_bgr)
    pixels: npt.NDArray[np.uint32] = np.ndarray((PIXELS - 1,), "<u4", source, strides=(3,))
    np.bitwise_or(pixels, OPAQUE, out=picture_bgra.view("<u4").reshape(-1)[:-1])
    picture_bgra[-1, -1, :3] = source[-1, -1]


def _middle(height_px: int, width_px: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Which rows and columns of a frame this large fill the preview without stretching it."""
    scale = min(height_px / PREVIEW_HEIGHT_PX, width_px / PREVIEW_WIDTH_PX)

    def pick(have_px: int, want_px: int) -> npt.NDArray[np.intp]:
        first = (have_px - want_px * scale) / 2
        chosen = (first + (np.arange(want_px) + 0.5) * scale).astype(np.intp)
        return np.clip(chosen, 0, have_px - 1)

    return np.ix_(pick(height_px, PREVIEW_HEIGHT_PX), pick(width_px, PREVIEW_WIDTH_PX))  # type: ignore[return-value]
