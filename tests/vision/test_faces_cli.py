"""`hyla faces compare` and `detect`: an answer, or one line that names the picture."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.cli import faces as faces_cli
from agent.ports import FrameBgr
from agent.vision.stills import PictureError, embed_picture

Till = Callable[..., FrameBgr]


def hyla(*words: str | Path) -> int:
    """`hyla …` as the shell would call it."""
    parser = argparse.ArgumentParser(prog="hyla")
    faces_cli.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args([str(word) for word in words])
    code: int = args.run(args)
    return code


@pytest.mark.slow
def test_two_pictures_of_one_person_are_the_same(people: Path, models_dir: Path, capsys: Any) -> None:
    words = ("--models-dir", models_dir, "--json")
    assert hyla("faces", "compare", people / "obama.jpg", people / "obama3.jpg", *words) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"score_cosine", "threshold_cosine", "same", "faces"}
    assert answer["same"] is True
    assert answer["score_cosine"] > 0.7
    assert answer["threshold_cosine"] == 0.363
    assert [Path(face["file"]).name for face in answer["faces"]] == ["obama.jpg", "obama3.jpg"]


@pytest.mark.slow
def test_a_stranger_is_not_the_same(people: Path, models_dir: Path, capsys: Any) -> None:
    pictures = (people / "obama.jpg", people / "biden.jpg")
    assert hyla("faces", "compare", *pictures, "--models-dir", models_dir) == 0
    assert capsys.readouterr().out.startswith("not the same person: 0.")


@pytest.mark.slow
def test_a_picture_that_cannot_be_used_is_one_line_and_exit_2(
    people: Path, models_dir: Path, at_the_till: Till, tmp_path: Path, capsys: Any
) -> None:
    two = np.hstack([at_the_till("obama", 150), at_the_till("biden", 150)])
    cv2.imwrite(str(tmp_path / "two.png"), two)
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((300, 300, 3), 90, np.uint8))
    (tmp_path / "letter.jpg").write_text("no picture at all")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "folder.jpg").mkdir()
    expected = {
        "two.png": "about the same size",
        "wall.png": "no face found",
        "letter.jpg": "not a picture",
        "empty.jpg": "not a picture",
        "folder.jpg": "directory",
        "gone.jpg": "no such file",
    }
    for name, words in expected.items():
        pair = (tmp_path / name, people / "obama.jpg")
        for first, second in (pair, pair[::-1]) if name == "wall.png" else (pair,):
            assert hyla("faces", "compare", first, second, "--models-dir", models_dir) == 2
            told = capsys.readouterr()
            assert told.out == ""
            assert len(told.err.splitlines()) == 1
            assert str(tmp_path / name) in told.err
            assert words in told.err.lower()
        with pytest.raises(PictureError, match=name):
            embed_picture(tmp_path / name, models_dir)


@pytest.mark.slow
def test_a_small_face_in_the_background_does_not_disturb(
    people: Path, models_dir: Path, at_the_till: Till, tmp_path: Path, capsys: Any
) -> None:
    crowd = at_the_till("obama2", 220)
    crowd[20:150, 10:110] = cv2.resize(at_the_till("biden", 60)[180:310, 270:370], (100, 130))
    cv2.imwrite(str(tmp_path / "crowd.png"), crowd)
    pictures = (people / "obama.jpg", tmp_path / "crowd.png")
    assert hyla("faces", "compare", *pictures, "--models-dir", models_dir) == 0
    assert capsys.readouterr().out.startswith("the same person")


@pytest.mark.slow
def test_detect_draws_what_is_seen_and_leaves_the_picture_alone(
    people: Path, models_dir: Path, tmp_path: Path, capsys: Any
) -> None:
    before = (people / "obama.jpg").read_bytes()
    words = ("--out", tmp_path / "seen.png", "--models-dir", models_dir, "--json")
    assert hyla("faces", "detect", people / "obama.jpg", *words) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["hint"] == "good"
    (face,) = answer["faces"]
    drawn, plain = cv2.imread(str(tmp_path / "seen.png")), cv2.imread(str(people / "obama.jpg"))
    assert drawn.shape == plain.shape
    x, y, _, height = (round(number) for number in face["box_px"])
    changed = np.argwhere((drawn != plain).any(axis=2))
    assert (drawn[y : y + height, x] != plain[y : y + height, x]).any(axis=1).mean() > 0.9, "no left edge"
    assert len(changed) < 0.1 * drawn[:, :, 0].size
    assert (people / "obama.jpg").read_bytes() == before


@pytest.mark.slow
def test_detect_on_an_empty_wall_says_so_and_a_bad_place_to_write_is_exit_2(
    people: Path, models_dir: Path, tmp_path: Path, capsys: Any
) -> None:
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((300, 300, 3), 90, np.uint8))
    assert hyla("faces", "detect", tmp_path / "wall.png", "--models-dir", models_dir) == 0
    assert "no_face, faces: 0" in capsys.readouterr().out
    out = tmp_path / "nowhere" / "seen.png"
    assert hyla("faces", "detect", people / "obama.jpg", "--out", out, "--models-dir", models_dir) == 2
    assert str(out) in capsys.readouterr().err


def test_without_models_the_next_step_is_named(tmp_path: Path, capsys: Any) -> None:
    assert hyla("faces", "detect", tmp_path / "any.jpg", "--models-dir", tmp_path) == 1
    assert "run hyla models pull" in capsys.readouterr().err


def test_help_has_an_example(capsys: Any) -> None:
    for command in ("compare", "detect"):
        with pytest.raises(SystemExit) as done:
            hyla("faces", command, "--help")
        assert done.value.code == 0
        assert f"hyla faces {command}" in capsys.readouterr().out.split("example")[1]
