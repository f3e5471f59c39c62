"""`hyla debts list`: what left on trust while the link was down, and how its money stands."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime

from agent.cli.grouped import add_group, with_profile
from agent.core.debt import Debt
from agent.core.money import Money
from agent.core.offline import owed
from agent.core.state import Kept
from agent.inquiries import InquiryError, read_kept
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile

EXAMPLE = """example:
  hyla debts list --profile device_profiles/desk.toml
  hyla debts list --profile device_profiles/desk.toml --json

A debt that is collected stays on the list until the next one begins. `named` and `held` are for a person:
named is known not charged and is asked for no more; of held nobody knows whether the money moved, and a
manager settles it behind the till (F2): then it is `vouched` until the cloud has spoken.
"""
HEADINGS = ("order_id", "person", "amount_minor", "currency", "phase", "attempts", "reason", "since")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla debts list`."""
    verbs = add_group(commands, "debts", "Goods that left on trust.", EXAMPLE)
    command = verbs.add_parser(
        "list",
        help="every debt of this terminal, oldest first",
        description="List every debt of this terminal; works while the terminal runs.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    with_profile(command)
    command.add_argument("--json", action="store_true", help="one JSON object, for programs")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 0; 1 when a debt is for a person; 2 when there is no journal to read."""
    try:
        profile = load(args.profile, args.set)
        kept = read_kept(profile)
    except (ProfileError, InquiryError) as error:
        print(error, file=sys.stderr)
        return 2
    rows = [_row(debt) for debt in kept.debts]
    if args.json:
        print(json.dumps({"debts": rows, **_sums(profile, kept)}, ensure_ascii=False, indent=1))
    else:
        _print(profile, kept, rows)
    return 1 if any(row["phase"] in ("named", "held") for row in rows) else 0


def _row(debt: Debt) -> dict[str, object]:
    return {
        "order_id": debt.order_id,
        "person": debt.person,
        "amount_minor": debt.amount_minor,
        "currency": debt.payment.amount.currency,
        "phase": debt.phase.value,
        "attempts": debt.payment.attempt,
        "reason": debt.payment.reason,
        "since": _utc(debt.owed_utc_ms),
    }


def _sums(profile: Profile, kept: Kept) -> dict[str, object]:
    unpaid = owed(kept.debts)
    return {
        "enabled": profile.offline.enabled,
        "unpaid": unpaid.count,
        "unpaid_minor": unpaid.sum_minor,
        "count_max": profile.offline.count_max,
        "sum_max_minor": profile.offline.sum_max_minor,
        "trusted": len(kept.marks.members),
        "marked": _utc(kept.marks.marked_utc_ms) if kept.marks.version else None,
    }


def _utc(utc_ms: int) -> str:
    return f"{datetime.fromtimestamp(utc_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _print(profile: Profile, kept: Kept, rows: list[dict[str, object]]) -> None:
    if rows:
        print("  ".join(HEADINGS))
    for row in rows:
        print("  ".join("-" if row[heading] in ("", None) else str(row[heading]) for heading in HEADINGS))
    unpaid, section, currency = owed(kept.debts), profile.offline, profile.shop.currency
    total, most = Money(unpaid.sum_minor, currency).text(), Money(section.sum_max_minor, currency).text()
    print(f"unpaid: {unpaid.count} of {section.count_max} sales, {total} of {most}")
    marked = f", marked {_utc(kept.marks.marked_utc_ms)}" if kept.marks.version else ""
    print(f"trusted members: {len(kept.marks.members)}{marked}")
    if not section.enabled:
        print("offline.enabled = false: nothing more leaves on trust")
