"""The gallery offers the two nearest persons, and only those it may offer."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.ids import FORGOTTEN, PersonId, Secret
from agent.ports import Template
from agent.vision import drawers
from agent.vision.coarse import Coarse, Turn
from agent.vision.drawers import COARSE_FROM
from agent.vision.gallery import Gallery

MODEL = "a" * 64
SIZE = 128


def direction(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=SIZE).astype(np.float32)
    return vector / np.linalg.norm(vector)


def member(name: str, seed: int, digits: str | None = "0000", model: str = MODEL) -> Template:
    last4 = FORGOTTEN if digits is None else Secret(digits)
    return Template(PersonId(name), f"{name[0]}**", last4, model, direction(seed))


def gallery(*members: Template) -> Gallery:
    return Gallery(MODEL, SIZE, members)


def names(found: tuple[object, ...]) -> list[str | None]:
    return [getattr(candidate, "person", None) for candidate in found]


def test_the_nearest_person_comes_first_with_the_cosine() -> None:
    shop = gallery(member("anna", 1), member("bo", 2), member("chen", 3))
    between = 0.8 * direction(2) + 0.6 * direction(3)
    best, second = shop.search((between / np.linalg.norm(between)).astype(np.float32))
    assert best is not None
    assert second is not None
    assert (best.person, second.person) == ("bo", "chen")
    assert best.score_cosine == pytest.approx(
        float(direction(2) @ between / np.linalg.norm(between)), abs=1e-5
    )


def test_an_empty_shop_offers_nobody_and_a_single_member_has_no_second() -> None:
    assert gallery().search(direction(1)) == (None, None)
    assert names(gallery(member("anna", 1)).search(direction(1))) == ["anna", None]


def test_digits_narrow_before_the_face() -> None:
    shop = gallery(member("anna", 1, "1234"), member("bo", 2, "1234"), member("chen", 3, "9999"))
    assert names(shop.search(direction(3), Secret("1234")))[0] in {"anna", "bo"}
    assert names(shop.search(direction(3), Secret("9999"))) == ["chen", None]
    assert names(shop.search(direction(3), Secret("0000"))) == [None, None]


def test_a_member_without_digits_is_found_by_face_only() -> None:
    shop = gallery(member("anna", 1, None))
    assert names(shop.search(direction(1))) == ["anna", None]
    assert names(shop.search(direction(1), Secret("0000"))) == [None, None]


def test_enrolling_again_replaces_and_forgetting_forgets() -> None:
    shop = gallery(member("anna", 1, "1234"))
    shop.put(member("anna", 5, "5678"))
    assert len(shop) == 1
    assert names(shop.search(direction(5), Secret("5678"))) == ["anna", None]
    assert names(shop.search(direction(5), Secret("1234"))) == [None, None]
    shop.remove(PersonId("anna"))
    shop.remove(PersonId("never here"))
    assert shop.search(direction(5)) == (None, None)


def test_templates_of_another_model_or_with_broken_numbers_are_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = [direction(3) * 2, direction(3)[:64], np.full(SIZE, np.nan, np.float32)]
    bad = [
        Template(PersonId(f"bad{i}"), "b**", Secret("1111"), MODEL, vector)
        for i, vector in enumerate(broken)
    ]
    shop = gallery(member("anna", 1), member("old", 2, model="b" * 64), *bad)
    shop.put(member("older", 4, model="b" * 64))
    assert len(shop) == 1
    assert "1 of 5 templates are of another model" in caplog.text
    assert "3 of 5 templates are damaged" in caplog.text
    assert "template of older is of another model" in caplog.text
    assert len(caplog.records) == 3, "one line each, however many they are"


def test_digits_do_not_lie_about_in_clear() -> None:
    shop = gallery(member("anna", 1, "7413"))
    assert "7413" not in repr(vars(shop))


def test_searching_goes_on_while_members_come_and_go() -> None:
    shop = gallery(*(member(f"m{i}", i) for i in range(50)))
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                best, second = shop.search(direction(7))
                assert best is not None
                assert second is not None
                assert best.person == "m7"
        except BaseException as error:
            failures.append(error)

    searcher = threading.Thread(target=search, name="gallery-search")
    searcher.start()
    for i in range(50):
        shop.put(member(f"new{i}", 100 + i))
        if i != 7:
            shop.remove(PersonId(f"m{i}"))
    done.set()
    searcher.join(5)
    assert not failures
    assert len(shop) == 51


# --- a large gallery, searched in two steps ------------------------------------------------------------

MANY = 5000
SMALL = 16  # numbers in an embedding: near ties are everywhere


def crowd(seed: int, count: int = MANY, size: int = SIZE) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def large(vectors: np.ndarray) -> Gallery:
    members = (
        Template(PersonId(f"m{row}"), "m**", Secret(f"{row % 7:04}"), MODEL, vector)
        for row, vector in enumerate(vectors)
    )
    return Gallery(MODEL, vectors.shape[1], members)


def exact_two(vectors: np.ndarray, asked: np.ndarray) -> list[str]:
    """By comparison with everybody, each row summed alone; of equals the one enrolled first."""
    scores = (vectors.astype(np.float64) * asked.astype(np.float64)).sum(axis=1)
    return [f"m{row}" for row in np.argsort(-scores, kind="stable")[:2]]


@pytest.mark.slow
@given(st.integers(0, 2**32), st.sampled_from(["stranger", "member", "near tie", "twins", "alike", "axis"]))
@settings(max_examples=20, deadline=None)
def test_the_first_two_are_those_of_the_exact_search(seed: int, kind: str) -> None:
    chance = np.random.default_rng(seed)
    size = SMALL if kind == "alike" else SIZE
    vectors = crowd(seed % 5, size=size)
    asked = chance.normal(size=size).astype(np.float32)
    if kind in ("member", "near tie", "twins"):
        asked = vectors[int(chance.integers(MANY))] + 0.05 * asked
    asked = (asked / np.linalg.norm(asked)).astype(np.float32)
    if kind == "near tie":  # many that differ from what is asked for by almost nothing
        near = asked + chance.normal(size=(40, size)).astype(np.float32) * 1e-4
        vectors[chance.choice(MANY, 40, replace=False)] = near / np.linalg.norm(near, axis=1, keepdims=True)
    if kind == "twins":  # more equals than a shortlist holds
        vectors[chance.choice(MANY, 400, replace=False)] = asked
    if kind == "axis":  # one number is everything: what few steps show worst
        vectors[chance.integers(MANY)] = asked = np.eye(size, dtype=np.float32)[seed % size]
    assert names(large(vectors).search(asked)) == exact_two(vectors, asked)


def test_a_large_shop_grown_one_by_one_answers_as_one_loaded_at_once() -> None:
    vectors = crowd(1, COARSE_FROM + 300)
    grown = large(vectors[: COARSE_FROM - 20])
    for row in range(COARSE_FROM - 20, len(vectors)):
        grown.put(Template(PersonId(f"m{row}"), "m**", Secret("0000"), MODEL, vectors[row]))
    for asked in crowd(2, 30):
        assert names(grown.search(asked)) == exact_two(vectors, asked)


def test_a_shop_of_several_drawers_answers_as_the_exact_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawers, "DRAWER_ROWS", COARSE_FROM)
    vectors = crowd(12, 2 * COARSE_FROM + 900)
    shop = large(vectors)
    assert len(shop._drawers._drawers) == 3
    near = vectors[:: len(vectors) // 40] + 0.06 * crowd(13, len(vectors))[:: len(vectors) // 40]
    for asked in np.vstack([crowd(14, 40), near / np.linalg.norm(near, axis=1, keepdims=True)]):
        assert names(shop.search(asked.astype(np.float32))) == exact_two(vectors, asked)
    twin = vectors[COARSE_FROM + 7].copy()
    shop.put(Template(PersonId("twin"), "t**", Secret("0000"), MODEL, twin))
    assert names(shop.search(twin)) == [f"m{COARSE_FROM + 7}", "twin"]
    shop.remove(PersonId(f"m{COARSE_FROM + 7}"))
    assert names(shop.search(twin))[0] == "twin"


def test_in_a_large_shop_a_forgotten_member_is_gone_and_the_place_is_used_again() -> None:
    vectors = crowd(3)
    shop = large(vectors)
    for row in range(3000):
        shop.remove(PersonId(f"m{row}"))
    assert not any(drawer.embeddings[:3000].any() for drawer in shop._drawers._drawers)
    assert names(shop.search(vectors[7]))[0] != "m7"
    shop.put(Template(PersonId("late"), "l**", Secret("4321"), MODEL, vectors[7]))
    assert names(shop.search(vectors[7]))[0] == "late"
    assert names(shop.search(vectors[7], Secret("4321"))) == ["late", None]
    assert names(shop.search(vectors[2999], Secret("0003")))[0] not in ("m2999", "late")
    assert len(shop) == MANY - 2999
    assert max(drawer.used for drawer in shop._drawers._drawers) == MANY


def test_digits_narrow_a_large_shop_before_the_face() -> None:
    vectors = crowd(4)
    shop = large(vectors)
    of_three = [row for row in range(MANY) if row % 7 == 3]
    for asked in crowd(5, 20):
        scores = vectors[of_three] @ asked
        expected = [f"m{of_three[place]}" for place in np.argsort(-scores)[:2]]
        assert names(shop.search(asked, Secret("0003"))) == expected


def test_who_comes_while_a_search_looks_is_found_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = crowd(6)
    shop = large(vectors)
    asked = crowd(7, 1)[0]
    coarsely = shop._drawers.coarsely

    def slowly(embedding: np.ndarray) -> object:
        found = coarsely(embedding)
        shop.put(Template(PersonId("late"), "l**", Secret("0000"), MODEL, asked))
        shop.remove(PersonId(exact_two(vectors, asked)[0]))
        return found

    monkeypatch.setattr(shop._drawers, "coarsely", slowly)
    assert names(shop.search(asked)) == ["late", exact_two(vectors, asked)[1]]


def test_no_row_outside_the_shortlist_is_nearer_than_promised() -> None:
    vectors = crowd(8, 8192)
    coarse = Coarse(Turn(SIZE), SIZE, 8192)
    loose = np.flatnonzero(coarse.write(0, vectors))
    assert len(loose) < 100
    for asked in np.vstack([crowd(9, 60), vectors[:60]]):
        short = coarse.nearest(asked, 256)
        others = np.setdiff1d(np.arange(8192), np.concatenate([short.rows, loose]))
        assert (vectors[others] @ asked).max() <= short.others_at_most
