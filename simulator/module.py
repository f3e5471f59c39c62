"""A camera module for the desk: colour, infrared and depth of the same moment, over three addresses.

Who stands there comes in, as for `CameraStand`; three streams leave. Colour is the desk's camera's. The
others go uncompressed (YUV4MPEG2 with one plane of 8 and of 16 bits), because a depth in millimetres
survives no JPEG; the product opens them as it opens those of a network camera. The three sway together.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from simulator import triples
from simulator.camera import CameraStand
from simulator.people import PERSONAS

FPS = 10
"""Slow, and cheap to draw: the farthest picture is 50 ms from a colour frame."""
SIZE_PX = {4 / 3: (640, 480), 16 / 9: (640, 360)}
SPECIES = {"print": "print", "phone": "phone", "bent print": "bent print", "tablet": "tablet replay"}
MASK = "mask"

INFRARED, DEPTH = b"mono", b"mono16"  # YUV4MPEG2's words
Take = Callable[
    [triples.Still, int, np.random.Generator, tuple[int, int]],
    npt.NDArray[np.uint8] | npt.NDArray[np.uint16],
]


class SecondStand(CameraStand):
    """One of the cameras beside the colour camera. It is unplugged, covered and frozen like that one."""

    def __init__(self, colour: CameraStand, people: Path, seed: int, take: Take, plane: bytes) -> None:
        wide, high = colour.sensor.width_px, colour.sensor.height_px
        self._size = SIZE_PX.get(wide / high, (wide, high))
        self._take, self._plane = take, plane
        self._noise = np.random.default_rng(seed)
        self._colour = colour
        self._still = triples.empty_shop(colour.sensor)
        super().__init__(seed, people, *self._size, FPS)

    @property
    def url(self) -> str:
        return super().url.replace(".mjpg", ".y4m")

    def show(self, still: triples.Still) -> None:
        """This is before the module from now on."""
        self._still = still
        self._nudge.set()

    def _prepare(self) -> None:
        """Nobody dresses here."""

    def _drawn_at(self, _number: int) -> bytes:
        if self._covered:
            return self._dark()
        return self._take(self._still, self._colour.frame_number, self._noise, self._size).tobytes()

    def _dark(self) -> bytes:
        """No reading anywhere; of infrared the sensor's noise."""
        wide, high = self._size
        if self._plane == DEPTH:
            return bytes(2 * wide * high)
        return self._noise.integers(0, 4, (high, wide), np.uint8).tobytes()

    def _greeting(self) -> bytes:
        wide, high = self._size
        head = b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C%s\n" % (wide, high, FPS, self._plane)
        return b"HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n" + head

    def _wrapped(self, picture: bytes) -> bytes:
        return b"FRAME\n" + picture


class Module(CameraStand):
    """The colour camera, with the two others beside it."""

    def __init__(self, seed: int, people: Path, width_px: int, height_px: int, fps: int) -> None:
        super().__init__(seed, people, width_px, height_px, fps)
        self._seed = seed
        self._stills: dict[str, triples.Still] = {"shop": triples.empty_shop(self.sensor)}
        self.infrared = SecondStand(self, people, seed, triples.Still.infrared, INFRARED)
        self.depth = SecondStand(self, people, seed + 1, triples.Still.depth, DEPTH)

    def start(self) -> None:
        super().start()
        self.infrared.start()
        self.depth.start()

    def stop(self) -> None:
        self.infrared.stop()
        self.depth.stop()
        super().stop()

    def stand(self, persona: str | None, picture: str | None = None, held_up: str = "") -> None:
        """As the colour camera; `held_up` may also be a `bent print`, a `tablet` or a `mask`."""
        if persona is not None and (persona not in PERSONAS or held_up not in ("", MASK, *SPECIES)):
            raise ValueError(f"{held_up!r} of {persona!r} (expected one of: {', '.join((MASK, *SPECIES))})")
        name = "shop" if persona is None else picture or PERSONAS[persona].pictures[0]
        still = self._still_of(name, held_up)
        self._scene = still.loop
        for camera in (self.infrared, self.depth):
            camera.show(still)
        self._nudge.set()

    def _still_of(self, name: str, held_up: str) -> triples.Still:
        key = f"{held_up} of {name}"
        if name == "shop":
            key = name
        if key not in self._stills:
            species = "mask with holes" if held_up == MASK else SPECIES.get(held_up, triples.LIVE)
            chance = np.random.default_rng(self._seed)
            self._stills[key] = triples.drawn(species, self._people / name, self.sensor, chance)
        return self._stills[key]
