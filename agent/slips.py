"""A wish to print → what goes onto the paper: the words of `books`, for the printer's room.

Enters: the profile, an order with its goods. Leaves: a Sheet. The two rooms do not know each other.
"""

from __future__ import annotations

import time
from functools import partial

from agent.books.slip_paper import SlipHead, slip_text
from agent.core.commands import PrintSlip
from agent.ports import Post
from agent.printer.desk import PrinterTask
from agent.printer.escpos import Sheet
from agent.profile.schema import Profile


def printer_of(profile: Profile, post: Post) -> PrinterTask | None:
    """Where the profile names one."""
    if profile.printer.kind == "off":
        return None
    return PrinterTask(profile.printer, partial(sheet_of, profile), post)


def sheet_of(profile: Profile, wish: PrintSlip) -> Sheet:
    """In the terminal's own language, at the time that the shop's clock showed."""
    shop, language, order = profile.shop, profile.device.language, wish.order
    name = shop.name_en if language == "en" else shop.name_zh
    offset_ms = time.localtime(order.utc_ms / 1000).tm_gmtoff * 1000  # of that day, not of today
    head = SlipHead(name, shop.till, offset_ms, wish.copy, wish.practice)
    lines = slip_text(order, head, language, profile.printer.columns)
    code = "" if wish.practice or not profile.printer.order_code else order.order_id
    return Sheet(lines, code)
