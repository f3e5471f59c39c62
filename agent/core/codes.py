"""What a barcode can mean at a till. The scanner room decides which one it is."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId, Secret


@dataclass(frozen=True, slots=True)
class GoodsCode:
    """An EAN-8, EAN-13 or UPC-A (a 0 put in front) with a good check digit (GS1 General Specifications)."""

    gtin: str


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """A one-use code from the customer's phone; `network` is a name from the prefix table."""

    network: str
    code: Secret


@dataclass(frozen=True, slots=True)
class MemberCode:
    """A member card of the shop."""

    number: Secret


@dataclass(frozen=True, slots=True)
class ClaimCode:
    """A technician's claim or activation code."""

    code: Secret


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """The order number printed on a receipt of this shop."""

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """Nothing in the table fits; `why` is a word for the log (`check digit`, `length`,
    `prefix`, `characters`)."""

    length: int
    why: str


Code = GoodsCode | PaymentCode | MemberCode | ClaimCode | ReceiptCode | UnknownCode
