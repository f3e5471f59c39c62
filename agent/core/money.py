"""Money: whole minor units and an ISO 4217 currency. Never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass

# ISO 4217 currency → (sign on the screen, digits of the minor unit).
CURRENCIES: dict[str, tuple[str, int]] = {"CNY": ("¥", 2), "HKD": ("HK$", 2), "JPY": ("¥", 0)}
# The shortest number on goods has 8: what a scanner types where money is asked for is never taken for it.
WHOLE_DIGITS_MAX = 7


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (fen for CNY) of one currency."""

    amount_minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"currency = {self.currency!r} (expected one of {', '.join(CURRENCIES)})")

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def times(self, quantity: int) -> Money:
        """The price of `quantity` pieces."""
        return Money(self.amount_minor * quantity, self.currency)

    def text(self) -> str:
        """As a person reads it on every screen: `¥1,023.80`."""
        minus = "-" if self.amount_minor < 0 else ""
        return (
            f"{minus}{CURRENCIES[self.currency][0]}{Money(abs(self.amount_minor), self.currency).figures()}"
        )

    def figures(self) -> str:
        """The same without a sign, for paper: `1,023.80`."""
        digits = CURRENCIES[self.currency][1]
        minus = "-" if self.amount_minor < 0 else ""
        whole, part = divmod(abs(self.amount_minor), 10**digits)
        return f"{minus}{whole:,}.{part:0{digits}d}" if digits else f"{minus}{whole:,}"


def read_money(words: str, currency: str) -> Money | None:
    """What a person typed: `12`, `12.5` and `12.50` are amounts of CNY; None for anything else, and for so
    many digits that a scanner typed them."""
    digits = CURRENCIES[currency][1]
    parts = re.fullmatch(rf"([0-9]{{1,{WHOLE_DIGITS_MAX}}})(?:[.,]([0-9]{{0,9}}))?", words.strip())
    if parts is None or len(parts[2] or "") > digits:
        return None
    return Money(int(parts[1]) * 10**digits + int((parts[2] or "").ljust(digits, "0") or "0"), currency)
