"""What people saw, as pictures and as text. For the desk and for tests (`--record DIR`).

Enters: word that a view is on the glass. Leaves: NNN-<screen>-<page or tone>.png and one line in
screens.jsonl for every view that looks different from the one before. A view that differs only in
the camera picture or in a running clock is not written again. Numbers go on where the folder ends.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRectF
from PySide6.QtQuick import QQuickItem, QQuickWindow

from agent.screens.contract import ScreenName, Shown
from ui.finish import Finished

CLOCKS = ("countdown", "since")
"""objectNames of texts that change by themselves."""


def visible_items(item: QQuickItem) -> list[QQuickItem]:
    """Everything that is shown under this item, in painting order."""
    if not item.isVisible() or item.opacity() == 0:
        return []
    found = [item]
    for child in item.childItems():
        found += visible_items(child)
    return found


def is_text(item: QQuickItem) -> bool:
    return item.inherits("QQuickText")  # also what is made of one


def in_sight(item: QQuickItem) -> bool:
    """Not scrolled out of a clipping parent."""
    here = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
    parent = item.parentItem()
    while parent is not None:
        if parent.clip() and not here.intersects(
            parent.mapRectToScene(QRectF(0, 0, parent.width(), parent.height()))
        ):
            return False
        parent = parent.parentItem()
    return True


def plain(words: str) -> str:
    """What is read: without the signs that only say where a line may not break."""
    return words.replace("\u2060", "").replace("\N{NO-BREAK SPACE}", " ")


def texts(window: QQuickWindow, leaving_out: tuple[str, ...] = ()) -> list[str]:
    """Every visible text of a window, in order."""
    found = []
    for item in visible_items(window.contentItem()):
        if is_text(item) and item.objectName() not in leaving_out and in_sight(item):
            text = plain(str(item.property("text")))
            if text:
                found.append(text)
    return found


class Recorder(QObject):
    """Writes into one folder, for both windows."""

    def __init__(
        self, folder: Path, windows: dict[str, QQuickWindow], parent: QObject | None = None
    ) -> None:
        """Raises OSError when the folder cannot be made."""
        super().__init__(parent)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._windows = windows
        self._last: dict[ScreenName, Any] = {}
        self._n = max((_number(path) for path in folder.glob("*.png")), default=0)

    def take(self, shown: Shown, view: Finished) -> None:
        """The view is on the glass: keep it, unless it looks like the last one."""
        window = self._windows[shown.screen]
        look = (view.page, view.tone, view.sign, texts(window, leaving_out=CLOCKS))
        if self._last.get(shown.screen) == look:
            return
        self._last[shown.screen] = look
        self._n += 1
        name = f"{self._n:03}-{shown.screen}-{view.page or view.tone}.png"
        entry = {"n": self._n, "screen": shown.screen, "view_id": shown.view_id, "page": view.page,
                 "tone": view.tone, "texts": texts(window), "picture": name}  # fmt: skip
        window.grabWindow().save(str(self._folder / name), "PNG", 80)  # type: ignore[call-overload]
        with (self._folder / "screens.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _number(path: Path) -> int:
    digits = re.match(r"\d+", path.name)
    return int(digits.group()) if digits else 0
