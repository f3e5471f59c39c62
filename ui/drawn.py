"""`python -m ui.drawn`: which pictures of the camera are really drawn on the customer's window, and when.

Enters: the name of the preview memory, for how many seconds. Leaves on stdout: the word ready, when the
windows stand; then one JSON list, a pair for each picture that reached the glass: its number in the memory
and the moment, in milliseconds of the machine's monotonic clock. Both windows stand on made-up displays, on
the page that shows the picture, as `hyla-ui` does without a display; no agent is asked for anything. For
`hyla bench preview`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from ui import displays
from ui.displays import Wanted
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.phrases import Catalogue
from ui.windows import Windows, load_fonts, register_types

WANTED = (Wanted("customer", "", QSize(800, 1280)), Wanted("cashier", "", QSize(1280, 800)))
PAGE = "face"


class Watch:
    """Notes each picture once, when the frame that shows it was drawn."""

    def __init__(self, windows: Windows) -> None:
        self.drawn: list[tuple[int, int]] = []
        self._source = windows.source
        windows.windows["customer"].frameSwapped.connect(self._swapped)

    def _swapped(self) -> None:
        number = self._source.number
        if number and (not self.drawn or self.drawn[-1][0] != number):
            self.drawn.append((number, time.monotonic_ns() // 1_000_000))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        "ui.drawn", epilog="example: python -m ui.drawn --preview hyla-bench-1 --seconds 5"
    )
    parser.add_argument("--preview", required=True, metavar="NAME", help="the preview memory")
    parser.add_argument("--seconds", type=float, default=5.0, metavar="S", help="for so long (default: 5)")
    given = parser.parse_args(argv)
    for display in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        os.environ.pop(display, None)
    described = displays.prepare(WANTED)
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    app = QGuiApplication(["ui.drawn"])
    if described is not None:
        described.unlink(missing_ok=True)
    load_fonts()
    register_types()
    windows = Windows(Catalogue())
    windows.put(displays.place(WANTED), fullscreen=False)
    watch = Watch(windows)
    windows.greet(given.preview)
    windows.show(next(one for one in CUSTOMER_SAMPLES if one.name == PAGE).view(1, "zh", False))
    windows.show(next(one for one in CASHIER_SAMPLES if one.name == PAGE).view(1, "zh", False))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    QTimer.singleShot(round(given.seconds * 1000), app.quit)
    app.exec()
    windows.close()
    sys.stdout.write(json.dumps(watch.drawn) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
