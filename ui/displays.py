"""Which display shows which window.

Enters: the names and sizes asked for. Leaves: the environment Qt starts in, and a place for each
window, again whenever a display comes or goes. Displays are chosen by name, never by number: Qt
sorts them, and a cable that comes loose changes the numbers. Where two cables were exchanged the sizes tell
whose display is whose.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QScreen

from agent.screens.contract import CASHIER, ScreenName

TITLE_PX = 40  # what a window manager puts above a window
SMALLEST = 0.4  # below this nobody can read it
OFFSCREEN_NAMES: dict[ScreenName, str] = {"customer": "CUSTOMER", "cashier": "CASHIER"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one window should get. An empty name means: the display that fits best."""

    screen: ScreenName
    display: str
    size: QSize


@dataclass(frozen=True, slots=True)
class Place:
    display: QScreen
    geometry: QRect
    alone: bool
    """No other window of ours is on this display: only then may a window fill it."""


def prepare(wanted: Sequence[Wanted]) -> Path | None:
    """Set Qt's environment before its application starts. Without any display draw offscreen on two
    made-up ones, or on one when both windows name the same; the file that describes them is returned and
    may be deleted after the start."""
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    os.environ.setdefault("QSG_RENDER_LOOP", "basic")
    shown = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if shown:
        return None
    left, displays = 0, []
    for name, size in _made_up(wanted).items():
        place = {"x": left, "y": 0, "width": size.width(), "height": size.height()}
        displays.append({"name": name, **place, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1})
        left += size.width()
    described = {"synchronousWindowSystemEvents": False, "windowFrameMargins": False, "screens": displays}
    with tempfile.NamedTemporaryFile("w", prefix="hyla-ui-", suffix=".json", delete=False) as file:
        json.dump(described, file)
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file.name}"
    return Path(file.name)


def _made_up(wanted: Sequence[Wanted]) -> dict[str, QSize]:
    """A display for each name, with room for its windows one above the other."""
    sizes: dict[str, QSize] = {}
    for window in wanted:
        name = window.display or OFFSCREEN_NAMES[window.screen]
        above = sizes.get(name, QSize(0, 0))
        sizes[name] = QSize(max(above.width(), window.size.width()), above.height() + window.size.height())
    return sizes


def place(wanted: Sequence[Wanted]) -> dict[ScreenName, Place]:
    """A display and a geometry for each window, from the displays that are there now."""
    displays = QGuiApplication.screens()
    chosen = {window.screen: _named(window, displays) or _fitting(window, displays) for window in wanted}
    if _exchanged(wanted, chosen):
        chosen = dict(zip(chosen, reversed(chosen.values()), strict=True))
    for window in wanted:
        rivals = [chosen[other.screen] for other in wanted if other.screen != window.screen]
        if chosen[window.screen] is None:
            chosen[window.screen] = _left_over(window.screen, displays, rivals)
    places: dict[ScreenName, Place] = {}
    taken: dict[QScreen, QPoint] = {}
    for window in wanted:
        display = chosen[window.screen]
        assert display is not None
        mates = [other for other in wanted if chosen[other.screen] is display]
        shift = taken.get(display, QPoint(0, 0))
        spot = QRect(display.geometry().topLeft() + shift, window.size)
        places[window.screen] = Place(display, spot, alone=len(mates) == 1)
        taken[display] = shift + _beside(window, mates, display)
    return places


def homeless(
    wanted: Sequence[Wanted], places: Mapping[ScreenName, Place], fullscreen: bool
) -> frozenset[ScreenName]:
    """Windows that stand where they do not belong, because their display is not there. A desk has none:
    its windows stand on whatever there is."""
    if not fullscreen:
        return frozenset()
    displays = QGuiApplication.screens()
    lost = {window.screen for window in wanted if window.display and _named(window, displays) is None}
    shared = [window for window in wanted if not window.display and not places[window.screen].alone]
    unfit = [window.screen for window in shared if _fitting(window, displays) is None]
    return frozenset(lost or [screen for screen in unfit if len(unfit) == 1 or screen != CASHIER])


def _beside(window: Wanted, mates: Sequence[Wanted], display: QScreen) -> QPoint:
    """Where the next window of the same display begins: on a portrait one that is made for both, below
    (the customer above, the cashier at the edge of the counter); else to the right."""
    size = display.geometry().size()
    below = size.height() > size.width() and max(mate.size.width() for mate in mates) <= size.width()
    return QPoint(0, window.size.height()) if below else QPoint(window.size.width(), 0)


def shrink(places: Mapping[ScreenName, Place]) -> float:
    """How much smaller the windows must be drawn for those that share a display to stand side by side
    on it; 1.0 when they fit. For a desk: a terminal's windows fill displays of their own size."""
    factor = 1.0
    for display in {place.display for place in places.values()}:
        sizes = [place.geometry.size() for place in places.values() if place.display is display]
        free = display.availableGeometry().size()
        width = free.width() / sum(size.width() for size in sizes)
        height = (free.height() - TITLE_PX) / max(size.height() for size in sizes)
        factor = min(factor, width, height)
    return max(factor, SMALLEST)


def _named(window: Wanted, displays: Sequence[QScreen]) -> QScreen | None:
    name = window.display or OFFSCREEN_NAMES[window.screen]
    return next((display for display in displays if display.name() == name), None)


def _exchanged(wanted: Sequence[Wanted], chosen: Mapping[ScreenName, QScreen | None]) -> bool:
    """Each window would stand on a display that is exactly the other one's, and not its own."""
    first, second = wanted
    there = {
        window.screen: display.geometry().size() for window in wanted if (display := chosen[window.screen])
    }
    return (
        first.size != second.size
        and there.get(first.screen) == second.size
        and there.get(second.screen) == first.size
    )


def _fitting(window: Wanted, displays: Sequence[QScreen]) -> QScreen | None:
    """The one display of exactly this size, when no name was given."""
    same = [display for display in displays if display.geometry().size() == window.size]
    return same[0] if len(same) == 1 and not window.display else None


def _left_over(
    screen: ScreenName, displays: Sequence[QScreen], rivals: Sequence[QScreen | None]
) -> QScreen:
    """The first free display for the cashier, the last free one for the customer."""
    free = [display for display in displays if display not in rivals] or list(displays)
    return free[0] if screen == CASHIER else free[-1]
