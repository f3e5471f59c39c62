"""`hyla report`: one order's turns in a file, redacted, for whoever has to answer a complaint.

Exit codes: 0 written, 1 no such order, 2 wrong use or no journal to read, 3 it cannot be written.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from agent.core.ids import OrderId
from agent.ports import JournalTrouble
from agent.profile.loader import ProfileError, load
from agent.storage.bundle import Bundle, cut, write
from agent.storage.database import Database, open_database
from agent.storage.orders import Orders
from agent.storage.story import orders_called
from agent.storage.trouble import StorageError

EXAMPLE = """examples:
  hyla report --profile device_profiles/desk.toml --order desk-01-7f3a-000012
  hyla report --data build/desk/data --order 0012 --out complaint.json.gz
  hyla report --data build/desk/data --order newest --out -

Works while the terminal runs. The file holds the order's facts, amounts, settings and ids of persons;
never a name, a face, a payment code or digits. `hyla-sim replay FILE` runs it again, turn by turn.
Exit codes: 0 written; 1 no such order; 2 wrong use, or no journal to read; 3 the file cannot be written.
"""
NEWEST = "newest"
DONE, NO_SUCH, BAD_INPUT, UNWRITTEN = 0, 1, 2, 3


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla report`."""
    command = commands.add_parser(
        "report",
        description="Write one order's turns into a file, redacted and with its own checksum.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = command.add_mutually_exclusive_group(required=True)
    where.add_argument("--profile", type=Path, metavar="FILE", help="device profile (TOML)")
    where.add_argument("--data", type=Path, metavar="DIR", help="the journal's folder itself")
    command.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    command.add_argument(
        "--order",
        required=True,
        metavar="ID",
        help="order number, the end of it as the screen shows it, or newest",
    )
    command.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="default ORDER.json; a name in .gz is packed; - is the standard output",
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """See the module for its exit codes."""
    try:
        folder = args.data or Path(load(args.profile, args.set).device.data_dir)
        with open_database(folder, readonly=True) as database:
            order = _which(database, args.order)
            if not isinstance(order, str):
                return order
            bundle = cut(database, order)
    except (ProfileError, StorageError, JournalTrouble) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    if str(args.out) == "-":
        sys.stdout.buffer.write(write(bundle, packed=False))
        return DONE
    return _write(bundle, args.out or Path(f"{order}.json"))


def _which(database: Database, word: str) -> OrderId | int:
    """The one order that is meant, or the exit code."""
    newest = [row.order_id for row in Orders(database).recent(1)] if word == NEWEST else None
    found = newest if newest is not None else orders_called(database, word)
    if len(found) == 1:
        return found[0]
    if found:
        print(f"{word}: which of them? {', '.join(found)}", file=sys.stderr)
        return BAD_INPUT
    print(f"{word}: no such order (hyla orders lists them)", file=sys.stderr)
    return NO_SUCH


def _write(bundle: Bundle, out: Path) -> int:
    """Ours alone (0600): what somebody bought is nobody else's business."""
    draft = out.with_name(f"{out.name}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(write(bundle, packed=out.suffix == ".gz"))
        draft.replace(out)
    except OSError as error:
        print(f"{out}: cannot be written: {error.strerror} (choose another --out)", file=sys.stderr)
        return UNWRITTEN
    begins = any(piece.what == "kept" for piece in bundle.surroundings)
    lacks = "" if begins else ", without a state to begin from (an older hyla wrote them)"
    print(f"{out}: {len(bundle.turns)} turns, {len(bundle.later)} later{lacks}")
    if bundle.chain.misfit:
        print(f"the journal does not hold together: {bundle.chain.misfit}", file=sys.stderr)
    return DONE
