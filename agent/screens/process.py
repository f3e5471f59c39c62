"""The screens process, kept alive and honest: started when nobody is connected, left alone when somebody
is, started again when a screen does not show what it was sent.

The screens outlive an agent that is killed (they show that they are reconnecting) and are found again
by the next one, so where some are running others are started only after nobody has connected for a moment.
"""

from __future__ import annotations

import fcntl
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.core.events import Device, DeviceLost, DeviceUp
from agent.core.state import STARTING
from agent.ports import DeviceTrouble, Post
from agent.profile.schema import ScreensSection
from agent.screens.contract import LOCK_SUFFIX
from agent.screens.truth import FINE, WAITING

log = logging.getLogger(__name__)

ADOPT_S = 1.0  # a running ui reconnects within 250 ms; wait a little longer before starting another
LOOK_S = 0.1
UNTRUE = {
    "frozen": "does not show what it was sent",
    "differs": "shows another picture than what it was sent",
    "gone": "has no display of its own. Check its cable and power, and the names in the section screens",
}
START_S = 15.0  # a cold start of Qt on a slow disk


class UiProcess:
    """DeviceTask of the screens. `connected` is the link's word for a greeted ui, `standing` that of
    `truth`. Without a command somebody else starts them."""

    device = Device.SCREENS

    def __init__(
        self,
        command: Sequence[str],
        connected: Callable[[], bool],
        standing: Callable[[], str],
        post: Post,
        child: subprocess.Popen[bytes] | None = None,
        running: Callable[[], bool] = lambda: True,
    ) -> None:
        """`child`: the screens that a terminal before this one started in the same process. `running`: are
        there any, whoever started them?"""
        self._command = command
        self._connected = connected
        self._standing = standing
        self._post = post
        self._stopping = threading.Event()
        self._child = child
        self._running = running
        self._missed = False  # waited in vain already: whoever was there will not connect again
        self._lock = threading.Lock()  # held while something is said: a coming is never said before it
        self._told = WAITING  # what was said last about what the screens show
        self._worked = False  # since they were last started: what hangs now may heal by starting again
        self._looking = False  # between two runs nothing is said: what was given up must be told lost first

    def run(self) -> None:
        """Returns after stop; raises DeviceTrouble when the screens are gone, or do not show what they
        were sent."""
        with self._lock:
            self._looking = True
            if self._told == FINE:  # said by the screens while the last run was being given up
                self._told = WAITING
        try:
            self._find()
            while not self._stopping.wait(LOOK_S):
                self._look()
        finally:
            with self._lock:
                self._looking = False

    def _find(self) -> None:
        """Those that are there, or new ones."""
        nobody_left = self._missed or self._ours_ended() or not self._running()
        self._missed = False
        if not self._wait_connected(0.0 if nobody_left else ADOPT_S):
            self._start()

    def _look(self) -> None:
        if not self._connected() and not self._wait_connected(ADOPT_S):
            self._missed = True
            self._forget()
            raise DeviceTrouble("died", f"the screens process is gone ({self._how()}); {self._next()}")
        self._compare()

    def stop(self) -> None:
        """The screens end by themselves on the link's goodbye."""
        self._stopping.set()

    def anew(self) -> None:
        """A ui came or went: nobody is charged until both screens were seen right since. Called on the
        link's thread, after `standing` knows and before anything that this ui says is posted."""
        with self._lock:
            if self._told == FINE:
                self._post(DeviceLost(self.device, STARTING))
            self._told = WAITING

    def shown(self) -> None:
        """A screen said what it shows: people may be charged before whatever else it says. Called on the
        link's thread, after `standing` knows."""
        with self._lock:
            if self._looking and self._standing() == FINE:
                self._say(FINE)

    def _compare(self) -> None:
        """Lost when a screen does not show what it was sent, up when both do; said once."""
        with self._lock:
            standing, worked = self._standing(), self._worked
            if standing in (WAITING, self._told):
                return
            self._say(standing)
        if standing == FINE:
            return
        side, _, how = standing.partition("_")
        if worked and how != "gone":
            self._end_ours()  # once an outage: starting again heals a hung process, not a loose cable
        raise DeviceTrouble(standing, f"the {side} screen {UNTRUE[how]}; nobody is charged")

    def _say(self, standing: str) -> None:
        """Held: the lock."""
        if standing == FINE != self._told:
            self._post(DeviceUp(self.device))
            log.info("the screens are shown")
        self._told, self._worked = standing, standing == FINE

    @property
    def child(self) -> subprocess.Popen[bytes] | None:
        """The screens that were started here, for the terminal that is put together next."""
        return self._child

    def again(self) -> None:
        """End the screens; they are started anew at once. May be called from any thread."""
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()

    def _forget(self) -> None:
        with self._lock:
            self._told, self._worked = WAITING, False

    def _start(self) -> None:
        self._forget()
        if not self._command:
            return self._wait_for_others()
        self._end_ours()  # it runs but does not talk to us
        self._child = subprocess.Popen(self._command, start_new_session=True, stdin=subprocess.DEVNULL)
        if not self._wait_connected(START_S) and not self._stopping.is_set():
            raise DeviceTrouble("died", f"the screens did not come up: {' '.join(self._command)}")
        return None

    def _wait_for_others(self) -> None:
        while not self._connected() and not self._stopping.is_set():
            self._stopping.wait(LOOK_S)

    def _end_ours(self) -> None:
        if self._child is None or self._child.poll() is not None:
            return
        self._child.kill()
        self._child.wait()
        deadline = time.monotonic() + ADOPT_S
        while self._connected() and time.monotonic() < deadline:
            self._stopping.wait(LOOK_S)  # until the link has noticed too

    def _next(self) -> str:
        return "starting it again" if self._command else "waiting for it"

    def _how(self) -> str:
        code = self._child.poll() if self._child else None
        return "not started by this agent" if self._child is None else f"exit code {code}"

    def _ours_ended(self) -> bool:
        """The screens we started are gone: nobody is left who could connect again."""
        return self._child is not None and self._child.poll() is not None

    def _wait_connected(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not (self._connected() or self._stopping.is_set() or self._ours_ended()):
            if time.monotonic() >= deadline:
                break
            self._stopping.wait(LOOK_S)
        return self._connected()


def screens_socket(data_dir: Path | str) -> Path:
    """Where the agent and its screens meet."""
    return Path(data_dir) / "screens.sock"


def screens_run(socket_path: Path) -> bool:
    """Somebody shows the screens of this socket: they hold the lock beside it as long as they live."""
    try:
        with Path(f"{socket_path}{LOCK_SUFFIX}").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def ui_command(section: ScreensSection, socket_path: Path, extra: Sequence[str]) -> list[str]:
    """How the screens are started for this profile; `extra` is passed on as it is."""
    command = [sys.executable, "-m", "ui", "--socket", str(socket_path)]
    command += ["--customer-size", f"{section.customer_width_px}x{section.customer_height_px}"]
    command += ["--cashier-size", f"{section.cashier_width_px}x{section.cashier_height_px}"]
    if section.customer_screen:
        command += ["--customer-screen", section.customer_screen]
    if section.cashier_screen:
        command += ["--cashier-screen", section.cashier_screen]
    return [*command, *(["--fullscreen"] if section.fullscreen else []), *extra]
