"""`hyla consent notice | show | withdraw | receipt | due | export`: who agreed to what.

Exit codes: 0 done, 1 nobody of that name, 2 wrong use or bad input.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import UTC, datetime

from agent.cli.grouped import add_group, telling, with_profile
from agent.core.consent import (
    FILING_PERSONS,
    MEANING,
    NOTICE,
    LedgerRow,
    Purpose,
    Stay,
    crowd,
    standings,
)
from agent.core.ids import PersonId
from agent.profile.loader import ProfileError, load
from agent.trust import TrustError, due, find_receipt, open_desk, withdraw

EXAMPLE = """examples:
  hyla consent notice
  hyla consent show --profile desk.toml M-1001
  hyla consent withdraw --profile desk.toml M-1001 --purpose face_member
  hyla consent receipt --profile desk.toml 7F3A-9C21
  hyla consent due --profile desk.toml
  hyla consent export --profile desk.toml --format csv > processing-record.csv

A running terminal withdraws by itself when it is asked so, and deletes every day who was away too long;
stop it before due --delete. Exit codes: 0 done, 1 nobody of that name, 2 wrong use, or bad input.
"""
DONE, NOBODY = 0, 1
COLUMNS = ("when", "person", "purpose", "given", "notice_version", "age", "guardian", "why")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the group and its commands."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "consent", "Who agreed to what.", EXAMPLE)
    made = {
        name: actions.add_parser(
            name, help=line, description=f"{line}.", epilog=EXAMPLE, formatter_class=style
        )
        for name, line in {
            "notice": "the text a person is shown before agreeing, and its version",
            "show": "one person's agreements, or how many persons are held",
            "withdraw": "take back one agreement or all, print the receipt",
            "receipt": "the receipt of a withdrawal, by its number, its square code or the person",
            "due": "who was away too long, or soon will be",
            "export": "the processing record, every row of the ledger",
        }.items()
    }
    for name, run in {
        "show": _show,
        "withdraw": _withdraw,
        "receipt": _receipt,
        "due": _due,
        "export": _export,
    }.items():
        with_profile(made[name])
        made[name].set_defaults(run=telling(run, ProfileError, TrustError))
    made["notice"].set_defaults(run=_notice)
    made["show"].add_argument("person", nargs="?", metavar="PERSON", help="member id; without: the store")
    made["show"].add_argument("--json", action="store_true", help="one JSON object, for programs")
    made["withdraw"].add_argument("person", metavar="PERSON", help="member id")
    made["withdraw"].add_argument(
        "--purpose", action="append", default=[], choices=list(Purpose), type=Purpose, help="default: all"
    )
    made["receipt"].add_argument(
        "word", metavar="NUMBER", help="7F3A-9C21, the code's text, or a member id"
    )
    made["due"].add_argument("--delete", action="store_true", help="delete those who were away too long")
    made["due"].add_argument("--json", action="store_true", help="one JSON object, for programs")
    made["export"].add_argument("--format", choices=("csv", "json"), default="json")


def _notice(_args: argparse.Namespace) -> int:
    print(f"{NOTICE.zh}\n\n{NOTICE.en}\n")
    for purpose, (zh, en) in MEANING.items():
        print(f"{purpose}: {zh} / {en}")
    print(f"\nnotice {NOTICE.version}, sha256 {NOTICE.sha256}")
    return DONE


def _show(args: argparse.Namespace) -> int:
    profile = load(args.profile, args.set)
    with open_desk(profile, readonly=True) as desk:
        persons = len(desk.templates.persons())
        rows = desk.book.rows(PersonId(args.person)) if args.person else []
    if not args.person:
        word = crowd(persons, profile.consent.warn_persons)
        told = {"persons": persons, "filing_from": FILING_PERSONS, "crowd": word.value}
        print(
            json.dumps(told)
            if args.json
            else f"{persons} persons held ({word}; filing from {FILING_PERSONS})"
        )
        return DONE
    if not rows:
        print(f"{args.person}: never agreed to anything here", file=sys.stderr)
        return NOBODY
    standing = {purpose.value: word.value for purpose, word in standings(rows).items()}
    if args.json:
        print(json.dumps({"standing": standing, "rows": [_told(row) for row in rows]}, ensure_ascii=False))
    else:
        print("\n".join(f"{purpose}: {word}" for purpose, word in standing.items()))
        print("\n".join("  ".join(str(value) for value in _told(row).values() if value) for row in rows))
    return DONE


def _withdraw(args: argparse.Namespace) -> int:
    receipt = withdraw(load(args.profile, args.set), args.person, tuple(args.purpose), "asked for")
    print(receipt.text())
    return DONE


def _receipt(args: argparse.Namespace) -> int:
    print(find_receipt(load(args.profile, args.set), args.word).text())
    return DONE


def _due(args: argparse.Namespace) -> int:
    stays = due(load(args.profile, args.set), args.delete)
    told = {"due": stays[Stay.DUE], "soon": stays[Stay.SOON], "deleted": args.delete}
    if args.json:
        print(json.dumps(told))
        return DONE
    away = "deleted: was away too long" if args.delete else "away too long: the terminal deletes it today"
    for person in stays[Stay.DUE]:
        print(f"{person}  {away}")
    for person in stays[Stay.SOON]:
        print(f"{person}  will be deleted soon, if not seen")
    return DONE


def _export(args: argparse.Namespace) -> int:
    with open_desk(load(args.profile, args.set), readonly=True) as desk:
        rows = [_told(row) for row in desk.book.rows()]
    if args.format == "json":
        notice = {"version": NOTICE.version, "sha256": NOTICE.sha256}
        print(json.dumps({"notice": notice, "rows": rows}, ensure_ascii=False))
        return DONE
    table = csv.writer(sys.stdout)
    table.writerow(COLUMNS)
    table.writerows([_cell(value) for value in row.values()] for row in rows)
    return DONE


def _told(row: LedgerRow) -> dict[str, object]:
    when = datetime.fromtimestamp(row.utc_ms / 1000, UTC).isoformat(timespec="seconds")
    word = "given" if row.given else "withdrawn"
    values = (
        when,
        row.person,
        row.purpose.value,
        word,
        row.notice_version,
        row.age.value,
        row.guardian,
        row.why,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
