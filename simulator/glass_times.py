"""How quick the two windows are, and whether their memory stays flat: the real screens process, timed.

Enters: how many visits. Leaves: milliseconds from the process's start to a picture on both windows (the
median of a few starts, as a terminal starts it), from a finger on a button to the next view on the glass,
and the process's memory early and late. The socket, the windows and the finger are real; the views are the
gallery's, one visit of six pages after another.
`hyla bench glass` runs this as a process of its own.
"""

from __future__ import annotations

import queue
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from agent.screens.contract import CashierView, CustomerView, Shown, Tap
from agent.screens.link import ScreensLink
from simulator.eyewitness import Fingers
from simulator.measuring import print_figures
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES

PATIENCE_S = 60.0
STARTS = 5
WARM_VISITS = 20  # until then caches of letters and pictures grow
VISIT = ("welcome", "basket", "choose", "digits", "confirm", "paid")
CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}


class Screens:
    """The screens process at the other end of the product's own link."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.shown: queue.SimpleQueue[Shown] = queue.SimpleQueue()
        self.taps: queue.SimpleQueue[Tap] = queue.SimpleQueue()
        self.fingers = Fingers(folder / "fingers.sock")
        self._view_id = 0
        path = folder / "screens.sock"
        self._link = ScreensLink(path, "", self.taps.put, lambda _: None, self.shown.put)
        self._link.start()
        self._queue("welcome")
        self.began_s = time.monotonic()
        command = [sys.executable, "-m", "ui", "--socket", str(path), *options]
        self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def show(self, page: str) -> float:
        """Both windows show it; returns when the later one did."""
        self._queue(page)
        return self.drawn()

    def drawn(self) -> float:
        """When both windows have drawn the newest view."""
        left = {"customer", "cashier"}
        while left:
            told = self.shown.get(timeout=PATIENCE_S)
            if told.view_id == self._view_id:
                left.discard(told.screen)
        return time.monotonic()

    def rss_kb(self) -> int:
        status = Path(f"/proc/{self._child.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    def stop(self) -> None:
        self._link.stop()
        self._child.terminate()
        self._child.wait(PATIENCE_S)

    def _queue(self, page: str) -> None:
        self._view_id += 1
        cashier = CASHIER.get(page, CASHIER["idle"])
        views: tuple[CustomerView | CashierView, ...] = (
            CUSTOMER[page].view(self._view_id, "zh", False),
            cashier.view(self._view_id, "zh", False),
        )
        for view in views:
            self._link.show(
                structs.replace(view, seconds_left=0) if isinstance(view, CustomerView) else view
            )


def measured(folder: Path, visits: int) -> dict[str, object]:
    """One screens process for all visits."""
    first_ms = statistics.median(_first_ms(folder) for _ in range(STARTS))
    screens = Screens(folder, "--fingers", str(folder / "fingers.sock"))
    try:
        screens.drawn()
        touch_ms, early_kb = [], 0
        for visit in range(WARM_VISITS + visits):
            for page in VISIT:
                screens.show(page)
                if page == "choose":
                    touch_ms.append(_touched(screens))
            if visit + 1 == WARM_VISITS:
                early_kb = screens.rss_kb()
        return {
            "first_picture_ms": round(first_ms, 1),
            "touch_ms": [round(one, 2) for one in touch_ms[WARM_VISITS:]],
            "rss_early_kb": early_kb,
            "rss_late_kb": screens.rss_kb(),
        }
    finally:
        screens.stop()


def _first_ms(folder: Path) -> float:
    screens = Screens(folder)
    try:
        return 1000 * (screens.drawn() - screens.began_s)
    finally:
        screens.stop()


def _touched(screens: Screens) -> float:
    """From the finger on a button (not from the search for it) over the agent's side to the next view on
    both windows."""
    began_s = screens.fingers.press("customer", "pay_by_face", PATIENCE_S)
    screens.taps.get(timeout=PATIENCE_S)
    return 1000 * (screens.show("basket") - began_s)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was measured, as one JSON object."""
    return print_figures("glass_times", "Times the screens.", ("visits", 500), measured, argv)


if __name__ == "__main__":
    sys.exit(main())
