"""A printed receipt as a picture, dot by dot as wide as its paper.

Enters: a Receipt, columns. Leaves: a grey picture, 8 dots a millimetre; a Chinese sign is 24 dots wide, a
letter 12.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from simulator.printer_head import DotRow, Receipt, TextRow

FONT = Path(__file__).resolve().parents[1] / "ui" / "fonts" / "HylaSansSC-Regular.otf"
LETTER_DOTS, LINE_DOTS, SIDE_DOTS, END_DOTS = 12, 32, 28, 48
INK, PAPER = 30, 255


def draw(receipt: Receipt, columns: int) -> Image.Image:
    """The whole receipt, with the white margins of its roll."""
    width = columns * LETTER_DOTS
    heights = [_height(row) for row in receipt.rows]
    picture = Image.new("L", (width + 2 * SIDE_DOTS, sum(heights) + 2 * END_DOTS), PAPER)
    pen, top = ImageDraw.Draw(picture), END_DOTS
    for row, height in zip(receipt.rows, heights, strict=True):
        if isinstance(row, DotRow):
            _dots(picture, row, top, width)
        else:
            _text(pen, row, top, columns)
        top += height
    return picture


def _height(row: TextRow | DotRow) -> int:
    return len(row.rows) if isinstance(row, DotRow) else LINE_DOTS


def _dots(picture: Image.Image, row: DotRow, top: int, width: int) -> None:
    dots = Image.frombytes("1", (row.width_dots, len(row.rows)), b"".join(row.rows))
    left = SIDE_DOTS + ((width - row.width_dots) // 2 if row.centred else 0)
    ink = Image.new("L", dots.size, INK)
    picture.paste(ink, (left, top), dots)


def _text(pen: ImageDraw.ImageDraw, row: TextRow, top: int, columns: int) -> None:
    """Each sign in its own cell; what no longer fits goes over the edge, as on paper it would break."""
    cells = [(sign, 2 if unicodedata.east_asian_width(sign) in "WFA" else 1) for sign in row.text]
    used = sum(cell for _, cell in cells)
    column = (columns - used) // 2 if row.centred else 0
    wide, narrow = ImageFont.truetype(FONT, 24), ImageFont.truetype(FONT, 21)
    for sign, cell in cells:
        middle = SIDE_DOTS + (column + cell / 2) * LETTER_DOTS
        pen.text((middle, top + LINE_DOTS / 2), sign, INK, wide if cell == 2 else narrow, "mm")
        column += cell
