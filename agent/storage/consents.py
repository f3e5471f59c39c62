"""The consent ledger: who agreed to what, and the receipt of whoever is gone.

Owned by the main thread. Each change is one transaction: the ledger's rows, the template put or destroyed,
the journal's row, the record for the cloud; all of it or nothing. The running terminal writes with its own
turns (`ConsentLedger`); while it stands still a command writes turns of its own (`ConsentBook`). The rules
are `core.consent`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import apsw

from agent.core import consent
from agent.core.commands import TakeBack
from agent.core.consent import NOTICE, AgeGroup, Agreement, LedgerRow, Purpose
from agent.core.events import Agreed, ConsentChanged, Event, Instant, TemplatesRenewed
from agent.core.ids import PersonId
from agent.core.state import Kept
from agent.ports import Enrolment, Entry, Template
from agent.storage.database import Database
from agent.storage.journal import Also, Journal
from agent.storage.receipts import Receipt, Unsigned, keep_receipt, receipt_of
from agent.storage.templates import Templates, Turned

READY_MAX = 64
COLUMNS = "utc_ms, person, purpose, given, notice_version, age_group, guardian, why"
ADD = f"INSERT INTO consents ({COLUMNS}, notice_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
LAST_USED = """
SELECT person, max(utc_ms) FROM (
    SELECT person, utc_ms FROM consents WHERE given = 1 UNION ALL
    SELECT person, utc_ms FROM orders WHERE person IS NOT NULL
) GROUP BY person
"""


class ConsentRefused(Exception):
    """An agreement that may not be taken; the text says why."""


class ConsentLedger:
    """Who agreed, for whoever asks, and what belongs into the transaction of a turn that changes it. Writes
    nothing by itself: there is one journal, and the running terminal has it."""

    def __init__(self, device: str, database: Database, templates: Templates) -> None:
        self._device = device
        self._database = database
        self._templates = templates
        self._ready: dict[str, Unsigned] = {}

    # --- inside the turn's own transaction -------------------------------------------------------------

    def keep(self, connection: apsw.Connection, enrolment: Enrolment, at: Instant) -> None:
        """A member who joined at the terminal. The template was turned for the store key in force."""
        wish = enrolment.wish
        purposes, age = tuple(map(Purpose, wish.purposes)), AgeGroup(wish.age)
        agreement = Agreement(wish.person, purposes, wish.notice_version, age, wish.guardian)
        _write(connection, [_given(agreement, purpose, at) for purpose in purposes])
        epoch, _ = self._templates.store_key()
        self._templates.keep(connection, enrolment.template, epoch)

    def make_ready(self, person: PersonId, purposes: Iterable[Purpose], at: Instant, why: str) -> Unsigned:
        """What the receipt will say when these are taken back now; held until many others were."""
        gone = tuple(sorted(purposes))
        left = self.allowed(person) - set(gone)
        destroyed = None if left else self._templates.fingerprint(person)
        what = Unsigned(self._device, person, gone, destroyed, at.utc_ms, why)
        self._ready[what.sha256] = what
        while len(self._ready) > READY_MAX:
            del self._ready[next(iter(self._ready))]
        return what

    def ready(self, receipt_sha256: str) -> bool:
        """Is it held still, and true still: was nothing of it taken back or renewed meanwhile?"""
        what = self._ready.get(receipt_sha256)
        if what is None or not set(what.withdrawn) <= self.allowed(what.person):
            return False
        return what.destroyed is None or what.destroyed == self._templates.fingerprint(what.person)

    def take_back(self, connection: apsw.Connection, wish: TakeBack, at: Instant, seq: int) -> None:
        """With turn `seq`: the ledger's rows, and when nothing is left to keep the face for, its key is
        destroyed. Fold the log afterwards."""
        what = self._ready.pop(wish.receipt_sha256)
        rows = [_withdrawn(what.person, Purpose(word), at, what.why) for word in what.withdrawn]
        _write(connection, rows)
        if not self.allowed(what.person):
            self._templates.destroy(connection, what.person)
        keep_receipt(connection, what, seq)

    def carry_over(self, connection: apsw.Connection, person: PersonId, at: Instant) -> None:
        """A member from before the ledger, inside the transaction that seals their template."""
        old = LedgerRow(at.utc_ms, person, Purpose.FACE_PAY, True, 0, why="enrolled before the ledger")
        _write(connection, [old])

    # --- questions -------------------------------------------------------------------------------------

    def rows(self, person: PersonId | None = None) -> list[LedgerRow]:
        """The ledger, oldest first; one person's or everybody's."""
        where, bindings = ("WHERE person = ?", (person,)) if person is not None else ("", ())
        found = self._database.rows(f"SELECT {COLUMNS} FROM consents {where} ORDER BY seq", bindings)
        return [_read(row) for row in found]

    def allowed(self, person: PersonId) -> frozenset[Purpose]:
        """What this person's face may be used for."""
        return consent.allowed(self.rows(person))

    def agreed(self, person: PersonId) -> tuple[Agreed, ...]:
        """What stands of this person's agreements, and since when."""
        last = {row.purpose: row for row in self.rows(person)}
        standing = [last[purpose] for purpose in Purpose if purpose in last and last[purpose].given]
        return tuple(Agreed(row.purpose.value, row.notice_version, row.utc_ms) for row in standing)

    def may(self, purpose: Purpose) -> frozenset[PersonId]:
        """Everybody who agreed to this purpose."""
        last = {(row.person, row.purpose): row.given for row in self.rows()}
        return frozenset(person for (person, about), given in last.items() if given and about is purpose)

    def persons(self) -> list[PersonId]:
        """Everybody of whom a template is kept."""
        return self._templates.persons()

    def last_used_utc_ms(self) -> dict[PersonId, int]:
        """When each person last agreed or paid by face."""
        return {PersonId(person): utc_ms for person, utc_ms in self._database.rows(LAST_USED)}

    def last_written_utc_ms(self) -> int:
        """The wall clock of the journal's newest row; 0 for an empty one."""
        [(utc_ms,)] = self._database.rows("SELECT coalesce(max(utc_ms), 0) FROM journal")
        return int(utc_ms)

    def receipt(self, receipt_sha256: str) -> Receipt:
        """What the journal says of it, signed. Raises KeyError: it says nothing of it."""
        return receipt_of(self._database, self._templates.device, receipt_sha256)

    def fold_log(self) -> None:
        """No older copy of what was destroyed is left. Raises JournalFailed."""
        self._database.fold_log()


class ConsentBook(ConsentLedger):
    """The same for commands, while the terminal stands still: each change is a turn of its own. `kept` is
    the terminal's state, written unchanged."""

    def __init__(
        self, device: str, database: Database, journal: Journal, templates: Templates, kept: Kept
    ) -> None:
        super().__init__(device, database, templates)
        self._journal = journal
        self._kept = kept

    def give(self, agreement: Agreement, template: Template, at: Instant) -> None:
        """Take the agreement and the template, which was turned for the store key in force.

        Raises:
            ConsentRefused: the agreement may not be taken; nothing was written.
        """
        if why := consent.refusal(agreement):
            raise ConsentRefused(f"{agreement.person}: {why}")
        epoch, _ = self._templates.store_key()
        rows = [_given(agreement, purpose, at) for purpose in agreement.purposes]

        def also(connection: apsw.Connection) -> None:
            _write(connection, rows)
            self._templates.keep(connection, template, epoch)

        fact = ConsentChanged(agreement.person, _words(agreement.purposes), True, "agreed at enrolment")
        self._commit(fact, at, also)

    def withdraw(self, person: PersonId, purposes: Iterable[Purpose], at: Instant, why: str) -> Receipt:
        """Take agreements back. When nothing is left to keep the face for, its key is destroyed in the
        same transaction. The receipt says what was done and where the journal says so."""
        what = self.make_ready(person, purposes, at, why)
        wish, seq = TakeBack(person, what.withdrawn, what.sha256), self._journal.seq + 1
        fact = ConsentChanged(person, what.withdrawn, False, why, what.sha256)
        self._commit(fact, at, lambda connection: self.take_back(connection, wish, at, seq))
        self.fold_log()
        return self.receipt(what.sha256)

    def renew(self, turned: Turned, key: bytes, at: Instant) -> tuple[int, int]:
        """Turn every template for the new store key `key`. Returns its epoch and how many persons.

        Raises:
            StorageError: a template does not open; nothing was changed.
        """
        renewed = self._templates.renewed(turned, key)

        def also(connection: apsw.Connection) -> None:
            self._templates.replace_all(connection, renewed)

        self._commit(TemplatesRenewed(renewed.epoch, len(renewed.members)), at, also)
        self._database.fold_log()
        return renewed.epoch, len(renewed.members)

    def empty(self, at: Instant, why: str) -> int:
        """Everybody's template and every key of the store destroyed, also when the device's key is lost.
        Returns how many persons that were."""
        persons = self._templates.persons()
        for person in persons:
            self._forget(person, at, why)
        with self._database.transaction() as connection:
            self._templates.empty(connection)
        self._database.fold_log()
        return len(persons)

    def _forget(self, person: PersonId, at: Instant, why: str) -> None:
        purposes = sorted(self.allowed(person))

        def also(connection: apsw.Connection) -> None:
            _write(connection, [_withdrawn(person, purpose, at, why) for purpose in purposes])
            self._templates.destroy(connection, person)

        self._commit(ConsentChanged(person, _words(purposes), False, why), at, also)

    def _commit(self, fact: Event, at: Instant, also: Also) -> None:
        number = f"{self._device}-{self._database.epoch}-consent-row-{self._journal.seq + 1}"
        records = (consent.record(fact, number),) if isinstance(fact, ConsentChanged) else ()
        self._journal.commit(Entry(fact, at, self._kept, records=records), also)


def _given(agreement: Agreement, purpose: Purpose, at: Instant) -> LedgerRow:
    version, age, guardian = agreement.notice_version, agreement.age, agreement.guardian
    return LedgerRow(at.utc_ms, agreement.person, purpose, True, version, age, guardian, "agreed")


def _withdrawn(person: PersonId, purpose: Purpose, at: Instant, why: str) -> LedgerRow:
    return LedgerRow(at.utc_ms, person, purpose, False, NOTICE.version, why=why)


def _write(connection: apsw.Connection, rows: Iterable[LedgerRow]) -> None:
    for row in rows:
        sha256 = NOTICE.sha256 if row.notice_version == NOTICE.version else ""
        columns = (row.utc_ms, row.person, row.purpose, row.given, row.notice_version, row.age)
        connection.execute(ADD, (*columns, row.guardian, row.why, sha256))


def _read(row: Any) -> LedgerRow:
    utc_ms, person, purpose, given, version, age, guardian, why = row
    return LedgerRow(
        utc_ms, PersonId(person), Purpose(purpose), bool(given), version, AgeGroup(age), guardian, why
    )


def _words(purposes: Iterable[Purpose]) -> tuple[str, ...]:
    return tuple(purpose.value for purpose in purposes)
