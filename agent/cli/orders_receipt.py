"""`hyla orders receipt`: the receipt of one order as text, for a printer's queue or a file.

Enters: the journal, also while the terminal runs. Leaves: lines on standard output, always marked as a
copy. Those that are counted are given behind the till, for only the terminal writes its journal.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from agent.books.slip_paper import COLUMNS, SlipHead, slip_text
from agent.cli.grouped import with_profile
from agent.core.sold import SoldOrder
from agent.inquiries import InquiryError, read_sold
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile

EXAMPLE = """example:
  hyla orders receipt desk-01-7f3a90bc-008841 --profile device_profiles/desk.toml
  hyla orders receipt 008841 --profile device_profiles/desk.toml --width 48 --language en > receipt.txt

NUMBER is the order number or its end. The file bears the mark of a copy; copies given behind the till are
counted there (copies in --json), this one is not.
"""


def add_receipt(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla orders receipt`."""
    command = actions.add_parser(
        "receipt",
        help="the receipt of one order, as text",
        description="Print the receipt of one order as text; works while the terminal runs.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("number", metavar="NUMBER", help="order number, or its end")
    with_profile(command)
    command.add_argument("--width", type=int, choices=COLUMNS, default=COLUMNS[0], help="columns")
    command.add_argument("--language", choices=("zh", "en"), help="default: the terminal's own")
    command.add_argument("--json", action="store_true", help="one JSON object, for programs")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 0; 1 when not exactly one order is meant; 2 without a journal."""
    try:
        profile = load(args.profile, args.set)
        found = _numbered(read_sold(profile, args.number), args.number)
    except (ProfileError, InquiryError) as error:
        print(error, file=sys.stderr)
        return 2
    if len(found) != 1:
        print(_which(args.number, found), file=sys.stderr)
        return 1
    order, language = found[0], args.language or profile.device.language
    lines = slip_text(order, _head(profile, order, language), language, args.width)
    if args.json:
        print(json.dumps(_as_json(order, lines), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines))
    return 0


def _numbered(orders: list[SoldOrder], number: str) -> list[SoldOrder]:
    """Not those of an amount, and none for nothing."""
    return [order for order in orders if number and order.order_id.endswith(number)]


def _which(number: str, found: list[SoldOrder]) -> str:
    if not found:
        return f"{number}: no order's number is or ends so (hyla orders lists them)"
    names = ", ".join(order.order_id for order in found[:5])
    return f"{number}: {len(found)} orders end so: {names} … (give more of the number)"


def _head(profile: Profile, order: SoldOrder, language: str) -> SlipHead:
    shop = profile.shop
    name = shop.name_en if language == "en" else shop.name_zh
    offset_ms = time.localtime(order.utc_ms / 1000).tm_gmtoff * 1000  # of that day, not of today
    return SlipHead(name, shop.till, offset_ms, copy=None)


def _as_json(order: SoldOrder, lines: tuple[str, ...]) -> dict[str, object]:
    slip = order.slip
    return {
        "order_id": order.order_id,
        "utc_ms": order.utc_ms,
        "method": order.method,
        "outcome": order.outcome,
        "amount_minor": order.amount.amount_minor,
        "refunded_minor": order.refunded.amount_minor,
        "currency": order.amount.currency,
        "copies": max(0, order.slips - 1),
        "goods": None
        if slip is None
        else [
            {"name": one.name_zh, "quantity": one.quantity, "price_minor": one.price_minor}
            for one in slip.lines
        ],
        "text": list(lines),
    }
