"""Windows without an agent, for the gallery: show a view, wait until it is drawn, take a picture.

Enters: sittings. Leaves: each with its picture. One process takes hundreds of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEventLoop, QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QRadialGradient

from agent.screens.contract import CASHIER, CUSTOMER, PREVIEW_HEIGHT_PX, PREVIEW_WIDTH_PX, CustomerView
from ui import displays
from ui.displays import Wanted
from ui.gallery import Sitting
from ui.phrases import Catalogue
from ui.windows import Windows, load_fonts, register_types

DRAWN_S = 20.0


def sample_face() -> QImage:
    """Stands in for the camera: a head and shoulders, nobody's."""
    image = QImage(PREVIEW_WIDTH_PX, PREVIEW_HEIGHT_PX, QImage.Format.Format_RGB32)
    image.fill(QColor("#7C8A94"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor("#3D5A73"))
    painter.drawEllipse(140, 350, 360, 320)
    shade = QRadialGradient(300, 190, 190)
    shade.setColorAt(0, QColor("#E9C3A6"))
    shade.setColorAt(1, QColor("#B98868"))
    painter.setBrush(shade)
    painter.drawEllipse(225, 90, 190, 250)
    painter.end()
    return image


def photograph(sittings: Iterable[Sitting]) -> Iterator[tuple[Sitting, QImage]]:
    """Each sitting with its picture, in an application of its own, without a display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    displays.prepare((Wanted("customer", "", QSize(800, 1280)), Wanted("cashier", "", QSize(1280, 800))))
    app = QGuiApplication.instance() or QGuiApplication(["gallery"])
    assert isinstance(app, QGuiApplication)
    app.styleHints().setCursorFlashTime(0)
    load_fonts()
    register_types()
    windows = Windows(Catalogue())
    for made in windows.windows.values():
        made.show()
    for sitting in sittings:
        yield sitting, take(windows, sitting)
    windows.close()
    app.processEvents()


def take(windows: Windows, sitting: Sitting) -> QImage:
    """One picture, once the view is on the glass. Raises TimeoutError when it never is."""
    screen = CUSTOMER if isinstance(sitting.view, CustomerView) else CASHIER
    window = windows.windows[screen]
    if (window.width(), window.height()) != sitting.size:
        window.resize(*sitting.size)
        QGuiApplication.processEvents()
    if screen == CUSTOMER:
        windows.source.picture = sample_face()
    windows.show(sitting.view)
    deadline = time.monotonic() + DRAWN_S
    while not windows.settled(screen):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{sitting.name}: not drawn within {DRAWN_S:.0f} s")
        QGuiApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    QGuiApplication.processEvents()  # what the first frame still moved
    return window.grabWindow()
