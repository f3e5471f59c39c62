"""A camera for the desk: who stands before it comes in, a stream of pictures leaves over HTTP.

It serves what many network cameras serve, JPEG frames as `multipart/x-mixed-replace`, so the product
opens it as it opens those: `camera.source = "http://127.0.0.1:…/camera.mjpg"`. Owns its port, a thread
that paces the frames, and a thread for each viewer.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from simulator import attacks, scenes
from simulator.people import PERSONAS

BOUNDARY = b"hyla"
GREETING = (
    b"HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY + b"\r\n\r\n"
)
# Room for a frame or two on the way: a viewer that stops reading gets new frames later, not old ones.
SEND_BUFFER_BYTES = 131_072
REQUEST_WAIT_S = 5.0
# How often a viewer's thread looks whether it is still wanted, while no frame comes.
LOOK_S = 0.2


class CameraStand:
    """The camera, and whatever can happen to it. All methods may be called from any thread."""

    def __init__(
        self, seed: int, people: Path, width_px: int = 640, height_px: int = 480, fps: int = 30
    ) -> None:
        self.sensor = scenes.Sensor(width_px, height_px, fps, seed)
        self._people = people
        self._loops: dict[str, scenes.Loop] = {}
        self._scene = self._loop("shop")
        self._covered = self._frozen = self._colourless = False
        self._size_px: tuple[int, int] | None = None
        self._fps = float(fps)
        self._frame = (0, b"")
        self._changed = threading.Condition()
        self._nudge = threading.Event()
        self._stopping = threading.Event()
        self._plugged = threading.Event()
        self._viewers: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._door = _bound()
        self._port: int = self._door.getsockname()[1]

    @property
    def url(self) -> str:
        """What to write into `camera.source`."""
        return f"http://127.0.0.1:{self._port}/camera.mjpg"

    def start(self) -> None:
        """Plug the camera in and begin to serve."""
        self.plug_in()
        self._begin(self._prepare, "camera-stand-people")
        self._begin(self._pace, "camera-stand")
        self._begin(self._welcome, "camera-stand-door")

    def stop(self) -> None:
        """Stop serving and end every thread."""
        self._stopping.set()
        self.unplug()
        self._plugged.set()
        self._nudge.set()
        for thread in self._threads:
            thread.join(5.0)
        self._door.close()

    def stand(self, persona: str | None, picture: str | None = None, held_up: str = "") -> None:
        """Let somebody step before the camera (`member`, `stranger`), or nobody. `picture` chooses one
        of the persona's; unset means the usual one. `held_up`: not that person, but somebody with a
        picture of them: a `print` or a `phone`."""
        if persona is not None and persona not in PERSONAS:
            raise ValueError(f"persona = {persona!r} (expected one of: {', '.join(PERSONAS)})")
        if held_up and (held_up not in attacks.THINGS or persona is None):
            raise ValueError(
                f"{held_up!r} of {persona} (expected a person on: {', '.join(attacks.THINGS)})"
            )
        name = "shop" if persona is None else picture or PERSONAS[persona].pictures[0]
        self._scene = self._loop(name, held_up)
        self._nudge.set()

    @property
    def frame_number(self) -> int:
        """Of the frame that is shown now."""
        return self._frame[0]

    def cover(self) -> None:
        """Put a hand on the lens."""
        self._loop("covered")
        self._covered = True

    def uncover(self) -> None:
        """Take the hand away."""
        self._covered = False

    def freeze(self) -> None:
        """Send the same picture for ever, as a camera that hangs."""
        self._frozen = True

    def thaw(self) -> None:
        """Go on."""
        self._frozen = False

    def resize(self, width_px: int, height_px: int) -> None:
        """From the next frame on the picture has this size; so it stays when it is opened again."""
        self._size_px = (width_px, height_px)

    def lose_colour(self) -> None:
        """Somebody put the infrared camera in its place."""
        self._colourless = True

    def regain_colour(self) -> None:
        """The colour camera is back."""
        self._colourless = False

    def slow(self, fps: float) -> None:
        """Send so many frames a second from now on; far below one, and the camera is silent."""
        if fps <= 0:
            raise ValueError(f"fps = {fps} (expected more than 0; 0.01 is as good as silent)")
        self._fps = fps
        self._nudge.set()

    def unplug(self) -> None:
        """Drop all viewers and refuse new ones."""
        self._plugged.clear()
        with self._changed:
            viewers = list(self._viewers)
        # Shutting the listening socket down frees a waiting accept and refuses newcomers (Linux); it
        # stays bound, and listens again after `plug_in`.
        for end in (self._door, *viewers):
            _shut(end)

    def plug_in(self) -> None:
        """Serve again, at the same address."""
        self._door.listen()
        self._plugged.set()

    def _loop(self, name: str, held_up: str = "") -> scenes.Loop:
        key = f"{held_up} of {name}" if held_up else name
        if key not in self._loops:
            self._loops[key] = self._drawn(name, held_up)
        return self._loops[key]

    def _drawn(self, name: str, held_up: str) -> scenes.Loop:
        if name == "shop":
            return scenes.empty_shop(self.sensor)
        if name == "covered":
            return scenes.covered(self.sensor)
        if held_up:
            return attacks.held_up(self._people / name, held_up, self.sensor)
        return scenes.person(self._people / name, self.sensor)

    def _prepare(self) -> None:
        """Let everybody dress beforehand: who steps up later is in the very next frame."""
        for name in [picture for persona in PERSONAS.values() for picture in persona.pictures]:
            if (self._people / name).exists() and not self._stopping.is_set():
                self._loop(name)

    def _pace(self) -> None:
        """Show one frame after the other, at the camera's speed."""
        last_s = time.monotonic()
        while not self._stopping.is_set():
            number, jpeg = self._frame
            if not (self._frozen and jpeg):
                jpeg = self._drawn_at(number)
            with self._changed:
                self._frame = (number + 1, jpeg)
                self._changed.notify_all()
            # Nudged when the speed changes or somebody steps up: look again how long to wait.
            while (rest_s := last_s + 1 / self._fps - time.monotonic()) > 0 and not self._stopping.is_set():
                self._nudge.wait(rest_s)
                self._nudge.clear()
            last_s = max(last_s + 1 / self._fps, time.monotonic() - 1 / self._fps)

    def _drawn_at(self, number: int) -> bytes:
        """One frame as it travels."""
        jpeg = (self._loops["covered"] if self._covered else self._scene).jpeg(number)
        return scenes.altered(jpeg, self._size_px, self._colourless)

    def _greeting(self) -> bytes:
        return GREETING

    def _wrapped(self, jpeg: bytes) -> bytes:
        head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
        return head % (BOUNDARY, len(jpeg)) + jpeg + b"\r\n"

    def _welcome(self) -> None:
        while not self._stopping.is_set():
            self._plugged.wait()
            try:
                viewer, _ = self._door.accept()
            except OSError:  # unplugged, or stopping
                self._stopping.wait(0.01)
                continue
            self._begin(partial(self._serve, viewer), "camera-stand-viewer")

    def _serve(self, viewer: socket.socket) -> None:
        with self._changed:
            self._viewers.add(viewer)
        try:
            viewer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            viewer.settimeout(REQUEST_WAIT_S)
            if self._plugged.is_set() and viewer.recv(4096):
                viewer.sendall(self._greeting())
                self._send_frames(viewer)
        except OSError:  # the viewer left, or was dropped
            pass
        finally:
            with self._changed:
                self._viewers.discard(viewer)
            viewer.close()

    def _send_frames(self, viewer: socket.socket) -> None:
        seen = 0
        while self._plugged.is_set() and not self._stopping.is_set():
            number, jpeg = self._newer_than(seen)
            if number > seen:
                seen = number
                viewer.sendall(self._wrapped(jpeg))

    def _newer_than(self, seen: int) -> tuple[int, bytes]:
        with self._changed:
            self._changed.wait_for(lambda: self._frame[0] > seen, LOOK_S)
            return self._frame

    def _begin(self, work: Callable[[], None], name: str) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


def _bound() -> socket.socket:
    """A socket on a free port of the loopback, not listening yet.

    Linux keeps the port over a shutdown only when it was asked for by number; so one socket finds a
    free port, and a second one takes it by number before the first lets go.
    """
    with socket.socket() as finder:
        finder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        finder.bind(("127.0.0.1", 0))
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(finder.getsockname())
    return door


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may not be connected any more
        end.shutdown(socket.SHUT_RDWR)
