"""The cashier's keyboard, also between touches: what is struck arrives where the cashier means it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest

from agent.screens.contract import CashierView, Choice, Figure, Line, Phrase, Tap
from tests.ui.hands import find, strike, touch
from ui.gallery import OFFICE_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.gallery_slip import SLIP_SAMPLES
from ui.record import in_sight, texts
from ui.windows import Windows

Settle = Callable[..., None]
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}
OFFICE = {sample.name: sample for sample in OFFICE_SAMPLES}
DIGITS_PAD = Qt.KeyboardModifier.KeypadModifier


def shown(windows: Windows, settle: Settle, view: CashierView) -> QQuickWindow:
    window = windows.windows["cashier"]
    windows.show(view)
    window.requestActivate()
    settle()
    return window


def said(taps: list[Tap]) -> list[tuple[str, str]]:
    return [(tap.intent, tap.value) for tap in taps]


@pytest.mark.parametrize("touched", ["more", "switch_text_size"])
def test_what_is_typed_after_a_touch_is_typed(
    windows: Windows, taps: list[Tap], settle: Settle, touchscreen: Any, touched: str
) -> None:
    """Return gives the amount, and does not press once more what the finger pressed."""
    window = shown(windows, settle, CASHIER["basket"].view(7, "zh", False))
    touch(window, touchscreen, f"button-{touched}")
    strike(window, "680")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert said(taps)[1:] == [("type_amount", "680")]


@pytest.mark.parametrize("stop", ["button-switch_sound", "choice-"])
def test_what_is_typed_while_the_keyboard_is_elsewhere_is_typed(
    windows: Windows, taps: list[Tap], settle: Settle, stop: str
) -> None:
    window = shown(windows, settle, OFFICE["office-find"].view(7, "zh", False))
    while not focus(window).startswith(stop):
        QTest.keyClick(window, Qt.Key.Key_Tab)
    strike(window, "0012")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert said(taps) == [("find", "0012")]


def focus(window: QQuickWindow) -> str:
    item = window.activeFocusItem()
    return item.objectName() if item is not None else ""


def test_a_button_that_goes_leaves_the_keyboard_to_the_field(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    """Another line was chosen: the buttons are about that one now."""
    view = CASHIER["basket"].view(7, "zh", False)
    window = shown(windows, settle, view)
    while focus(window) != "button-cancel":
        QTest.keyClick(window, Qt.Key.Key_Tab)
    others = tuple(msgspec.structs.replace(one, value="2" if one.value else "") for one in view.buttons)
    shown(windows, settle, msgspec.structs.replace(view, buttons=others))
    strike(window, "12")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert said(taps) == [("type_amount", "12")]


def test_esc_takes_back_what_is_typed_before_it_gives_up_the_goods(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = shown(windows, settle, CASHIER["basket"].view(7, "zh", False))
    strike(window, "68")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert said(taps) == []
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert said(taps) == [("cancel", "")], "Return had nothing left to give"


def test_the_large_key_beside_the_digits_is_return_as_well(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = shown(windows, settle, CASHIER["paid"].view(7, "zh", False))
    QTest.keyClick(window, Qt.Key.Key_Enter, DIGITS_PAD)
    window = shown(windows, settle, OFFICE["office-find"].view(8, "zh", False))
    QTest.keyClick(window, Qt.Key.Key_Down)
    QTest.keyClick(window, Qt.Key.Key_Enter, DIGITS_PAD)
    assert [tap.intent for tap in taps] == ["done", "pick"]


def test_plus_may_stand_above_another_sign_or_beside_the_digits(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    window = shown(windows, settle, CASHIER["basket"].view(7, "zh", False))
    for held in (Qt.KeyboardModifier.ShiftModifier, DIGITS_PAD):
        QTest.keyClick(window, Qt.Key.Key_Plus, held)
    assert [tap.intent for tap in taps] == ["more", "more"]


def test_return_presses_the_button_that_tab_went_to(
    windows: Windows, taps: list[Tap], settle: Settle
) -> None:
    """Also where Return ends the page."""
    window = shown(windows, settle, CASHIER["paid_receipt"].view(7, "zh", False))
    while focus(window) != "button-print_slip":
        QTest.keyClick(window, Qt.Key.Key_Tab)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert said(taps) == [("print_slip", "")]


def many_orders() -> CashierView:
    rows = tuple(
        Choice("pick", f"order-{n}", f"…0000{n:02} · 11-22 18:{n:02}", Phrase("outcome.paid"), "¥8.80")
        for n in range(12)
    )
    return msgspec.structs.replace(OFFICE["office-find"].view(7, "zh", False), choices=rows)


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Down])
def test_the_row_that_the_keyboard_is_on_is_in_sight_down_to_the_last(
    windows: Windows, taps: list[Tap], settle: Settle, key: Qt.Key
) -> None:
    window = shown(windows, settle, many_orders())
    seen: list[str] = []
    while focus(window) != "choice-order-11":
        QTest.keyClick(window, key)
        settle()
        if focus(window).startswith("choice-"):
            row = find(window, focus(window))
            assert (in_sight(row), row.opacity()) == (True, 1), focus(window)
            seen.append(focus(window))
    assert seen == [f"choice-order-{n}" for n in range(12)]
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert said(taps) == [("pick", "order-11")]


def test_arrow_keys_go_both_ways_and_past_what_is_only_read(windows: Windows, settle: Settle) -> None:
    view = many_orders()
    rows = tuple(
        msgspec.structs.replace(row, intent="" if n == 1 else "pick") for n, row in enumerate(view.choices)
    )
    window = shown(windows, settle, msgspec.structs.replace(view, choices=rows))
    ways = [(Qt.Key.Key_Down, 0), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 0), (Qt.Key.Key_Up, 0)]
    for key, row in ways:
        QTest.keyClick(window, key)
        assert focus(window) == f"choice-order-{row}"


def long_receipt() -> CashierView:
    goods = tuple(Line(f"商品{n}", "×1", "¥1.00") for n in range(30))
    return msgspec.structs.replace(SLIP_SAMPLES[0].view(7, "zh", False), lines=goods)


def only_read() -> CashierView:
    rows = tuple(msgspec.structs.replace(row, intent="") for row in many_orders().choices)
    return msgspec.structs.replace(many_orders(), choices=rows)


@pytest.mark.parametrize(
    ("page", "first", "last"),
    [(long_receipt(), "商品0", "商品29"), (only_read(), "…000000", "…000011")],
    ids=["a receipt", "rows that nobody can take"],
)
def test_what_is_longer_than_its_place_is_read_to_its_end_by_key(
    windows: Windows, settle: Settle, page: CashierView, first: str, last: str
) -> None:
    window = shown(windows, settle, page)
    assert reads(window, first)
    assert not reads(window, last)
    for key, word in ((Qt.Key.Key_Down, last), (Qt.Key.Key_Up, first)):
        for _ in range(20):
            QTest.keyClick(window, key)
        settle()
        assert reads(window, word)


def reads(window: QQuickWindow, word: str) -> bool:
    return any(text.startswith(word) for text in texts(window))


def test_figures_are_read_to_their_end_by_key(windows: Windows, settle: Settle) -> None:
    figures = tuple(Figure(Phrase("figure.order"), f"figure {n}") for n in range(60))
    view = msgspec.structs.replace(OFFICE["office-shift"].view(7, "zh", False), figures=figures)
    window = shown(windows, settle, view)
    assert not reads(window, "figure 59")
    for _ in range(20):
        QTest.keyClick(window, Qt.Key.Key_Down)
    settle()
    assert reads(window, "figure 59")
