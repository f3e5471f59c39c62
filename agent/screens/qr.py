"""Text → the modules of a QR code, as rows of 0 and 1 that a screen paints."""

from __future__ import annotations

import segno


def qr_rows(text: str) -> tuple[str, ...]:
    """With its white margin, for phones and imagers."""
    code = segno.make(text, micro=False, error="m")
    rows = ["".join("1" if module else "0" for module in row) for row in code.matrix_iter(border=2)]
    return tuple(rows)
