"""Records wait in the outbox until the cloud says it has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.core.commands import ParkRecord
from agent.storage.journal import Journal
from agent.storage.trouble import JournalRefused
from tests.storage import shop
from tests.storage.shop import entry, record


def test_what_is_kept_is_handed_back_for_delivery_and_is_pending_byte_for_byte(journal: Journal) -> None:
    rows = journal.commit(entry(1, records=(record("a"), record("b"))))
    assert [(row.seq, row.id, row.kind) for row in rows] == [(1, "a", "sale"), (2, "b", "sale")]
    assert json.loads(rows[0].body)["time"] == 1001
    assert tuple(journal.outbox.pending()) == rows


def test_after_a_restart_the_same_bytes_are_pending_in_the_same_order(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    rows = [row for n in (1, 2, 3) for row in journal.commit(entry(n, records=(record(f"r-{n}"),)))]
    database.close()
    database, journal = shop.open_journal(folder)
    with database:
        assert journal.outbox.pending() == rows


def test_only_the_named_records_are_dropped_and_unknown_names_are_harmless(journal: Journal) -> None:
    journal.commit(entry(1, records=(record("a"), record("b"), record("c"))))
    journal.commit(entry(2, dropped=("b", "never heard of")))
    journal.commit(entry(3, dropped=("b",)))
    assert [row.id for row in journal.outbox.pending()] == ["a", "c"]


def test_a_number_is_never_used_twice_even_when_the_outbox_was_empty_at_a_restart(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    journal.commit(entry(1, records=(record("a"), record("b"))))
    journal.commit(entry(2, dropped=("a", "b")))
    database.close()
    database, journal = shop.open_journal(folder)
    with database:
        [row] = journal.commit(entry(3, records=(record("c"),)))
        assert row.seq == 3


def test_the_newest_record_is_known_when_it_has_long_left(journal: Journal) -> None:
    assert journal.newest_record() == 0
    journal.commit(entry(1, records=(record("a"), record("b"))))
    journal.commit(entry(2, dropped=("a", "b")))
    assert journal.newest_record() == 2


def test_a_refused_turn_uses_up_no_number(journal: Journal) -> None:
    with pytest.raises(JournalRefused):
        journal.commit(entry(1, records=(record("a"), record("a"))))
    [row] = journal.commit(entry(1, records=(record("b"),)))
    assert row.seq == 1


def test_a_parked_record_is_kept_with_its_reason_and_not_sent_again(journal: Journal) -> None:
    journal.commit(entry(1, records=(record("a"), record("b"))))
    journal.commit(entry(2, parked=(ParkRecord("a", "no such product"), ParkRecord("unknown", "x"))))
    assert [row.id for row in journal.outbox.pending()] == ["b"]
    assert journal.outbox.parked() == [("a", "sale", "no such product")]
    journal.commit(entry(3, dropped=("a",)))
    assert journal.outbox.parked() == []


def test_the_same_id_with_other_content_is_an_alarm_and_no_update(journal: Journal) -> None:
    [row] = journal.commit(entry(1, records=(record("a"),)))
    with pytest.raises(JournalRefused, match=r"outbox\.id"):
        journal.commit(entry(2, records=(record("a"),)))
    assert journal.outbox.pending() == [row]
