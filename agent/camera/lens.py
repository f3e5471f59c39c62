"""The three kinds of camera, and what a watchdog wants to know of a picture of each.

A picture comes in, figures leave. Colour gives H×W×3 with blue first; so does infrared, three times the
same; depth gives 16 bits a pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agent.core.events import Device

Picture = npt.NDArray[Any]
"""H×W×3 uint8, or H×W uint16 of the depth camera."""

# Every 16th pixel both ways is plenty for a mean, and tells two different frames apart at once.
SPARSE = 16
GREY_SPREAD = 3  # what rounding makes of a picture without colour
BGR_TO_LUMA = np.array([0.114, 0.587, 0.299], np.float32)


@dataclass(frozen=True, slots=True)
class Lens:
    """`section` names it in the profile. `seen`: how much it sees, 0 to 255. `colourless`: whether a
    picture shows that another camera stands in this one's place."""

    device: Device
    section: str
    seen: Callable[[Picture], float]
    colourless: Callable[[Picture], bool] = lambda _picture: False
    raw16: bool = False
    uncovered: str = "Uncover the lens or switch on the light"
    dark: str = "mean luma"

    @property
    def key(self) -> str:
        return f"{self.section}.source"


def luma(bgr: Picture) -> float:
    """Mean luma, 0–255, of a sparse grid of pixels."""
    return float(bgr[::SPARSE, ::SPARSE].reshape(-1, 3).mean(axis=0, dtype=np.float32) @ BGR_TO_LUMA)


def grey(bgr: Picture) -> bool:
    """Whether no pixel of the sparse grid has a colour."""
    sparse = bgr[::SPARSE, ::SPARSE]
    return int((sparse.max(axis=2) - sparse.min(axis=2)).max()) <= GREY_SPREAD


def readings(depth: Picture) -> float:
    """How many of 255 pixels have a reading, of a denser grid: what is near covers few of them."""
    return 255 * float(np.count_nonzero(depth[::4, ::4])) / depth[::4, ::4].size


def equal(one: Picture, other: Picture) -> bool:
    """Equal to the bit. Different frames show it in the sparse grid already."""
    if one.shape != other.shape:
        return False
    sparse = np.array_equal(one[::SPARSE, ::SPARSE], other[::SPARSE, ::SPARSE])
    return sparse and np.array_equal(one, other)


COLOUR = Lens(Device.CAMERA, "camera", luma, grey)
INFRARED = Lens(
    Device.INFRARED,
    "infrared",
    luma,
    uncovered="Uncover the lens, or see that the module's lamp is on",
)
DEPTH = Lens(
    Device.DEPTH,
    "depth",
    readings,
    raw16=True,
    uncovered="Uncover the lens; nothing may be nearer than a hand's width",
    dark="pixels with a reading, of 255,",
)
