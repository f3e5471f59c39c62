"""`hyla journal`: is it whole, and what happened to this customer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.cli import main
from agent.storage.database import open_database
from tests.shop import DIGITS
from tests.storage import shop
from tests.storage.visits import CODE, morning_in

PROFILE = Path(__file__).parents[2] / "device_profiles" / "desk.toml"
FIRST = "desk-01-7f3a-000001"
Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A morning in the shop: one visit of each kind."""
    return morning_in(tmp_path / "data")


@pytest.fixture
def hyla(folder: Path, capsys: pytest.CaptureFixture[str]) -> Says:
    """Runs `hyla journal …` on it: exit code, what was said, what was complained of."""

    def says(action: str, *options: str) -> tuple[int, str, str]:
        where = ["--profile", str(PROFILE), "--set", f"device.data_dir={folder}"]
        code = main(["journal", action, *where, *options])
        return (code, *capsys.readouterr())

    return says


def test_a_whole_journal_is_said_to_be_whole_also_while_the_terminal_runs(hyla: Says, folder: Path) -> None:
    with open_database(folder):
        code, said, _ = hyla("verify")
    assert code == 0
    assert "the chain holds: 83 rows, 2026-09-21T14:13:" in said
    assert "9 orders, 0 attempts not yet known, 0 records on their way to the cloud" in said


def test_programs_get_the_same_as_one_object(hyla: Says) -> None:
    code, said, _ = hyla("verify", "--json")
    report = json.loads(said)
    assert code == 0
    assert (report["rows"], report["orders"], report["misfit"]) == (83, 9, None)


def test_a_changed_row_is_named_and_the_exit_code_says_no(hyla: Says, folder: Path) -> None:
    with open_database(folder) as database:
        database.connection.execute("DROP TRIGGER journal_is_not_changed")
        database.connection.execute("UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = 17")
    code, said, _ = hyla("verify")
    assert code == 1
    assert said.startswith("row 17 does not fit: it, or its hash, is not what was written")
    assert "the 16 rows before it do" in said
    assert hyla("verify", "--json")[0] == 1


def test_a_damaged_file_is_no_whole_journal_either(hyla: Says, folder: Path) -> None:
    file = folder / "hyla.db"
    stored = bytearray(file.read_bytes())
    stored[-2000] ^= 0xFF
    file.write_bytes(stored)
    code, _, complaint = hyla("verify")
    assert code == 1
    assert complaint.startswith("cannot be read to its end: ")


def test_where_there_is_no_journal_it_says_so(hyla: Says, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    code, _, complaint = hyla("verify")
    assert code == 2
    assert "no store here yet" in complaint


def test_an_order_is_told_from_the_first_thing_scanned_to_the_record_in_the_cloud(hyla: Says) -> None:
    code, said, _ = hyla("show", "--order", FIRST)
    assert code == 0
    assert said.splitlines()[:2] == [f"{FIRST}: paid · ¥8.80", "attempt 1: wechat, captured (known)"]
    told = [line.split("Z  ")[1] for line in said.splitlines()[2:]]
    assert told == [
        "goods 6901000000011 were scanned → basket",
        "goods 6901000000028 were scanned → basket",
        "the cashier touched charge → choose",
        "a payment code was scanned: wechat ••• → pay/asking",
        f"the cloud answered about {FIRST}-1: Captured points_earned=0 points_balance=0 → paid",
        f"the cloud has taken {FIRST}-sale → paid",
        "the cashier touched done → idle",
    ]


def test_the_number_on_the_screen_is_enough(hyla: Says) -> None:
    code, said, _ = hyla("show", "--order", "0004")
    assert code == 0
    assert "desk-01-7f3a-000004: paid" in said
    assert "cloud does not work: lost → pay/unknown" in said


@pytest.mark.parametrize("order", ["0001", "0002", "0003", "0004", "0005", "0006"])
def test_a_story_holds_its_own_visit_and_no_secret(hyla: Says, order: str) -> None:
    _, said, _ = hyla("show", "--order", order)
    lines = said.splitlines()
    assert sum("scanned → basket" in line for line in lines) == 2
    assert sum("→ idle" in line for line in lines) in (1, 2)
    assert CODE not in said
    assert DIGITS not in said.replace(f"{order}", "")


def test_a_number_that_fits_several_orders_is_asked_back(hyla: Says, folder: Path) -> None:
    database, journal = shop.open_journal(folder)
    with database:
        journal.commit(shop.entry(1, orders=(replace(shop.order_row(1), order_id="elsewhere-000002"),)))
    code, _, complaint = hyla("show", "--order", "0002")
    assert (code, complaint) == (2, "0002: which of them? desk-01-7f3a-000002, elsewhere-000002\n")


@pytest.mark.parametrize(
    ("word", "code", "says"), [("0099", 1, "no such order"), ("0", 1, "no such"), ("sale", 1, "no such")]
)
def test_an_unknown_or_unclear_number_is_answered(hyla: Says, word: str, code: int, says: str) -> None:
    got, _, complaint = hyla("show", "--order", word)
    assert (got, says in complaint) == (code, True)
