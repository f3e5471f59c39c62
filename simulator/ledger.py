"""The simulated cloud's books: members, charges, payment codes, records, in one SQLite file.

Enter: charges, queries, voids, records. Leave: answers, and what was booked. One connection, used by one
thread; the caller brackets with `begin` and `commit` and answers only afterwards.

Any payment code works once. Its last six digits may ask for trouble: 000097 the code has expired, 000098
the account is empty, 000099 the customer must type a password (Pending for some queries, then captured).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from random import Random
from typing import Any

from agent.cloud.messages import Record, charge_bytes
from agent.core.benefits import Gift
from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    NeverSeen,
    Pending,
    Voided,
)
from agent.core.compare import BookRow
from agent.core.ids import DeviceId, PaymentKey
from agent.core.money import Money
from simulator import member_book
from simulator.ledger_rows import SCHEMA, Alarm, Capture, Member, StoredRecord
from simulator.member_book import MemberBook
from simulator.refund_book import RefundBook
from simulator.statement_book import StatementBook

__all__ = ["Alarm", "Capture", "Ledger", "Member", "StoredRecord"]

# Six digits: a code made by chance must not hit one.
EXPIRED_ENDING, EMPTY_ENDING, PASSWORD_ENDING = "000097", "000098", "000099"
PASSWORD_QUERIES_MAX = 3


class Ledger:
    """One open file. `broken` names the promises that are broken on purpose (simulator.promises)."""

    def __init__(self, path: Path, seed: int, members: Sequence[Member] = ()) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._seed = seed
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        self._db.executescript(member_book.SCHEMA)
        rows = [(m.person, m.name, m.balance_minor, m.points, m.level) for m in members]
        self._db.executemany("INSERT OR IGNORE INTO members VALUES (?, ?, ?, ?, ?)", rows)
        self._reach: dict[tuple[str, str], int] = {}
        self.statements = StatementBook(self._db)
        self.benefits = MemberBook(self._db)
        self.refunds = RefundBook(self._db, seed, self._moved, self.benefits.goes_back)
        self._now_utc_ms = 0
        self.broken: Collection[str] = ()

    def close(self) -> None:
        self._db.close()

    def begin(self, now_utc_ms: int = 0) -> None:
        """`now_utc_ms`: when what is booked from here on is booked."""
        self._now_utc_ms = now_utc_ms
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._db.execute("COMMIT")

    # Money -----------------------------------------------------------------------------------------

    def charge(self, request: ChargeRequest, now_utc_ms: int) -> Answer:
        """Book once, or say again what was said: same key and content, same answer."""
        content = hashlib.sha256(charge_bytes(request, DeviceId(""))).hexdigest()
        seen = self._seen(request.key)
        if seen is not None:
            state, first = seen
            if state == "voided":
                return Voided()
            if first != content and "accepts_other_content" not in self.broken:
                self._alarm("conflict", request.key)
                return Declined("conflict")
            if first == content and "same_key_charges_again" not in self.broken:
                return self._answer(request.key)
        if now_utc_ms > request.deadline_utc_ms and "ignores_deadline" not in self.broken:
            self._keep(request, content, "declined", "late")
        else:
            self._decide(request, content)
        return self._answer(request.key)

    def query(self, key: PaymentKey) -> Answer:
        """What became of a key. A customer typing a password gets on with it at each query."""
        seen = self._seen(key)
        if seen is None:
            return NeverSeen()
        if seen[0] == "pending":
            self._db.execute("UPDATE charges SET queries_left = queries_left - 1 WHERE key = ?", (key,))
            row = self._row("SELECT queries_left FROM charges WHERE key = ?", key)
            if row is not None and row[0] <= 0:
                self._capture(key)
        return self._answer(key)

    def void(self, key: PaymentKey) -> Answer:
        """Fence a key for ever, even one never seen. Money that moved stays where it is."""
        seen = self._seen(key)
        if seen is not None and seen[0] == "declined":
            return self._answer(key)
        if seen is not None and seen[0] == "captured" and "voids_captured" not in self.broken:
            return self._answer(key)
        if "void_does_not_fence" not in self.broken:
            sql = (
                "INSERT INTO charges (key, content, state) VALUES (?, '', 'voided')"
                " ON CONFLICT (key) DO UPDATE SET state = 'voided'"
            )
            self._db.execute(sql, (key,))
            self.benefits.let_go(key)
        return Voided()

    def _decide(self, request: ChargeRequest, content: str) -> None:
        reason = self._objection(request) or self.benefits.objection(request, self._now_utc_ms)
        if reason:
            self._keep(request, content, "declined", reason)
            return
        code = request.payer.code.reveal() if isinstance(request.payer, CodePayer) else ""
        if code:
            self._db.execute("INSERT OR IGNORE INTO codes VALUES (?, ?)", (_hash(code), request.key))
        self._keep(request, content, "pending", "")
        self.benefits.hold(request)
        if code.endswith(PASSWORD_ENDING):
            queries = Random(f"{self._seed}:{request.key}").randint(1, PASSWORD_QUERIES_MAX)
            self._db.execute("UPDATE charges SET queries_left = ? WHERE key = ?", (queries, request.key))
        else:
            self._capture(request.key)

    def _objection(self, request: ChargeRequest) -> str:
        """Why this cannot be paid, in one word of the contract; empty when it can."""
        match request.payer:
            case FacePayer(person):
                row = self._row("SELECT balance_minor FROM members WHERE person = ?", person)
                if row is None:
                    return "refused"
                return "funds" if row[0] < request.amount.amount_minor else ""
            case CodePayer(_, code):
                used = self._row("SELECT key FROM codes WHERE hash = ?", _hash(code.reveal()))
                if (used and used[0] != request.key) or code.reveal().endswith(EXPIRED_ENDING):
                    return "expired_code"
                return "funds" if code.reveal().endswith(EMPTY_ENDING) else ""

    def _keep(self, request: ChargeRequest, content: str, state: str, reason: str) -> None:
        person = request.payer.person if isinstance(request.payer, FacePayer) else None
        self._db.execute(
            "INSERT OR REPLACE INTO charges (key, content, state, reason, order_id, amount_minor, currency,"
            " payer, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                request.key,
                content,
                state,
                reason,
                request.order_id,
                request.amount.amount_minor,
                request.amount.currency,
                "face" if person else "code",
                person,
            ),
        )

    def _capture(self, key: PaymentKey) -> None:
        """Move the money: from the member's balance, or from wherever the code's network keeps it."""
        row = self._row(
            "SELECT order_id, amount_minor, currency, payer, person FROM charges WHERE key = ?", key
        )
        assert row is not None
        _, amount_minor, currency, _, person = row
        paid = Money(amount_minor, currency)
        earned = self.benefits.earns(person, paid) if person else 0
        self.benefits.used_up(key)
        self._db.execute(
            "UPDATE members SET balance_minor = balance_minor - ?, points = points + ? WHERE person = ?",
            (amount_minor, earned, person),
        )
        member = self._row("SELECT points FROM members WHERE person = ?", person)
        gift = self.benefits.gives(person, key, paid) if person else None
        said = f"{gift.name_zh}\n{gift.name_en}" if gift else ""
        sql = "UPDATE charges SET state = 'captured', earned = ?, balance = ?, gift = ? WHERE key = ?"
        self._db.execute(sql, (earned, member[0] if member else 0, said, key))
        sql = (
            "INSERT INTO captures (key, order_id, amount_minor, currency, payer, person, points)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        self._db.execute(sql, (key, *row, earned))
        self._moved(BookRow(key, row[0], amount_minor, currency, "captured"))

    def _moved(self, row: BookRow) -> None:
        """Money moved, or is on its way back: it has a moment, and the provider bills what moved."""
        if row.state == "accepted":
            self.statements.noticed(row.key, self._now_utc_ms)
        else:
            self.statements.moved(row, self._now_utc_ms)

    def _seen(self, key: PaymentKey) -> tuple[str, str] | None:
        if "forgets_keys" in self.broken:
            return None
        row = self._row("SELECT state, content FROM charges WHERE key = ?", key)
        return (row[0], row[1]) if row else None

    def _answer(self, key: PaymentKey) -> Answer:
        row = self._row("SELECT state, reason, earned, balance, gift FROM charges WHERE key = ?", key)
        match row:
            case ("captured", _, earned, balance, gift):
                return Captured(earned, balance, Gift(*gift.split("\n")) if gift else None)
            case ("declined", reason, *_):
                return Declined(reason)
            case ("pending", *_):
                return Pending()
            case ("voided", *_):
                return Voided()
        return NeverSeen()

    # Records ---------------------------------------------------------------------------------------

    def record(self, device: str, record: Record, body: bytes) -> str:
        """Keep a record once. An empty word: it is kept, now or before; else why it never will be."""
        row = self._row("SELECT body, device FROM records WHERE id = ?", record.id)
        if row == (body, device):
            return ""
        if row is not None:
            self._alarm("record_rewritten", record.id)
            return "the same id came before with other content"
        place = (device, record.epoch, record.seq)
        if self._row("SELECT id FROM records WHERE device = ? AND epoch = ? AND seq = ?", *place):
            self._alarm("record_seq_reused", record.id)
            return "another record has this number in this epoch"
        sql = "INSERT INTO records (id, device, epoch, seq, kind, body) VALUES (?, ?, ?, ?, ?, ?)"
        self._db.execute(sql, (record.id, *place, record.kind, body))
        return ""

    def highest_contiguous(self, device: str, epoch: str) -> int:
        """The last number before the first gap; 0 while the first is missing."""
        reach = self._reach.get((device, epoch), 0)
        sql = "SELECT 1 FROM records WHERE device = ? AND epoch = ? AND seq = ?"
        while self._row(sql, device, epoch, reach + 1):
            reach += 1
        self._reach[device, epoch] = reach
        return reach

    # Views -----------------------------------------------------------------------------------------

    def captures(self) -> list[Capture]:
        columns = "key, order_id, amount_minor, currency, payer, person, points"
        return [Capture(*row) for row in self._db.execute(f"SELECT {columns} FROM captures ORDER BY n")]

    def records(self) -> list[StoredRecord]:
        columns = "id, device, epoch, seq, kind, body"
        return [StoredRecord(*row) for row in self._db.execute(f"SELECT {columns} FROM records ORDER BY n")]

    def record_count(self) -> int:
        row = self._row("SELECT count(*) FROM records")
        return int(row[0]) if row else 0

    def alarms(self) -> list[Alarm]:
        return [Alarm(*row) for row in self._db.execute("SELECT what, about FROM alarms ORDER BY n")]

    def members(self) -> list[Member]:
        columns = "person, name, balance_minor, points, level"
        return [Member(*row) for row in self._db.execute(f"SELECT {columns} FROM members ORDER BY person")]

    def _alarm(self, what: str, about: str) -> None:
        self._db.execute("INSERT INTO alarms (what, about) VALUES (?, ?)", (what, about))

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row


def _hash(code: str) -> str:
    """Payment codes are never stored; their mark is enough to know them again."""
    return hashlib.sha256(code.encode()).hexdigest()
