"""What the eyes remember of a visit: the best few living faces, and nothing afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from agent.ports import Embedding
from agent.vision.remembered import FACES_MAX, Remembered

ALIKE = 0.5


def face(person: int, shake: float = 0.02, frame: int = 0) -> Embedding:
    """A person's embedding as frames give it: nearly the same each time."""
    still = np.random.default_rng(person).normal(size=128)
    moved = still + shake * np.random.default_rng(1000 + frame).normal(size=128)
    return np.asarray(moved / np.linalg.norm(moved), np.float32)


def test_a_template_is_made_of_the_frames_that_show_one_person() -> None:
    remembered = Remembered(ALIKE)
    for frame in range(3):
        remembered.saw(1, 0.9, face(7, frame=frame))
    made = remembered.made(1)
    assert made.frames == 3
    assert made.embedding is not None
    assert float(made.embedding @ face(7, shake=0)) > 0.99
    assert float(np.linalg.norm(made.embedding)) == pytest.approx(1, abs=1e-6)


def test_somebody_who_stood_there_before_is_not_mixed_in() -> None:
    remembered = Remembered(ALIKE)
    for frame in range(4):
        remembered.saw(1, 0.99, face(8, frame=frame))
    for frame in range(3):
        remembered.saw(2, 0.7, face(7, frame=frame))
    made = remembered.made(2)
    assert made.frames == 3
    assert made.embedding is not None
    assert float(made.embedding @ face(8, shake=0)) < 0.3


def test_whoever_pushes_into_the_picture_counts_for_nothing() -> None:
    remembered = Remembered(ALIKE)
    for frame in range(5):
        remembered.saw(1, 0.9, face(7, frame=frame))
    remembered.saw(1, 0.9, face(8))
    assert remembered.made(1).frames == 5


def test_frames_of_an_earlier_look_alone_make_nothing() -> None:
    remembered = Remembered(ALIKE)
    remembered.saw(1, 0.9, face(7))
    assert remembered.made(2).embedding is None
    assert remembered.made(2).frames == 0


def test_never_more_than_a_few_and_none_once_forgotten() -> None:
    remembered = Remembered(ALIKE)
    for frame in range(3 * FACES_MAX):
        remembered.saw(1, frame / 100, face(7, frame=frame))
    assert len(remembered) == FACES_MAX
    remembered.forget()
    assert len(remembered) == 0
    assert remembered.made(1).embedding is None
