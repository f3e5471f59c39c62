"""Text → a QR code, as rows of 0 and 1 that a screen paints. The code itself is made by segno."""

from __future__ import annotations

from functools import lru_cache

import segno

Rows = tuple[str, ...]


@lru_cache(maxsize=16)
def qr(text: str) -> Rows:
    """A QR code that a phone and an imager read, without a margin; the same text is made once."""
    code = segno.make(text, micro=False, error="m")
    return tuple("".join("1" if module else "0" for module in row) for row in code.matrix)


def qr_rows(text: str) -> Rows:
    """With two modules of its white margin."""
    rows = qr(text)
    above = ("0" * (len(rows) + 4),) * 2
    return (*above, *(f"00{row}00" for row in rows), *above)
