"""The messages that move money: ask, query, void; and the answers the cloud may give.

Only `payment`, `commands`, `events`, `ports`, `storage` and `cloud` may name this module (an import
contract keeps it): one search finds every line that can move money.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId, PaymentKey, PersonId, Secret
from agent.core.money import Money


@dataclass(frozen=True, slots=True)
class FacePayer:
    """A member identified on the device, who gave the digits and confirmed."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class CodePayer:
    """Whoever holds this one-use code."""

    network: str
    code: Secret


Payer = FacePayer | CodePayer


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """One attempt, bound for ever to who pays, how much and for what. A repeat is byte-identical.

    `goods_digest` binds the basket; `deadline_utc_ms` is enforced by the cloud: a charge that
    arrives later is refused there.
    """

    key: PaymentKey
    order_id: OrderId
    amount: Money
    payer: Payer
    goods_digest: str
    deadline_utc_ms: int


@dataclass(frozen=True, slots=True)
class Captured:
    """The money moved, once. Points are what the cloud booked for this order, 0 without a member."""

    points_earned: int = 0
    points_balance: int = 0


@dataclass(frozen=True, slots=True)
class Declined:
    """Known not charged. `reason` is one word of the contract: funds, expired_code, late, refused …"""

    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Seen, not settled: the customer is typing a password, or the provider is thinking."""


@dataclass(frozen=True, slots=True)
class NeverSeen:
    """The cloud does not know the key. Not an answer: the charge may still be on its way."""


@dataclass(frozen=True, slots=True)
class Voided:
    """The key is fenced for ever: nothing was captured under it and nothing can be."""


Answer = Captured | Declined | Pending | NeverSeen | Voided
