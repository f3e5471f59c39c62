"""What `hyla bench memory` measures is there to be measured, and told beside its first mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli.bench_figures import told
from agent.cli.bench_memory import FLAT, memory_report
from simulator import memory_times


@pytest.mark.slow
def test_a_whole_terminal_sells_rests_and_is_weighed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_times, "BY_FACE_EVERY", 2)
    monkeypatch.setattr(memory_times, "HOUR_FRAMES", 500)
    figures = memory_times.measured(tmp_path, 2)
    marks = figures["marks"]
    assert isinstance(marks, list)
    assert [(mark["visits"], mark["idle_frames"]) for mark in marks] == [(1, 0), (2, 0), (2, 2)]
    assert all(mark["agent_kb"] > mark["screens_kb"] > 0 for mark in marks)


def test_an_idle_hour_leaves_nothing_in_the_loop() -> None:
    assert memory_times.virtual_hour_bytes() < 50_000


def test_a_leak_shows_as_a_ratio_beside_what_is_flat() -> None:
    marks = [
        {"visits": 50, "idle_frames": 0, "agent_kb": 200_000, "screens_kb": 100_000},
        {"visits": 500, "idle_frames": 0, "agent_kb": 202_000, "screens_kb": 130_000},
        {"visits": 500, "idle_frames": 108_000, "agent_kb": 204_000, "screens_kb": 130_000},
    ]
    report = memory_report({"marks": marks, "virtual_hour_bytes": 120})
    assert report["ratio"] == {
        "agent_visit_500": 1.01, "screens_visit_500": 1.3, "agent_at_rest": 1.02, "screens_at_rest": 1.3,
    }  # fmt: skip
    assert report["ratio"]["screens_visit_500"] > FLAT > report["ratio"]["agent_at_rest"]
    lines = "\n".join(told({"memory": report}))
    assert "500 visits, then 108000 frames at rest" in lines
    assert "leaves 120 bytes more" in lines
