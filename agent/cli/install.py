"""`hyla install`: units, udev rules, user and folders of a terminal, written or only shown."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from agent.install.cookie import make_cookie
from agent.install.place import Step, marked, plan, put
from agent.install.texts import COOKIE, PROFILE, Wanted, wanted
from agent.profile.loader import ProfileError, load
from agent.profile.sources import read_text

DONE, LEFT_ALONE, BAD_INPUT, NO_DISK = 0, 1, 2, 3
EXAMPLE = """examples:
  hyla install --profile device_profiles/frog-pro.toml --dry-run
  sudo hyla install --profile device_profiles/frog-pro.toml

Run again it changes nothing. A file that somebody edited is left alone; --force replaces it and keeps the
old one as .old. Exit codes: 0 all is in place (or was shown), 1 an edited file was left alone, 2 the
profile cannot be used, 3 a file cannot be written.
"""
NEXT = """next, as root:
  systemd-sysusers && systemd-tmpfiles --create
  udevadm control --reload && udevadm trigger
  systemctl daemon-reload && systemctl enable --now hyla-display hyla"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla install`."""
    command = commands.add_parser(
        "install",
        description="Write what a terminal needs of its Debian: systemd units, udev rules, user, folders.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--profile", type=Path, required=True, metavar="FILE", help="device profile (TOML)"
    )
    command.add_argument("--dry-run", action="store_true", help="show the differences, write nothing")
    command.add_argument("--prefix", type=Path, default=Path("/"), metavar="DIR", help="instead of /")
    command.add_argument("--force", action="store_true", help="replace edited files too, keep them as .old")
    command.add_argument(
        "--command",
        default=str(Path(sys.executable).with_name("hyla")),
        metavar="PATH",
        help="the hyla that the unit starts (default: this one)",
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show or write. A port that the technician changed counts: the rules follow all layers."""
    try:
        profile = load(args.profile)
        copy = read_text(args.profile, "a device profile in TOML")
    except ProfileError as error:
        _say(error)
        return BAD_INPUT
    want = wanted(profile, args.command)
    files = {path: marked(text) for path, text in want.files.items()} | {PROFILE: copy}
    try:
        steps = plan(files, args.prefix)
        return _show(steps, want) if args.dry_run else _write(steps, want, args)
    except OSError as error:
        _say(f"{error.filename}: {(error.strerror or str(error)).lower()} (try it with sudo)")
        return NO_DISK


def _show(steps: list[Step], want: Wanted) -> int:
    for step in steps:
        print(step.diff() or f"# {step.path}: same", end="" if step.diff() else "\n")
    for step in steps:
        if step.state == "edited":
            _say(f"{step.path}: edited by hand, would be left alone (--force replaces it)")
    _tell(want)
    return DONE


def _write(steps: list[Step], want: Wanted, args: argparse.Namespace) -> int:
    left = 0
    for step in steps:
        written = put(step, args.force)
        left += not written
        said = {"new": "written", "changed": "brought up to date", "same": "same"}
        old = "replaced, yours is beside it as .old" if written else "edited by hand, left alone (--force)"
        print(f"{step.path}: {said.get(step.state, old)}")
    cookie = args.prefix / COOKIE.lstrip("/")
    print(f"{cookie}: {'drawn' if make_cookie(cookie) else 'same'}")
    _tell(want)
    print(NEXT)
    return LEFT_ALONE if left else DONE


def _tell(want: Wanted) -> None:
    for note in want.notes:
        _say(f"note: {note}")


def _say(line: object) -> None:
    print(line, file=sys.stderr)
