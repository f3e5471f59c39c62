"""Fingers and keys on the real windows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from ui.record import visible_items


def find(window: QQuickWindow, name: str) -> QQuickItem:
    return next(item for item in visible_items(window.contentItem()) if item.objectName() == name)


def click(window: QQuickWindow, name: str) -> None:
    item = find(window, name)
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)


def strike(window: QQuickWindow, words: str) -> None:
    for sign in words:
        QTest.keyClick(window, QKeySequence.fromString(sign)[0].key())  # type: ignore[index]


def touch(window: QQuickWindow, device: Any, name: str) -> None:
    item = find(window, name)
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.touchEvent(window, device).press(0, centre, window).commit()
    QTest.touchEvent(window, device).release(0, centre, window).commit()
