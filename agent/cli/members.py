"""`hyla members`: who is in this terminal's gallery.

Exit codes: 0 done, 2 wrong use or bad input.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path

from agent.cli.grouped import add_group, telling, with_profile
from agent.core.consent import NOTICE, AgeGroup, Agreement, Purpose, age_group
from agent.core.ids import PersonId
from agent.profile.loader import ProfileError, load
from agent.trust import TrustError, enrol_member, read_members, withdraw
from agent.vision.stills import PictureError

EXAMPLE = """examples:
  hyla members enrol --profile desk.toml --person M-1001 --name '林*' --photo portrait.jpg \\
      --agreed face_pay --age 32
  hyla members list --profile desk.toml
  hyla members forget --profile desk.toml --person M-1001 > receipt.json

Show the person `hyla consent notice` before --agreed. The last four digits of the phone are asked for (or
read from standard input), so that they never stand in a shell's history. Stop the terminal before
enrolling or forgetting.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla members enrol | list | forget`."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "members", "Enrol, list, forget members.", EXAMPLE)
    enrol = actions.add_parser("enrol", help="from one picture", epilog=EXAMPLE, formatter_class=style)
    listing = actions.add_parser("list", help="ids and masked names", epilog=EXAMPLE, formatter_class=style)
    forget = actions.add_parser(
        "forget", help="delete one member, print the receipt", epilog=EXAMPLE, formatter_class=style
    )
    for action in (enrol, listing, forget):
        with_profile(action)
    for action in (enrol, forget):
        action.add_argument(
            "--person", required=True, metavar="ID", help="member id, as the cloud knows it"
        )
    _enrol_options(enrol)
    listing.add_argument("--json", action="store_true", help="one JSON list, for programs")
    enrol.set_defaults(run=telling(_enrol, *TROUBLES))
    listing.set_defaults(run=telling(_list, *TROUBLES))
    forget.set_defaults(run=telling(_forget, *TROUBLES))


def _enrol_options(enrol: argparse.ArgumentParser) -> None:
    enrol.add_argument("--name", required=True, metavar="MASKED", help="masked name shown before paying")
    enrol.add_argument("--photo", type=Path, required=True, metavar="FILE", help="picture with one face")
    enrol.add_argument(
        "--agreed",
        type=Purpose,
        action="append",
        required=True,
        choices=list(Purpose),
        metavar="PURPOSE",
        help=f"what the person agreed to ({', '.join(Purpose)}); may be given more than once",
    )
    enrol.add_argument(
        "--notice", type=int, default=NOTICE.version, metavar="N", help="which notice they were shown"
    )
    enrol.add_argument(
        "--age", type=int, required=True, metavar="YEARS", help="only kept: whether below fourteen"
    )
    enrol.add_argument("--guardian", default="", metavar="NAME", help="below fourteen: who agreed for them")


TROUBLES = (ProfileError, TrustError, PictureError)


def _enrol(args: argparse.Namespace) -> int:
    profile = load(args.profile, args.set)
    age = age_group(args.age) if args.age >= 0 else AgeGroup.UNKNOWN
    purposes = tuple(dict.fromkeys(args.agreed))
    agreement = Agreement(PersonId(args.person), purposes, args.notice, age, args.guardian)
    digits = (
        getpass.getpass("last four digits of the phone: ") if sys.stdin.isatty() else sys.stdin.readline()
    )
    enrol_member(profile, agreement, args.name, digits.strip(), args.photo)
    print(f"{args.person} is enrolled")
    return 0


def _list(args: argparse.Namespace) -> int:
    members = read_members(load(args.profile, args.set))
    if args.json:
        shown = [{"person": each.person, "name_masked": each.name_masked} for each in members]
        print(json.dumps(shown, ensure_ascii=False))
    else:
        for member in members:
            print(f"{member.person}  {member.name_masked}")
    return 0


def _forget(args: argparse.Namespace) -> int:
    """The receipt goes to standard output, so that it can be kept; the sentence to the person beside it."""
    receipt = withdraw(load(args.profile, args.set), args.person, (), "asked for")
    print(receipt.text())
    print(f"{args.person} is forgotten; the receipt proves it", file=sys.stderr)
    return 0
