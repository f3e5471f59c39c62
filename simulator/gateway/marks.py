"""The members whom a shop may trust while its link is down, and who said so.

Enters: a member, a score, the day on which they agreed, how much and how long; a debt that was paid in
another way; a member's withdrawal. Leaves: rows of the store; `mark_lists` tells the terminals.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, func, insert, select

from agent.core.consent import Purpose
from agent.core.ids import looks_like_order
from agent.core.marks import TRUST_MARKS_MAX
from simulator.gateway import tables as t
from simulator.gateway.handover import is_paid, whose
from simulator.gateway.refusals import Refused
from simulator.gateway.store import insert_missing, take, utc_ms

SCORES, SCORE_MIN = range(1001), 600
LIMITS_MINOR, DAYS = range(1, 10_000_001), range(1, 367)
DAY_MS = 86_400_000
CONSENT = "consent"
ASKED_NO_MORE = ("named", "not_paid")
THE_MEMBER = "(the member)"


@dataclass(frozen=True, slots=True)
class Mark:
    """One member at one shop: at most so much unpaid at a time, until then. `agreed`: as 2026-01-31."""

    shop: str
    person: str
    limit_minor: int
    score: int
    agreed: str
    until_utc_ms: int
    said_by: str
    utc_ms: int


class Marks:
    """The store's tables."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def add(
        self, shop: str, person: str, limit_minor: int, score: int, agreed: str, days: int, by: str
    ) -> Mark:
        """From now on; a second time under the same name changes it.

        Raises:
            Refused: unknown_shop, unknown_member, no_score, score_short, no_agreement, no_limit, no_days,
                too_many_marks.
        """
        _possible(limit_minor, score, agreed, days)
        now = utc_ms()
        mark = Mark(shop, person, limit_minor, score, agreed, now + days * DAY_MS, by, now)
        with self._store.begin() as db:
            take(db, [f"marks {shop}"])
            if db.scalar(select(t.shops.c.shop).where(t.shops.c.shop == shop)) is None:
                raise Refused("unknown_shop")
            if db.scalar(select(t.members.c.person).where(t.members.c.person == person)) is None:
                raise Refused("unknown_member")
            others = [one for one in good(db, now, shop) if one.person != person]
            if len(others) >= TRUST_MARKS_MAX:
                raise Refused("too_many_marks")
            db.execute(insert(t.marks).values(**asdict(mark)))
        return mark

    def remove(self, shop: str, person: str, by: str) -> None:
        """Trusted no more, from the moment at which a terminal hears of it. Raises Refused: not_marked."""
        with self._store.begin() as db:
            take(db, [f"marks {shop}"])
            if not any(one.person == person for one in _newest(db, shop)):
                raise Refused("not_marked")
            _over(db, shop, person, by)

    def settle(self, order_id: str, by: str) -> str:
        """The money of an order on trust came in another way; the terminal that owes it. Only what it asks
        for no more: else the member would pay twice. Raises Refused: no_order, not_owed, still_asked,
        paid_before."""
        if not looks_like_order(order_id):
            raise Refused("no_order")
        with self._store.begin() as db:
            device = _owed_to(db, order_id)
            insert_missing(db, t.settled, order_id=order_id, device=device, said_by=by, utc_ms=utc_ms())
        return device

    def all(self, shop: str = "") -> list[Mark]:
        """Those that were not taken back, also those whose time is over; of one shop, when given."""
        with self._store.begin() as db:
            return _newest(db, shop)


def withdrawn(db: Connection, body: bytes) -> None:
    """A `consent` record: whoever may not be known by face any more is trusted nowhere any more."""
    try:
        said = json.loads(body)["data"]["record"]
        over = said["given"] is False and Purpose.FACE_PAY.value in said["purposes"]
        person = str(said["person"])
    except (KeyError, TypeError, ValueError):
        return
    if not over:
        return
    for mark in (one for one in _newest(db) if one.person == person):
        _over(db, mark.shop, person, THE_MEMBER)


# --- rows -----------------------------------------------------------------------------------------------


def _possible(limit_minor: int, score: int, agreed: str, days: int) -> None:
    if score not in SCORES:
        raise Refused("no_score")
    if score < SCORE_MIN:
        raise Refused("score_short")
    try:  # it may be tomorrow already where the shop is
        if date.fromisoformat(agreed) > date.today() + timedelta(days=1):
            raise Refused("no_agreement")
    except ValueError:
        raise Refused("no_agreement") from None
    if limit_minor not in LIMITS_MINOR:
        raise Refused("no_limit")
    if days not in DAYS:
        raise Refused("no_days")


def _newest(db: Connection, shop: str = "") -> list[Mark]:
    """Of each member the last word, unless it was that it is over."""
    last = select(func.max(t.marks.c.n)).group_by(t.marks.c.shop, t.marks.c.person)
    columns = [t.marks.c[name] for name in Mark.__dataclass_fields__]
    found = select(*columns).where(t.marks.c.n.in_(last) & (t.marks.c.limit_minor > 0))
    if shop:
        found = found.where(t.marks.c.shop == shop)
    return [Mark(**row._mapping) for row in db.execute(found.order_by(t.marks.c.shop, t.marks.c.person))]


def good(db: Connection, now: int, shop: str = "") -> list[Mark]:
    """Of those that were not taken back, whose time is not over; of one shop, when given."""
    return [one for one in _newest(db, shop) if one.until_utc_ms > now]


def _over(db: Connection, shop: str, person: str, by: str) -> None:
    row = {"shop": shop, "person": person, "limit_minor": 0, "said_by": by, "utc_ms": utc_ms()}
    db.execute(insert(t.marks).values(**row))


def _owed_to(db: Connection, order_id: str) -> str:
    """The terminal at which a debt is open that is known not charged and not asked for any more."""
    mine = t.records.c.id.startswith(f"{order_id}-", autoescape=True)
    told: list[str] = []
    for body in db.scalars(select(t.records.c.body).where(mine).order_by(t.records.c.n)):
        said = json.loads(bytes(body))["data"]["record"]
        told += [str(said[key]) for key in ("outcome", "standing") if key in said]
    if "owed" not in told:
        raise Refused("not_owed")
    if is_paid(db, order_id):
        raise Refused("paid_before")
    if told[-1] not in ASKED_NO_MORE:
        raise Refused("still_asked")
    return whose(db, f"{order_id}-1")
