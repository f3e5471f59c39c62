"""The customer's picture while vision looks through the same camera: preview frames a second, and looks.

Enters: portraits, the models, for how many seconds. Leaves: frames that came, that were written for the
screens, that were drawn on the customer's window, how old they were then, and looks that were reported. The
camera is a thread that shows a portrait, with noise of its own, thirty times a second; eyes and preview
pump are the terminal's. Both windows are a process of their own (`ui.drawn`), drawn without a display.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.camera.slot import NewestSlot
from agent.core.events import DeviceUp, Event, FaceSeen
from agent.ports import Frame, FrameBgr
from agent.profile.schema import VisionSection
from agent.screens.preview import PreviewWriter
from agent.screens.pump import PreviewPump
from agent.vision.eyes import EyesTask
from agent.vision.models import Manifest, models_folder
from agent.vision.pipeline import open_pipeline
from agent.vision.rivals import as_at_the_till, pictures_in

FPS = 30
READY_S = 60.0
Drawn = list[tuple[int, int]]
"""Number of the picture in the preview memory, and when it was drawn (monotonic, ms)."""
SCREENS_WAIT_S = 30.0
SETTLE_S = 1.0


class ScreensError(Exception):
    """The windows could not be drawn: why, and the next step."""


@dataclass(slots=True)
class PreviewFigures:
    """Over so many seconds. `ages_ms`: of each drawn picture, from the lens to the glass."""

    seconds: float
    camera: int = 0
    preview: int = 0
    looks: int = 0
    drawn: int = 0
    ages_ms: tuple[int, ...] = ()


class _Newest(NewestSlot):
    """The slot itself, which also knows when the frame that was taken last was taken by the lens."""

    taken_ms = 0

    def newest(self, after: int, timeout_s: float) -> Frame | None:
        frame = super().newest(after, timeout_s)
        if frame is not None and threading.current_thread().name == "preview":
            self.taken_ms = frame.captured_at_ms
        return frame


class _Counting(PreviewWriter):
    """The writer itself, which also knows how many frames it wrote, and of when each was."""

    def __init__(self, name: str, frames: _Newest) -> None:
        self.written = 0
        self.of_ms: dict[int, int] = {}
        self._frames = frames
        super().__init__(name)

    def write(self, frame_bgr: FrameBgr) -> None:
        super().write(frame_bgr)
        self.written += 1
        self.of_ms[max(self._numbers)] = self._frames.taken_ms


class _Terminal:
    """A lens, the eyes and the preview pump on their threads; what each has done so far."""

    def __init__(self, vision: VisionSection, manifest: Manifest, scene: FrameBgr) -> None:
        self._slot, self._scene = _Newest(), scene
        self.writer = _Counting(f"hyla-bench-{os.getpid()}", self._slot)
        self._eyes = EyesTask(vision, manifest, self._slot, self._post)
        self._came = self._looks = 0
        self._up, self._stopping = threading.Event(), threading.Event()
        self._pump = PreviewPump(self._slot, self.writer, self._up.is_set)
        self._threads = [
            threading.Thread(target=self._lens, name="bench-lens"),
            threading.Thread(target=self._eyes.run, name="bench-eyes"),
        ]

    def __enter__(self) -> _Terminal:
        for thread in self._threads:
            thread.start()
        self._pump.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._eyes.stop()
        self._stopping.set()
        self._pump.stop()
        for thread in self._threads:
            thread.join()
        self.writer.close()

    def watch(self) -> None:
        """Somebody wants to be recognised, as soon as the eyes are ready."""
        self._up.wait(READY_S)
        self._eyes.watch(1, None)

    def so_far(self) -> tuple[int, int, int]:
        """Frames that came, frames that were written for the screens, looks that were reported."""
        return self._came, self.writer.written, self._looks

    def _post(self, event: Event) -> None:
        if isinstance(event, DeviceUp):
            self._up.set()
        self._looks += isinstance(event, FaceSeen)

    def _lens(self) -> None:
        """Thirty frames a second, never twice the same; one that is late is not made up for."""
        noise = np.random.default_rng(1).integers(0, 4, self._scene.shape, np.uint8)
        still = self._scene // 2 * 2
        frames = [np.asarray(still + np.roll(noise, 37 * at) // 2, np.uint8) for at in range(8)]
        due_s = time.monotonic()
        while not self._stopping.is_set():
            self._came += 1
            picture = frames[self._came % len(frames)]
            self._slot.put(Frame(self._came, time.monotonic_ns() // 1_000_000, picture))
            due_s = max(due_s + 1 / FPS, time.monotonic())
            self._stopping.wait(due_s - time.monotonic())


def preview_figures(
    manifest: Manifest,
    models_dir: Path | None,
    pictures: Path,
    seconds: int,
    progress: Callable[[int, int], None],
) -> PreviewFigures:
    """Watch for so long. Raises ModelError and PictureError as `bench vision`, and ScreensError."""
    vision = VisionSection(models_dir=str(models_folder(models_dir)))
    pipeline = open_pipeline(manifest, models_folder(models_dir), vision)
    scene = as_at_the_till(pictures_in(pictures)[0], pipeline).near
    with _Terminal(vision, manifest, scene) as terminal:
        terminal.watch()
        with _screens(terminal.writer.name, seconds) as screens:
            before, began = terminal.so_far(), time.monotonic()
            for second in range(seconds):
                progress(second, seconds)
                time.sleep(1)
            after, took_s = terminal.so_far(), time.monotonic() - began
            drawn = _drawn(screens, began * 1000, (began + took_s) * 1000)
        progress(seconds, seconds)
    frames, written, looks = (late - early for late, early in zip(after, before, strict=True))
    of_ms = terminal.writer.of_ms
    ages = tuple(at_ms - of_ms[number] for number, at_ms in drawn if number in of_ms)
    return PreviewFigures(took_s, frames, written, looks, len(drawn), ages)


@contextmanager
def _screens(preview: str, seconds: int) -> Iterator[subprocess.Popen[str]]:
    """Both windows, standing; ended with the measure, whatever became of it. Raises ScreensError."""
    command = [sys.executable, "-m", "ui.drawn", "--preview", preview, "--seconds", str(seconds + SETTLE_S)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as screens:
        try:
            assert screens.stdout is not None
            if screens.stdout.readline().strip() != "ready":
                raise _no_screens(screens)
            yield screens
        finally:
            screens.kill()


def _drawn(screens: subprocess.Popen[str], since_ms: float, until_ms: float) -> Drawn:
    """What reached the glass in that time. Raises ScreensError."""
    try:
        told, _ = screens.communicate(timeout=SCREENS_WAIT_S)
        pairs: Drawn = json.loads(told)
    except (subprocess.TimeoutExpired, ValueError):
        raise _no_screens(screens) from None
    return [(number, at_ms) for number, at_ms in pairs if since_ms <= at_ms < until_ms]


def _no_screens(screens: subprocess.Popen[str]) -> ScreensError:
    screens.kill()
    _, said = screens.communicate()
    last = (said.strip().splitlines() or ["nothing was said"])[-1]
    return ScreensError(f"the windows cannot be drawn here: {last} (try python -m ui.drawn --preview none)")
