"""Who may see the pages: named persons, each with a password of their own, kept as its scrypt mark.

Enter: a name and a password, typed by whoever runs head office. Leave: whether that is somebody's. A mark
is also what a session was opened with: another password, or nobody of that name, and it is over.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, delete, func, select, update

from simulator.gateway import tables as t
from simulator.gateway.refusals import Refused
from simulator.gateway.store import insert_missing, utc_ms

N, R, P = 2**14, 8, 1
FIRST = "owner"
NAME_CHARS_MAX = 40
PASSWORD_CHARS = (10, 128)
NOBODY = (bytes(16).hex(), bytes(64).hex())  # as much work for a name that nobody has


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    added_utc_ms: int


class People:
    """The store's table."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def add(self, name: str, password: str) -> str:
        """The name as it counts. Raises Refused: no_name, known_person, no_password."""
        name = _name(name)
        row = {**_marked(password), "added_utc_ms": utc_ms()}
        with self._store.begin() as db:
            if not insert_missing(db, t.people, name=name, **row):
                raise Refused("known_person")
        return name

    def password(self, name: str, password: str) -> str:
        """Another one; sessions with the last one are over. Raises Refused: unknown_person, no_password."""
        name = _name(name)
        mine = update(t.people).where(t.people.c.name == name).values(**_marked(password))
        with self._store.begin() as db:
            if not db.execute(mine).rowcount:
                raise Refused("unknown_person")
        return name

    def remove(self, name: str) -> str:
        """Raises Refused: unknown_person, last_person."""
        name = _name(name)
        with self._store.begin() as db:
            names = set(db.scalars(select(t.people.c.name).with_for_update()))
            if name not in names:
                raise Refused("unknown_person")
            if len(names) == 1:
                raise Refused("last_person")
            db.execute(delete(t.people).where(t.people.c.name == name))
        return name

    def all(self) -> list[Person]:
        wanted = select(t.people.c.name, t.people.c.added_utc_ms).order_by(t.people.c.name)
        with self._store.begin() as db:
            return [Person(**row._mapping) for row in db.execute(wanted)]

    def mark(self, name: str) -> str:
        """Of the password that counts; empty: nobody of that name."""
        with self._store.begin() as db:
            return db.scalar(select(t.people.c.mark).where(t.people.c.name == plain(name))) or ""

    def knows(self, name: str, password: str) -> Known | None:
        """Somebody's name and password. A name that nobody has takes as long."""
        wanted = select(t.people).where(t.people.c.name == plain(name))
        with self._store.begin() as db:
            row = db.execute(wanted).one_or_none()
        salt, mark = (row.salt, row.mark) if row else NOBODY
        same = hmac.compare_digest(bytes.fromhex(mark), _mark(password[: PASSWORD_CHARS[1]], salt))
        return Known(row.name, row.mark) if row and same else None

    def first(self, former: Path) -> str | None:
        """Where nobody is known: somebody is made up, whose password is returned and said once. `former`:
        where older releases kept the one password of everybody; it goes on as the first person's."""
        with self._store.begin() as db:
            if db.scalar(select(func.count()).select_from(t.people)):
                return None
        if former.exists():
            kept = json.loads(former.read_text("utf-8"))
            row = {"salt": kept["salt"], "mark": kept["mark"], "added_utc_ms": utc_ms()}
            with self._store.begin() as db:
                insert_missing(db, t.people, name=FIRST, **row)
            former.unlink()
            return None
        word = secrets.token_urlsafe(12)
        self.add(FIRST, word)
        return word


@dataclass(frozen=True, slots=True)
class Known:
    """Who it is, and the mark that proved it."""

    name: str
    mark: str


def plain(name: str) -> str:
    """However it was typed."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


def _name(name: str) -> str:
    """Raises Refused: no_name."""
    said = plain(name)
    if not (1 <= len(said) <= NAME_CHARS_MAX and said.isprintable()):
        raise Refused("no_name")
    return said


def _marked(password: str) -> dict[str, str]:
    shortest, longest = PASSWORD_CHARS
    if not shortest <= len(password) <= longest:
        raise Refused("no_password")
    salt = secrets.token_bytes(16).hex()
    return {"salt": salt, "mark": _mark(password, salt).hex()}


def _mark(password: str, salt: str) -> bytes:
    return hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=N, r=R, p=P)
