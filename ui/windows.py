"""The two windows: QML, store and picture put together.

Enters: views, the name of the preview memory, the loss of the agent. Leaves: taps, and word of
every view that is really on the glass.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine, QQmlError, qmlRegisterType, qmlRegisterUncreatableType
from PySide6.QtQuick import QQuickItem, QQuickWindow
from shiboken6 import Shiboken

from agent.screens.contract import (
    CASHIER,
    CUSTOMER,
    CashierView,
    CustomerView,
    ScreenName,
    Shown,
    digest,
)
from ui.displays import Place
from ui.phrases import Catalogue
from ui.preview import PreviewPicture, PreviewSource
from ui.store import WindowStore

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
QML = FOLDER / "qml"
NO_AMOUNT = "—"  # as Theme/Amount.qml writes it
PAGES: dict[ScreenName, Path] = {
    CUSTOMER: QML / "Customer" / "Main.qml",
    CASHIER: QML / "Cashier" / "Main.qml",
}


def load_fonts() -> None:
    """The fonts of ui/fonts, for every window. Raises FileNotFoundError naming the folder."""
    for weight in ("Regular", "Bold"):
        font = FOLDER / "fonts" / f"HylaSansSC-{weight}.otf"
        if QFontDatabase.addApplicationFont(str(font)) < 0:
            raise FileNotFoundError(
                f"{font}: the font of the screens cannot be loaded; install Hyla again."
            )
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.setFont("Hyla Sans SC")


def register_types() -> None:
    """Make the store and the picture known to QML as `import Hyla`."""
    for kept in (WindowStore, PreviewSource):
        # The stubs ask for bytes here; the function itself takes nothing but str.
        qmlRegisterUncreatableType(kept, "Hyla", 1, 0, kept.__name__, "made in Python")  # type: ignore[arg-type]
    qmlRegisterType(PreviewPicture, "Hyla", 1, 0, "PreviewPicture")  # type: ignore[call-overload]


class Windows(QObject):
    """Both windows and what feeds them. `close` before the application ends."""

    tapped = Signal(object)
    drawn = Signal(object)
    """Shown(screen, view_id, digest): the frame with this view has been swapped."""

    def __init__(self, words: Catalogue, language: str = "zh") -> None:
        super().__init__()
        self.source = PreviewSource()
        self.stores = {CUSTOMER: WindowStore("customer", words, language),
                       CASHIER: WindowStore("cashier", words, language)}  # fmt: skip
        self._undrawn: set[ScreenName] = set()
        self._homeless: frozenset[ScreenName] = frozenset()
        self._views: dict[ScreenName, CustomerView | CashierView] = {}
        self._engine: QQmlEngine | None = QQmlEngine()
        self._engine.addImportPath(str(QML))
        self._engine.warnings.connect(_log_warnings)
        self._components: list[QQmlComponent] = []
        self.windows: dict[str, QQuickWindow] = {}
        for screen, page in PAGES.items():
            self.windows[screen] = self._make(screen, page)
        for store in self.stores.values():
            store.tapped.connect(self.tapped)

    def _make(self, screen: str, page: Path) -> QQuickWindow:
        assert self._engine is not None
        needs: dict[str, QObject] = {"store": self.stores[screen]}
        if screen == CUSTOMER:
            needs["source"] = self.source
        component = QQmlComponent(self._engine, QUrl.fromLocalFile(str(page)))
        self._components.append(component)  # it owns the window
        window = component.createWithInitialProperties(needs)
        if not isinstance(window, QQuickWindow):
            raise RuntimeError(f"{page}: {component.errorString()}")
        window.setObjectName(screen)
        window.setTitle(f"Hyla {screen}")
        window.frameSwapped.connect(lambda: self._swapped(screen))
        return window

    def put(
        self,
        places: Mapping[ScreenName, Place],
        fullscreen: bool,
        homeless: frozenset[ScreenName] = frozenset(),
    ) -> None:
        """Each window on its display; again when displays come or go. The agent hears at once of a window
        whose own display has gone or come back."""
        for screen, place in places.items():
            window = self.windows[screen]
            window.setScreen(place.display)
            window.setGeometry(place.geometry)
            if fullscreen and place.alone:
                window.showFullScreen()
            else:
                window.showNormal()
        changed, self._homeless = self._homeless ^ homeless, homeless
        for screen in sorted(changed):
            self._say_shown(screen)

    def show(self, view: CustomerView | CashierView) -> None:
        screen: ScreenName = "customer" if isinstance(view, CustomerView) else "cashier"
        self._views[screen] = view
        self.stores[screen].show(view)
        self._changed(screen)

    def lose(self) -> None:
        """The agent is gone: both windows say so at once."""
        self._views.clear()
        for screen in PAGES:
            self.stores[screen].lose()
            self._changed(screen)

    def settled(self, screen: str) -> bool:
        """What the agent said last to this screen is on the glass."""
        return screen not in self._undrawn

    def greet(self, preview: str) -> None:
        self.source.use(preview)

    def close(self) -> None:
        """Windows first, then the engine, then the stores: QML must never read a store that is gone."""
        self.source.want(False)
        for window in self.windows.values():
            window.close()
        self.windows.clear()
        for component in self._components:
            Shiboken.delete(component)  # now, not when the event loop comes round: there may be none
        self._components.clear()
        if self._engine is not None:
            Shiboken.delete(self._engine)
            self._engine = None

    def _changed(self, screen: str) -> None:
        if screen == CUSTOMER:
            self.source.want(self.stores[CUSTOMER].now().preview)
        self._undrawn.add("customer" if screen == CUSTOMER else "cashier")
        self.windows[screen].update()  # also when the new view looks like the last one

    def _swapped(self, screen: str) -> None:
        if screen not in self._undrawn:
            return
        name: ScreenName = "customer" if screen == CUSTOMER else "cashier"
        self._undrawn.discard(name)
        self._say_shown(name)

    def _say_shown(self, screen: ScreenName) -> None:
        view_id, at_home = self.stores[screen].now().view_id, screen not in self._homeless
        self.drawn.emit(Shown(screen, view_id, self._digest(screen), at_home))

    def _digest(self, screen: ScreenName) -> str:
        """Of the view with the amount as a person reads it now: a picture that stands still while the
        store moves on does not pass for the truth."""
        view, glass = self._views.get(screen), self.windows[screen].findChild(QQuickItem, "amount")
        if view is None or glass is None:
            return ""
        words = str(glass.property("text")) if glass.isVisible() else ""
        return digest(msgspec.structs.replace(view, amount="" if words == NO_AMOUNT else words))


def _log_warnings(warnings: list[QQmlError]) -> None:
    for warning in warnings:
        log.warning("%s", warning.toString())
