"""YuNet's numbers become boxes, landmarks and scores; of overlapping boxes the best stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.vision.detect import HEADS, STRIDES, decode, laid_out, suppress

ROWS, COLUMNS = 480, 640


def nothing_found() -> list[np.ndarray]:
    return [
        np.full((1, sum(HEADS.values()), ROWS // stride, COLUMNS // stride), -9, np.float32)
        for stride in STRIDES
    ]


def before_sigmoid(score: float) -> float:
    return float(np.log(score / (1 - score)))


def with_face(outputs: list[np.ndarray], stride: int, column: int, row: int, score: float) -> None:
    """A face two strides wide and three high in the middle of its cell, landmarks on the centre."""
    cell = outputs[STRIDES.index(stride)][0, :, row, column]
    cell[:2] = before_sigmoid(score)
    cell[2:6] = (0.5, 0.5, np.log(2), np.log(3))
    cell[6:] = 0.5


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    table = np.zeros((len(rows), 15), np.float32)
    table[:, :4] = rows
    return table


def test_an_empty_picture_has_no_rows() -> None:
    assert decode(nothing_found(), 0.5).shape == (0, 15)
    assert suppress(decode(nothing_found(), 0.5), 0.3) == []


@pytest.mark.parametrize("stride", STRIDES)
def test_a_face_is_where_its_cell_says(stride: int) -> None:
    outputs = nothing_found()
    with_face(outputs, stride, column=9, row=4, score=0.81)
    (row,) = decode(outputs, 0.5)
    centre = (9.5 * stride, 4.5 * stride)
    assert row[:4] == pytest.approx([centre[0] - stride, centre[1] - 1.5 * stride, 2 * stride, 3 * stride])
    assert row[4:14].reshape(5, 2) == pytest.approx(np.tile(centre, (5, 1)))
    assert row[14] == pytest.approx(0.81)


def test_the_score_is_the_geometric_mean_of_both() -> None:
    outputs = nothing_found()
    with_face(outputs, 8, 3, 3, 0.9)
    outputs[0][0, 1, 3, 3] = before_sigmoid(0.4)
    assert decode(outputs, 0.4)[0, 14] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("size", "scale", "laid"),
    [((480, 640), 1.0, (480, 640)), ((480, 640), 0.5, (256, 320)), ((100, 70), 1.0, (128, 96))],
)
def test_a_picture_is_laid_out_in_whole_cells_with_black_around(
    size: tuple[int, int], scale: float, laid: tuple[int, int]
) -> None:
    picture = laid_out(np.full((*size, 3), 77, np.uint8), scale)
    assert picture.shape == (1, *laid, 3)
    inside = picture[0, : round(size[0] * scale), : round(size[1] * scale)]
    assert inside.min() == inside.max() == 77
    assert picture.sum(dtype=int) == inside.sum(dtype=int)


def test_faces_under_the_threshold_are_left_out_and_the_best_comes_first() -> None:
    outputs = nothing_found()
    for column, score in ((2, 0.6), (20, 0.9), (40, 0.3)):
        with_face(outputs, 8, column, 5, score)
    assert decode(outputs, 0.5)[:, 14] == pytest.approx([0.9, 0.6])


def test_of_two_boxes_on_one_face_the_better_stays() -> None:
    assert suppress(boxes((10, 10, 100, 100), (14, 12, 100, 100), (300, 10, 100, 100)), 0.3) == [0, 2]


def test_two_people_shoulder_to_shoulder_stay_two() -> None:
    assert suppress(boxes((10, 10, 100, 100), (90, 10, 100, 100)), 0.3) == [0, 1]


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.floats(1, 400, width=32)] * 4), max_size=12))
def test_no_two_kept_boxes_overlap_too_much_and_each_lost_one_had_a_better(
    rows: list[tuple[float, ...]],
) -> None:
    table = boxes(*rows) if rows else np.zeros((0, 15), np.float32)  # type: ignore[arg-type]

    def overlap(a: int, b: int) -> float:
        (ax, ay, aw, ah), (bx, by, bw, bh) = table[a, :4].astype(float), table[b, :4].astype(float)
        shared = max(0.0, min(ax + aw, bx + bw) - max(ax, bx)) * max(
            0.0, min(ay + ah, by + bh) - max(ay, by)
        )
        return shared / (aw * ah + bw * bh - shared)

    kept = suppress(table, 0.3)
    assert all(overlap(a, b) <= 0.301 for a in kept for b in kept if a < b)
    for lost in set(range(len(rows))) - set(kept):
        assert any(overlap(better, lost) >= 0.299 for better in kept if better < lost)
