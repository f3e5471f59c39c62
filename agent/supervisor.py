"""Starts the device threads, restarts them with back-off, reports what is lost as facts.

Owns one thread a device. A task that raises DeviceTrouble is reported (DeviceLost with its cause,
the technician's text once in the log) and run again; the wait doubles from 250 ms to 5 s and starts
over once the device has worked for a while.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence

from agent.core.events import DeviceLost
from agent.ports import DeviceTask, DeviceTrouble, Post

log = logging.getLogger(__name__)

BACK_OFF_MIN_S = 0.25
BACK_OFF_MAX_S = 5.0
STEADY_S = 5.0  # a device that worked so long starts its back-off anew


class Supervisor:
    """Runs every device task until `stop`."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._stopping = threading.Event()
        self._watched: list[tuple[DeviceTask, threading.Thread]] = []

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
        back_off_s, said = BACK_OFF_MIN_S, ""
        while not self._stopping.is_set():
            began = time.monotonic()
            cause, text = self._run_once(task)
            if self._stopping.is_set():
                return
            steady = time.monotonic() - began > STEADY_S
            if steady or text != said:
                log.warning("%s: %s", task.device, text)
                said = text
            self._post(DeviceLost(task.device, cause))
            if steady:
                back_off_s = BACK_OFF_MIN_S
            self._stopping.wait(back_off_s * random.uniform(0.5, 1.0))
            back_off_s = min(back_off_s * 2, BACK_OFF_MAX_S)

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
