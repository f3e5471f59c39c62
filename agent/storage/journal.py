"""One turn → one transaction: fact, new state, attempts, orders, outbox; all of it or nothing.

Owned by the main thread. What is committed here survives a power cut, and only then may a wish be
carried out. The tables refuse what would charge twice, whatever the core believes (see `schema`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from hashlib import sha256
from typing import Protocol, TypeVar

import apsw

from agent.core.commands import TakeBack
from agent.core.events import Instant
from agent.core.visit import Stage, Visit
from agent.ports import AttemptRow, Enrolment, Entry, OutboxRow
from agent.storage.blind import blinded
from agent.storage.chain import Row, genesis, link
from agent.storage.codec import Codec
from agent.storage.database import Database
from agent.storage.orders import Orders
from agent.storage.outbox import EncodeRecord, Outbox
from agent.storage.refunds import put_refunds
from agent.storage.shifts import put_days, put_shifts
from agent.storage.slips import put_slip
from agent.storage.surroundings import Surroundings

T = TypeVar("T")
Also = Callable[[apsw.Connection], object]

ADD_ROW = """
INSERT INTO journal (seq, mono_ms, utc_ms, kind, body, order_id, stage, kept_sha256, hash)
VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, ?)
"""
PUT_ATTEMPT = """
INSERT INTO attempts (key, order_id, attempt, amount_minor, currency, method, open, outcome, begun_utc_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    order_id = excluded.order_id, attempt = excluded.attempt, amount_minor = excluded.amount_minor,
    currency = excluded.currency, method = excluded.method, open = excluded.open, outcome = excluded.outcome
"""


class Consenting(Protocol):
    """What of somebody's consent is written with the turn."""

    def keep(self, connection: apsw.Connection, enrolment: Enrolment, at: Instant) -> None:
        """A member who joined."""

    def take_back(self, connection: apsw.Connection, wish: TakeBack, at: Instant, seq: int) -> None:
        """A member who withdrew, with the turn of this number."""


class Journal:
    """Reads the last state at start-up; from then on `commit` is the only way anything is written."""

    def __init__(
        self,
        database: Database,
        codec: Codec,
        encode_record: EncodeRecord,
        consents: Consenting | None = None,
    ) -> None:
        """`consents` writes with the turn who joined and who withdrew."""
        self._consents = consents
        self.outbox = Outbox(database, encode_record)
        self.orders = Orders(database)
        self._newest_record = self.outbox.newest
        self._surroundings = Surroundings(database, codec)
        self._database = database
        self._codec = codec
        last = database.rows("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
        self._seq: int
        self._hash: bytes
        self._seq, self._hash = last[0] if last else (0, genesis(database.epoch))

    @property
    def seq(self) -> int:
        """Number of the last entry; 0 when there is none."""
        return self._seq

    @property
    def digest(self) -> bytes:
        """Hash of the last entry: it stands for all that was written up to it."""
        return self._hash

    def read(self, kind: type[T]) -> T | None:
        """The state the last entry left; None for a terminal that has never sold anything.

        Raises:
            CodecError: this program cannot read what another version wrote.
        """
        rows = self._database.rows("SELECT body FROM state")
        return self._codec.decode(rows[0][0], kind) if rows else None

    def commit(self, entry: Entry, also: Also | None = None) -> tuple[OutboxRow, ...]:
        """Write one turn, and what must stand or fall with it. On disk when this returns; the new
        outbox rows are ready to be delivered.

        Raises:
            JournalFull, JournalFailed: nothing was written; nothing may be carried out.
            JournalRefused: the tables refuse it; a broken invariant.
            CodecError: the state holds something that could not be read back.
        """
        kept = self._codec.encode(entry.kept)
        row = self._row(entry, kept)
        hash_ = link(self._hash, row)
        with self._database.transaction() as connection:
            connection.execute(ADD_ROW, (*row, hash_))
            connection.execute("REPLACE INTO state (only, seq, body) VALUES (1, ?, ?)", (row.seq, kept))
            _put_attempts(connection, entry.attempts, entry.at.utc_ms)
            self.orders.put(connection, entry.orders, entry.at)
            put_slip(connection, entry)
            put_refunds(connection, entry.refunds)
            put_shifts(connection, entry.shifts)
            put_days(connection, entry.days)
            self.outbox.drop(connection, entry.dropped)
            self.outbox.park(connection, entry.parked)
            rows = self.outbox.keep(connection, entry.records, entry.at)
            news = self._surroundings.put(connection, entry, row.seq, hash_)
            if entry.enrolment is not None and self._consents is not None:
                self._consents.keep(connection, entry.enrolment, entry.at)
            if entry.taken_back is not None and self._consents is not None:
                self._consents.take_back(connection, entry.taken_back, entry.at, row.seq)
            if also is not None:
                also(connection)
        self._newest_record = rows[-1].seq if rows else self._newest_record
        self._surroundings.written(news, entry)
        self._seq, self._hash = row.seq, hash_
        return rows

    def newest_record(self) -> int:
        """The number of the last record that was ever kept here; 0 when there was none."""
        return self._newest_record

    def _row(self, entry: Entry, kept: str) -> Row:
        visit = entry.kept.visit
        return Row(
            seq=self._seq + 1,
            mono_ms=entry.at.mono_ms,
            utc_ms=entry.at.utc_ms,
            kind=type(entry.fact).__name__.encode(),
            body=self._codec.encode(entry.fact).encode(),
            order_id=(visit.order_id or "").encode(),
            stage=standing(visit).encode(),
            kept_sha256=sha256(blinded(kept).encode()).digest(),
        )


def standing(visit: Visit) -> str:
    """How the visit stands: its stage, and while money is asked for also the payment's phase."""
    if visit.stage is Stage.PAY and visit.payment is not None:
        return f"{visit.stage.value}/{visit.payment.phase.value}"
    return visit.stage.value


def _put_attempts(connection: apsw.Connection, rows: tuple[AttemptRow, ...], utc_ms: int) -> None:
    """Closed ones first: a turn may close one attempt and open the next of the same order."""
    ordered = sorted(rows, key=lambda row: row.open)
    connection.executemany(PUT_ATTEMPT, [(*astuple(row), utc_ms) for row in ordered])
