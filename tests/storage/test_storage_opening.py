"""Opening the store: what stands in the folder, which rules are in force, and whom it refuses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from agent.storage.database import open_database
from agent.storage.journal import Journal
from agent.storage.orders import Orders
from agent.storage.schema import VERSION
from agent.storage.trouble import StorageError
from tests.storage import shop

OPENS = """
import pathlib, sys
from agent.storage.database import open_database
open_database(pathlib.Path(sys.argv[1]))
"""


def test_a_first_start_makes_a_folder_a_key_and_a_database_for_this_user_alone(folder: Path) -> None:
    with open_database(folder) as database:
        names = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}
        assert re.fullmatch("[0-9a-f]{8}", database.epoch)
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert {"hyla.db", "hyla.db-wal", "hyla.db-shm", "hyla.key", "hyla.lock"} == set(names)
    assert set(names.values()) == {"0o600"}
    assert (folder / "hyla.key").stat().st_size == 32


def test_the_rules_we_rely_on_are_in_force(folder: Path) -> None:
    with open_database(folder) as database:
        pragma = database.connection.pragma
        assert {name: pragma(name) for name in RULES} == {
            "cipher": "chacha20",
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "foreign_keys": 1,
            "recursive_triggers": 1,
            "busy_timeout": 2000,
            "wal_autocheckpoint": 200,
            "journal_size_limit": 4 * 1024 * 1024,
            "cell_size_check": 1,
            "trusted_schema": 0,
            "user_version": VERSION,
            "quick_check": "ok",
        }
        tables = database.connection.execute(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
        )
        assert all(strict for name, strict in tables if not name.startswith("sqlite_"))


RULES = (
    "cipher", "journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout",
    "wal_autocheckpoint", "journal_size_limit", "cell_size_check", "trusted_schema", "user_version",
    "quick_check",
)  # fmt: skip


def test_the_key_is_used_as_it_is_and_not_stretched_like_a_passphrase(folder: Path) -> None:
    open_database(folder).close()
    raw = (folder / "hyla.key").read_bytes()
    connection = apsw.Connection(str(folder / "hyla.db"), flags=apsw.SQLITE_OPEN_READONLY)
    connection.pragma("key", f"x'{raw.hex()}'")
    assert connection.pragma("user_version") == VERSION
    connection.close()
    connection = apsw.Connection(str(folder / "hyla.db"), flags=apsw.SQLITE_OPEN_READONLY)
    connection.pragma("hexkey", raw.hex())
    with pytest.raises(apsw.NotADBError):
        connection.pragma("user_version")
    connection.close()


def test_the_epoch_stays_and_another_folder_has_another(tmp_path: Path) -> None:
    epochs = []
    for name in ("a", "a", "b", "c", "d"):
        with open_database(tmp_path / name) as database:
            epochs.append(database.epoch)
    assert epochs[0] == epochs[1]
    assert len(set(epochs)) > 1


def test_another_process_cannot_open_the_same_folder_until_the_first_is_gone(folder: Path) -> None:
    command = [sys.executable, "-c", OPENS, str(folder)]
    with open_database(folder):
        with pytest.raises(StorageError, match="another hyla runs on this folder"):
            open_database(folder)
        refused = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "another hyla runs on this folder" in refused.stderr
    assert subprocess.run(command, check=False).returncode == 0


def test_orders_can_be_read_while_the_agent_runs(journal: Journal, folder: Path) -> None:
    journal.commit(shop.entry(1, orders=(shop.order_row(1),)))
    with open_database(folder, readonly=True) as reader:
        assert [row.order_id for row in Orders(reader).all()] == [shop.order(1)]
        journal.commit(shop.entry(2, orders=(shop.order_row(2),)))
        assert len(Orders(reader).all()) == 2
        with pytest.raises(apsw.ReadOnlyError):
            reader.connection.execute("DELETE FROM orders")
    journal.commit(shop.entry(3))


def test_orders_can_be_read_when_the_agent_does_not_run(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    journal.commit(shop.entry(1, orders=(shop.order_row(1),)))
    database.close()
    with open_database(folder, readonly=True) as reader:
        assert len(Orders(reader).all()) == 1
    with open_database(folder) as again:
        assert again.epoch


def test_reading_creates_nothing(folder: Path) -> None:
    with pytest.raises(StorageError, match="no store here yet"):
        open_database(folder, readonly=True)
    assert not folder.exists()


def test_a_missing_key_is_never_replaced_by_a_new_one(folder: Path) -> None:
    open_database(folder).close()
    (folder / "hyla.key").unlink()
    for readonly in (False, True):
        with pytest.raises(
            StorageError, match=r"hyla\.key: missing, and hyla\.db cannot be read without it"
        ):
            open_database(folder, readonly)
    assert not (folder / "hyla.key").exists()


def test_another_terminals_key_is_refused(folder: Path) -> None:
    open_database(folder).close()
    (folder / "hyla.key").write_bytes(bytes(32))
    with pytest.raises(StorageError, match=r"hyla\.db: its key does not open it"):
        open_database(folder)


def test_a_cut_key_is_refused(folder: Path) -> None:
    open_database(folder).close()
    os.truncate(folder / "hyla.key", 31)
    with pytest.raises(StorageError, match=r"31 bytes \(expected 32"):
        open_database(folder)


def test_a_database_of_a_newer_hyla_is_refused(folder: Path) -> None:
    with open_database(folder) as database:
        database.connection.pragma("user_version", VERSION + 1)
    for readonly in (False, True):
        with pytest.raises(StorageError, match=f"schema {VERSION + 1} of a newer hyla"):
            open_database(folder, readonly)


def test_a_database_of_an_older_hyla_is_not_upgraded_by_a_reader(folder: Path) -> None:
    with open_database(folder) as database:
        database.connection.pragma("user_version", 0)
    with pytest.raises(StorageError, match=rf"schema 0, expected {VERSION} \(start `hyla run` once"):
        open_database(folder, readonly=True)


def test_a_damaged_database_is_refused(folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    for number in range(1, 60):
        journal.commit(shop.entry(number, records=(shop.record(f"r-{number}"),)))
    database.close()
    path = folder / "hyla.db"
    damaged = bytearray(path.read_bytes())
    damaged[-3000] ^= 0xFF
    path.write_bytes(damaged)
    with pytest.raises(StorageError, match="damaged"):
        open_database(folder)
    with pytest.raises(StorageError, match="damaged"):  # and it let go of the folder
        open_database(folder)


def test_a_key_open_to_others_is_closed_to_them(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    open_database(folder).close()
    (folder / "hyla.key").chmod(0o644)
    open_database(folder).close()
    assert (folder / "hyla.key").stat().st_mode & 0o777 == 0o600
    assert "could be read by other users" in caplog.text


@pytest.mark.parametrize("left_bytes", [100, 20_000])
def test_a_file_that_ends_too_early_is_called_damaged_also_for_a_reader(
    folder: Path, left_bytes: int
) -> None:
    """Whoever asks `hyla journal verify` what is wrong hears what to do, not that the folder is somebody
    else's."""
    open_database(folder).close()
    os.truncate(folder / "hyla.db", left_bytes)
    for readonly in (True, False):
        with pytest.raises(StorageError, match=r"hyla\.db: .*damaged: .*next start begins a new journal"):
            open_database(folder, readonly)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file/data: the store cannot be opened"):
        open_database(tmp_path / "file" / "data")


def test_a_start_that_was_cut_off_before_the_tables_stood_begins_again(folder: Path) -> None:
    open_database(folder).close()
    for path in folder.glob("hyla.db*"):
        path.unlink()
    (folder / "hyla.db").touch()
    with open_database(folder) as database:
        assert database.connection.pragma("user_version") == VERSION
