"""`hyla faces degrade`: faces get worse by degrees, and what becomes of them is counted."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.cli import faces as faces_cli
from agent.vision import degrade, spoil
from agent.vision.plots import Axes, Curve, plot
from agent.vision.spoil import CLEAN, FACE_PX, KINDS, Kind, Scene, Subject


def hyla(*words: str | Path) -> int:
    """`hyla …` as the shell would call it."""
    parser = argparse.ArgumentParser(prog="hyla")
    faces_cli.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args([str(word) for word in words])
    code: int = args.run(args)
    return code


def drawn(seed: int) -> Subject:
    """Something with structure where a face would be, in a picture smaller than the frame."""
    blocks = np.random.default_rng(seed).integers(40, 200, (30, 30, 3))
    picture = np.kron(blocks, np.ones((8, 8, 1))).astype(np.uint8)
    return Subject(picture, (120, 120), 90, 110)


SCENE = Scene(drawn(1), drawn(2), 0)
(
    DARK,
    BRIGHT,
    BACK_LIT,
    MOVED,
    DEFOCUSED,
    SMALL,
    SQUEEZED,
    TURNED,
    TILTED,
    BOWED,
    NOISY,
    COVERED,
    SHADED,
    TWO,
) = KINDS


def face_of(kind: Kind, strength: float) -> np.ndarray:
    """The middle of the frame, where the face is."""
    return kind.frame(SCENE, strength)[150:330, 230:410].astype(np.float64)


@pytest.mark.parametrize("kind", [CLEAN, *KINDS], ids=lambda kind: kind.name)
def test_every_frame_is_a_cameras_and_the_same_at_each_call(kind: Kind) -> None:
    for strength in kind.strengths:
        frame = kind.frame(SCENE, strength)
        assert (frame.shape, frame.dtype) == ((480, 640, 3), np.uint8)
        assert np.array_equal(frame, kind.frame(SCENE, strength))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_strength_is_further_from_the_clean_frame(kind: Kind) -> None:
    clean = CLEAN.frame(SCENE, 0).astype(np.float64)
    away = [np.abs(kind.frame(SCENE, at) - clean).mean() for at in (kind.strengths[0], kind.strengths[-1])]
    assert 0 < away[0] < away[1] or kind is TWO  # a larger neighbour hides less of what was in the frame


def test_light_goes_and_comes_by_what_is_said() -> None:
    clean = face_of(CLEAN, 0).mean()
    assert face_of(DARK, 0.5).mean() == pytest.approx(clean / 2, abs=1)
    assert face_of(BRIGHT, 1.5).max() == 255
    back_lit = BACK_LIT.frame(SCENE, 0.35)
    assert face_of(BACK_LIT, 0.35).mean() < clean / 2
    assert back_lit[:, :60].mean() > 240, "the window behind is white"


def test_blur_takes_structure_away_along_the_way_or_all_around() -> None:
    def bends(face: np.ndarray) -> tuple[float, float]:
        return float(np.abs(np.diff(face, axis=0)).mean()), float(np.abs(np.diff(face, axis=1)).mean())

    (down, across), (moved_down, moved_across) = bends(face_of(CLEAN, 0)), bends(face_of(MOVED, 31))
    assert moved_across / across < 0.8 * moved_down / down
    assert max(bends(face_of(DEFOCUSED, 14))) < 0.8 * min(down, across)


def test_a_turned_head_leaves_its_surroundings_where_they_were() -> None:
    clean, turned = CLEAN.frame(SCENE, 0), TURNED.frame(SCENE, 40)
    assert np.array_equal(clean[:, :200], turned[:, :200])
    assert np.abs(face_of(TURNED, 40) - face_of(CLEAN, 0)).mean() > 10


def test_noise_has_the_strength_that_is_said() -> None:
    grey = Subject(np.full((240, 240, 3), 120, np.uint8), (120, 120), 90, 110)
    frame = NOISY.frame(Scene(grey, grey, 3), 30)
    assert float(frame.std()) == pytest.approx(np.hypot(30, spoil.CAMERA_NOISE), rel=0.03)


def test_a_cover_begins_at_the_chin_and_somebody_else_stands_beside() -> None:
    covered = COVERED.frame(SCENE, 0.5).astype(np.float64)
    tall = FACE_PX * 110 / 90
    assert covered[int(240 + 0.4 * tall), 320].mean() == pytest.approx(spoil.COVER, abs=12)
    assert np.array_equal(covered[:200], CLEAN.frame(SCENE, 0)[:200])
    one, other = TWO.frame(SCENE, 1.0), TWO.frame(Scene(drawn(1), drawn(5), 0), 1.0)
    assert np.array_equal(one[:, :320], other[:, :320])
    assert not np.array_equal(one[:, 320:], other[:, 320:])


def test_a_share_is_drawn_on_a_straight_axis_even_when_it_is_nothing() -> None:
    axes = Axes("t", "x", "share", 0.7, 0.1, 0)
    assert axes.at(0.7, 0)[0] < axes.at(0.1, 0)[0], "from little trouble to much, though the number falls"
    assert axes.at(0.7, 0.5)[1] * 2 == axes.at(0.7, 0)[1] + axes.at(0.7, 1)[1]
    assert (plot(axes, [Curve("none", [])]) == plot(axes, [Curve("none", [])])).all()


@pytest.mark.slow
@pytest.mark.usefixtures("models_dir")
def test_people_are_measured_told_and_drawn(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    some = tuple(
        Kind(kind.name, kind.unit, strengths, kind.spoil)
        for kind, strengths in (
            (DARK, (0.2, 0.15)),
            (MOVED, (35, 41)),
            (SMALL, (70, 50)),
            (TURNED, (5, 10)),
            (TWO, (0.7, 0.8)),
        )
    )
    monkeypatch.setattr(degrade, "KINDS", some)

    assert hyla("faces", "degrade", "--photos", people, "--plots", tmp_path, "--json") == 0
    told = json.loads(capsys.readouterr().out)

    assert (told["persons"], told["probes"], told["probes_with_own_picture"]) == (2, 3, 1)
    rows = {row["kind"]: row for row in told["rows"]}
    assert (rows["clean"]["good"], rows["clean"]["fnmr_good"]) == (3, 0)
    assert (rows["turned"]["good"], rows["turned"]["wrong_best"]) == (3, 0)
    for kind, hint in (
        ("dark", "too_dark"), ("moved", "blurred"), ("small", "too_far"), ("two faces", "several_faces"),
    ):  # fmt: skip
        assert rows[kind]["hint_rates"] == {hint: 1}, kind
        assert rows[kind]["fnmr_good"] is None, "of nobody there is no rate"
    assert sorted(path.name for path in tmp_path.iterdir())[0] == "degrade-dark.png"
    for path in tmp_path.iterdir():
        assert cv2.imread(str(path)).shape == (640, 960, 3)

    assert hyla("faces", "degrade", "--photos", people) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "3 pictures of 2 persons" in lines[0]
    assert any(line.endswith("too_dark 3") for line in lines)


@pytest.mark.usefixtures("models_dir")
def test_what_cannot_be_measured_is_one_line(tmp_path: Path, capsys: Any) -> None:
    assert hyla("faces", "degrade", "--photos", tmp_path / "none") == 2
    assert "no such folder" in capsys.readouterr().err
    (tmp_path / "one.jpg").write_text("no picture")
    assert hyla("faces", "degrade", "--photos", tmp_path) == 2
    assert "not a picture" in capsys.readouterr().err
    (tmp_path / "one.jpg").unlink()
    assert hyla("faces", "degrade", "--aligned", tmp_path) == 2
    assert "faces of 0 persons found" in capsys.readouterr().err
    with pytest.raises(SystemExit) as refused:
        hyla("faces", "degrade", "--photos", tmp_path, "--persons", "1")
    assert refused.value.code == 2
