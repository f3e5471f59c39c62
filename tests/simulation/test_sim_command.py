"""`hyla-sim`, as somebody types it."""

from __future__ import annotations

import json

import pytest

from simulator.seeds.bugs import BUGS
from simulator.sim import main

KEYS = [
    "seeds", "orders", "turns", "crashes", "virtual_hours", "double_charges", "lost_payments", "unsettled",
    "screen_mismatches", "broken_rules", "double_refunds", "refunds", "cash_sales", "held", "shifts",
    "days_closed", "seconds",
]  # fmt: skip


def test_figures_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--seeds", "3", "--first", "5", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert list(figures) == KEYS
    assert figures["seeds"] == 3
    assert figures["turns"] > 100
    assert [figures[key] for key in KEYS[5:11]] == [0, 0, 0, 0, 0, 0]


def test_figures_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--seeds", "1"]) == 0
    assert "double charges                0" in capsys.readouterr().out


def test_a_planted_mistake_fails_the_run_and_the_command_it_names_shows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", "--seeds", "9", "--json", "--bug", "pending-means-captured"]) == 1
    shown = capsys.readouterr()
    [failed] = json.loads(shown.out)["failed"]
    assert failed["command"] in shown.err
    assert main(failed["command"].split()[1:]) == 1
    shown = capsys.readouterr()
    assert "✕" in shown.out
    assert "no money moved" in shown.err


def test_who_keeps_going_hears_of_every_seed_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--seeds", "6", "--keep-going", "--json", "--bug", "timeout-means-captured"]) == 1
    figures = json.loads(capsys.readouterr().out)
    assert figures["seeds"] == 6
    assert len(figures["failed"]) > 1


def test_a_seed_is_told_turn_by_turn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "1"]) == 0
    story = capsys.readouterr().out
    for words in (
        "till-01",
        "till-02",
        "cashier taps charge",
        "pay/unknown",
        "→ charge …",
        "✝ dies",
        "calm",
    ):
        assert words in story
    assert story.rstrip().endswith("everybody was told the truth")


def test_every_mistake_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bugs"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(BUGS)


@pytest.mark.parametrize(
    "words", [[], ["run", "--seeds", "0"], ["run", "--bug", "none"], ["seed"], ["seed", "x"]], ids=" ".join
)
def test_wrong_use_exits_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: hyla-sim" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--scenario", "busy-day", "--bug", "timeout-means-declined"],
        ["--scenario", "busy-day", "--seeds", "3"],
        ["--scenario", "busy-day", "--without-invariants"],
        ["--sales", "3"],
    ],
    ids=" ".join,
)
def test_an_option_of_the_other_kind_of_day_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["run", *words])
    assert "not for --scenario" in capsys.readouterr().err
