"""`hyla doctor`, `hyla doctor decode`, `hyla doctor scanner`: is this terminal well, and what to do.

Exit codes: 0 all fine, 1 something doubtful, 2 something broken; wrong use and bad input are 2 as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent.cli import doctor_scanner
from agent.cli.doctor_page import as_object, decoded_lines, page_lines
from agent.doctor.examine import examine
from agent.doctor.finding import WIZARD, Finding, State, found, worst
from agent.doctor.money import figures
from agent.doctor.patient import Patient, meet
from agent.doctor.scanner import SCAN_WAIT_S
from agent.doctor.short_code import CodeError, decode, encode
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile

EXAMPLE = """examples:
  hyla doctor --profile device_profiles/desk.toml
  hyla doctor --profile device_profiles/desk.toml --scan --language en
  hyla doctor --profile device_profiles/desk.toml --json
  hyla doctor decode 4F7K-92QD-0XYZ
  hyla doctor scanner --profile device_profiles/desk.toml

Works whether the terminal runs or not, and never disturbs a sale. What each line means: docs/doctor.md.
Exit codes: 0 all fine, 1 something doubtful, 2 something broken (or wrong use, or bad input).
"""
EXIT = {State.NOT_RUN: 0, State.FINE: 0, State.DOUBTFUL: 1, State.BROKEN: 2}
BAD_INPUT = 2
Parsers = argparse._SubParsersAction


def add_parser(commands: Parsers[argparse.ArgumentParser]) -> None:
    """Register `hyla doctor [decode | scanner]`."""
    style = argparse.RawDescriptionHelpFormatter
    group = commands.add_parser(
        "doctor",
        description="Check every part of this terminal: one page, a short code.",
        epilog=EXAMPLE,
        formatter_class=style,
    )
    _where(group)
    group.add_argument(
        "--scan", action="store_true", help="show a test code on the customer's screen and wait for it"
    )
    group.add_argument("--json", action="store_true", help="one JSON object, for programs")
    group.set_defaults(run=run)
    actions = group.add_subparsers(metavar="ACTION")
    reading = actions.add_parser(
        "decode",
        help="what a short code says",
        description="What a short code says that was read over the phone.",
        epilog="example:\n  hyla doctor decode 4f7k 92qd oxyz\n\nExit codes: as of its page; 2: no code.",
        formatter_class=style,
    )
    reading.add_argument("code", nargs="+", metavar="CODE", help="12 characters, spaces do not matter")
    reading.add_argument("--language", choices=("zh", "en"), default="zh")
    reading.add_argument("--json", action="store_true", help="one JSON object, for programs")
    reading.set_defaults(run=run_decode)
    wizard = actions.add_parser(
        "scanner",
        help="find the scanner and how it speaks, write it into the terminal's settings",
        description="Find the scanner's port, speed, dialect, suffix and keyboard from three test codes.",
        epilog="example:\n  hyla doctor scanner --profile device_profiles/desk.toml\n\n"
        "Exit codes: 0 found, 2 not found, or the terminal still runs.",
        formatter_class=style,
    )
    _where(wizard)
    doctor_scanner.add_options(wizard)
    wizard.set_defaults(run=run_scanner)


def _where(parser: argparse.ArgumentParser) -> None:
    """Which terminal, in which language."""
    parser.add_argument("--profile", type=Path, metavar="FILE", help="device profile (TOML)")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder, if not the profile's")
    parser.add_argument("--language", choices=("zh", "en"), help="of the page (default: the profile's)")


def read_profile(args: argparse.Namespace) -> Profile:
    """The profile that the command line names. Raises ProfileError."""
    if args.profile is None:
        raise ProfileError("--profile FILE is missing (expected the device profile of this terminal)")
    settings = [*args.set]
    if args.data is not None:
        settings.append(f"device.data_dir={args.data.resolve()}")
    return load(args.profile, settings)


def run(args: argparse.Namespace) -> int:
    """Look at everything, say it."""
    try:
        profile = read_profile(args)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    language = args.language or profile.device.language
    patient = meet(profile, args.scan)
    if args.scan:
        print(found(WIZARD, "beam", seconds=round(SCAN_WAIT_S)).measured(language), file=sys.stderr)
    findings = examine(patient)
    code = encode(findings, figures(patient))
    _print(patient, findings, code, language, args.json)
    return EXIT[worst(findings)]


def _print(patient: Patient, findings: list[Finding], code: str, language: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(as_object(patient, findings, code, language), ensure_ascii=False, indent=1))
    else:
        print("\n".join(page_lines(patient, findings, code, language)))


def run_scanner(args: argparse.Namespace) -> int:
    """The wizard."""
    try:
        profile = read_profile(args)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    return doctor_scanner.set_up(args, profile, args.language or profile.device.language)


def run_decode(args: argparse.Namespace) -> int:
    """The code's own worst state is the exit code."""
    try:
        decoded = decode("".join(args.code))
    except CodeError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    if args.json:
        told = {"states": decoded.states, "figures": decoded.figures}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print("\n".join(decoded_lines(decoded, args.language)))
    order = list(State)
    return EXIT[max(decoded.states.values(), key=order.index)]
