"""Do both screens show what was sent to them?

Enters: every view as it is sent, a ui that comes or goes, what each screen says it shows. Leaves: a
standing in one word, for the task that looks after the screens. A digest says more than an echo of the
view's number: the ui takes it over the view with the amount as it stands on the glass.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from agent.screens.contract import CASHIER, CUSTOMER, CashierView, CustomerView, ScreenName, Shown, digest

FINE: Final = "fine"
WAITING: Final = "waiting"
VIEWS_REMEMBERED = 64  # sent and not yet seen; the oldest and the newest are the ones that matter


@dataclass(slots=True)
class _Screen:
    """One screen: what it was sent and has not shown yet, oldest first, each with when."""

    newest: str = ""
    awaited: list[tuple[str, int]] = field(default_factory=list)
    seen: bool = False
    wrong: bool = False
    gone: bool = False


class Truth:
    """`standing` is FINE, WAITING or `<screen>_frozen`, `<screen>_differs`, `<screen>_gone`. Any thread."""

    def __init__(
        self, wait_ms: int, clock_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000
    ):
        self._wait_ms = wait_ms
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._there = False
        self._screens: dict[ScreenName, _Screen] = {CUSTOMER: _Screen(), CASHIER: _Screen()}

    def sent(self, view: CustomerView | CashierView) -> None:
        """This is what the screen must show from now on."""
        with self._lock:
            screen = self._screens[CUSTOMER if isinstance(view, CustomerView) else CASHIER]
            screen.newest = digest(view)
            if self._there:
                screen.awaited.append((screen.newest, self._clock_ms()))
                del screen.awaited[1 : max(1, len(screen.awaited) - VIEWS_REMEMBERED)]

    def connected(self, there: bool) -> None:
        """A ui has come, and is sent the newest views; or it has gone."""
        with self._lock:
            self._there = there
            for screen in self._screens.values():
                screen.seen = screen.wrong = screen.gone = False
                screen.awaited = [(screen.newest, self._clock_ms())] if there and screen.newest else []

    def heard(self, shown: Shown) -> None:
        """A view older than this one need not be shown any more: the newest wins."""
        with self._lock:
            screen = self._screens[shown.screen]
            screen.gone = not shown.display
            places = [n for n, (sent, _) in enumerate(screen.awaited) if sent == shown.digest]
            if places:
                del screen.awaited[: places[-1] + 1]
            screen.wrong = not places and shown.digest != screen.newest
            screen.seen = screen.seen or shown.digest == screen.newest

    def standing(self) -> str:
        """A screen has so long to show a view: what takes longer, nobody may be asked to pay. Before both
        were seen right since the ui came there is no such time: nobody may be asked at all (WAITING)."""
        with self._lock:
            if not self._there:
                return WAITING
            late_ms = self._clock_ms() - self._wait_ms
            for name, screen in self._screens.items():
                if screen.gone:
                    return f"{name}_gone"
                if screen.awaited and screen.awaited[0][1] < late_ms:
                    return f"{name}_differs" if screen.wrong else f"{name}_frozen"
            return FINE if all(screen.seen for screen in self._screens.values()) else WAITING
