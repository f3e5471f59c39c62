"""`hyla fleet`, as a technician types it with the terminal stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.commands import KeepRecord
from agent.core.events import Started
from agent.core.ids import DeviceId
from agent.core.state import Kept
from agent.fleet.farewell import unchecked
from agent.ports import Entry
from agent.storage.database import open_database
from agent.trust import open_journal
from tests.fleet.conftest import office, other_office
from tests.test_leaving import AT, PROFILE, Till, settings, till

__all__ = ["office", "other_office", "till"]


@pytest.fixture
def fleet(till: Till):
    def run(action: str, *words: str) -> int:
        ours = [f"--set={one}" for one in settings(till.data)]
        return main(["fleet", action, "--profile", str(PROFILE), *ours, *words])

    return run


def unsent(till: Till) -> None:
    with open_database(till.data) as database:
        record = KeepRecord("r-1", "sale", {"outcome": "paid"})
        entry = Entry(Started(), AT, Kept.fresh("CNY"), records=(record,))
        open_journal(database, DeviceId("frog8-000123")).commit(entry)


def test_it_says_whose_terminal_this_is_and_that_nothing_is_missing(fleet, capsys) -> None:
    assert fleet("status") == 0
    said = capsys.readouterr().out
    assert "FROG8-000123 is frog8-000123, shop S-17" in said
    assert "nothing is missing" in said


def test_what_is_missing_is_named_with_the_next_step(fleet, till: Till, capsys, tmp_path: Path) -> None:
    unsent(till)
    assert fleet("status", "--json") == 1
    assert json.loads(capsys.readouterr().out)["missing"] == {"unsent": 1}
    order = tmp_path / "order.txt"
    order.write_text(till.retire(), "ascii")
    assert fleet("follow", str(order)) == 1
    assert "bring the link up and wait" in capsys.readouterr().out
    assert till.stands_in() == "S-17"


def test_an_order_is_followed_and_the_receipt_printed(fleet, till: Till, capsys, tmp_path: Path) -> None:
    order = tmp_path / "order.txt"
    order.write_text(till.move() + "\n", "ascii")
    assert fleet("follow", str(order)) == 0
    assert till.stands_in() == "S-18"
    capsys.readouterr()
    picture = tmp_path / "receipt.png"
    assert fleet("receipt", "--json", "--png", str(picture)) == 0
    assert unchecked(json.loads(capsys.readouterr().out)["receipt"]).to == "S-18/4"
    assert picture.stat().st_size > 500
    assert fleet("receipt") == 0
    assert "has moved to S-18/4: shop S-17, till 2" in capsys.readouterr().out


def test_an_order_for_another_terminal_is_refused_in_one_sentence(
    fleet, till: Till, capsys, tmp_path: Path
) -> None:
    order = tmp_path / "order.txt"
    order.write_text(till.retire(serial="FROG8-000999"), "ascii")
    assert fleet("follow", str(order)) == 1
    assert capsys.readouterr().err == "✕ this order is for another terminal\n"


def test_forgetting_says_what_is_lost_and_waits_for_a_yes(fleet, till: Till, capsys) -> None:
    unsent(till)
    assert fleet("forget") == 1
    said = capsys.readouterr().out
    assert "1 records that the cloud does not have yet" in said
    assert "hyla-cloud revoke FROG8-000123" in said
    assert till.stands_in() == "S-17"
    assert fleet("forget", "--yes") == 0
    assert till.stands_in() == ""
    assert unchecked((till.data / "farewell.jws").read_text("ascii")).lost == {"unsent": 1}


def test_an_identity_that_cannot_be_used_is_forgotten_all_the_same(
    fleet, till: Till, capsys, expected_log
) -> None:
    expected_log("no receipt can be signed: .*")
    expected_log("which codes were used before is lost: .*", at_least=0)
    (till.data / "identity" / "current").unlink()
    (till.data / "identity" / "current").symlink_to("9")
    assert fleet("status") == 3
    assert "hyla fleet forget" in capsys.readouterr().err
    assert fleet("forget") == 1
    assert fleet("forget", "--yes") == 0
    assert not till.keys()
    assert not (till.data / "hyla.db").exists()
    assert fleet("receipt") == 1
