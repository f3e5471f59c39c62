"""The measure of unlinkability itself: it finds nothing where nothing is, and a planted link."""

from __future__ import annotations

import numpy as np
import pytest

from agent.ports import Embedding
from agent.vision import unlinkability
from agent.vision.unlinkability import measure

PEOPLE, PICTURES = 60, 3


@pytest.fixture(scope="module")
def crowd() -> tuple[Embedding, list[str]]:
    """Unit vectors as faces come: a direction a person, each picture a little beside it."""
    chance = np.random.default_rng(4711)
    persons = np.repeat(chance.normal(size=(PEOPLE, 128)), PICTURES, axis=0)
    pictures = persons + 0.6 * chance.normal(size=persons.shape)
    unit = pictures / np.linalg.norm(pictures, axis=1, keepdims=True)
    return np.asarray(unit, np.float32), [f"p{row // PICTURES}" for row in range(PEOPLE * PICTURES)]


def test_inside_a_store_nothing_is_lost_and_across_two_nothing_is_found(
    crowd: tuple[Embedding, list[str]],
) -> None:
    measured = measure(*crowd, key_pairs=4, seed=1)
    assert measured.cosine_change_max < 1e-6
    assert measured.inside_raw.equal_error_rate < 0.01
    assert measured.inside_hidden.d_prime == pytest.approx(measured.inside_raw.d_prime, rel=1e-4)
    assert measured.across.d_prime < 0.5
    assert 0.4 < measured.across.equal_error_rate < 0.6
    assert measured.across.linkability < 2 * measured.by_chance.linkability + 0.05


def test_one_key_for_all_stores_would_be_seen_at_once(
    crowd: tuple[Embedding, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlinkability.os, "urandom", lambda size: bytes(size))
    measured = measure(*crowd, key_pairs=1, seed=1)
    assert measured.across.d_prime > 5
    assert measured.across.linkability > 0.9


def test_a_set_in_which_nobody_appears_twice_is_refused(crowd: tuple[Embedding, list[str]]) -> None:
    embeddings, _ = crowd
    with pytest.raises(ValueError, match="two pictures of one"):
        measure(embeddings, [str(row) for row in range(len(embeddings))], 1, 1)
