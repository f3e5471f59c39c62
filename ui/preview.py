"""The camera picture on the customer's window.

Enters: frames in shared memory, laid out as the contract says, written by the agent. Leaves: a
round, mirrored picture with a ring of progress. The memory belongs to the agent: it is read
through its path, never unlinked, and opened anew whenever the agent greets.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
import time
from pathlib import Path

from PySide6.QtCore import Property, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QTransform
from PySide6.QtQuick import QQuickPaintedItem

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
LOOK_EVERY_MS = 16  # twice for each of 30 pictures a second: none is missed, and none waits long
OPEN_AGAIN_S = 0.5
STALE_AFTER_S = 2.0  # an old picture of oneself is worse than none
NUMBERS_OFFSET = struct.calcsize("<4sI")


class PreviewSource(QObject):
    """Looks for a newer picture while one is wanted."""

    fresh = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.picture = QImage()
        self._name = ""
        self._memory: mmap.mmap | None = None
        self._number = 0
        self._came_s = self._tried_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def number(self) -> int:
        """Of the picture that is shown, in the memory it came from; 0 without one."""
        return 0 if self.picture.isNull() else self._number

    def use(self, name: str) -> None:
        """The agent greeted: its memory has this name from now on, be it the same or another."""
        self._close()
        self._name = name

    def want(self, wanted: bool) -> None:
        """Read while a page shows the picture; forget the picture when none does."""
        if wanted and not self._timer.isActive():
            self._timer.start()
            self.look()
        elif not wanted and self._timer.isActive():
            self._timer.stop()
            self._close()

    def look(self) -> None:
        """Take the newest picture, if there is a newer one."""
        if self._memory is None and not self._open():
            return
        data = self._newest()
        if data is not None:
            # The copy is the picture's own: it stays whole while the agent writes on.
            self.picture = QImage(data, PREVIEW_WIDTH_PX, PREVIEW_HEIGHT_PX, QImage.Format.Format_RGB32)
            self._came_s = time.monotonic()
            self.fresh.emit()
        elif not self.picture.isNull() and time.monotonic() - self._came_s > STALE_AFTER_S:
            self.picture = QImage()
            self.fresh.emit()

    def _newest(self) -> bytes | None:
        assert self._memory is not None
        numbers = struct.unpack_from("<QQ", self._memory, NUMBERS_OFFSET)
        buffer = 0 if numbers[0] > numbers[1] else 1
        if numbers[buffer] in (0, self._number):
            return None
        begin = PREVIEW_HEADER_BYTES + buffer * PREVIEW_FRAME_BYTES
        data = self._memory[begin : begin + PREVIEW_FRAME_BYTES]
        if struct.unpack_from("<QQ", self._memory, NUMBERS_OFFSET)[buffer] != numbers[buffer]:
            return None  # overwritten while we copied: the next look finds a newer one
        self._number = numbers[buffer]
        return data

    def _open(self) -> bool:
        now_s = time.monotonic()
        if not self._name or now_s - self._tried_s < OPEN_AGAIN_S:
            return False
        self._tried_s = now_s
        try:
            file = os.open(SHARED_MEMORY / self._name, os.O_RDONLY)
        except OSError:
            return False
        try:
            memory = mmap.mmap(file, PREVIEW_BYTES, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            return False  # not yet as large as it will be
        finally:
            os.close(file)
        if struct.unpack_from(PREVIEW_HEADER, memory)[:2] != (PREVIEW_MAGIC, VERSION):
            memory.close()
            return False
        self._memory = memory
        return True

    def _close(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        self._number = 0
        self._tried_s = 0.0
        self.picture = QImage()


class PreviewPicture(QQuickPaintedItem):
    """The picture as in a mirror, cut round, in a ring that fills with progress."""

    sourceChanged = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self._source: PreviewSource | None = None
        self._progress_pct = 0
        self._ring_px = 12.0
        self._colors = {"ring": QColor("#057A43"), "track": QColor("#D9D7D0"), "empty": QColor("#2A2D31")}
        self.setAntialiasing(True)

    def paint(self, painter: QPainter) -> None:
        side = min(self.width(), self.height())
        square = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        from PySide6.QtCore import Qt  # ninety lists of names, which the first picture need not wait for

        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush(square.adjusted(*self._inset(2))))
        painter.drawEllipse(square.adjusted(*self._inset(2)))
        ring = square.adjusted(*self._inset(0.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._colors["track"], self._ring_px))
        painter.drawEllipse(ring)
        if self._progress_pct > 0:
            pen = QPen(self._colors["ring"], self._ring_px)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, -round(self._progress_pct * 3.6 * 16))

    def _inset(self, rings: float) -> tuple[float, float, float, float]:
        inset = rings * self._ring_px
        return inset, inset, -inset, -inset

    def _brush(self, circle: QRectF) -> QBrush:
        """The middle of the picture, mirrored, filling the circle."""
        picture = self._source.picture if self._source is not None else QImage()
        if picture.isNull():
            return QBrush(self._colors["empty"])
        scale = circle.width() / picture.height()
        brush = QBrush(picture)
        mirror = QTransform.fromTranslate(circle.center().x(), circle.center().y())
        mirror.scale(-scale, scale)
        mirror.translate(-picture.width() / 2, -picture.height() / 2)
        brush.setTransform(mirror)
        return brush

    def _get_source(self) -> PreviewSource | None:
        return self._source

    def _set_source(self, source: PreviewSource | None) -> None:
        if source is self._source:
            return
        if self._source is not None:
            self._source.fresh.disconnect(self.update)
        self._source = source
        if source is not None:
            source.fresh.connect(self.update)
        self.sourceChanged.emit()

    def _get_progress(self) -> int:
        return self._progress_pct

    def _set_progress(self, progress_pct: int) -> None:
        if progress_pct != self._progress_pct:
            self._progress_pct = progress_pct
            self.changed.emit()
            self.update()

    source = Property(PreviewSource, _get_source, _set_source, notify=sourceChanged)
    progressPct = Property(int, _get_progress, _set_progress, notify=changed)
