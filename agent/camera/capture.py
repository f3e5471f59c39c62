"""The camera as a device: a profile section comes in; frames leave through `newest`, DeviceUp through
`post`, DeviceTrouble out of `run`. Owns the reader thread, the watchdog and the slot.

`run` is the only writer of the slot, so a reader left behind can never show an old frame.
"""

from __future__ import annotations

import logging
import threading
import time

from agent.camera.lens import COLOUR
from agent.camera.reader import Failed, Reader, Taken
from agent.camera.slot import NewestSlot
from agent.camera.source import shown
from agent.camera.watchdog import DARK_MS, Cause, Watchdog
from agent.core.events import Device, DeviceUp
from agent.ports import DeviceTrouble, Frame, Post
from agent.profile.schema import LensSection

log = logging.getLogger(__name__)

# How often we look at the clock while no frame comes.
LOOK_S = 0.1
# A reader that is not stuck ends within one frame; then the device is free for the next opening.
LEAVE_S = 0.25
# How long a next opening waits for a stuck reader before it says so.
STUCK_WAIT_S = 2.0


class CameraTask:
    """DeviceTask and FrameSource.

    Causes: `absent` (cannot be opened), `unplugged` (a read failed), `silent`, `frozen`, `dark`,
    `colourless`. A stream that changes its size on the way is none: OpenCV goes on giving the size of the
    opening.
    DeviceUp is posted once per opening, after a fresh good frame; so a lens that stays covered is
    reported once and does not come and go with every opening.
    """

    device: Device = Device.CAMERA

    lens = COLOUR

    def __init__(self, section: LensSection, post: Post) -> None:
        self._section = section
        self._post = post
        self._slot = NewestSlot()
        self._stopped = threading.Event()
        self._reader: Reader | None = None
        self._frames = 0
        self._told: str | None = None

    def newest(self, after: int, timeout_s: float) -> Frame | None:
        """The newest frame with a number above `after`; None when none came in time."""
        return self._slot.newest(after, timeout_s)

    @property
    def dropped(self) -> int:
        """So many frames were replaced before anybody took them."""
        return self._slot.dropped

    def run(self) -> None:
        """Open the camera and keep the slot fresh until stopped; raise DeviceTrouble when it is lost."""
        self._wait_for_the_last_reader()
        reader = self._reader = Reader(self._section, self.lens)
        if self._stopped.is_set():
            return
        reader.start()
        try:
            self._watch(reader)
        except DeviceTrouble as trouble:
            self._told = trouble.cause
            raise
        finally:
            reader.abandon()
            reader.gone(LEAVE_S)

    def stop(self) -> None:
        """Make `run` return soon, for good."""
        self._stopped.set()
        if (reader := self._reader) is not None:
            reader.wake()

    def _watch(self, reader: Reader) -> None:
        opened_ms = _now_ms()
        watchdog = Watchdog(self._section, opened_ms, known_dark=self._told == "dark")
        up = False
        while not self._stopped.is_set():
            word = reader.next(LOOK_S)
            if isinstance(word, Failed):
                raise word.trouble
            if isinstance(word, Taken):
                watchdog.saw(word.glance)
                self._show(word)
                if watchdog.good and not up:
                    up = True
                    self._report_up(word, word.glance.at_ms - opened_ms)
            # A frame is judged at its own time: after a pause of the whole process some still wait.
            now_ms = word.glance.at_ms if word is not None else _now_ms()
            if (cause := watchdog.verdict(now_ms)) is not None:
                raise DeviceTrouble(cause, self._text(cause))

    def _show(self, taken: Taken) -> None:
        self._frames += 1
        self._slot.put(Frame(self._frames, taken.glance.at_ms, taken.picture))

    def _report_up(self, taken: Taken, after_ms: int) -> None:
        self._told = None
        height_px, width_px = taken.picture.shape[:2]
        log.info("%s up: %s, %d×%d, after %d ms", self.device, self._name, width_px, height_px, after_ms)
        self._post(DeviceUp(self.device))

    def _wait_for_the_last_reader(self) -> None:
        """Never two stuck threads: the driver must let go of the first one before we open again."""
        last = self._reader
        if last is None or self._stopped.is_set():
            return
        deadline_s = time.monotonic() + STUCK_WAIT_S
        while not last.gone(LOOK_S):
            if self._stopped.is_set():
                return
            if time.monotonic() >= deadline_s:
                raise DeviceTrouble(
                    "silent",
                    f"{self._name}: the driver still holds on to a read that brings no frame. Pull the"
                    " camera out and plug it in again; if that does not help, restart the terminal",
                )

    @property
    def _name(self) -> str:
        return f"{self.lens.key} = {shown(self._section.source)}"

    def _text(self, cause: Cause) -> str:
        limits = self._section
        seen = {
            "silent": f"no frame for {limits.silent_after_ms} ms. Check the camera's cable and power",
            "frozen": f"the same picture for {limits.frozen_frames} frames, or as long as those take. The"
            " camera hangs; it is opened again, and if that does not help, pull it out and plug it in",
            "colourless": "no pixel has a colour. Is it the infrared camera? Exchange the cables, or set"
            " camera.source to the colour camera's name in /dev/v4l/by-id",
            "dark": f"{self.lens.dark} below {limits.dark_luma} for {DARK_MS / 1000:g} s."
            f" {self.lens.uncovered}",
        }
        return f"{self._name}: {seen[cause]}"


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
