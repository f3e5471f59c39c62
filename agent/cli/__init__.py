"""The `hyla` command: one file a group, each with `--help` and an example.

A group's file, and the rooms it needs, are imported only when that group is called: `hyla --help` and a
mistyped word answer at once. Exit codes: 0 done, 1 the answer is no (or something is not right), 2 wrong
use or bad input, 3 the outside world (network, device, disk) did not give what was needed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from agent.cli.streams import say_in_any_locale

GROUPS = {
    "run": "run the terminal",
    "doctor": "check every part of the terminal, say what to do",
    "profile": "check, explain, show and change settings",
    "install": "write systemd units, udev rules, user and folders",
    "fleet": "whose terminal this is; leave a shop, be forgotten",
    "orders": "list the orders in the journal",
    "debts": "list what left on trust and is not collected",
    "day": "show and export a business day",
    "journal": "check that the journal is whole, tell an order's story",
    "report": "write one order's turns to a file, for a complaint",
    "records": "list, retry, discard what the cloud refused to take",
    "members": "enrol, list, forget members",
    "staff": "make what stands in the settings for the manager's PIN",
    "templates": "what is kept of faces: list, forget, renew keys",
    "consent": "who agreed to what: show, withdraw, export",
    "faces": "compare faces, see what the terminal sees",
    "models": "fetch and check the model files",
    "bench": "measure speed, as ratios",
}
"""group (and its file here) → its line in `hyla --help`."""

EXAMPLES = """examples:
  hyla run --profile device_profiles/desk.toml
  hyla models pull
  hyla faces compare a.jpg b.jpg
"""


def parser(called: str = "") -> argparse.ArgumentParser:
    """All groups by name and line; the one called with its commands and options."""
    top = argparse.ArgumentParser(
        prog="hyla",
        description="The software of a face-payment cashier terminal.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group, line in GROUPS.items():
        if group == called:
            importlib.import_module(f"agent.cli.{group}").add_parser(commands)
        else:
            commands.add_parser(group, help=line)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    say_in_any_locale()
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["run"]:
        # numpy reads it when it is imported. Its products are small here: to wake a second thread for one,
        # beside busy screens, takes longer than the product.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    args = parser(words[0] if words else "").parse_args(words)
    try:
        code: int = args.run(args)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code
