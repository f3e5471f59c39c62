"""The store's members in memory: embedding → the two persons nearest to it.

In: templates (made by one embedder, never another) and embeddings. Out: two candidates. Writers take
turns and put a finished copy in place; a search reads whatever copy is there and waits for nobody.
Phone digits are kept as a keyed hash (key of this process, never written), so that they do not lie
about in clear.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.core.evidence import Candidate
from agent.core.ids import PersonId, Secret
from agent.ports import Embedding, Template

log = logging.getLogger(__name__)

UNIT_TOLERANCE = 1e-3
NO_DIGITS = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """One finished state: row i of everything is person i."""

    persons: tuple[PersonId, ...]
    embeddings: npt.NDArray[np.float32]
    digits: npt.NDArray[np.uint64]


class Gallery:
    """One template a person, all of the embedder `model_sha256`."""

    def __init__(self, model_sha256: str, embedding_size: int, templates: Iterable[Template] = ()) -> None:
        self._model_sha256 = model_sha256
        self._size = embedding_size
        self._key = os.urandom(32)
        self._writing = threading.Lock()
        self._rows: dict[PersonId, tuple[Embedding, int]] = {}
        for template in templates:
            if self._fits(template):
                self._rows[template.person] = self._row(template)
        self._shelf = self._built()

    def __len__(self) -> int:
        return len(self._shelf.persons)

    def put(self, template: Template) -> None:
        """Add a person or replace their template. One that does not fit is left out and logged."""
        if not self._fits(template):
            return
        with self._writing:
            self._rows[template.person] = self._row(template)
            self._shelf = self._built()

    def remove(self, person: PersonId) -> None:
        """Forget a person; nothing happens when they are not here."""
        with self._writing:
            if self._rows.pop(person, None) is not None:
                self._shelf = self._built()

    def search(
        self, embedding: Embedding, digits: Secret | None = None
    ) -> tuple[Candidate | None, Candidate | None]:
        """Best and second best person; with digits, only among those whose phone ends in them."""
        shelf = self._shelf
        scores = shelf.embeddings @ embedding
        if digits is None:
            rows = np.arange(len(scores))
        else:
            rows = np.flatnonzero(shelf.digits == self._hash(digits))
        order = rows[np.argsort(-scores[rows], kind="stable")[:2]]
        found = [Candidate(shelf.persons[row], float(scores[row])) for row in order]
        return (found[0] if found else None), (found[1] if len(found) > 1 else None)

    def _fits(self, template: Template) -> bool:
        if template.model_sha256 != self._model_sha256:
            log.warning("template of %s is of another model and left out: enrol again", template.person)
            return False
        embedding = template.embedding
        straight = embedding.shape == (self._size,)
        # A length that is not a number compares false with everything: so ask for what is right.
        if not (straight and abs(float(np.linalg.norm(embedding)) - 1) <= UNIT_TOLERANCE):
            log.warning("template of %s is damaged and left out: enrol again", template.person)
            return False
        return True

    def _row(self, template: Template) -> tuple[Embedding, int]:
        digits = template.phone_last4
        return template.embedding.astype(np.float32), NO_DIGITS if digits.forgotten else self._hash(digits)

    def _hash(self, digits: Secret) -> int:
        """Never NO_DIGITS, so nobody is found by digits they did not give."""
        hashed = hashlib.blake2b(digits.reveal().encode(), key=self._key, digest_size=8)
        return int.from_bytes(hashed.digest(), "little") or 1

    def _built(self) -> _Shelf:
        embeddings = np.zeros((len(self._rows), self._size), np.float32)
        for index, (embedding, _) in enumerate(self._rows.values()):
            embeddings[index] = embedding
        digits = np.array([hashed for _, hashed in self._rows.values()], np.uint64)
        return _Shelf(tuple(self._rows), embeddings, digits)
