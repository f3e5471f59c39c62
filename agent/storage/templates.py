"""The members' face templates and phone digits, inside the encrypted file and nowhere else.

Owned by the main thread, like the database. An embedding is stored as little-endian float32.
"""

from __future__ import annotations

import numpy as np

from agent.core.ids import PersonId, Secret
from agent.ports import Embedding, Template
from agent.storage.database import Database

COLUMNS = "person, name_masked, phone_last4, model_sha256, embedding"


class Templates:
    """The gallery as it is kept. Each change is a transaction of its own (see Database.transaction)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, template: Template) -> None:
        """Add a member, or replace the same person's template."""
        row = (
            template.person,
            template.name_masked,
            template.phone_last4.reveal(),
            template.model_sha256,
            template.embedding.astype("<f4").tobytes(),
        )
        with self._database.transaction() as connection:
            connection.execute(f"REPLACE INTO templates ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", row)

    def all(self) -> list[Template]:
        """Every member, by person."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM templates ORDER BY person")
        return [
            Template(PersonId(person), name, Secret(digits), sha256, _embedding(blob))
            for person, name, digits, sha256, blob in rows
        ]

    def remove(self, person: PersonId) -> None:
        """Forget a member. Unknown persons are harmless; freed pages are overwritten."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM templates WHERE person = ?", (person,))


def _embedding(blob: bytes) -> Embedding:
    return np.frombuffer(blob, dtype="<f4").astype(np.float32)
