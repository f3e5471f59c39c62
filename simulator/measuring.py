"""What `hyla bench` starts as a process of its own: `python -m simulator.NAME` measures and prints.

Enters: how often. Leaves: the figures, as one JSON object on the standard output.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def print_figures(
    name: str,
    says: str,
    times: tuple[str, int],
    measured: Callable[[Path, int], Mapping[str, Any]],
    argv: Sequence[str] | None = None,
) -> int:
    """The main function of `simulator.NAME`.

    Args:
        says: one line of help.
        times: what is counted, as an option (`rounds`), and how often without it.
        measured: gets a folder that is gone afterwards, and how often.
    """
    option, default = times
    parser = argparse.ArgumentParser(prog=f"python -m simulator.{name}", description=says)
    parser.add_argument(
        f"--{option}", type=int, default=default, metavar="N", help=f"how many (default {default})"
    )
    often: int = getattr(parser.parse_args(argv), option)
    with tempfile.TemporaryDirectory(prefix=f"hyla-{name}-") as folder:
        figures = measured(Path(folder), often)
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0
