"""The members' face templates and phone digits: each sealed under a key of its own, inside the
encrypted file and nowhere else.

Owned by the main thread, like the database. What comes in was turned by the store's transform already
(vision.hide); here name, digits and embedding are sealed with the person's key, that key is wrapped by
the device's, and both are bound to the person, the embedder and the store key's epoch. Whoever is
destroyed here loses the wrapped key: what is left anywhere of the sealed bytes opens for nobody.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import apsw
import numpy as np

from agent.core.ids import PersonId, Secret
from agent.ports import Embedding, Template
from agent.storage.database import Database
from agent.storage.folder import DEVICE_KEY, read_device_key, read_or_make_device_key
from agent.storage.keys import DeviceKey, SealBroken, new_key, open_sealed, seal
from agent.storage.trouble import StorageError

log = logging.getLogger(__name__)

COLUMNS = "person, model_sha256, epoch, numbers, wrapped_key, sealed"
IN_CLEAR = "SELECT person, name_masked, phone_last4, model_sha256, embedding FROM templates_in_clear"
Turned = Callable[[Embedding], Embedding]
"""Embeddings, one a row → the same, turned for a store key."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a receipt can say of a template that is gone, without saying anything of the face."""

    model_sha256: str
    epoch: int
    wrapped_key_sha256: str
    sealed_sha256: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """The whole gallery, turned for another store key, on its way to the disk."""

    epoch: int
    store_key: bytes = field(repr=False)
    members: tuple[Template, ...] = field(repr=False)


class Templates:
    """The gallery as it is kept. `put`, `remove` and `convert` are transactions of
    their own; the others happen inside somebody's."""

    def __init__(self, database: Database, device: DeviceKey) -> None:
        self._database = database
        self.device = device

    # --- the store's key -------------------------------------------------------------------------------

    def store_key(self) -> tuple[int, bytes]:
        """Epoch and key of the transform in force; the first one is made here.

        Raises:
            StorageError: the device key is not the one that wrapped it.
        """
        rows = self._database.rows("SELECT epoch, wrapped_key FROM store_keys ORDER BY epoch DESC LIMIT 1")
        if not rows:
            with self._database.transaction() as connection:
                self._put_store_key(connection, 1, new_key())
            return self.store_key()
        [(epoch, wrapped)] = rows
        return epoch, self._unwrapped(wrapped, "store key", str(epoch))

    def _put_store_key(self, connection: apsw.Connection, epoch: int, key: bytes) -> None:
        wrapped = self.device.wrap(key, "store key", str(epoch))
        connection.execute("INSERT INTO store_keys (epoch, wrapped_key) VALUES (?, ?)", (epoch, wrapped))

    # --- members ---------------------------------------------------------------------------------------

    def put(self, template: Template) -> None:
        """Add a member, or replace the same person's template."""
        epoch, _ = self.store_key()
        with self._database.transaction() as connection:
            self.keep(connection, template, epoch)

    def keep(self, connection: apsw.Connection, template: Template, epoch: int) -> None:
        """As `put`, inside somebody's transaction; the embedding was turned for this epoch."""
        key, words = new_key(), (template.person, template.model_sha256, str(epoch))
        numbers = template.embedding.astype("<f4")
        row = (
            *words[:2],
            epoch,
            numbers.size,
            self.device.wrap(key, "person key", *words),
            seal(key, _packed(template, numbers.tobytes()), words),
        )
        connection.execute(f"REPLACE INTO templates ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", row)

    def all(self) -> list[Template]:
        """Every member, by person.

        Raises:
            StorageError: a template does not open: another device's key, or a damaged row.
        """
        return [self._opened(*row) for row in self._rows()]

    def persons(self) -> list[PersonId]:
        """Everybody, without opening anything."""
        return [PersonId(person) for (person,) in self._database.rows("SELECT person FROM templates")]

    def epochs(self) -> dict[PersonId, int]:
        """Which store key each person's template was turned for."""
        return {
            PersonId(p): epoch for p, epoch in self._database.rows("SELECT person, epoch FROM templates")
        }

    def remove(self, person: PersonId) -> None:
        """Forget a member. Unknown persons are harmless."""
        with self._database.transaction() as connection:
            self.destroy(connection, person)
        self._database.fold_log()

    def fingerprint(self, person: PersonId) -> Destroyed | None:
        """What a receipt will say of this person's template. None when nobody has this id."""
        columns = "model_sha256, epoch, wrapped_key, sealed"
        rows = self._database.rows(f"SELECT {columns} FROM templates WHERE person = ?", (person,))
        for model_sha256, epoch, wrapped, sealed in rows:
            return Destroyed(model_sha256, epoch, _sha256(wrapped), _sha256(sealed))
        return None

    def destroy(self, connection: apsw.Connection, person: PersonId) -> None:
        """Inside somebody's transaction: the row and its key are overwritten (SQLite's secure_delete).
        Fold the log afterwards: older copies lie in it."""
        connection.execute("DELETE FROM templates WHERE person = ?", (person,))

    # --- all of them at once ---------------------------------------------------------------------------

    def renewed(self, turned: Turned, store_key: bytes) -> Renewed:
        """Every template turned for a new store key; in memory, nothing is written.

        Raises:
            StorageError: a template does not open.
        """
        members = [_with(member, turned(member.embedding)) for member in self.all()]
        return Renewed(self.store_key()[0] + 1, store_key, tuple(members))

    def replace_all(self, connection: apsw.Connection, renewed: Renewed) -> None:
        """Inside somebody's transaction: each template under a new key of its own, the old store key
        destroyed. Fold the log afterwards."""
        self._put_store_key(connection, renewed.epoch, renewed.store_key)
        for member in renewed.members:
            self.keep(connection, member, renewed.epoch)
        connection.execute("DELETE FROM store_keys WHERE epoch < ?", (renewed.epoch,))

    def convert(self, turned: Turned, also: Callable[[apsw.Connection, PersonId], None]) -> int:
        """Templates that an older hyla kept in clear: turned and sealed, nobody has to come back. One
        transaction; `also(connection, person)` is written with each. Returns how many they were."""
        rows = self._database.rows(IN_CLEAR)
        if not rows:
            return 0
        epoch, _ = self.store_key()
        with self._database.transaction() as connection:
            for person, name, digits, sha256, blob in rows:
                old = Template(PersonId(person), name, Secret(digits), sha256, _numbers(blob))
                self.keep(connection, _with(old, turned(old.embedding)), epoch)
                also(connection, old.person)
            connection.execute("DELETE FROM templates_in_clear")
        self._database.fold_log()
        log.info("%d templates of an older hyla are hidden and sealed now", len(rows))
        return len(rows)

    @staticmethod
    def empty(connection: apsw.Connection) -> None:
        """Inside somebody's transaction: nobody's template is left, and nothing hangs on a key."""
        for table in ("templates", "templates_in_clear", "store_keys"):
            connection.execute(f"DELETE FROM {table}")

    # --- pieces ----------------------------------------------------------------------------------------

    def _rows(self) -> list[Any]:
        return self._database.rows(f"SELECT {COLUMNS} FROM templates ORDER BY person")

    def _opened(
        self, person: str, sha256: str, epoch: int, _numbers: int, wrapped: bytes, sealed: bytes
    ) -> Template:
        words = (person, sha256, str(epoch))
        key = self._unwrapped(wrapped, "person key", *words)
        try:
            return _unpacked(PersonId(person), sha256, open_sealed(key, sealed, words))
        except SealBroken:
            raise StorageError(
                f"{self._database.folder}: the template of {person} is damaged or was moved (expected "
                "what was sealed for them; `hyla templates forget`, and enrol again)"
            ) from None

    def _unwrapped(self, wrapped: bytes, *words: str) -> bytes:
        try:
            return self.device.unwrap(wrapped, *words)
        except SealBroken:
            raise StorageError(
                f"{self._database.folder / DEVICE_KEY}: does not open the {words[0]} of {words[1]} "
                "(expected this device's own; put it back, or `hyla templates empty` and enrol again)"
            ) from None


def open_templates(database: Database, readonly: bool = False, lost_key: bool = False) -> Templates:
    """The gallery of this store, with its device's key; a store that never held one gets its key here. With
    `lost_key` nothing can be opened, only destroyed.

    Raises:
        StorageError: the key is missing although templates hang on it, or is no key.
    """
    [(hang,)] = database.rows("SELECT count(*) FROM store_keys")
    if lost_key:
        return Templates(database, DeviceKey(new_key()))
    if hang:
        return Templates(database, DeviceKey(read_device_key(database.folder)))
    if readonly:
        return Templates(database, DeviceKey(new_key()))  # nothing hangs on any key yet
    return Templates(database, DeviceKey(read_or_make_device_key(database.folder)))


def embedders(database: Database) -> list[str]:
    """Which embedder made each template, one a person, without opening any: no key is needed."""
    return [sha256 for (sha256,) in database.rows("SELECT model_sha256 FROM templates")]


def _packed(template: Template, numbers: bytes) -> bytes:
    """Name and digits with their lengths in front, then the embedding as little-endian float32."""
    name, digits = template.name_masked.encode(), template.phone_last4.reveal().encode()
    return len(name).to_bytes(2) + len(digits).to_bytes(2) + name + digits + numbers


def _unpacked(person: PersonId, sha256: str, plain: bytes) -> Template:
    name_end = 4 + int.from_bytes(plain[:2])
    digits_end = name_end + int.from_bytes(plain[2:4])
    name, digits = plain[4:name_end].decode(), plain[name_end:digits_end].decode()
    return Template(person, name, Secret(digits), sha256, _numbers(plain[digits_end:]))


def _with(template: Template, embedding: Embedding) -> Template:
    return Template(
        template.person, template.name_masked, template.phone_last4, template.model_sha256, embedding
    )


def _numbers(blob: bytes) -> Embedding:
    return np.frombuffer(blob, dtype="<f4").astype(np.float32)


def _sha256(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()
