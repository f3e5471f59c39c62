"""The simulated cloud's book of refunds: what was given back of which charge, once a number.

Part of the ledger: same connection, same transactions. One refund in four is only accepted at first, and
given back after some queries, as a bank does.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Collection
from random import Random
from typing import Any

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
from simulator.ledger_rows import RefundBooked

ACCEPTED_IN_FOUR, QUERIES_MAX = 1, 3


class RefundBook:
    """`broken` names the promises that are broken on purpose."""

    def __init__(
        self,
        db: sqlite3.Connection,
        seed: int,
        moved: Callable[[BookRow], None],
        back: Callable[[str, int, int], None],
    ) -> None:
        self._db, self._seed, self._moved, self._back = db, seed, moved, back
        self.broken: Collection[str] = ()

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Book once, or say again what was said: same number and content, same answer."""
        content = hashlib.sha256(ask_bytes(AskRefund(request), DeviceId(""))).hexdigest()
        seen = self._row("SELECT content FROM refunds WHERE key = ?", request.key)
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
        row = self._row(
            "SELECT state, queries_left, payment_key, amount_minor FROM refunds WHERE key = ?", key
        )
        if "forgets_refunds" in self.broken:
            return RefundNeverSeen()
        if row is None:
            return Refunded() if "query_invents_refunds" in self.broken else RefundNeverSeen()
        if row[0] == "accepted":
            self._db.execute("UPDATE refunds SET queries_left = queries_left - 1 WHERE key = ?", (key,))
            if row[1] <= 1:
                self._db.execute("UPDATE refunds SET state = 'refunded' WHERE key = ?", (key,))
                self._give_back(row[2], row[3])
                self._book(key)
        return self._answer(key)

    def all(self) -> list[RefundBooked]:
        """Every refund that was not refused, oldest first."""
        sql = "SELECT key, payment_key, order_id, amount_minor, state FROM refunds WHERE state <> 'refused'"
        return [RefundBooked(*row) for row in self._db.execute(f"{sql} ORDER BY n")]

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
        amount_minor = request.amount.amount_minor
        row = (name or request.key, content, request.payment_key, request.order_id, amount_minor)
        self._db.execute(
            "INSERT INTO refunds (key, content, payment_key, order_id, amount_minor, state, reason,"
            " queries_left) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, state, reason, queries_left),
        )
        if state == "refunded":
            self._give_back(request.payment_key, amount_minor)
        if state != "refused":
            self._book(row[0])

    def _book(self, key: str) -> None:
        """Into the statements, as it stands now."""
        sql = (
            "SELECT r.key, r.order_id, r.amount_minor, c.currency, r.state FROM refunds r"
            " JOIN charges c ON c.key = r.payment_key WHERE r.key = ?"
        )
        row = self._row(sql, key)
        if row is not None:
            self._moved(BookRow(*row))

    def _objection(self, request: RefundRequest) -> str:
        """Why not, in one word of the contract; empty when it may be."""
        sql = "SELECT amount_minor, currency, order_id FROM captures WHERE key = ?"
        paid = self._row(sql, request.payment_key)
        if paid is None or paid[1:] != (request.amount.currency, request.order_id):
            return "" if "refunds_unknown_charges" in self.broken else "not_paid"
        sql = (
            "SELECT coalesce(sum(amount_minor), 0) FROM refunds"
            " WHERE payment_key = ? AND state <> 'refused'"
        )
        already = self._row(sql, request.payment_key)
        if already and already[0] + request.amount.amount_minor > paid[0]:
            return "" if "refunds_beyond_paid" in self.broken else "too_much"
        return ""

    def _give_back(self, payment_key: str, amount_minor: int) -> None:
        sql = (
            "UPDATE members SET balance_minor = balance_minor + ?"
            " WHERE person = (SELECT person FROM captures WHERE key = ?)"
        )
        self._db.execute(sql, (amount_minor, payment_key))
        sql = "SELECT sum(amount_minor) FROM refunds WHERE payment_key = ? AND state = 'refunded'"
        after = self._row(sql, payment_key)
        after_minor = after[0] or 0 if after else 0
        self._back(payment_key, after_minor - amount_minor, after_minor)

    def _answer(self, key: RefundKey) -> RefundAnswer:
        match self._row("SELECT state, reason FROM refunds WHERE key = ?", key):
            case ("refunded", _):
                return Refunded()
            case ("accepted", _):
                return RefundAccepted()
            case ("refused", reason):
                return RefundRefused(reason)
        return RefundNeverSeen()

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row
