"""Records on their way to the cloud: stored as the bytes that are sent, gone only when the cloud says so.

The journal's transaction writes here; `pending` is what the cloud lane starts with after a restart.
A record's number is contiguous within the journal's epoch and never used twice, even once its row
is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import apsw

from agent.core.commands import KeepRecord, ParkRecord
from agent.core.events import Instant
from agent.ports import OutboxRow
from agent.storage.database import Database

EncodeRecord = Callable[[int, KeepRecord, Instant], bytes]
"""(seq, record, when) → the bytes stored, hashed and sent."""

PENDING = "SELECT seq, id, kind, body FROM outbox WHERE parked IS NULL ORDER BY seq"
WAITING = """
    SELECT count(*), coalesce((SELECT body FROM outbox WHERE parked IS NULL ORDER BY seq LIMIT 1), x'')
    FROM outbox WHERE parked IS NULL
"""
PARKED = "SELECT id, kind, parked FROM outbox WHERE parked IS NOT NULL ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many records wait for the cloud, and the body of the oldest (empty: none)."""

    count: int
    oldest: bytes = field(repr=False)


class Outbox:
    """`pending` and `parked` may be read at any time; the rest happens inside a transaction."""

    def __init__(self, database: Database, encode_record: EncodeRecord) -> None:
        self._database = database
        self._encode_record = encode_record

    def pending(self) -> list[OutboxRow]:
        """What still has to be delivered, oldest first."""
        return [OutboxRow(*row) for row in self._database.rows(PENDING)]

    def waiting(self) -> Waiting:
        """How much still has to be delivered."""
        (row,) = self._database.rows(WAITING)
        return Waiting(int(row[0]), bytes(row[1]))

    def parked(self) -> list[tuple[str, str, str]]:
        """(id, kind, why) of what the cloud refused, for a technician."""
        return self._database.rows(PARKED)

    @property
    def newest(self) -> int:
        """The number of the last record that was ever kept; 0 when there was none."""
        [(value,)] = self._database.rows("SELECT value FROM counters WHERE name = 'outbox'")
        return int(value)

    def keep(
        self, connection: apsw.Connection, records: Iterable[KeepRecord], at: Instant
    ) -> tuple[OutboxRow, ...]:
        """Number, encode and store. A record whose id is already here is refused by the table."""
        return tuple(self._kept(connection, record, at) for record in records)

    def drop(self, connection: apsw.Connection, ids: Iterable[str]) -> None:
        """The cloud has them. Unknown ids are harmless: an acknowledgement may come twice."""
        connection.executemany("DELETE FROM outbox WHERE id = ?", [(id,) for id in ids])

    def unpark(self, connection: apsw.Connection, id: str) -> None:
        """Pending again: the next start delivers it."""
        connection.execute("UPDATE outbox SET parked = NULL WHERE id = ?", (id,))

    def park(self, connection: apsw.Connection, parked: Iterable[ParkRecord]) -> None:
        """The cloud refuses them: kept, with the reason, and no longer pending."""
        rows = [(record.why, record.id) for record in parked]
        connection.executemany("UPDATE outbox SET parked = ? WHERE id = ?", rows)

    def _kept(self, connection: apsw.Connection, record: KeepRecord, at: Instant) -> OutboxRow:
        counted = "UPDATE counters SET value = value + 1 WHERE name = 'outbox' RETURNING value"
        seq: int = connection.execute(counted).get
        row = OutboxRow(seq, record.id, record.kind, self._encode_record(seq, record, at))
        connection.execute(
            "INSERT INTO outbox (seq, id, kind, body) VALUES (?, ?, ?, ?)",
            (row.seq, row.id, row.kind, row.body),
        )
        return row
