"""Rows of embeddings in drawers of a fixed size: nothing is ever moved when one more comes.

In: embeddings and rows. Out: rows that may be nearest to an embedding, with a score that no other row
exceeds; exact scores of given rows. Owned by the gallery, which decides who may write and when.

A row is 32-bit numbers here and, once there are many, four-bit ones in `coarse`. A free row is all zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from agent.ports import Embedding
from agent.vision.coarse import Coarse, Shortlist, Turn

Rows = npt.NDArray[np.int64]

DRAWER_ROWS = 1 << 17
COARSE_FROM = 4096
"""Rows above which two steps are faster than comparing everybody. Filled in pieces of so many, too."""
ROUNDING_COSINE = 1e-5
"""More than 32-bit products of the same two vectors ever differ by, whatever the order of the sum."""
SHORTLIST = 96
SHORTLIST_SHARE = 585
"""And one more for so many rows of a drawer: 113 of 10,000, 320 of a full one; of several drawers the best
of all lists, as many as the longest. With chance vectors the second of 10,000 scores 0.31, and some 74 rows
come within the coarse picture's guard of it."""


class _Drawer:
    def __init__(self, size: int) -> None:
        self.embeddings = np.zeros((DRAWER_ROWS, size), np.float32)  # untouched pages cost nothing
        self.taken = np.zeros(DRAWER_ROWS, np.bool_)
        self.used = 0
        self.coarse: Coarse | None = None
        self.loose: set[int] = set()  # rows that the coarse picture shows badly
        self.loose_rows: Rows = np.empty(0, np.int64)  # the same, for searching

    def write(self, at: int, embeddings: npt.NDArray[np.float32]) -> None:
        until = at + len(embeddings)
        self.embeddings[at:until] = embeddings
        self.taken[at:until] = True
        self.used = max(self.used, until)
        if self.coarse is not None:
            self._sketch(self.coarse, at, until)

    def sketch_with(self, coarse: Coarse) -> None:
        self._sketch(coarse, 0, self.used)
        self.coarse = coarse

    def _sketch(self, coarse: Coarse, at: int, until: int) -> None:
        badly = np.flatnonzero(coarse.write(at, self.embeddings[at:until])) + at
        before = self.loose
        self.loose = before.difference(range(at, until)).union(badly.tolist())
        if self.loose != before:
            self.loose_rows = np.array([*self.loose], np.int64)

    def products(self, rows: Rows, embedding: Embedding) -> npt.NDArray[np.float32]:
        assert self.coarse is not None
        return self.coarse.products(rows, self.embeddings, embedding)

    def clear(self, at: int) -> None:
        self.taken[at] = False
        self.embeddings[at] = 0
        if at in self.loose:
            self.loose.discard(at)
            self.loose_rows = np.array([*self.loose], np.int64)
        if self.coarse is not None:
            self.coarse.clear(at)


class Drawers:
    """All rows of a gallery."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._turn: Turn | None = None
        self._drawers: list[_Drawer] = [_Drawer(size)]
        self._free: list[int] = []

    def fill(self, embeddings: Sequence[Embedding]) -> Rows:
        """Put all of them in, into rows 0, 1, …"""
        for start in range(0, len(embeddings), COARSE_FROM):
            drawer, at = self._place(start)
            drawer.write(at, np.array(embeddings[start : start + COARSE_FROM], np.float32))
        return np.arange(len(embeddings))

    def free_row(self) -> int:
        """A row that nobody has."""
        if self._free:
            return self._free.pop()
        last = len(self._drawers) - 1
        return last * DRAWER_ROWS + self._drawers[last].used

    def write(self, row: int, embedding: Embedding) -> None:
        """Put one embedding into a row."""
        drawer, at = self._place(row)
        drawer.write(at, np.asarray(embedding, np.float32)[None])

    def clear(self, row: int) -> None:
        """Leave nothing in a row."""
        drawer, at = self._place(row)
        drawer.clear(at)
        self._free.append(row)

    def coarsely(self, embedding: Embedding, wider: int = 1) -> tuple[Rows, float]:
        """Rows that may be nearest, and what no other row exceeds. May miss what is written meanwhile."""
        if self._turn is None:
            return self.exactly(embedding)
        loose = [
            drawer.loose_rows + number * DRAWER_ROWS if number else drawer.loose_rows
            for number, drawer in enumerate(self._drawers)
        ]
        near = self._shortlist(embedding, wider)
        return np.concatenate([near.rows, *loose]), near.others_at_most

    def _shortlist(self, embedding: Embedding, wider: int) -> Shortlist:
        """The best of all drawers' lists."""
        found = []
        for number, drawer in enumerate(self._drawers):
            if drawer.coarse is None or not drawer.used:
                continue
            near = drawer.coarse.nearest(embedding, wider * (SHORTLIST + drawer.used // SHORTLIST_SHARE))
            found.append(replace(near, rows=near.rows + number * DRAWER_ROWS) if number else near)
            guard = drawer.coarse.guard
        if len(found) == 1:
            return found[0]
        rows = np.concatenate([near.rows for near in found])
        scores = np.concatenate([near.scores for near in found])
        longest = max(len(near.rows) for near in found)
        kept = scores.argpartition(-longest)[-longest:]
        at_most = max(float(scores[kept[0]]) + guard, *(near.others_at_most for near in found))
        return Shortlist(rows[kept], scores[kept], at_most)

    def exactly(self, embedding: Embedding) -> tuple[Rows, float]:
        """The same by comparing with everybody; rows within rounding of the second best are all there."""
        scores = np.concatenate(
            [
                np.where(drawer.taken[:used], drawer.embeddings[:used] @ embedding, -np.inf)
                for drawer in self._drawers
                for used in [drawer.used]
            ]
        )
        if len(scores) <= SHORTLIST:
            return np.arange(len(scores)), -np.inf
        cut = float(np.partition(scores, -2)[-2]) - 2 * ROUNDING_COSINE
        return np.flatnonzero(scores >= cut), cut

    def two_nearest(self, rows: Rows, embedding: Embedding) -> list[tuple[int, float]]:
        """Which two of these rows are the nearest, and how near; the lower row where two are equal. Summed
        in 64 bits, each row alone, so that equal rows score the same. Free rows are nobody; a row that is
        named twice counts once."""
        return self._scored(self._clear_two(rows, embedding), embedding) or self._carefully(rows, embedding)

    def _clear_two(self, rows: Rows, embedding: Embedding) -> list[int]:
        """The two, where nothing comes near the second; else none. What a search nearly always takes: a
        few calls, for in a cache that the models have just emptied every one costs."""
        if len(rows) < 3:
            return []
        rough = self._rough(rows, embedding)
        third, second, first = rough.argsort()[-3:].tolist()
        two = [int(rows[first]), int(rows[second])]
        clear = two[0] != two[1] and float(rough[third]) < float(rough[second]) - 2 * ROUNDING_COSINE
        return two if clear and all(self._is_taken(row) for row in two) else []

    def _rough(self, rows: Rows, embedding: Embedding) -> npt.NDArray[np.float32]:
        """What each of these rows scores; free ones 0."""
        if self._turn is None:
            return self._drawers[0].embeddings.take(rows, 0) @ embedding
        if len(self._drawers) == 1:
            return self._drawers[0].products(rows, embedding)
        number, at = np.divmod(rows, DRAWER_ROWS)
        found = np.empty(len(rows), np.float32)
        for each in np.unique(number).tolist():
            here = number == each
            found[here] = self._drawers[each].products(at[here], embedding)
        return found

    def _carefully(self, rows: Rows, embedding: Embedding) -> list[tuple[int, float]]:
        rows, vectors = self._taken(np.unique(rows))
        rough = vectors @ embedding
        if len(rows) > 2:
            rows = rows[rough >= np.partition(rough, -2)[-2] - 2 * ROUNDING_COSINE]
        return self._scored(rows.tolist(), embedding)[:2]

    def _scored(self, rows: list[int], embedding: Embedding) -> list[tuple[int, float]]:
        exact = embedding.astype(np.float64)
        scores = [(row, float(self._row(row).astype(np.float64).dot(exact))) for row in rows]
        return sorted(scores, key=lambda one: (-one[1], one[0]))

    def _row(self, row: int) -> Embedding:
        embedding: Embedding = self._drawers[row // DRAWER_ROWS].embeddings[row % DRAWER_ROWS]
        return embedding

    def _is_taken(self, row: int) -> bool:
        return bool(self._drawers[row // DRAWER_ROWS].taken[row % DRAWER_ROWS])

    def _taken(self, rows: Rows) -> tuple[Rows, npt.NDArray[np.float32]]:
        """Those of the rows that somebody has, and their embeddings."""
        kept, vectors = [], []
        for number, drawer in enumerate(self._drawers):
            places = rows[rows // DRAWER_ROWS == number] % DRAWER_ROWS
            places = places[drawer.taken[places]]
            kept.append(places + number * DRAWER_ROWS)
            vectors.append(drawer.embeddings[places])
        return np.concatenate(kept), np.concatenate(vectors)

    def _place(self, row: int) -> tuple[_Drawer, int]:
        """The drawer and the place in it; made when it is the next one. Many rows get a coarse picture."""
        number, at = divmod(row, DRAWER_ROWS)
        if self._turn is None and row >= COARSE_FROM:
            turn = Turn(self._size)
            self._drawers[0].sketch_with(Coarse(turn, self._size, DRAWER_ROWS))
            self._turn = turn  # last: a search that sees it finds the picture ready
        if number == len(self._drawers):
            assert self._turn is not None
            drawer = _Drawer(self._size)
            drawer.sketch_with(Coarse(self._turn, self._size, DRAWER_ROWS))
            self._drawers.append(drawer)
        return self._drawers[number], at
