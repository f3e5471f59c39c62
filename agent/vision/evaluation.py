"""A set of faces → everything that can be said of it: figures for programs, curves for people.

In: folders, the models. Out: an Evaluation. The order is ISO/IEC 19795-1's: what could be acquired,
how pairs compare, how searches come out; each rate with its interval and with what the set cannot show.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from agent.profile.schema import VisionSection
from agent.vision.comparisons import (
    KEPT_FROM_COSINE,
    RULE_OF_THREE,
    Comparisons,
    Interval,
    compare_all,
    intervals,
    ten_fold_accuracy,
)
from agent.vision.drawing import save_png
from agent.vision.embed import Embedder
from agent.vision.face_sets import FaceSet, aligned_set, photo_set, scored_pairs
from agent.vision.models import Model, load_manifest, models_folder, open_session
from agent.vision.passport import Measured, Passport, Rate, golden_embedding
from agent.vision.pipeline import open_pipeline
from agent.vision.plots import Axes, Curve, plot
from agent.vision.searches import SearchRates, search_rates, sizes_for
from agent.vision.stills import PictureError

SEED = 7
FARS = (1e-3, 1e-4, 1e-5)
CURVE_COSINES = tuple(float(value) for value in np.round(np.arange(KEPT_FROM_COSINE, 0.801, 0.01), 2))
Told = Callable[[str, int, int], None]
"""What is being done, how much of it, of how much."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What was measured of one model on one set."""

    model: Model
    faces: FaceSet
    whole_pipeline: bool
    compared: Comparisons
    accuracies: tuple[float, ...]
    curve: tuple[tuple[Interval, Interval], ...]
    at_thresholds: dict[str, tuple[float, Interval, Interval]]
    searches: tuple[SearchRates, ...]
    golden: tuple[float, ...]
    fmr_of_searches: float

    def figures(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        compared, faces = self.compared, self.faces
        answer: dict[str, Any] = {
            "model": self.model.name,
            "model_sha256": self.model.used.sha256,
            "pictures": len(faces.names),
            "persons": compared.persons,
            "failure_to_acquire": {
                "rate": faces.failure_to_acquire if self.whole_pipeline else None,
                "hints": dict(faces.hints),
            },
            "pairs": {"same": len(compared.same), "different": compared.others},
            "tar": [self._tar(far) for far in FARS],
            "thresholds": {
                name: {"value": value, "fmr": dataclasses.asdict(fmr), "fnmr": dataclasses.asdict(fnmr)}
                for name, (value, fmr, fnmr) in self.at_thresholds.items()
            },
            "rule_of_three": {
                "fmr_pairs": compared.floor_pairs,
                "fmr_persons": compared.floor_persons,
                "fnmr_pairs": RULE_OF_THREE / len(compared.same),
            },
            "fmr_of_searches": self.fmr_of_searches,
            "searches": [dataclasses.asdict(row) for row in self.searches],
        }
        if self.accuracies:
            mean, spread = float(np.mean(self.accuracies)), float(np.std(self.accuracies, ddof=1))
            answer["ten_folds"] = {"accuracy": mean, "deviation": spread, "folds": len(self.accuracies)}
        return answer

    def passport(self) -> Passport:
        """What this set says of the model's thresholds, for the start of every terminal."""
        compared = self.compared
        measured = [
            Measured(name, value, Rate(**dataclasses.asdict(fmr)), Rate(**dataclasses.asdict(fnmr)))
            for name, (value, fmr, fnmr) in self.at_thresholds.items()
        ]
        return Passport(
            self.model.name, self.model.used.sha256, len(self.faces.names), compared.persons,
            len(compared.same), compared.others, compared.floor_pairs, float(np.mean(self.accuracies)),
            self.golden, tuple(measured),
        )  # fmt: skip

    def _tar(self, far: float) -> dict[str, float | bool]:
        threshold = self.compared.threshold_at(far)
        shown = far >= self.compared.floor_pairs
        return {
            "far": far,
            "tar": 1 - self.compared.fnmr(threshold),
            "threshold_cosine": threshold,
            "shown": shown,
        }

    def draw(self, folder: Path) -> list[Path]:
        """The curves as PNG. Raises PictureError when the folder cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PictureError(f"{folder}: {error.strerror} (expected a folder to draw into)") from None
        pictures = {"fmr-fnmr.png": self._pairs_plot(), "fpir.png": self._searches_plot()}
        for name, picture in pictures.items():
            save_png(folder / name, picture)
        return [folder / name for name in pictures]

    def _pairs_plot(self) -> Any:
        lowest = int(np.floor(np.log10(self.compared.floor_pairs)))
        axes = Axes(
            f"{self.model.name}: errors of pairs", "threshold, cosine", "rate",
            CURVE_COSINES[0], CURVE_COSINES[-1], max(-8, min(-1, lowest)),
        )  # fmt: skip
        curves = [
            Curve(
                name,
                [(x, at[side].rate) for x, at in zip(CURVE_COSINES, self.curve, strict=True)],
                [(at[side].low, at[side].high) for at in self.curve],
            )
            for side, name in enumerate(("FMR (two persons taken for one)", "FNMR (one taken for two)"))
        ]
        marks = [(name.split("_")[1], value) for name, (value, _, _) in self.at_thresholds.items()]
        return plot(axes, curves, marks)

    def _searches_plot(self) -> Any:
        sizes = [row.gallery for row in self.searches]
        axes = Axes(
            f"{self.model.name}: errors of searches", "members in the gallery", "rate",
            min(sizes), max(sizes), -8, across_log=True,
        )  # fmt: skip
        measured = [row for row in self.searches if row.fpir is not None]
        curves = [
            Curve(
                "FPIR measured",
                [(row.gallery, row.fpir or 0.0) for row in measured],
                [(row.fpir_low or 0.0, row.fpir_high or 0.0) for row in measured],
            ),
            Curve("FNIR measured", [(row.gallery, row.fnir) for row in measured if row.fnir is not None]),
            Curve(
                "FPIR computed from pairs",
                [(row.gallery, row.expected_fpir) for row in self.searches],
                dashed=True,
            ),
            Curve(
                "FPIR computed, with digits",
                [(row.gallery, row.expected_fpir_digits) for row in self.searches],
                dashed=True,
            ),
        ]
        marks = [("computed only from here", measured[-1].gallery)] if measured else []
        return plot(axes, curves, marks)


def evaluate(
    aligned: Path | None, photos: Path | None, pairs: Path | None, models_dir: str | None, told: Told
) -> Evaluation:
    """Measure one of the two kinds of set.

    Raises:
        ModelError: a model is missing or wrong.
        PictureError: a folder, picture or list of pairs cannot be used.
    """
    manifest, folder, vision = load_manifest(), models_folder(models_dir), VisionSection(liveness=False)
    model = manifest.named(vision.embedder, "embedder")
    if aligned is not None:
        session = open_session(model, folder / model.used.file, vision.threads)
        embedder = Embedder(session, model.used.sha256)
        faces = aligned_set(aligned, embedder, partial(told, "faces"))
    else:
        assert photos is not None
        pipeline = open_pipeline(manifest, folder, vision)
        embedder = pipeline.embedder
        faces = photo_set(photos, pipeline, partial(told, "photos"))
    folds = ten_fold_accuracy(*scored_pairs(pairs, faces)) if pairs else []
    golden = tuple(round(float(number), 5) for number in golden_embedding(embedder))
    return _measured(model, faces, aligned is None, tuple(folds), golden, told)


def _measured(
    model: Model,
    faces: FaceSet,
    whole_pipeline: bool,
    folds: tuple[float, ...],
    golden: tuple[float, ...],
    told: Told,
) -> Evaluation:
    compared = compare_all(faces.embeddings, faces.persons, partial(told, "pairs"))
    limits = {each.name: each.value for each in model.thresholds if each.name.endswith("_cosine")}
    rates = intervals(compared, [*CURVE_COSINES, *limits.values()], SEED, partial(told, "intervals"))
    at_limits = {
        name: (value, *rate)
        for (name, value), rate in zip(limits.items(), rates[len(CURVE_COSINES) :], strict=True)
    }
    threshold = model.threshold("threshold_1toN_cosine")
    fmr = (
        compared.fmr(threshold) or compared.floor_pairs
    )  # nothing seen: what the set can show, not nothing
    searched = search_rates(
        faces.embeddings, faces.persons, threshold, fmr, SEED,
        partial(told, "searches"), sizes_for(compared.persons),
    )  # fmt: skip
    return Evaluation(
        model, faces, whole_pipeline, compared, folds,
        tuple(rates[: len(CURVE_COSINES)]), at_limits, tuple(searched), golden, fmr,
    )  # fmt: skip
