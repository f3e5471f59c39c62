"""Every measure on a tiny input: the right shape, of the right thing. No test here knows a time."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from agent.cli import bench, bench_simulated
from agent.cli.bench_desk import TARGETS, figures_of
from agent.cli.bench_figures import desk_report, loose_report, p99, sim_report, told, vision_report
from agent.cli.bench_office_figures import claim_report, settings_report, storm_report
from agent.cli.bench_restart import grow, restart_times, sell
from agent.cli.bench_sale import SALE, Till, commit_times, entries, open_journal, turn_times_ms
from agent.core.state import Kept
from agent.core.visit import Stage
from agent.storage.database import open_database
from agent.storage.orders import Orders
from agent.storage.verify import verify
from agent.turn import take


def unseen(_done: int, _of: int) -> None:
    return


def hyla(*words: str) -> int:
    """`hyla …` as the shell would call it."""
    parser = argparse.ArgumentParser(prog="hyla")
    bench.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(words)
    code: int = args.run(args)
    return code


def test_what_is_timed_is_a_sale_that_ends_paid_and_leaves_the_till_free() -> None:
    till, stages = Till(), []
    for fact in SALE:
        till.follow(take(till.state, fact(till), till.at()))
        stages.append(till.state.visit.stage)

    assert [stage for stage in (Stage.CHOOSE, Stage.FACE, Stage.DIGITS, Stage.MATCH) if stage in stages]
    assert stages[-3] is Stage.PAID
    assert stages[-1] not in (Stage.PAID, Stage.PAY)
    assert [order.outcome for order in till.state.kept.recent] == ["paid"]


def test_each_turn_is_timed_whole_and_decided_alone() -> None:
    whole_ms, decide_ms = turn_times_ms(2, unseen)

    assert len(whole_ms) == len(decide_ms) == 2 * len(SALE)
    assert min(*whole_ms, *decide_ms) > 0


def test_each_commit_is_timed_on_the_disk_and_in_memory_and_is_a_real_one(tmp_path: Path) -> None:
    written = len(list(entries(2, unseen)))
    times = commit_times(tmp_path / "journal", 2, unseen)

    assert len(times.disk_ms) == len(times.memory_ms) == written
    assert 0 < times.grown_bytes < (tmp_path / "journal" / "hyla.db").stat().st_size
    with open_database(tmp_path / "journal", readonly=True) as database:
        assert [order.outcome for order in Orders(database).all()] == ["paid", "paid"]
        assert database.rows("SELECT count(*) FROM journal") == [(written,)]
        assert database.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_a_journal_that_was_grown_is_one_that_a_terminal_could_have_left(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        sell(database)
        turns = grow(database, 200, unseen)
    with open_database(tmp_path) as database:
        journal, report = open_journal(database), verify(database)
        assert (report.misfit, report.rows, journal.seq) == (None, turns, turns)
        assert 200 <= turns < 220
        assert report.orders == len({order.order_id for order in Orders(database).all()}) > 10
        assert database.rows("SELECT count(*) FROM attempts") == [(report.orders,)]
        assert journal.read(Kept) is not None


def test_a_restart_is_timed_with_a_long_journal_and_with_a_short_one(tmp_path: Path) -> None:
    times = restart_times(tmp_path, 100, 2, unseen)

    assert len(times.long_ms) == len(times.short_ms) == 2
    assert min(*times.long_ms, *times.short_ms, times.verify_ms) > 0
    assert 100 <= times.turns < 120


def test_what_the_simulation_says_is_told_by_the_second() -> None:
    report = sim_report({"turns": 4143, "orders": 76, "seconds": 2.0}, seeds=20)

    assert report["turns_per_s"] == 2072
    assert "  2072 turns a second, everything around them included" in told({"sim": report})


def test_progress_begins_at_nothing_and_ends_at_all() -> None:
    heard: list[tuple[int, int]] = []
    turn_times_ms(3, lambda done, of: heard.append((done, of)))

    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_p99_is_a_value_that_was_measured() -> None:
    assert p99([5.0]) == 5.0
    assert p99([float(value) for value in range(200)]) == 198.0


def test_ratios_are_hylas_share_of_the_others_time() -> None:
    times = {
        "hyla": {"detect": [30.0, 10.0, 20.0], "embed": [10.0] * 3},
        "opencv": {"detect": [40.0] * 3, "embed": [25.0] * 3},
        "stock": {"embed": [50.0] * 3},
    }
    report = vision_report(times, rounds=3)

    assert report["median_ms"]["hyla"] == {"detect": 20.0, "embed": 10.0}
    assert report["ratio"] == {
        "hyla_to_opencv": {"detect": 0.5, "embed": 0.4},
        "hyla_to_stock": {"embed": 0.2},
    }
    assert report["quarter_ratio"]["hyla_to_opencv"] == {"detect": 0.25, "embed": 0.4}
    lines = told({"vision": report})
    assert [line.split() for line in lines if line.startswith("embed")] == [
        ["embed", "10", "25", "50", "0.4", "0.2"]
    ]
    assert "of the fastest quarter, Hyla / OpenCV: detect 0.25, embed 0.4" in lines


def test_the_slowest_of_each_trouble_stands_beside_two_seconds() -> None:
    figures = {
        "camera_black": {"said": [1500.0, 1800.0], "healed": [40.0]},
        "screen_gone": {"said": [100.0], "healed": []},
    }
    report = loose_report(figures, 2)
    assert report["said_ms"] == {"camera_black": 1800, "screen_gone": 100}
    assert report["ratio"] == {"camera_black_to_target": 0.9, "screen_gone_to_target": 0.05}
    lines = told({"loose": report})
    assert "camera_black: said after 1800 ms, 0.9 of the target; healed after 40 ms" in lines[1]
    assert "screen_gone: said after 100 ms" in lines[2]
    assert "healed" not in lines[2]


def test_the_desks_figures_stand_beside_their_targets() -> None:
    written = {
        "orders": [
            {"identify_ms": 420, "answer_ms": 50},
            {"identify_ms": None, "answer_ms": 30},
            {"identify_ms": 560, "answer_ms": None},
        ],
        "measures": {"ready_ms": 2000, "agent_rss_mb": 300, "ui_rss_mb": None},
    }
    report = desk_report(figures_of(written), rounds=1)

    assert report["median"] == {
        "identify_ms": 490, "answer_ms": 40.0, "ready_ms": 2000, "agent_rss_mb": 300, "ui_rss_mb": None,
    }  # fmt: skip
    assert report["ratio"]["identify_ms_to_target"] == 0.7
    assert report["ratio"]["ui_rss_mb_to_target"] is None
    assert report["target"] == {name: target for name, (_, target, _) in TARGETS.items()}
    assert any("memory of the screens: not measured" in line for line in told({"desk": report}))


def test_without_a_simulator_the_desk_is_refused_and_left_out_of_all(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(bench, "simulator_is_here", lambda: False)
    monkeypatch.setattr(bench_simulated, "simulator_is_here", lambda: False)
    for part in ("sim", "desk", "loose", "glass", "memory", "claim", "settings", "storm"):
        assert hyla("bench", part) == 3
        assert "simulator, which is not installed here" in capsys.readouterr().err

    measured: list[str] = []
    monkeypatch.setattr(bench, "_measured", lambda part, _: (measured.append(part) or 0, {}))
    assert hyla("bench", "all", "--json") == 0
    assert measured == ["vision", "preview", "gallery", "journal", "restart", "turns", "coupons", "beam"]
    assert "left out: sim, desk, loose, glass, memory, claim, settings, storm" in capsys.readouterr().err


def test_a_part_that_fails_leaves_the_others_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    monkeypatch.setattr(bench, "PARTS", ("vision", "turns"))
    assert hyla("bench", "--models-dir", str(tmp_path), "--rounds", "1", "--json") == 3
    told_to_both = capsys.readouterr()
    assert list(json.loads(told_to_both.out)) == ["turns"]
    assert "hyla models pull" in told_to_both.err


def test_turns_and_journal_are_told_as_one_json_object(tmp_path: Path, capsys: Any) -> None:
    assert hyla("bench", "turns", "--rounds", "1", "--json") == 0
    turns = json.loads(capsys.readouterr().out)["turns"]
    assert (turns["sales"], turns["turns"]) == (1, len(SALE))
    assert hyla("bench", "journal", "--rounds", "1", "--disk", str(tmp_path)) == 0
    told_to_people = capsys.readouterr()
    assert "disk / memory:" in told_to_people.out
    assert "MB every 1,000 sales" in told_to_people.out
    assert told_to_people.err.splitlines() == ["journal: 0/1", "journal: 1/1"]
    assert hyla("bench", "restart", "--turns", "50", "--rounds", "1", "--disk", str(tmp_path)) == 0
    assert "checked whole (hyla journal verify):" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [], "the bench took its journals away"


def test_what_cannot_be_measured_is_one_line(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert hyla("bench", "journal", "--disk", str(tmp_path / "file")) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
    assert hyla("bench", "vision", "--models-dir", str(tmp_path), "--pictures", str(tmp_path)) == 3
    assert "run hyla models pull" in capsys.readouterr().err
    with pytest.raises(SystemExit) as refused:
        hyla("bench", "turns", "--rounds", "0")
    assert refused.value.code == 2
    assert "expected a whole number from 1" in capsys.readouterr().err


def test_help_has_an_example(capsys: Any) -> None:
    with pytest.raises(SystemExit) as done:
        hyla("bench", "--help")
    assert done.value.code == 0
    assert "hyla bench vision --rounds 50" in capsys.readouterr().out


def test_a_beam_in_every_dialect_ends_in_the_basket_and_is_timed(capsys: Any) -> None:
    assert hyla("bench", "beam", "--rounds", "2", "--json") == 0
    beam = json.loads(capsys.readouterr().out)["beam"]
    assert (
        list(beam["beam_ms"])
        == list(beam["bytes_per_s"])
        == ["lines", "honeywell", "newland", "ssi", "hid"]
    )
    assert beam["ratio"]["lines"]["speed_to_lines"] == 1
    assert hyla("bench", "beam", "--rounds", "1") == 0
    assert "ssi       median" in capsys.readouterr().out


def test_the_gallery_is_raced_and_finds_what_the_exact_search_finds(capsys: Any) -> None:
    assert hyla("bench", "gallery", "--templates", "600", "--rounds", "3", "--json") == 0
    report = json.loads(capsys.readouterr().out)["gallery"]
    (small,) = report["galleries"]
    assert (small["templates"], small["same_first_two"]["hyla"], report["searches"]) == (600, 3, 3)
    assert set(small["ratio"]) == {"hyla_to_numpy", "hyla_to_faiss_flat"}
    for way, median in small["median_ms"].items():
        assert small["least_ms"][way] <= small["quarter_ms"][way] <= median


def test_head_offices_times_stand_beside_their_targets() -> None:
    storm = {"broker": "mosquitto", "terminals": 60, "records": 180, "settle_s": 6.0, "lost": 0}
    reports = {
        "claim": claim_report([9_000, 10_000], 2),
        "settings": settings_report({"live": [90, 200], "refit": [3_000, 5_000]}, 2),
        "storm": storm_report(storm),
    }
    assert reports["claim"]["ratio"] == 0.5
    assert reports["settings"]["ratio"] == {"live_to_target": 0.1, "refit_to_target": 2.5}
    assert reports["storm"]["ratio"] == 0.1
    text = "\n".join(told(reports))
    for words in ("10000 ms, 0.5 of the target", "live: 200 ms, 0.1", "180 records, 0 lost"):
        assert words in text
