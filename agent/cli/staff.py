"""`hyla staff`: the manager's PIN, as it may stand in the settings."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys

from agent.cli.grouped import add_group
from agent.core.ids import Secret
from agent.core.staff import pin_record

EXAMPLE = """example:
  hyla staff pin

The PIN is asked for twice (or read once from standard input), so that it never stands in a shell's
history. Put the line that comes out under [staff] into the terminal's settings.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla staff pin`."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "staff", "Who may do what a cashier may not.", EXAMPLE)
    pin = actions.add_parser(
        "pin", help="make the settings' line of a manager's PIN", epilog=EXAMPLE, formatter_class=style
    )
    pin.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Exit code 0, or 2 when it is no PIN."""
    try:
        record = pin_record(Secret(_typed()), secrets.token_bytes(16))
    except ValueError as error:
        print(f"{error} (type the digits only, the same both times)", file=sys.stderr)
        return 2
    print(f'manager_pin = "{record}"')
    return 0


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    first = getpass.getpass("manager's PIN: ")
    return first if getpass.getpass("once more: ") == first else ""
