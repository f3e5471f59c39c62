"""`python -m ui.card`: a test code on the customer's screen, for `hyla doctor`.

Enters: the command line of `hyla-ui`, and on stdin one JSON object a line, each a card: `title`, `detail`,
`codes`, each of them rows of 0 and 1 (one row: bars; more: a square). Leaves: `shown` on stdout for each
card that is on the glass. It ends with its stdin. The window lies on top of the customer's.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPaintEvent, QRasterWindow

from ui import displays
from ui.__main__ import parser
from ui.displays import Place, Wanted
from ui.windows import load_fonts

QUIET_MODULES = 4  # of the code's own white margin; bars want ten
QUIET_BARS = 10


@dataclass(frozen=True, slots=True)
class Card:
    """What to show."""

    title: str
    detail: str
    codes: tuple[tuple[str, ...], ...]


class CardWindow(QRasterWindow):
    """Black on white, as large as fits, never smoothed: a scanner reads edges."""

    def __init__(self, place: Place, fullscreen: bool) -> None:
        super().__init__()
        self._card = Card("", "", ())
        self.setTitle("Hyla doctor")
        self.setFlags(Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setScreen(place.display)
        self.setGeometry(place.geometry)
        if fullscreen and place.alone:
            self.showFullScreen()
        else:
            self.show()

    def put(self, card: Card) -> None:
        self._card = card
        if QGuiApplication.platformName() != "offscreen":  # which only complains
            self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint(painter, self.size(), self._card)
        if self._card.codes:
            sys.stdout.write("shown\n")
            sys.stdout.flush()


def paint(painter: QPainter, size: QSize, card: Card) -> None:
    """The words above, the code in the middle."""
    painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor("white"))
    painter.setPen(QColor("#1A1A1A"))
    margin = size.width() // 16
    lines = ((card.title, 44, True, size.height() // 16), (card.detail, 30, False, size.height() // 6))
    for words, pixels, bold, top in lines:
        font = QFont("Hyla Sans SC")
        font.setPixelSize(pixels)
        font.setBold(bold)
        painter.setFont(font)
        box = QRect(margin, top, size.width() - 2 * margin, size.height() // 6)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap), words)
    top, high_px = size.height() // 3, size.height() * 2 // 3 // max(1, len(card.codes))
    for at, rows in enumerate(card.codes):
        _paint_code(painter, QRect(0, top + at * high_px, size.width(), high_px), rows)


def _paint_code(painter: QPainter, box: QRect, rows: Sequence[str]) -> None:
    """Whole pixels for each module."""
    bars = len(rows) == 1
    quiet = QUIET_BARS if bars else QUIET_MODULES
    across = len(rows[0]) + 2 * quiet
    module_px = max(1, box.width() // across)
    if not bars:
        module_px = max(1, min(module_px, box.height() // (len(rows) + 2 * quiet)))
    high_px = box.height() // 2 if bars else module_px
    left = box.x() + (box.width() - module_px * len(rows[0])) // 2
    top = box.y() + (box.height() - high_px * len(rows)) // 2
    for down, row in enumerate(rows):
        for at, module in enumerate(row):
            if module == "1":
                place = QRectF(left + at * module_px, top + down * high_px, module_px, high_px)
                painter.fillRect(place, QColor("black"))


class _Reader(QObject):
    """Stdin on a thread of its own; what comes is told on Qt's."""

    came = Signal(object)
    ended = Signal()

    def start(self) -> None:
        threading.Thread(target=self._read, name="cards", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            told = json.loads(line)
            self.came.emit(Card(told["title"], told["detail"], tuple(map(tuple, told["codes"]))))
        self.ended.emit()


def main(argv: Sequence[str] | None = None) -> int:
    given = parser().parse_args(argv)
    wanted = (
        Wanted("customer", given.customer_screen, QSize(*given.customer_size)),
        Wanted("cashier", given.cashier_screen, QSize(*given.cashier_size)),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the doctor's; we end with our stdin
    made_up = displays.prepare(wanted)
    app = QGuiApplication(["hyla-doctor"])
    if made_up is not None:
        made_up.unlink(missing_ok=True)
    load_fonts()
    window = CardWindow(displays.place(wanted)["customer"], given.fullscreen)
    reader = _Reader()
    reader.came.connect(window.put)
    reader.ended.connect(app.quit)
    reader.start()
    code = app.exec()
    window.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
