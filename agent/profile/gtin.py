"""The numbers printed on goods: EAN-13, EAN-8 and UPC-A (GS1 General Specifications).

One number has one form in Hyla: a UPC-A of 12 digits becomes the EAN-13 with a 0 in front. Scanners
send either form for the same printed bars, depending on their settings; scanner and price list both
go through `gtin`, so that they always meet. An EAN-8 stays 8 digits: padding it would name other goods.
"""

from __future__ import annotations

LENGTHS = (8, 12, 13)


def is_digits(text: str) -> bool:
    """Only 0–9: `str.isdigit` alone also takes superscripts and other scripts' digits."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> int:
    """The last digit that belongs behind these: weights 3 and 1 from the right, modulo 10."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def looks_like_gtin(text: str) -> bool:
    """As many digits as a GTIN has; the check digit may still be wrong."""
    return len(text) in LENGTHS and is_digits(text)


def gtin(text: str) -> str | None:
    """The number as Hyla keeps it: 8 or 13 digits; None when this is no GTIN."""
    if not looks_like_gtin(text) or check_digit(text[:-1]) != int(text[-1]):
        return None
    return text.zfill(13) if len(text) == 12 else text
