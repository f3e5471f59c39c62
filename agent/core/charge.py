"""The messages that move money: ask, query, void, refund; and the answers the cloud may give.

Only `payment`, `commands`, `events`, `ports`, `storage` and `cloud` may name this module (an import
contract keeps it): one search finds every line that can move money.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.benefits import NOTHING_USED, Gift, Used
from agent.core.ids import OrderId, PaymentKey, PersonId, RefundKey, Secret
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
    arrives later is refused there. What is `used` of a member besides money is bound like the amount, and
    is used up exactly when the money moves.
    """

    key: PaymentKey
    order_id: OrderId
    amount: Money
    payer: Payer
    goods_digest: str
    deadline_utc_ms: int
    used: Used = NOTHING_USED


@dataclass(frozen=True, slots=True)
class Captured:
    """The money moved, once. Points are what the cloud booked for this order, 0 without a member."""

    points_earned: int = 0
    points_balance: int = 0
    gift: Gift | None = None


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


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give back part of one captured attempt, under a number of its own. A repeat is byte-identical, and
    the cloud books a number once: sending it again is always safe."""

    key: RefundKey
    payment_key: PaymentKey
    order_id: OrderId
    amount: Money


@dataclass(frozen=True, slots=True)
class Refunded:
    """The money went back, once."""


@dataclass(frozen=True, slots=True)
class RefundAccepted:
    """The provider will give it back; it has not yet."""


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """Known not given back. `reason` is one word: too_much, too_old, not_paid, conflict, refused …"""

    reason: str


@dataclass(frozen=True, slots=True)
class RefundNeverSeen:
    """The cloud does not know this number: nothing was given back under it; it may be sent again."""


RefundAnswer = Refunded | RefundAccepted | RefundRefused | RefundNeverSeen
