"""`hyla-cloud marks`: the members whom a shop may trust while its link is down, and debts paid otherwise.

Enters: a member's number, a shop, a score, the day on which they agreed; an order number. Leaves: rows of
the store, which `hyla-cloud serve` tells every terminal of that shop within seconds. The list of deeds
names the shop and the order, never the member: it is shown on the pages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from agent.core.money import Money
from simulator.gateway.deeds import at_the_command_line
from simulator.gateway.marks import DAYS, SCORE_MIN, SCORES, Mark, Marks
from simulator.gateway.parts import Settings
from simulator.gateway.store import open_store, utc_ms

NEEDED = {
    "list": (),
    "add": ("member", "shop", "limit_minor", "score", "agreed"),
    "remove": ("member", "shop"),
    "settle": ("order",),
}
USUAL_DAYS = 30
NOBODY = "no shop trusts anybody: hyla-cloud marks add"


def add_parser(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Register it."""
    marks = command(
        "marks",
        "whom a shop may trust while its link is down: list, add, remove; settle a debt",
        "marks add --member M-1001 --shop NB-1 --limit-minor 5000 --score 720 --agreed 2026-01-31",
        _marks,
    )
    marks.add_argument("what", nargs="?", choices=tuple(NEEDED), default="list")
    marks.add_argument("--member", metavar="M", help="the member's number, as in the books")
    marks.add_argument("--shop", metavar="S", help="list: of this shop alone")
    marks.add_argument("--limit-minor", type=int, metavar="N", help="most that may be unpaid, in fen")
    marks.add_argument(
        "--score", type=int, metavar="N", help=f"0 to {SCORES[-1]}; from {SCORE_MIN} on one may be trusted"
    )
    marks.add_argument("--agreed", metavar="DAY", help="on which the member agreed, as 2026-01-31")
    marks.add_argument(
        "--days", type=int, default=USUAL_DAYS, metavar="N", help=f"good for 1 to {DAYS[-1]} (default 30)"
    )
    marks.add_argument("--order", metavar="ORDER", help="settle: its money came in another way")


def _marks(args: argparse.Namespace, settings: Settings) -> int:
    missing = [name for name in NEEDED[args.what] if getattr(args, name) in (None, "")]
    if missing:
        words = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        print(f"marks {args.what}: expected {words}", file=sys.stderr)
        return 2
    told, answer = _done(args, Marks(open_store(settings.store)), _currencies(settings))
    print(json.dumps(answer, ensure_ascii=False) if args.json else told)
    return 0


def _done(
    args: argparse.Namespace, marks: Marks, currency: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """What to say to a person, and to a program."""
    by = at_the_command_line()
    if args.what == "add":
        mark = marks.add(args.shop, args.member, args.limit_minor, args.score, args.agreed, args.days, by)
        return f"✓ {_line(mark, currency[mark.shop])}", asdict(mark)
    if args.what == "remove":
        marks.remove(args.shop, args.member, by)
        return f"✓ {args.shop} trusts {args.member} no more", {"shop": args.shop, "person": args.member}
    if args.what == "settle":
        device = marks.settle(args.order, by)
        return f"✓ {args.order} is settled; {device} will hear", {"order_id": args.order, "device": device}
    rows = marks.all(args.shop or "")
    told = "\n".join(_line(row, currency[row.shop]) for row in rows) or NOBODY
    return told, {"marks": [asdict(row) for row in rows]}


def _currencies(settings: Settings) -> dict[str, str]:
    return {shop.shop: shop.currency for shop in settings.registry().shops()}


def _line(mark: Mark, currency: str) -> str:
    until = datetime.fromtimestamp(mark.until_utc_ms / 1000, UTC).date().isoformat()
    over = "" if mark.until_utc_ms > utc_ms() else "  over"
    limit = Money(mark.limit_minor, currency).text()
    return f"{mark.shop:<10} {mark.person:<12} up to {limit} until {until}{over}"
