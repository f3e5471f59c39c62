"""The cloud's books: members, charges, payment codes, records, on SQLite or PostgreSQL.

Enter: charges, queries, voids, records. Leave: answers, and what was booked. One connection, used by one
thread; the caller brackets with `begin` and `commit` and answers only afterwards. Several workers may have
the same books open: `begin` takes for itself what the batch is about, and what slips through is stopped by
a constraint, so that the caller rolls back, begins anew and finds the other's answer.

Any payment code works once. Its last six digits may ask for trouble: 000097 the code has expired, 000098
the account is empty, 000099 the customer must type a password (Pending for some queries, then captured).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, select, update

from agent.cloud.messages import Record, charge_bytes
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
from simulator.gateway import handover
from simulator.gateway import tables as t
from simulator.gateway.leaving import FAREWELL, record_came
from simulator.gateway.marks import CONSENT, withdrawn
from simulator.gateway.store import insert_missing, open_store, take
from simulator.ledger_rows import Alarm, Capture, Member, StoredRecord
from simulator.member_book import JOINED, MemberBook
from simulator.refund_book import RefundBook
from simulator.statement_book import StatementBook

__all__ = ["Alarm", "Capture", "Ledger", "Member", "StoredRecord"]

# Six digits: a code made by chance must not hit one.
EXPIRED_ENDING, EMPTY_ENDING, PASSWORD_ENDING = "000097", "000098", "000099"
PASSWORD_QUERIES_MAX = 3


class Ledger:
    """One open store. `broken` names the promises that are broken on purpose (simulator.promises)."""

    def __init__(self, store: Path | str, seed: int, members: Sequence[Member] = ()) -> None:
        self._seed = seed
        self._engine = open_store(store)
        self._db: Connection = self._engine.connect()
        self._reach: dict[tuple[str, str], int] = {}
        self.statements = StatementBook(self._db)
        self.benefits = MemberBook(self._db)
        self.refunds = RefundBook(self._db, seed, self._moved, self.benefits.goes_back)
        self._now_utc_ms = 0
        self.broken: Collection[str] = ()
        with self._db.begin():
            for m in members:
                row = {"name": m.name, "balance_minor": m.balance_minor, "points": m.points}
                insert_missing(self._db, t.members, person=m.person, **row)
                insert_missing(self._db, t.standings, person=m.person, level=m.level)

    def close(self) -> None:
        self._db.close()
        self._engine.dispose()

    def begin(self, now_utc_ms: int = 0, about: Iterable[str] = ()) -> None:
        """`now_utc_ms`: when what is booked from here on is booked. `about`: keys, persons and codes that
        are decided about; no other worker decides about them before `commit`."""
        self._now_utc_ms = now_utc_ms
        self._db.begin()
        take(self._db, about)

    def commit(self) -> None:
        self._db.commit()

    def rollback(self) -> None:
        """As if nothing had been asked since `begin`."""
        self._db.rollback()
        self._reach.clear()

    # Money -----------------------------------------------------------------------------------------

    def may_ask(self, device: str, key: str) -> bool:
        """Is this payment or refund this terminal's? Nobody else learns of it."""
        return "answers_about_foreign_keys" in self.broken or handover.whose(self._db, key) == device

    def charge(self, request: ChargeRequest, now_utc_ms: int, device: str = "") -> Answer:
        """Book once, or say again what was said: same key and content, same answer. An order is asked for
        by its own terminal (`device`), or by whom it was handed to; nothing is kept of who else tries."""
        if "answers_about_foreign_keys" in self.broken:
            device = ""
        if device and (why := handover.objection(self._db, device, request.order_id, request.key)):
            return Declined(why)
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
            left = t.charges.c.queries_left
            self._change(key, queries_left=left - 1)
            row = self._row(select(left).where(t.charges.c.key == key))
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
        if "void_does_not_fence" in self.broken:
            return Voided()
        self.benefits.let_go(key)
        if self._change(key, state="voided") == 0:
            self._db.execute(insert(t.charges).values(key=key, content="", state="voided"))
        return Voided()

    def _decide(self, request: ChargeRequest, content: str) -> None:
        reason = self._objection(request) or self.benefits.objection(request, self._now_utc_ms)
        if reason:
            self._keep(request, content, "declined", reason)
            return
        code = request.payer.code.reveal() if isinstance(request.payer, CodePayer) else ""
        if code:
            insert_missing(self._db, t.codes, hash=code_mark(code), key=request.key)
        self._keep(request, content, "pending", "")
        self.benefits.hold(request)
        if code.endswith(PASSWORD_ENDING):
            queries = Random(f"{self._seed}:{request.key}").randint(1, PASSWORD_QUERIES_MAX)
            self._change(request.key, queries_left=queries)
        else:
            self._capture(request.key)

    def _objection(self, request: ChargeRequest) -> str:
        """Why this cannot be paid, in one word of the contract; empty when it can."""
        match request.payer:
            case FacePayer(person):
                return self.benefits.pays_for(person).money_objection(person, request.amount.amount_minor)
            case CodePayer(_, code):
                used = self._row(select(t.codes.c.key).where(t.codes.c.hash == code_mark(code.reveal())))
                if (used and used[0] != request.key) or code.reveal().endswith(EXPIRED_ENDING):
                    return "expired_code"
                return "funds" if code.reveal().endswith(EMPTY_ENDING) else ""

    def _keep(self, request: ChargeRequest, content: str, state: str, reason: str) -> None:
        """Only a broken promise finds this key here; of two workers the second one's insert fails."""
        person = request.payer.person if isinstance(request.payer, FacePayer) else None
        if self.broken:
            self._db.execute(delete(t.charges).where(t.charges.c.key == request.key))
        self._db.execute(
            insert(t.charges).values(
                key=request.key,
                content=content,
                state=state,
                reason=reason,
                order_id=request.order_id,
                amount_minor=request.amount.amount_minor,
                currency=request.amount.currency,
                payer="face" if person else "code",
                person=person,
            )
        )

    def _capture(self, key: PaymentKey) -> None:
        """Move the money: from the member's balance, or from wherever the code's network keeps it."""
        c, m = t.charges.c, t.members.c
        row = self._row(
            select(c.order_id, c.amount_minor, c.currency, c.payer, c.person).where(c.key == key)
        )
        assert row is not None
        order, amount_minor, currency, payer, person = row
        paid = Money(amount_minor, currency)
        earned = self.benefits.earns(person, paid) if person else 0
        self.benefits.used_up(key)
        if person:
            self.benefits.pays_for(person).take(person, amount_minor)
            points = update(t.members).where(m.person == person).values(points=m.points + earned)
            self._db.execute(points)
        member = self._row(select(m.points).where(m.person == person))
        self._change(key, state="captured", earned=earned, balance=member[0] if member else 0)
        if person:
            self.benefits.gives(person, key, paid)
        again = select(func.count()).select_from(t.captures).where(t.captures.c.key == key)
        self._db.execute(
            insert(t.captures).values(
                key=key,
                again=again.scalar_subquery() if self.broken else 0,
                order_id=order,
                amount_minor=amount_minor,
                currency=currency,
                payer=payer,
                person=person,
                points=earned,
            )
        )
        self._moved(BookRow(key, order, amount_minor, currency, "captured"))

    def _moved(self, row: BookRow) -> None:
        """Money moved, or is on its way back: it has a moment, and the provider bills what moved."""
        if row.state == "accepted":
            self.statements.noticed(row.key, self._now_utc_ms)
        else:
            self.statements.moved(row, self._now_utc_ms)

    def _seen(self, key: PaymentKey) -> tuple[str, str] | None:
        if "forgets_keys" in self.broken:
            return None
        row = self._row(select(t.charges.c.state, t.charges.c.content).where(t.charges.c.key == key))
        return (row[0], row[1]) if row else None

    def _answer(self, key: PaymentKey) -> Answer:
        c = t.charges.c
        match self._row(select(c.state, c.reason, c.earned, c.balance).where(c.key == key)):
            case ("captured", _, earned, balance):
                return Captured(earned, balance, self.benefits.given(key))
            case ("declined", reason, _, _):
                return Declined(reason)
            case ("pending", _, _, _):
                return Pending()
            case ("voided", _, _, _):
                return Voided()
        return NeverSeen()

    def _change(self, key: PaymentKey, **values: Any) -> int:
        """How many rows there were to change."""
        return self._db.execute(update(t.charges).where(t.charges.c.key == key).values(**values)).rowcount

    # Records ---------------------------------------------------------------------------------------

    def record(self, device: str, record: Record, body: bytes) -> str:
        """Keep a record once. An empty word: it is kept, now or before; else why it never will be."""
        row = {
            "device": device,
            "epoch": record.epoch,
            "seq": record.seq,
            "kind": record.kind,
            "body": body,
        }
        if insert_missing(self._db, t.records, id=record.id, **row, utc_ms=self._now_utc_ms):
            if record.kind == JOINED:
                self.benefits.joined(body)
            if record.kind == FAREWELL:
                record_came(self._db, body)
            if record.kind == CONSENT:
                withdrawn(self._db, body)
            if record.kind == handover.HANDED_OVER:
                handover.taken(self._db, device, body)
            return ""
        r = t.records.c
        same = self._row(select(r.body, r.device).where(r.id == record.id))
        if same is None:
            self._alarm("record_seq_reused", record.id)
            return "another record has this number in this epoch"
        if (bytes(same[0]), same[1]) == (body, device):
            return ""
        self._alarm("record_rewritten", record.id)
        return "the same id came before with other content"

    def highest_contiguous(self, device: str, epoch: str) -> int:
        """The last number before the first gap; 0 while the first is missing."""
        reach = self._reach.get((device, epoch), 0)
        here, following = t.records.alias(), t.records.alias()
        mine = and_(here.c.device == device, here.c.epoch == epoch)
        after = select(following.c.n).where(
            following.c.device == device, following.c.epoch == epoch, following.c.seq == here.c.seq + 1
        )
        if self._row(select(here.c.n).where(mine, here.c.seq == reach + 1)):
            last = select(func.min(here.c.seq)).where(mine, here.c.seq > reach, ~after.exists())
            found = self._row(last)
            assert found is not None
            reach = int(found[0])
        self._reach[device, epoch] = reach
        return reach

    # Views -----------------------------------------------------------------------------------------

    def captures(self) -> list[Capture]:
        c = t.captures.c
        columns = (c.key, c.order_id, c.amount_minor, c.currency, c.payer, c.person, c.points)
        return [Capture(*row) for row in self._rows(select(*columns).order_by(c.n))]

    def records(self) -> list[StoredRecord]:
        c = t.records.c
        rows = self._rows(select(c.id, c.device, c.epoch, c.seq, c.kind, c.body).order_by(c.n))
        return [
            StoredRecord(id, device, epoch, seq, kind, bytes(body))
            for id, device, epoch, seq, kind, body in rows
        ]

    def record_count(self) -> int:
        return int(self._rows(select(func.count()).select_from(t.records))[0][0])

    def alarms(self) -> list[Alarm]:
        c = t.alarms.c
        return [Alarm(*row) for row in self._rows(select(c.what, c.about).order_by(c.n))]

    def members(self) -> list[Member]:
        c = t.members.c
        columns = (c.person, c.name, c.balance_minor, c.points)
        return [Member(*row) for row in self._rows(select(*columns).order_by(c.person))]

    def _rows(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        with self._reading():
            return [tuple(row) for row in self._db.execute(query)]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """In the transaction of a batch, or in one of our own."""
        if self._db.in_transaction():
            yield
            return
        with self._db.begin():
            yield

    def _alarm(self, what: str, about: str) -> None:
        self._db.execute(insert(t.alarms).values(what=what, about=about))

    def _row(self, query: Select[Any]) -> tuple[Any, ...] | None:
        row = self._db.execute(query).first()
        return tuple(row) if row is not None else None


def code_mark(code: str) -> str:
    """Payment codes are never stored; their mark is enough to know them again."""
    return hashlib.sha256(code.encode()).hexdigest()
