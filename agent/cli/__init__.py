"""The `hyla` command: one file a group, each with `--help` and an example.

Exit codes: 0 done, 1 the answer is no (or something is not right), 2 wrong use or bad input, 3 the
outside world (network, device, disk) did not give what was needed.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

GROUPS = ("run", "orders", "members", "faces", "models")
EXAMPLES = """examples:
  hyla run --profile device_profiles/desk.toml
  hyla models pull
  hyla faces compare a.jpg b.jpg
"""


def parser() -> argparse.ArgumentParser:
    """All commands; each group adds its own."""
    top = argparse.ArgumentParser(
        prog="hyla",
        description="The software of a face-payment cashier terminal.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in GROUPS:
        importlib.import_module(f"agent.cli.{group}").add_parser(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    args = parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code
