"""Barcodes and typed amounts become lines, lines become the amount due."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from agent.core.money import Money

QUANTITY_MAX = 999  # more of one thing than a till is ever right about


@dataclass(frozen=True, slots=True)
class Goods:
    """One row of the price list; `gtin` as the scanner room gives it."""

    gtin: str
    name_zh: str
    name_en: str
    price: Money

    @property
    def open_price(self) -> bool:
        """A typed amount: it has no number, and stands for itself."""
        return not self.gtin


def amount_typed(price: Money) -> Goods:
    """What a cashier sells by its price alone."""
    return Goods("", "金额", "Amount", price)


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one thing."""

    goods: Goods
    quantity: int

    @property
    def amount(self) -> Money:
        return self.goods.price.times(self.quantity)


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines in the order they were first scanned or typed."""

    currency: str
    lines: tuple[Line, ...] = ()

    def add(self, goods: Goods) -> Basket:
        """One piece more: on its line if there is one, else on a new last line. A typed amount always is a
        line of its own."""
        index = self.place(goods)
        if index is None:
            return replace(self, lines=(*self.lines, Line(goods, 1)))
        return self.with_quantity(index, min(self.lines[index].quantity + 1, QUANTITY_MAX))

    def place(self, goods: Goods) -> int | None:
        """Where these goods stand already."""
        if goods.open_price:
            return None
        return next((n for n, line in enumerate(self.lines) if line.goods.gtin == goods.gtin), None)

    def with_quantity(self, index: int, quantity: int) -> Basket:
        """So many pieces on this line; the line goes with its last piece."""
        line = (replace(self.lines[index], quantity=quantity),) if quantity > 0 else ()
        return replace(self, lines=(*self.lines[:index], *line, *self.lines[index + 1 :]))

    @property
    def total(self) -> Money:
        return sum((line.amount for line in self.lines), Money(0, self.currency))

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    def digest(self) -> str:
        """Names what is bought, for the payment key to be bound to: SHA-256 of gtin×quantity@price."""
        text = "\n".join(
            f"{line.goods.gtin}×{line.quantity}@{line.goods.price.amount_minor}" for line in self.lines
        )
        return hashlib.sha256(text.encode()).hexdigest()[:32]
