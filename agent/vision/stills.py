"""Pictures on disk → faces and embeddings, for enrolment and for looking closely.

In: the path of a picture with one person in it. Out: face, embedding, or a PictureError that names the
file. The same pipeline as the terminal's, but a picture need not be well lit or centred to be measured:
its hint is told, not enforced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.core.evidence import Hint
from agent.ports import Embedding, FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.align import align
from agent.vision.detect import Face
from agent.vision.infrared import Infrared, as_frame, judge_infrared
from agent.vision.liveness import threshold_live
from agent.vision.models import load_manifest, models_folder
from agent.vision.pipeline import Pipeline, Seen, open_pipeline
from agent.vision.quality import equals
from agent.vision.relief import Relief, judge_relief

PICTURE_BYTES_MAX = 64 << 20  # a photo of a hundred megapixels; more is no portrait

DEPTH, INFRARED = ".depth.png", ".infrared.png"
"""Ends of the names of what lies beside a colour picture: 16 bit of millimetres, 8 bit of grey."""


class PictureError(Exception):
    """A picture that cannot be used: names the file, what is wrong with it, what to give instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """The one person of a picture."""

    path: Path
    face: Face
    hint: Hint
    embedding: Embedding = field(repr=False)


class Stills:
    """One loaded pipeline for any number of pictures."""

    def __init__(self, pipeline: Pipeline, threshold_1to1_cosine: float, threshold_live: float) -> None:
        self._pipeline = pipeline
        self.threshold_1to1_cosine = threshold_1to1_cosine
        self.threshold_live = threshold_live
        self.model_sha256 = pipeline.embedder.sha256

    def see(self, path: Path) -> tuple[FrameBgr, Seen]:
        """The picture and what the terminal would see in it. Raises PictureError."""
        picture = read_picture(path)
        return picture, self._pipeline.look_at(picture)

    def score_despite_hint(self, picture: FrameBgr, seen: Seen) -> float | None:
        """What colour would say of a face that got a hint; for reports only, the terminal never asks. None
        where it did judge, or there is no face."""
        liveness = self._pipeline.liveness
        if liveness is None or seen.live_score is not None or not seen.faces:
            return None
        return liveness.score(picture, seen.faces[0].box)

    def beside(self, path: Path, picture: FrameBgr, seen: Seen) -> tuple[Relief | None, Infrared | None]:
        """What the depth and infrared pictures beside this one say of its face; None: there is none.
        Raises PictureError: of another size or kind."""
        if not seen.faces:
            return None, None
        face = seen.faces[0]
        depth, grey = (read_beside(path, end, picture) for end in (DEPTH, INFRARED))
        relief = None if depth is None else judge_relief(depth.astype(np.uint16), face)
        if grey is None:
            return relief, None
        found = self._pipeline.detector.find(as_frame(grey.astype(np.uint8)))
        return relief, judge_infrared(grey.astype(np.uint8), face, found)

    def embed_aligned(self, aligned_bgr: FrameBgr) -> Embedding:
        """A face that was aligned before, as the embedder makes it."""
        return self._pipeline.embedder.embed(aligned_bgr)

    def portrait(self, path: Path) -> Portrait:
        """The person of the picture. Raises PictureError: unreadable, nobody, or two who may be meant."""
        picture, seen = self.see(path)
        if not seen.faces:
            raise PictureError(
                f"{path}: no face found (expected a picture of one person, face to the camera)"
            )
        if equals(seen.faces):
            raise PictureError(
                f"{path}: {len(seen.faces)} faces, the two biggest of about the same size "
                "(expected one person; crop the picture to the one meant)"
            )
        face, embedding = seen.faces[0], seen.embedding
        if embedding is None:
            embedding = self._pipeline.embedder.embed(align(picture, face.landmarks))
        return Portrait(path, face, seen.hint, embedding)


def open_stills(models_dir: str | Path | None = None, vision: VisionSection | None = None) -> Stills:
    """Load the models once. Raises ModelError for a missing or wrong file."""
    vision, manifest = vision or VisionSection(), load_manifest()
    pipeline = open_pipeline(manifest, models_folder(models_dir or vision.models_dir), vision)
    same = manifest.named(vision.embedder).threshold("threshold_1to1_cosine")
    return Stills(pipeline, same, threshold_live(manifest))


def embed_picture(path: Path, models_dir: str | Path | None = None) -> tuple[Embedding, str]:
    """One picture → embedding and the sha256 of its embedder. For many pictures, keep one `Stills`.

    Raises:
        PictureError: no picture, no face, or two people of about the same size.
        ModelError: a model file is missing or wrong.
    """
    stills = open_stills(models_dir)
    return stills.portrait(path).embedding, stills.model_sha256


def read_beside(path: Path, end: str, picture: FrameBgr) -> npt.NDArray[Any] | None:
    """The picture with this end of its name, as it was written; None when there is none. Raises
    PictureError: of another size or kind."""
    other = path.with_name(path.stem + end)
    if not other.is_file():
        return None
    content, bits = cv2.imread(str(other), cv2.IMREAD_UNCHANGED), 16 if end == DEPTH else 8
    fits = content is not None and content.shape == picture.shape[:2] and 8 * content.itemsize == bits
    if content is None or not fits:
        high, wide = picture.shape[:2]
        raise PictureError(
            f"{other}: does not fit {path.name} (expected a grey PNG of {bits} bit, {wide}×{high})"
        )
    return np.asarray(content)


def read_picture(path: Path) -> FrameBgr:
    """Any picture OpenCV reads, turned upright as its EXIF says. Raises PictureError."""
    try:
        if path.stat().st_size > PICTURE_BYTES_MAX:
            raise PictureError(
                f"{path}: larger than {PICTURE_BYTES_MAX >> 20} MB (expected a JPEG or PNG picture)"
            )
        packed = np.frombuffer(path.read_bytes(), np.uint8)
    except FileNotFoundError:
        raise PictureError(f"{path}: no such file (expected a JPEG or PNG picture)") from None
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror} (expected a JPEG or PNG picture)") from None
    try:
        picture = cv2.imdecode(packed, cv2.IMREAD_COLOR) if len(packed) else None
    except cv2.error:  # a header that promises more than OpenCV will read
        picture = None
    if picture is None:
        raise PictureError(f"{path}: not a picture (expected JPEG or PNG)")
    return np.asarray(picture, np.uint8)
