"""`hyla faces …`, a command of each line below: what the terminal's eyes make of a picture.

Exit codes: 0 answered, 1 the models are not there (run hyla models pull), 2 a picture cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent.cli import faces_attacks, faces_degrade, faces_evaluate, faces_stores
from agent.cli.grouped import add_command
from agent.vision.detect import Face
from agent.vision.drawing import draw, save_png
from agent.vision.models import ModelError
from agent.vision.stills import PictureError, Portrait, open_stills

OK, NO_MODELS, BAD_PICTURE = range(3)
CODES = "exit codes: 0 answered, 1 models missing (hyla models pull), 2 a picture cannot be used"

COMPARE_EXAMPLE = "example:\n  hyla faces compare member.jpg today.jpg --json"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the group and its commands."""
    group = subparsers.add_parser(
        "faces",
        description="Compare faces, see what the terminal sees.",
        epilog=f"{COMPARE_EXAMPLE}\n{CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = group.add_subparsers(required=True, metavar="COMMAND")
    compare = add_command(
        commands,
        "compare",
        "say whether two pictures show the same person",
        f"{COMPARE_EXAMPLE}\n{CODES}",
    )
    compare.add_argument("first", type=Path, metavar="A.jpg", help="picture of one person")
    compare.add_argument("second", type=Path, metavar="B.jpg", help="picture of one person")
    compare.set_defaults(run=run_compare)
    detect = add_command(
        commands,
        "detect",
        "draw what the terminal sees in a picture: boxes, landmarks, scores, the hint",
        f"example:\n  hyla faces detect shop.jpg --out seen.png\n{CODES}",
    )
    detect.add_argument("picture", type=Path, metavar="IMG", help="any picture")
    detect.add_argument("--out", type=Path, metavar="PNG", help="where to write the drawing")
    detect.set_defaults(run=run_detect)
    attacks = add_command(
        commands,
        "attacks",
        "count pictures of faces that would be let in, and faces that would be refused",
        f"{faces_attacks.EXAMPLE}{CODES}",
    )
    faces_attacks.add_options(attacks)
    stores = add_command(
        commands,
        "stores",
        "measure what the store's transform costs and whether two stores' templates can be linked",
        f"{faces_stores.EXAMPLE}{CODES}",
    )
    faces_stores.add_options(stores)
    evaluate = add_command(
        commands,
        "evaluate",
        "measure how often persons are mistaken or missed, on a set of faces",
        f"{faces_evaluate.EXAMPLE}{CODES}",
    )
    faces_evaluate.add_options(evaluate)
    degrade = add_command(
        commands,
        "degrade",
        "spoil faces in graded strengths and measure hints, acquiring and errors",
        f"{faces_degrade.EXAMPLE}{CODES}",
    )
    faces_degrade.add_options(degrade)


def run_compare(args: argparse.Namespace) -> int:
    """Two pictures → a score and what it means."""
    try:
        stills = open_stills(args.models_dir)
        first, second = stills.portrait(args.first), stills.portrait(args.second)
    except (PictureError, ModelError) as error:
        return _refuse(error)
    score, threshold = float(first.embedding @ second.embedding), stills.threshold_1to1_cosine
    same = score >= threshold
    if args.json:
        faces = [_portrait(first), _portrait(second)]
        answer = {
            "score_cosine": round(score, 4),
            "threshold_cosine": threshold,
            "same": same,
            "faces": faces,
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        word = "the same person" if same else "not the same person"
        sys.stdout.write(f"{word}: {score:.3f} (the same from {threshold})\n")
    return OK


def run_detect(args: argparse.Namespace) -> int:
    """One picture → what the pipeline sees, told and drawn."""
    try:
        picture, seen = open_stills(args.models_dir).see(args.picture)
        if args.out:
            save_png(args.out, draw(picture, seen))
    except (PictureError, ModelError) as error:
        return _refuse(error)
    if args.json:
        answer = {
            "file": str(args.picture),
            "hint": seen.hint.value,
            "faces": [_face(face) for face in seen.faces],
            "live_score": None if seen.live_score is None else round(seen.live_score, 4),
            "out": str(args.out) if args.out else None,
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        where = f", drawn into {args.out}" if args.out else ""
        sys.stdout.write(f"{args.picture}: {seen.hint.value}, faces: {len(seen.faces)}{where}\n")
    return OK


def _portrait(portrait: Portrait) -> dict[str, object]:
    return {"file": str(portrait.path), "hint": portrait.hint.value, **_face(portrait.face)}


def _face(face: Face) -> dict[str, object]:
    box = face.box
    return {
        "box_px": [round(side, 1) for side in (box.x_px, box.y_px, box.width_px, box.height_px)],
        "landmarks_px": [[round(float(number), 1) for number in point] for point in face.landmarks],
        "score": round(face.score, 3),
    }


def _refuse(error: Exception) -> int:
    sys.stderr.write(f"hyla faces: {error}\n")
    return BAD_PICTURE if isinstance(error, PictureError) else NO_MODELS
