"""What the store's transform costs, and what two stores' templates of one person say of each other.

In: embeddings of persons (several each), and store keys. Out: the largest change of a score inside a store,
and across two stores how far same and different persons can be told apart: d′, equal error rate, and the
linkability D↔sys of Gomez-Barrero and others (2018; 0 nothing is linked, 1 everything), beside what the
same number of pairs shows when there is nothing to find.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.ports import Embedding
from agent.vision.hide import StoreTransform

Scores = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
BINS = 50
KEY_BYTES = 32
NOT_ENOUGH = "expected at least two persons, and two pictures of one of them (a folder a person)"


@dataclass(frozen=True, slots=True)
class Apart:
    """How far scores of the same and of different persons can be told apart."""

    d_prime: float
    equal_error_rate: float
    linkability: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`inside`: in one store, before and after the transform. `across`: two stores, mean over the key
    pairs; `by_chance`: the same with the persons shuffled, which is what nothing looks like."""

    same_pairs: int
    different_pairs: int
    key_pairs: int
    cosine_change_max: float
    inside_raw: Apart
    inside_hidden: Apart
    across: Apart
    by_chance: Apart


def measure(embeddings: Embedding, persons: Sequence[str], key_pairs: int, seed: int) -> Measured:
    """embeddings: one a row, of the person in the same place of `persons`; some persons more than once.

    Raises:
        ValueError: nobody is there twice, or there is only one person.
    """
    if len(set(persons)) < 2:
        raise ValueError(NOT_ENOUGH)
    chance = np.random.default_rng(seed)
    same, different = _pairs(persons, chance)
    if not len(same) or not len(different):
        raise ValueError(NOT_ENOUGH)
    raw = _between(embeddings, embeddings, same, different)
    change, across, by_chance = 0.0, [], []
    for _ in range(key_pairs):
        one, other = (StoreTransform(os.urandom(KEY_BYTES)).hidden(embeddings) for _ in "ab")
        hidden = _between(one, one, same, different)
        change = max(change, *(float(np.abs(a - b).max()) for a, b in zip(raw, hidden, strict=True)))
        scores = _between(one, other, same, different)
        across.append(_apart(*scores))
        by_chance.append(_apart(*_shuffled(scores, chance)))
    return Measured(
        same_pairs=len(same),
        different_pairs=len(different),
        key_pairs=key_pairs,
        cosine_change_max=change,
        inside_raw=_apart(*raw),
        inside_hidden=_apart(*hidden),
        across=_mean(across),
        by_chance=_mean(by_chance),
    )


def _pairs(persons: Sequence[str], chance: np.random.Generator) -> tuple[Rows, Rows]:
    """Every pair of pictures of one person; ten times as many of two persons, at random."""
    _, number = np.unique(np.asarray(persons), return_inverse=True)
    rows: list[tuple[int, int]] = []
    for person in range(int(number.max()) + 1 if len(number) else 0):
        mine = np.flatnonzero(number == person)
        rows += [(int(a), int(b)) for at, a in enumerate(mine) for b in mine[at + 1 :]]
    drawn = chance.integers(0, max(1, len(number)), (10 * len(rows), 2))
    return np.array(rows, np.int64).reshape(-1, 2), drawn[number[drawn[:, 0]] != number[drawn[:, 1]]]


def _between(one: Embedding, other: Embedding, same: Rows, different: Rows) -> tuple[Scores, Scores]:
    """The first of each pair as one store keeps it, the second as the other does."""
    first, second = one.astype(np.float64), other.astype(np.float64)
    return _cosines(first, second, same), _cosines(first, second, different)


def _cosines(first: Scores, second: Scores, pairs: Rows) -> Scores:
    return np.asarray(np.einsum("ij,ij->i", first[pairs[:, 0]], second[pairs[:, 1]]), np.float64)


def _shuffled(scores: tuple[Scores, Scores], chance: np.random.Generator) -> tuple[Scores, Scores]:
    """The same scores with nobody knowing which were the same person's."""
    both = chance.permutation(np.concatenate(scores))
    return both[: len(scores[0])], both[len(scores[0]) :]


def _apart(same: Scores, different: Scores) -> Apart:
    spread = np.sqrt((same.var() + different.var()) / 2)
    d_prime = float(abs(same.mean() - different.mean()) / max(float(spread), 1e-12))
    return Apart(d_prime, _equal_error_rate(same, different), _linkability(same, different))


def _equal_error_rate(same: Scores, different: Scores) -> float:
    """Where as many same persons are missed as different ones are taken for one."""
    thresholds = np.sort(np.concatenate([same, different]))
    missed = np.searchsorted(np.sort(same), thresholds) / len(same)
    taken = 1 - np.searchsorted(np.sort(different), thresholds) / len(different)
    nearest = int(np.argmin(np.abs(missed - taken)))
    return float((missed[nearest] + taken[nearest]) / 2)


def _linkability(same: Scores, different: Scores) -> float:
    """D↔sys with even odds: how much more likely a score is of one person than of two, over the scores
    that one person's pairs take."""
    low = min(float(same.min()), float(different.min()))
    edges = np.linspace(low, max(float(same.max()), float(different.max())) + 1e-9, BINS + 1)
    mated = np.histogram(same, edges)[0] / len(same)
    others = np.histogram(different, edges)[0] / len(different)
    local = np.where(mated > others, 2 * mated / np.maximum(mated + others, 1e-300) - 1, 0.0)
    return float(np.sum(mated * local))


def _mean(all_of: Sequence[Apart]) -> Apart:
    return Apart(
        float(np.mean([each.d_prime for each in all_of])),
        float(np.mean([each.equal_error_rate for each in all_of])),
        float(np.mean([each.linkability for each in all_of])),
    )
