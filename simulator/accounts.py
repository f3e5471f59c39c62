"""Where a member's money comes from, in the simulated cloud: two sources behind one interface.

Enters: whose face is to be charged and how much. Leaves: an objection, or money taken. The merchant's own
book keeps balances; a card wallet is bound to a member by the code they paid with when they joined.
"""

from __future__ import annotations

import json
from typing import Protocol

from sqlalchemy import Connection, select, update

from simulator.gateway import tables as t
from simulator.gateway.store import insert_missing

WALLET_MAX_MINOR = 50_000  # what a wallet pays without asking its owner
JOINED = "member_joined"


class Source(Protocol):
    """One keeper of members' money. Owned by the thread of the ledger."""

    def knows(self, person: str) -> bool:
        """Is this one of its members?"""

    def objection(self, person: str, amount_minor: int) -> str:
        """Why this cannot be paid, in one word of the contract; empty when it can."""

    def take(self, person: str, amount_minor: int) -> None:
        """Book it."""


class OwnBook:
    """The merchant's own members, with a balance each."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def open(self, person: str) -> None:
        """An account with nothing on it, if there is none."""
        insert_missing(self._db, t.members, person=person, name="", balance_minor=0, points=0)

    def knows(self, person: str) -> bool:
        return self._balance(person) is not None

    def objection(self, person: str, amount_minor: int) -> str:
        balance = self._balance(person)
        return "refused" if balance is None else "funds" if balance < amount_minor else ""

    def take(self, person: str, amount_minor: int) -> None:
        c = t.members.c
        less = (
            update(t.members).where(c.person == person).values(balance_minor=c.balance_minor - amount_minor)
        )
        self._db.execute(less)

    def _balance(self, person: str) -> int | None:
        c = t.members.c
        return self._db.execute(select(c.balance_minor).where(c.person == person)).scalar()


class CardWallet:
    """Members of a wallet: it pays up to a sum without asking, and settles with its owner by itself."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def bind(self, person: str, paid_key: str) -> None:
        """Whoever paid this key by code agreed there that the wallet pays for them here."""
        c = t.charges.c
        by_code = (c.key == paid_key) & (c.state == "captured") & (c.payer == "code")
        if self._db.execute(select(c.key).where(by_code)).first() is not None:
            insert_missing(self._db, t.wallets, person=person, bound_by=paid_key)

    def knows(self, person: str) -> bool:
        known = select(t.wallets.c.person).where(t.wallets.c.person == person)
        return self._db.execute(known).first() is not None

    def objection(self, _person: str, amount_minor: int) -> str:
        return "" if amount_minor <= WALLET_MAX_MINOR else "funds"

    def take(self, _person: str, _amount_minor: int) -> None:
        """Its own books are not the merchant's."""


class Accounts:
    """Both sources, the wallet first: who has bound one pays with it."""

    def __init__(self, db: Connection) -> None:
        self._own, self._wallet = OwnBook(db), CardWallet(db)

    def of(self, person: str) -> Source:
        """Who pays for this person; the merchant's own book for whoever nobody knows."""
        sources: tuple[Source, ...] = (self._wallet, self._own)
        return next((source for source in sources if source.knows(person)), self._own)

    def opened(self, body: bytes) -> None:
        """A `member_joined` record came: an account with the merchant, and the wallet that paid last."""
        told = json.loads(body)["data"]["record"]
        person = str(told["person"])
        self._own.open(person)
        if told.get("paid_key"):
            self._wallet.bind(person, str(told["paid_key"]))
