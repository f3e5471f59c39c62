"""`hyla journal verify | show`: is the journal what was written, and what does it say of one order.

Exit codes: 0 the chain holds (or the order was found), 1 it does not, 2 wrong use or no journal to read.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from agent.cli.grouped import add_group, with_profile
from agent.cli.journal_words import told
from agent.core.money import Money
from agent.ports import JournalTrouble
from agent.profile.loader import ProfileError, load
from agent.storage.database import Database, open_database
from agent.storage.story import Story, orders_called, story
from agent.storage.trouble import StorageError
from agent.storage.verify import UNREADABLE, Report, verify

EXAMPLE = """examples:
  hyla journal verify --profile device_profiles/desk.toml
  hyla journal show --profile device_profiles/desk.toml --order desk-01-7f3a-000012
  hyla journal show --profile device_profiles/desk.toml --order 0012

Both work while the terminal runs. Exit codes: 0 the chain holds, the order was found; 1 it does not,
it was not; 2 wrong use, or no journal to read.
"""
HOLDS, BROKEN, BAD_INPUT = 0, 1, 2
Action = Callable[[Database, argparse.Namespace], int]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla journal verify | show`."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "journal", "Check and read the journal.", EXAMPLE)
    check = actions.add_parser(
        "verify",
        help="walk the chain of hashes, name the first row that does not fit",
        epilog=EXAMPLE,
        formatter_class=style,
    )
    show = actions.add_parser("show", help="one order's story", epilog=EXAMPLE, formatter_class=style)
    for action in (check, show):
        with_profile(action)
    check.add_argument("--json", action="store_true", help="one JSON object, for programs")
    show.add_argument(
        "--order", required=True, metavar="ID", help="order number, or the end of it as the screen shows it"
    )
    check.set_defaults(run=_reading(_verify))
    show.set_defaults(run=_reading(_show))


def _reading(action: Action) -> Callable[[argparse.Namespace], int]:
    """The same action on the profile's journal, opened for reading; trouble told in one line."""

    def run(args: argparse.Namespace) -> int:
        try:
            profile = load(args.profile, args.set)
            with open_database(Path(profile.device.data_dir), readonly=True) as database:
                return action(database, args)
        except (ProfileError, StorageError) as error:
            print(error, file=sys.stderr)
            return BAD_INPUT
        except JournalTrouble as error:
            print(f"{UNREADABLE}: {error}", file=sys.stderr)
            return BROKEN

    return run


# --- verify ---------------------------------------------------------------------------------------


def _verify(database: Database, args: argparse.Namespace) -> int:
    report = verify(database)
    if args.json:
        print(json.dumps(dataclasses.asdict(report)))
    else:
        print("\n".join(_lines(report)))
    return HOLDS if report.misfit is None else BROKEN


def _lines(report: Report) -> Iterator[str]:
    if report.misfit is None:
        yield f"the chain holds: {report.rows} rows{_span(report)}"
    else:
        yield (
            f"row {report.misfit.seq} does not fit: {report.misfit.why} (the {report.rows} rows before it "
            "do; keep this folder as it is and compare the orders since then with the cloud's)"
        )
    yield (
        f"{report.orders} orders, {report.open_attempts} attempts not yet known, "
        f"{report.outbox_pending} records on their way to the cloud"
    )


def _span(report: Report) -> str:
    if report.first_utc_ms is None or report.last_utc_ms is None:
        return ""
    return f", {_time(report.first_utc_ms)} to {_time(report.last_utc_ms)}"


# --- show -----------------------------------------------------------------------------------------


def _show(database: Database, args: argparse.Namespace) -> int:
    found = orders_called(database, args.order)
    if len(found) == 1:
        print("\n".join(_told(story(database, found[0]))))
        return HOLDS
    if found:
        print(f"{args.order}: which of them? {', '.join(found)}", file=sys.stderr)
        return BAD_INPUT
    print(f"{args.order}: no such order (hyla orders lists them)", file=sys.stderr)
    return BROKEN


def _told(tale: Story) -> Iterator[str]:
    order = tale.order
    if order is None:
        yield f"{tale.order_id}: no money was asked for"
    else:
        amount = Money(order.amount_minor, order.currency).text()
        yield " · ".join(filter(None, [f"{tale.order_id}: {order.outcome}", amount, order.person]))
    for attempt in tale.attempts:
        known = "not yet known" if attempt.open else "known"
        yield f"attempt {attempt.attempt}: {attempt.method}, {attempt.outcome} ({known})"
    for line in tale.lines:
        led_to = f" → {line.stage}" if line.stage else ""
        yield f"{line.seq:>7}  {_time(line.utc_ms)}  {told(line)}{led_to}"


def _time(utc_ms: int) -> str:
    """`2026-09-21T14:13:20.123Z`."""
    when = datetime.fromtimestamp(utc_ms / 1000, UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
