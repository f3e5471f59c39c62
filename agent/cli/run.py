"""`hyla run`: the terminal itself."""

from __future__ import annotations

import argparse
import dataclasses
import faulthandler
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Protocol

from agent.build import Agent, BuildError, Child, Next, build
from agent.departure import LeavingTrouble, go_on_leaving
from agent.fleet.site import SiteSettings
from agent.head_office import Asked
from agent.memory import return_pictures
from agent.profile.loader import ProfileError, folder_of, load
from agent.setup import SetupError, setup_visit
from agent.support import LogTail
from agent.systemd import begins_again, start_again

log = logging.getLogger(__name__)

EXAMPLE = """example:
  hyla run --profile device_profiles/desk.toml
  hyla run --profile device_profiles/desk.toml --set camera.source=/dev/video0
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla run`."""
    command = commands.add_parser(
        "run",
        description="Run the terminal a profile describes, until SIGTERM or Ctrl-C.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--profile", type=Path, required=True, metavar="FILE", help="device profile (TOML)"
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SECTION.KEY=VALUE",
        help="a setting that wins over the file",
    )
    command.add_argument(
        "--ui-option", action="append", default=[], metavar="OPTION", help="passed on to hyla-ui as it is"
    )
    command.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING"))
    command.set_defaults(run=run)


class _Stoppable(Protocol):
    def stop(self) -> None: ...


def _stopped_by_signals(what: _Stoppable) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        what.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def run(args: argparse.Namespace) -> int:
    """Exit code 0 after a graceful stop, 1 when a part of it died, 2 for a profile or a disk that cannot
    be used."""
    logging.basicConfig(
        level=args.log_level,
        format="%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S",
        stream=sys.stderr,
    )
    logging.getLogger().addHandler(LogTail())
    faulthandler.enable()
    return_pictures()
    try:
        if left := go_on_leaving(args.profile, args.set):
            log.info("%s", left)
        visit = setup_visit(args.profile, args.set, args.ui_option)
        if visit is not None:
            _stopped_by_signals(visit)
            if not visit.run():
                return 0
        terminal = _built(args)
    except (ProfileError, SetupError, BuildError, LeavingTrouble) as error:
        print(error, file=sys.stderr)
        return 2

    seat = _Seat(terminal)
    _stopped_by_signals(seat)
    died: list[str] = []

    def thread_died(what: threading.ExceptHookArgs) -> None:
        """Half a terminal looks alive and serves nobody: stop, and let systemd start a whole one."""
        died.append(what.thread.name if what.thread else "a thread")
        trace = (what.exc_type, what.exc_value or what.exc_type(), what.exc_traceback)
        log.critical("%s died; the terminal stops, start it again", died[-1], exc_info=trace)
        seat.stop()

    threading.excepthook = thread_died
    after = seat.run()
    while after is Next.REFIT:
        after = seat.run(_refitted(args, seat.child))
    if after is Next.START:
        start_again()
    return 1 if died else 0


class _Seat:
    """Where one terminal runs after the other; stopped is stopped, also between two of them."""

    def __init__(self, terminal: Agent) -> None:
        self._terminal = terminal
        self._stopped = False

    @property
    def child(self) -> Child:
        return self._terminal.child

    def run(self, terminal: Agent | None = None) -> Next:
        self._terminal = terminal or self._terminal
        if self._stopped:
            self._terminal.stop()
        self._terminal.run()
        if not self._stopped:
            return self._terminal.next
        if self._terminal.next is Next.REFIT and self.child is not None:
            self.child.terminate()  # nobody comes any more for whom they were to stay
        return Next.NOTHING

    def stop(self) -> None:
        self._stopped = True
        self._terminal.stop()


def _asked(args: argparse.Namespace) -> Asked:
    return Asked(args.profile, tuple(args.set))


def _refitted(args: argparse.Namespace, child: Child) -> Agent:
    """The next terminal in this process; where it cannot be put together, a whole start is the next try,
    and judges the settings."""
    begins_again()
    try:
        _site(args)
        return build(load(args.profile, args.set), args.ui_option, _asked(args), child)
    except (ProfileError, BuildError) as error:
        log.error("not put together anew, starting again instead: %s", error)
        start_again()


def _site(args: argparse.Namespace) -> SiteSettings | None:
    """Head office's settings as they stand at this start."""
    folder = folder_of(args.profile, args.set)
    if folder is None or not folder.is_dir():
        return None
    site = SiteSettings(folder, *dataclasses.astuple(_asked(args)))
    standing = site.begin()
    if site.standing().version or site.standing().refused:
        log.info("%s", standing)
    return site


def _built(args: argparse.Namespace) -> Agent:
    """Every layer of settings, put together; head office's with what became of them. Raises ProfileError
    and BuildError, but not for head office's mistakes: then the last good settings count again."""
    asked, site = _asked(args), _site(args)
    try:
        return build(load(args.profile, args.set), args.ui_option, asked)
    except (ProfileError, BuildError) as error:
        if site is None or site.trial() is None:
            raise
        log.error("head office's settings are given back: %s", error)
        site.give_back(str(error).splitlines()[0])
        return build(load(args.profile, args.set), args.ui_option, asked)
