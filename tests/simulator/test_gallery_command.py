"""`hyla-desk gallery`: pictures of pages, and which no longer look as accepted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simulator.desk import main

ONE = "customer-portrait-zh-normal-paid_codes"


def gallery(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator.desk", "gallery", *words],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.slow
def test_one_page_is_photographed_and_can_be_leafed_to(tmp_path: Path) -> None:
    done = gallery(str(tmp_path), "--only", ONE)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {f"{ONE}.png", "index.html"}
    assert f'["{ONE}"]' in (tmp_path / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_a_page_that_looks_as_accepted_has_not_changed(tmp_path: Path) -> None:
    done = gallery(str(tmp_path), "--changed", "--only", ONE)
    assert (done.returncode, list(tmp_path.iterdir())) == (0, []), done.stdout + done.stderr


@pytest.mark.parametrize("words", [[], ["build", "--accept"], ["build", "--only", "no such page"]])
def test_wrong_use_says_what_is_expected(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["gallery", *words])
    assert left.value.code == 2
    assert "hyla-desk gallery" in capsys.readouterr().err


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["gallery", "--help"])
    assert "hyla-desk gallery --accept" in capsys.readouterr().out
