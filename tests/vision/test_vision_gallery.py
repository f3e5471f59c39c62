"""The gallery offers the two nearest persons, and only those it may offer."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from agent.core.ids import FORGOTTEN, PersonId, Secret
from agent.ports import Template
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
    assert caplog.text.count("enrol again") == 5


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
