"""The two windows, timed: the real screens process is started, touched and led through visits.

Enters: how many visits. Leaves: milliseconds to the first picture and from a touch to the next view, and
the process's memory early and late. The other end of its socket belongs to the simulator, which the product
never imports.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from agent.cli.bench_simulated import asked

GLASS_WAIT_S = 900.0
FIRST_TARGET_MS, TOUCH_TARGET_MS = 1_000, 50


def glass_figures(visits: int, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
    """What `simulator.glass_times` prints.

    Raises:
        DeskError: no simulator, or screens that did not answer.
    """
    progress(0, visits)
    told = asked("the visit", "simulator.glass_times", "--visits", str(visits), wait_s=GLASS_WAIT_S)
    progress(visits, visits)
    figures: Mapping[str, Any] = json.loads(told)
    return figures
