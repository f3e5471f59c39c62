"""What `hyla bench glass` measures is there to be measured, and told beside its targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli.bench_figures import glass_report, told
from simulator import glass_times


@pytest.mark.slow
def test_the_screens_are_started_touched_and_led_through_a_visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glass_times, "WARM_VISITS", 1)
    monkeypatch.setattr(glass_times, "STARTS", 1)
    figures = glass_times.measured(tmp_path, 2)
    assert len(figures["touch_ms"]) == 2  # type: ignore[arg-type]
    assert all(figures[one] for one in ("first_picture_ms", "rss_early_kb", "rss_late_kb"))


def test_the_figures_stand_beside_their_targets() -> None:
    figures = {
        "first_picture_ms": 500.0,
        "touch_ms": [30.0, 10.0, 20.0],
        "rss_early_kb": 100,
        "rss_late_kb": 110,
    }
    report = glass_report(figures, 3)
    assert report["touch_ms"] == {"least": 10.0, "median": 20.0, "p95": 30.0}
    assert report["ratio"] == {
        "first_picture_to_target": 0.5, "touch_p95_to_target": 0.6, "rss_late_to_early": 1.1,
    }  # fmt: skip
    assert any("0.6 of the target (at most 50 ms)" in line for line in told({"glass": report}))
