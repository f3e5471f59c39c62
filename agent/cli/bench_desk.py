"""A morning in a shop, timed: the whole desk is run as its own process and its figures are held to targets.

Enters: how often. Leaves: every figure of every run. The desk belongs to the simulator, which the product
never imports; a terminal in a shop has none, and then this says so.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.cli.bench_simulated import asked

DESK_WAIT_S = 300.0

TARGETS: Mapping[str, tuple[str, int, str]] = {
    "identify_ms": ("face in view → identified", 700, "ms"),
    "answer_ms": ("confirmed → answered", 100, "ms"),
    "ready_ms": ("agent ready", 4000, "ms"),
    "agent_rss_mb": ("memory of the agent", 350, "MB"),
    "ui_rss_mb": ("memory of the screens", 250, "MB"),
}
"""figure → what it is, the most it should be, its unit."""

Figures = dict[str, list[float]]


def desk_figures(rounds: int, progress: Callable[[int, int], None]) -> Figures:
    """Every figure of so many runs of `hyla-desk --headless`.

    Raises:
        DeskError: no simulator, or a run that failed; a failed run has no figures.
    """
    figures: Figures = {name: [] for name in TARGETS}
    for done in range(rounds):
        progress(done, rounds)
        for name, values in figures_of(_one_run()).items():
            figures[name] += values
    progress(rounds, rounds)
    return figures


def figures_of(told: Mapping[str, Any]) -> Figures:
    """What one run wrote with --json → figures; a time that was not taken is left out."""
    orders: Sequence[Mapping[str, Any]] = told["orders"]
    measures: Mapping[str, Any] = told["measures"]
    each = {name: [order.get(name) for order in orders] for name in ("identify_ms", "answer_ms")}
    once = {name: [measures.get(name)] for name in ("ready_ms", "agent_rss_mb", "ui_rss_mb")}
    return {
        name: [float(value) for value in values if value is not None]
        for name, values in (each | once).items()
    }


def _one_run() -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hyla-bench-") as folder:
        answer = Path(folder) / "desk.json"
        asked("the desk", "simulator.desk", "--headless", "--json", str(answer), wait_s=DESK_WAIT_S)
        told: Mapping[str, Any] = json.loads(answer.read_text("utf-8"))
        return told
