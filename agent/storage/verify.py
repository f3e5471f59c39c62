"""Does the journal still say what was written? Walks the chain from its first row to the state, and
looks at every page of the file.

Enters: an open database, also one that the terminal is writing to. Leaves: what there is, and the first
row that does not fit. The tables beside the journal (orders, attempts, outbox) are counted, not proved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apsw

from agent.storage.chain import genesis
from agent.storage.database import Database
from agent.storage.folder import DATABASE
from agent.storage.surroundings import Piece, What, is_sealed, unpacked
from agent.storage.trouble import JournalFailed
from agent.storage.walk import ROWS_AFTER, STATE, Misfit, state_misfit, walk

UNREADABLE = "cannot be read to its end"
"""So begins what `hyla journal verify` says of a file that is no whole one any more."""

TAIL = "SELECT seq, hash FROM journal WHERE seq = (SELECT max(seq) FROM journal) - ?"
AROUND = """
SELECT s.seq, s.what, s.name, s.body, s.hash, j.hash
FROM surroundings AS s JOIN journal AS j ON j.seq = s.seq WHERE s.seq > ? ORDER BY s.seq
"""
COUNTS = """
SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM attempts WHERE open = 1),
    (SELECT count(*) FROM outbox WHERE parked IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; `rows` is the number of the last row that fits. Times are those of the first and
    the last row that were looked at and fit."""

    rows: int
    first_utc_ms: int | None
    last_utc_ms: int | None
    orders: int
    open_attempts: int
    outbox_pending: int
    misfit: Misfit | None


def verify(database: Database, last_rows: int | None = None) -> Report:
    """Walk the chain, on one picture of the journal whatever is written meanwhile.

    With `last_rows` only so many are walked, and the row before them is believed: a quick look, no proof.

    Raises:
        JournalFailed: the file cannot be read to its end, or is no whole database any more.
    """
    with database.reading() as connection:
        [(orders, open_attempts, pending)] = database.rows(COUNTS)
        before = database.rows(TAIL, (last_rows,)) if last_rows is not None else []
        start, hash_ = before[0] if before else (0, genesis(database.epoch))
        walked = walk(connection.execute(ROWS_AFTER, (start,)), start, hash_)
        misfit = (
            walked.misfit
            or state_misfit(database.rows(STATE), walked)
            or _surroundings_misfit(connection.execute(AROUND, (start,)))
        )
        if misfit is None and last_rows is None:
            _look_at_every_page(database, connection)
    first, last = walked.first, walked.last
    return Report(
        rows=walked.seq,
        first_utc_ms=first.utc_ms if first else None,
        last_utc_ms=last.utc_ms if last else None,
        orders=orders,
        open_attempts=open_attempts,
        outbox_pending=pending,
        misfit=misfit,
    )


def _look_at_every_page(database: Database, connection: apsw.Connection) -> None:
    """Also those without a row; `sound` leaves out the free ones and those under older rows."""
    damage = connection.execute("PRAGMA quick_check(1)").get
    if damage != "ok":
        raise JournalFailed(f"{database.folder / DATABASE}: damaged: {damage}")


def _surroundings_misfit(pieces: Iterable[Any]) -> Misfit | None:
    """What stood around a row is sealed with the row's hash."""
    for seq, what, name, body, stored, row_hash in pieces:
        if not _is_sealed(row_hash, what, name, body, stored):
            why = f"its surroundings ({what}) are not what was written"
            return Misfit(seq, why)
    return None


def _is_sealed(row_hash: bytes, what: What, name: str, body: bytes, stored: bytes) -> bool:
    try:
        return is_sealed(row_hash, Piece(what, name, unpacked(body)), stored)
    except ValueError:
        return False
