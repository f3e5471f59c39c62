"""Faces in graded trouble: which hint comes, who is acquired, who is missed or mistaken (ISO/IEC 19795-1).

In: pictures of persons, the pipeline. Out: a row for each kind and strength, and curves. The template of a
person is their first clean frame; their other pictures are spoiled and compared with it, or the same
picture where there is only one. Frames that a hint refused are compared as well: a refusal is right when
those would have been missed, and a hint is missing where frames are let through and missed.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from agent.core.evidence import Hint
from agent.ports import Embedding, FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.align import CROP_PX, align
from agent.vision.comparisons import Progress
from agent.vision.drawing import save_png
from agent.vision.models import Model, load_manifest, models_folder
from agent.vision.pipeline import Pipeline, open_pipeline
from agent.vision.plots import Axes, Curve, plot
from agent.vision.presentations import SUFFIXES
from agent.vision.spoil import CLEAN, FACE_PX, KINDS, Kind, Scene, Subject
from agent.vision.stills import PictureError, read_picture

PICTURES_A_PERSON = 3
"""The template and two to spoil: a person with hundreds of pictures would speak for all."""
MARGIN_PX = CROP_PX // 2


@dataclass(frozen=True, slots=True)
class Row:
    """What became of `faces` frames. `missed`: under the 1:1 threshold against the own template.
    `wrong_best`: another person's template is nearest; `mistaken`: it is over the 1:N threshold as well.
    Errors are counted among the good frames; `refused_missed` among the `refused_found`: frames that a hint
    refused though a face was found in them."""

    kind: str
    unit: str
    strength: float
    faces: int
    hints: dict[str, int]
    good: int
    missed: int
    wrong_best: int
    mistaken: int
    refused_found: int
    refused_missed: int

    def figures(self) -> dict[str, Any]:
        """Counts and rates, for JSON; a rate of nothing is None."""
        return dataclasses.asdict(self) | {
            "acquired_rate": self.good / self.faces,
            "hint_rates": {hint: count / self.faces for hint, count in self.hints.items()},
            "fnmr_good": _rate(self.missed, self.good),
            "fnmr_refused": _rate(self.refused_missed, self.refused_found),
            "wrong_best_rate": _rate(self.wrong_best, self.good),
        }


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True, eq=False)
class Degradation:
    """Everything that was measured of one set. `faceless`: pictures in which no face was found at all."""

    model: Model
    persons: int
    probes: int
    own_picture: int
    faceless: tuple[str, ...]
    rows: tuple[Row, ...]

    def figures(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "model": self.model.name,
            "model_sha256": self.model.used.sha256,
            "persons": self.persons,
            "probes": self.probes,
            "probes_with_own_picture": self.own_picture,
            "faceless": list(self.faceless),
            "rows": [row.figures() for row in self.rows],
        }

    def draw(self, folder: Path) -> list[Path]:
        """A PNG for each kind. Raises PictureError when the folder cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PictureError(f"{folder}: {error.strerror} (expected a folder to draw into)") from None
        paths = []
        for kind in KINDS:
            paths.append(folder / f"degrade-{kind.name.replace(' ', '-')}.png")
            save_png(
                paths[-1], _picture(kind, [row.figures() for row in self.rows if row.kind == kind.name])
            )
        return paths


def _picture(kind: Kind, rows: Sequence[dict[str, Any]]) -> FrameBgr:
    names = {
        "acquired_rate": "acquired",
        "fnmr_good": "missed among the acquired",
        "fnmr_refused": "would be missed among the refused",
        "wrong_best_rate": "another is nearer, among the acquired",
    }
    curves = [
        Curve(name, [(row["strength"], row[key]) for row in rows if row[key] is not None])
        for key, name in names.items()
    ]
    title = f"{kind.name}: {rows[0]['faces']} frames each"
    return plot(Axes(title, kind.unit, "share", kind.strengths[0], kind.strengths[-1], 0), curves)


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    template: Embedding = field(repr=False)
    subjects: list[Subject]  # those to spoil
    own_picture: bool


def degrade(
    photos: Path | None, aligned: Path | None, persons: int, models_dir: str | None, told: Progress
) -> Degradation:
    """Measure a folder of photos of any size, or of faces of 112×112.

    Raises:
        ModelError: a model is missing or wrong.
        PictureError: a folder or picture cannot be used.
    """
    manifest, vision = load_manifest(), VisionSection(liveness=False)
    pipeline = open_pipeline(manifest, models_folder(models_dir), vision)
    model = manifest.named(vision.embedder, "embedder")
    folder = photos or aligned
    assert folder is not None
    people, faceless = _people(folder, aligned is not None, persons, pipeline)
    scenes, who = _scenes(people)
    meter = _Meter(pipeline, model, np.array([person.template for person in people]), scenes, who)
    steps = [(CLEAN, 0.0)] + [(kind, strength) for kind in KINDS for strength in kind.strengths]
    rows = []
    for number, (kind, strength) in enumerate(steps):
        told(number, len(steps))
        rows.append(meter.row(kind, strength))
    told(len(steps), len(steps))
    own = sum(person.own_picture for person in people)
    return Degradation(model, len(people), len(scenes), own, tuple(faceless), tuple(rows))


def _scenes(people: Sequence[_Person]) -> tuple[list[Scene], list[int]]:
    """Every picture to spoil, beside the next person, and whose it is."""
    scenes: list[Scene] = []
    who: list[int] = []
    for number, person in enumerate(people):
        other = people[(number + 1) % len(people)].subjects[0]
        for subject in person.subjects:
            scenes.append(Scene(subject, other, len(scenes)))
            who.append(number)
    return scenes, who


class _Meter:
    """Looks at every scene in one kind of trouble at one strength."""

    def __init__(
        self, pipeline: Pipeline, model: Model, templates: Embedding, scenes: list[Scene], who: list[int]
    ) -> None:
        self._pipeline = pipeline
        self._same = model.threshold("threshold_1to1_cosine")
        self._found = model.threshold("threshold_1toN_cosine")
        self._templates, self._scenes, self._who = templates, scenes, who

    def row(self, kind: Kind, strength: float) -> Row:
        hints, good, refused = Counter[str](), Counter[str](), Counter[str]()
        for scene, person in zip(self._scenes, self._who, strict=True):
            frame = kind.frame(scene, strength)
            seen = self._pipeline.look_at(frame)
            hints[seen.hint.value] += 1
            if seen.faces:
                crop = align(frame, seen.faces[0].landmarks)
                embedding = (
                    seen.embedding if seen.embedding is not None else self._pipeline.embedder.embed(crop)
                )
                (good if seen.hint is Hint.GOOD else refused).update(self._errors(embedding, person))
        return Row(
            kind.name, kind.unit, strength, len(self._scenes), dict(hints.most_common()),
            hints[Hint.GOOD.value], good["missed"], good["wrong_best"], good["mistaken"],
            refused["found"], refused["missed"],
        )  # fmt: skip

    def _errors(self, embedding: Embedding, person: int) -> list[str]:
        scores = self._templates @ embedding
        wrong = int(np.argmax(scores)) != person
        errors = {
            "found": True,
            "missed": bool(scores[person] < self._same),
            "wrong_best": wrong,
            "mistaken": wrong and bool(scores.max() >= self._found),
        }
        return [name for name, is_so in errors.items() if is_so]


def _people(
    folder: Path, aligned: bool, persons: int, pipeline: Pipeline
) -> tuple[list[_Person], list[str]]:
    if not folder.is_dir():
        raise PictureError(f"{folder}: no such folder (expected pictures, or a folder of them a person)")
    people, faceless = [], []
    for paths in _chosen(folder, persons):
        subjects = []
        for path in paths:
            subject = _subject(path, aligned, pipeline)
            if subject is None:
                faceless.append(str(path))
            else:
                subjects.append(subject)
        if subjects:
            template = _template(subjects[0], pipeline)
            if template is not None:
                people.append(_Person(template, subjects[1:] or subjects, len(subjects) == 1))
    if len(people) < 2:
        raise PictureError(
            f"{folder}: faces of {len(people)} persons found (expected two or more; a person is a "
            "folder, or the pictures of one name with numbers behind it)"
        )
    return people, faceless


def _chosen(folder: Path, persons: int) -> list[list[Path]]:
    """Pictures of so many persons, spread evenly over the names; first those with more than one picture."""
    of: dict[str, list[Path]] = {}
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        if path.suffix.lower() in SUFFIXES:
            name = path.parent.name if path.parent != folder else path.stem.rstrip("0123456789_- ")
            of.setdefault(name, []).append(path)
    several = [paths for paths in of.values() if len(paths) > 1]
    single = [paths for paths in of.values() if len(paths) == 1]
    chosen = _spread(several, persons) + _spread(single, max(0, persons - len(several)))
    return [paths[:PICTURES_A_PERSON] for paths in chosen]


def _spread(items: list[list[Path]], count: int) -> list[list[Path]]:
    if count >= len(items):
        return items
    return [items[at * len(items) // count] for at in range(count)]


def _subject(path: Path, aligned: bool, pipeline: Pipeline) -> Subject | None:
    """The biggest face of a picture; a photo is brought near the size that is needed."""
    picture = read_picture(path)
    if aligned:
        sides = (MARGIN_PX,) * 4
        picture = np.asarray(cv2.copyMakeBorder(picture, *sides, cv2.BORDER_REPLICATE), np.uint8)
    faces = pipeline.detector.find(picture)
    if not faces:
        return None
    box = faces[0].box
    scale = min(1.0, 2 * FACE_PX / box.width_px)
    if scale < 1:
        shrunk = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture = np.asarray(shrunk, np.uint8)
    centre = (scale * (box.x_px + box.width_px / 2), scale * (box.y_px + box.height_px / 2))
    return Subject(picture, centre, scale * box.width_px, scale * box.height_px)


def _template(subject: Subject, pipeline: Pipeline) -> Embedding | None:
    frame = CLEAN.frame(Scene(subject, subject, 0), 0.0)
    faces = pipeline.detector.find(frame)
    return pipeline.embedder.embed(align(frame, faces[0].landmarks)) if faces else None
