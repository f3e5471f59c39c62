"""Fingers for the desk and for tests: touch the real buttons of the real windows (`--fingers PATH`).

Enters: JSON lines over a local socket, {"screen": "customer", "press": "pay_by_face"},
{"screen": "customer", "type_digits": "1234"}, {"screen": "cashier", "key": "F9"} or {"screen": "cashier",
"touch": "choice-17"} ("choice-" is the first of its kind). Leaves: a mouse click or a key in that window,
and {"ok": true} (after a key with "focus", what the keyboard is on; after a press with "at_s", when the
finger came down, by the machine's monotonic clock) or {"ok": false, "why": …}. Typed
digits are followed by the button give_digits, when the page has one. A finger touches what is on the
glass: while a new view is not drawn yet (its buttons may still lie at the edge, without a size) the
answer is not ok.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from ui.record import in_sight, visible_items

LINE_BYTES_MAX = 4096
ACTIVE_MS = 500
TOUCHED = ("button-", "key-", "choice-", "benefit-", "line-")


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """One line."""

    screen: str
    press: str = ""
    type_digits: str = ""
    key: str = ""
    touch: str = ""


class NoSuchButton(Exception):
    """The person could not have done this; says what there was."""


class Fingers(QObject):
    """Serves one socket; carries out one line after another."""

    def __init__(
        self,
        path: Path,
        windows: Mapping[str, QQuickWindow],
        settled: Callable[[str], bool],
        parent: QObject | None = None,
    ) -> None:
        """`settled`: is the newest view of that screen on the glass? Raises OSError when the socket
        cannot be opened."""
        super().__init__(parent)
        self._windows = windows
        self._settled = settled
        self._peers: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(str(path))
        if not self._server.listen(os.fspath(path.absolute())):
            raise OSError(f"{path}: the socket of --fingers cannot be opened: {self._server.errorString()}")
        self._server.newConnection.connect(self._welcome)

    def close(self) -> None:
        self._server.close()

    def _welcome(self) -> None:
        peer = self._server.nextPendingConnection()
        if peer is not None:
            # Ours, not the server's: of a child of the server something stays for ever, 1 kB a finger.
            peer.setParent(None)
            self._peers.append(peer)
            peer.readyRead.connect(self._read)
            peer.disconnected.connect(self._let_go)

    def _let_go(self) -> None:
        gone = [
            peer for peer in self._peers if peer.state() is QLocalSocket.LocalSocketState.UnconnectedState
        ]
        for peer in gone:
            self._peers.remove(peer)
            peer.deleteLater()

    def _read(self) -> None:
        for peer in tuple(self._peers):
            self._answer(peer)

    def _answer(self, peer: QLocalSocket) -> None:
        while peer.canReadLine():
            answer = self.carry_out(bytes(peer.readLine().data()))
            if not peer.isValid():
                return  # the finger closed this very program's connection
            peer.write(msgspec.json.encode(answer) + b"\n")
            peer.flush()
        if peer.bytesAvailable() > LINE_BYTES_MAX:
            peer.abort()

    def carry_out(self, line: bytes) -> dict[str, Any]:
        try:
            wish = msgspec.json.decode(line, type=Wish)
            window = self._windows.get(wish.screen)
            if window is None:
                raise NoSuchButton(f"no screen {wish.screen!r}: customer or cashier")
            if not self._settled(wish.screen):
                raise NoSuchButton(f"a new view of the {wish.screen} screen is not drawn yet; try again")
            if wish.press:
                return {"ok": True, "at_s": _press(window, f"button-{wish.press}")}
            if wish.touch:
                return {"ok": True, "at_s": _press(window, wish.touch)}
            if wish.type_digits:
                _type_digits(window, wish.type_digits)
            elif wish.key:
                _strike(window, wish.key)
            else:
                raise NoSuchButton("expected one of press, type_digits, key, touch")
        except (msgspec.MsgspecError, NoSuchButton) as trouble:
            return {"ok": False, "why": str(trouble)}
        return {"ok": True, "focus": _focus(window)} if wish.key else {"ok": True}


def _buttons(window: QQuickWindow) -> dict[str, QQuickItem]:
    """What a finger could press now, by objectName."""
    return {
        item.objectName(): item
        for item in visible_items(window.contentItem())
        if item.objectName().startswith(TOUCHED) and item.isEnabled() and in_sight(item)
    }


def _focus(window: QQuickWindow) -> str:
    item = window.activeFocusItem()
    return item.objectName() if item is not None else ""


def _press(window: QQuickWindow, name: str) -> float:
    """Returns when: to find the button took a person no time."""
    buttons = _buttons(window)
    first = next((one for one in buttons if one.startswith(name)), "") if name.endswith("-") else name
    item = buttons.get(first)
    if item is None:
        there = ", ".join(sorted(buttons)) or "none"
        raise NoSuchButton(
            f"{name} is not there or not enabled on the {window.objectName()} screen: {there}"
        )
    centre: QPoint = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    at_s = time.monotonic()
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
    return at_s


def _type_digits(window: QQuickWindow, digits: str) -> None:
    _press(window, "key-clear")
    for digit in digits:
        _press(window, f"key-{digit}")
    if "button-give_digits" in _buttons(window):
        _press(window, "button-give_digits")


def _strike(window: QQuickWindow, key: str) -> None:
    combination = QKeySequence.fromString(key)[0] if QKeySequence.fromString(key).count() == 1 else None  # type: ignore[index]
    if combination is None or combination.key() == Qt.Key.Key_unknown:
        raise NoSuchButton(f"no key {key!r}: a name as Qt knows it, F9, Esc, Del")
    if not window.isActive():  # whoever types looks at this window, and has it before them
        window.requestActivate()
        QTest.qWaitForWindowActive(window, ACTIVE_MS)
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())
