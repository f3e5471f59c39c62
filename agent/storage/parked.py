"""Records that the cloud refused: looked at, put back, or given up by a person, with a reason.

Enters: the journal of a terminal that stands still. Leaves: a journal row that says what was done to the
record, chained like any other; for one given up also a record of that, so that the cloud hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from agent.core.commands import KeepRecord
from agent.core.events import Instant, RecordRefused
from agent.core.state import Kept
from agent.ports import Entry
from agent.storage.database import Database
from agent.storage.journal import Journal
from agent.storage.trouble import StorageError

PARKED = "SELECT id, kind, parked, body FROM outbox WHERE parked IS NOT NULL ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Parked:
    """`why` are the cloud's words; `sha256` is that of the bytes that it refused."""

    id: str
    kind: str
    why: str
    sha256: str


def parked(database: Database) -> list[Parked]:
    """Oldest first. Raises JournalFailed when the disk does not answer."""
    rows = database.rows(PARKED)
    return [Parked(id, kind, why, sha256(body).hexdigest()) for id, kind, why, body in rows]


def retry(database: Database, journal: Journal, id: str, at: Instant) -> Parked:
    """Put it back: it is sent again, as it was, after the next start.

    Raises:
        StorageError: no such record is parked.
        JournalTrouble: the disk refused; nothing was changed.
    """
    record, kept = _found(database, id), _kept(journal)
    journal.commit(Entry(RecordRefused(id, f"{record.why} · put back by hand"), at, kept))
    with database.transaction() as connection:
        journal.outbox.unpark(connection, id)
    return record


def discard(database: Database, journal: Journal, id: str, reason: str, at: Instant) -> Parked:
    """Give it up: it is taken away, and a record of that goes to the cloud in its place.

    Raises:
        StorageError: no such record is parked.
        JournalTrouble: the disk refused; nothing was changed.
    """
    record, kept = _found(database, id), _kept(journal)
    data: dict[str, object] = {
        "id": record.id,
        "kind": record.kind,
        "why": record.why,
        "reason": reason,
        "sha256": record.sha256,
    }
    audit = KeepRecord(f"{id}-discarded", "discarded", data)
    fact = RecordRefused(id, f"{record.why} · discarded by hand: {reason}")
    journal.commit(Entry(fact, at, kept, records=(audit,), dropped=(id,)))
    return record


def _found(database: Database, id: str) -> Parked:
    for record in parked(database):
        if record.id == id:
            return record
    raise StorageError(f"{id}: no such record is parked (hyla records list shows them)")


def _kept(journal: Journal) -> Kept:
    kept = journal.read(Kept)
    if kept is None:
        raise StorageError("this terminal has written nothing yet, so nothing can be parked")
    return kept
