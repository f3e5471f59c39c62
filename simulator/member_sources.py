"""Where members come from in the simulated cloud: the merchant's own book and a card wallet, one interface.

Enters: a person, a sum, a coupon. Leaves: an objection in one word of the contract, money taken, coupons
held and let go. Inside the ledger's transactions; owned by the thread of the ledger. A real source is a
system of its own, asked over the network; a third one is a third class here and a line in `MemberBook`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import msgspec
from sqlalchemy import Connection, insert, select, update

from agent.core.benefits import Coupon
from agent.core.ids import CouponId, PersonId
from simulator.gateway import tables as t
from simulator.gateway.store import insert_missing

OWN, WALLET = "own", "wallet"
WALLET_MAX_MINOR = 50_000  # what a wallet pays without asking its owner
C = t.coupons.c


class MemberSource(Protocol):
    """One keeper of members: of their money and of their coupons."""

    def knows(self, person: str) -> bool:
        """Does it pay for this person?"""

    def money_objection(self, person: str, amount_minor: int) -> str:
        """Why this cannot be paid; empty when it can."""

    def take(self, person: str, amount_minor: int) -> None:
        """Book it."""

    def issue(self, person: str, coupon: Coupon) -> None:
        """One coupon more for this person; the same number again changes nothing."""

    def has(self, person: PersonId) -> list[Coupon]:
        """Every coupon that is free now."""

    def coupon_objection(self, coupon: CouponId, person: PersonId, now_utc_ms: int) -> str | None:
        """Why it cannot be used; empty when it can; None: not one of ours."""

    def hold(self, coupon: CouponId, key: str) -> None:
        """Nobody else may use it, until it is let go."""

    def let_go(self, coupon: CouponId, key: str) -> None:
        """It is free again, if this key holds it."""


class _Coupons:
    """The coupons of one source, which is all that sources do alike."""

    source: str

    def __init__(self, db: Connection) -> None:
        self._db = db

    def issue(self, person: str, coupon: Coupon) -> None:
        body = msgspec.json.encode(coupon).decode()
        insert_missing(self._db, t.coupons, id=coupon.id, source=self.source, person=person, body=body)

    def has(self, person: PersonId) -> list[Coupon]:
        mine = select(C.body).where(C.source == self.source, C.person == person, C.key == "")
        return [msgspec.json.decode(body, type=Coupon) for (body,) in self._db.execute(mine.order_by(C.id))]

    def coupon_objection(self, coupon: CouponId, person: PersonId, now_utc_ms: int) -> str | None:
        mine = select(C.person, C.body, C.key).where(C.id == coupon, C.source == self.source)
        row = self._db.execute(mine).first()
        if row is None:
            return None
        until_ms = msgspec.json.decode(row[1], type=Coupon).until_utc_ms
        if row[0] != person or row[2]:
            return "coupon_used"
        return "coupon_ended" if until_ms and now_utc_ms >= until_ms else ""

    def hold(self, coupon: CouponId, key: str) -> None:
        mine = update(t.coupons).where(C.id == coupon, C.source == self.source).values(key=key)
        if self._db.execute(mine).rowcount:
            self._db.execute(insert(t.coupon_moves).values(coupon=coupon, key=key, move="held"))

    def let_go(self, coupon: CouponId, key: str) -> None:
        mine = update(t.coupons).where(C.id == coupon, C.source == self.source, C.key == key)
        if self._db.execute(mine.values(key="")).rowcount:
            self._db.execute(insert(t.coupon_moves).values(coupon=coupon, key=key, move="free"))


class OwnMembers(_Coupons):
    """The merchant's own members, with a balance each; the merchant issues their coupons."""

    source = OWN

    def open(self, person: str) -> None:
        """An account with nothing on it, if there is none."""
        insert_missing(self._db, t.members, person=person, name="", balance_minor=0, points=0)

    def knows(self, person: str) -> bool:
        return self._balance(person) is not None

    def money_objection(self, person: str, amount_minor: int) -> str:
        balance = self._balance(person)
        return "refused" if balance is None else "funds" if balance < amount_minor else ""

    def take(self, person: str, amount_minor: int) -> None:
        m = t.members.c
        less = m.balance_minor - amount_minor
        self._db.execute(update(t.members).where(m.person == person).values(balance_minor=less))

    def _balance(self, person: str) -> int | None:
        m = t.members.c
        return self._db.execute(select(m.balance_minor).where(m.person == person)).scalar()


class CardWallet(_Coupons):
    """Members of a payment network's wallet: it pays up to a sum without asking and settles with its owner
    by itself. Its coupons bear numbers of its own, so that both sources may count theirs as they like."""

    source = WALLET

    def bind(self, person: str, paid_key: str) -> None:
        """Whoever paid this key by code agreed there that the wallet pays for them here."""
        c = t.charges.c
        by_code = (c.key == paid_key) & (c.state == "captured") & (c.payer == "code")
        if self._db.execute(select(c.key).where(by_code)).first() is not None:
            insert_missing(self._db, t.wallets, person=person, bound_by=paid_key)

    def knows(self, person: str) -> bool:
        known = select(t.wallets.c.person).where(t.wallets.c.person == person)
        return self._db.execute(known).first() is not None

    def money_objection(self, _person: str, amount_minor: int) -> str:
        return "" if amount_minor <= WALLET_MAX_MINOR else "funds"

    def take(self, _person: str, _amount_minor: int) -> None:
        """Its own books are not the merchant's."""

    def issue(self, person: str, coupon: Coupon) -> None:
        super().issue(person, replace(coupon, id=CouponId(f"{WALLET}:{coupon.id}")))
