"""`hyla day close`: a business day compared with the other books and closed, by the terminal that runs.

Enters: a day. Leaves: what became of it. The running terminal alone writes its journal and has the link to
the cloud, so it is asked at its health socket; where none runs, that is said and nothing is done.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from agent.core.day import Standing
from agent.core.figures import day_text
from agent.health import DayStands, DayWord, ask_day
from agent.inquiries import InquiryError, days_folder
from agent.profile.schema import Profile

EXAMPLE = """example:
  hyla day close --profile device_profiles/desk.toml
  hyla day close --profile device_profiles/desk.toml --day 2026-11-22 --with-differences --json

The terminal has to run: it alone writes its journal. At the till the same is F2, then the day.
A day with differences stays open until somebody has seen them (hyla day export), or `--with-differences`.
Exit codes: 0 closed, also when it was before; 1 not closed: it differs, or nothing ended on it;
2 no terminal answers, or wrong use; 3 not compared: no link, no disk, or something ended meanwhile.
"""
CLOSED, NOT_CLOSED, NOBODY, NOT_COMPARED = 0, 1, 2, 3
ASK_S, LOOK_AGAIN_S = 5.0, 0.1
TAKEN_S, COMPARED_S = 5.0, 90.0  # until the terminal has taken the wish; until a slow cloud has answered


def add_close(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Register `hyla day close`, but for what all of `hyla day` has."""
    close = actions.add_parser(
        "close",
        help="compare a day with the other books and close it",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    close.add_argument("--with-differences", action="store_true", help="close it even if the books differ")
    close.add_argument("--json", action="store_true", help="one JSON object, for programs")
    return close


class _NotClosed(Exception):
    """Why not, as it is said, with the exit code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class _Terminal:
    """The running terminal, asked about one day."""

    def __init__(self, folder: Path, day: int) -> None:
        self._folder, self._day = folder, day

    def says(self, word: DayWord, number: int = 0) -> DayStands:
        """How the day stands; raises InquiryError where nobody answers."""
        try:
            stands = ask_day(self._folder, word, self._day, number, ASK_S)
        except TimeoutError:
            raise InquiryError(
                f"{self._folder}: the terminal does not answer within {ASK_S:.0f} s"
            ) from None
        if stands is None:
            raise InquiryError(
                f"{self._folder}: no terminal runs here, and it alone may write its journal: start it (hyla"
                " run), then close the day again, or behind the till (F2)"
            )
        return stands

    def until(self, done: Callable[[DayStands], bool], seconds: float) -> DayStands:
        """How the day stands once it is so, or when it takes too long."""
        until_s = time.monotonic() + seconds
        while not done(stands := self.says("day")) and time.monotonic() < until_s:
            time.sleep(LOOK_AGAIN_S)
        return stands


def close(args: argparse.Namespace, profile: Profile, day: int) -> int:
    """See EXAMPLE for the exit codes. Raises InquiryError where no terminal answers."""
    terminal, code, why = _Terminal(Path(profile.device.data_dir), day), CLOSED, ""
    try:
        _close(terminal, args.with_differences)
    except _NotClosed as reason:
        code, why = reason.code, str(reason)
    _print(args.json, profile, terminal.says("day"), why)
    return code


def _close(terminal: _Terminal, with_differences: bool) -> None:
    """Compared anew, whatever was compared before; closed as it was compared. Raises _NotClosed."""
    before = terminal.says("day")
    if before.standing == Standing.CLOSED:
        return
    if not before.standing:
        raise _NotClosed(NOT_CLOSED, "nothing ended on it, or it is too long ago to be at hand")
    now = _compared(terminal, before)
    if now.differences and not with_differences:
        raise _NotClosed(NOT_CLOSED, "look at them (hyla day export), then close it --with-differences")
    terminal.says("close", now.asked)
    ended = terminal.until(lambda day: day.standing != Standing.COMPARED, TAKEN_S)
    if ended.standing != Standing.CLOSED:
        raise _NotClosed(NOT_COMPARED, "something ended on it meanwhile; close it again")


def _compared(terminal: _Terminal, before: DayStands) -> DayStands:
    """Raises _NotClosed when it could not be."""
    terminal.says("compare")
    if not terminal.until(lambda day: day.asked > before.asked, TAKEN_S).asked > before.asked:
        why = "the terminal cannot compare it now (hyla doctor says more)"
        unlinked = "no link to the cloud; close it once it is back"
        raise _NotClosed(NOT_COMPARED, why if before.link else unlinked)
    now = terminal.until(lambda day: day.standing != Standing.COMPARING, COMPARED_S)
    if now.standing != Standing.COMPARED:
        why = "the cloud did not answer, the journal could not be read, or something ended meanwhile"
        raise _NotClosed(NOT_COMPARED, f"{why}; close it again")
    return now


def _print(as_json: bool, profile: Profile, now: DayStands, why: str) -> None:
    file = days_folder(profile) / f"{day_text(now.day)}.csv"
    paper = str(file) if now.standing in (Standing.COMPARED, Standing.CLOSED) and file.exists() else ""
    day, standing, count = day_text(now.day), now.standing or "not at hand", now.differences
    if as_json:
        told = {"standing": now.standing, "differences": count, "file": paper, "why": why}
        print(json.dumps({"day": day, **told}, ensure_ascii=False))
        return
    print(f"{day}: {standing}, {count} differences{f' ({paper})' if paper else ''}")
    if why:
        print(why, file=sys.stderr)
