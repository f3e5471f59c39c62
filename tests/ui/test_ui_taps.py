"""Fingers, mouse and keys on the real windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from agent.screens.contract import Tap
from ui.gallery import CASHIER_SAMPLES, CUSTOMER_SAMPLES
from ui.record import visible_items
from ui.windows import Windows

Settle = Callable[..., None]
CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}


@pytest.fixture
def taps(windows: Windows) -> list[Tap]:
    heard: list[Tap] = []
    windows.tapped.connect(heard.append)
    return heard


@pytest.fixture(scope="session")
def touchscreen() -> Any:
    return QTest.createTouchDevice()


def find(window: QQuickWindow, name: str) -> QQuickItem:
    return next(item for item in visible_items(window.contentItem()) if item.objectName() == name)


def click(window: QQuickWindow, name: str) -> None:
    item = find(window, name)
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)


def touch(window: QQuickWindow, device: Any, name: str) -> None:
    item = find(window, name)
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.touchEvent(window, device).press(0, centre, window).commit()
    QTest.touchEvent(window, device).release(0, centre, window).commit()


def test_a_touch_says_which_view_it_answers(
    windows: Windows, taps: list[Tap], settle: Settle, touchscreen: Any
) -> None:
    windows.show(CUSTOMER["choose"].view(31, "zh", False))
    settle()
    touch(windows.windows["customer"], touchscreen, "button-pay_by_face")
    windows.show(CUSTOMER["confirm"].view(32, "zh", False))
    settle()
    touch(windows.windows["customer"], touchscreen, "button-confirm")
    assert taps == [Tap("customer", 31, "pay_by_face"), Tap("customer", 32, "confirm")]


def test_digits_are_shown_as_dots_and_leave_with_one_tap(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = windows.windows["customer"]
    windows.show(CUSTOMER["digits"].view(5, "zh", False))
    settle()
    for key in ("key-9", "key-back", "key-1", "key-2", "key-3"):
        click(window, key)
    click(window, "button-give_digits")
    assert taps == []  # three digits are not four
    click(window, "key-4")
    click(window, "key-5")  # one too many
    settle()
    shown = [item.property("text") for item in visible_items(window.contentItem())]
    assert "1234" not in shown
    click(window, "button-give_digits")
    assert taps == [Tap("customer", 5, "give_digits", "1234")]
    click(window, "button-give_digits")
    assert len(taps) == 1  # they are gone from the pad


def test_digits_are_forgotten_with_their_page(windows: Windows, settle: Settle) -> None:
    window = windows.windows["customer"]
    windows.show(CUSTOMER["digits"].view(5, "zh", False))
    settle()
    click(window, "key-1")
    assert window.property("typed") == "1"
    windows.show(CUSTOMER["digits"].view(6, "en", False))
    assert window.property("typed") == "1"  # another language is no other page
    windows.show(CUSTOMER["code"].view(7, "zh", False))
    assert window.property("typed") == ""


def test_digits_leave_by_themselves_where_no_button_sends_them(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    import msgspec

    windows.show(msgspec.structs.replace(CUSTOMER["digits"].view(5, "zh", False), buttons=()))
    settle()
    for digit in "5678":
        click(windows.windows["customer"], f"key-{digit}")
    assert taps == [Tap("customer", 5, "give_digits", "5678")]


@pytest.mark.parametrize("sample", CASHIER_SAMPLES, ids=lambda sample: sample.name)
def test_every_button_of_the_cashier_has_a_key_that_works(
    windows: Windows, taps: list[Tap], settle: Settle, sample: Any
) -> None:
    keys = {"F5": Qt.Key.Key_F5, "F9": Qt.Key.Key_F9, "Esc": Qt.Key.Key_Escape, "Del": Qt.Key.Key_Delete}
    windows.show(sample.view(8, "zh", False))
    settle()
    for button in sample.buttons:
        QTest.keyClick(windows.windows["cashier"], keys[button.keys])
    wanted = [Tap("cashier", 8, button.intent) for button in sample.buttons if button.enabled]
    assert taps == wanted


def test_the_cashiers_keys_work_while_a_finger_is_on_the_other_window(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    windows.show(CASHIER["basket"].view(8, "zh", False))
    windows.windows["customer"].requestActivate()
    settle()
    QTest.keyClick(windows.windows["customer"], Qt.Key.Key_F9)
    assert taps == [Tap("cashier", 8, "charge")]


def test_tab_and_return_press_a_button(windows: Windows, taps: list[Tap], settle: Settle) -> None:
    window = windows.windows["cashier"]
    windows.show(CASHIER["basket"].view(8, "zh", False))
    window.requestActivate()
    settle()
    find(window, "button-charge").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert taps == [Tap("cashier", 8, "charge")] * 2


def test_a_button_that_is_off_says_nothing(windows: Windows, taps: list[Tap], settle: Settle) -> None:
    windows.show(CASHIER["idle"].view(8, "zh", False))
    settle()
    click(windows.windows["cashier"], "button-charge")
    assert taps == []


def test_the_button_under_a_finger_survives_a_new_view(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = windows.windows["customer"]
    windows.show(CUSTOMER["face"].view(1, "zh", False))
    settle()
    item = find(window, "button-show_code")
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.mousePress(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
    windows.show(CUSTOMER["face"].view(2, "zh", False))
    settle()
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
    assert taps == [Tap("customer", 2, "show_code")]


def test_nobody_depends_on_seeing_a_button(windows: Windows, settle: Settle) -> None:
    """Every button has a name for a screen reader, and the state is an alert."""
    QAccessible.setActive(True)
    windows.show(CUSTOMER["digits"].view(1, "en", False))
    settle()
    buttons, alerts = [], []

    def walk(node: Any) -> None:
        for index in range(node.childCount()):
            child = node.child(index)
            if child.state().invisible:
                continue
            if child.role() == QAccessible.Role.Button:
                buttons.append(child.text(QAccessible.Text.Name))
            if child.role() == QAccessible.Role.AlertMessage:
                alerts.append(child.text(QAccessible.Text.Name))
            walk(child)

    walk(QAccessible.queryAccessibleInterface(windows.windows["customer"]))
    QAccessible.setActive(False)
    assert len(buttons) >= 15
    assert all(buttons)
    assert "Last 4 digits of your phone" in alerts
