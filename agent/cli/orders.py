"""`hyla orders`: what the journal says was sold, and the receipt of one order."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent.cli.orders_receipt import add_receipt
from agent.inquiries import InquiryError, read_orders
from agent.profile.loader import ProfileError, load

EXAMPLE = """example:
  hyla orders --profile device_profiles/desk.toml
  hyla orders --profile device_profiles/desk.toml --json
  hyla orders receipt 008841 --profile device_profiles/desk.toml
"""
HEADINGS = ("order_id", "method", "amount_minor", "currency", "outcome", "attempts", "person")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla orders` and `hyla orders receipt`."""
    command = commands.add_parser(
        "orders",
        description="List every order of this terminal's journal; works while the terminal runs.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--profile", type=Path, metavar="FILE", help="device profile (TOML)")
    command.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    command.add_argument("--json", action="store_true", help="one JSON list, for programs")
    command.set_defaults(run=run)
    add_receipt(command.add_subparsers(metavar="ACTION", required=False))


def run(args: argparse.Namespace) -> int:
    """Exit code 0, or 2 when there is no journal to read."""
    if args.profile is None:
        print("hyla orders: which terminal? (--profile FILE names its device profile)", file=sys.stderr)
        return 2
    try:
        orders = read_orders(load(args.profile, args.set))
    except (ProfileError, InquiryError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(orders, ensure_ascii=False, indent=1))
        return 0
    print("  ".join(HEADINGS))
    for order in orders:
        print("  ".join(str(order[heading] or "-") for heading in HEADINGS))
    return 0
