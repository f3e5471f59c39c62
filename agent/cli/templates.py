"""`hyla templates list | forget | rekey | check | empty`: what is kept of faces, and how it goes.

Exit codes: 0 done (or the receipt holds), 1 the receipt does not hold, 2 wrong use or bad input.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent.cli.grouped import add_group, telling, with_profile
from agent.profile.loader import ProfileError, load
from agent.storage.receipts import read_receipt
from agent.trust import TrustError, check_receipt, empty, read_members, rekey, withdraw

EXAMPLE = """examples:
  hyla templates list --profile desk.toml --json
  hyla templates forget --profile desk.toml M-1001 > receipt.json
  hyla templates check --profile desk.toml receipt.json
  hyla templates rekey --profile desk.toml

Stop the terminal before forget, rekey and empty. Exit codes: 0 done, the receipt holds; 1 it does not;
2 wrong use, or bad input.
"""
HOLDS, DOES_NOT_HOLD, BAD_INPUT = 0, 1, 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the group and its commands."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "templates", "What is kept of faces.", EXAMPLE)
    made = {
        name: actions.add_parser(
            name, help=line, description=f"{line}.", epilog=EXAMPLE, formatter_class=style
        )
        for name, line in {
            "list": "persons, embedder and store key; never a number of a face",
            "forget": "destroy one person's key and template, print a receipt that proves it",
            "rekey": "a new store key for all templates, nobody has to come back",
            "check": "does a receipt hold on this terminal",
            "empty": "destroy every template and key, also when device.key is lost",
        }.items()
    }
    for action in made.values():
        with_profile(action)
    made["list"].add_argument("--json", action="store_true", help="one JSON list, for programs")
    made["forget"].add_argument("person", metavar="PERSON", help="member id")
    made["check"].add_argument("receipt", type=Path, metavar="RECEIPT", help="file that forget printed")
    made["empty"].add_argument("--yes", action="store_true", required=True, help="all of them, for good")
    for name, run in (("list", _list), ("forget", _forget), ("rekey", _rekey)):
        made[name].set_defaults(run=telling(run, ProfileError, TrustError))
    made["check"].set_defaults(run=telling(_check, ProfileError, TrustError))
    made["empty"].set_defaults(run=telling(_empty, ProfileError, TrustError))


def _list(args: argparse.Namespace) -> int:
    members = read_members(load(args.profile, args.set))
    if args.json:
        columns = ("person", "model_sha256", "store_key_epoch")
        print(json.dumps([{name: getattr(member, name) for name in columns} for member in members]))
        return HOLDS
    for member in members:
        print(f"{member.person}  embedder {member.model_sha256[:12]}  store key {member.store_key_epoch}")
    return HOLDS


def _forget(args: argparse.Namespace) -> int:
    print(withdraw(load(args.profile, args.set), args.person, (), "asked for").text())
    print(f"{args.person} is forgotten; the receipt proves it", file=sys.stderr)
    return HOLDS


def _rekey(args: argparse.Namespace) -> int:
    epoch, persons = rekey(load(args.profile, args.set))
    print(f"{persons} templates renewed for store key {epoch}; the old key is destroyed")
    return HOLDS


def _check(args: argparse.Namespace) -> int:
    try:
        receipt = read_receipt(args.receipt.read_bytes())
    except (OSError, ValueError) as error:
        print(f"{args.receipt}: {error} (expected what `hyla templates forget` printed)", file=sys.stderr)
        return BAD_INPUT
    found = check_receipt(load(args.profile, args.set), receipt)
    for objection in found:
        print(f"does not hold: {objection}")
    if not found:
        gone = "was destroyed" if receipt.what.destroyed else "is kept for what was not taken back"
        print(f"holds: the template of {receipt.what.person} {gone}, row {receipt.journal_seq} says so")
    return DOES_NOT_HOLD if found else HOLDS


def _empty(args: argparse.Namespace) -> int:
    persons = empty(load(args.profile, args.set), "all templates destroyed by a technician")
    print(f"{persons} templates destroyed; members who want to pay by face enrol again")
    return HOLDS
