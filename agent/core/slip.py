"""What a receipt has to remember of an order: goods, what was taken off, what was handed over in cash.

A `Slip` is written with its order, at the names and prices of then, whatever the price list says later.
Amount, way of payment and outcome are the order's own. `slip_desk` makes and gives it.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import OrderId


@dataclass(frozen=True, slots=True)
class SlipLine:
    """So many pieces of one thing."""

    name_zh: str
    name_en: str
    quantity: int
    price_minor: int

    @property
    def sum_minor(self) -> int:
        return self.quantity * self.price_minor


@dataclass(frozen=True, slots=True)
class SlipOff:
    """Something that membership took off."""

    name_zh: str
    name_en: str
    off_minor: int


@dataclass(frozen=True, slots=True)
class Slip:
    """The goods of one order. `tendered_minor` is None unless it was paid in cash."""

    lines: tuple[SlipLine, ...]
    offs: tuple[SlipOff, ...] = ()
    tendered_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Printing:
    """What the profile's [printer] decides. `there`: this terminal has one; `always`: each sale gives its
    receipt by itself; `drawer`: cash opens the drawer."""

    there: bool = False
    always: bool = False
    drawer: bool = False


NO_PRINTER = Printing()


@dataclass(frozen=True, slots=True)
class SlipGiven:
    """The receipt that was given last: of which order, and the how manieth it was."""

    order_id: OrderId
    number: int

    @property
    def copy(self) -> int:
        """The first one is the receipt, all others are copies of it."""
        return self.number - 1
