"""A frame in colour, infrared and depth at once: of a live person, and of everything held up instead.

In: species, portrait, sensor, seed. Out: a `Triple`, the three pictures aligned, as a camera module with
its own infrared lamp would give them. Colour is drawn as for the desk's camera (`scenes`, `attacks`); depth
and infrared follow from the same places in the picture. Readings are lost and noisy as those of structured
light and time of flight are: more noise with distance, holes at edges and in patches. Simpler than life: no
shoulders in depth; a bent print bends in depth and light, but its picture is not squeezed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from simulator import attacks, heads, scenes
from simulator.attacks import Thing

DepthMm = npt.NDArray[np.uint16]
LIVE = "live"
WALL_MM, ARM_BEHIND_MM = 2200.0, 60.0
STEEP_MM = 15.0
"""From one pixel to the next: more has no reading."""
NOISE_MM = 2.0
"""Of one reading at half a metre; grows with the square of the distance."""

# Middles of what the detector calls eyes, nose tip and mouth corners, in pixels of the pinned files.
MARKS_PX = {
    "obama.jpg": ((432, 215), (551, 216), (487, 276), (438, 317), (537, 324)),
    "obama2.jpg": ((247, 374), (373, 379), (285, 455), (252, 511), (359, 524)),
    "obama3.jpg": ((735, 380), (865, 382), (812, 446), (737, 509), (849, 511)),
    "biden.jpg": ((529, 323), (663, 328), (600, 406), (527, 459), (640, 467)),
}
TABLET = Thing(560, 470, 18, (18, 18, 18), 0.30, 2.0, attacks.on_screen)
HELD = {
    "print": attacks.THINGS["print"],
    "bent print": attacks.THINGS["print"],
    "phone": attacks.THINGS["phone"],
    "tablet replay": TABLET,
}
SPECIES = (LIVE, *HELD, "mask with holes")


@dataclass(frozen=True, slots=True, eq=False)
class Triple:
    """colour: H×W×3 BGR; infrared: H×W uint8; depth_mm: H×W uint16, 0 where there is no reading."""

    colour: scenes.Picture
    infrared: npt.NDArray[np.uint8]
    depth_mm: DepthMm


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """The three before the sensor: as large as its canvas; `light` is infrared, 0 to 1."""

    loop: scenes.Loop
    depth_mm: npt.NDArray[np.float32]
    light: npt.NDArray[np.float32]

    def infrared(
        self, at: int, rng: np.random.Generator, size: tuple[int, int] | None = None
    ) -> npt.NDArray[np.uint8]:
        """Through the lens at that frame of the sway; by a sensor of that width and height, else of the
        colour camera's."""
        light = self.loop.moved(self.light, at, size=size)
        noise = 3 * rng.standard_normal(light.shape, np.float32)
        return np.clip(235 * light + noise, 0, 255).astype(np.uint8)

    def depth(self, at: int, rng: np.random.Generator, size: tuple[int, int] | None = None) -> DepthMm:
        """As a module measures it at that frame of the sway, likewise."""
        return measured(self.loop.moved(self.depth_mm, at, cv2.INTER_NEAREST, size), rng)


def take(species: str, portrait: Path, sensor: scenes.Sensor, seed: int) -> Triple:
    """One frame. The same words give the same pictures.

    Raises:
        ValueError: a species nobody draws.
    """
    rng = np.random.default_rng(seed)
    still = drawn(species, portrait, sensor, rng)
    at = int(rng.integers(0, scenes.LOOP_S * sensor.fps))
    colour = cv2.imdecode(np.frombuffer(still.loop.jpeg(at), np.uint8), cv2.IMREAD_COLOR)
    return Triple(np.asarray(colour, np.uint8), still.infrared(at, rng), still.depth(at, rng))


def drawn(species: str, portrait: Path, sensor: scenes.Sensor, rng: np.random.Generator) -> Still:
    """The scene, before it is seen. Raises ValueError as `take`."""
    if species not in SPECIES:
        raise ValueError(f"species = {species!r} (expected one of: {', '.join(SPECIES)})")
    if species in HELD:
        return _held(species, portrait, sensor, rng)
    return _person(species, portrait, sensor, rng)


def empty_shop(sensor: scenes.Sensor) -> Still:
    """Nobody is there: shelves, and the wall they stand at."""
    loop = scenes.empty_shop(sensor)
    shape = sensor.canvas[::-1]
    return _still(loop, np.full(shape, WALL_MM), 0.12 * scenes.shelves(sensor).mean(axis=2) / 255)


def _person(species: str, portrait: Path, sensor: scenes.Sensor, rng: np.random.Generator) -> Still:
    """Somebody, or somebody behind a paper face with holes for eyes and mouth."""
    place, shape = place_of(portrait, sensor), sensor.canvas[::-1]
    away = float(rng.uniform(330, 750))
    head = heads.Head(*(float(v) for v in rng.uniform((17, 75, 5), (25, 95, 9))))
    height, there = heads.height_mm(place, head, shape)
    depth = np.where(there, away + head.deep_mm - height, WALL_MM)
    canvas = scenes.person_still(portrait, sensor)
    light = _skin(canvas, depth, place, there)
    if species == LIVE:
        return _still(scenes.Loop(canvas, sensor), depth, light)
    x, y = place.millimetres(shape)
    sheet = away - 3 + _rolled(x, float(rng.uniform(70, 110)))
    paper = ((x / 68) ** 2 + (y / 92) ** 2 < 1) & ~_cut_out(place, x, y)
    printed = np.clip(attacks.on_paper(np.asarray(canvas / 255, np.float32)) * 255, 0, 255)
    colour = np.where(paper[..., None], printed, canvas).astype(np.uint8)
    ink = _inked(canvas, float(rng.uniform(0.1, 0.5))) * heads.shading(sheet, _mm_each_px(place))
    return _still(scenes.Loop(colour, sensor), np.where(paper, sheet, depth), np.where(paper, ink, light))


def _still(loop: scenes.Loop, depth_mm: heads.Map, light: heads.Map) -> Still:
    return Still(loop, np.asarray(depth_mm, np.float32), np.asarray(light, np.float32))


def _cut_out(place: heads.Place, x: heads.Map, y: heads.Map) -> npt.NDArray[np.bool_]:
    cut = np.zeros(x.shape, bool)
    for number in (0, 1):
        at = place.mark_mm(number)
        cut |= ((x - at[0]) / 15) ** 2 + ((y - at[1]) / 9) ** 2 < 1
    mouth = np.mean([place.mark_mm(3), place.mark_mm(4)], axis=0)
    return np.asarray(cut | (((x - mouth[0]) / 22) ** 2 + ((y - mouth[1]) / 9) ** 2 < 1))


def _held(species: str, portrait: Path, sensor: scenes.Sensor, rng: np.random.Generator) -> Still:
    """A card in a hand: flat or bent, of paper or glass."""
    thing = HELD[species]
    card = attacks.card(portrait, thing)
    high, wide = card.shape[:2]
    away = float(rng.uniform(300, 700))
    mm_each_px = float(rng.uniform(0.55, 0.75))
    across, down = np.meshgrid(
        (np.arange(wide) - wide / 2) * mm_each_px, (np.arange(high) - high / 2) * mm_each_px
    )
    depth = np.zeros((high, wide))
    if species == "bent print":
        turn = float(rng.uniform(-0.35, 0.35))
        depth = _rolled(across * np.cos(turn) + down * np.sin(turn), float(rng.uniform(90, 220)))
        bright = heads.shading(depth, mm_each_px)
        card = np.clip(card * (0.55 + 0.45 * bright)[..., None], 0, 255).astype(np.uint8)
    lean = rng.uniform(-0.4, 0.4, 2)
    depth = 1 / (1 / (away + depth) + (lean[0] * across + lean[1] * down) / away**2)
    if thing.show is attacks.on_paper:
        light = _inked(card, float(rng.uniform(0.05, 0.6))) * heads.shading(depth, mm_each_px)
    else:
        lamp = rng.uniform(-0.3, 0.3, 2) * (wide * mm_each_px, high * mm_each_px)
        light = 0.05 + 0.6 * np.exp(-((across - lamp[0]) ** 2 + (down - lamp[1]) ** 2) / 14**2)
    seen, place, covers = attacks.in_hand(card, thing.tilt_deg, sensor)
    on = covers > 0.5
    return _still(
        scenes.Loop(seen, sensor, attacks.HELD_SWAY),
        np.where(on, _laid(depth, place, sensor), WALL_MM),
        np.where(on, _laid(light, place, sensor), 0.12 * seen.mean(axis=2) / 255),
    )


def _laid(card: heads.Map, place: npt.NDArray[np.float64], sensor: scenes.Sensor) -> heads.Map:
    laid = cv2.warpPerspective(card, place, sensor.canvas, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.float64)


def _rolled(across_mm: heads.Map, radius_mm: float) -> heads.Map:
    """How far a sheet bent over a cylinder lies behind its nearest line."""
    return np.asarray(radius_mm - np.sqrt(np.maximum(radius_mm**2 - across_mm**2, (0.3 * radius_mm) ** 2)))


def _skin(
    canvas: scenes.Picture, depth: heads.Map, place: heads.Place, there: npt.NDArray[np.bool_]
) -> heads.Map:
    """Red is nearest to infrared; skin's spots pale, pupils stay dark, eyes mirror the lamp."""
    red = canvas[..., 2] / 255
    shade = heads.shading(np.asarray(cv2.GaussianBlur(depth, (0, 0), 2)), _mm_each_px(place))
    lit = (0.25 + 0.55 * red) * shade * (1 - 0.5 * heads.eyes(place, depth.shape))
    lit = lit + 0.5 * heads.glints(place, depth.shape)
    return np.asarray(np.where(there, lit, 0.15 * red))


def _inked(picture: scenes.Picture, kept: float) -> heads.Map:
    """Paper through ink that lets infrared pass; `kept`: how much of the picture is left."""
    return np.asarray(0.8 - 0.8 * kept * (1 - picture.mean(axis=2) / 255))


def _mm_each_px(place: heads.Place) -> float:
    return heads.FACE_WIDTH_MM / place.width_px


def place_of(portrait: Path, sensor: scenes.Sensor) -> heads.Place:
    """Where `scenes.person` puts that face on the sensor's canvas."""
    x, y, wide, high = scenes.FACES_PX[portrait.name]
    scale = scenes.FACE_HEIGHT_PX / high * sensor.height_px / 480
    marks = tuple(
        ((mx - x - wide / 2) / wide, (my - y - high / 2) / wide) for mx, my in MARKS_PX[portrait.name]
    )
    return heads.Place(sensor.canvas[0] / 2, sensor.canvas[1] / 2, wide * scale, high * scale, marks)


def measured(depth_mm: scenes.Part, rng: np.random.Generator, holes: float = 0.04) -> DepthMm:
    """What a module would read of these distances: noise, holes in patches, none at steep edges."""
    depth_mm = np.asarray(depth_mm, np.float32)
    noisy = depth_mm + NOISE_MM * rng.standard_normal(depth_mm.shape, np.float32) * (depth_mm / 500) ** 2
    small = rng.random((depth_mm.shape[0] // 6, depth_mm.shape[1] // 6), np.float32)
    patches = cv2.resize(small, depth_mm.shape[::-1])
    across, down = (cv2.Sobel(depth_mm, cv2.CV_32F, *way, ksize=1) for way in ((1, 0), (0, 1)))
    steep = across * across + down * down > (2 * STEEP_MM) ** 2
    lost = (patches < np.quantile(patches[::4, ::4], holes)) | steep
    return np.where(lost, 0, np.clip(noisy, 0, 65_535)).astype(np.uint16)
