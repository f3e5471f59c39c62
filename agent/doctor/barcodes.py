"""Text → the modules of a bar code or a QR code, as rows of 0 and 1; and those on a terminal or in a PNG.

The codes themselves are made by python-barcode and segno; everything that shows them (a window, a terminal,
a file for the printer) takes rows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from barcode import Code128

from agent.screens.qr import Rows, qr

__all__ = ["Rows", "bars", "half_blocks", "qr", "quiet", "write_png"]
QUIET_MODULES, QUIET_BARS = 4, 10
MODULE_PX, BAR_PX = 8, 120
HALVES = {"00": "█", "01": "▀", "10": "▄", "11": " "}
"""Upper and lower module → a character for a dark terminal: light is drawn, dark is left out."""


def bars(text: str) -> Rows:
    """Code 128, one row: for scanners that read no squares. ASCII only."""
    return (str(Code128(text).build()[0]),)


def quiet(rows: Rows) -> Rows:
    """With the white margin that a scanner needs."""
    side = QUIET_BARS if len(rows) == 1 else QUIET_MODULES
    wide = ["0" * side + row + "0" * side for row in rows]
    above = [] if len(rows) == 1 else ["0" * len(wide[0])] * side
    return (*above, *wide, *above)


def half_blocks(rows: Rows) -> str:
    """Two rows of modules a line of text, for a terminal with a dark ground."""
    whole = [*quiet(rows)]
    if len(whole) % 2:
        whole.append("0" * len(whole[0]))
    pairs = zip(whole[::2], whole[1::2], strict=True)
    return "\n".join("".join(HALVES[a + b] for a, b in zip(up, low, strict=True)) for up, low in pairs)


def write_png(codes: Sequence[Rows], path: Path) -> None:
    """Black on white, one under the other, whole pixels: to be opened on a phone or printed."""
    blocks = [_pixels(quiet(rows)) for rows in codes]
    width_px = max(len(block[0]) for block in blocks)
    lines = [line.ljust(width_px, b"\xff") for block in blocks for line in block]
    header = struct.pack(">IIBBBBB", width_px, len(lines), 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines))
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _pixels(rows: Rows) -> list[bytes]:
    high_px = BAR_PX if len(rows) == 1 else MODULE_PX
    wide_px = MODULE_PX // 2 if len(rows) == 1 else MODULE_PX
    ink = {"1": b"\x00" * wide_px, "0": b"\xff" * wide_px}
    return [line for row in rows for line in [b"".join(ink[module] for module in row)] * high_px]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
