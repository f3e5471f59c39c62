"""The screens process, kept alive: started when nobody is connected, left alone when somebody is.

The screens outlive an agent that is killed (they show that they are reconnecting) and are found again
by the next one, so it is started only after nobody has connected for a moment.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.core.events import Device, DeviceUp
from agent.ports import DeviceTrouble, Post
from agent.profile.schema import ScreensSection

log = logging.getLogger(__name__)

ADOPT_S = 1.0  # a running ui reconnects within 250 ms; wait a little longer before starting another
LOOK_S = 0.1
START_S = 15.0  # a cold start of Qt on a slow disk


class UiProcess:
    """DeviceTask of the screens. `connected` is the link's word for a greeted ui."""

    device = Device.SCREENS

    def __init__(self, command: Sequence[str], connected: Callable[[], bool], post: Post) -> None:
        self._command = command
        self._connected = connected
        self._post = post
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._missed = False  # waited in vain already: whoever was there will not connect again

    def run(self) -> None:
        """Returns after stop; raises DeviceTrouble when the screens are gone."""
        nobody_left, self._missed = self._ours_ended() or self._missed, False
        if not self._wait_connected(0.0 if nobody_left else ADOPT_S):
            self._start()
            if not self._wait_connected(START_S) and not self._stopping.is_set():
                raise DeviceTrouble("died", f"the screens did not come up: {' '.join(self._command)}")
        if self._stopping.is_set():
            return
        log.info("the screens are shown")
        self._post(DeviceUp(self.device))
        while not self._stopping.wait(LOOK_S):
            if not self._connected() and not self._wait_connected(ADOPT_S):
                self._missed, how = True, self._how()
                raise DeviceTrouble("died", f"the screens process is gone ({how}); starting it again")

    def stop(self) -> None:
        """The screens end by themselves on the link's goodbye."""
        self._stopping.set()

    def _start(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.kill()  # it runs but does not talk to us
            self._child.wait()
        self._child = subprocess.Popen(self._command, start_new_session=True, stdin=subprocess.DEVNULL)

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
