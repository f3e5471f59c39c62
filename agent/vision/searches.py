"""Embeddings of many persons → how often a search in a gallery misleads, by the gallery's size.

In: one embedding a picture, and whose it is; the threshold of the open search. Out: FPIR, the share of
strangers taken for a member, and FNIR, the share of members not found as themselves; measured by drawing
galleries of each size, without and with digits, beside what the FMR of pairs lets compute.

Everybody is a stranger to a gallery without them: so each picture is searched among as many other persons
as the gallery is large, and a set measures galleries up to all of its persons but one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.vision.comparisons import BLOCK, CONFIDENCE_PCT, RULE_OF_THREE, Progress, Scores

SIZES = (100, 300, 1000, 3000, 10_000, 30_000, 100_000)
LARGEST_TIMES = 1.2
"""The largest gallery that the set can measure is added when it is so much larger than one of SIZES."""
DRAWS = 5
PERSONS_DRAWN = 200
DIGITS = 10_000  # as many as four digits tell apart

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SearchRates:
    """Of one size of gallery. Measured ones are None where the set has too few persons; `fpir_low` and
    `fpir_high` are where FPIR lies with 95 % confidence if the strangers had been other persons;
    `strangers` and `members` are the searches behind them. Where no stranger was taken for a member
    `fpir_high` is the rule of three's, each stranger counted once. Expected ones follow from the FMR."""

    gallery: int
    expected_fpir: float
    expected_fpir_digits: float
    fpir: float | None = None
    fpir_low: float | None = None
    fpir_high: float | None = None
    fpir_digits: float | None = None
    fnir: float | None = None
    strangers: int = 0
    members: int = 0


def expected_fpir(fmr: float, gallery: int, digits: bool = False) -> float:
    """With that FMR of a pair; with digits a member is compared only when theirs happen to be the same."""
    share = fmr / (DIGITS if digits else 1)
    return 1.0 if share >= 1 else float(-np.expm1(gallery * np.log1p(-share)))


def sizes_for(persons: int) -> tuple[int, ...]:
    """The usual sizes, and the largest that so many persons can measure."""
    largest = persons - 1
    near = any(size <= largest < LARGEST_TIMES * size for size in SIZES)
    return SIZES if near or largest < SIZES[0] else tuple(sorted({*SIZES, largest}))


def search_rates(
    embeddings: Scores,
    persons: npt.NDArray[np.int64],
    threshold: float,
    fmr: float,
    seed: int,
    progress: Progress,
    sizes: Sequence[int],
) -> list[SearchRates]:
    """Each size of gallery, from chance draws of persons: their first picture is the template."""
    chance = np.random.default_rng(seed)
    found = []
    for number, size in enumerate(sizes, 1):
        rates = SearchRates(size, expected_fpir(fmr, size), expected_fpir(fmr, size, digits=True))
        if size <= persons.max():  # the stranger's own template must not be needed to fill the gallery
            rates = _measured(embeddings, persons, rates, threshold, chance)
        found.append(rates)
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
    tally = np.zeros((3, len(first)), np.int64)  # of each person: searches, taken, taken with digits
    missed = members = 0
    for _ in range(DRAWS):
        enrolled = chance.permutation(len(first))[: of.gallery + 1]  # one to spare: see `_strangers`
        templates, asked = embeddings[first[enrolled]], chance.integers(DIGITS, size=len(persons))
        for start in range(0, len(persons), BLOCK):
            block = slice(start, start + BLOCK)
            scores, who = embeddings[block] @ templates.T, persons[block]
            alike = digits_of[enrolled][None] == asked[block, None]
            tally += _strangers(scores >= threshold, alike, who, enrolled, len(first))
            back = np.isin(who, enrolled[:-1]) & (first[who] != np.arange(start, start + len(who)))
            best = scores[back, :-1]
            right = (enrolled[best.argmax(axis=1)] == who[back]) & (best.max(axis=1) >= threshold)
            missed, members = missed + int((~right).sum()), members + len(right)
    searches, taken, taken_digits = (int(count) for count in tally.sum(axis=1))
    low, high = _interval(tally[1], tally[0], chance)
    return dataclasses.replace(
        of,
        fpir=taken / searches,
        fpir_low=low,
        fpir_high=high,
        fpir_digits=taken_digits / searches,
        fnir=missed / members if members else None,
        strangers=searches,
        members=members,
    )


def _strangers(
    over: npt.NDArray[np.bool_],
    alike: npt.NDArray[np.bool_],
    who: npt.NDArray[np.int64],
    enrolled: npt.NDArray[np.int64],
    persons: int,
) -> Counts:
    """Every picture as a stranger: its own person's template counts for nobody's, and where none of the
    templates is, the last one is left out. So each is compared with equally many others."""
    out = who[:, None] == enrolled[None]
    out[~out.any(axis=1), -1] = True
    hits = over & ~out
    taken, taken_digits = hits.any(axis=1), (hits & alike).any(axis=1)
    of = (who, who[taken], who[taken_digits])
    return np.stack([np.bincount(each, minlength=persons) for each in of])


def _interval(taken: Counts, searches: Counts, chance: np.random.Generator) -> tuple[float, float]:
    """By drawing the persons who were strangers anew."""
    weights = chance.multinomial(len(taken), np.full(len(taken), 1 / len(taken)), size=PERSONS_DRAWN)
    if not taken.any():
        return 0.0, min(1.0, RULE_OF_THREE / int((searches > 0).sum()))
    rates = (weights @ taken) / np.maximum(weights @ searches, 1)
    tail = (100 - CONFIDENCE_PCT) / 2
    low, high = np.percentile(rates, [tail, 100 - tail])
    return float(low), float(high)
