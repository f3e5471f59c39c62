"""`hyla faces attacks`: each species apart, with what so few pictures cannot show."""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.cli import faces as faces_cli
from agent.vision.presentations import Presentation, Rate, rates, sort_pictures
from agent.vision.stills import PictureError
from simulator import attacks, scenes


def hyla(*words: str | Path) -> int:
    """`hyla …` as the shell would call it."""
    parser = argparse.ArgumentParser(prog="hyla")
    faces_cli.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args([str(word) for word in words])
    code: int = args.run(args)
    return code


def lay(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def sorted_by(folder: Path, live: str | None = None, *attack: tuple[str, str]) -> dict[str, str]:
    species, _ = sort_pictures(folder, live, attack)
    return {path.relative_to(folder).as_posix(): name for path, name in species.items()}


def test_folders_or_names_say_what_is_what(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "live/a.jpg",
        "live-outdoors/b.png",
        "Phone/c.jpg",
        "print-07.jpg",
        "live_2.jpg",
        "notes.txt",
    )
    assert sorted_by(tmp_path) == {
        "live/a.jpg": "live", "live-outdoors/b.png": "live", "Phone/c.jpg": "phone",
        "print-07.jpg": "print", "live_2.jpg": "live",
    }  # fmt: skip


def test_patterns_say_it_instead_and_the_rest_is_left_out_aloud(tmp_path: Path) -> None:
    lay(tmp_path, "image_T1.jpg", "image_F1.jpg", "image_F2.jpg", "other.jpg")
    rules = (("print", "image_F1*"), ("screen", "image_F*"))
    assert sorted_by(tmp_path, "image_T*", *rules) == {
        "image_T1.jpg": "live", "image_F1.jpg": "print", "image_F2.jpg": "screen",
    }  # fmt: skip
    assert sort_pictures(tmp_path, "image_T*", rules)[1] == [tmp_path / "other.jpg"]


def test_a_set_that_names_true_and_fake_faces_needs_no_pattern(tmp_path: Path) -> None:
    lay(tmp_path, "image_T1.jpg", "image_F1.jpg", "t_shirt.jpg", "print/image_T1.jpg")
    assert sorted_by(tmp_path) == {
        "image_T1.jpg": "live", "image_F1.jpg": "fake", "t_shirt.jpg": "t", "print/image_T1.jpg": "print",
    }  # fmt: skip


def test_a_folder_without_pictures_that_are_meant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no such folder"):
        sort_pictures(tmp_path / "gone", None, [])
    lay(tmp_path, "image.jpg")
    with pytest.raises(PictureError, match="no picture that is meant among 1"):
        sort_pictures(tmp_path, "me_*", [])


def shown(species: str, *scores: float | None) -> list[Presentation]:
    return [Presentation(Path("x"), species, "good" if s is not None else "too_dark", s) for s in scores]


def test_attacks_let_in_and_people_refused_are_counted_apart() -> None:
    counted = rates(
        [
            *shown("print", 0.1, 0.9, None, 0.6),
            *shown("live", 0.9, 0.2, 0.7, 0.8, 1.0),
            *shown("mask", 0.0),
        ],
        0.6,
    )
    dark = Counter({"too_dark": 1})
    assert counted == [
        Rate("live", 5, 5, 1), Rate("mask", 1, 1, 0), Rate("print", 4, 3, 2, hints=dark),
    ]  # fmt: skip
    live, mask, prints = counted
    assert (live.error_rate, live.floor) == (0.2, 0.6)
    assert (prints.error_rate, prints.non_response_rate, prints.floor) == (2 / 3, 0.25, None)
    assert (mask.error_rate, mask.floor) == (0.0, None)


def test_pictures_that_all_got_a_hint_show_no_rate() -> None:
    (rate,) = rates(shown("print", None, None), 0.6)
    assert (rate.error_rate, rate.non_response_rate, rate.floor) == (None, 1.0, None)


@pytest.mark.parametrize(
    ("wrong", "judged", "at_most"),
    [(0, 1, 0.95), (0, 59, 0.0495), (1, 10, 0.3942), (5, 5, 1.0), (3, 1000, 0.00773)],
)
def test_the_rate_below_which_it_lies_is_that_of_clopper_and_pearson(
    wrong: int, judged: int, at_most: float
) -> None:
    rate = Rate("print", judged, judged, wrong)
    assert rate.error_at_most == pytest.approx(at_most, rel=2e-3)
    assert Rate("print", 3, 0, 0).error_at_most is None


@pytest.mark.slow
def test_a_person_and_a_print_are_told_apart_and_the_rule_of_three_is_said(
    people: Path, models_dir: Path, tmp_path: Path, capsys: Any
) -> None:
    sensor = scenes.Sensor(640, 480, 30, 1)
    scene = {"live-1.jpg": scenes.person(people / "obama2.jpg", sensor)}
    scene |= {
        f"print-{n}.jpg": attacks.held_up(people / f"{n}.jpg", "print", sensor) for n in ("obama2", "biden")
    }
    for name, loop in scene.items():
        (tmp_path / name).write_bytes(loop.jpeg(0))
    cv2.imwrite(str(tmp_path / "print-dark.jpg"), np.zeros((480, 640, 3), np.uint8))
    assert hyla("faces", "attacks", tmp_path, "--models-dir", models_dir, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    live, prints = answer["species"]
    assert (live["species"], live["bpcer"], live["refused"]) == ("live", 0.0, 0)
    assert (prints["apcer"], prints["judged"], prints["let_in"], prints["apnrr"]) == (0.0, 2, 0, 1 / 3)
    assert prints["rule_of_three_floor"] is None
    assert len(answer["pictures"]) == 4
    assert prints["hints"] == {"no_face": 1}
    assert hyla("faces", "attacks", tmp_path, "--models-dir", models_dir) == 0
    told = capsys.readouterr().out
    assert "by the rule of three" in told
    assert "APNRR 33.3% of 3 (no_face 1)" in told
    assert "nobody live" not in told


@pytest.mark.slow
def test_a_picture_refused_by_a_hint_is_told_apart_from_one_that_liveness_refused(
    people: Path, models_dir: Path, tmp_path: Path, capsys: Any
) -> None:
    leaning = cv2.rotate(cv2.imread(str(people / "obama2.jpg")), cv2.ROTATE_90_CLOCKWISE)
    middle = (leaning.shape[1] / 2, leaning.shape[0] / 2)
    leaning = cv2.warpAffine(
        leaning, cv2.getRotationMatrix2D(middle, 55, 1), (leaning.shape[1], leaning.shape[0])
    )
    cv2.imwrite(str(tmp_path / "print_F1.jpg"), leaning)
    assert hyla("faces", "attacks", tmp_path, "--models-dir", models_dir, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    [fakes], [picture] = answer["species"], answer["pictures"]
    assert (fakes["judged"], fakes["apcer"], fakes["apnrr"]) == (0, None, 1.0)
    assert fakes["hints"] == {picture["hint"]: 1}
    assert picture["live_score"] is None
    assert 0 <= picture["unasked_score"] <= 1
    assert hyla("faces", "attacks", tmp_path, "--models-dir", models_dir) == 0
    told = capsys.readouterr().out
    assert "if it were asked)" in told
    assert "nobody live among them" in told


@pytest.mark.slow
def test_a_broken_picture_is_one_line_and_exit_2(models_dir: Path, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "print-1.jpg").write_text("no picture")
    assert hyla("faces", "attacks", tmp_path, "--models-dir", models_dir) == 2
    assert "print-1.jpg: not a picture" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "gone", ignore_errors=True)
    assert hyla("faces", "attacks", tmp_path / "gone", "--models-dir", models_dir) == 2


def test_a_species_without_a_pattern_is_bad_usage(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit) as done:
        hyla("faces", "attacks", tmp_path, "--attack", "print")
    assert done.value.code == 2
    assert "expected SPECIES=PATTERN" in capsys.readouterr().err
