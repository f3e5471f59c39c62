"""`hyla records`: what the cloud refused to take, and what a technician does about it."""

from __future__ import annotations

import argparse
import json

from agent.cli.grouped import add_group, telling, with_profile
from agent.inquiries import InquiryError, parked_records, settle_record
from agent.profile.loader import ProfileError, load

EXAMPLE = """examples:
  hyla records list --profile desk.toml
  hyla records retry --profile desk.toml --id desk-01-7f3a-000012-sale
  hyla records discard --profile desk.toml --id desk-01-7f3a-000012-sale --reason "booked by hand"

A record that the cloud refused for ever is parked and not sent again. Once the cloud can take it, retry
sends it as it was; discard takes it away, writes that into the journal and tells the cloud. Stop the
terminal before retrying or discarding; both take effect at its next start.
Exit codes: 0 nothing is parked, or done; 1 something is parked; 2 wrong use, or no journal to use.
"""
NEXT_STEP = "when the cloud can take it: hyla records retry; never: hyla records discard --reason …"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla records list | retry | discard`."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "records", "Records that the cloud refused.", EXAMPLE)
    listing = actions.add_parser("list", help="with why", epilog=EXAMPLE, formatter_class=style)
    again = actions.add_parser("retry", help="send it again", epilog=EXAMPLE, formatter_class=style)
    away = actions.add_parser("discard", help="give it up", epilog=EXAMPLE, formatter_class=style)
    for action in (listing, again, away):
        with_profile(action)
    for action in (again, away):
        action.add_argument("--id", required=True, metavar="ID", help="as `hyla records list` shows it")
    away.add_argument("--reason", required=True, type=_reason, metavar="TEXT", help="why it may go")
    listing.add_argument("--json", action="store_true", help="one JSON list, for programs")
    listing.set_defaults(run=telling(_list, ProfileError, InquiryError))
    again.set_defaults(run=telling(_retry, ProfileError, InquiryError))
    away.set_defaults(run=telling(_discard, ProfileError, InquiryError))


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("empty (say why it may go; it stands in the journal)")
    return text.strip()


def _list(args: argparse.Namespace) -> int:
    records = parked_records(load(args.profile, args.set))
    if args.json:
        print(json.dumps(records, ensure_ascii=False))
    elif not records:
        print("nothing is parked")
    else:
        for record in records:
            print(f"{record['id']}  {record['kind']}  refused: {record['why']}")
        print(NEXT_STEP)
    return 1 if records else 0


def _retry(args: argparse.Namespace) -> int:
    settle_record(load(args.profile, args.set), args.id)
    print(f"{args.id} is sent again at the next start")
    return 0


def _discard(args: argparse.Namespace) -> int:
    settle_record(load(args.profile, args.set), args.id, args.reason)
    print(f"{args.id} is discarded; the cloud hears of it at the next start")
    return 0
