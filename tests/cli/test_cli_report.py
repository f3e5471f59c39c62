"""`hyla report`, as somebody types it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from agent.cli import main
from agent.storage.bundle import altered, read
from tests.storage import shop
from tests.storage.visits import morning_in


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return morning_in(tmp_path / "data")


def test_one_order_is_written_for_us_alone_also_while_the_terminal_runs(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "complaint.json"
    database, _ = shop.open_journal(data)
    with database:
        assert main(["report", "--data", str(data), "--order", "0002", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 12 turns, 0 later\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text("utf-8"))["order_id"] == "desk-01-7f3a-000002"
    assert [path.name for path in tmp_path.iterdir()].count("complaint.json.new") == 0


def test_a_name_in_gz_is_packed(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "complaint.json.gz"
    assert main(["report", "--data", str(data), "--order", "0002", "--out", str(out)]) == 0
    assert out.read_bytes()[:2] == b"\x1f\x8b"
    assert altered(read(out.read_bytes())) == ""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--order", "0099"], 1, "no such order"),
        (["--order", "0002", "--out", "/nowhere/at/all.json"], 3, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(
    data: Path, words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--data", str(data), *words]) == code
    assert says in capsys.readouterr().err


def test_where_there_is_no_journal_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--data", str(tmp_path), "--order", "0002"]) == 2
    assert "no store here yet" in capsys.readouterr().err
