"""Head office's words: which commands were taken, a sentence for the cashier, an order to leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.core.ids import OrderId, PaymentKey, PersonId
from agent.core.money import Money


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """It was wished for once; until then a repeat of it could still come. `name`: of one that is being
    carried out."""

    id: str
    until_utc_ms: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of head office for the cashier, shown until then."""

    zh: str
    en: str
    until_utc_ms: int


@dataclass(frozen=True, slots=True)
class LeavingOrder:
    """Head office wants this terminal out of its shop: to `shop`, or for good (`retire`, and no shop)."""

    id: str
    what: Literal["move", "retire"]
    shop: str = ""
    shop_zh: str = ""
    shop_en: str = ""
    till: int = 0


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """Goods that left on trust at a terminal that is broken; the money is still to be asked for. `attempts`
    is how far that terminal can have come with its keys."""

    order_id: OrderId
    person: PersonId
    amount: Money
    owed_utc_ms: int
    attempts: int


@dataclass(frozen=True, slots=True)
class OpenDoubt:
    """A key of a broken terminal of which nobody knows whether the money moved."""

    key: PaymentKey
    order_id: OrderId
    amount: Money
    method: str
    since_utc_ms: int
    attempt: int
