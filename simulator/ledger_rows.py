"""What stands in the cloud's books, as the desk and tests see it; the tables: simulator.gateway.tables."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId, PaymentKey, RefundKey


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
