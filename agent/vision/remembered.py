"""The best few living faces of this visit, in memory alone: what a template is made of when somebody joins.

In: looks, embeddings (as the store keeps them) and live scores. Out: one template, and of how many frames
that agree. Let go of when the visit ends; nothing of it is ever written. Belongs to the eyes' thread, but
for `forget`, which may come from any.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from agent.ports import Embedding

FACES_MAX = 12
FACES_OF_A_TEMPLATE = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    look: int
    live: float
    embedding: Embedding = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """`frames` of the look itself agree on one face; `embedding` is None where there are none."""

    look: int
    frames: int
    embedding: Embedding | None = field(repr=False)


class Remembered:
    """Never more than FACES_MAX, the newest look's first to stay and among each look's the most alive."""

    def __init__(self, alike_cosine: float) -> None:
        self._alike_cosine = alike_cosine
        self._lock = threading.Lock()
        self._faces: list[_Face] = []

    def __len__(self) -> int:
        return len(self._faces)

    def saw(self, look: int, live: float, embedding: Embedding) -> None:
        """A living face, judged to be one."""
        with self._lock:
            faces = [*self._faces, _Face(look, live, embedding)]
            self._faces = sorted(faces, key=lambda face: (face.look, face.live), reverse=True)[:FACES_MAX]

    def forget(self) -> None:
        """All of it, now."""
        with self._lock:
            self._faces = []

    def made(self, look: int) -> Made:
        """One template of whoever stood there in this look. Frames of earlier looks help where they show
        the same face; whoever else came into the picture counts for nothing."""
        with self._lock:
            faces = list(self._faces)
        now = [face for face in faces if face.look == look]
        if not now:
            return Made(look, 0, None)
        centre = _middle([face.embedding for face in now])
        same = [face for face in faces if float(face.embedding @ centre) >= self._alike_cosine]
        frames = sum(face.look == look for face in same)
        best = sorted(same, key=lambda face: face.live, reverse=True)[:FACES_OF_A_TEMPLATE]
        return Made(look, frames, _middle([face.embedding for face in best]) if best else None)


def _middle(embeddings: list[Embedding]) -> Embedding:
    """Of length one, as every template is."""
    total = np.sum(embeddings, axis=0, dtype=np.float64)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), np.float32)
