"""`hyla members`: who is in this terminal's gallery."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path

from agent.build import BuildError, enrol_member, forget_member, read_members
from agent.profile.loader import ProfileError, load
from agent.vision.stills import PictureError

EXAMPLE = """examples:
  hyla members enrol --profile desk.toml --person M-1001 --name '林*' --photo portrait.jpg
  hyla members list --profile desk.toml
  hyla members forget --profile desk.toml --person M-1001

The last four digits of the phone are asked for (or read from standard input), so that they never
stand in a shell's history. Stop the terminal before enrolling or forgetting.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla members enrol | list | forget`."""
    style = argparse.RawDescriptionHelpFormatter
    group = commands.add_parser(
        "members", description="Enrol, list, forget members.", epilog=EXAMPLE, formatter_class=style
    )
    actions = group.add_subparsers(metavar="ACTION", required=True)
    enrol = actions.add_parser("enrol", help="from one picture", epilog=EXAMPLE, formatter_class=style)
    listing = actions.add_parser("list", help="ids and masked names", epilog=EXAMPLE, formatter_class=style)
    forget = actions.add_parser("forget", help="delete one member", epilog=EXAMPLE, formatter_class=style)
    for action in (enrol, listing, forget):
        action.add_argument(
            "--profile", type=Path, required=True, metavar="FILE", help="device profile (TOML)"
        )
        action.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    for action in (enrol, forget):
        action.add_argument(
            "--person", required=True, metavar="ID", help="member id, as the cloud knows it"
        )
    enrol.add_argument("--name", required=True, metavar="MASKED", help="masked name shown before paying")
    enrol.add_argument("--photo", type=Path, required=True, metavar="FILE", help="picture with one face")
    listing.add_argument("--json", action="store_true", help="one JSON list, for programs")
    enrol.set_defaults(run=_telling(_enrol))
    listing.set_defaults(run=_telling(_list))
    forget.set_defaults(run=_telling(_forget))


Action = Callable[[argparse.Namespace], int]


def _telling(action: Action) -> Action:
    """The same action, with bad input told in one line and exit code 2."""

    def run(args: argparse.Namespace) -> int:
        try:
            return action(args)
        except (ProfileError, BuildError, PictureError) as error:
            print(error, file=sys.stderr)
            return 2

    return run


def _enrol(args: argparse.Namespace) -> int:
    digits = (
        getpass.getpass("last four digits of the phone: ") if sys.stdin.isatty() else sys.stdin.readline()
    )
    enrol_member(load(args.profile, args.set), args.person, args.name, digits.strip(), args.photo)
    print(f"{args.person} is enrolled")
    return 0


def _list(args: argparse.Namespace) -> int:
    members = read_members(load(args.profile, args.set))
    if args.json:
        print(json.dumps(members, ensure_ascii=False))
    else:
        for member in members:
            print(f"{member['person']}  {member['name_masked']}")
    return 0


def _forget(args: argparse.Namespace) -> int:
    forget_member(load(args.profile, args.set), args.person)
    print(f"{args.person} is forgotten")
    return 0
