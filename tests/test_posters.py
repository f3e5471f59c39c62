"""Promotions from the cloud's bytes to the fact the core hears, and again after a start without a link."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.cloud.promotion_messages import picture_bytes, promotions_bytes
from agent.core.events import Event, PromotionsKept
from agent.core.money import Money
from agent.core.promotions import Promotion, Promotions
from agent.posters import PosterDesk
from agent.storage.shelf import Shelf
from tests.helpers import wait_until

Expected = Callable[..., None]


def picture() -> bytes:
    good, written = cv2.imencode(".png", np.full((300, 400, 3), 90, np.uint8))
    assert good
    return bytes(written.tobytes())


PICTURE = picture()
SHA = hashlib.sha256(PICTURE).hexdigest()
ODEN = Promotion(
    "oden", "关东煮第二份半价", "Second oden at half price", "每天", "Every day", Money(490), Money(980),
    from_hour=17, until_hour=21, tills=(2,), languages=("zh",), picture=SHA,
)  # fmt: skip
FIRST = Promotions(1, (ODEN,))


class Shop:
    """A desk and what it said."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder / "promotions")
        self.facts: list[Event] = []
        self.desk = PosterDesk(self.shelf, self.facts.append)
        self.desk.start()

    def hears(self, *bodies: bytes) -> None:
        for body in bodies:
            self.desk.heard(body)
        self.desk.stop()


def test_a_list_and_its_picture_are_kept_and_shown_again_without_a_link(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.hears(promotions_bytes(FIRST, 0), picture_bytes(PICTURE, 0))
    assert shop.facts == [PromotionsKept(FIRST, ()), PromotionsKept(FIRST, (SHA,))]
    assert shop.shelf.path_of(SHA).read_bytes().startswith(b"\xff\xd8\xff")
    later = Shop(tmp_path)
    wait_until(lambda: later.facts == [PromotionsKept(FIRST, (SHA,))])
    later.hears()


def test_an_older_list_changes_nothing_and_a_newer_one_clears_the_shelf(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    second = Promotions(2, (replace(ODEN, picture=""),))
    shop.hears(
        promotions_bytes(FIRST, 0), picture_bytes(PICTURE, 0), promotions_bytes(second, 0),
        promotions_bytes(FIRST, 0),
    )  # fmt: skip
    assert shop.facts[-1] == PromotionsKept(second, ())
    assert shop.shelf.pictures() == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"garbage", "no CloudEvent"),
        (picture_bytes(PICTURE, 0).replace(SHA.encode(), b"0" * 64), "wrong_checksum"),
        (picture_bytes(b"<svg/>", 0), "not_a_picture"),
        (picture_bytes(picture()[:60], 0), "damaged"),
        (promotions_bytes(Promotions(1, (ODEN, ODEN)), 0), "one id twice"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_reason_and_nothing_changes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, expected_log: Expected, body: bytes, said: str
) -> None:
    expected_log("promotions: .* refused")
    shop = Shop(tmp_path)
    with caplog.at_level(logging.WARNING, "agent.posters"):
        shop.hears(body)
    [line] = [record.getMessage() for record in caplog.records]
    assert said in line
    assert shop.facts == []
    assert shop.shelf.pictures() == ()


def test_a_power_cut_in_the_middle_of_a_picture_leaves_no_half(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.hears(promotions_bytes(FIRST, 0), picture_bytes(PICTURE, 0))
    (shop.shelf.folder / f"{'a' * 64}.jpg.new").write_bytes(PICTURE[:40])
    assert shop.shelf.pictures() == (SHA,)
    later = Shop(tmp_path)
    later.hears(promotions_bytes(replace(FIRST, version=2), 0))
    assert not list(shop.shelf.folder.glob("*.new"))
