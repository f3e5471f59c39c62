"""One turn, one transaction; and what the tables refuse whatever the code believes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apsw
import pytest

from agent.core.state import Kept
from agent.storage.journal import Entry, Journal
from agent.storage.trouble import JournalRefused
from tests.storage import shop
from tests.storage.shop import CODEC, attempt, entry, kept, order


def rows(journal: Journal, sql: str) -> list[Any]:
    return list(journal._database.connection.execute(sql))


def test_a_new_terminal_has_nothing_to_remember(journal: Journal) -> None:
    assert journal.read(Kept) is None
    assert journal.seq == 0


def test_after_a_restart_the_last_turn_is_there(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    for number in (1, 2, 3):
        journal.commit(entry(number))
    database.close()
    database, journal = shop.open_journal(folder)
    with database:
        assert journal.seq == 3
        assert journal.read(Kept) == CODEC.decode(CODEC.encode(kept(3)), Kept)
        journal.commit(entry(4))
        assert [seq for (seq,) in rows(journal, "SELECT seq FROM journal")] == [1, 2, 3, 4]


def test_the_fact_is_kept_with_both_clocks_and_its_name(journal: Journal) -> None:
    journal.commit(entry(5))
    [(seq, mono_ms, utc_ms, kind, body)] = rows(
        journal, "SELECT seq, mono_ms, utc_ms, kind, body FROM journal"
    )
    assert (seq, mono_ms, utc_ms, kind) == (1, 5, 1005, "ChargeAnswered")
    assert json.loads(body)["answer"]["points_earned"] == 23


def test_an_attempt_follows_its_order_to_the_end_and_the_next_may_open_in_the_same_turn(
    journal: Journal,
) -> None:
    journal.commit(entry(1, attempts=(attempt(1),)))
    journal.commit(entry(1, attempts=(attempt(1),)))  # the same again changes nothing
    journal.commit(entry(1, attempts=(attempt(1, 2), attempt(1, open=False))))
    assert rows(journal, "SELECT attempt, open FROM attempts ORDER BY attempt") == [(1, 0), (2, 1)]


REFUSALS = {
    "a second open attempt": (attempt(1, 2), "UNIQUE constraint failed: attempts.order_id"),
    "another amount under the same key": (attempt(1, amount_minor=1), "bound to is never changed"),
    "another order under the same key": (
        shop.AttemptRow(shop.key(1), order(2), 1, 2380, "CNY", "wechat", True, ""),
        "bound to is never changed",
    ),
    "another way to pay under the same key": (
        shop.AttemptRow(shop.key(1), order(1), 1, 2380, "CNY", "face", True, ""),
        "bound to is never changed",
    ),
    "the same attempt under another key": (
        shop.AttemptRow(shop.key(9), order(1), 1, 2380, "CNY", "wechat", False, ""),
        "UNIQUE constraint failed",
    ),
    "nothing to pay": (attempt(3, amount_minor=0), "CHECK constraint failed: amount_minor"),
    "less than nothing": (attempt(3, amount_minor=-1), "CHECK constraint failed: amount_minor"),
}


@pytest.mark.parametrize(("row", "says"), REFUSALS.values(), ids=REFUSALS)
def test_what_could_charge_twice_is_refused_and_the_whole_turn_with_it(
    journal: Journal, row: shop.AttemptRow, says: str
) -> None:
    journal.commit(entry(1, attempts=(attempt(1),)))
    before = rows(journal, "SELECT * FROM attempts")
    with pytest.raises(JournalRefused, match=says):
        journal.commit(entry(2, attempts=(row,), orders=(shop.order_row(2),), records=(shop.record("r"),)))
    assert rows(journal, "SELECT * FROM attempts") == before
    assert rows(journal, "SELECT count(*) FROM orders") == [(0,)]
    assert journal.outbox.pending() == []
    assert journal.read(Kept) == CODEC.decode(CODEC.encode(kept(1)), Kept)
    journal.commit(entry(3))
    assert journal.seq == 2


def test_a_closed_attempt_never_opens_again(journal: Journal) -> None:
    journal.commit(entry(1, attempts=(attempt(1, open=False),)))
    with pytest.raises(JournalRefused, match="never opened again"):
        journal.commit(entry(1, attempts=(attempt(1),)))


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE journal SET body = '{}'", "a journal row is never changed"),
        ("DELETE FROM journal", "a journal row is never deleted"),
        ("REPLACE INTO journal SELECT * FROM journal", "a journal row follows the last one"),
        ("INSERT INTO journal SELECT 3, 0, 0, '', '', '', '', x'', hash FROM journal", "follows the last"),
        ("INSERT INTO journal SELECT 2, 0, 0, '', '', '', '', x'', x'' FROM journal", "carries its hash"),
        ("DELETE FROM attempts", "an attempt is never deleted"),
        (
            "REPLACE INTO attempts SELECT key, order_id, 1, 1, 'CNY', 'face', 1, '', 0 FROM attempts",
            "never",
        ),
        ("UPDATE attempts SET amount_minor = 1", "bound to is never changed"),
        ("UPDATE attempts SET key = 'k'", "bound to is never changed"),
        ("UPDATE attempts SET open = 1", "never opened again"),
        ("INSERT INTO state VALUES (2, 1, '{}')", "CHECK constraint failed: only = 1"),
        ("UPDATE state SET seq = 77", "FOREIGN KEY"),
        ("INSERT INTO journal SELECT 2, 'noon', 0, '', '', '', '', x'', hash FROM journal", "cannot store"),
    ],
)
def test_even_sql_by_hand_cannot_rewrite_what_happened(journal: Journal, sql: str, says: str) -> None:
    journal.commit(entry(1, attempts=(attempt(1, open=False),)))
    with pytest.raises(apsw.ConstraintError, match=says):
        journal._database.connection.execute(sql)


def test_a_turn_that_breaks_in_the_middle_leaves_nothing(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    with database:
        journal.outbox._encode_record = lambda *_: 1 // 0  # type: ignore[assignment]
        with pytest.raises(ZeroDivisionError):
            journal.commit(entry(1, orders=(shop.order_row(1),), records=(shop.record("r"),)))
        assert journal.seq == 0
        assert journal.orders.all() == []
        journal.commit(Entry(entry(1).fact, entry(1).at, kept(1)))
        assert journal.seq == 1
