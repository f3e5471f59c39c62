"""What a start looks at in a journal of any length, what it refuses, and what it leaves to `verify`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.core.ids import PersonId, Secret
from agent.core.state import Kept
from agent.ports import Template
from agent.storage import sound
from agent.storage.database import Database, open_database
from agent.storage.sound import TAIL_ROWS
from agent.storage.templates import open_templates
from agent.storage.trouble import JournalFailed, StorageError
from agent.storage.verify import verify
from tests.storage import shop

ROWS, TAIL = 40, 10
TABLES = (
    "meta", "counters", "state", "attempts", "orders", "refunds", "outbox", "templates",
    "store_keys", "consents", "templates_in_clear", "shifts", "shift_figures", "days", "slips", "receipts",
)  # fmt: skip
RULES = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"


@pytest.fixture
def sold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with more turns than a start walks along."""
    monkeypatch.setattr(sound, "TAIL_ROWS", TAIL)
    database, journal = shop.open_journal(folder)
    with database:
        for number in range(1, ROWS + 1):
            more = {"attempts": (shop.attempt(number, open=False),), "orders": (shop.order_row(number),)}
            back = (shop.part(1),) if number == ROWS else ()
            journal.commit(shop.entry(number, **more, refunds=back, records=(shop.record(f"r-{number}"),)))
        embedding = np.ones(128, np.float32)
        open_templates(database).put(Template(PersonId("m-1"), "林*", Secret("4711"), "0" * 64, embedding))
    return folder


def after(folder: Path, *damage: str) -> Callable[[], Database]:
    """The next start, after somebody did this to the file behind our back."""
    with open_database(folder) as database:
        connection = database.connection
        connection.pragma("foreign_keys", False)
        for (name,) in list(connection.execute(RULES)):
            connection.execute(f"DROP TRIGGER {name}")
        for sql in damage:
            connection.execute(sql)
    return lambda: open_database(folder)


def spoil(folder: Path, page: int) -> None:
    """One bit of this page turns over on the disk."""
    with open_database(folder, readonly=True) as database:
        page_bytes = int(database.connection.pragma("page_size"))
    with (folder / "hyla.db").open("r+b") as file:
        file.seek((page - 1) * page_bytes + page_bytes // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def pages(folder: Path, name: str) -> list[int]:
    """Where this table, or index, lies in the file, in the order of its rows."""
    asked = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
    with open_database(folder, readonly=True) as database:
        return [page for (page,) in database.connection.execute(asked, (name,))]


def test_as_many_rows_are_walked_as_the_decision_says() -> None:
    assert TAIL_ROWS == 1000


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            f"UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = {ROWS}",
            f"row {ROWS} of the journal does not",
        ),
        (f"UPDATE journal SET stage = 'paid' WHERE seq = {ROWS - TAIL + 1}", f"row {ROWS - TAIL + 1} of"),
        (f"DELETE FROM journal WHERE seq = {ROWS - 3}", f"row {ROWS - 3} .* missing"),
        (f"DELETE FROM journal WHERE seq = {ROWS}", f"row {ROWS} .* missing: the state was left by row"),
        ("DELETE FROM journal", "row 1 .* missing: the state was left by row"),
        ("UPDATE state SET body = replace(body, '2380', '1')", "the state that it left was changed"),
        (f"UPDATE state SET seq = {ROWS - 1}", "one too many: the state was left by row"),
        ("DELETE FROM state", "the state that it left is missing"),
    ],
)
def test_a_turn_or_a_state_that_a_start_would_go_on_from_and_that_was_changed_is_refused(
    sold: Path, damage: str, told: str
) -> None:
    start = after(sold, damage)
    for _ in range(2):  # and it lets go of the folder
        with pytest.raises(
            StorageError, match=f"hyla.db: damaged: .*{told}.*move it and its -wal away .*no older copy"
        ):
            start()


def test_what_the_refusal_advises_begins_a_journal_with_numbers_of_its_own(sold: Path) -> None:
    with open_database(sold) as database:
        before = database.epoch
    with pytest.raises(StorageError):
        after(sold, "DELETE FROM state")()
    for name in ("hyla.db", "hyla.db-wal"):
        if (sold / name).exists():
            (sold / name).rename(sold / f"{name}.kept")
    with open_database(sold) as database:
        assert database.epoch != before
        assert database.rows("SELECT count(*) FROM orders") == [(0,)]


def test_an_older_row_decides_nothing_so_the_till_sells_and_the_whole_check_finds_it(sold: Path) -> None:
    with after(sold, f"UPDATE journal SET utc_ms = 0 WHERE seq = {ROWS - TAIL - 1}")() as database:
        misfit = verify(database).misfit
    assert misfit is not None
    assert misfit.seq == ROWS - TAIL - 1


@pytest.mark.parametrize("rows", [0, 1, TAIL - 1, TAIL, TAIL + 1])
def test_a_sound_journal_of_any_length_opens_again(
    folder: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "TAIL_ROWS", TAIL)
    database, journal = shop.open_journal(folder)
    with database:
        for number in range(1, rows + 1):
            journal.commit(shop.entry(number))
    database, journal = shop.open_journal(folder)
    with database:
        assert journal.seq == rows
        assert (journal.read(Kept) is not None) == (rows > 0)


@pytest.mark.parametrize("table", TABLES)
def test_a_bad_page_of_any_table_that_money_is_decided_by_is_refused(sold: Path, table: str) -> None:
    spoil(sold, pages(sold, table)[0])
    with pytest.raises(StorageError, match=r"damaged|its key does not open it"):
        open_database(sold)


def test_no_table_is_forgotten(sold: Path) -> None:
    with open_database(sold, readonly=True) as database:
        asked = database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    assert {name for (name,) in asked} == {*TABLES, "journal", "surroundings"}


def test_a_bad_page_of_an_index_that_refuses_second_charges_is_refused(sold: Path) -> None:
    spoil(sold, pages(sold, "one_open_attempt_an_order")[0])
    with pytest.raises(StorageError, match="damaged"):
        open_database(sold)


def test_a_bad_page_under_the_last_rows_is_refused(sold: Path) -> None:
    spoil(sold, pages(sold, "journal")[-1])
    with pytest.raises(StorageError, match="damaged"):
        open_database(sold)


def test_a_bad_page_under_old_rows_lets_the_till_sell_and_the_whole_check_says_so(sold: Path) -> None:
    spoil(sold, pages(sold, "journal")[0])
    database, journal = shop.open_journal(sold)
    with database:
        journal.commit(shop.entry(ROWS + 1, attempts=(shop.attempt(ROWS + 1),)))
    with open_database(sold, readonly=True) as reader, pytest.raises(JournalFailed, match=r"hyla\.db"):
        verify(reader)


def test_a_bad_free_page_is_found_by_the_whole_check(sold: Path) -> None:
    with open_database(sold) as database:
        connection = database.connection
        connection.execute("DELETE FROM outbox")
        assert connection.pragma("freelist_count") > 0
        used = {page for (page,) in connection.execute("SELECT pageno FROM dbstat")}
        free = set(range(1, connection.pragma("page_count") + 1)) - used
    for page in free:
        spoil(sold, page)
    with open_database(sold, readonly=True) as reader, pytest.raises(JournalFailed, match=r"hyla\.db"):
        verify(reader)
