"""`hyla faces degrade`: which hint comes, and who is missed or mistaken, when the picture gets worse.

Exit codes: those of `hyla faces`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from agent.cli.faces_evaluate import progress
from agent.vision.degrade import Degradation, degrade
from agent.vision.models import ModelError
from agent.vision.stills import PictureError

OK, NO_MODELS, BAD_PICTURE = range(3)
PERSONS = 25
EXAMPLE = """examples:
  hyla faces degrade --photos people --plots curves
  hyla faces degrade --aligned lfw-aligned --persons 60 --json
"""
LEGEND = """error: missed against the own template (1:1), of the acquired | refused: the same, of those that
show a face and were refused | wrong: another template is nearer, of the acquired | taken:
and over the 1:N threshold
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes besides what every `hyla faces` command takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--photos",
        type=Path,
        metavar="DIR",
        help="photos of any size: a folder a person, or NAME, NAME2, …",
    )
    which.add_argument("--aligned", type=Path, metavar="DIR", help="the same, faces of 112x112")
    parser.add_argument(
        "--persons", type=_persons, default=PERSONS, metavar="N", help=f"so many (default: {PERSONS})"
    )
    parser.add_argument(
        "--plots", type=Path, metavar="DIR", help="draw a PNG for each kind of trouble into this folder"
    )
    parser.set_defaults(run=run_degrade)


def _persons(word: str) -> int:
    if not word.isdigit() or int(word) < 2:
        raise argparse.ArgumentTypeError(f"{word!r} (expected a whole number from 2)")
    return int(word)


def run_degrade(args: argparse.Namespace) -> int:
    """Measure, tell, draw."""
    try:
        found = degrade(
            args.photos, args.aligned, args.persons, args.models_dir,
            lambda done, of: progress("kinds and strengths", done, of),
        )  # fmt: skip
        drawn = [str(path) for path in found.draw(args.plots)] if args.plots else []
    except (PictureError, ModelError) as error:
        sys.stderr.write(f"hyla faces: {error}\n")
        return BAD_PICTURE if isinstance(error, PictureError) else NO_MODELS
    if args.json:
        sys.stdout.write(json.dumps(found.figures() | {"plots": drawn}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_told(found) + "".join(f"drawn: {path}\n" for path in drawn))
    return OK


def _told(found: Degradation) -> str:
    lines = [
        f"{found.probes} pictures of {found.persons} persons; the template is another picture of "
        f"the person, for {found.own_picture} of them the same one",
    ]
    lines += [f"no face found, left out: {path}" for path in found.faceless]
    lines += [LEGEND, f"{'':24} acquired   error refused   wrong   taken  hints"]
    kind = ""
    for row in found.rows:
        if row.kind != kind:
            kind = row.kind
            lines.append(f"{kind}, {row.unit}" if row.unit else kind)
        lines.append(_line(row.figures()))
    return "\n".join(lines) + "\n"


def _line(row: dict[str, Any]) -> str:
    strength = f"{row['strength']:g}" if row["unit"] else ""
    taken = row["mistaken"] / row["good"] if row["good"] else None
    rates = [row[key] for key in ("acquired_rate", "fnmr_good", "fnmr_refused", "wrong_best_rate")]
    cells = " ".join("      -" if rate is None else f"{rate:7.1%}" for rate in (*rates, taken))
    hints = ", ".join(f"{hint} {count}" for hint, count in row["hints"].items() if hint != "good")
    return f"{strength:>12} {row['faces']:>4} faces   {cells}  {hints}".rstrip()
