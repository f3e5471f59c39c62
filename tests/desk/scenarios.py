"""A scenario played by `hyla-desk`, on a desk of the test's own."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from simulator import desk
from simulator.counter import Counter


@dataclass(frozen=True, slots=True)
class Played:
    """What the command said and left behind. `counters`: the desk's terminal, stopped; none that came from
    its box."""

    code: int
    said: str
    left: Path
    pictures: Path
    counters: tuple[Counter, ...]


def played(scenario: str, folder: Path, *options: str) -> Played:
    """`hyla-desk --headless --scenario …`, to its end: in this process, which has loaded it all already."""
    counters: list[Counter] = []

    def kept(*args: Any, **options: Any) -> Counter:
        counters.append(Counter(*args, **options))
        return counters[-1]

    pictures = folder / "pictures"
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said, redirect_stderr(said):
        patch.setattr(desk, "ROOT", folder)
        patch.setattr(desk, "Counter", kept)
        code = desk.main(["--headless", "--scenario", scenario, "--screens", str(pictures), *options])
    return Played(code, said.getvalue(), folder / "build" / "desk", pictures, tuple(counters))
