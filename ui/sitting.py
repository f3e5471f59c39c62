"""Windows without an agent, for the gallery: show a view, wait until it is drawn, take a picture."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QRadialGradient
from PySide6.QtQuick import QQuickWindow

from agent.screens.contract import PREVIEW_HEIGHT_PX, PREVIEW_WIDTH_PX, CustomerView
from ui import displays
from ui.displays import Wanted
from ui.gallery import Sitting
from ui.phrases import Catalogue
from ui.windows import Windows, load_fonts, register_types


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


def photograph(folder: Path, sittings: Iterable[Sitting]) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    displays.prepare((Wanted("customer", "", QSize(800, 1280)), Wanted("cashier", "", QSize(1280, 800))))
    app = QGuiApplication.instance() or QGuiApplication(["gallery"])
    load_fonts()
    register_types()
    windows = Windows(Catalogue())
    for made in windows.windows.values():
        made.show()
    for sitting in sittings:
        screen = "customer" if isinstance(sitting.view, CustomerView) else "cashier"
        window: QQuickWindow = windows.windows[screen]
        window.resize(*sitting.size)
        windows.show(sitting.view)
        windows.source.picture = sample_face()
        for _ in range(20):
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        window.grabWindow().save(str(folder / f"{sitting.name}.png"))
    windows.close()
    app.processEvents()
