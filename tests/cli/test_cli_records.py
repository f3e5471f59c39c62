"""`hyla records`: what the cloud refused is seen, sent again, or given up with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.commands import ParkRecord
from agent.storage.database import open_database
from agent.storage.verify import verify
from tests.storage import shop
from tests.storage.shop import entry, record

PROFILE = Path(__file__).parents[2] / "device_profiles" / "desk.toml"
Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two records on their way; the cloud will never take the first."""
    folder = tmp_path / "data"
    database, journal = shop.open_journal(folder)
    with database:
        journal.commit(entry(1, records=(record("one"), record("two"))))
        journal.commit(entry(2, parked=(ParkRecord("one", "no such product"),)))
    return folder


@pytest.fixture
def hyla(folder: Path, capsys: pytest.CaptureFixture[str]) -> Says:
    def says(action: str, *options: str) -> tuple[int, str, str]:
        where = ["--profile", str(PROFILE), "--set", f"device.data_dir={folder}"]
        code = main(["records", action, *where, *options])
        return (code, *capsys.readouterr())

    return says


def pending(folder: Path) -> dict[str, bytes]:
    database, journal = shop.open_journal(folder)
    with database:
        return {row.id: row.body for row in journal.outbox.pending()}


def test_what_is_parked_is_listed_with_why_and_the_next_step_also_while_the_terminal_runs(
    hyla: Says, folder: Path
) -> None:
    with open_database(folder):
        code, said, _ = hyla("list")
    assert code == 1
    assert said.startswith("one  sale  refused: no such product\n")
    assert "hyla records retry" in said
    code, said, _ = hyla("list", "--json")
    assert [each["id"] for each in json.loads(said)] == ["one"]


def test_retried_it_is_sent_again_byte_for_byte_and_the_journal_says_so(hyla: Says, folder: Path) -> None:
    assert hyla("retry", "--id", "one")[0] == 0
    assert hyla("list") == (
        0,
        "nothing is parked\n",
        "",
    )
    assert json.loads(pending(folder)["one"])["id"] == "one"
    with open_database(folder) as database:
        [(body,)] = database.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")
        assert "no such product \\u00b7 put back by hand" in body
        assert verify(database).misfit is None


def test_discarded_it_is_gone_and_the_cloud_is_told_who_and_why(hyla: Says, folder: Path) -> None:
    assert hyla("discard", "--id", "one", "--reason", "booked by hand")[0] == 0
    left = pending(folder)
    assert list(left) == ["two", "one-discarded"]
    assert b"booked by hand" in left["one-discarded"]
    with open_database(folder) as database:
        assert verify(database).misfit is None


def test_only_what_is_parked_can_be_settled(hyla: Says) -> None:
    for id in ("two", "never heard of"):
        assert hyla("retry", "--id", id) == (
            2,
            "",
            f"{id}: no such record is parked (hyla records list shows them)\n",
        )


def test_a_running_terminal_has_to_be_stopped_first(hyla: Says, folder: Path) -> None:
    with open_database(folder):
        code, _, complaint = hyla("retry", "--id", "one")
    assert code == 2
    assert "another hyla runs on this folder" in complaint


def test_to_discard_wants_a_reason(hyla: Says, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--reason", "  ")):
        with pytest.raises(SystemExit) as stopped:
            hyla("discard", "--id", "one", *words)
        assert stopped.value.code == 2
        capsys.readouterr()
