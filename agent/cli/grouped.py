"""One command of a group that looks at the models' folder: its sentence, its example, its two options.

Enters: a group's commands and what the new one says of itself. Leaves: its parser, for the options of
its own.
"""

from __future__ import annotations

import argparse


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, sentence: str, epilog: str
) -> argparse.ArgumentParser:
    """Register `hyla GROUP NAME`, with `--models-dir` and `--json`."""
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
