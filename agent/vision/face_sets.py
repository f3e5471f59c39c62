"""Folders of faces, a folder a person → embeddings, and whose they are.

In: a folder of 112×112 crops, or of photos of any size that go through the whole pipeline; LFW's list of
pairs. Out: a FaceSet and scored pairs. Nothing is kept on disk. A picture without an embedding is counted
by its hint: that is the failure to acquire.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agent.ports import Embedding
from agent.vision.align import CROP_PX
from agent.vision.comparisons import FOLDS, Progress, Scores
from agent.vision.embed import Embedder
from agent.vision.pipeline import Pipeline
from agent.vision.presentations import SUFFIXES
from agent.vision.stills import PictureError, read_picture

Pairs = tuple[Scores, npt.NDArray[np.bool_], npt.NDArray[np.int64]]
"""Score, whether it is one person, and the fold, of each pair."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """`names`: PERSON/FILE without suffix; `persons`: a number from 0 for each row of `embeddings`;
    `hints`: why the others gave none."""

    names: tuple[str, ...]
    persons: npt.NDArray[np.int64] = field(repr=False)
    embeddings: Scores = field(repr=False)
    hints: Counter[str]

    @property
    def failure_to_acquire(self) -> float:
        """The share of pictures that gave no embedding."""
        failed = self.hints.total()
        return failed / (failed + len(self.names))


def aligned_set(folder: Path, embedder: Embedder, progress: Progress) -> FaceSet:
    """Crops as the embedder takes them. Raises PictureError for a folder or picture that is none."""

    def embed(path: Path) -> tuple[Embedding | None, str]:
        crop = read_picture(path)
        if crop.shape[:2] != (CROP_PX, CROP_PX):
            raise PictureError(
                f"{path}: {crop.shape[1]}x{crop.shape[0]} (expected an aligned face of "
                f"{CROP_PX}x{CROP_PX}; photos of any size: --photos)"
            )
        return embedder.embed(crop), ""

    return _read(folder, embed, progress)


def photo_set(folder: Path, pipeline: Pipeline, progress: Progress) -> FaceSet:
    """Photos as a camera would see them: found, judged, aligned. Raises PictureError."""

    def embed(path: Path) -> tuple[Embedding | None, str]:
        seen = pipeline.look_at(read_picture(path))
        return seen.embedding, seen.hint.value

    return _read(folder, embed, progress)


def _read(
    folder: Path, embed: Callable[[Path], tuple[Embedding | None, str]], progress: Progress
) -> FaceSet:
    if not folder.is_dir():
        raise PictureError(f"{folder}: no such folder (expected one with a folder a person)")
    paths = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in SUFFIXES)
    names, embeddings, hints = [], [], Counter[str]()
    for number, path in enumerate(paths, 1):
        embedding, hint = embed(path)
        if embedding is None:
            hints[hint] += 1
        else:
            names.append(f"{path.parent.name}/{path.stem}")
            embeddings.append(embedding)
        progress(number, len(paths))
    people = {person: number for number, person in enumerate(dict.fromkeys(map(_person, names)))}
    persons = np.array([people[_person(name)] for name in names], np.int64)
    if len(people) < 2 or np.bincount(persons).max() < 2:
        why = "".join(f", {hint} {count}" for hint, count in hints.most_common())
        raise PictureError(
            f"{folder}: {len(names)} usable faces of {len(people)} persons among {len(paths)} pictures"
            f"{why} (expected a folder a person, two persons or more, and two pictures of one of them)"
        )
    return FaceSet(tuple(names), persons, np.array(embeddings, np.float32), hints)


def _person(name: str) -> str:
    return name.split("/", 1)[0]


def scored_pairs(path: Path, faces: FaceSet) -> Pairs:
    """LFW's list: a line of folds and pairs a fold, then NAME A B (one person) or NAME A OTHER B.

    Raises:
        PictureError: no such file, a line that is neither, or a picture that is not in the set.
    """
    row_of = {name: row for row, name in enumerate(faces.names)}
    try:
        lines = path.read_text("utf-8").splitlines()
        folds, each = map(int, lines[0].split())
    except (OSError, ValueError, IndexError) as error:
        raise PictureError(f"{path}: {error} (expected LFW's list of pairs, as pairs.txt)") from None
    scores, same = [], []
    for number, line in enumerate(lines[1:], 2):
        words = line.split("\t") if "\t" in line else line.split()
        try:
            one, two = (row_of[name] for name in _pair(words))
        except (KeyError, ValueError) as error:
            raise PictureError(
                f"{path}: line {number}: {line!r}: not in the set, or no pair: {error}"
            ) from None
        scores.append(faces.embeddings[one] @ faces.embeddings[two])
        same.append(len(words) == 3)
    if folds < 2 or len(scores) != folds * each * 2:
        raise PictureError(
            f"{path}: {len(scores)} pairs (expected {folds} folds of 2 times {each}; usual: {FOLDS} folds)"
        )
    return np.array(scores, np.float32), np.array(same), np.repeat(np.arange(folds), each * 2)


def _pair(words: list[str]) -> tuple[str, str]:
    if len(words) == 3:
        name, one, two = words
        return f"{name}/{name}_{int(one):04}", f"{name}/{name}_{int(two):04}"
    name, one, other, two = words
    return f"{name}/{name}_{int(one):04}", f"{other}/{other}_{int(two):04}"
