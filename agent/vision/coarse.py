"""Templates in four bits a number: where, among very many, the nearest ones must be.

In: rows of unit vectors. Out: for a vector the rows that come nearest by this coarse picture, and how near
a row outside that list can truly be. Belongs to the gallery, which compares the listed rows exactly.

Every vector is turned by one secret chance rotation first, so that whatever its numbers were they are
spread like a bell curve's and 16 steps fit them. What is lost then points in a chance direction: it hides
more than `GUARD_SIGMAS` of its spread once in 10^9 comparisons, and only the two rows that should be found
could suffer. The few vectors that 16 steps fit badly are named by `write`: they are always compared.

faiss scans 32 rows at a time through tables in registers: 64 bytes a row instead of 512, no multiplication.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agent.ports import Embedding

BLOCK = 32  # rows that faiss keeps interleaved
GUARD_SIGMAS = 6.0
LARGEST_SIGMAS = 7.0
"""No number of a turned vector is larger than this many of their spread: one in 10^12 would be."""
LOST_MAX = 0.135
"""Length of what 16 steps may lose of a unit vector; 0.10 is usual, more than this one row in 500."""
_HALF = (0.1284, 0.3881, 0.6568, 0.9424, 1.2562, 1.6181, 2.0690, 2.7326)
STEPS = np.array([-step for step in reversed(_HALF)] + list(_HALF), np.float32)
"""The 16 values that lose least of a bell curve of width 1 (Lloyd and Max)."""
WIDTH = 1.15  # a little wider: loses more of most vectors, far less of those with one large number


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """`rows`, what each scores by the coarse picture, and a true score that no other row exceeds."""

    rows: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    others_at_most: float


class Turn:
    """One rotation for all drawers of a gallery; drawn anew in each process, never told."""

    def __init__(self, size: int) -> None:
        chance = np.random.default_rng()
        self._matrix = np.linalg.qr(chance.normal(size=(size, size)))[0].astype(np.float32)

    def __call__(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """vectors: N×size."""
        return np.asarray(vectors @ self._matrix, np.float32)


class Coarse:
    """A fixed number of rows, each written and cleared in place; reading may go on meanwhile."""

    def __init__(self, turn: Turn, size: int, rows: int) -> None:
        import faiss  # 0.2 s: only a large store pays for it

        self._faiss: Any = faiss  # its types do not know all of it
        faiss.omp_set_num_threads(1)  # the screens share these cores
        self._turn, self._size = turn, size
        self._steps = STEPS * np.float32(WIDTH) / np.float32(np.sqrt(size))
        unit = float(self._steps[-1] - self._steps[0]) / 255  # of faiss's tables, for a number of 1
        largest = min(1.0, LARGEST_SIGMAS / math.sqrt(size))
        self.guard = _guard(LOST_MAX / math.sqrt(size), largest * unit * math.sqrt(size / 12))
        self._borders = (self._steps[1:] + self._steps[:-1]) / 2
        self._index = self._faiss.IndexPQFastScan(size, size, 4, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector(np.tile(self._steps, size), self._index.pq.centroids)
        self._index.is_trained = True
        self._packer = self._index.get_CodePacker()
        self._empty = np.full(size // 2, 0x87, np.uint8)  # the two steps nearest to nothing, in turns
        self._codes = self._blank(rows)

    def _blank(self, rows: int) -> npt.NDArray[np.uint8]:
        self._index.codes.resize(rows * self._packer.code_size)
        codes = self._faiss.rev_swig_ptr(self._index.codes.get(), rows * self._packer.code_size)
        block = np.zeros(self._packer.block_size, np.uint8)
        self._packer.pack_all(self._pointer(np.tile(self._empty, (BLOCK, 1))), self._pointer(block))
        blocks = np.asarray(codes, np.uint8).reshape(-1, len(block))
        blocks[:] = block
        return blocks

    def write(self, row: int, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Put unit vectors (N×size) into the rows from `row` on. Returns which of them fit badly."""
        turned = self._turn(vectors)
        steps = np.searchsorted(self._borders, turned)
        packed = (steps[:, ::2] | steps[:, 1::2] << 4).astype(np.uint8)
        for start in range(0, len(packed), BLOCK):
            self._put(row + start, packed[start : start + BLOCK])
        self._reach(row + len(vectors))
        return np.asarray(np.linalg.norm(turned - self._steps[steps], axis=1) > LOST_MAX)

    def clear(self, row: int) -> None:
        """Leave nothing of the vector that was here."""
        self._put(row, self._empty[None])

    def nearest(self, vector: Embedding, count: int) -> Shortlist:
        """vector: unit length."""
        turned = self._turn(vector[None])
        total = self._index.ntotal
        count = min(count, total)
        scores, rows = np.empty(count, np.float32), np.empty(count, np.int64)
        # Not the wrapper: what it checks costs half as much as the search of a shop's gallery.
        self._index.search_c(1, self._pointer(turned), count, self._pointer(scores), self._pointer(rows))
        if count == total:
            return Shortlist(rows, scores, -np.inf)
        return Shortlist(rows, scores, float(scores[-1]) + self.guard)

    def products(
        self, rows: npt.NDArray[np.int64], embeddings: npt.NDArray[np.float32], vector: Embedding
    ) -> npt.NDArray[np.float32]:
        """The vector times each of these rows of `embeddings`, where they lie: numpy would copy them first,
        and wake a second thread."""
        found = np.empty(len(rows), np.float32)
        pointers = [self._pointer(array) for array in (found, vector, embeddings, rows)]
        self._faiss.fvec_inner_products_by_idx(*pointers, self._size, 1, len(rows))
        return found

    def _put(self, row: int, codes: npt.NDArray[np.uint8]) -> None:
        """Up to a block of codes from the row on: all at once where they fill it."""
        if row % BLOCK == 0 and len(codes) == BLOCK:
            self._packer.pack_all(self._pointer(codes), self._pointer(self._codes[row // BLOCK]))
            return
        for at, code in enumerate(codes, row):
            self._packer.pack_1(code, at % BLOCK, self._codes[at // BLOCK :][:1])

    def _reach(self, rows: int) -> None:
        """Look at whole blocks up to here from now on."""
        whole = -(-rows // BLOCK) * BLOCK
        if whole > self._index.ntotal:
            self._index.ntotal2 = whole
            self._index.ntotal = whole

    def _pointer(self, array: npt.NDArray[Any]) -> Any:
        return self._faiss.swig_ptr(array)


def _guard(lost_spread: float, table_spread: float) -> float:
    """How much nearer a row may be than it looks: what 16 steps lose (also along the row itself, when it is
    the very one), and the rounding of faiss's tables to 8 bits by the largest number there can be."""
    return LOST_MAX**2 + GUARD_SIGMAS * math.hypot(lost_spread, table_spread)
