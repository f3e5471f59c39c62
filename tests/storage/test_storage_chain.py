"""The journal's chain of hashes: one changed byte, a row gone, moved or cut off, is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.visit import Stage
from agent.storage.chain import chain_what_is_there
from agent.storage.database import Database, open_database, open_in_memory
from agent.storage.journal import Journal
from agent.storage.schema import MIGRATIONS
from agent.storage.trouble import JournalRefused
from agent.storage.verify import verify
from agent.storage.walk import Misfit
from tests.storage import shop
from tests.storage.shop import CODEC, attempt, encode_record, entry, order_row, record
from tests.storage.visits import Till

ROWS = 12
TEXTS = ("kind", "body", "order_id", "stage")
NUMBERS = ("mono_ms", "utc_ms")
HASHES = ("kept_sha256", "hash")


def write(journal: Journal, rows: int = ROWS) -> None:
    """Orders that were paid, one a row; two records wait."""
    for number in range(journal.seq + 1, journal.seq + 1 + rows):
        kept = shop.kept(number)
        visit = replace(kept.visit, order_id=shop.order(number), stage=Stage.PAID)
        orders, attempts = (order_row(number),), (attempt(number, open=number == 1),)
        records = (record(f"r-{number}"),) if number < 3 else ()
        journal.commit(
            entry(
                number, kept=replace(kept, visit=visit), orders=orders, attempts=attempts, records=records
            )
        )


@contextmanager
def defenceless() -> Iterator[Database]:
    """A journal of a few rows, with every rule of the tables off."""
    with open_in_memory() as database:
        write(Journal(database, CODEC, encode_record))
        connection = database.connection
        connection.pragma("foreign_keys", False)
        for (name,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            connection.execute(f"DROP TRIGGER {name}")
        yield database


def found_after(*damage: str) -> Misfit | None:
    with defenceless() as database:
        for sql in damage:
            database.connection.execute(sql)
        return verify(database).misfit


def test_an_untouched_journal_holds_and_says_what_is_in_it() -> None:
    with defenceless() as database:
        report = verify(database)
    assert report.misfit is None
    assert (report.rows, report.first_utc_ms, report.last_utc_ms) == (ROWS, 1_001, 1_000 + ROWS)
    assert (report.orders, report.open_attempts, report.outbox_pending) == (ROWS, 1, 2)


def test_an_empty_journal_holds() -> None:
    with open_in_memory() as database:
        report = verify(database)
    assert (report.misfit, report.rows, report.first_utc_ms) == (None, 0, None)


# --- one changed byte -----------------------------------------------------------------------------

SEQS = st.integers(1, ROWS)
QUICK = settings(max_examples=80, deadline=None)


@QUICK
@given(SEQS, st.sampled_from((*TEXTS, *HASHES)), st.integers(0), st.integers(1, 255))
def test_one_changed_byte_of_any_text_or_hash_is_found_in_its_row(
    seq: int, column: str, place: int, flip: int
) -> None:
    with defenceless() as database:
        as_bytes = f"SELECT CAST({column} AS BLOB) FROM journal WHERE seq = ?"
        stored = bytearray(database.connection.execute(as_bytes, (seq,)).get)
        stored[place % len(stored)] ^= flip
        kind = "BLOB" if column in HASHES else "TEXT"
        put = f"UPDATE journal SET {column} = CAST(? AS {kind}) WHERE seq = ?"
        database.connection.execute(put, (bytes(stored), seq))
        report = verify(database)
    assert report.misfit is not None
    assert (report.misfit.seq, report.rows) == (seq, seq - 1)


@QUICK
@given(SEQS, st.sampled_from(NUMBERS), st.integers(0, 62))
def test_one_changed_bit_of_any_number_is_found_in_its_row(seq: int, column: str, bit: int) -> None:
    misfit = found_after(
        f"UPDATE journal SET {column} = ({column} | {1 << bit}) - ({column} & {1 << bit}) WHERE seq = {seq}"
    )
    assert misfit is not None
    assert misfit.seq == seq


@QUICK
@given(st.integers(0), st.integers(1, 255))
def test_one_changed_byte_of_the_state_is_found(place: int, flip: int) -> None:
    with defenceless() as database:
        stored = bytearray(database.connection.execute("SELECT CAST(body AS BLOB) FROM state").get)
        stored[place % len(stored)] ^= flip
        database.connection.execute("UPDATE state SET body = CAST(? AS TEXT)", (bytes(stored),))
        misfit = verify(database).misfit
    assert misfit == Misfit(ROWS, "the state that it left was changed")


# --- rows gone, moved, cut off --------------------------------------------------------------------

SWAPPED = (
    "UPDATE journal SET seq = 99 WHERE seq = 4",
    "UPDATE journal SET seq = 4 WHERE seq = 5",
    "UPDATE journal SET seq = 5 WHERE seq = 99",
)
DAMAGE: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a row is gone": (("DELETE FROM journal WHERE seq = 5",), 5, "missing: row 6 stands"),
    "the first row is gone": (("DELETE FROM journal WHERE seq = 1",), 1, "missing: row 2 stands"),
    "the gap is closed": (
        ("DELETE FROM journal WHERE seq = 5", "UPDATE journal SET seq = seq - 1 WHERE seq > 5"),
        5,
        "not what was written",
    ),
    "two rows changed places": (SWAPPED, 4, "not what was written"),
    "the tail is cut off": (
        ("DELETE FROM journal WHERE seq > 9",),
        10,
        f"missing: the state was left by row {ROWS}",
    ),
    "all rows are gone": (
        ("DELETE FROM journal",),
        1,
        f"missing: the state was left by row {ROWS}",
    ),
    "the tail is cut off and the state says so": (
        ("DELETE FROM journal WHERE seq > 9", "UPDATE state SET seq = 9"),
        9,
        "the state that it left was changed",
    ),
    "a row was added": (
        (f"INSERT INTO journal SELECT {ROWS + 1}, mono_ms, utc_ms, kind, body, order_id, stage,"
         f" kept_sha256, hash FROM journal WHERE seq = {ROWS}",),
        ROWS + 1,
        "not what was written",
    ),
    "the state is an older one": (
        (f"UPDATE state SET seq = {ROWS - 1}",),
        ROWS,
        f"one too many: the state was left by row {ROWS - 1}",
    ),
    "the state is gone": (("DELETE FROM state",), ROWS, "state that it left is missing"),
    "it is another journal's": (("UPDATE meta SET value = 'beef' WHERE key = 'epoch'",), 1, "not what was"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "seq", "why"), DAMAGE.values(), ids=DAMAGE)
def test_rows_gone_moved_or_cut_off_are_found(damage: tuple[str, ...], seq: int, why: str) -> None:
    with defenceless() as database:
        for sql in damage:
            database.connection.execute(sql)
        database.epoch = database.connection.execute("SELECT value FROM meta WHERE key = 'epoch'").get
        misfit = verify(database).misfit
    assert misfit is not None
    assert misfit.seq == seq
    assert why in misfit.why


# --- while it is written, and from before it was chained --------------------------------------------


def test_a_refused_turn_leaves_no_gap_in_the_chain(journal: Journal, folder: Path) -> None:
    write(journal)
    with pytest.raises(JournalRefused):
        journal.commit(entry(99, attempts=(attempt(99, amount_minor=0),)))
    write(journal)
    with open_database(folder, readonly=True) as reader:
        report = verify(reader)
    assert (report.misfit, report.rows) == (None, 2 * ROWS)


def test_the_chain_goes_on_after_a_restart_and_can_be_walked_while_it_is_written(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    write(journal)
    database.close()
    database, journal = shop.open_journal(folder)
    with database, open_database(folder, readonly=True) as reader:
        write(journal, rows=1)
        with reader.reading() as connection:
            assert connection.execute("SELECT max(seq) FROM journal").get == ROWS + 1
            write(journal, rows=1)
            assert connection.execute("SELECT max(seq) FROM journal").get == ROWS + 1
        report = verify(reader)
    assert (report.misfit, report.rows) == (None, ROWS + 2)


@pytest.mark.parametrize("page_rows", [1000, 5, ROWS])
def test_a_journal_from_before_is_chained_when_it_is_opened_and_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, page_rows: int
) -> None:
    shop.older_store(folder, monkeypatch, ROWS)
    monkeypatch.setattr("agent.storage.chain.PAGE_ROWS", page_rows)
    database, journal = shop.open_journal(folder)
    with database:
        report = verify(database)
        assert (report.misfit, report.rows) == (None, ROWS)
        write(journal)
        assert verify(database).misfit is None
        with pytest.raises(apsw.ConstraintError, match="never changed"):
            database.connection.execute("UPDATE journal SET stage = 'paid'")


def test_a_changed_state_is_found_in_a_journal_from_before_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.older_store(folder, monkeypatch, ROWS)
    with open_database(folder) as database:
        database.connection.execute("UPDATE state SET body = '{}'")
        assert verify(database).misfit == Misfit(ROWS, "the state that it left was changed")


def test_an_upgrade_that_breaks_off_leaves_the_older_store_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.older_store(folder, monkeypatch, ROWS)

    def breaks_off(connection: apsw.Connection) -> None:
        chain_what_is_there(connection)
        raise MemoryError

    columns, _, rules = MIGRATIONS[1]
    monkeypatch.setattr("agent.storage.schema.MIGRATIONS", (MIGRATIONS[0], (columns, breaks_off, rules)))
    with pytest.raises(MemoryError):
        open_database(folder)
    monkeypatch.undo()
    with open_database(folder) as database:
        assert verify(database).rows == ROWS


def test_a_quick_look_walks_the_last_rows_only(tmp_path: Path) -> None:
    database, journal = shop.open_journal(tmp_path / "data")
    with database:
        for entry in Till().visit("by code"):
            journal.commit(entry)
        database.connection.execute("DROP TRIGGER journal_is_not_changed")
        database.connection.execute("UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = 2")
        assert verify(database, last_rows=3).misfit is None
        last = verify(database, last_rows=100).misfit
        assert last is not None
        assert last.seq == 2
        database.connection.execute("UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = 5")
        late = verify(database, last_rows=3).misfit
        assert late is not None
        assert late.seq == 5
