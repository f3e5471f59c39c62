"""`hyla faces stores DIR`: what the store's transform costs, and whether two stores can be linked.

Exit codes: those of `hyla faces`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

import numpy as np

from agent.ports import Embedding
from agent.profile.schema import VisionSection
from agent.vision.align import CROP_PX
from agent.vision.models import ModelError
from agent.vision.stills import PictureError, open_stills, read_picture
from agent.vision.unlinkability import Apart, Measured, measure

OK, NO_MODELS, BAD_PICTURE = range(3)
EXAMPLE = """example:
  hyla faces stores lfw-aligned --people 300     a folder a person, faces aligned to 112×112
"""
PICTURES_A_PERSON = 4


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes besides what every `hyla faces` command takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder a person, aligned faces in it")
    parser.add_argument("--people", type=int, default=300, metavar="N", help="so many persons at most")
    parser.add_argument("--keys", type=int, default=5, metavar="N", help="so many pairs of store keys")
    parser.set_defaults(run=run_stores)


def run_stores(args: argparse.Namespace) -> int:
    """Embed, hide with chance keys, compare, report."""
    try:
        persons, embeddings = _embedded(args.folder, args.people, args.models_dir)
        measured = measure(embeddings, persons, max(1, args.keys), seed=1)
    except ModelError as error:
        sys.stderr.write(f"hyla faces: {error}\n")
        return NO_MODELS
    except (PictureError, ValueError) as error:
        sys.stderr.write(f"hyla faces: {args.folder}: {error}\n")
        return BAD_PICTURE
    sys.stdout.write(json.dumps(dataclasses.asdict(measured)) + "\n" if args.json else _text(measured))
    return OK


def _embedded(folder: Path, people: int, models_dir: str | None) -> tuple[list[str], Embedding]:
    """Persons with at least two pictures, in the order of their names, and their embeddings."""
    stills = open_stills(models_dir, VisionSection(liveness=False))
    persons: list[str] = []
    rows: list[Embedding] = []
    for one in sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []:
        pictures = sorted(one.glob("*.jpg"))[:PICTURES_A_PERSON]
        if len(pictures) < 2 or len(set(persons)) >= people:
            continue
        for picture in pictures:
            aligned = read_picture(picture)
            if aligned.shape[:2] != (CROP_PX, CROP_PX):
                raise PictureError(f"{picture}: expected a face aligned to {CROP_PX}×{CROP_PX}")
            persons.append(one.name)
            rows.append(stills.embed_aligned(aligned))
    return persons, np.array(rows, np.float32)


def _text(measured: Measured) -> str:
    return "\n".join(
        [
            f"{measured.same_pairs} pairs of the same person, {measured.different_pairs} of two; "
            f"{measured.key_pairs} pairs of store keys",
            f"inside one store: no score changes by more than {measured.cosine_change_max:.1e}",
            _line("  as embedded", measured.inside_raw),
            _line("  transformed", measured.inside_hidden),
            "across two stores: the same person looks like",
            _line("  measured", measured.across),
            _line("  by chance alone", measured.by_chance),
            "d' 0, EER 50 % and D 0 mean that nothing links the two; no set can show less than chance",
            "",
        ]
    )


def _line(name: str, apart: Apart) -> str:
    return (
        f"{name:18} d' {apart.d_prime:6.3f}   EER {apart.equal_error_rate:6.2%}   D {apart.linkability:.3f}"
    )
