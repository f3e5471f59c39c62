"""The cloud's book of refunds: what was given back of which charge, once a number.

Part of the ledger: same connection, same transactions. One refund in four is only accepted at first, and
given back after some queries, as a bank does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from random import Random
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from agent.cloud.refund_messages import ask_bytes
from agent.core.charge import (
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    RefundRequest,
)
from agent.core.commands import AskRefund
from agent.core.compare import BookRow
from agent.core.ids import DeviceId, RefundKey
from simulator.gateway import tables as t
from simulator.ledger_rows import RefundBooked

ACCEPTED_IN_FOUR, QUERIES_MAX = 1, 3
R = t.refunds.c


class RefundBook:
    """`broken` names the promises that are broken on purpose."""

    def __init__(
        self,
        db: Connection,
        seed: int,
        moved: Callable[[BookRow], None],
        back: Callable[[str, int, int], None],
    ) -> None:
        self._db, self._seed, self._moved, self._back = db, seed, moved, back
        self.broken: Collection[str] = ()

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Book once, or say again what was said: same number and content, same answer."""
        content = hashlib.sha256(ask_bytes(AskRefund(request), DeviceId(""))).hexdigest()
        seen = self._row(select(R.content).where(R.key == request.key))
        if seen is not None and "refund_number_books_again" in self.broken:
            self._insert(request, content, "refunded", name=f"{request.key}/{len(self.all())}")
            return Refunded()
        if seen is not None and seen[0] != content and "accepts_other_refund" not in self.broken:
            return RefundRefused("conflict")
        if seen is not None:
            return self._answer(request.key)
        self._decide(request, content)
        return self._answer(request.key)

    def query(self, key: RefundKey) -> RefundAnswer:
        """What became of a number. The bank gets on with it at each query."""
        row = self._row(select(R.state, R.queries_left, R.payment_key, R.amount_minor).where(R.key == key))
        if "forgets_refunds" in self.broken:
            return RefundNeverSeen()
        if row is None:
            return Refunded() if "query_invents_refunds" in self.broken else RefundNeverSeen()
        if row[0] == "accepted":
            mine = update(t.refunds).where(R.key == key)
            self._db.execute(mine.values(queries_left=R.queries_left - 1))
            if row[1] <= 1:
                self._db.execute(mine.values(state="refunded"))
                self._give_back(row[2], row[3])
                self._book(key)
        return self._answer(key)

    def all(self) -> list[RefundBooked]:
        """Every refund that was not refused, oldest first."""
        columns = (R.key, R.payment_key, R.order_id, R.amount_minor, R.state)
        booked = select(*columns).where(R.state != "refused").order_by(R.n)
        if self._db.in_transaction():
            return [RefundBooked(*row) for row in self._db.execute(booked)]
        with self._db.begin():
            return [RefundBooked(*row) for row in self._db.execute(booked)]

    def _decide(self, request: RefundRequest, content: str) -> None:
        reason = self._objection(request)
        random = Random(f"{self._seed}:{request.key}")
        slow = random.randrange(4) < ACCEPTED_IN_FOUR
        state = "refused" if reason else "accepted" if slow else "refunded"
        self._insert(request, content, state, reason, random.randint(1, QUERIES_MAX))

    def _insert(
        self,
        request: RefundRequest,
        content: str,
        state: str,
        reason: str = "",
        queries_left: int = 0,
        name: str = "",
    ) -> None:
        key = name or request.key
        row = {
            "key": key,
            "content": content,
            "payment_key": request.payment_key,
            "order_id": request.order_id,
            "amount_minor": request.amount.amount_minor,
        }
        said = {"state": state, "reason": reason, "queries_left": queries_left}
        self._db.execute(insert(t.refunds).values(**row, **said))
        if state == "refunded":
            self._give_back(request.payment_key, request.amount.amount_minor)
        if state != "refused":
            self._book(key)

    def _book(self, key: str) -> None:
        """Into the statements, as it stands now."""
        charge = t.charges.c
        found = select(R.key, R.order_id, R.amount_minor, charge.currency, R.state)
        row = self._row(
            found.join_from(t.refunds, t.charges, charge.key == R.payment_key).where(R.key == key)
        )
        if row is not None:
            self._moved(BookRow(*row))

    def _objection(self, request: RefundRequest) -> str:
        """Why not, in one word of the contract; empty when it may be."""
        paid_by = t.captures.c
        capture = select(paid_by.amount_minor, paid_by.currency, paid_by.order_id)
        paid = self._row(capture.where(paid_by.key == request.payment_key))
        if paid is None or paid[1:] != (request.amount.currency, request.order_id):
            return "" if "refunds_unknown_charges" in self.broken else "not_paid"
        given = select(func.coalesce(func.sum(R.amount_minor), 0))
        already = self._row(given.where(R.payment_key == request.payment_key, R.state != "refused"))
        if already and already[0] + request.amount.amount_minor > paid[0]:
            return "" if "refunds_beyond_paid" in self.broken else "too_much"
        return ""

    def _give_back(self, payment_key: str, amount_minor: int) -> None:
        m = t.members.c
        paid_by = select(t.captures.c.person).where(t.captures.c.key == payment_key).limit(1)
        theirs = update(t.members).where(m.person == paid_by.scalar_subquery())
        self._db.execute(theirs.values(balance_minor=m.balance_minor + amount_minor))
        given = select(func.coalesce(func.sum(R.amount_minor), 0))
        after = self._row(given.where(R.payment_key == payment_key, R.state == "refunded"))
        after_minor = int(after[0]) if after else 0
        self._back(payment_key, after_minor - amount_minor, after_minor)

    def _answer(self, key: RefundKey) -> RefundAnswer:
        match self._row(select(R.state, R.reason).where(R.key == key)):
            case ("refunded", _):
                return Refunded()
            case ("accepted", _):
                return RefundAccepted()
            case ("refused", reason):
                return RefundRefused(reason)
        return RefundNeverSeen()

    def _row(self, query: Select[Any]) -> tuple[Any, ...] | None:
        row = self._db.execute(query).first()
        return tuple(row) if row is not None else None
