"""Who did what: one row for everything that somebody of head office changed or tried to.

Enter: a person (of the pages, or the machine's user at the command line), a word for what, about which
terminal or shop, how it ended. Leave: the newest rows. Nothing is changed or taken away here. No code and
no password is ever among the words.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass

from sqlalchemy import Engine, insert, select

from simulator.gateway import tables as t
from simulator.gateway.store import utc_ms

DONE = "done"
SHOWN_MAX = 200
ABOUT_CHARS_MAX = 120


@dataclass(frozen=True, slots=True)
class Deed:
    """`outcome`: done, or the word of the refusal."""

    person: str
    what: str
    about: str
    outcome: str
    utc_ms: int


class Deeds:
    """The store's table."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def write(self, person: str, what: str, about: str = "", outcome: str = DONE) -> None:
        row = Deed(person, what, _shown(about), outcome, utc_ms())
        columns = {"person": row.person, "what": row.what, "about": row.about, "outcome": row.outcome}
        with self._store.begin() as db:
            db.execute(insert(t.deeds).values(**columns, utc_ms=row.utc_ms))

    def newest(self, count: int = SHOWN_MAX) -> list[Deed]:
        d = t.deeds.c
        wanted = select(d.person, d.what, d.about, d.outcome, d.utc_ms).order_by(d.n.desc()).limit(count)
        with self._store.begin() as db:
            return [Deed(**row._mapping) for row in db.execute(wanted)]


def at_the_command_line() -> str:
    """The machine's user; whoever reads the keys' folder needs no password of the pages."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):
        return "(command line)"


def _shown(about: str) -> str:
    return "".join(each for each in about if each.isprintable())[:ABOUT_CHARS_MAX]
