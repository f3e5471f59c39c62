"""Names of things, and words that must never be seen.

An order number carries the device and the epoch of its journal, so two terminals, or one terminal
before and after its disk was wiped, can never give the same number twice. A payment key is the
order and the attempt: never random, never reused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NewType

DeviceId = NewType("DeviceId", str)
OrderId = NewType("OrderId", str)
PaymentKey = NewType("PaymentKey", str)
PersonId = NewType("PersonId", str)
RefundKey = NewType("RefundKey", str)
CouponId = NewType("CouponId", str)


def order_id(device: DeviceId, epoch: str, number: int) -> OrderId:
    """`desk-01` · `7f3a` · 12 → `desk-01-7f3a-000012`."""
    return OrderId(f"{device}-{epoch}-{number:06d}")


ORDER_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}-[0-9a-f]{4,16}-[0-9]{6,12}")


def looks_like_order(text: str) -> bool:
    """Could this be an order number, as it stands on a receipt?"""
    return ORDER_SHAPE.fullmatch(text) is not None


def payment_key(order: OrderId, attempt: int) -> PaymentKey:
    """`desk-01-7f3a-000012` · 1 → `desk-01-7f3a-000012-1`."""
    return PaymentKey(f"{order}-{attempt}")


def refund_key(order: OrderId, part: int) -> RefundKey:
    """`desk-01-7f3a-000012` · 1 → `desk-01-7f3a-000012-R1`. A retry keeps it."""
    return RefundKey(f"{order}-R{part}")


@dataclass(frozen=True, slots=True)
class Secret:
    """A payment code or phone digits: compared and sent, never printed, never written down.

    The journal stores a Secret as forgotten (see `storage.codec`); `reveal` is called only where the
    word leaves for the cloud or meets the gallery.
    """

    _word: str | None

    def reveal(self) -> str:
        """The word itself. Raises ValueError once it was forgotten (after a restart)."""
        if self._word is None:
            raise ValueError("this word was forgotten at the last restart, as it must be")
        return self._word

    @property
    def forgotten(self) -> bool:
        return self._word is None

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__


FORGOTTEN = Secret(None)


def typed(value: Secret | None) -> str:
    """What somebody typed or chose; empty when the tap carried nothing. Raises like `reveal`: a replay that
    has forgotten the word must not go on as if nothing had been typed."""
    return "" if value is None else value.reveal()
