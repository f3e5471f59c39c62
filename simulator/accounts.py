"""Where a member's money comes from, in the simulated cloud: two sources behind one interface.

Enters: whose face is to be charged and how much. Leaves: an objection, or money taken. The merchant's own
book keeps balances; a card wallet is bound to a member by the code they paid with when they joined.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Protocol

WALLET_MAX_MINOR = 50_000  # what a wallet pays without asking its owner
TABLES = """
CREATE TABLE IF NOT EXISTS wallets (person TEXT PRIMARY KEY, bound_by TEXT NOT NULL) STRICT;
"""
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

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def knows(self, person: str) -> bool:
        return self._balance(person) is not None

    def objection(self, person: str, amount_minor: int) -> str:
        balance = self._balance(person)
        return "refused" if balance is None else "funds" if balance < amount_minor else ""

    def take(self, person: str, amount_minor: int) -> None:
        sql = "UPDATE members SET balance_minor = balance_minor - ? WHERE person = ?"
        self._db.execute(sql, (amount_minor, person))

    def _balance(self, person: str) -> int | None:
        sql = "SELECT balance_minor FROM members WHERE person = ?"
        row: Any = self._db.execute(sql, (person,)).fetchone()
        return row[0] if row else None


class CardWallet:
    """Members of a wallet: it pays up to a sum without asking, and settles with its owner by itself."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def bind(self, person: str, paid_key: str) -> None:
        """Whoever paid this key by code agreed there that the wallet pays for them here."""
        self._db.execute("INSERT OR IGNORE INTO wallets VALUES (?, ?)", (person, paid_key))

    def knows(self, person: str) -> bool:
        row = self._db.execute("SELECT 1 FROM wallets WHERE person = ?", (person,)).fetchone()
        return row is not None

    def objection(self, _person: str, amount_minor: int) -> str:
        return "" if amount_minor <= WALLET_MAX_MINOR else "funds"

    def take(self, person: str, amount_minor: int) -> None:
        """Its own books are not the merchant's."""


class Accounts:
    """Both sources, the wallet first: who has bound one pays with it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        db.executescript(TABLES)
        self._db = db
        self._own, self._wallet = OwnBook(db), CardWallet(db)

    def of(self, person: str) -> Source:
        """Who pays for this person; the merchant's own book for whoever nobody knows."""
        sources: tuple[Source, ...] = (self._wallet, self._own)
        return next((source for source in sources if source.knows(person)), self._own)

    def opened(self, body: bytes) -> None:
        """A `member_joined` record came: an account with the merchant, and the wallet that paid last."""
        told = json.loads(body)["data"]["record"]
        person, paid_key = str(told["person"]), told.get("paid_key")
        sql = "INSERT OR IGNORE INTO members (person, name, balance_minor, points) VALUES (?, '', 0, 0)"
        self._db.execute(sql, (person,))
        by_code = "SELECT 1 FROM charges WHERE key = ? AND state = 'captured' AND payer = 'code'"
        if paid_key and self._db.execute(by_code, (paid_key,)).fetchone():
            self._wallet.bind(person, str(paid_key))
