"""What comes loose, timed: a whole terminal is run as its own process, its cables are pulled one by one.

Enters: how often. Leaves: for each trouble, milliseconds until the cashier read of it and until it had
healed. The cables belong to the simulator, which the product never imports; a terminal in a shop has none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from agent.cli.bench_simulated import asked

LOOSE_WAIT_S = 600.0
SAID_TARGET_MS = 2_000
Figures = Mapping[str, Mapping[str, Sequence[float]]]


def loose_figures(rounds: int, progress: Callable[[int, int], None]) -> Figures:
    """Trouble → said and healed, in ms.

    Raises:
        DeskError: no simulator, or a trouble that nobody read of; a failed run has no figures.
    """
    progress(0, rounds)
    told = asked("the desk", "simulator.loose", "--rounds", str(rounds), wait_s=LOOSE_WAIT_S)
    progress(rounds, rounds)
    figures: Figures = json.loads(told)
    return figures
