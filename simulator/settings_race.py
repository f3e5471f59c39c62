"""How soon head office's settings count: published, and reported as applied by a whole terminal.

Enters: how often. Leaves: milliseconds from the publication to the terminal's word: for what only its rules
read (`live`), for what its parts were made with (`refit`), and for what its windows were made with
(`new_screens`). Nobody is served meanwhile.
`hyla bench settings` runs this as a process of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from agent.fleet.wishes import Desired
from simulator.counter import Counter
from simulator.gateway.authority import HeadOffice
from simulator.gateway.office_line import OfficeLine
from simulator.measuring import print_figures

PATIENCE_S = 60.0
LOOK_S = 0.02
DEVICE = "desk-01"
CHANGES: Mapping[str, Callable[[int], dict[str, int]]] = {
    "live": lambda _number: {},  # the shop's name alone
    "refit": lambda number: {"shown_wait_ms": 2_500 + number},
    "new_screens": lambda number: {"cashier_width_px": 1_260 - number},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was measured, as one JSON object."""
    return print_figures("settings_race", __doc__.splitlines()[0], ("rounds", 3), measured, argv)


def measured(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Raises TimeoutError when a terminal does not say that it lives by them."""
    office, anchor = HeadOffice(folder / "office"), folder / "anchor.pem"
    anchor.write_text(office.anchor_pem, "ascii")
    settings = {"fleet.anchor_file": str(anchor)}
    counter = Counter(folder / "desk", folder / "screens", 11, headless=True, settings=settings)
    figures: dict[str, list[float]] = {"live": [], "refit": [], "new_screens": []}
    versions = count(1)
    try:
        counter.start()
        counter.wait_ready(PATIENCE_S)
        line = OfficeLine(counter.insiders_url, office.key)
        screens: dict[str, Any] = {}
        for number in range(rounds):
            shop = {"name_zh": f"第{number}家", "name_en": f"Shop {number}"}
            for how, times in figures.items():
                screens |= CHANGES[how](number)
                times.append(_once(line, Desired(next(versions), {"shop": shop, "screens": screens})))
    finally:
        counter.stop()
    return figures


def _once(line: OfficeLine, desired: Desired) -> float:
    began_s = time.monotonic()
    line.wish_settings(DEVICE, desired)
    while not _lives_by(line, desired.version):
        if time.monotonic() - began_s > PATIENCE_S:
            raise TimeoutError(f"settings {desired.version} were not applied in {PATIENCE_S:.0f} s")
        time.sleep(LOOK_S)
    return round(1000 * (time.monotonic() - began_s))


def _lives_by(line: OfficeLine, version: int) -> bool:
    said: Any = line.reported(DEVICE, 1.0)
    return said is not None and said.settings_version == version


if __name__ == "__main__":
    sys.exit(main())
