"""An order of the past as the back office sees it, and what of it may be given back."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId, PaymentKey
from agent.core.money import Money
from agent.core.slip import Slip

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """One order, read from the journal. `payment_key` is the captured attempt's, None for cash or when
    nothing was captured. `utc_ms` is when it was first written down, whatever was heard of it later.
    `refunded` counts every part that was asked for and not refused, `parts` every part ever numbered;
    `last_refund_utc_ms` is when the last one was asked, 0 without one. `slips` counts the
    receipts given; `slip`, the goods, is None unless it was asked for and is known."""

    order_id: OrderId
    payment_key: PaymentKey | None
    method: str
    amount: Money
    outcome: str
    utc_ms: int
    refunded: Money
    parts: int = 0
    last_refund_utc_ms: int = 0
    slips: int = 0
    slip: Slip | None = None

    @property
    def refundable(self) -> Money:
        """What could still be given back, were there no other limits."""
        if self.outcome != "paid":
            return Money(0, self.amount.currency)
        return Money(self.amount.amount_minor - self.refunded.amount_minor, self.amount.currency)


@dataclass(frozen=True, slots=True)
class RefundLimits:
    """From the profile's [refund]; the defaults are WeChat Pay's (a year, fifty parts, a minute apart)."""

    days: int = 365
    parts: int = 50
    apart_ms: int = 60_000


def objection(order: SoldOrder, amount: Money, limits: RefundLimits, utc_ms: int) -> str:
    """Why this may not be given back, in one word of `notice.*`; empty when it may."""
    if order.outcome != "paid":
        return "refund_not_paid"
    if order.payment_key is None and order.method != "cash":
        return "refund_not_known"
    if amount.currency != order.amount.currency or not amount.amount_minor > 0:
        return "refund_amount"
    if amount.amount_minor > order.refundable.amount_minor:
        return "refund_too_much"
    if utc_ms - order.utc_ms > limits.days * DAY_MS:
        return "refund_too_old"
    if order.parts >= limits.parts:
        return "refund_too_many"
    if order.parts and abs(utc_ms - order.last_refund_utc_ms) < limits.apart_ms:
        return "refund_too_soon"
    return ""
