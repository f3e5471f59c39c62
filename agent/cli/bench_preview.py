"""The customer's picture while vision looks through the same camera: preview frames a second, and looks.

Enters: portraits, the models, for how many seconds. Leaves: frames that came, that were written for the
screens, and looks that were reported. The camera is a thread that shows a portrait, with noise of its own,
thirty times a second; eyes and preview pump are the terminal's. What the screens process makes of the
memory is not in it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
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


@dataclass(slots=True)
class PreviewFigures:
    """Over so many seconds."""

    seconds: float
    camera: int = 0
    preview: int = 0
    looks: int = 0


class _Counting(PreviewWriter):
    """The writer itself, which also knows how many frames it wrote."""

    written = 0

    def write(self, frame_bgr: FrameBgr) -> None:
        super().write(frame_bgr)
        self.written += 1


def preview_figures(
    manifest: Manifest,
    models_dir: Path | None,
    pictures: Path,
    seconds: int,
    progress: Callable[[int, int], None],
) -> PreviewFigures:
    """Watch for so long. Raises ModelError and PictureError as `bench vision`."""
    vision = VisionSection(models_dir=str(models_folder(models_dir)))
    pipeline = open_pipeline(manifest, models_folder(models_dir), vision)
    scene = as_at_the_till(pictures_in(pictures)[0], pipeline).near
    slot, stopping, up, looks = NewestSlot(), threading.Event(), threading.Event(), [0]

    def post(event: Event) -> None:
        if isinstance(event, DeviceUp):
            up.set()
        looks[0] += isinstance(event, FaceSeen)

    eyes = EyesTask(vision, manifest, slot, post)
    writer = _Counting(f"hyla-bench-{os.getpid()}")
    pump = PreviewPump(slot, writer, up.is_set)
    came = [0]
    threads = [
        threading.Thread(target=_lens, args=(slot, scene, stopping, came), name="bench-lens"),
        threading.Thread(target=eyes.run, name="bench-eyes"),
    ]
    for thread in threads:
        thread.start()
    pump.start()
    try:
        up.wait(READY_S)
        eyes.watch(1, None)
        before, began = (came[0], writer.written, looks[0]), time.monotonic()
        for second in range(seconds):
            progress(second, seconds)
            time.sleep(1)
        after, took_s = (came[0], writer.written, looks[0]), time.monotonic() - began
        progress(seconds, seconds)
    finally:
        eyes.stop()
        stopping.set()
        pump.stop()
        for thread in threads:
            thread.join()
        writer.close()
    return PreviewFigures(took_s, *(late - early for late, early in zip(after, before, strict=True)))


def _lens(slot: NewestSlot, scene: FrameBgr, stopping: threading.Event, came: list[int]) -> None:
    """A frame every thirtieth of a second, never twice the same; one that is late is not made up for."""
    noise = np.random.default_rng(1).integers(0, 4, scene.shape, np.uint8)
    frames = [np.asarray(scene // 2 * 2 + np.roll(noise, 37 * at) // 2, np.uint8) for at in range(8)]
    due_s = time.monotonic()
    while not stopping.is_set():
        came[0] += 1
        slot.put(Frame(came[0], time.monotonic_ns() // 1_000_000, frames[came[0] % len(frames)]))
        due_s = max(due_s + 1 / FPS, time.monotonic())
        stopping.wait(due_s - time.monotonic())
