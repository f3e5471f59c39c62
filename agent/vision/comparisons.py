"""Embeddings of many persons → scores of all pairs, and how often they would mislead (ISO/IEC 19795-1).

In: one embedding a picture, and whose it is. Out: false match and false non-match rates (FMR, FNMR) by
threshold, their intervals by drawing the persons anew, accuracy over ten folds. Numbers only, no files.

A person's pictures are not independent, and one picture is in thousands of pairs. So intervals come from
drawing persons, never pairs, and the rule of three is said for both ways of counting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

BLOCK = 1024
BINS = 20_000  # of cosines from -1 to 1: a ten-thousandth each
KEPT_FROM_COSINE = 0.25
"""Pairs of different persons below are only counted; those above are kept, to draw persons anew."""
RULE_OF_THREE = 3
DRAWS = 200
CONFIDENCE_PCT = 95.0
FOLDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """`same`: score and person of each pair of one person. `other_above`: score and both persons of each
    pair of different persons from KEPT_FROM_COSINE on. `other_bins`: how many of all those in each bin."""

    persons: int
    pictures_of: npt.NDArray[np.int64]
    same: Scores
    same_person: npt.NDArray[np.int64]
    other_above: Scores
    other_persons: npt.NDArray[np.int64]
    other_bins: npt.NDArray[np.int64]

    @property
    def others(self) -> int:
        """How many pairs of different persons there are."""
        return int(self.other_bins.sum())

    def fmr(self, threshold: float) -> float:
        """The share of pairs of different persons that would count as the same."""
        if threshold >= KEPT_FROM_COSINE:
            return float((self.other_above >= threshold).sum()) / self.others
        return float(self.other_bins[int((threshold + 1) / 2 * BINS) :].sum()) / self.others

    def fnmr(self, threshold: float) -> float:
        """The share of pairs of one person that would count as different."""
        return float((self.same < threshold).mean())

    def threshold_at(self, fmr: float) -> float:
        """The smallest threshold (of a kept pair, or above) with no more false matches than that."""
        allowed = int(fmr * self.others)
        descending = np.sort(self.other_above)[::-1]
        if allowed >= len(descending):
            return KEPT_FROM_COSINE
        return float(np.nextafter(descending[allowed], np.float32(2)))

    @property
    def floor_pairs(self) -> float:
        """No FMR below can be shown by so many pairs, even if each stood alone."""
        return RULE_OF_THREE / self.others

    @property
    def floor_persons(self) -> float:
        """The same when only pairs of persons that share nobody are counted."""
        return RULE_OF_THREE / max(self.persons // 2, 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate, and where it lies with 95 % confidence if the persons had been drawn anew. Where nothing was
    seen drawing anew shows nothing either: then `high` is the rule of three's, of all pairs."""

    rate: float
    low: float
    high: float


def compare_all(embeddings: Scores, persons: npt.NDArray[np.int64], progress: Progress) -> Comparisons:
    """embeddings: N×size, unit length; persons: a number from 0 for each."""
    bins = np.zeros(BINS, np.int64)
    same, same_person, above, who = [], [], [], []
    for start in range(0, len(embeddings), BLOCK):
        block = slice(start, start + BLOCK)
        scores = embeddings[block] @ embeddings[start:].T
        upper = np.triu(np.ones(scores.shape, np.bool_), 1)
        mates = persons[block, None] == persons[None, start:]
        left, right = np.nonzero(mates & upper)
        same.append(scores[left, right])
        same_person.append(persons[start + left])
        others = ~mates & upper
        bins += np.bincount(_bin(scores[others]), minlength=BINS)
        left, right = np.nonzero(others & (scores >= KEPT_FROM_COSINE))
        above.append(scores[left, right])
        who.append(np.stack([persons[start + left], persons[start + right]], axis=1))
        progress(min(start + BLOCK, len(embeddings)), len(embeddings))
    count = int(persons.max()) + 1
    return Comparisons(
        count,
        np.bincount(persons, minlength=count),
        np.concatenate(same),
        np.concatenate(same_person),
        np.concatenate(above),
        np.concatenate(who),
        bins,
    )


def _bin(scores: Scores) -> npt.NDArray[np.int64]:
    return np.clip(((scores + 1) / 2 * BINS).astype(np.int64), 0, BINS - 1)


def intervals(
    of: Comparisons, thresholds: Sequence[float], seed: int, progress: Progress, draws: int = DRAWS
) -> list[tuple[Interval, Interval]]:
    """(FMR, FNMR) of each threshold from KEPT_FROM_COSINE on, by drawing as many persons anew."""
    chance = np.random.default_rng(seed)
    drawn = np.zeros((draws, len(thresholds), 2))
    order, mates = np.argsort(-of.other_above), np.argsort(of.same)
    one, two = of.other_persons[order].T
    ends = np.searchsorted(-of.other_above[order], -np.asarray(thresholds), side="right")
    fails = np.searchsorted(of.same[mates], thresholds, side="left")
    for draw in range(draws):
        weight = np.bincount(chance.integers(of.persons, size=of.persons), minlength=of.persons)
        pictures = weight * of.pictures_of
        pairs = (float(pictures.sum()) ** 2 - float((pictures**2).sum())) / 2
        matched = np.concatenate([[0], np.cumsum(weight[one] * weight[two])])
        missed = np.concatenate([[0], np.cumsum(weight[of.same_person[mates]])])
        drawn[draw, :, 0] = matched[ends] / max(pairs, 1.0)
        drawn[draw, :, 1] = missed[fails] / max(missed[-1], 1)
        progress(draw + 1, draws)
    tail = (100 - CONFIDENCE_PCT) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail], axis=0)
    floors = of.floor_pairs, RULE_OF_THREE / len(of.same)
    return [
        (_interval(of.fmr(t), low[at, 0], high[at, 0], floors[0]),
         _interval(of.fnmr(t), low[at, 1], high[at, 1], floors[1]))
        for at, t in enumerate(thresholds)
    ]  # fmt: skip


def _interval(rate: float, low: float, high: float, floor: float) -> Interval:
    return Interval(rate, float(low), float(high) if rate else min(1.0, floor))


def ten_fold_accuracy(
    scores: Scores, same: npt.NDArray[np.bool_], fold: npt.NDArray[np.int64]
) -> list[float]:
    """Accuracy of each fold with the threshold that was best on the others."""
    found = []
    for number in np.unique(fold):
        rest = fold != number
        threshold = best_threshold(scores[rest], same[rest])
        found.append(float(((scores[~rest] >= threshold) == same[~rest]).mean()))
    return found


def best_threshold(scores: Scores, same: npt.NDArray[np.bool_]) -> float:
    """The score from which on "the same" is right most often."""
    order = np.argsort(scores)
    ordered = same[order]
    right = np.concatenate([[0], np.cumsum(~ordered)]) + np.concatenate(
        [np.cumsum(ordered[::-1])[::-1], [0]]
    )
    at = int(np.argmax(right))
    return (
        float(scores[order[at]]) if at < len(scores) else float(np.nextafter(scores.max(), np.float32(2)))
    )
