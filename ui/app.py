"""The screens process from start to end: application, link, windows, and what was asked for beside.

Enters: `Options`. Leaves: an exit code. Everything is put together here and nowhere else.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from agent.screens.contract import Shown
from ui import displays, i18n
from ui.displays import Wanted
from ui.link import AgentLink
from ui.phrases import Catalogue
from ui.windows import Windows, load_fonts, register_types

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, understood."""

    socket: Path
    customer_screen: str = ""
    cashier_screen: str = ""
    customer_size: tuple[int, int] = (800, 1280)
    cashier_size: tuple[int, int] = (1280, 800)
    fullscreen: bool = False
    record: Path | None = None
    fingers: Path | None = None
    language: str = "zh"


def run(options: Options) -> int:
    """Show both windows until the agent says goodbye or stays away."""
    wanted = (
        Wanted("customer", options.customer_screen, QSize(*options.customer_size)),
        Wanted("cashier", options.cashier_screen, QSize(*options.cashier_size)),
    )
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing here is worth saving
    described = displays.prepare(wanted)
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    app = QGuiApplication(["hyla-ui"])
    if described is not None:
        described.unlink(missing_ok=True)
    elif not options.fullscreen:
        _fit(wanted)
    app.setQuitOnLastWindowClosed(False)
    try:
        load_fonts()
        words = Catalogue()
    except (FileNotFoundError, i18n.CatalogueError) as trouble:
        log.error("%s", trouble)
        return 1
    register_types()
    windows = Windows(words, options.language)
    link = AgentLink(options.socket)
    try:
        _wire(app, link, windows, options)
    except OSError as trouble:
        log.error("%s", trouble)
        return 1
    _keep_placed(app, windows, wanted, options.fullscreen)
    link.start()
    gc.freeze()  # what is there now stays: nobody who touches the glass waits while it is looked through
    code = app.exec()
    link.stop()
    windows.close()
    app.processEvents()
    return code


def _wire(app: QGuiApplication, link: AgentLink, windows: Windows, options: Options) -> None:
    link.greeted.connect(windows.greet)
    link.viewed.connect(windows.show)
    link.lost.connect(windows.lose)
    windows.tapped.connect(link.send)
    windows.drawn.connect(link.send)

    def end(reason: str) -> None:
        log.info("The screens close: %s.", reason)
        app.quit()

    link.ended.connect(end)
    if options.record is not None:
        from ui.record import Recorder

        recorder = Recorder(options.record, windows.windows, windows)

        def take(shown: Shown) -> None:
            recorder.take(shown, windows.stores[shown.screen].now())

        windows.drawn.connect(take)
    if options.fingers is not None:
        from ui.fingers import Fingers  # the test library of Qt: only when asked for

        Fingers(options.fingers, windows.windows, windows.settled, windows)


def _keep_placed(
    app: QGuiApplication, windows: Windows, wanted: tuple[Wanted, Wanted], fullscreen: bool
) -> None:
    def put() -> None:
        if app.screens():
            places = displays.place(wanted)
            windows.put(places, fullscreen, displays.homeless(wanted, places, fullscreen))

    app.screenAdded.connect(put)
    app.screenRemoved.connect(put)
    put()


def _fit(wanted: tuple[Wanted, ...]) -> None:
    """On a display that is too small for both windows, start again drawn smaller. Qt takes its scale
    from the environment, before it knows the display; so the process replaces itself, once."""
    factor = displays.shrink(displays.place(wanted))
    if factor < 1 and "QT_SCALE_FACTOR" not in os.environ:
        os.environ["QT_SCALE_FACTOR"] = f"{factor:.2f}"
        os.execv(sys.executable, [sys.executable, "-m", "ui", *sys.argv[1:]])
