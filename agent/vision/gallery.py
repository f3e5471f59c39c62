"""The store's members in memory: embedding → the two persons nearest to it.

In: templates (made by one embedder, never another) and embeddings. Out: two candidates, the same two as a
comparison with everybody would give. A large gallery is searched in two steps: everybody coarsely
(`coarse`), then the nearest of them exactly; where the coarse step cannot vouch for its list, everybody is
compared exactly. Enrolling and forgetting touch one row. A search holds the lock only for its last, short
step, and there sees every row that changed while it looked.

Phone digits are kept as a keyed hash (key of this process, never written), so that they do not lie
about in clear.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Sequence

import numpy as np

from agent.core.evidence import Candidate
from agent.core.ids import PersonId, Secret
from agent.ports import Embedding, Template
from agent.vision.drawers import Drawers, Rows

log = logging.getLogger(__name__)

UNIT_TOLERANCE = 1e-3
CHANGES_KEPT = 1024
WIDER = 4

Hits = tuple[Candidate | None, Candidate | None]


class Gallery:
    """One template a person, all of the embedder `model_sha256`."""

    def __init__(self, model_sha256: str, embedding_size: int, templates: Iterable[Template] = ()) -> None:
        self._model_sha256 = model_sha256
        self._size = embedding_size
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._drawers = Drawers(embedding_size)
        self._row_of: dict[PersonId, int] = {}
        self._person_at: dict[int, PersonId] = {}
        self._digits_at: dict[int, int] = {}
        self._rows_with: dict[int, set[int]] = {}
        self._changed: deque[int] = deque(maxlen=CHANGES_KEPT)
        self._changes = 0
        fitting = self._fitting(templates)
        rows = self._drawers.fill([template.embedding for template in fitting.values()])
        for row, template in zip(rows, fitting.values(), strict=True):
            self._label(row, template)

    def __len__(self) -> int:
        return len(self._row_of)

    def put(self, template: Template) -> None:
        """Add a person or replace their template. One that does not fit is left out and logged."""
        if why := self._misfit(template):
            log.warning("template of %s is %s and left out: enrol again", template.person, why)
            return
        with self._lock:
            row = self._row_of.get(template.person)
            if row is None:
                row = self._drawers.free_row()
            else:
                self._unlabel(row)
            self._drawers.write(row, template.embedding)
            self._label(row, template)
            self._note(row)

    def remove(self, person: PersonId) -> None:
        """Forget a person, numbers and all; nothing happens when they are not here."""
        with self._lock:
            row = self._row_of.get(person)
            if row is not None:
                self._unlabel(row)
                self._drawers.clear(row)
                self._note(row)

    def compared(self, digits: Secret | None = None) -> int:
        """With how many members a search compares."""
        if digits is None:
            return len(self)
        with self._lock:
            return len(self._rows_with.get(self._hash(digits), ()))

    def search(self, embedding: Embedding, digits: Secret | None = None) -> Hits:
        """Best and second best person; with digits, only among those whose phone ends in them."""
        embedding = np.ascontiguousarray(embedding, np.float32)
        if digits is not None:
            with self._lock:
                return self._best(sorted(self._rows_with.get(self._hash(digits), ())), embedding)[:2]
        for look in (self._drawers.coarsely, self._wider, self._drawers.exactly):
            before = self._changes
            rows, others_at_most = look(embedding)
            with self._lock:
                best, second, sure = self._best(self._with_changes(rows, before), embedding)
                if sure >= others_at_most and self._changes - before <= CHANGES_KEPT:
                    return best, second
        with self._lock:  # so many came and went while we looked: look while nobody does
            return self._best(self._drawers.exactly(embedding)[0], embedding)[:2]

    def _wider(self, embedding: Embedding) -> tuple[Rows, float]:
        """The coarse look again with a longer list: one search in ten wants it, and it spares comparing
        everybody."""
        return self._drawers.coarsely(embedding, WIDER)

    def _best(self, rows: Rows | Sequence[int], embedding: Embedding) -> tuple[*Hits, float]:
        """The two nearest of these rows, and the second's score, -inf without one. Held: the lock."""
        nearest = self._drawers.two_nearest(np.asarray(rows, np.int64), embedding)
        found = [Candidate(self._person_at[row], score) for row, score in nearest]
        best, second = (*found, None, None)[:2]
        return best, second, second.score_cosine if second else -np.inf

    def _with_changes(self, rows: Rows, before: int) -> Rows:
        """The rows and those written since; some may be named twice. Held: the lock."""
        count = min(self._changes - before, len(self._changed))
        if not count:
            return rows
        latest = [self._changed[-1 - back] for back in range(count)]
        return np.concatenate([rows, np.array(latest, np.int64)])

    def _note(self, row: int) -> None:
        self._changed.append(row)
        self._changes += 1

    def _label(self, row: int, template: Template) -> None:
        self._row_of[template.person] = row
        self._person_at[row] = template.person
        if not template.phone_last4.forgotten:
            hashed = self._digits_at[row] = self._hash(template.phone_last4)
            self._rows_with.setdefault(hashed, set()).add(row)

    def _unlabel(self, row: int) -> None:
        del self._row_of[self._person_at.pop(row)]
        hashed = self._digits_at.pop(row, None)
        if hashed is not None:
            self._rows_with[hashed].discard(row)

    def _fitting(self, templates: Iterable[Template]) -> dict[PersonId, Template]:
        """Those that can be compared. How many cannot is said in one line: after a change of the model it
        is all of them."""
        kept: dict[PersonId, Template] = {}
        left_out = Counter[str]()
        for template in templates:
            why = self._misfit(template)
            left_out[why] += 1
            if not why:
                kept[template.person] = template
        for why in filter(None, left_out):
            log.warning(
                "%d of %d templates are %s and left out: hyla doctor says whose to enrol again",
                left_out[why], left_out.total(), why,
            )  # fmt: skip
        return kept

    def _misfit(self, template: Template) -> str:
        """Why it cannot be compared; empty when it can."""
        if template.model_sha256 != self._model_sha256:
            return "of another model"
        embedding = template.embedding
        straight = embedding.shape == (self._size,)
        # A length that is not a number compares false with everything: so ask for what is right.
        if straight and abs(float(np.linalg.norm(embedding)) - 1) <= UNIT_TOLERANCE:
            return ""
        return "damaged"

    def _hash(self, digits: Secret) -> int:
        hashed = hashlib.blake2b(digits.reveal().encode(), key=self._key, digest_size=8)
        return int.from_bytes(hashed.digest(), "little")
