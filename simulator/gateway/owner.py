"""What the owner of a shop asks the books: how much today, what became of this order, what went back.

Enters: the store. Leaves: figures and rows without a name, a code or a member. Sales and refunds are
counted from the terminals' records, which know of cash too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from agent.cloud.envelope import Unreadable, ms_of, unpack
from agent.core.ids import looks_like_order
from simulator.gateway import tables as t

SOLD = "paid"
REFUNDS_MAX = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """So many, so much, by one way of payment."""

    method: str
    count: int
    sum_minor: int


@dataclass(frozen=True, slots=True)
class Today:
    """Figures since the day began; `other` counts orders that ended without money."""

    sold: tuple[Figure, ...]
    given_back: tuple[Figure, ...]
    other: int
    currency: str

    @property
    def count(self) -> int:
        return sum(figure.count for figure in self.sold)

    @property
    def most_minor(self) -> int:
        """Of one way of payment: how long the longest bar is."""
        return max((figure.sum_minor for figure in self.sold), default=0)

    @property
    def net_minor(self) -> int:
        return sum(f.sum_minor for f in self.sold) - sum(f.sum_minor for f in self.given_back)


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
        sold: dict[str, list[int]] = defaultdict(list)
        back: dict[str, list[int]] = defaultdict(list)
        other, currency = 0, "CNY"
        for kind, said in self._records_since(began_ms, devices):
            amount, method = said.get("amount_minor"), str(said.get("method", ""))
            if type(amount) is not int:
                continue
            currency = str(said.get("currency", currency))
            if kind == "sale" and said.get("outcome") == SOLD:
                sold[method].append(amount)
            elif kind == "refund" and said.get("outcome") == "refunded":
                back[method].append(amount)
            else:
                other += kind == "sale"
        return Today(_figures(sold), _figures(back), other, currency)

    def refunds(self, order_id: str = "") -> list[RefundLine]:
        """The newest first; of one order, when given."""
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
        with self._store.begin() as db:
            rows = db.execute(wanted).all()
        return [RefundLine(*row[:3], row[3] or "CNY", row[4], row[5], row[6] or 0) for row in rows]

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
            rows = db.execute(wanted.where(r.kind.in_(["sale", "refund"]))).all()
        for row in rows:
            if devices is not None and row.device not in devices:
                continue
            said = _said(row)
            if said and said["utc_ms"] >= began_ms:
                yield row.kind, said


def _said(row: Any) -> dict[str, Any] | None:
    """What a record tells, with the moment at the terminal; None for one that we do not understand."""
    try:
        _, envelope = unpack(bytes(row.body))
        said = json.loads(bytes(envelope.data))["record"]
        utc_ms = ms_of(envelope.time) if isinstance(envelope.time, str) else row.utc_ms
    except (Unreadable, ValueError, KeyError):
        return None
    return {**said, "utc_ms": utc_ms} if isinstance(said, dict) else None


def _figures(amounts: dict[str, list[int]]) -> tuple[Figure, ...]:
    return tuple(Figure(method, len(some), sum(some)) for method, some in sorted(amounts.items()))
