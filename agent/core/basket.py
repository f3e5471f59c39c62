"""Barcodes become lines, lines become the amount due."""

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
    """Lines in the order they were first scanned."""

    currency: str
    lines: tuple[Line, ...] = ()

    def add(self, goods: Goods) -> Basket:
        """One piece more: on its line if there is one, else on a new last line."""
        for index, line in enumerate(self.lines):
            if line.goods.gtin == goods.gtin:
                more = replace(line, quantity=min(line.quantity + 1, QUANTITY_MAX))
                return replace(self, lines=(*self.lines[:index], more, *self.lines[index + 1 :]))
        return replace(self, lines=(*self.lines, Line(goods, 1)))

    def without_last(self) -> Basket:
        """One piece less of the last line; the line goes with its last piece."""
        *rest, last = self.lines
        if last.quantity == 1:
            return replace(self, lines=tuple(rest))
        return replace(self, lines=(*rest, replace(last, quantity=last.quantity - 1)))

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
