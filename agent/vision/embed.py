"""Aligned crop → embedding, by SFace."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort

from agent.ports import Embedding, FrameBgr

INPUT, OUTPUT = "crop", "fc1"


class Embedder:
    """SFace behind one call; `sha256` names the weights every embedding of it belongs to."""

    def __init__(self, session: ort.InferenceSession, sha256: str) -> None:
        self._session = session
        self.sha256 = sha256

    def embed(self, aligned_bgr: FrameBgr) -> Embedding:
        """aligned_bgr: 112×112×3 uint8. Returns 128 float32, unit length."""
        raw = self._session.run([OUTPUT], {INPUT: np.ascontiguousarray(aligned_bgr)[None]})[0][0]
        return unit(raw)


def unit(vector: Embedding) -> Embedding:
    """The same direction with length one."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
