"""Generated people and attacks, shown to the product's own command.

In: how many of each species, and a seed. Out: pictures in a folder, in colour, infrared and depth, and what
`hyla faces attacks` says of them. The product never imports the simulator, so it meets these pictures as it
would meet recorded ones: as files.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2

from agent.cli.faces_attacks import run_attacks
from agent.vision.stills import DEPTH, INFRARED
from simulator import scenes, triples
from simulator.people import PICTURES_SHA256, PeopleError, ensure_people

NO_PEOPLE = 3


def draw(folder: Path, count: int, seed: int) -> None:
    """So many of each species: the portraits in turn, everything else by the seed."""
    people = ensure_people()
    portraits = [people / name for name in sorted(PICTURES_SHA256)]
    sensor = scenes.Sensor(640, 480, 30, seed)
    for kind, species in enumerate(triples.SPECIES):
        (folder / species).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            drawn = (seed * len(triples.SPECIES) + kind) * 100_000 + number
            one = triples.take(species, portraits[number % len(portraits)], sensor, drawn)
            stem = folder / species / f"{number:04d}"
            cv2.imwrite(f"{stem}.png", one.colour)
            cv2.imwrite(f"{stem}{DEPTH}", one.depth_mm)
            cv2.imwrite(f"{stem}{INFRARED}", one.infrared)


def present(count: int, seed: int, keep: Path | None, models_dir: Path | None, as_json: bool) -> int:
    """Draw, judge, report; returns the exit code of `hyla faces attacks`, or 3 without portraits."""
    with _folder(keep) as folder:
        try:
            draw(folder, count, seed)
        except (PeopleError, OSError) as error:
            sys.stderr.write(f"hyla-sim attacks: {error}\n")
            return NO_PEOPLE
        rules = [(species, f"{species}/*") for species in triples.SPECIES if species != triples.LIVE]
        live = f"{triples.LIVE}/*"
        words = argparse.Namespace(
            folder=folder, live=live, attack=rules, models_dir=models_dir, json=as_json
        )
        return run_attacks(words)


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
