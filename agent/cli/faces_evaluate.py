"""`hyla faces evaluate`: how often the eyes would mislead, measured on a set of faces (ISO/IEC 19795-1).

Exit codes: those of `hyla faces`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from agent.vision.evaluation import evaluate
from agent.vision.models import ModelError
from agent.vision.passport import passports_path, write_passport
from agent.vision.stills import PictureError

OK, NO_MODELS, BAD_PICTURE = range(3)
EXAMPLE = """examples:
  hyla faces evaluate --aligned lfw-aligned --pairs lfw-pairs.txt --plots curves
  hyla faces evaluate --aligned lfw-aligned --pairs lfw-pairs.txt --passport      after a model was changed
  hyla faces evaluate --photos shop-photos --json      a folder a person, photos of any size
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes besides what every `hyla faces` command takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--aligned", type=Path, metavar="DIR", help="a folder a person, faces of 112x112")
    which.add_argument("--photos", type=Path, metavar="DIR", help="a folder a person, photos of any size")
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE", help="LFW's list of pairs: accuracy over its folds"
    )
    parser.add_argument(
        "--plots", type=Path, metavar="DIR", help="draw the curves into this folder, as PNG"
    )
    parser.add_argument(
        "--passport",
        action="store_true",
        help="write down beside the manifest what the thresholds rest on; needs --aligned and --pairs",
    )
    parser.set_defaults(run=run_evaluate)


def run_evaluate(args: argparse.Namespace) -> int:
    """Measure, tell, draw, write the passport."""
    if args.passport and not (args.aligned and args.pairs):
        sys.stderr.write(
            "hyla faces: a passport needs --aligned and --pairs: the same measure for every model\n"
        )
        return BAD_PICTURE
    try:
        found = evaluate(args.aligned, args.photos, args.pairs, args.models_dir, progress)
        drawn = found.draw(args.plots) if args.plots else []
        if args.passport:
            write_passport(found.passport(), passports_path())
    except (PictureError, ModelError) as error:
        sys.stderr.write(f"hyla faces: {error}\n")
        return BAD_PICTURE if isinstance(error, PictureError) else NO_MODELS
    answer = found.figures() | {"plots": [str(path) for path in drawn]}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n" if args.json else _told(answer))
    return OK


def progress(what: str, done: int, of: int) -> None:
    """One line on stderr: rewritten on a terminal, said at each tenth elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{what}: {done}/{of}" + ("\n" if done == of else ""))
        sys.stderr.flush()
    elif done == of or done % max(1, of // 10) == 0:
        sys.stderr.write(f"{what}: {done}/{of}\n")


def _told(answer: dict[str, Any]) -> str:
    pairs, floors = answer["pairs"], answer["rule_of_three"]
    lines = [
        f"{answer['pictures']:,} faces of {answer['persons']:,} persons; "
        f"{pairs['same']:,} pairs of one person, {pairs['different']:,} of two",
        f"model {answer['model']}, sha256 {answer['model_sha256'][:12]}…",
        f"failure to acquire: {_acquired(answer)}",
    ]
    if "ten_folds" in answer:
        folds = answer["ten_folds"]
        lines.append(
            f"accuracy over {folds['folds']} folds: {folds['accuracy']:.4f} ± {folds['deviation']:.4f}"
        )
    lines += [
        f"TAR {at['tar']:.4f} at FAR {at['far']:g} (threshold {at['threshold_cosine']:.3f})"
        + ("" if at["shown"] else ": not shown, this set is too small for such a FAR")
        for at in answer["tar"]
    ]
    for name, at in answer["thresholds"].items():
        fmr, fnmr = _interval(at["fmr"]), _interval(at["fnmr"])
        lines.append(f"{name} {at['value']}: FMR {fmr}, FNMR {fnmr} (95 %, persons drawn anew)")
    lines += [
        f"this set cannot show an FMR better than {floors['fmr_pairs']:.1e} (rule of three, all pairs), "
        f"nor better than {floors['fmr_persons']:.1e} with pairs of persons that share nobody",
        f"this set cannot show an FNMR better than {floors['fnmr_pairs']:.1e}",
        "  gallery  FPIR computed   measured [95 %]               with digits   measured     FNIR",
    ]
    lines += [_size(row) for row in answer["searches"]]
    if not answer["thresholds"]["threshold_1toN_cosine"]["fmr"]["rate"]:
        lines.append(
            f"no two persons came over the 1:N threshold: computed at most, from an FMR of "
            f"{answer['fmr_of_searches']:.1e} (rule of three, all pairs)"
        )
    measured = [row["gallery"] for row in answer["searches"] if row["fpir"] is not None]
    lines.append(
        f"computed: from the FMR of all pairs; measured: up to {max(measured):,} members, as far as "
        f"{answer['persons']:,} persons reach"
        if measured
        else f"computed only: {answer['persons']:,} persons fill no gallery to measure"
    )
    lines += [f"drawn: {path}" for path in answer["plots"]]
    return "\n".join(lines) + "\n"


def _acquired(answer: dict[str, Any]) -> str:
    acquire = answer["failure_to_acquire"]
    if acquire["rate"] is None:
        return "not measured, these faces were found and aligned before (use --photos)"
    hints = ", ".join(f"{hint} {count}" for hint, count in acquire["hints"].items())
    return f"{acquire['rate']:.1%}" + (f" ({hints})" if hints else "")


def _interval(rate: dict[str, float]) -> str:
    return f"{rate['rate']:.2g} [{rate['low']:.2g}, {rate['high']:.2g}]"


def _size(row: dict[str, Any]) -> str:
    def cell(value: float | None) -> str:
        return "-" if value is None else f"{value:.2g}"

    measured = cell(row["fpir"])
    if row["fpir"] is not None:
        measured += f" [{row['fpir_low']:.2g}, {row['fpir_high']:.2g}]"
    words = [cell(row["expected_fpir_digits"]), cell(row["fpir_digits"]), cell(row["fnir"])]
    return "{:>9,} {:>14}   {:<26} {:>12} {:>10} {:>8}".format(
        row["gallery"], cell(row["expected_fpir"]), measured, *words
    )
