"""Which display gets which window."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QScreen

from agent.screens.contract import Shown
from ui import displays
from ui.displays import Wanted
from ui.windows import Windows

CASHIER = Wanted("cashier", "", QSize(1280, 800))
CUSTOMER = Wanted("customer", "", QSize(800, 1280))

pytestmark = pytest.mark.usefixtures("screens")


def test_each_window_goes_to_the_display_of_its_name() -> None:
    places = displays.place((CUSTOMER, CASHIER))
    assert places["customer"].display.name() == "CUSTOMER"
    assert places["cashier"].display.name() == "CASHIER"
    assert places["customer"].alone


def test_names_win_over_a_size_that_fits_neither() -> None:
    swapped = (
        Wanted("customer", "CASHIER", QSize(800, 1280)),
        Wanted("cashier", "CUSTOMER", QSize(1024, 600)),
    )
    places = displays.place(swapped)
    assert places["customer"].display.name() == "CASHIER"
    assert places["cashier"].display.name() == "CUSTOMER"


def test_exchanged_cables_are_seen_by_the_sizes_and_each_person_has_their_own_picture() -> None:
    exchanged = (
        Wanted("customer", "CASHIER", QSize(800, 1280)),
        Wanted("cashier", "CUSTOMER", QSize(1280, 800)),
    )
    places = displays.place(exchanged)
    assert {screen: place.display.name().lower() for screen, place in places.items()} == {
        "customer": "customer", "cashier": "cashier",
    }  # fmt: skip
    assert all(place.alone for place in places.values())
    assert displays.homeless(exchanged, places, fullscreen=True) == frozenset()


def test_two_windows_of_one_size_go_by_name_alone() -> None:
    """What looks the same cannot be told apart."""
    same = (
        Wanted("customer", "CASHIER", QSize(1280, 800)),
        Wanted("cashier", "CUSTOMER", QSize(1280, 800)),
    )
    assert displays.place(same)["customer"].display.name() == "CASHIER"


def test_a_display_that_is_not_there_leaves_the_other_one() -> None:
    places = displays.place((Wanted("customer", "HDMI-9", QSize(800, 1280)), CASHIER))
    assert places["cashier"].display.name() == "CASHIER"
    assert places["customer"].display.name() == "CUSTOMER"


def test_on_one_display_the_windows_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    only = [screen for screen in displays.QGuiApplication.screens() if screen.name() == "CASHIER"]
    monkeypatch.setattr(displays.QGuiApplication, "screens", lambda: only)
    places = displays.place((CUSTOMER, CASHIER))
    assert not places["customer"].alone
    assert not places["cashier"].geometry.intersects(places["customer"].geometry)


def test_two_displays_of_one_name_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """As two X screens are: both are called `screen`."""
    monkeypatch.setattr(QScreen, "name", lambda _self: "screen")
    places = displays.place((CUSTOMER, CASHIER))
    for place in places.values():
        assert place.alone
        assert place.geometry.topLeft() == place.display.geometry().topLeft()


def homeless(*wanted: Wanted, fullscreen: bool = True) -> set[str]:
    return set(displays.homeless(wanted, displays.place(wanted), fullscreen))


def test_a_window_whose_named_display_is_gone_is_homeless_and_a_desks_never_is() -> None:
    gone = Wanted("customer", "HDMI-9", QSize(800, 1280))
    assert homeless(gone, CASHIER) == {"customer"}
    assert homeless(gone, CASHIER, fullscreen=False) == set()
    assert homeless(CUSTOMER, CASHIER) == set()


@pytest.mark.parametrize(("left", "gone"), [("CASHIER", "customer"), ("CUSTOMER", "cashier")])
def test_of_two_windows_on_one_display_the_one_is_homeless_that_does_not_fit_it(
    monkeypatch: pytest.MonkeyPatch, left: str, gone: str
) -> None:
    only = [screen for screen in displays.QGuiApplication.screens() if screen.name() == left]
    monkeypatch.setattr(displays.QGuiApplication, "screens", lambda: only)
    assert homeless(CUSTOMER, CASHIER) == {gone}


def test_one_display_that_both_windows_name_is_home_to_both() -> None:
    both = (Wanted("customer", "CASHIER", QSize(800, 640)), Wanted("cashier", "CASHIER", QSize(800, 640)))
    assert homeless(*both) == set()


def test_on_a_laptop_both_windows_are_drawn_smaller_until_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    only = [screen for screen in displays.QGuiApplication.screens() if screen.name() == "CASHIER"]
    monkeypatch.setattr(displays.QGuiApplication, "screens", lambda: only)
    factor = displays.shrink(displays.place((CUSTOMER, CASHIER)))
    assert factor * (800 + 1280) <= 1280
    assert factor * 1280 <= 800 - displays.TITLE_PX
    assert factor >= displays.SMALLEST


def test_windows_wider_than_their_display_shrink_to_it() -> None:
    wide = (Wanted("customer", "", QSize(1600, 1000)), CASHIER)
    assert displays.shrink(displays.place(wide)) == 0.5


def test_a_screen_that_both_windows_name_is_shared_the_customer_above(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only = [screen for screen in displays.QGuiApplication.screens() if screen.name() == "CUSTOMER"]
    monkeypatch.setattr(displays.QGuiApplication, "screens", lambda: only)
    customer = Wanted("customer", "CUSTOMER", QSize(800, 760))
    cashier = Wanted("cashier", "CUSTOMER", QSize(800, 520))
    places = displays.place((customer, cashier))
    above, below = places["customer"].geometry, places["cashier"].geometry
    assert (above.left(), above.bottom() + 1) == (below.left(), below.top())
    assert only[0].geometry().contains(above)
    assert only[0].geometry().contains(below)
    assert displays.shrink(places) < 1  # a desk's window manager adds a title; a terminal has none


def test_without_a_display_one_name_makes_one_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    shared = (Wanted("customer", "DSI-1", QSize(1200, 1120)), Wanted("cashier", "DSI-1", QSize(1200, 800)))
    described = displays.prepare(shared)
    assert described is not None
    [screen] = json.loads(described.read_text("utf-8"))["screens"]
    described.unlink()
    assert (screen["name"], screen["width"], screen["height"]) == ("DSI-1", 1200, 1920)


def test_the_agent_hears_at_once_that_a_display_went_and_that_it_is_back(windows: Windows) -> None:
    said: list[Shown] = []
    windows.drawn.connect(said.append)
    places = displays.place((CUSTOMER, CASHIER))
    for gone in (frozenset({"customer"}), frozenset({"customer"}), frozenset()):
        windows.put(places, fullscreen=False, homeless=gone)  # type: ignore[arg-type]
    assert [(shown.screen, shown.display) for shown in said] == [("customer", False), ("customer", True)]
