"""Every page in every language, text size and arrangement: all of it is on the glass, nothing is cut."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem, QQuickWindow

from agent.screens.contract import CustomerView, Line
from ui.gallery import CASHIER_SAMPLES, CUSTOMER_SAMPLES, SHOP, Sitting, sittings
from ui.record import in_sight, is_text, texts, visible_items
from ui.windows import Windows

Settle = Callable[..., None]
ALL = list(sittings())


def groups() -> dict[str, list[Sitting]]:
    found: dict[str, list[Sitting]] = {}
    for sitting in ALL:
        found.setdefault("-".join(sitting.name.split("-")[:4]), []).append(sitting)
    return found


def sit(windows: Windows, sitting: Sitting, settle: Settle) -> QQuickWindow:
    window = windows.windows["customer" if isinstance(sitting.view, CustomerView) else "cashier"]
    window.resize(*sitting.size)
    settle()
    drawn: list[object] = []
    windows.drawn.connect(drawn.append)
    windows.show(sitting.view)
    settle(lambda: drawn)
    windows.drawn.disconnect(drawn.append)
    return window


def box(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def touchable(item: QQuickItem) -> bool:
    return item.objectName().startswith(("button-", "key-"))


def faults(window: QQuickWindow) -> list[str]:
    """What a person would complain about."""
    glass = QRectF(-0.5, -0.5, window.width() + 1, window.height() + 1)
    found = []
    shown = [item for item in visible_items(window.contentItem()) if in_sight(item)]
    for item in shown:
        text = str(item.property("text"))
        if is_text(item) and text:
            # Painted, not only laid out: a line without a break may stick out of its item.
            wide, high = item.property("contentWidth"), item.property("contentHeight")
            if item.property("truncated") or wide > item.width() + 1 or high > item.height() + 1:
                found.append(f"{text!r} is cut")
        if (touchable(item) or (is_text(item) and text)) and not glass.contains(box(item)):
            found.append(f"{item.objectName() or text!r} is outside the window")
    buttons = [item for item in shown if touchable(item)]
    for index, item in enumerate(buttons):
        for other in buttons[index + 1 :]:
            if box(item).intersects(box(other)):
                found.append(f"{item.objectName()} lies on {other.objectName()}")
    loose = [item for item in shown if is_text(item) and item.property("text") and not _on_button(item)]
    for item in loose:
        for other in buttons:
            if box(item).adjusted(1, 1, -1, -1).intersects(box(other)):
                found.append(f"{item.property('text')!r} lies under {other.objectName()}")
    for index, item in enumerate(loose):
        for other in loose[index + 1 :]:
            if box(item).adjusted(2, 6, -2, -6).intersects(box(other).adjusted(2, 6, -2, -6)):
                found.append(f"{item.property('text')!r} lies on {other.property('text')!r}")
    return found


def _on_button(item: QQuickItem) -> bool:
    parent = item.parentItem()
    while parent is not None:
        if touchable(parent):
            return True
        parent = parent.parentItem()
    return False


@pytest.mark.parametrize("group", groups())
def test_nothing_is_cut_or_outside(windows: Windows, settle: Settle, group: str) -> None:
    complaints = {}
    for sitting in groups()[group]:
        if found := faults(sit(windows, sitting, settle)):
            complaints[sitting.name] = found
    assert complaints == {}


def test_the_walk_notices_a_text_that_is_cut(windows: Windows, settle: Settle) -> None:
    window = sit(windows, ALL[1], settle)
    amount = next(item for item in visible_items(window.contentItem()) if item.objectName() == "amount")
    amount.setProperty("minimumPixelSize", 120)
    amount.setWidth(40)
    settle()
    assert faults(window)


@pytest.mark.parametrize("group", groups())
def test_the_amount_is_always_at_the_same_place(windows: Windows, settle: Settle, group: str) -> None:
    places = set()
    for sitting in groups()[group]:
        window = sit(windows, sitting, settle)
        for item in visible_items(window.contentItem()):
            if item.objectName() == "amount":
                places.add((item.property("font").pixelSize(), *box(item).getRect()))
    assert len(places) == 1


@pytest.mark.parametrize("group", groups())
def test_the_primary_button_is_bottom_right_and_large(windows: Windows, settle: Settle, group: str) -> None:
    for sitting in groups()[group]:
        window = sit(windows, sitting, settle)
        shown = [item for item in visible_items(window.contentItem()) if touchable(item)]
        primary = [item for item in shown if item.property("primary")]
        for item in primary:
            assert item.height() >= 88, sitting.name
            assert window.width() - box(item).right() <= 48, sitting.name
            assert window.height() - box(item).bottom() <= 48, sitting.name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_amount_and_long_names_stay_whole(windows: Windows, settle: Settle, language: str) -> None:
    goods = (
        Line("超长商品名称" * 6, "12", "¥1,234,567.00"),
        Line("Extraordinarily long name " * 3, "1", "¥1.00"),
    )
    for samples in (CUSTOMER_SAMPLES, CASHIER_SAMPLES):
        for sample in samples:
            view = sample.view(1, language, True)  # type: ignore[arg-type]
            if view.lines:
                view = msgspec.structs.replace(
                    view, amount="¥12,345,678.90", lines=goods, shop=SHOP["zh"] * 2
                )
                window = sit(windows, Sitting(sample.name, view, (1280, 800)), settle)
                assert faults(window) == [], sample.name
                assert "¥12,345,678.90" in texts(window)


def test_a_state_is_told_by_words_and_never_by_colour_alone(windows: Windows, settle: Settle) -> None:
    said = {}
    for sitting in ALL:
        if sitting.name.startswith("customer-portrait-en-normal") and sitting.view.tone != "plain":
            said[sitting.name] = texts(sit(windows, sitting, settle))
    heads = {name: [text for text in shown if len(text) > 3][1:] for name, shown in said.items()}
    assert len({tuple(head) for head in heads.values()}) == len(heads) >= 6
