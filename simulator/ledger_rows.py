"""What stands in the simulated cloud's books: the tables, and their rows as the desk and tests see them."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId, PaymentKey, RefundKey

SCHEMA = """
CREATE TABLE IF NOT EXISTS members (person TEXT PRIMARY KEY, name TEXT NOT NULL,
    balance_minor INTEGER NOT NULL, points INTEGER NOT NULL, level TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE IF NOT EXISTS charges (key TEXT PRIMARY KEY, content TEXT NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', order_id TEXT NOT NULL DEFAULT '',
    amount_minor INTEGER NOT NULL DEFAULT 0, currency TEXT NOT NULL DEFAULT '',
    payer TEXT NOT NULL DEFAULT '', person TEXT,
    earned INTEGER NOT NULL DEFAULT 0, balance INTEGER NOT NULL DEFAULT 0,
    gift TEXT NOT NULL DEFAULT '', queries_left INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS captures (n INTEGER PRIMARY KEY, key TEXT NOT NULL, order_id TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, payer TEXT NOT NULL, person TEXT,
    points INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refunds (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, content TEXT NOT NULL,
    payment_key TEXT NOT NULL, order_id TEXT NOT NULL, amount_minor INTEGER NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', queries_left INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS moments (key TEXT PRIMARY KEY, utc_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS bill (n INTEGER PRIMARY KEY, key TEXT NOT NULL, order_id TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL,
    utc_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS codes (hash TEXT PRIMARY KEY, key TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS records (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, device TEXT NOT NULL,
    epoch TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL,
    UNIQUE (device, epoch, seq)) STRICT;
CREATE TABLE IF NOT EXISTS alarms (n INTEGER PRIMARY KEY, what TEXT NOT NULL, about TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account at the shop."""

    person: str
    name: str
    balance_minor: int
    points: int = 0
    level: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """Money that moved. `payer_kind` is face or code; points are those earned by it."""

    payment_key: PaymentKey
    order_id: OrderId
    amount_minor: int
    currency: str
    payer_kind: str
    person: str | None
    points: int


@dataclass(frozen=True, slots=True)
class RefundBooked:
    """Money on its way back, or back: `state` is accepted or refunded."""

    key: RefundKey
    payment_key: PaymentKey
    order_id: OrderId
    amount_minor: int
    state: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the cloud's own people would look at: `conflict` of a key, `record_rewritten` …"""

    what: str
    about: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it came: `body` is the bytes received."""

    id: str
    device: str
    epoch: str
    seq: int
    kind: str
    body: bytes
