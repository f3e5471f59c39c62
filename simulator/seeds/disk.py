"""One till's disk: what a turn wrote is there after any crash; it can be full, and the power can go.

The tables are kept in memory and refuse what `storage.schema` refuses. On some days the real journal
writes the same into SQLite beside them, and both must return the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent.cloud.messages import record_body
from agent.core.commands import KeepRecord
from agent.core.events import Event, Instant, Intent, Tapped
from agent.core.ids import DeviceId
from agent.core.shift import Shift, Standing
from agent.core.sold import SoldOrder
from agent.core.state import Kept
from agent.core.visit import Summary
from agent.ports import AttemptRow, Entry, JournalTrouble, OutboxRow, RefundRow
from agent.storage.archive import Archive
from agent.storage.database import Database, open_database
from agent.storage.folder import DATABASE
from agent.storage.journal import Journal
from agent.storage.known import CODEC
from agent.storage.refunds import all_refunds
from simulator.seeds.day_book import DayBook
from simulator.seeds.shelf import find
from simulator.seeds.shop import EPOCH


class TableRefused(Exception):
    """What was to be written contradicts what is on disk. A bug, never a day's bad luck."""


@dataclass
class Disk:
    """`agent.ports.Journal` for every process of one till. `power` is asked before and after each
    commit whether it lasts, and raises when it does not."""

    till: DeviceId
    power: Callable[[str], None]
    full: bool = False
    kept: Kept | None = None
    attempts: dict[str, AttemptRow] = field(default_factory=dict)
    orders: dict[str, Summary] = field(default_factory=dict)
    orders_utc_ms: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, RefundRow] = field(default_factory=dict)
    agreed: set[str] = field(default_factory=set)
    shifts: dict[int, Shift] = field(default_factory=dict)
    days: DayBook = field(default_factory=DayBook)
    cash_at_start: dict[int, int] = field(default_factory=dict)
    cash_at_end: dict[int, int] = field(default_factory=dict)
    outbox: dict[str, OutboxRow] = field(default_factory=dict)
    real: Journal | None = None
    real_archive: Archive | None = None
    _database: Database | None = None
    _seq: int = 0
    _ids: set[str] = field(default_factory=set)  # of every record, also of those that the cloud has
    _was_read: Kept | None = None

    def with_sqlite(self, database: Database) -> Disk:
        """From now on the real tables are written as well."""
        self.real = Journal(database, CODEC, self._encode)
        self.real_archive = Archive(database, "CNY", lambda _: None)
        self._database = database
        return self

    def close(self) -> None:
        """The day is over."""
        if self._database is not None:
            self._database.close()

    def commit(self, entry: Entry) -> tuple[OutboxRow, ...]:
        """All of the entry, or nothing of it."""
        self.power("before")
        if self.full:
            raise JournalTrouble("full", f"no space left on the disk of {self.till} (make room)")
        rows = self._write(entry)
        if self.real is not None and self.real.commit(entry) != rows:
            raise TableRefused("the real journal numbers its records differently")
        self.power("after")
        return rows

    def newest_record(self) -> int:
        """As many as were ever kept."""
        return len(self._ids)

    def read(self) -> Kept:
        """What the next process finds: through the journal's own codec, secrets forgotten."""
        found = self.kept and CODEC.decode(CODEC.encode(self.kept), Kept)
        if self.real is not None and self.real.read(Kept) != found:
            raise TableRefused("the real journal reads another state")
        self._was_read = found or Kept.fresh("CNY")
        return self._was_read

    def holds(self, kept: Kept) -> bool:
        """This is what was written last, or read."""
        return kept is self.kept or kept is self._was_read or kept in (self.kept, self._was_read)

    def pending(self) -> list[OutboxRow]:
        """Records that the cloud has not acknowledged."""
        return self.real.outbox.pending() if self.real is not None else list(self.outbox.values())

    def find(self, words: str) -> tuple[SoldOrder, ...]:
        """Orders of the past, as the back office asks for them."""
        here = find(words, self.orders.values(), self.orders_utc_ms, self.attempts, self.refunds.values())
        if self.real_archive is not None and tuple(self.real_archive.find(words)) != here:
            raise TableRefused(f"the real archive finds other orders for {words!r}")
        return here

    def real_refunds(self) -> list[RefundRow]:
        """What stands in SQLite."""
        return all_refunds(self._database) if self._database is not None else []

    # --- the tables -------------------------------------------------------------------------------

    def _write(self, entry: Entry) -> tuple[OutboxRow, ...]:
        for row in sorted(entry.attempts, key=lambda row: row.open):
            self._refuse(row)
            self.attempts[row.key] = row
        self.days.writes(entry, self.orders, self.refunds)
        self.kept = entry.kept
        self.orders |= {row.order_id: row for row in entry.orders}
        self.orders_utc_ms = {row.order_id: entry.at.utc_ms for row in entry.orders} | self.orders_utc_ms
        for part in entry.refunds:
            self._refuse_refund(part)
            if part.key not in self.refunds and _managers_word(entry.fact):
                self.agreed.add(part.key)
            self.refunds[part.key] = part
        for shift in entry.shifts:
            self._note_shift(shift)
        for gone in (*entry.dropped, *(parked.id for parked in entry.parked)):
            self.outbox.pop(gone, None)
        return tuple(self._keep(record, entry.at) for record in entry.records)

    def cash_minor(self) -> int:
        """All notes that ever went into the drawer, less those that went out."""
        orders = [
            order for order in self.orders.values() if (order.method, order.outcome) == ("cash", "paid")
        ]
        back = [row for row in self.refunds.values() if (row.method, row.outcome) == ("cash", "refunded")]
        return sum(one.amount.amount_minor for one in orders) - sum(row.amount_minor for row in back)

    def _note_shift(self, shift: Shift) -> None:
        if shift.standing is Standing.OPEN:
            self.cash_at_start.setdefault(shift.number, self.cash_minor())
        if shift.standing is Standing.ENDED:
            if self.shifts.get(shift.number, shift) != shift and shift.number in self.cash_at_end:
                raise TableRefused(f"shift {shift.number}: a shift that ended is never changed")
            self.cash_at_end.setdefault(shift.number, self.cash_minor())
        self.shifts[shift.number] = shift

    def _refuse(self, row: AttemptRow) -> None:
        old = self.attempts.get(row.key)
        if old is not None and _bound(old) != _bound(row):
            raise TableRefused(f"{row.key}: what an attempt is bound to is never changed")
        if old is not None and row.open and not old.open:
            raise TableRefused(f"{row.key}: a closed attempt is never opened again")
        for other in self.attempts.values():
            if row.open and other.open and other.order_id == row.order_id and other.key != row.key:
                raise TableRefused(f"{row.order_id}: one open attempt an order")

    def _refuse_refund(self, row: RefundRow) -> None:
        old = self.refunds.get(row.key)
        if old is not None and _bound_refund(old) != _bound_refund(row):
            raise TableRefused(f"{row.key}: what a refund is bound to is never changed")
        if old is not None and not old.open and (old.open, old.outcome) != (row.open, row.outcome):
            raise TableRefused(f"{row.key}: a refund ends once")
        if old is not None:
            return
        parts = [other for other in self.refunds.values() if other.order_id == row.order_id]
        if any(other.part == row.part for other in parts):
            raise TableRefused(f"{row.order_id}: part {row.part} was numbered before")
        order = self.orders.get(row.order_id)
        paid_minor = order.amount.amount_minor if order is not None and order.outcome == "paid" else 0
        given_minor = sum(other.amount_minor for other in parts if other.outcome != "refused")
        if given_minor + row.amount_minor > paid_minor:
            raise TableRefused(f"{row.order_id}: more would be given back than was paid")

    def _keep(self, record: KeepRecord, at: Instant) -> OutboxRow:
        if record.id in self._ids:
            raise TableRefused(f"{record.id}: a record's id is used once")
        self._ids.add(record.id)
        self._seq += 1
        row = OutboxRow(self._seq, record.id, record.kind, self._encode(self._seq, record, at))
        self.outbox[record.id] = row
        return row

    def _encode(self, seq: int, record: KeepRecord, at: Instant) -> bytes:
        return record_body(self.till, EPOCH, seq, record.id, record.kind, record.data, at.utc_ms)


def new_database(folder: Path) -> Database:
    """For a day's journal to stay. Raises FileExistsError where one lies already, StorageError."""
    if (folder / DATABASE).exists():
        raise FileExistsError(f"{folder}: a journal lies here already (keep this day in another folder)")
    return open_database(folder)


def _bound(row: AttemptRow) -> tuple[object, ...]:
    return (row.key, row.order_id, row.attempt, row.amount_minor, row.currency, row.method)


def _bound_refund(row: RefundRow) -> tuple[object, ...]:
    return (row.key, row.order_id, row.part, row.amount_minor, row.currency, row.method)


def _managers_word(fact: Event) -> bool:
    return isinstance(fact, Tapped) and fact.intent is Intent.GIVE_PIN
