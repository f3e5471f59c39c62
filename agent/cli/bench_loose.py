"""What comes loose, timed: a whole terminal is run as its own process, its cables are pulled one by one.

Enters: how often. Leaves: for each trouble, milliseconds until the cashier read of it and until it had
healed. The cables belong to the simulator, which the product never imports; a terminal in a shop has none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from agent.cli.bench_desk import DeskError, simulator_is_here

LOOSE_WAIT_S = 600.0
SAID_TARGET_MS = 2_000
Figures = Mapping[str, Mapping[str, Sequence[float]]]


def loose_figures(rounds: int, progress: Callable[[int, int], None]) -> Figures:
    """Trouble → said and healed, in ms.

    Raises:
        DeskError: no simulator, or a trouble that nobody read of; a failed run has no figures.
    """
    if not simulator_is_here():
        raise DeskError(
            "cables to pull need the simulator, which is not installed here (run this in a checkout, "
            "after make install)"
        )
    progress(0, rounds)
    command = [sys.executable, "-m", "simulator.loose", "--rounds", str(rounds)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOOSE_WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise DeskError(f"the cables took more than {LOOSE_WAIT_S:.0f} s (try fewer --rounds)") from None
    if done.returncode != 0:
        raise DeskError(f"the desk ended with exit code {done.returncode}:\n{done.stderr.strip()}")
    progress(rounds, rounds)
    figures: Figures = json.loads(done.stdout)
    return figures
