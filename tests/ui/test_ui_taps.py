"""Fingers, mouse and keys on the real windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from agent.screens.contract import Benefit, Button, CustomerView, Line, Phrase, Question, Tap
from tests.ui.hands import click, find, strike, touch
from ui.gallery import CUSTOMER_SAMPLES, OFFICE_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.record import in_sight, texts, visible_items
from ui.windows import Windows

Settle = Callable[..., None]
CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}
OFFICE = {sample.name: sample for sample in OFFICE_SAMPLES}


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
    windows.show(msgspec.structs.replace(CUSTOMER["digits"].view(5, "zh", False), buttons=()))
    settle()
    for digit in "5678":
        click(windows.windows["customer"], f"key-{digit}")
    assert taps == [Tap("customer", 5, "give_digits", "5678")]


def test_the_last_of_twenty_coupons_is_a_stroke_of_the_finger_away(
    windows: Windows, taps: list[Tap], settle: Settle, touchscreen: Any
) -> None:
    window = windows.windows["customer"]
    windows.show(with_coupons(20))
    settle()
    coupons = find(window, "coupons")
    for _ in range(3):
        stroke_up(window, touchscreen, coupons, settle)
    assert coupons.property("atYEnd")
    touch(window, touchscreen, "benefit-19")
    assert taps == [Tap("customer", 5, "switch_benefit", "19")]


def with_coupons(count: int) -> CustomerView:
    """A member who has that many, on the page where they are chosen."""
    rows = tuple(
        Benefit(str(n), Phrase("benefit.coupon", {"name": f"减{n}元"}), f"-¥{n}.00") for n in range(count)
    )
    return msgspec.structs.replace(CUSTOMER["confirm_member"].view(5, "zh", False), benefits=rows)


def stroke_up(window: QQuickWindow, device: Any, item: QQuickItem, settle: Settle) -> None:
    """A finger drags what is under it from the bottom of the item to its top."""
    drawn: list[None] = []
    window.frameSwapped.connect(lambda: drawn.append(None))
    foot, head = (item.mapToScene(QPointF(item.width() / 2, y)).toPoint() for y in (item.height() - 9, 9))
    QTest.touchEvent(window, device).press(0, foot, window).commit()
    for step in range(1, 9):
        at = foot + (head - foot) * (step / 8)
        QTest.touchEvent(window, device).move(0, at, window).commit()
        drawn.clear()
        window.update()
        settle(lambda: drawn)  # moves are taken in frame by frame
    QTest.touchEvent(window, device).release(0, head, window).commit()
    settle(lambda: not item.property("moving"))


@pytest.mark.parametrize("sample", CASHIER_SAMPLES, ids=lambda sample: sample.name)
def test_every_button_of_the_cashier_has_a_key_that_works(
    windows: Windows, taps: list[Tap], settle: Settle, sample: Any
) -> None:
    """The key stands on the button, the small ones in the corner too."""
    view = sample.view(8, "zh", False)
    windows.show(view)
    settle()
    for button in view.buttons:
        assert button.keys in texts(windows.windows["cashier"])
        QTest.keyClick(windows.windows["cashier"], QKeySequence.fromString(button.keys)[0].key())  # type: ignore[index]
    wanted = [Tap("cashier", 8, button.intent, button.value) for button in view.buttons if button.enabled]
    assert taps == wanted


def test_the_cashiers_keys_work_while_a_finger_is_on_the_other_window(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    windows.show(CASHIER["basket"].view(8, "zh", False))
    windows.windows["customer"].requestActivate()
    settle()
    QTest.keyClick(windows.windows["customer"], Qt.Key.Key_F9)
    assert taps == [Tap("cashier", 8, "charge")]


def test_a_finger_and_the_arrow_keys_choose_a_line(
    windows: Windows, taps: list[Tap], settle: Settle, touchscreen: Any
) -> None:
    """The view has the second of four chosen; above the first one and below the last there is none."""
    window, view = windows.windows["cashier"], CASHIER["basket"].view(8, "zh", False)
    windows.show(view)
    settle()
    touch(window, touchscreen, "line-0")
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(window, key)
    assert [tap.value for tap in taps] == ["0", "0", "2"]
    assert {tap.intent for tap in taps} == {"pick_line"}
    for chosen, key in ((0, Qt.Key.Key_Up), (3, Qt.Key.Key_Down)):
        rows = [msgspec.structs.replace(row, picked=n == chosen) for n, row in enumerate(view.lines)]
        windows.show(msgspec.structs.replace(view, lines=tuple(rows)))
        settle()
        assert find(window, f"line-{chosen}").property("visible")
        QTest.keyClick(window, key)
    assert len(taps) == 3


def test_of_many_lines_the_chosen_one_is_in_sight(windows: Windows, settle: Settle) -> None:
    window, view = windows.windows["cashier"], CASHIER["basket"].view(8, "zh", False)
    for chosen in (0, 15, 29):
        rows = tuple(Line(f"商品{n}", "×1", "¥1.00", str(n), n == chosen) for n in range(30))
        windows.show(msgspec.structs.replace(view, lines=rows))
        settle()
        assert in_sight(find(window, f"line-{chosen}"))


def test_an_amount_is_typed_at_rest_and_what_is_typed_is_given_before_anything_is_charged(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = windows.windows["cashier"]
    windows.show(CASHIER["idle"].view(7, "zh", False))
    window.requestActivate()
    settle()
    strike(window, "6.8")
    windows.show(CASHIER["basket"].view(8, "zh", False))  # something was scanned meanwhile
    settle()
    strike(window, "0")
    QTest.keyClick(window, Qt.Key.Key_F9)
    QTest.keyClick(window, Qt.Key.Key_F9)
    for key in ("key-1", "key-2", "key-done"):
        click(window, key)
    wanted = [("type_amount", "6.80"), ("charge", ""), ("type_amount", "12")]
    assert [(tap.intent, tap.value) for tap in taps] == wanted


def test_the_button_says_what_it_gives_while_an_amount_is_typed(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = windows.windows["cashier"]
    windows.show(OFFICE["office-cash-asked"].view(7, "en", False))
    window.requestActivate()
    settle()
    button = find(window, "button-cash_received")
    said = [button.property("text")]
    for key in ("key-5", "key-0", "key-.", "key-back", "key-back", "key-back"):
        click(window, key)
        said.append(button.property("text"))
    exactly = "Received exactly"
    assert said == [exactly, *(f"Received ¥{typed}" for typed in ("5", "50", "50.", "50", "5")), exactly]
    assert find(window, "button-cancel").property("text") == "Cancel"
    strike(window, "50.5")
    assert button.property("text") == "Received ¥50.5"
    touched = find(window, "button-cash_received")
    assert touched is button  # a finger on it keeps what it is on
    click(window, "button-cash_received")
    assert [(tap.intent, tap.value) for tap in taps] == [("cash_received", "50.5")]
    assert button.property("text") == exactly  # asked again, nothing stands in the field


def test_what_was_typed_for_one_question_is_no_answer_to_another(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = windows.windows["cashier"]
    cash = msgspec.structs.replace(
        CASHIER["basket"].view(7, "zh", False),
        question=Question("amount", Phrase("cashier.cash_label"), "cash_received"),
    )
    windows.show(cash)
    window.requestActivate()
    settle()
    strike(window, "20")
    windows.show(CASHIER["idle"].view(8, "zh", False))
    settle()
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert taps == []


def test_nothing_typed_is_nothing_to_give(windows: Windows, taps: list[Tap], settle: Settle) -> None:
    """One button of the page stands out: OK does as soon as there is something to give."""
    window = windows.windows["cashier"]
    windows.show(CASHIER["basket"].view(8, "zh", False))
    window.requestActivate()
    settle()
    assert not find(window, "key-done").isEnabled()
    for key in ("key-done", "key-4", "key-back", "key-done"):
        click(window, key)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert taps == []
    click(window, "key-4")
    assert find(window, "key-done").isEnabled()
    click(window, "key-done")
    assert [(tap.intent, tap.value) for tap in taps] == [("type_amount", "4")]


def test_a_time_is_typed_with_its_colon(windows: Windows, taps: list[Tap], settle: Settle) -> None:
    window, find_page = windows.windows["cashier"], OFFICE["office-find"].view(7, "zh", False)
    windows.show(find_page)
    window.requestActivate()
    settle()
    strike(window, "18:0")
    click(window, "key-4")
    QTest.keyClick(window, Qt.Key.Key_Return)
    for key in ("key-9", "key-:", "key-5", "key-9", "key-done"):
        click(window, key)
    assert [tap.value for tap in taps] == ["18:04", "9:59"]


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
    off = msgspec.structs.replace(
        CASHIER["idle"].view(8, "zh", False),
        buttons=(Button("charge", Phrase("button.charge"), True, False),),
    )
    windows.show(off)
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
