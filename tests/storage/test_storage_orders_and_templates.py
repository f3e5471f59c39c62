"""Orders as people ask about them, and the gallery as it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.core.events import Instant
from agent.core.ids import PersonId, Secret
from agent.ports import Template
from agent.storage.database import open_database
from agent.storage.journal import Journal
from agent.storage.orders import Orders
from agent.storage.templates import open_templates
from agent.storage.trouble import JournalRefused
from tests.storage import shop
from tests.storage.shop import entry, kept_row, order, order_row


def test_an_order_is_listed_once_however_often_it_changes(journal: Journal) -> None:
    journal.commit(entry(1, orders=(order_row(1, "unknown"),)))
    journal.commit(entry(2, orders=(order_row(2),)))
    journal.commit(entry(3, orders=(order_row(1, "paid"),)))
    assert journal.orders.all() == [kept_row(1, "paid", turn=3), kept_row(2)]


def test_the_last_payments_come_newest_first_even_when_the_clock_was_set_back(journal: Journal) -> None:
    for number in (1, 2, 3):
        turn = entry(number, orders=(order_row(number),))
        journal.commit(replace(turn, at=Instant(number, 9_000 - number)))
    assert [row.order_id for row in journal.orders.recent(2)] == [order(3), order(2)]


def test_an_order_without_a_member_or_times_says_so(journal: Journal) -> None:
    empty = {"method": "", "person": None, "identify_ms": None, "answer_ms": None, "outcome": "cancelled"}
    journal.commit(entry(1, orders=(replace(order_row(1), **empty),)))
    assert journal.orders.all() == [replace(kept_row(1), **empty)]


def test_an_outcome_that_is_no_word_of_ours_is_refused(journal: Journal) -> None:
    with pytest.raises(JournalRefused, match="outcome"):
        journal.commit(entry(1, orders=(order_row(1, "maybe"),)))


def template(person: str, seed: int) -> Template:
    embedding = np.random.default_rng(seed).normal(size=128).astype(np.float32)
    return Template(PersonId(person), "王**", Secret("4821"), "0ba9", embedding / np.linalg.norm(embedding))


def test_a_member_comes_back_with_the_same_embedding_to_the_bit(folder: Path) -> None:
    member = template("m-1", 1)
    with open_database(folder) as database:
        open_templates(database).put(member)
    with open_database(folder) as database:
        [back] = open_templates(database).all()
    assert (back.person, back.name_masked, back.model_sha256) == ("m-1", "王**", "0ba9")
    assert back.phone_last4.reveal() == "4821"
    assert back.embedding.dtype == np.float32
    assert np.array_equal(back.embedding, member.embedding)


def test_a_member_enrolled_again_replaces_the_old_template(folder: Path) -> None:
    with open_database(folder) as database:
        templates = open_templates(database)
        for seed in (1, 2):
            templates.put(template("m-1", seed))
        templates.put(template("m-2", 3))
        first, second = templates.all()
    assert np.array_equal(first.embedding, template("m-1", 2).embedding)
    assert second.person == "m-2"


def test_a_forgotten_member_is_gone_and_may_be_forgotten_twice(folder: Path) -> None:
    with open_database(folder) as database:
        templates = open_templates(database)
        templates.put(template("m-1", 1))
        for _ in range(2):
            templates.remove(PersonId("m-1"))
        assert templates.all() == []


def test_a_template_without_numbers_is_refused(folder: Path) -> None:
    with open_database(folder) as database, pytest.raises(JournalRefused):
        open_templates(database).put(replace(template("m-1", 1), embedding=np.zeros(0, np.float32)))


PLANTED = ("王小明明明明", "digits 7319", shop.CODE, "m-planted-person")


def test_nothing_planted_can_be_found_in_any_file_while_open_or_after(folder: Path) -> None:
    member = replace(
        template("m-planted-person", 1), name_masked=PLANTED[0], phone_last4=Secret(PLANTED[1])
    )
    database, journal = shop.open_journal(folder)
    open_templates(database).put(member)
    for number in range(1, 30):
        journal.commit(
            entry(number, records=(shop.record("m-planted-person"),), dropped=("m-planted-person",))
        )
        journal.commit(entry(number, dropped=("m-planted-person",)))
    while_open = _all_bytes(folder)
    database.close()
    for files in (while_open, _all_bytes(folder)):
        assert files["hyla.db"][:16] != b"SQLite format 3\x00"
        assert b"CREATE TABLE" not in files["hyla.db"]
        for name, content in files.items():
            for word in PLANTED:
                assert word.encode() not in content, f"{word} can be read in {name}"
            assert member.embedding.tobytes()[:16] not in content, f"an embedding can be read in {name}"
    assert while_open["hyla.db-wal"], "the log was not looked at"


def _all_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_store_of_an_older_hyla_takes_goods_on_trust_and_refuses_other_words_as_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its check is changed where it is written, so the whole file is looked at."""
    shop.older_store(folder, monkeypatch, rows=3)
    with open_database(folder) as database:
        for outcome in ("owed", "named", "settled", "held"):
            with database.transaction() as connection:
                Orders(database).put(connection, [order_row(1, outcome)], Instant(1, 1_001))
            assert Orders(database).all()[0].outcome == outcome
        with pytest.raises(JournalRefused), database.transaction() as connection:
            Orders(database).put(connection, [order_row(2, "forgiven")], Instant(1, 1_001))
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
        assert database.rows("PRAGMA foreign_key_check") == []
