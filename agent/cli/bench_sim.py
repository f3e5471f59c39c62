"""Unlucky days, timed: the simulation is run as its own process and says how many turns it lived through.

Enters: how many days. Leaves: turns, orders and turns a second. The simulation belongs to the simulator,
which the product never imports; a terminal in a shop has none, and then this says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from agent.cli.bench_simulated import asked

SIM_WAIT_S = 600.0


def sim_figures(seeds: int, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
    """What `hyla-sim run --seeds N --json` found, on one core.

    Raises:
        DeskError: no simulator, or a day that went wrong; a failed run has no speed.
    """
    progress(0, seeds)
    words = ("run", "--seeds", str(seeds), "--json")
    told = asked("the simulation", "simulator.sim", *words, wait_s=SIM_WAIT_S)
    progress(seeds, seeds)
    figures: Mapping[str, Any] = json.loads(told)
    return figures
