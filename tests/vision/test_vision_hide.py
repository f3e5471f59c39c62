"""The store's transform: nothing is lost inside a store, nothing is told between two."""

from __future__ import annotations

import numpy as np
import pytest

from agent.ports import Embedding
from agent.vision.hide import StoreTransform

KEY, OTHER = b"\x01" * 32, b"\x02" * 32


def faces(count: int, seed: int = 4711) -> Embedding:
    vectors = np.random.default_rng(seed).normal(size=(count, 128))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def cosines(one: Embedding, other: Embedding) -> np.ndarray:
    return one.astype(np.float64) @ other.astype(np.float64).T


def test_inside_one_store_every_score_is_what_it_was() -> None:
    store, people = StoreTransform(KEY), faces(300)
    hidden = store.hidden(people)
    assert np.abs(cosines(hidden, hidden) - cosines(people, people)).max() < 1e-6
    assert np.array_equal(store.hidden(people[7]), hidden[7]) or np.allclose(
        store.hidden(people[7]), hidden[7]
    )


def test_the_same_person_in_two_stores_looks_like_two_strangers() -> None:
    people = faces(4000)
    across = (StoreTransform(KEY).hidden(people) * StoreTransform(OTHER).hidden(people)).sum(axis=1)
    strangers = (people[:2000] * people[2000:]).sum(axis=1)
    assert abs(across.mean() - strangers.mean()) < 0.01
    assert across.std() == pytest.approx(strangers.std(), rel=0.05)


def test_the_planted_fault_of_one_key_for_all_stores_would_be_seen() -> None:
    people = faces(100)
    across = (StoreTransform(KEY).hidden(people) * StoreTransform(KEY).hidden(people)).sum(axis=1)
    assert across.mean() > 0.99


def test_renewing_is_as_if_enrolled_under_the_new_key_again_and_again() -> None:
    people = faces(50)
    store, hidden = StoreTransform(KEY), StoreTransform(KEY).hidden(people)
    for number in range(5):
        other = StoreTransform(bytes([number + 3] * 32))
        store, hidden = other, store.moved_to(other, hidden)
    assert np.abs(hidden - store.hidden(people)).max() < 1e-6


def test_the_turn_of_a_key_is_the_same_on_every_machine_and_in_every_version() -> None:
    """A golden number: were it to change, every enrolled member would have to come back."""
    first = np.eye(128, dtype=np.float32)[0]
    golden = StoreTransform(KEY).hidden(first)[:4]
    assert golden == pytest.approx(GOLDEN, abs=1e-6)


GOLDEN = [0.009005, -0.000488, -0.005835, -0.039446]


def test_a_transform_shows_nothing_of_its_key() -> None:
    assert "01" not in repr(StoreTransform(KEY))
