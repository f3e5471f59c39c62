"""A display is pulled: from the ui's word for it over the socket to the cashier's view that says so.

Enters: a folder for the socket. Leaves: milliseconds. The link, the truth, the task of the screens, its
supervisor, the core and the projection are the product's; the other end of the socket shows what it gets.
"""

from __future__ import annotations

import queue
import socket
import time
from pathlib import Path

from agent.core.events import Device, Event, Instant
from agent.core.state import Kept
from agent.core.terminal import recovered, step
from agent.screens.contract import (
    CashierView,
    CustomerView,
    Downward,
    Hello,
    ScreenName,
    Shown,
    decode_downward,
    digest,
    encode,
)
from agent.screens.link import ScreensLink
from agent.screens.process import UiProcess
from agent.screens.projection import project
from agent.screens.truth import Truth
from agent.supervisor import Supervisor
from simulator.seeds.shop import TILLS, rules

WAIT_MS, PATIENCE_S = 2_000, 20.0
LOOK_S = 0.002
CAUSE = "customer_gone"


def screen_gone_ms(folder: Path) -> float:
    """Once. Raises TimeoutError when nobody says it."""
    folder.mkdir(parents=True)
    glass = _Glass(folder / "screens.sock")
    try:
        glass.until(lambda: glass.state.works(Device.SCREENS))
        began_s = time.monotonic()
        glass.pull()
        glass.until(lambda: glass.says(CAUSE))
        return round(1000 * (time.monotonic() - began_s), 1)
    finally:
        glass.stop()


class _Glass:
    """The agent's side and the ui's side in one thread; the link and the supervisor have their own."""

    def __init__(self, path: Path) -> None:
        self._facts: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._truth = Truth(WAIT_MS)
        self._link = ScreensLink(path, "", lambda _: None, self._connected, self._truth.heard)
        self._supervisor = Supervisor(self._facts.put)
        looks = (lambda: self._link.connected, self._truth.standing, self._supervisor.post)
        self._task = UiProcess([], *looks)
        self.state = recovered(rules(TILLS[0], 60_000), Kept.fresh("CNY"), "zh")
        self._newest: dict[type, CustomerView | CashierView] = {}
        self._half = b""
        self._pulled = False
        self._link.start()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._socket.setblocking(False)
        self._socket.send(encode(Hello()))
        self._supervisor.start([self._task])
        self._show()

    def pull(self) -> None:
        """The customer's display is gone; Qt says so, and the ui says it on."""
        self._pulled = True
        self._answer(self._newest[CustomerView])

    def says(self, cause: str) -> bool:
        """The cashier's newest view names the cause."""
        view = self._newest[CashierView]
        return isinstance(view, CashierView) and f"cause.screens.{cause}".encode() in encode(view)

    def until(self, condition: object) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not condition():  # type: ignore[operator]
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"nobody said it; down: {self.state.down}")
            self._turn()

    def stop(self) -> None:
        self._supervisor.stop()
        self._socket.close()
        self._link.stop()

    def _connected(self, there: bool) -> None:
        self._truth.connected(there)
        self._task.anew()

    def _turn(self) -> None:
        """Facts into the core, its views onto the socket, what comes down shown."""
        try:
            fact = self._facts.get(timeout=LOOK_S)
        except queue.Empty:
            pass
        else:
            self.state = step(self.state, fact, _now()).state
            self._show()
        self._read()

    def _show(self) -> None:
        for view in project(self.state, _now()):
            self._truth.sent(view)
            self._link.show(view)

    def _read(self) -> None:
        try:
            self._half += self._socket.recv(65_536)
        except BlockingIOError:
            return
        *lines, self._half = self._half.split(b"\n")
        for line in lines:
            self._answer(decode_downward(line))

    def _answer(self, message: Downward) -> None:
        if isinstance(message, CustomerView | CashierView):
            self._newest[type(message)] = message
            screen: ScreenName = "customer" if isinstance(message, CustomerView) else "cashier"
            there = not (self._pulled and screen == "customer")
            self._socket.send(encode(Shown(screen, message.view_id, digest(message), there)))


def _now() -> Instant:
    return Instant(time.monotonic_ns() // 1_000_000, time.time_ns() // 1_000_000)
