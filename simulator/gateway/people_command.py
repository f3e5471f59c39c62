"""`hyla-cloud people` and `hyla-cloud deeds`: who may see the pages, and who did what.

Enters: a name, a password from the terminal or standard input, never from the command line, which everybody
may read. Leaves: the table of people, and the newest deeds.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from simulator.gateway import arguments
from simulator.gateway.deeds import SHOWN_MAX, at_the_command_line
from simulator.gateway.parts import Settings
from simulator.gateway.refusals import Refused

TOLD = {
    "claim": ("shop", "till"),
    "activation": ("serial", "shop", "till"),
    "settings": ("terminal",),
    "command": ("terminal", "name"),
    "bundle": ("what", "which"),
    "move": ("serial", "shop", "till"),
    "replace": ("serial", "by"),
    "retire": ("serial",),
    "receipt": (),
    "archive": ("folder",),
    "revoke": ("serial",),
    "again": ("serial",),
    "people": ("what", "name"),
    "marks": ("what", "shop", "order"),
}
"""Commands that are deeds, and which of their arguments say about what. No claim code is
among them, and no member: the pages show them."""
LOOKING = "list"


def add_parsers(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Register both."""
    people = command(
        "people",
        "who may see the pages: add somebody, set a password, list, remove",
        "people add li.wei < password.txt",
        _people,
    )
    people.add_argument("what", nargs="?", choices=(LOOKING, "add", "password", "remove"), default=LOOKING)
    people.add_argument("name", nargs="?", default="", metavar="NAME")
    deeds = command("deeds", "who did what, the newest first", "deeds --newest 20", _deeds)
    deeds.add_argument("--newest", type=arguments.whole, default=SHOWN_MAX, metavar="N", help="how many")


def written_down(name: str, args: argparse.Namespace, settings: Settings, run: Callable[[], int]) -> int:
    """Run a command; one that changes something becomes a deed, also when it is refused."""
    if name not in TOLD or getattr(args, "what", "") == LOOKING:
        return run()
    about = " ".join(
        str(value) for key in TOLD[name] if (value := getattr(args, key, "")) not in ("", None)
    )
    try:
        code = run()
    except Refused as no:
        settings.deeds().write(at_the_command_line(), name, about, no.word)
        raise
    if code == 0:
        settings.deeds().write(at_the_command_line(), name, about)
    return code


def _people(args: argparse.Namespace, settings: Settings) -> int:
    people = settings.people()
    if args.what != LOOKING and not args.name:
        print(f"people {args.what}: expected a NAME", file=sys.stderr)
        return 2
    if args.what == "add":
        people.add(args.name, _typed())
    elif args.what == "password":
        people.password(args.name, _typed())
    elif args.what == "remove":
        people.remove(args.name)
    rows = people.all()
    words = "\n".join(row.name for row in rows) or "nobody yet: `hyla-cloud serve` makes up a first one"
    print(json.dumps({"people": [asdict(row) for row in rows]}, ensure_ascii=False) if args.json else words)
    return 0


def _typed() -> str:
    return getpass.getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _deeds(args: argparse.Namespace, settings: Settings) -> int:
    rows = settings.deeds().newest(args.newest)
    if args.json:
        print(json.dumps({"deeds": [asdict(row) for row in rows]}, ensure_ascii=False))
        return 0
    for row in rows:
        moment = datetime.fromtimestamp(row.utc_ms / 1000).astimezone().isoformat(" ", "seconds")
        print(f"{moment}  {row.person:<28} {row.what:<10} {row.outcome:<16} {row.about}")
    return 0
