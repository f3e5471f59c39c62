"""Names of things, and words that must never be seen.

An order number carries the device and an era: the epoch of its journal and the mark of the start that gave
it. So two terminals, one terminal before and after its disk was wiped, and one whose journal was put back
from a copy never give the same number twice. A payment key is the order and the attempt: never random,
never reused. A refund's number says how much goes back, so that a part that such a copy has forgotten is
never taken for another one.
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


def order_id(device: DeviceId, era: str, number: int) -> OrderId:
    """`desk-01` · `7f3a` · 12 → `desk-01-7f3a-000012`."""
    return OrderId(f"{device}-{era}-{number:06d}")


ORDER_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}-[0-9a-f]{4,16}-[0-9]{6,12}")


KEY_TAIL = re.compile(r"-(R[0-9]+(-[0-9]+)?|[0-9]+)$")  # a part without its amount is of an older hyla
PART_AMOUNT = re.compile(r"(?<=[0-9])-[0-9]+$")


def looks_like_order(text: str) -> bool:
    """Could this be an order number, as it stands on a receipt?"""
    return ORDER_SHAPE.fullmatch(text) is not None


def payment_key(order: OrderId, attempt: int) -> PaymentKey:
    """`desk-01-7f3a-000012` · 1 → `desk-01-7f3a-000012-1`."""
    return PaymentKey(f"{order}-{attempt}")


def refund_key(order: OrderId, part: int, amount_minor: int) -> RefundKey:
    """`desk-01-7f3a-000012` · 1 · 380 → `desk-01-7f3a-000012-R1-380`. A retry keeps it."""
    return RefundKey(f"{order}-R{part}-{amount_minor}")


def order_of(key: str) -> OrderId:
    """Whose payment key, or refund's number, this is."""
    return OrderId(KEY_TAIL.sub("", key))


def device_of(key: str) -> DeviceId:
    """Who gave this payment key, or refund's number."""
    return DeviceId(order_of(key).rsplit("-", 2)[0])


def short_key(key: str) -> str:
    """For people: `desk-01-7f3a-000012-1` → `…000012-1`, `desk-01-7f3a-000012-R1-380` → `…000012-R1`."""
    number, tail = order_of(key)[-6:], key.removeprefix(order_of(key))
    return f"…{number}{PART_AMOUNT.sub('', tail)}"


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
