"""The scan for faces and digits finds nothing in a clean store, and each form of each when planted."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.core.commands import KeepRecord
from agent.core.ids import PersonId, Secret
from agent.ports import Template
from agent.storage.templates import open_templates
from simulator.privacy import Sought, findings, places_of
from tests.storage import shop

CHANCE = np.random.default_rng(4711)
FACE = (CHANCE.normal(size=128) / 11).astype(np.float32)
FRAME = CHANCE.integers(0, 256, (120, 160, 3), dtype=np.uint8)
DIGITS = "7319"
SOUGHT = Sought({"the embedding": FACE}, {"the digits": DIGITS}, [FRAME])
JPEG = cv2.imencode(".jpg", FRAME)[1].tobytes()
PNG = cv2.imencode(".png", FRAME)[1].tobytes()
VECTOR = FACE.tobytes()

PLANTS: dict[str, tuple[object, str]] = {
    "a JPEG": (base64.b64encode(JPEG).decode(), "a picture (JPEG, base64)"),
    "a PNG": (PNG.hex(), "a picture (PNG, hex)"),
    "the vector in base64": (base64.b64encode(VECTOR).decode(), "the embedding (<f4, base64)"),
    "the vector behind a byte": (base64.b64encode(b"x" + VECTOR).decode(), "the embedding (<f4, base64)"),
    "the vector in hex": (VECTOR.hex(), "the embedding (<f4, hex)"),
    "the vector as JSON": ([float(number) for number in FACE], "the embedding (text)"),
    "the vector rounded": ([round(float(number), 4) for number in FACE], "the embedding (text)"),
    "the digits": (f"phone ends in {DIGITS}.", "the digits"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A store in which the member whose face and digits are sought was enrolled, as the terminal does."""
    database, journal = shop.open_journal(tmp_path / "data")
    with database:
        member = Template(PersonId("m-1"), "王**", Secret(DIGITS), "0ba9", FACE)
        open_templates(database).put(member)
        for number in range(1, 6):
            journal.commit(shop.entry(number, records=(shop.record(f"r-{number}"),)))
    return tmp_path / "data"


def test_nothing_stands_anywhere_in_a_store_that_holds_the_member(data: Path) -> None:
    places = places_of(data)
    assert b"ChargeAnswered" in places["the journal's pages"], "the pages were not decrypted"
    assert findings(places, SOUGHT) == []


@pytest.mark.parametrize("name", PLANTS)
def test_what_a_careless_record_carries_is_found_in_the_journal(data: Path, name: str) -> None:
    planted, sentence = PLANTS[name]
    database, journal = shop.open_journal(data)
    with database:
        journal.commit(shop.entry(9, records=(KeepRecord("leak", "sale", {"note": planted}),)))
    assert f"{sentence} stands in the journal's pages" in findings(places_of(data), SOUGHT)


def test_what_was_deleted_again_is_still_looked_for_in_free_pages(data: Path) -> None:
    database, journal = shop.open_journal(data)
    with database:
        database.connection.pragma("secure_delete", False)
        leak = KeepRecord("leak", "sale", {"note": "x" * 6000 + base64.b64encode(VECTOR).decode()})
        journal.commit(shop.entry(9, records=(leak,)))
        journal.commit(shop.entry(10, dropped=("leak",)))
        assert database.rows("SELECT count(*) FROM outbox WHERE id = 'leak'") == [(0,)]
    assert "the embedding (<f4, base64) stands in the journal's pages" in findings(places_of(data), SOUGHT)


RAW: dict[str, tuple[bytes, str]] = {
    "a JPEG": (JPEG, "a picture (JPEG)"),
    "a PNG": (PNG, "a picture (PNG)"),
    "raw pixels": (FRAME.tobytes(), "raw pixels"),
    "raw pixels of a part": (FRAME[40:90, 60:120].tobytes(), "raw pixels"),
    "raw pixels as RGB": (FRAME[:, :, ::-1].tobytes(), "raw pixels (as RGB)"),
    "a vector of doubles": (FACE.astype("<f8").tobytes(), "the embedding (<f8)"),
    "a vector of halves": (FACE.astype("<f2").tobytes(), "the embedding (<f2)"),
    "JSON": (json.dumps({"embedding": FACE.tolist()}).encode(), "the embedding (text)"),
    "the digits": (f'{{"phone_last4":"{DIGITS}"}}'.encode(), "the digits"),
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("where", [lambda b: b, lambda b: b"log line before\n" + b + b"\nafter"])
def test_each_is_found_in_a_file_a_log_and_a_message(name: str, where: Callable[[bytes], bytes]) -> None:
    planted, sentence = RAW[name]
    assert f"{sentence} stands in the log" in findings({"the log": where(planted), "else": b""}, SOUGHT)


def test_digits_inside_a_longer_number_are_no_finding() -> None:
    assert findings({"a message": b'{"time": 17319, "id": "73190"}'}, SOUGHT) == []
