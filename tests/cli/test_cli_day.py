"""`hyla day`: a day told from the journal, and its papers handed out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.events import Instant, Intent
from agent.core.figures import day_text
from agent.storage.database import open_database
from agent.storage.journal import Journal
from agent.storage.known import CODEC
from agent.turn import take
from tests.playbook import Playbook, taps
from tests.shop import terminal, to_cash
from tests.storage.shop import encode_record

DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"


@pytest.fixture
def sold(tmp_path: Path) -> str:
    """One sale for cash is in the journal; the text of its day."""
    shop = to_cash(Playbook(terminal()))
    fact = taps(Intent.CASH_RECEIVED)(shop.state)  # type: ignore[operator]
    entry = take(shop.state, fact, Instant(1_000, 1_790_000_000_000)).entry
    assert entry is not None
    with open_database(tmp_path) as database:
        Journal(database, CODEC, encode_record).commit(entry)
    return day_text(entry.days[0].number)


def hyla(folder: Path, *words: str) -> int:
    return main(["day", *words, "--profile", str(DESK), "--set", f"device.data_dir={folder}"])


def test_a_day_is_shown_with_its_figures_and_shifts(
    sold: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path, "show", "--day", sold, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["figures"] == [{"method": "cash", "ending": "sold", "count": 1, "sum_minor": 880}]
    assert (told["taken_minor"], told["standing"], len(told["shifts"])) == (880, "open", 1)
    assert hyla(tmp_path, "show", "--day", sold) == 0
    assert "¥8.80" in capsys.readouterr().out


@pytest.mark.usefixtures("sold")
def test_a_day_without_anything_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hyla(tmp_path, "show", "--day", "2001-01-01") == 1
    assert "nothing ended on this day" in capsys.readouterr().out


def test_a_compared_day_is_exported_as_it_was_written(
    sold: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path, "export", "--day", sold) == 1
    assert "compare the day behind the till first" in capsys.readouterr().err
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / f"{sold}.csv").write_text("row,name\n", "utf-8")
    assert hyla(tmp_path, "export", "--day", sold, "--csv") == 0
    assert capsys.readouterr().out == "row,name\n"


def test_a_date_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        hyla(tmp_path, "show", "--day", "tomorrow")
    assert "expected a date such as 2026-11-22" in capsys.readouterr().err
