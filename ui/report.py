"""`python -m ui.report`: which displays are there and where the windows would go, for `hyla doctor`.

Enters: the command line of `hyla-ui`, as far as it speaks of displays. Leaves: one JSON object on stdout.
No window is opened, so it may run beside the screens.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen

from ui import displays
from ui.__main__ import parser
from ui.displays import Wanted

UPSIDE_DOWN = (
    Qt.ScreenOrientation.InvertedPortraitOrientation,
    Qt.ScreenOrientation.InvertedLandscapeOrientation,
)


def main(argv: Sequence[str] | None = None) -> int:
    given = parser().parse_args(argv)
    wanted = (
        Wanted("customer", given.customer_screen, QSize(*given.customer_size)),
        Wanted("cashier", given.cashier_screen, QSize(*given.cashier_size)),
    )
    made_up = displays.prepare(wanted)
    app = QGuiApplication(["hyla-ui"])
    if made_up is not None:
        made_up.unlink(missing_ok=True)
    places = displays.place(wanted)
    told = {
        "made_up": made_up is not None,
        "displays": [display.name() for display in app.screens()],
        "windows": {
            screen: {**_told(place.display), "alone": place.alone} for screen, place in places.items()
        },
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


def _told(display: QScreen) -> dict[str, object]:
    """In the display's own pixels, as the profile counts them."""
    size = display.geometry().size() * display.devicePixelRatio()
    return {
        "display": display.name(),
        "width_px": size.width(),
        "height_px": size.height(),
        "upside_down": display.orientation() in UPSIDE_DOWN,
    }


if __name__ == "__main__":
    sys.exit(main())
