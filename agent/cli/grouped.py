"""How the groups of `hyla` register their commands, so that all of them look and fail alike.

Enters: argparse's parsers, and what a command says of itself. Leaves: parsers with the options that several
commands share, for the options of their own; actions whose bad input is one line on stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

Action = Callable[[argparse.Namespace], int]
if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]  # takes no brackets when it runs

BAD_INPUT = 2


def add_group(commands: Actions, name: str, sentence: str, epilog: str) -> Actions:
    """Register `hyla NAME`, which does nothing by itself; leaves where its actions are registered."""
    group = commands.add_parser(
        name, description=sentence, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    return group.add_subparsers(metavar="ACTION", required=True)


def add_command(commands: Actions, name: str, sentence: str, epilog: str) -> argparse.ArgumentParser:
    """Register `hyla GROUP NAME` that looks at the models' folder: with `--models-dir` and `--json`."""
    parser = commands.add_parser(
        name,
        help=sentence,
        description=sentence[0].upper() + sentence[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--models-dir", metavar="DIR", help="folder of the models (default: the user's cache)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def with_profile(action: argparse.ArgumentParser) -> None:
    """The two options by which a command finds its terminal."""
    action.add_argument("--profile", type=Path, required=True, metavar="FILE", help="device profile (TOML)")
    action.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")


def telling(action: Action, *troubles: type[Exception]) -> Action:
    """The same action, with these told in one line and exit code 2."""

    def run(args: argparse.Namespace) -> int:
        try:
            return action(args)
        except troubles as error:
            print(error, file=sys.stderr)
            return BAD_INPUT

    return run
