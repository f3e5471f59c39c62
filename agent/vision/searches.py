"""Embeddings of many persons → how often a search in a gallery misleads, by the gallery's size.

In: one embedding a picture, and whose it is; the threshold of the open search. Out: FPIR, the share of
strangers taken for a member, and FNIR, the share of members not found as themselves; measured by drawing
galleries of each size, without and with digits, beside what the FMR of pairs lets expect.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.vision.comparisons import Progress, Scores

SIZES = (100, 300, 1000, 3000, 10_000, 30_000, 100_000)
DRAWS = 5
DIGITS = 10_000  # as many as four digits tell apart


@dataclass(frozen=True, slots=True)
class SearchRates:
    """Of one size of gallery. Measured ones are None where the set has too few persons; `strangers` and
    `members` are the searches behind them."""

    gallery: int
    expected_fpir: float
    expected_fpir_digits: float
    fpir: float | None = None
    fpir_digits: float | None = None
    fnir: float | None = None
    strangers: int = 0
    members: int = 0


def expected_fpir(fmr: float, gallery: int, digits: bool = False) -> float:
    """With that FMR of a pair; with digits a member is compared only when theirs happen to be the same."""
    return float(-np.expm1(gallery * np.log1p(-fmr / (DIGITS if digits else 1))))


def search_rates(
    embeddings: Scores,
    persons: npt.NDArray[np.int64],
    threshold: float,
    fmr: float,
    seed: int,
    progress: Progress,
    sizes: Sequence[int] = SIZES,
) -> list[SearchRates]:
    """Each size of gallery, from chance draws of persons: their first picture is the template."""
    chance = np.random.default_rng(seed)
    found = []
    for number, size in enumerate(sizes, 1):
        expected = expected_fpir(fmr, size), expected_fpir(fmr, size, digits=True)
        if size < persons.max():  # one person must be left to be a stranger
            found.append(_measured(embeddings, persons, SearchRates(size, *expected), threshold, chance))
        else:
            found.append(SearchRates(size, *expected))
        progress(number, len(sizes))
    return found


def _measured(
    embeddings: Scores,
    persons: npt.NDArray[np.int64],
    of: SearchRates,
    threshold: float,
    chance: np.random.Generator,
) -> SearchRates:
    """The same with what all draws together measured."""
    first = np.unique(persons, return_index=True)[1]
    digits_of = chance.integers(DIGITS, size=len(first))
    counts = np.zeros(5, np.int64)  # taken, taken with digits, strangers, missed, members
    for _ in range(DRAWS):
        enrolled = chance.permutation(len(first))[: of.gallery]
        inside = np.isin(persons, enrolled)
        templates = embeddings[first[enrolled]]
        scores = embeddings[np.flatnonzero(~inside)] @ templates.T
        asked = chance.integers(DIGITS, size=len(scores))
        alike = digits_of[enrolled][None] == asked[:, None]
        counts[0] += int((scores.max(axis=1) >= threshold).sum())
        counts[1] += int(((scores >= threshold) & alike).any(axis=1).sum())
        counts[2] += len(scores)
        back = np.setdiff1d(np.flatnonzero(inside), first)
        scores = embeddings[back] @ templates.T
        right = (enrolled[scores.argmax(axis=1)] == persons[back]) & (scores.max(axis=1) >= threshold)
        counts[3] += int((~right).sum())
        counts[4] += len(back)
    taken, taken_digits, strangers, missed, members = map(int, counts)
    return dataclasses.replace(
        of,
        fpir=taken / strangers,
        fpir_digits=taken_digits / strangers,
        fnir=missed / members if members else None,
        strangers=strangers,
        members=members,
    )
