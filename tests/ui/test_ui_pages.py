"""Every page in every language, text size and arrangement: all of it is on the glass, nothing is cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtQuick import QQuickItem, QQuickWindow

from agent.screens.contract import CustomerView, Line, Phrase
from simulator.counter import ROOT
from simulator.gallery import SHOWN
from ui.accepted import changed
from ui.gallery import CUSTOMER_SAMPLES, Sitting, sittings
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.gallery_shop import SHOP
from ui.record import in_sight, is_text, texts, visible_items
from ui.sitting import take
from ui.windows import QML, Windows

Settle = Callable[..., None]
ALL = list(sittings())
ACCEPTED = Path(__file__).parent / "accepted"
TOUCH_PX = 88


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
    return item.objectName().startswith(("button-", "key-", "benefit-"))


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


def small_targets(window: QQuickWindow) -> list[str]:
    """What a finger may miss, on the customer's ten inches."""
    return [
        f"{item.objectName()} is only {item.width():.0f}×{item.height():.0f}"
        for item in visible_items(window.contentItem())
        if touchable(item) and min(item.width(), item.height()) < TOUCH_PX
    ]


def out_of_reach(window: QQuickWindow) -> list[str]:
    """What somebody in a wheelchair cannot touch."""
    return [
        f"{item.objectName()} lies in the upper third"
        for item in visible_items(window.contentItem())
        if touchable(item) and box(item).top() < window.height() / 3
    ]


def nameless(window: QQuickWindow) -> list[str]:
    """What a screen reader cannot say."""
    found = []
    for item in visible_items(window.contentItem()):
        if touchable(item) or item.objectName().startswith(("choice-", "bar-", "line-")):
            node = QAccessible.queryAccessibleInterface(item)
            if node is None or not node.text(QAccessible.Text.Name):
                found.append(f"{item.objectName()} has no name")
    return found


def primary_astray(window: QQuickWindow) -> list[str]:
    """The primary button is bottom right and large."""
    found = []
    for item in visible_items(window.contentItem()):
        if touchable(item) and item.property("primary"):
            right, below = window.width() - box(item).right(), window.height() - box(item).bottom()
            if item.height() < TOUCH_PX or right > 48 or below > 48:
                found.append(f"{item.objectName()} is not at its place or too small")
    return found


def amount_at(window: QQuickWindow) -> list[tuple[float, ...]]:
    shown = [item for item in visible_items(window.contentItem()) if item.objectName() == "amount"]
    return [(item.property("font").pixelSize(), *box(item).getRect()) for item in shown]


@pytest.fixture
def read_aloud() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.mark.usefixtures("read_aloud")
@pytest.mark.parametrize("group", groups())
def test_every_page_can_be_read_touched_and_heard(
    windows: Windows, settle: Settle, tmp_path: Path, group: str
) -> None:
    """Nothing cut, outside, overlapping, too small or without a name; the amount always at the same
    place; and every kept page looks as accepted."""
    complaints, amounts = {}, set()
    for sitting in groups()[group]:
        window = sit(windows, sitting, settle)
        found = [*faults(window), *nameless(window), *primary_astray(window)]
        if group.startswith("customer-"):
            found += small_targets(window)
        if isinstance(sitting.view, CustomerView) and sitting.view.low:
            found += out_of_reach(window)
        if sitting.kept and changed(take(windows, sitting), ACCEPTED / f"{sitting.name}.png", tmp_path):
            found.append(f"looks otherwise than accepted: {tmp_path}; good? hyla-desk gallery --accept")
        if found:
            complaints[sitting.name] = found
        amounts.update(amount_at(window))
    assert complaints == {}
    assert len(amounts) == 1


@pytest.mark.parametrize("size", [(800, 1280), (1280, 800)], ids=["portrait", "landscape"])
def test_whoever_sits_reaches_and_reads_every_page(
    windows: Windows, settle: Settle, size: tuple[int, int]
) -> None:
    """All of them, not only those of the gallery: a switch that was touched at the welcome goes along."""
    complaints = {}
    for sample, language, large in product(CUSTOMER_SAMPLES, ("zh", "en"), (False, True)):
        view = msgspec.structs.replace(sample.view(1, language, large), low=True)  # type: ignore[arg-type]
        window = sit(windows, Sitting(sample.name, view, size), settle)
        if found := [*faults(window), *small_targets(window), *out_of_reach(window)]:
            complaints[sample.name, language, large] = found
    assert complaints == {}


GOODS_IN_SIGHT = 3


def goods_in_sight(window: QQuickWindow) -> int:
    """How many rows of the goods are on the glass, whole."""
    rows = [
        item
        for item in visible_items(window.contentItem())
        if item.objectName().startswith(("line-", "goods-"))
    ]
    return sum(in_sight(row) and row.opacity() == 1 for row in rows)


@pytest.mark.parametrize("who", ["customer", "cashier"])
@pytest.mark.parametrize("arrangement", ["portrait", "landscape"])
def test_goods_have_three_rows_wherever_they_are_shown(
    windows: Windows, settle: Settle, who: str, arrangement: str
) -> None:
    """Whatever else the page has to say: a notice, a fault, a pad to type on."""
    complaints = {}
    for group, shown in groups().items():
        for sitting in shown if group.startswith(f"{who}-{arrangement}-") else ():
            view = sitting.view
            if not view.lines or (isinstance(view, CustomerView) and view.page != "basket"):
                continue
            seen = goods_in_sight(sit(windows, sitting, settle))
            if seen < min(GOODS_IN_SIGHT, len(view.lines)):
                complaints[sitting.name] = seen
    assert complaints == {}


@pytest.mark.parametrize("who", ["customer", "cashier"])
def test_where_somebody_practises_every_page_says_so(windows: Windows, settle: Settle, who: str) -> None:
    """In the longer words, where the title is narrowest."""
    complaints = {}
    for sitting in groups()[f"{who}-portrait-en-large"]:
        marked = replace(sitting, view=msgspec.structs.replace(sitting.view, mark=Phrase("training.mark")))
        window = sit(windows, marked, settle)
        shown = [item for item in visible_items(window.contentItem()) if in_sight(item)]
        said = [item.property("text") for item in shown if item.objectName() == "mark"]
        if said != ["PRACTICE – no money is taken"] or faults(window):
            complaints[sitting.name] = [*said, *faults(window)]
    assert complaints == {}


def test_the_bars_of_a_chart_are_as_long_as_their_shares_and_say_their_figures(
    windows: Windows, settle: Settle
) -> None:
    QAccessible.setActive(True)
    sitting = next(one for one in ALL if one.name == "cashier-landscape-en-normal-office-today")
    window = sit(windows, sitting, settle)
    bars = [item for item in visible_items(window.contentItem()) if item.objectName().startswith("bar-")]
    heard = [QAccessible.queryAccessibleInterface(bar).text(QAccessible.Text.Name) for bar in bars]
    assert heard[0] == "Face 87 · ¥3,120.00"
    long = [max((part.width() for part in _painted(bar)), default=0.0) for bar in bars]
    shares = [bar.share for bar in sitting.view.bars]  # type: ignore[union-attr]
    assert [round(100 * one / long[0]) for one in long] == shares
    QAccessible.setActive(False)


def _painted(bar: QQuickItem) -> list[QQuickItem]:
    """The coloured rectangles of a bar, without the track they lie in."""
    tracks = [part for part in bar.childItems() if not is_text(part)]
    return [part for track in tracks for part in track.childItems() if part.isVisible()]


@pytest.mark.parametrize("page", ["paid_receipt", "held", "face", "basket"])
def test_two_goods_are_in_sight_in_large_text_on_a_low_screen(
    windows: Windows, settle: Settle, page: str
) -> None:
    for language in ("zh", "en"):
        sitting = next(one for one in ALL if one.name == f"cashier-landscape-{language}-large-{page}")
        shown = texts(sit(windows, sitting, settle))
        goods = [line.name for line in sitting.view.lines]
        assert len([name for name in goods if name in shown]) >= 2, language


@pytest.mark.parametrize("name", ["customer-portrait-zh-normal-withdraw_sure",
                                  "cashier-landscape-zh-normal-office-leaving-move"])  # fmt: skip
def test_what_cannot_be_undone_is_not_green(windows: Windows, settle: Settle, name: str) -> None:
    window = sit(windows, next(one for one in ALL if one.name == name), settle)
    items = [item for item in visible_items(window.contentItem()) if item.property("primary")]
    assert [item.property("fill").name() for item in items] == ["#b3261e"]


def test_only_pages_that_there_are_have_an_accepted_picture() -> None:
    assert {path.stem for path in ACCEPTED.glob("*.png")} == {one.name for one in ALL if one.kept}


def test_readme_shows_a_page_of_both_screens_as_it_is_accepted(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, picture in SHOWN.items():
        assert f'src="{picture.relative_to(ROOT)}"' in readme
        assert not changed(QImage(str(picture)), ACCEPTED / f"{name}.png", tmp_path), picture


def test_a_page_that_moved_a_little_is_noticed(windows: Windows, settle: Settle, tmp_path: Path) -> None:
    sitting = next(one for one in ALL if one.kept and one.name.endswith("-paid"))
    accepted = ACCEPTED / f"{sitting.name}.png"
    window = sit(windows, sitting, settle)
    assert not changed(take(windows, sitting), accepted, tmp_path)
    amount = next(item for item in visible_items(window.contentItem()) if item.objectName() == "amount")
    amount.setX(12)
    settle()
    assert changed(window.grabWindow(), accepted, tmp_path)
    kinds = {path.stem.rsplit("-", 1)[1] for path in tmp_path.glob("*.png")}
    assert kinds == {"old", "new", "difference"}


def test_nothing_moves_by_itself() -> None:
    """Motion that there is none of is under 200 ms, and off."""
    moving = re.compile(r"\b(\w*Animation|Behavior|Transition|SmoothedAnimation)\b")
    found = {path.name: moving.findall(path.read_text("utf-8")) for path in QML.rglob("*.qml")}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_walk_notices_a_text_that_is_cut(windows: Windows, settle: Settle) -> None:
    window = sit(windows, next(one for one in ALL if one.view.amount), settle)
    amount = next(item for item in visible_items(window.contentItem()) if item.objectName() == "amount")
    amount.setProperty("minimumPixelSize", 120)
    amount.setWidth(40)
    settle()
    assert faults(window)


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
        earnest = "-training_" not in sitting.name
        if (
            sitting.name.startswith("customer-portrait-en-normal")
            and earnest
            and sitting.view.tone != "plain"
        ):
            said[sitting.name] = texts(sit(windows, sitting, settle))
    heads = {name: [text for text in shown if len(text) > 3][1:] for name, shown in said.items()}
    assert len({tuple(head) for head in heads.values()}) == len(heads) >= 6
