"""Whether memory stays flat over visits and over an hour at rest: a whole terminal, as its own process.

Enters: how many visits. Leaves: the two processes' resident memory at each mark, as a share of the first
mark's. The first tenth of the visits fills caches (letters, pictures, pages of the journal) and is not
judged. Flat is at most FLAT after all of them. The desk belongs to the simulator, which the product never
imports.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from agent.cli.bench_simulated import asked

MEMORY_WAIT_S = 7_200.0
FLAT = 1.05
"""At most so much of what it was after the first tenth: what leaks, leaks on."""
PROCESSES = ("agent", "screens")
Report = dict[str, Any]


def memory_figures(visits: int, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
    """What `simulator.memory_times` prints.

    Raises:
        DeskError: no simulator, or a visit that was not paid; a failed run has no figures.
    """
    progress(0, visits)
    told = asked("the shop", "simulator.memory_times", "--visits", str(visits), wait_s=MEMORY_WAIT_S)
    progress(visits, visits)
    figures: Mapping[str, Any] = json.loads(told)
    return figures


def memory_report(figures: Mapping[str, Any]) -> Report:
    """Each mark beside the first one."""
    first, marks = figures["marks"][0], figures["marks"]
    ratio = {
        f"{one}_{name}": round(mark[f"{one}_kb"] / first[f"{one}_kb"], 3)
        for name, mark in zip(_names(marks), marks, strict=True)
        for one in PROCESSES
        if mark is not first
    }
    return {
        "visits": marks[-1]["visits"],
        "marks": marks,
        "virtual_hour_bytes": figures["virtual_hour_bytes"],
        "target_ratio": FLAT,
        "ratio": ratio,
    }


def memory_told(report: Report) -> list[str]:
    marks, ratio = report["marks"], report["ratio"]
    names, frames = _names(marks), marks[-1]["idle_frames"]
    lines = [
        f"memory: a whole terminal, {report['visits']} visits, then {frames} frames at rest",
        f"  {'':12}" + "".join(f"{name.replace('_', ' '):>14}" for name in names),
    ]
    for one in PROCESSES:
        cells = "".join(f"{mark[f'{one}_kb'] / 1024:>11.1f} MB" for mark in marks)
        lines.append(f"  {one:12}{cells}")
        shares = "".join(f"{ratio[f'{one}_{name}']:>14g}" for name in names[1:])
        lines.append(f"  {'':12}{'1':>14}{shares} (at most {report['target_ratio']:g})")
    left = report["virtual_hour_bytes"]
    return [*lines, f"  an idle hour of virtual time leaves {left} bytes more in the agent's loop"]


def _names(marks: list[Mapping[str, int]]) -> list[str]:
    return ["at_rest" if mark["idle_frames"] else f"visit_{mark['visits']}" for mark in marks]
