"""Head office, timed: a box claimed, settings applied, a fleet that comes back; each a process of its own.

Enters: how often, how many terminals. Leaves: figures beside their targets. The other side of the link
belongs to the simulator, which the product never imports; a terminal in a shop has none.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.cli.bench_simulated import asked

WAIT_S = 900.0
TERMINALS = 60
CLAIM_TARGET_MS, SETTINGS_TARGET_MS, STORM_TARGET_S = 20_000, 2_000, 60
Progress = Callable[[int, int], None]


def claim_figures(rounds: int, progress: Progress) -> list[float]:
    """Power-on to able to sell, without the time people took, in ms. Raises DeskError."""
    figures = []
    for done in range(rounds):
        progress(done, rounds)
        with tempfile.TemporaryDirectory(prefix="hyla-bench-") as folder:
            answer = Path(folder) / "claim.json"
            _told("simulator.desk", "--headless", "--scenario", "claim", "--json", str(answer))
            measures = json.loads(answer.read_text("utf-8"))["measures"]
        figures.append(float(measures["able_to_sell_ms"]))
    progress(rounds, rounds)
    return figures


def settings_figures(rounds: int, progress: Progress) -> Mapping[str, Sequence[float]]:
    """Publication to the terminal's word, in ms: live, and with a restart. Raises DeskError."""
    progress(0, rounds)
    figures: Mapping[str, Sequence[float]] = json.loads(
        _told("simulator.settings_race", "--rounds", str(rounds))
    )
    progress(rounds, rounds)
    return figures


def storm_figures(terminals: int, progress: Progress) -> Mapping[str, Any]:
    """A broker dies under so many terminals and comes back. Raises DeskError."""
    progress(0, 1)
    figures: Mapping[str, Any] = json.loads(
        _told("simulator.sim", "fleet", "--terminals", str(terminals), "--json")
    )
    progress(1, 1)
    return figures


def _told(module: str, *words: str) -> str:
    return asked("head office", module, *words, wait_s=WAIT_S)
