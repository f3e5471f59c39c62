"""Unlucky days, timed: the simulation is run as its own process and says how many turns it lived through.

Enters: how many days. Leaves: turns, orders and turns a second. The simulation belongs to the simulator,
which the product never imports; a terminal in a shop has none, and then this says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from agent.cli.bench_desk import DeskError, simulator_is_here

SIM_WAIT_S = 600.0


def sim_figures(seeds: int, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
    """What `hyla-sim run --seeds N --json` found, on one core.

    Raises:
        DeskError: no simulator, or a day that went wrong; a failed run has no speed.
    """
    if not simulator_is_here():
        raise DeskError(
            "unlucky days need the simulator, which is not installed here (run this in a checkout, "
            "after make install)"
        )
    progress(0, seeds)
    command = [sys.executable, "-m", "simulator.sim", "run", "--seeds", str(seeds), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SIM_WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise DeskError(
            f"the simulation did not end within {SIM_WAIT_S:.0f} s (try fewer --rounds)"
        ) from None
    if done.returncode != 0:
        raise DeskError(f"the simulation ended with exit code {done.returncode}:\n{done.stderr.strip()}")
    progress(seeds, seeds)
    figures: Mapping[str, Any] = json.loads(done.stdout)
    return figures
