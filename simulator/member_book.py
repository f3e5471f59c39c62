"""The simulated cloud's members: what each has, from two sources, and what a payment used of it.

Part of the ledger: same connection, same transactions. The merchant's own members and a card wallet stand
behind one interface; a member may be known to both. What a payment uses is held under its key as long as
the money may move, used up when it has moved, free again when it was declined or voided, and given back
with the money by a refund.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol

import msgspec

from agent.core.benefits import COUPONS_MAX, NO_RULES, Coupon, Gift, Holdings, MembershipRules, Used
from agent.core.charge import ChargeRequest, CodePayer
from agent.core.ids import CouponId, PersonId
from agent.core.membership import given_back, points_earned
from agent.core.money import Money

SCHEMA = """
CREATE TABLE IF NOT EXISTS coupons (id TEXT PRIMARY KEY, source TEXT NOT NULL, person TEXT NOT NULL,
    body TEXT NOT NULL, key TEXT) STRICT;
CREATE TABLE IF NOT EXISTS uses (key TEXT PRIMARY KEY, person TEXT NOT NULL, used TEXT NOT NULL,
    state TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS coupon_moves (n INTEGER PRIMARY KEY, coupon TEXT NOT NULL, key TEXT NOT NULL,
    move TEXT NOT NULL) STRICT;
"""
OWN, WALLET = "own", "wallet"


class MemberSource(Protocol):
    """Where coupons of a member come from. A real one is a system of its own, asked over the network."""

    def has(self, person: PersonId) -> list[Coupon]:
        """Every coupon that is free now."""

    def objection(self, coupon: CouponId, person: PersonId, now_utc_ms: int) -> str | None:
        """Why it cannot be used, in one word of the contract; empty when it can; None: not one of ours."""

    def hold(self, coupon: CouponId, key: str) -> None:
        """Nobody else may use it, until it is let go."""

    def let_go(self, coupon: CouponId, key: str) -> None:
        """It is free again, if this key holds it."""


class OwnMembers:
    """The merchant's own members: coupons that the merchant issued."""

    source = OWN

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def issue(self, person: str, coupon: Coupon) -> None:
        """One coupon more for this member; the same number again changes nothing."""
        body = msgspec.json.encode(coupon).decode()
        row = (coupon.id, self.source, person, body)
        self._db.execute("INSERT OR IGNORE INTO coupons VALUES (?, ?, ?, ?, NULL)", row)

    def has(self, person: PersonId) -> list[Coupon]:
        sql = "SELECT body FROM coupons WHERE source = ? AND person = ? AND key IS NULL ORDER BY id"
        rows = self._db.execute(sql, (self.source, person)).fetchall()
        return [msgspec.json.decode(body, type=Coupon) for (body,) in rows]

    def objection(self, coupon: CouponId, person: PersonId, now_utc_ms: int) -> str | None:
        sql = "SELECT person, body, key FROM coupons WHERE id = ? AND source = ?"
        row = self._db.execute(sql, (coupon, self.source)).fetchone()
        if row is None:
            return None
        until_ms = msgspec.json.decode(row[1], type=Coupon).until_utc_ms
        if row[0] != person or row[2] is not None:
            return "coupon_used"
        return "coupon_ended" if until_ms and now_utc_ms >= until_ms else ""

    def hold(self, coupon: CouponId, key: str) -> None:
        self._db.execute("UPDATE coupons SET key = ? WHERE id = ?", (key, coupon))
        self._noted(coupon, key, "held")

    def let_go(self, coupon: CouponId, key: str) -> None:
        self._db.execute("UPDATE coupons SET key = NULL WHERE id = ? AND key = ?", (coupon, key))
        self._noted(coupon, key, "free")

    def _noted(self, coupon: CouponId, key: str, move: str) -> None:
        sql = "INSERT INTO coupon_moves (coupon, key, move) VALUES (?, ?, ?)"
        self._db.execute(sql, (coupon, key, move))


class CardWallet(OwnMembers):
    """A card wallet of a payment network. Its coupons bear its own numbers, so that both sources may count
    theirs as they like."""

    source = WALLET

    def issue(self, person: str, coupon: Coupon) -> None:
        """One coupon more in this member's wallet."""
        super().issue(person, replace(coupon, id=CouponId(f"{WALLET}:{coupon.id}")))


class MemberBook:
    """All sources as one. `broken` names the promises that are broken on purpose."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.own, self.wallet = OwnMembers(db), CardWallet(db)
        self._sources: Sequence[MemberSource] = (self.own, self.wallet)
        self.rules: MembershipRules = NO_RULES
        self.gift: Callable[[str, Money], Coupon | None] = lambda _key, _paid: None
        self.broken: Collection[str] = ()

    def holdings(self, person: PersonId) -> Holdings | None:
        """What the member has now; None for somebody no source knows."""
        row = self._row("SELECT level, points FROM members WHERE person = ?", person)
        coupons = [coupon for source in self._sources for coupon in source.has(person)]
        if row is None:
            return None
        coupons.sort(key=lambda coupon: (coupon.until_utc_ms or 1 << 62, coupon.id))
        bought = self._row("SELECT 1 FROM captures WHERE person = ?", person)
        return Holdings(person, row[0], row[1], tuple(coupons[:COUPONS_MAX]), bought is None)

    def objection(self, request: ChargeRequest, now_utc_ms: int) -> str:
        """Why this cannot be used, in one word of the contract; empty when it can. All of it or nothing."""
        used = request.used
        if isinstance(request.payer, CodePayer):
            return "coupon_used" if used.off_minor else ""
        person = request.payer.person
        for coupon in used.coupons:
            said = [source.objection(coupon.id, person, now_utc_ms) for source in self._sources]
            why = next((word for word in said if word is not None), "coupon_used")
            if why and "coupon_used_twice" not in self.broken:
                return why
        row = self._row("SELECT points FROM members WHERE person = ?", person)
        return "points_short" if used.points and (row is None or row[0] < used.points) else ""

    def hold(self, request: ChargeRequest) -> None:
        """The money may move from here on: what goes with it is nobody else's any more."""
        if not request.used.takes() or isinstance(request.payer, CodePayer):
            return
        person, body = request.payer.person, msgspec.json.encode(request.used).decode()
        row = (request.key, person, body)
        self._db.execute("INSERT INTO uses (key, person, used, state) VALUES (?, ?, ?, 'held')", row)
        for coupon in request.used.coupons:
            for source in self._sources:
                if source.objection(coupon.id, person, 0) is not None:
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
        self._db.execute("UPDATE uses SET state = 'free' WHERE key = ?", (key,))

    def used_up(self, key: str) -> None:
        """The money moved."""
        self._db.execute("UPDATE uses SET state = 'used' WHERE key = ?", (key,))

    def goes_back(self, key: str, before_minor: int, after_minor: int) -> None:
        """So much of the money is back; what was used goes back with it, and what was earned goes."""
        row = self._row("SELECT person, amount_minor, points FROM captures WHERE key = ?", key)
        if row is None or row[0] is None or not row[1] or "refund_keeps_coupons" in self.broken:
            return
        person, paid_minor, earned = row
        found = self._use(key)
        used = found[1] if found else Used()
        after_minor = min(after_minor, paid_minor)
        back = given_back(used, earned, paid_minor, min(before_minor, after_minor), after_minor)
        for coupon in back.coupons:
            self._free(coupon, key)
        self._points(person, back.points - back.earned)

    def earns(self, person: str, paid: Money) -> int:
        """Points for a payment of this member."""
        row = self._row("SELECT level FROM members WHERE person = ?", person)
        return points_earned(self.rules, row[0] if row else "", paid)

    def gives(self, person: str, key: str, paid: Money) -> Gift | None:
        """A coupon for having paid, if the merchant has one to give."""
        coupon = self.gift(key, paid)
        if coupon is None:
            return None
        self.own.issue(person, coupon)
        return Gift(coupon.name_zh, coupon.name_en)

    def moves(self) -> list[tuple[str, str, str]]:
        """Coupon, key, held or free: in the order in which it happened."""
        return self._db.execute("SELECT coupon, key, move FROM coupon_moves ORDER BY n").fetchall()

    def _free(self, coupon: CouponId, key: str) -> None:
        for source in self._sources:
            if source.objection(coupon, PersonId(""), 0) is not None:
                source.let_go(coupon, key)

    def _use(self, key: str) -> tuple[str, Used, str] | None:
        row = self._row("SELECT person, used, state FROM uses WHERE key = ?", key)
        return (row[0], msgspec.json.decode(row[1], type=Used), row[2]) if row else None

    def _points(self, person: str, more: int) -> None:
        self._db.execute("UPDATE members SET points = points + ? WHERE person = ?", (more, person))

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row
