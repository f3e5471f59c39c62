"""`hyla day`: what a business day came to, from the journal; its papers; and its close."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import date

from agent.cli import day_close
from agent.cli.grouped import Action, add_group, telling, with_profile
from agent.cli.streams import say_as_in_the_file
from agent.core.figures import day_text, taken_minor
from agent.core.money import Money
from agent.inquiries import DayTold, InquiryError, days_folder, read_day, today
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile

EXAMPLE = """example:
  hyla day show --profile device_profiles/desk.toml
  hyla day show --profile device_profiles/desk.toml --day 2026-11-22 --json
  hyla day export --profile device_profiles/desk.toml --day 2026-11-22 > day.csv
  hyla day close --profile device_profiles/desk.toml --day 2026-11-22

A day is compared and closed behind the till (F2), or with `close` while the terminal runs. The papers come
out in UTF-8, whatever the locale.
Exit codes: 0 told; 1 there is nothing of that day; 2 wrong use, or no journal to read; those of `close`
stand in its own --help.
"""
FIRST_DAY = date(1970, 1, 1).toordinal()


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla day show`, `hyla day export` and `hyla day close`."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(
        commands, "day", "A business day's figures and papers; works while the terminal runs.", EXAMPLE
    )
    show = actions.add_parser(
        "show", help="figures, shifts, how it stands", epilog=EXAMPLE, formatter_class=style
    )
    export = actions.add_parser(
        "export", help="the compared day as it was written", epilog=EXAMPLE, formatter_class=style
    )
    close = day_close.add_close(actions)
    for action in (show, export, close):
        with_profile(action)
        action.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="default: today")
    show.add_argument("--json", action="store_true", help="one JSON object, for programs")
    paper = export.add_mutually_exclusive_group()
    paper.add_argument("--csv", action="store_true", help="the table (this is the default)")
    paper.add_argument("--text", action="store_true", help="the text for the printer instead")
    show.set_defaults(run=_about_a_day(_show))
    export.set_defaults(run=_about_a_day(_export))
    close.set_defaults(run=_about_a_day(day_close.close))


def _day(words: str) -> int:
    try:
        return date.fromisoformat(words).toordinal() - FIRST_DAY
    except ValueError:
        raise argparse.ArgumentTypeError(f"{words}: expected a date such as 2026-11-22") from None


def _about_a_day(action: Callable[[argparse.Namespace, Profile, int], int]) -> Action:
    """Exit code 0; 1 when the day has nothing to tell; 2 without a journal or a terminal to ask."""

    def run(args: argparse.Namespace) -> int:
        profile = load(args.profile, args.set)
        return action(args, profile, today(profile) if args.day is None else args.day)

    return telling(run, ProfileError, InquiryError)


def _show(args: argparse.Namespace, profile: Profile, day: int) -> int:
    told = read_day(profile, day)
    if args.json:
        print(json.dumps(_as_json(profile, day, told), ensure_ascii=False, indent=1))
    elif told.tallies:
        _print(profile, day, told)
    else:
        print(f"{day_text(day)}: nothing ended on this day")
    return 0 if told.tallies else 1


def _as_json(profile: Profile, day: int, told: DayTold) -> dict[str, object]:
    return {
        "day": day_text(day),
        "currency": profile.shop.currency,
        "standing": told.day.standing if told.day else None,
        "differences": told.day.differences if told.day else 0,
        "file": told.day.file if told.day else "",
        "taken_minor": taken_minor(told.tallies),
        "figures": [
            {"method": one.method, "ending": one.ending, "count": one.count, "sum_minor": one.sum_minor}
            for one in told.tallies
        ],
        "shifts": [dataclasses.asdict(shift) for shift in told.shifts],
    }


def _print(profile: Profile, day: int, told: DayTold) -> None:
    currency = profile.shop.currency
    standing = told.day.standing if told.day else "open"
    print(f"{day_text(day)}: {standing}, {told.day.differences if told.day else 0} differences")
    for one in told.tallies:
        amount = Money(one.sum_minor, currency).text()
        print(f"  {one.method or '-':10} {one.ending:18} {one.count:5} {amount:>14}")
    print(f"  {'taken, less refunds':35} {Money(taken_minor(told.tallies), currency).text():>13}")
    for shift in told.shifts:
        count = shift.counted_minor
        counted = "not counted" if count is None else f"counted {Money(count, currency).text()}"
        expected = Money(shift.expected_minor, currency).text()
        who = f"cashier {shift.cashier}" if shift.cashier else "nobody's"
        print(f"  shift {shift.number}: {who}, {shift.standing}; drawer: expected {expected}, {counted}")


def _export(args: argparse.Namespace, profile: Profile, day: int) -> int:
    file = days_folder(profile) / f"{day_text(day)}.{'txt' if args.text else 'csv'}"
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        print(f"{file}: not there: compare the day behind the till first (F2, then F6)", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 2
    say_as_in_the_file()
    sys.stdout.write(text)
    return 0
