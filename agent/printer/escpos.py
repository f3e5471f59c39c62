"""A receipt as the bytes that receipt printers understand (ESC/POS), and what they answer. Pure.

Enters: lines of text, the order number. Leaves: bytes. Chinese goes out as GB18030's two-byte signs, which
every printer sold for China has in its font; a sign that it cannot have is printed as a question mark. No
letter of a name can be a command: control characters are left out.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import segno

from agent.profile.schema import PrinterSection

INIT = b"\x1b@"
CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
LEFT, CENTRED = b"\x1ba\x00", b"\x1ba\x01"
FEED_AND_CUT = b"\x1dV\x42\x00"
FEED = b"\x1bd\x05"  # as far as the edge to tear at
DRAWER = b"\x1bp\x00\x32\x32"  # pin 2, 100 ms
DRAWER_AT_ONCE = b"\x10\x14\x01\x00\x01"  # the same, also while the printer has stopped
ASK_STOPPED, ASK_PAPER = b"\x10\x04\x02", b"\x10\x04\x04"  # answered at once, whatever is being printed
ASK_DONE = b"\x1dr\x01"  # answered in its turn: all that was sent before it is printed
FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # what is not printed yet
MODULE_DOTS, QUIET_MODULES = 6, 4
WIDE = "？".encode("gb18030")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One receipt: its lines, and what stands below them as a QR; empty: nothing."""

    lines: tuple[str, ...]
    code: str = ""


def sheet_bytes(sheet: Sheet, section: PrinterSection) -> bytes:
    """From a printer in any state to a cut receipt."""
    parts = [INIT, *(_line(line, section.wrap_chinese) for line in sheet.lines)]
    if sheet.code:
        parts += [CENTRED, qr_bytes(sheet.code), LEFT]
    return b"".join([*parts, FEED_AND_CUT if section.cut else FEED])


def _line(line: str, wrap: bool) -> bytes:
    data = b"".join(_sign(sign) for sign in line)
    if wrap and not data.isascii():
        data = CHINESE_ON + data + CHINESE_OFF
    return data + b"\n"


def _sign(sign: str) -> bytes:
    """One or two bytes; as many columns as it was laid out for, or fewer."""
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cc", "Cs"):
        return b""
    data = sign.encode("gb18030")
    if len(data) <= 2:
        return data
    return WIDE if unicodedata.east_asian_width(sign) in "WFA" else b"?"


def qr_bytes(text: str) -> bytes:
    """As a picture (GS v 0): also for printers that make no QR themselves."""
    matrix = segno.make(text, micro=False, error="m").matrix
    side = (len(matrix) + 2 * QUIET_MODULES) * MODULE_DOTS
    row_bytes = (side + 7) // 8
    blank = bytes(row_bytes)
    rows = [blank] * (QUIET_MODULES * MODULE_DOTS)
    for modules in matrix:
        rows += [_dots(modules, row_bytes)] * MODULE_DOTS
    rows += [blank] * (QUIET_MODULES * MODULE_DOTS)
    head = b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + b"".join(rows)


def _dots(modules: bytearray, row_bytes: int) -> bytes:
    """One row of dots, the leftmost in the highest bit."""
    dots = "0" * (QUIET_MODULES * MODULE_DOTS) + "".join(
        str(int(bool(one))) * MODULE_DOTS for one in modules
    )
    return int(dots.ljust(8 * row_bytes, "0"), 2).to_bytes(row_bytes, "big")


# --- what it answers --------------------------------------------------------------------------------


def is_standing(answer: int) -> bool:
    """A byte of DLE EOT: two bits are always on, two always off."""
    return answer & 0b1001_0011 == 0b0001_0010


def is_done(answer: int) -> bool:
    """A byte of GS r, which a byte of DLE EOT never is."""
    return answer & 0b1001_0000 == 0


def stopped_by(stopped: int, paper: int) -> str:
    """Why it does not print, by the answers to ASK_STOPPED and ASK_PAPER; empty when it does."""
    if stopped & 0x04:
        return "cover"
    if stopped & 0x20 or paper & 0x60:
        return "paper"
    return "failed" if stopped & 0x40 else ""
