"""`hyla faces evaluate`: the rates are those of counting by hand, and what a set cannot show is said."""

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
from agent.vision.comparisons import (
    Comparisons,
    best_threshold,
    compare_all,
    intervals,
    ten_fold_accuracy,
)
from agent.vision.face_sets import FaceSet, scored_pairs
from agent.vision.plots import Axes, Curve, plot
from agent.vision.searches import expected_fpir, search_rates, sizes_for
from agent.vision.stills import PictureError


def unseen(_done: int, _of: int) -> None:
    return


def hyla(*words: str | Path) -> int:
    """`hyla …` as the shell would call it."""
    parser = argparse.ArgumentParser(prog="hyla")
    faces_cli.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args([str(word) for word in words])
    code: int = args.run(args)
    return code


def crowd(persons: int, each: int, likeness: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of persons that look alike by `likeness` when they are of one person."""
    chance = np.random.default_rng(5)
    who = np.repeat(np.arange(persons), each)
    noise = chance.normal(size=(len(who), 64))
    faces = np.sqrt(likeness) * chance.normal(size=(persons, 64))[who] + np.sqrt(1 - likeness) * noise
    return (faces / np.linalg.norm(faces, axis=1, keepdims=True)).astype(np.float32), who


def by_hand(embeddings: np.ndarray, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores of all pairs of one person, and of all pairs of two."""
    one, two = np.triu_indices(len(who), 1)
    scores = (embeddings[one] * embeddings[two]).sum(axis=1)
    return scores[who[one] == who[two]], scores[who[one] != who[two]]


@pytest.fixture(scope="module")
def compared() -> Comparisons:
    return compare_all(*crowd(400, 3), unseen)


def test_every_pair_is_counted_once_and_on_its_side(compared: Comparisons) -> None:
    same, different = by_hand(*crowd(400, 3))
    assert (len(compared.same), compared.others) == (len(same), len(different)) == (1200, 718_200)
    for threshold in (0.0, 0.2, 0.3, 0.45):
        assert compared.fnmr(threshold) == pytest.approx(float((same < threshold).mean()), abs=1e-3)
        assert compared.fmr(threshold) == pytest.approx(float((different >= threshold).mean()), abs=2e-4)


def test_the_threshold_of_a_rate_lets_no_more_pairs_pass_and_the_next_lower_does(
    compared: Comparisons,
) -> None:
    for far in (1e-3, 1e-4, 1e-5):
        threshold = compared.threshold_at(far)
        assert compared.fmr(threshold) <= far
        assert compared.fmr(float(np.nextafter(np.float32(threshold), np.float32(0)))) > far


def test_intervals_hold_the_rate_and_narrow_with_more_persons(compared: Comparisons) -> None:
    few = compare_all(*crowd(40, 3), unseen)
    (fmr, fnmr), (wide_fmr, wide_fnmr) = (intervals(of, [0.3], 1, unseen)[0] for of in (compared, few))
    assert fmr.low < fmr.rate < fmr.high
    assert fnmr.low < fnmr.rate < fnmr.high
    assert fnmr.high - fnmr.low < wide_fnmr.high - wide_fnmr.low
    assert fmr.high - fmr.low < wide_fmr.high - wide_fmr.low


def test_where_nothing_was_seen_the_interval_ends_at_the_rule_of_three_not_at_nothing(
    compared: Comparisons,
) -> None:
    [(fmr, _), (_, fnmr)] = intervals(compared, [0.99, 0.25], 1, unseen)
    assert (fmr.rate, fmr.low, fmr.high) == (0, 0, pytest.approx(3 / 718_200))
    assert (fnmr.rate > 0) == (fnmr.high != pytest.approx(3 / 1200))
    [rates] = search_rates(*crowd(120, 3), 0.99, 0.01, 1, unseen, (100,))
    assert (rates.fpir, rates.fpir_low, rates.fpir_high) == (0, 0, pytest.approx(3 / 120))


def test_what_the_set_is_too_small_to_show_is_said_for_pairs_and_for_persons(compared: Comparisons) -> None:
    assert compared.floor_pairs == pytest.approx(3 / 718_200)
    assert compared.floor_persons == pytest.approx(3 / 200)


def test_a_fold_is_judged_by_the_threshold_of_the_others() -> None:
    scores = np.array([0.9, 0.8, 0.1, 0.2] * 2 + [0.3, 0.35, 0.1, 0.2], np.float32)
    same = np.array([True, True, False, False] * 3)
    fold = np.repeat([0, 1, 2], 4)
    assert ten_fold_accuracy(scores, same, fold) == [1.0, 1.0, 0.5]
    assert best_threshold(scores, same) == pytest.approx(0.3)


def test_searches_in_galleries_come_out_as_pairs_let_expect(compared: Comparisons) -> None:
    embeddings, who = crowd(400, 3)
    threshold = 0.42
    fmr = compared.fmr(threshold)
    sizes = (50, 300, 399, 400, 10_000)
    small, large, all_others, *huge = search_rates(embeddings, who, threshold, fmr, 1, unseen, sizes)
    for measured in (small, large, all_others):
        assert measured.fpir is not None
        assert measured.fpir_low is not None
        assert measured.fpir_high is not None
        assert measured.fpir == pytest.approx(expected_fpir(fmr, measured.gallery), rel=0.5)
        assert measured.fpir_low < measured.fpir < measured.fpir_high
        assert measured.strangers == 5 * 1200, "everybody is a stranger to a gallery without them"
    assert large.fpir is not None
    assert large.fpir > 2 * (small.fpir or 0)
    assert large.fpir_digits is not None
    assert large.fpir_digits < large.fpir / 50, "digits narrow the gallery to hardly anybody"
    for row in huge:
        assert (row.fpir, row.fnir) == (None, None), "there are not that many other persons"
    assert huge[1].expected_fpir == pytest.approx(1 - (1 - fmr) ** 10_000)
    assert huge[1].expected_fpir_digits == pytest.approx(1 - (1 - fmr / 10_000) ** 10_000)


def test_with_all_others_in_the_gallery_the_rates_are_those_of_counting_by_hand() -> None:
    embeddings, who = crowd(120, 3)
    (rates,) = search_rates(embeddings, who, 0.3, 0.01, 1, unseen, (119,))
    scores = embeddings @ embeddings[::3].T  # the first of three pictures is the template
    others = np.where(who[:, None] == np.arange(120), -1, scores)
    assert rates.fpir == pytest.approx(float((others.max(axis=1) >= 0.3).mean()))


def test_a_set_measures_up_to_all_of_its_persons_but_one() -> None:
    assert sizes_for(5749)[:5] == (100, 300, 1000, 3000, 5748)
    assert sizes_for(3100)[:5] == (100, 300, 1000, 3000, 10_000), "so near, one of them is enough"
    assert sizes_for(60)[:2] == (100, 300)


def faces_named(*names: str) -> FaceSet:
    embeddings = np.eye(len(names), 8, dtype=np.float32)
    return FaceSet(names, np.arange(len(names)), embeddings, Counter())


def test_lists_of_pairs_are_read_and_a_wrong_line_is_named(tmp_path: Path) -> None:
    faces = faces_named("A/A_0001", "A/A_0002", "B/B_0001")
    listed = tmp_path / "pairs.txt"
    listed.write_text("2\t1\nA\t1\t2\nA\t1\tB\t1\nA\t2\t1\nB\t1\tA\t2\n")
    scores, same, fold = scored_pairs(listed, faces)
    assert (scores.tolist(), same.tolist(), fold.tolist()) == (
        [0, 0, 0, 0], [True, False, True, False], [0, 0, 1, 1],
    )  # fmt: skip
    for words, complaint in (
        ("2\t1\nA\t1\t9\n", "line 2"),
        ("2\t1\nA\t1\n", "line 2"),
        ("2\t1\nA\t1\t2\n", "1 pairs"),
        ("no pairs", "expected LFW"),
    ):
        listed.write_text(words)
        with pytest.raises(PictureError, match=complaint):
            scored_pairs(listed, faces)


def test_a_curve_stands_where_its_figures_are() -> None:
    axes = Axes("errors", "threshold", "rate", 0.0, 1.0, -4)
    picture = plot(
        axes, [Curve("a", [(0.0, 1.0), (1.0, 1e-4)], [(0.5, 1.0), (1e-4, 1e-3)])], [("here", 0.5)]
    )
    across, down = axes.at(0.5, 1e-2)
    around = picture[down - 3 : down + 4, across - 12 : across - 4].reshape(-1, 3)
    assert (around.max(axis=1) - around.min(axis=1)).max() > 60, "a coloured line passes here"
    assert axes.at(0.0, 1.0)[1] < axes.at(0.0, 1e-4)[1]


def test_what_was_not_measured_is_dashed() -> None:
    axes = Axes("errors", "members", "rate", 0.0, 1.0, -4)
    drawn, dashed = (
        plot(axes, [Curve("a", [(0.0, 0.05), (1.0, 0.05)], dashed=dashed)]) for dashed in (False, True)
    )
    (left, row), (right, _) = axes.at(0.05, 0.05), axes.at(0.95, 0.05)
    inked = [float((picture[row, left:right].min(axis=1) < 100).mean()) for picture in (drawn, dashed)]
    assert inked[0] == 1
    assert 0.3 < inked[1] < 0.8


@pytest.mark.slow
def test_photos_go_the_whole_way_and_what_was_not_acquired_is_counted_by_hint(
    people: Path, models_dir: Path, tmp_path: Path, capsys: Any
) -> None:
    for name, person in (("obama", "o"), ("obama2", "o"), ("obama3", "o"), ("biden", "b")):
        (tmp_path / person).mkdir(exist_ok=True)
        shutil.copy(people / f"{name}.jpg", tmp_path / person)
    cv2.imwrite(str(tmp_path / "b" / "wall.png"), np.full((300, 300, 3), 90, np.uint8))
    words = ("--photos", tmp_path, "--models-dir", models_dir, "--plots", tmp_path / "plots")
    assert hyla("faces", "evaluate", *words, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    acquired, hints = answer["pictures"], answer["failure_to_acquire"]["hints"]
    assert acquired + sum(hints.values()) == 5
    assert hints["no_face"] == 1
    assert answer["failure_to_acquire"]["rate"] == pytest.approx(sum(hints.values()) / 5)
    for path in answer["plots"]:
        assert cv2.imread(path).std() > 5
    assert hyla("faces", "evaluate", *words) == 0
    assert "this set cannot show an FMR better than" in capsys.readouterr().out


@pytest.mark.slow
def test_a_folder_that_shows_nothing_is_one_line_and_exit_2(
    models_dir: Path, tmp_path: Path, capsys: Any
) -> None:
    assert hyla("faces", "evaluate", "--photos", tmp_path / "gone", "--models-dir", models_dir) == 2
    assert "no such folder" in capsys.readouterr().err
    (tmp_path / "p").mkdir()
    cv2.imwrite(str(tmp_path / "p" / "large.png"), np.zeros((200, 200, 3), np.uint8))
    assert hyla("faces", "evaluate", "--aligned", tmp_path, "--models-dir", models_dir) == 2
    assert "200x200 (expected an aligned face of 112x112" in capsys.readouterr().err
