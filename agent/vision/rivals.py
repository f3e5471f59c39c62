"""The same pictures through Hyla and through what people use otherwise: milliseconds, side by side.

In: the folders of pictures and models. Out: for each way and each stage every time it took. OpenCV's
own FaceDetectorYN and FaceRecognizerSF read the same published files and get each picture in its own
size, as its manual does it; `stock` is the published embedder in ONNX Runtime, nothing prepared. One
thread each, and the ways take turns picture by picture, so that a busy machine slows all of them alike.
`detect_far` is what Hyla's two sizes cost at worst: the same person too far away, so that both are needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import onnxruntime as ort

from agent.ports import Embedding, FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.align import CROP_PX, align
from agent.vision.detect import Box
from agent.vision.embed import unit
from agent.vision.models import Manifest, open_pinned
from agent.vision.pipeline import Pipeline, open_pipeline
from agent.vision.stills import PictureError, read_picture

STAGES = ("detect", "align", "embed")
FAR = "detect_far"
WHOLE = "whole"
FRAME_PX = (640, 480)
FACE_PX = 200  # as wide as a customer's face at arm's length
FAR_FACE_PX = 60  # across the shop
NOISE_SIGMA = 6.0  # a camera in shop light
SEED = 7

Times = dict[str, dict[str, list[float]]]
"""way → stage → milliseconds, one of each picture and round."""
Progress = Callable[[int, int], None]
Result = TypeVar("Result")


class Stopwatch:
    """Times named steps of one way."""

    def __init__(self, stages: Sequence[str]) -> None:
        self.times_ms: dict[str, list[float]] = {stage: [] for stage in stages}

    def __call__(self, stage: str, step: Callable[[], Result]) -> Result:
        began_ns = time.perf_counter_ns()
        result = step()
        self.times_ms[stage].append((time.perf_counter_ns() - began_ns) / 1e6)
        return result


@dataclass(frozen=True, slots=True)
class Scene:
    """One person in two camera pictures."""

    near: FrameBgr = field(repr=False)
    far: FrameBgr = field(repr=False)


class Hyla:
    """The terminal's own way."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.watch = Stopwatch((*STAGES, FAR))
        self._pipeline = pipeline

    def look_at(self, scene: Scene) -> None:
        frame_bgr = scene.near
        self.watch(FAR, lambda: self._pipeline.detector.find(scene.far))
        faces = self.watch("detect", lambda: self._pipeline.detector.find(frame_bgr))
        crop = self.watch("align", lambda: align(frame_bgr, faces[0].landmarks))
        self.watch("embed", lambda: self._pipeline.embedder.embed(crop))


class OpenCv:
    """OpenCV's own classes on the same published files."""

    def __init__(self, detector: Path, embedder: Path, score_min: float) -> None:
        self.watch = Stopwatch((*STAGES, FAR))
        self._detector = cv2.FaceDetectorYN.create(str(detector), "", FRAME_PX, score_min)
        self._recognizer = cv2.FaceRecognizerSF.create(str(embedder), "")

    def look_at(self, scene: Scene) -> None:
        frame_bgr = scene.near
        self._detector.setInputSize((frame_bgr.shape[1], frame_bgr.shape[0]))
        self.watch(FAR, lambda: self._detector.detect(scene.far))
        faces = self.watch("detect", lambda: self._detector.detect(frame_bgr)[1])
        crop = self.watch("align", lambda: self._recognizer.alignCrop(frame_bgr, faces[0]))
        self.watch("embed", lambda: self._recognizer.feature(crop))


class Stock:
    """The published embedder as it is, in ONNX Runtime; the crop is given."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self.watch = Stopwatch(("embed",))
        self._session = session

    def look_at(self, scene: Scene) -> None:
        top, left = (side // 2 - CROP_PX // 2 for side in scene.near.shape[:2])
        crop = np.ascontiguousarray(scene.near[top : top + CROP_PX, left : left + CROP_PX])
        self.watch("embed", lambda: self._embed(crop))

    def _embed(self, crop_bgr: FrameBgr) -> Embedding:
        planes_rgb = np.ascontiguousarray(crop_bgr[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
        return unit(self._session.run(["fc1"], {"data": planes_rgb})[0][0])


def race(manifest: Manifest, models: Path, pictures: Path, rounds: int, progress: Progress) -> Times:
    """Every picture through every way, `rounds` times; the first look of each is not counted.

    Raises:
        ModelError: a model file is missing or wrong.
        PictureError: no pictures, or one without a face.
    """
    limits = VisionSection(threads=1, liveness=False)  # no rival does it
    pipeline = open_pipeline(manifest, models, limits)
    scenes = [as_at_the_till(path, pipeline) for path in pictures_in(pictures)]
    with _quiet_on_one_thread():
        ways: dict[str, Hyla | OpenCv | Stock] = {
            "hyla": Hyla(pipeline),
            "opencv": _opencv(manifest, models, limits),
            "stock": _stock(manifest, models, limits),
        }
        _run(list(ways.values()), scenes, rounds, progress)
    return {name: _with_whole(way.watch.times_ms) for name, way in ways.items()}


def _run(
    ways: Sequence[Hyla | OpenCv | Stock], scenes: Sequence[Scene], rounds: int, progress: Progress
) -> None:
    for way in ways:
        way.look_at(scenes[0])
        for times_ms in way.watch.times_ms.values():
            times_ms.clear()
    for done in range(rounds):
        progress(done, rounds)
        for number, scene in enumerate(scenes):
            first = (done + number) % len(ways)  # nobody always goes first
            for way in (*ways[first:], *ways[:first]):
                way.look_at(scene)
    progress(rounds, rounds)


def _with_whole(times_ms: dict[str, list[float]]) -> dict[str, list[float]]:
    if not set(times_ms) >= set(STAGES):
        return times_ms
    looks = zip(*(times_ms[stage] for stage in STAGES), strict=True)
    return {**times_ms, WHOLE: [sum(look) for look in looks]}


def _opencv(manifest: Manifest, models: Path, limits: VisionSection) -> OpenCv:
    detector, embedder = manifest.named(limits.detector), manifest.named(limits.embedder)
    return OpenCv(models / detector.file, models / embedder.file, detector.threshold("score"))


def _stock(manifest: Manifest, models: Path, limits: VisionSection) -> Stock:
    model = manifest.named(limits.embedder)
    session = open_pinned(model.name, model.published, models / model.file, limits.threads)
    return Stock(session)


@contextmanager
def _quiet_on_one_thread() -> Iterator[None]:
    """For OpenCV, which also warns on stderr that its new engine knows no targets; nobody chose one."""
    threads, level = cv2.getNumThreads(), cv2.utils.logging.getLogLevel()
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
        cv2.utils.logging.setLogLevel(level)


def pictures_in(folder: Path) -> list[Path]:
    """Every JPEG and PNG of the folder, by name. Raises PictureError when there is none."""
    found = sorted(p for p in folder.glob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not found:
        raise PictureError(
            f"{folder}: no pictures (expected portraits as JPEG or PNG; make install fetches four, "
            "--pictures names another folder)"
        )
    return found


def as_at_the_till(path: Path, pipeline: Pipeline) -> Scene:
    """The person of a portrait as a 640×480 camera sees them. Raises PictureError without a face."""
    portrait = read_picture(path)
    faces = pipeline.detector.find(portrait)
    if not faces:
        raise PictureError(f"{path}: no face found (expected a portrait)")
    return Scene(*(_frame(portrait, faces[0].box, face_px) for face_px in (FACE_PX, FAR_FACE_PX)))


def _frame(portrait: FrameBgr, box: Box, face_px: int) -> FrameBgr:
    """A camera picture with that face in its middle, so wide."""
    scale = face_px / box.width_px
    shift_x = FRAME_PX[0] / 2 - scale * (box.x_px + box.width_px / 2)
    shift_y = FRAME_PX[1] / 2 - scale * (box.y_px + box.height_px / 2)
    matrix = np.array([[scale, 0, shift_x], [0, scale, shift_y]])
    frame = cv2.warpAffine(portrait, matrix, FRAME_PX, flags=cv2.INTER_AREA, borderValue=(90, 90, 90))
    noise = np.random.default_rng(SEED).normal(0, NOISE_SIGMA, frame.shape)
    return np.asarray(np.clip(frame + noise, 0, 255), np.uint8)
