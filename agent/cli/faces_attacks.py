"""`hyla faces attacks DIR`: how many pictures of faces would be taken for faces, and faces for pictures.

Exit codes: those of `hyla faces`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from agent.vision.infrared import Infrared
from agent.vision.models import ModelError
from agent.vision.presentations import COLOUR, LIVE, Presentation, Rate, present, rates, sort_pictures
from agent.vision.relief import Relief
from agent.vision.stills import PictureError, open_stills

OK, NO_MODELS, BAD_PICTURE = range(3)
EXAMPLE = """examples:
  hyla faces attacks pictures                     folders or names say what is what: live/…, print-07.jpg,
                                                  image_T1.jpg (a true face), image_F1.jpg (a fake one)
  hyla faces attacks pictures --live 'me_*' --attack 'print=photo_*' --attack 'screen=phone_*' --json

  print-07.depth.png (16 bit, mm) and print-07.infrared.png beside print-07.jpg are judged with it.
  Generated pictures of all three kinds: hyla-sim attacks --count 20 --seed 1
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes besides what every `hyla faces` command takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of pictures")
    parser.add_argument("--live", metavar="PATTERN", help="files that show a live person")
    parser.add_argument(
        "--attack",
        action="append",
        default=[],
        type=_species,
        metavar="SPECIES=PATTERN",
        help="files that show an attack of that species; may be given more than once",
    )
    parser.set_defaults(run=run_attacks)


def _species(text: str) -> tuple[str, str]:
    species, equals, pattern = text.partition("=")
    if not (species and equals and pattern):
        raise argparse.ArgumentTypeError(f"{text!r} (expected SPECIES=PATTERN, as in print=print_*)")
    return species, pattern


def run_attacks(args: argparse.Namespace) -> int:
    """Judge every picture and report."""
    try:
        species, left_out = sort_pictures(args.folder, args.live, args.attack)
        stills = open_stills(args.models_dir)
        shown = present(stills, species, _say)
    except (PictureError, ModelError) as error:
        sys.stderr.write(f"hyla faces: {error}\n")
        return BAD_PICTURE if isinstance(error, PictureError) else NO_MODELS
    counted = rates(shown, stills.threshold_live)
    told = _as_json(shown, counted, left_out, stills.threshold_live) if args.json else ""
    sys.stdout.write(told or _as_text(shown, counted, left_out, stills.threshold_live))
    return OK


def _say(number: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{number} of {total}{chr(10) if number == total else ''}")
        sys.stderr.flush()


def _as_text(
    shown: Sequence[Presentation], counted: Sequence[Rate], left_out: Sequence[Path], threshold: float
) -> str:
    lines = [f"{_verdict(one, threshold):12} {one.species:15} {one.path}{_beside(one)}" for one in shown]
    lines += ["", f"a face from {threshold}; each picture judged as one frame, at the till several decide"]
    lines += [_sentence(rate) for rate in counted]
    if any(rate.way != COLOUR for rate in counted):
        lines.append("together: colour, and every picture beside it, must all say live")
    if all(one.species != LIVE for one in shown):
        lines.append(
            "nobody live among them: say who is with live/…, live-1.jpg, image_T1.jpg or --live PATTERN"
        )
    if left_out:
        lines.append(f"left out: {len(left_out)} pictures that no pattern names")
    return "\n".join(lines) + "\n"


def _verdict(one: Presentation, threshold: float) -> str:
    if one.live_score is not None:
        return _judged(one.live_score, threshold)
    unasked = (
        "" if one.unasked_score is None else f" ({_judged(one.unasked_score, threshold)} if it were asked)"
    )
    return f"{one.hint}{unasked}"


def _judged(score: float, threshold: float) -> str:
    return f"{'face' if score >= threshold else 'picture'} {score:.3f}"


def _beside(one: Presentation) -> str:
    told = [("depth", one.relief), ("infrared", one.infrared)]
    words = [f"{name}: {judged.refused or 'live'}" for name, judged in told if judged is not None]
    return f"  ({', '.join(words)})" if words else ""


def _sentence(rate: Rate) -> str:
    """The rate of one species, and what so few pictures cannot show."""
    kind, what, silent = ("BPCER", "refused", "BPNRR") if rate.species == LIVE else _OF_ATTACKS
    error = "-" if rate.error_rate is None else f"{rate.error_rate:.1%}"
    at_most = (
        "" if rate.error_at_most is None else f", with 95% confidence at most {rate.error_at_most:.1%}"
    )
    hints = ", ".join(f"{hint} {count}" for hint, count in rate.hints.most_common())
    floor = (
        f"cannot show less than {rate.floor:.1%}"
        if rate.floor is not None
        else "too few to show any rate at all"
    )
    return (
        f"{rate.species:15} {rate.way:8} "
        f"{kind} {error}: {rate.wrong} of {rate.judged} judged {what}{at_most}; "
        f"{silent} {rate.non_response_rate:.1%} of {rate.pictures}{f' ({hints})' if hints else ''}; "
        f"by the rule of three {floor}"
    )


_OF_ATTACKS = ("APCER", "let in", "APNRR")


def _as_json(
    shown: Sequence[Presentation], counted: Sequence[Rate], left_out: Sequence[Path], threshold: float
) -> str:
    answer = {
        "threshold_live": threshold,
        "species": [_rate(rate) for rate in counted],
        "pictures": [_picture(one, threshold) for one in shown],
        "left_out": [str(path) for path in left_out],
    }
    return json.dumps(answer, ensure_ascii=False) + "\n"


def _rate(rate: Rate) -> dict[str, object]:
    error, silent = ("bpcer", "bpnrr") if rate.species == LIVE else ("apcer", "apnrr")
    return {
        "species": rate.species,
        "way": rate.way,
        "pictures": rate.pictures,
        "judged": rate.judged,
        "refused" if rate.species == LIVE else "let_in": rate.wrong,
        error: rate.error_rate,
        f"{error}_at_most": rate.error_at_most,
        silent: rate.non_response_rate,
        "hints": dict(rate.hints),
        "rule_of_three_floor": rate.floor,
    }


def _picture(one: Presentation, threshold: float) -> dict[str, object]:
    score = one.live_score
    return {
        "file": str(one.path),
        "species": one.species,
        "hint": one.hint,
        "live_score": None if score is None else round(score, 4),
        "unasked_score": None if one.unasked_score is None else round(one.unasked_score, 4),
        "taken_for_a_face": None if score is None else score >= threshold,
        "relief": None if one.relief is None else _rounded(one.relief),
        "infrared": None if one.infrared is None else _rounded(one.infrared),
    }


def _rounded(judged: Relief | Infrared) -> dict[str, object]:
    fields = dataclasses.asdict(judged).items()
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in fields}
