"""Both windows, offscreen, on two made-up displays; no warning of Qt or QML goes unseen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface
from PySide6.QtTest import QTest

from agent.screens.contract import Tap
from ui import displays
from ui.displays import Wanted
from ui.phrases import Catalogue
from ui.windows import Windows, load_fonts, register_types

WANTED = (Wanted("customer", "", QSize(800, 1280)), Wanted("cashier", "", QSize(1280, 800)))


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """Called before pytest-qt makes the application: the place for the environment."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        os.environ.pop(name, None)
    displays.prepare(WANTED)
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    return QGuiApplication


@pytest.fixture(scope="session")
def screens(qapp: QGuiApplication) -> QGuiApplication:
    """The application with fonts and types, once."""
    load_fonts()
    register_types()
    qapp.styleHints().setCursorFlashTime(0)
    return qapp


@pytest.fixture(scope="session")
def words(screens: QGuiApplication) -> Catalogue:  # noqa: ARG001
    return Catalogue()


@pytest.fixture
def windows(words: Catalogue, qtbot: object, caplog: pytest.LogCaptureFixture) -> Iterator[Windows]:  # noqa: ARG001
    made = Windows(words)
    made.put(displays.place(WANTED), fullscreen=False)
    yield made
    made.close()
    assert [record.getMessage() for record in caplog.records if record.name == "ui.windows"] == []


@pytest.fixture
def settle(screens: QGuiApplication) -> Callable[..., None]:
    """Runs Qt until the condition holds, or for a few rounds when there is none."""

    def until(condition: Callable[[], object] | None = None, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        for _ in range(8):
            screens.processEvents()
        while condition is not None and not condition():
            assert time.monotonic() < deadline, "it never happened"
            screens.processEvents()
            time.sleep(0.002)

    return until


@pytest.fixture
def taps(windows: Windows) -> list[Tap]:
    heard: list[Tap] = []
    windows.tapped.connect(heard.append)
    return heard


@pytest.fixture(scope="session")
def touchscreen() -> Any:
    return QTest.createTouchDevice()
