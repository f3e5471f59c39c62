"""The idle screen goes from promotion to promotion, or stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtQuick import QQuickItem

from agent.screens.contract import CustomerView, Poster
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_code import PICTURE
from ui.record import texts, visible_items
from ui.windows import Windows

Settle = Callable[..., None]
TWO = (Poster("Oden", price="¥4.90", picture=PICTURE), Poster("Tea eggs"))
WELCOME = next(one for one in CUSTOMER_SAMPLES if one.name == "welcome")


def view(number: int, *posters: Poster, motion: bool = True) -> CustomerView:
    return structs.replace(WELCOME.view(number, "en", False), posters=posters, motion=motion)


def on_glass(windows: Windows) -> QQuickItem:
    items = visible_items(windows.windows["customer"].contentItem())
    return next(item for item in items if item.objectName() == "posters")


def test_one_page_follows_the_other_and_the_first_again(windows: Windows, settle: Settle) -> None:
    windows.show(view(1, *TWO))
    settle()
    on_glass(windows).setProperty("each", 30)
    customer = windows.windows["customer"]
    settle(lambda: "Tea eggs" in texts(customer))
    settle(lambda: "Oden" in texts(customer))


def test_where_nothing_may_move_it_stands_until_the_next_customer_has_been(
    windows: Windows, settle: Settle
) -> None:
    customer = windows.windows["customer"]
    windows.show(view(1, *TWO, motion=False))
    settle()
    on_glass(windows).setProperty("each", 10)
    before = texts(customer)
    settle()
    assert texts(customer) == before
    windows.show(next(one for one in CUSTOMER_SAMPLES if one.name == "basket").view(2, "en", False))
    settle()
    windows.show(view(3, *TWO, motion=False))
    settle()
    assert texts(customer) != before


@pytest.mark.qt_log_ignore("Error decoding")
def test_words_stand_alone_where_the_picture_cannot_be_read(
    windows: Windows, settle: Settle, tmp_path: Path, expected_log: Callable[..., None]
) -> None:
    expected_log("Error decoding")
    picture = tmp_path / "poster.jpg"
    picture.write_bytes(b"no picture at all")
    windows.show(view(1, Poster("Oden", "hot", "¥4.90", picture=str(picture))))
    settle()
    assert {"Oden", "hot", "¥4.90"} <= set(texts(windows.windows["customer"]))
