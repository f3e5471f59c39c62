"""The cloud's members: who pays for each, what each has, and what a payment used of it.

Part of the ledger: same connection, same transactions. The merchant's own members and a card wallet stand
behind one interface (`simulator.member_sources`); a member may be known to both. What a payment uses is
held under its key as long as the money may move, used up when it has moved, free again when it was declined
or voided, and given back with the money by a refund.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select, update

from agent.core.benefits import COUPONS_MAX, NO_RULES, Coupon, Gift, Holdings, MembershipRules, Used
from agent.core.charge import ChargeRequest, CodePayer
from agent.core.ids import CouponId, PersonId
from agent.core.membership import given_back, points_earned
from agent.core.money import Money
from simulator.gateway import tables as t
from simulator.gateway.store import insert_missing
from simulator.member_sources import CardWallet, MemberSource, OwnMembers

JOINED = "member_joined"


class MemberBook:
    """All sources as one. `broken` names the promises that are broken on purpose."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.own, self.wallet = OwnMembers(db), CardWallet(db)
        self._sources: tuple[MemberSource, ...] = (self.wallet, self.own)
        self.rules: MembershipRules = NO_RULES
        self.gift: Callable[[str, Money], Coupon | None] = lambda _key, _paid: None
        self.broken: Collection[str] = ()

    def give(self, person: str, coupons: Sequence[Coupon], wallet: bool = False) -> None:
        """These are the member's from now on."""
        source: MemberSource = self.wallet if wallet else self.own
        with self._inside():
            for coupon in coupons:
                source.issue(person, coupon)

    def holdings(self, person: PersonId) -> Holdings | None:
        """What the member has now; None for somebody no source knows."""
        with self._inside():
            row = self._row(select(t.members.c.points).where(t.members.c.person == person))
            coupons = [coupon for source in self._sources for coupon in source.has(person)]
            if row is None and not coupons:
                return None
            bought = self._row(select(t.captures.c.key).where(t.captures.c.person == person).limit(1))
            level = self._level(person)
        coupons.sort(key=lambda coupon: (coupon.until_utc_ms or 1 << 62, coupon.id))
        return Holdings(person, level, row[0] if row else 0, tuple(coupons[:COUPONS_MAX]), bought is None)

    def moves(self) -> list[tuple[str, str, str]]:
        """Coupon, key, held or free: in the order in which it happened."""
        m = t.coupon_moves.c
        with self._inside():
            rows = self._db.execute(select(m.coupon, m.key, m.move).order_by(m.n)).all()
        return [(row[0], row[1], row[2]) for row in rows]

    # Inside the ledger's own transactions ----------------------------------------------------------

    def joined(self, body: bytes) -> None:
        """A `member_joined` record came: an account with the merchant, and the wallet that paid last."""
        told = json.loads(body)["data"]["record"]
        self.own.open(str(told["person"]))
        if told.get("paid_key"):
            self.wallet.bind(str(told["person"]), str(told["paid_key"]))

    def pays_for(self, person: str) -> MemberSource:
        """Whoever has bound a wallet pays with it; for whoever nobody knows the own book answers."""
        return next((source for source in self._sources if source.knows(person)), self.own)

    def objection(self, request: ChargeRequest, now_utc_ms: int) -> str:
        """Why this cannot be used, in one word of the contract; empty when it can. All of it or nothing."""
        used = request.used
        if isinstance(request.payer, CodePayer):
            return "coupon_used" if used.off_minor else ""
        person = request.payer.person
        for coupon in used.coupons:
            said = [source.coupon_objection(coupon.id, person, now_utc_ms) for source in self._sources]
            why = next((word for word in said if word is not None), "coupon_used")
            if why and "coupon_used_twice" not in self.broken:
                return why
        row = self._row(select(t.members.c.points).where(t.members.c.person == person))
        return "points_short" if used.points and (row is None or row[0] < used.points) else ""

    def hold(self, request: ChargeRequest) -> None:
        """The money may move from here on: what goes with it is nobody else's any more."""
        if not request.used.takes() or isinstance(request.payer, CodePayer):
            return
        person, body = request.payer.person, msgspec.json.encode(request.used).decode()
        insert_missing(self._db, t.uses, key=request.key, person=person, used=body, state="held")
        for coupon in request.used.coupons:
            for source in self._sources:
                source.hold(coupon.id, request.key)
        self._points(person, -request.used.points)

    def let_go(self, key: str) -> None:
        """Nothing moved and nothing can any more: all of it is free again."""
        if (found := self._use(key)) is None or found[2] != "held":
            return
        person, used, _ = found
        for coupon in used.coupons:
            self._free(coupon.id, key)
        self._points(person, used.points)
        self._now(key, "free")

    def used_up(self, key: str) -> None:
        """The money moved."""
        self._now(key, "used")

    def goes_back(self, key: str, before_minor: int, after_minor: int) -> None:
        """So much of the money is back; what was used goes back with it, and what was earned goes."""
        c = t.captures.c
        row = self._row(select(c.person, c.amount_minor, c.points).where(c.key == key))
        if row is None or row[0] is None or not row[1] or "refund_keeps_coupons" in self.broken:
            return
        person, paid_minor, earned = row
        found = self._use(key)
        after_minor = min(after_minor, paid_minor)
        before_minor = min(before_minor, after_minor)
        back = given_back(found[1] if found else Used(), earned, paid_minor, before_minor, after_minor)
        for coupon in back.coupons:
            self._free(coupon, key)
        self._points(person, back.points - back.earned)

    def earns(self, person: str, paid: Money) -> int:
        """Points for a payment of this member."""
        return points_earned(self.rules, self._level(person), paid)

    def gives(self, person: str, key: str, paid: Money) -> None:
        """A coupon for having paid, if the merchant has one to give."""
        coupon = self.gift(key, paid)
        if coupon is not None:
            self.own.issue(person, coupon)
            insert_missing(self._db, t.gifts, key=key, name_zh=coupon.name_zh, name_en=coupon.name_en)

    def given(self, key: str) -> Gift | None:
        """The coupon that was given for this payment."""
        g = t.gifts.c
        row = self._row(select(g.name_zh, g.name_en).where(g.key == key))
        return Gift(*row) if row else None

    def _free(self, coupon: CouponId, key: str) -> None:
        for source in self._sources:
            source.let_go(coupon, key)

    def _level(self, person: str) -> str:
        row = self._row(select(t.standings.c.level).where(t.standings.c.person == person))
        if row and row[0]:
            return str(row[0])
        return self.rules.levels[0].key if self.rules.levels else ""  # whoever joins has the first one

    def _use(self, key: str) -> tuple[str, Used, str] | None:
        u = t.uses.c
        row = self._row(select(u.person, u.used, u.state).where(u.key == key))
        return (row[0], msgspec.json.decode(row[1], type=Used), row[2]) if row else None

    def _now(self, key: str, state: str) -> None:
        self._db.execute(update(t.uses).where(t.uses.c.key == key).values(state=state))

    def _points(self, person: str, more: int) -> None:
        m = t.members.c
        self._db.execute(update(t.members).where(m.person == person).values(points=m.points + more))

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """In the transaction of a batch, or in one of our own."""
        if self._db.in_transaction():
            yield
            return
        with self._db.begin():
            yield

    def _row(self, query: Select[Any]) -> tuple[Any, ...] | None:
        row = self._db.execute(query).first()
        return tuple(row) if row is not None else None
