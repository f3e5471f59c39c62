"""One frame → what there is to see in it.

In: a BGR picture. Out: the faces, one hint, and embedding and live score when the hint is GOOD. Nothing
is kept from frame to frame, nothing is stored. Belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from agent.core.evidence import Hint
from agent.ports import Embedding, FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.align import CROP_PX, align
from agent.vision.detect import Box, Detector, Face
from agent.vision.embed import Embedder
from agent.vision.liveness import Liveness, open_liveness
from agent.vision.models import Manifest, open_session
from agent.vision.passport import check_embedder, check_passport
from agent.vision.quality import judge

Hide = Callable[[Embedding], Embedding]
"""How the store keeps an embedding (vision.hide)."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """`faces`: biggest first. `embedding` and `live_score` (0 a picture, 1 a face): of the biggest face,
    only when `hint` is GOOD; no `live_score` where the profile switched it off."""

    faces: tuple[Face, ...]
    hint: Hint
    embedding: Embedding | None = field(default=None, repr=False)
    live_score: float | None = None


class Pipeline:
    """Detect, align, judge, embed, and tell a face from a picture of one."""

    def __init__(
        self,
        detector: Detector,
        embedder: Embedder,
        liveness: Liveness | None,
        limits: VisionSection,
        hide: Hide | None = None,
    ) -> None:
        self.detector = detector
        self.embedder = embedder
        self.liveness = liveness
        self._limits = limits
        self._hide = hide

    def look_at(self, frame_bgr: FrameBgr) -> Seen:
        """frame_bgr: H×W×3 uint8, any size."""
        faces = self.detector.find(frame_bgr)
        aligned = align(frame_bgr, faces[0].landmarks) if faces else None
        hint = judge(faces, aligned, frame_bgr, self._limits)
        if hint is not Hint.GOOD or aligned is None:
            return Seen(tuple(faces), hint)
        live = self.liveness.score(frame_bgr, faces[0].box) if self.liveness else None
        embedding = self.embedder.embed(aligned)
        return Seen(tuple(faces), hint, self._hide(embedding) if self._hide else embedding, live)

    def warm_up(self) -> None:
        """Pay for the first, slow inference of every model before a person stands there."""
        empty = np.zeros((480, 640, 3), np.uint8)
        self.detector.find(empty)
        if self.liveness:
            self.liveness.score(empty, Box(200, 100, 150, 200))
        self.embedder.embed(np.zeros((CROP_PX, CROP_PX, 3), np.uint8))


def open_pipeline(
    manifest: Manifest, folder: Path, limits: VisionSection, hide: Hide | None = None
) -> Pipeline:
    """Load the models and try the embedder; with `hide`, no embedding leaves the pipeline as the model
    made it.

    Raises:
        ModelError: a file is not the manifest's, or the embedder was not measured or does not do what it
            did then.
    """
    detector = manifest.named(limits.detector, "detector")
    model = manifest.named(limits.embedder, "embedder")
    passport = check_passport(model)
    finding = open_session(detector, folder / detector.used.file, limits.threads)
    embedding = open_session(model, folder / model.used.file, limits.threads)
    embedder = Embedder(embedding, model.used.sha256)
    check_embedder(embedder, passport)
    return Pipeline(
        Detector(finding, detector.threshold("score")),
        embedder,
        open_liveness(manifest, folder, limits.threads) if limits.liveness else None,
        limits,
        hide,
    )
