"""Starts the device threads, restarts them with back-off, reports what is lost as facts.

Owns one thread a device. A task that raises DeviceTrouble is reported (DeviceLost with its cause,
the technician's text once an outage in the log) and run again; the wait doubles from 250 ms to 5 s and
starts over once the device has worked for a while; the screens never wait longer than people would before
a dark one. An outage lasts from DeviceTrouble to DeviceUp, so
tasks post through `Supervisor.post`.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence

from agent.core.events import Device, DeviceLost, DeviceUp, Event
from agent.ports import DeviceTask, DeviceTrouble, Post

log = logging.getLogger(__name__)

BACK_OFF_MIN_S = 0.25
BACK_OFF_MAX_S = 5.0
BACK_OFF_MOST_S = {Device.SCREENS: 0.5}  # two people look at them
STEADY_S = 5.0  # a device that worked so long starts its back-off anew


class Supervisor:
    """Runs every device task until `stop`."""

    def __init__(self, post: Post) -> None:
        self._forward = post
        self._up_since_s: dict[Device, float] = {}
        self._stopping = threading.Event()
        self._watched: list[tuple[DeviceTask, threading.Thread]] = []

    def post(self, event: Event) -> None:
        """Where tasks leave their facts: what comes up is noted, and everything goes on."""
        if isinstance(event, DeviceUp):
            self._up_since_s[event.device] = time.monotonic()
        self._forward(event)

    def start(self, tasks: Sequence[DeviceTask]) -> None:
        """One thread for each task; returns at once."""
        for task in tasks:
            thread = threading.Thread(
                target=self._keep_running, args=(task,), name=task.device, daemon=True
            )
            self._watched.append((task, thread))
            thread.start()

    def stop(self, within_s: float = 5.0) -> list[str]:
        """Ask all to end and wait. Returns the names of those stuck in a driver (daemon threads: they
        end with the process)."""
        self._stopping.set()
        for task, _ in self._watched:
            task.stop()
        deadline = time.monotonic() + within_s
        for _, thread in self._watched:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [thread.name for _, thread in self._watched if thread.is_alive()]

    def _keep_running(self, task: DeviceTask) -> None:
        back_off_s, outage = BACK_OFF_MIN_S, _Outage()
        most_s = BACK_OFF_MOST_S.get(task.device, BACK_OFF_MAX_S)
        while not self._stopping.is_set():
            cause, text = self._run_once(task)
            if self._stopping.is_set():
                return
            up_since_s = self._up_since_s.pop(task.device, None)
            if up_since_s is not None:
                outage = _Outage()
                if time.monotonic() - up_since_s > STEADY_S:
                    back_off_s = BACK_OFF_MIN_S
            if outage.is_news(cause):
                if outage.is_untold(text):
                    log.warning("%s: %s", task.device, text)
                self._forward(DeviceLost(task.device, cause))
            self._stopping.wait(back_off_s * random.uniform(0.5, 1.0))
            back_off_s = min(back_off_s * 2, most_s)

    def _run_once(self, task: DeviceTask) -> tuple[str, str]:
        """Cause and text of how the task ended."""
        try:
            task.run()
        except DeviceTrouble as trouble:
            return trouble.cause, str(trouble)
        except Exception:
            log.exception("%s stopped with an error of its own; it is started again", task.device)
            return "failed", "stopped with an error of its own"
        return "failed", "ended although nobody asked it to"


class _Outage:
    """What was said about one device since it last worked."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._pulled = False

    def is_news(self, cause: str) -> bool:
        """A device that was pulled out is not found at the next opening: that was said already, and
        better."""
        self._pulled = self._pulled or cause == "unplugged"
        return not (self._pulled and cause == "absent")

    def is_untold(self, text: str) -> bool:
        untold = text not in self._told
        self._told.add(text)
        return untold
