"""`hyla doctor scanner`: three test codes, and the scanner is set up. Says and writes what it found.

Exit codes: 0 found and written (or as it was), 2 not found, or the terminal still runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.doctor.barcodes import bars, half_blocks, qr, write_png
from agent.doctor.card import Card
from agent.doctor.ears import Ears, Place, places
from agent.doctor.finding import WIZARD, Finding, Language
from agent.doctor.finding import found as case_of
from agent.doctor.patient import Patient, meet
from agent.doctor.wizard import BEAM_S, Found, Show, WizardStopped, find
from agent.profile.layers import write_local_settings
from agent.profile.loader import ProfileError
from agent.profile.schema import Profile

NOT_FOUND = 2


def add_options(parser: argparse.ArgumentParser) -> None:
    """Beside those that say which terminal."""
    parser.add_argument(
        "--png", type=Path, metavar="FILE", help="put the codes into this picture, one by one"
    )
    parser.add_argument("--print", action="store_true", help="print the codes here, not on the screen")
    parser.add_argument(
        "--port", action="append", metavar="PORT", help="listen at this serial port only (may be repeated)"
    )
    parser.add_argument("--wait", type=float, default=BEAM_S, metavar="S", help="seconds for each code")
    parser.add_argument("--dry-run", action="store_true", help="find it, write nothing")


def set_up(args: argparse.Namespace, profile: Profile, language: Language) -> int:
    """Find the scanner, say it, write it."""
    patient = meet(profile)
    if patient.runs:
        return _stopped(case_of(WIZARD, "runs"), language)
    baud = profile.scanner.baud
    at = [Place(port, baud=baud) for port in args.port or ()] or places(profile.scanner)
    with Ears(at) as ears, _shower(patient, args, language) as show:
        try:
            found = find(ears, show, args.wait)
        except WizardStopped as stopped:
            return _stopped(case_of(WIZARD, stopped.case, stopped.detail), language)
    return _told(found, args, profile, language)


def _stopped(why: Finding, language: Language) -> int:
    """What was in the way, the next step, and what the system said."""
    print(f"{why.measured(language)}\n  → {why.remedy(language)}", file=sys.stderr)
    if why.detail:
        print(f"  · {why.detail}", file=sys.stderr)
    return NOT_FOUND


def _told(found: Found, args: argparse.Namespace, profile: Profile, language: Language) -> int:
    settings = found.settings()
    print(_said("found", language))
    for key, value in settings.items():
        print(f"  {key} = {value}")
    now = {f"scanner.{key}": value for key, value in profile.scanner.model_dump().items()}
    changes = {key: value for key, value in settings.items() if now[key] != value}
    if not changes:
        print(_said("same", language))
    if not changes or args.dry_run:
        return 0
    folder = Path(profile.device.data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        file = write_local_settings(folder, changes, args.profile, args.set)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return NOT_FOUND
    print(_said("written", language, file=file))
    return 0


def _said(case: str, language: Language, **values: object) -> str:
    return case_of(WIZARD, case, "", **values).measured(language)


@contextmanager
def _shower(patient: Patient, args: argparse.Namespace, language: Language) -> Iterator[Show]:
    """On the customer's screen; where there is none, or by wish, in a picture or in the terminal."""

    def say(number: int, why: str, where: str) -> None:
        print(_said(why, language, number=number, where=where, file=args.png), flush=True)

    def in_picture(number: int, text: str, why: str) -> None:
        write_png([bars(text), qr(text)], args.png)
        say(number, why, "in_the_picture")

    def here(number: int, text: str, why: str) -> None:
        say(number, why, "below")
        print(half_blocks(qr(text)), flush=True)

    if args.png or args.print:
        yield in_picture if args.png else here
        return
    with Card(patient) as card:

        def on_screen(number: int, text: str, why: str) -> None:
            if card.show(f"{number}/3", _said(why, language, number=number, where="below"), text):
                say(number, why, "on_the_screen")
            else:
                here(number, text, why)

        yield on_screen
