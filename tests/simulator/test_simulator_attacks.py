"""Generated people and attacks, in all three pictures, shown to `hyla faces attacks` as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.vision.stills import DEPTH, PictureError, read_beside
from simulator import scenes, sim, triples
from simulator.people import ensure_people

pytestmark = pytest.mark.slow


def test_depth_and_infrared_refuse_what_colour_lets_in(tmp_path: Path, capsys: Any) -> None:
    assert sim.main(["attacks", "--count", "1", "--seed", "1", "--keep", str(tmp_path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    rates = {(rate["species"], rate["way"]): rate for rate in answer["species"]}
    assert {species for species, _ in rates} == set(triples.SPECIES)
    assert rates["live", "together"]["bpcer"] == 0.0
    assert rates["mask with holes", "colour"]["apcer"] == 1.0, "its face is the person's, in colour"
    for species in triples.SPECIES[1:]:
        assert (rates[species, "depth"]["judged"], rates[species, "depth"]["let_in"]) == (1, 0)
        assert rates[species, "together"]["let_in"] == 0


def test_without_models_the_command_says_so(tmp_path: Path, capsys: Any) -> None:
    assert sim.main(["attacks", "--count", "1", "--models-dir", str(tmp_path / "gone")]) == 1
    assert "gone" in capsys.readouterr().err


@pytest.mark.parametrize("species", triples.SPECIES)
def test_the_same_words_give_the_same_three_pictures(species: str) -> None:
    portrait, sensor = ensure_people() / "obama2.jpg", scenes.Sensor(640, 480, 30, 3)
    one, same = (triples.take(species, portrait, sensor, 9) for _ in range(2))
    for name, kind in (("colour", np.uint8), ("infrared", np.uint8), ("depth_mm", np.uint16)):
        picture = getattr(one, name)
        assert (picture.dtype, picture.shape[:2]) == (kind, (480, 640))
        assert np.array_equal(picture, getattr(same, name))
    assert (one.depth_mm == 0).any(), "a depth camera without holes is none"


def test_a_species_nobody_draws_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of: live, print"):
        triples.take("statue", ensure_people() / "obama.jpg", scenes.Sensor(640, 480, 30, 1), 1)


def test_a_depth_picture_of_another_size_is_one_line(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.depth.png"), np.zeros((4, 4), np.uint16))
    with pytest.raises(
        PictureError, match=r"a\.depth\.png: does not fit a\.png \(expected .* 16 bit, 8×8\)"
    ):
        read_beside(tmp_path / "a.png", DEPTH, np.zeros((8, 8, 3), np.uint8))
