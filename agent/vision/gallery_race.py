"""The same searches through Hyla's gallery and through what people use otherwise, side by side.

In: how many templates and how many searches. Out: for each way the milliseconds of each search, and how
often its first two were those of the exact comparison. Chance unit vectors: nobody's face. One thread; the
ways take turns. faiss's own flat index is exact 32-bit search as most people do it.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from agent.core.ids import FORGOTTEN, PersonId
from agent.ports import Embedding, Template
from agent.vision.gallery import Gallery

SIZE = 128
SEED = 7
MODEL = "chance"
SIZES = (10_000, 1_000_000)

Progress = Callable[[int, int], None]
Two = list[int]
Result = TypeVar("Result")


@dataclass(slots=True)
class Race:
    """What came of one size of gallery."""

    templates: int
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    same_two: dict[str, int] = field(default_factory=dict)
    put_ms: list[float] = field(default_factory=list)
    remove_ms: list[float] = field(default_factory=list)


def race(templates: int, searches: int, progress: Progress) -> Race:
    """Every way searches for every vector; the first search of each is not counted."""
    chance = np.random.default_rng(SEED)
    members, asked = _directions(chance, templates), _directions(chance, searches + 1)
    shop = Gallery(MODEL, SIZE, (_template(str(row), member) for row, member in enumerate(members)))
    flat = importlib.import_module("faiss").IndexFlatIP(SIZE)
    flat.add(members)
    ways: dict[str, Callable[[Embedding], Two]] = {
        "hyla": lambda asked: [int(hit.person) for hit in shop.search(asked) if hit],
        "numpy": lambda asked: _two(members @ asked),
        "faiss_flat": lambda asked: flat.search(asked[None], 2)[1][0].tolist(),
    }
    done = Race(templates, {way: [] for way in ways}, dict.fromkeys(ways, 0))
    for number, embedding in enumerate(asked):
        progress(number, searches)
        truth = _two(members @ embedding)
        for way, search in ways.items():
            found, took_ms = _timed(search, embedding)
            if number:
                done.times_ms[way].append(took_ms)
                done.same_two[way] += found == truth
    for number, embedding in enumerate(_directions(chance, searches)):
        template = _template(f"new{number}", embedding)
        done.put_ms.append(_timed(shop.put, template)[1])
        done.remove_ms.append(_timed(shop.remove, template.person)[1])
    return done


def _timed(call: Callable[[Any], Result], argument: Any) -> tuple[Result, float]:
    began_ns = time.perf_counter_ns()
    result = call(argument)
    return result, (time.perf_counter_ns() - began_ns) / 1e6


def _template(person: str, embedding: Embedding) -> Template:
    return Template(PersonId(person), "", FORGOTTEN, MODEL, embedding)


def _two(scores: npt.NDArray[np.float32]) -> Two:
    """The rows of the two highest scores; both are needed, so a whole sort would be unfair."""
    two = np.argpartition(scores, -2)[-2:]
    return [int(row) for row in two[np.argsort(-scores[two], kind="stable")]]


def _directions(chance: np.random.Generator, count: int) -> npt.NDArray[np.float32]:
    vectors = chance.standard_normal((count, SIZE), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
