"""What the owner of a shop asks the books: how much today, what became of this order, what went back.

Enters: the store. Leaves: figures and rows without a name, a code or a member. Sales and refunds are
counted from the terminals' records, which know of cash too, and as the terminals count them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Engine, false, func, or_, select

from agent.cloud.envelope import Unreadable, ms_of, unpack
from agent.core.held import Standing
from agent.core.ids import looks_like_order
from simulator.gateway import tables as t
from simulator.gateway.finding import LOOKED_AT_MAX, MONTH_MS, Sold, asked, found
from simulator.gateway.takings import KINDS, Today, counted

REFUNDS_MAX = 50


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Money that was asked back, and how far it is: accepted, refunded, refused."""

    key: str
    order_id: str
    amount_minor: int
    currency: str
    state: str
    reason: str
    utc_ms: int


@dataclass(frozen=True, slots=True)
class OrderStory:
    """One order, as the books know it."""

    order_id: str
    charges: tuple[Any, ...]
    refunds: tuple[RefundLine, ...]
    records: tuple[dict[str, Any], ...]

    @property
    def known(self) -> bool:
        return bool(self.charges or self.refunds or self.records)


class OwnersDesk:
    """Reads, never writes."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def today(self, now: datetime, devices: frozenset[str] | None = None) -> Today:
        """Since midnight of `now`'s own clock; of these terminals only, when given."""
        began_ms = int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
        records = list(self._records_since(began_ms, devices))
        doubts = [said for kind, said in records if kind == "settlement"]
        unnamed = [said for kind, said in records if kind in ("settlement", "debt")]
        return counted(records, self._said_before(doubts, began_ms), self._methods(unnamed))

    def find(self, words: str, zone: tzinfo, devices: frozenset[str] | None = None) -> list[Sold] | None:
        """Orders by the end of their number, their amount or their time of day, the newest first; None for
        words that mean none. Orders are looked for in the records of the last month."""
        fits = asked(words, zone)
        if fits is None:
            return None
        r = t.records
        since = time.time_ns() // 1_000_000 - MONTH_MS
        wanted = select(r).where(r.c.kind == "sale", r.c.utc_ms >= since).order_by(r.c.utc_ms.desc())
        if devices is not None:
            wanted = wanted.where(r.c.device.in_(devices))
        with self._store.begin() as db:
            rows = db.execute(wanted.limit(LOOKED_AT_MAX)).all()
        told = ((row, _said(row)) for row in rows)
        return found(
            ({**said, "order_id": row.id.removesuffix("-sale")} for row, said in told if said), fits
        )

    def refunds(self, order_id: str = "", devices: frozenset[str] | None = None) -> list[RefundLine]:
        """The newest first; of one order or of these terminals only, when given. Of cash
        that was handed out only the terminals know."""
        lines = [*self._asked_back(order_id, devices), *self._cash_back(order_id, devices)]
        return sorted(lines, key=lambda line: line.utc_ms, reverse=True)[:REFUNDS_MAX]

    def _asked_back(self, order_id: str, devices: frozenset[str] | None) -> list[RefundLine]:
        r, charge = t.refunds.c, t.charges.c
        columns = (
            r.key,
            r.order_id,
            r.amount_minor,
            charge.currency,
            r.state,
            r.reason,
            t.moments.c.utc_ms,
        )
        wanted = select(*columns).outerjoin_from(t.refunds, t.charges, charge.key == r.payment_key)
        wanted = (
            wanted.outerjoin(t.moments, t.moments.c.key == r.key).order_by(r.n.desc()).limit(REFUNDS_MAX)
        )
        if order_id:
            wanted = wanted.where(r.order_id == order_id)
        if devices is not None:
            theirs = [r.order_id.startswith(f"{device}-", autoescape=True) for device in devices]
            wanted = wanted.where(or_(false(), *theirs))
        with self._store.begin() as db:
            rows = db.execute(wanted).all()
        return [RefundLine(*row[:3], row[3] or "CNY", row[4], row[5], row[6] or 0) for row in rows]

    def _cash_back(self, order_id: str, devices: frozenset[str] | None) -> list[RefundLine]:
        r = t.records.c
        wanted = select(r.id, r.body, r.utc_ms).where(r.kind == "refund").order_by(r.n.desc())
        if order_id:
            wanted = wanted.where(r.id.startswith(f"{order_id}-", autoescape=True))
        if devices is not None:
            wanted = wanted.where(r.device.in_(devices))
        with self._store.begin() as db:
            rows = db.execute(wanted.limit(REFUNDS_MAX)).all()
        told = [(row.id.removesuffix("-refund"), said) for row in rows if (said := _said(row))]
        return [_handed_out(key, said) for key, said in told if said.get("method") == "cash"]

    def order(self, order_id: str) -> OrderStory:
        """Everything about one number; nothing for a word that is none."""
        if not looks_like_order(order_id):
            return OrderStory(order_id, (), (), ())
        c, m = t.charges.c, t.moments.c
        charges = select(c.key, c.state, c.reason, c.payer, c.amount_minor, c.currency, m.utc_ms)
        charges = charges.outerjoin_from(t.charges, t.moments, m.key == c.key).where(c.order_id == order_id)
        records = select(t.records.c.kind, t.records.c.body, t.records.c.utc_ms)
        records = records.where(t.records.c.id.startswith(f"{order_id}-", autoescape=True))
        with self._store.begin() as db:
            found = tuple(db.execute(charges.order_by(c.key)).all())
            kept = db.execute(records.order_by(t.records.c.n)).all()
        told = tuple({"kind": row.kind, **said} for row in kept for said in [_said(row)] if said)
        return OrderStory(order_id, found, tuple(self.refunds(order_id)), told)

    def last_sales(self) -> dict[str, int]:
        """Terminal → when its last sale came in."""
        r = t.records.c
        newest = select(r.device, func.max(r.utc_ms)).where(r.kind == "sale").group_by(r.device)
        with self._store.begin() as db:
            return {row[0]: int(row[1]) for row in db.execute(newest)}

    def _records_since(
        self, began_ms: int, devices: frozenset[str] | None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        r = t.records.c
        wanted = select(r.device, r.kind, r.body, r.utc_ms).where(r.utc_ms >= began_ms)
        with self._store.begin() as db:
            rows = db.execute(wanted.where(r.kind.in_(KINDS)).order_by(r.n)).all()
        for row in rows:
            if devices is not None and row.device not in devices:
                continue
            said = _said(row)
            if said and said["utc_ms"] >= began_ms:
                yield row.kind, said

    def _said_before(self, doubts: list[dict[str, Any]], began_ms: int) -> dict[str, str]:
        """Payment key → the last that was said of this doubt before the day."""
        keys = {str(said.get("payment_key", "")) for said in doubts}
        told = self._told({f"{key}-held-{standing.value}" for key in keys for standing in Standing})
        before = [said for said in told.values() if said["utc_ms"] < began_ms]
        before.sort(key=lambda said: int(said["utc_ms"]))
        return {str(said.get("payment_key", "")): str(said.get("standing", "")) for said in before}

    def _methods(self, records: list[dict[str, Any]]) -> dict[str, str]:
        """Order → the way of payment that its sale names."""
        orders = {str(said.get("order_id", "")) for said in records}
        told = self._told({f"{order}-sale" for order in orders})
        return {id.removesuffix("-sale"): str(said.get("method", "")) for id, said in told.items()}

    def _told(self, ids: set[str]) -> dict[str, dict[str, Any]]:
        """What the records of these names say."""
        r = t.records.c
        with self._store.begin() as db:
            rows = db.execute(select(r.id, r.body, r.utc_ms).where(r.id.in_(ids))).all() if ids else []
        return {row.id: said for row in rows for said in [_said(row)] if said}


def _handed_out(key: str, said: dict[str, Any]) -> RefundLine:
    amount, order = said.get("amount_minor"), str(said.get("order_id", ""))
    minor = amount if type(amount) is int else 0
    currency, state = str(said.get("currency", "CNY")), str(said.get("outcome", ""))
    return RefundLine(key, order, minor, currency, state, str(said.get("reason", "")), said["utc_ms"])


def _said(row: Any) -> dict[str, Any] | None:
    """What a record tells, with the moment at the terminal; None for one that we do not understand."""
    try:
        _, envelope = unpack(bytes(row.body))
        said = json.loads(bytes(envelope.data))["record"]
        utc_ms = ms_of(envelope.time) if isinstance(envelope.time, str) else row.utc_ms
    except (Unreadable, ValueError, KeyError):
        return None
    return {**said, "utc_ms": utc_ms} if isinstance(said, dict) else None
