"""`hyla-cloud settings` and `hyla-cloud command`: what head office wants of a terminal that is far away.

Enters: a terminal's serial number or device id, a TOML file, a word. Leaves: a signed wish at the broker,
and what the terminal said to it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, select

from agent.cloud.schema import ReportedData
from agent.core.head_office import LIFE_MAX_MS
from agent.fleet.wishes import COMMANDS, Desired
from simulator.gateway import tables as t
from simulator.gateway.office_line import COMMAND_S, OfficeLine
from simulator.gateway.parts import Settings
from simulator.gateway.refusals import Refused
from simulator.gateway.store import open_store

LOOK_S = 1.0
WORD_CHARS_MAX, GOOD_FOR_MAX_S = 200, LIFE_MAX_MS // 1000  # as a terminal takes them
EXAMPLE_FILE = "settings.toml"


def add_parsers(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Register both."""
    settings = command(
        "settings",
        "send a terminal its settings, and wait for what becomes of them",
        f"settings FROG-0001 {EXAMPLE_FILE} --goods goods.csv --wait 60",
        _settings,
    )
    settings.add_argument("terminal", metavar="SERIAL")
    settings.add_argument("file", type=Path, metavar="FILE", help="TOML, as the layer of a profile")
    settings.add_argument("--goods", type=Path, metavar="CSV", help="a whole price list")
    settings.add_argument("--wait", type=float, default=60.0, metavar="S", help="so long (default 60)")
    ask = command(
        "command",
        "have a terminal do something once",
        'command FROG-0001 message --word zh=今天送货 --word en="Delivery today"',
        _command,
    )
    ask.add_argument("terminal", metavar="SERIAL")
    ask.add_argument("name", choices=COMMANDS, metavar="NAME", help=f"one of {', '.join(COMMANDS)}")
    ask.add_argument(
        "--word",
        action="append",
        default=[],
        metavar="KEY=TEXT",
        help="message: zh=… and en=…; none ends it",
    )
    ask.add_argument("--good-for", type=int, default=COMMAND_S, metavar="S", help="seconds (default 600)")
    ask.add_argument(
        "--wait", type=float, default=0.0, metavar="S", help="so long for what the terminal says to it"
    )


def _settings(args: argparse.Namespace, settings: Settings) -> int:
    line, device = office_line(settings), device_of(settings, args.terminal)
    try:
        wanted = tomllib.loads(args.file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{args.file}: {error} (expected settings in TOML)") from None
    goods = args.goods.read_text("utf-8") if args.goods else ""
    version = time.time_ns() // 1_000_000
    line.wish_settings(device, Desired(version, wanted, goods))
    said = _answer(line, device, version, args.wait)
    refused = list(said.refused_why) if said and said.refused_version == version else []
    taken = said is not None and said.settings_version == version
    if args.json:
        print(json.dumps({"version": version, "taken": taken, "refused": refused}, ensure_ascii=False))
    elif taken:
        print(f"✓ {args.terminal} lives by settings {version}")
    elif refused:
        print("\n".join([f"✕ {args.terminal} refuses settings {version}:", *refused]))
    else:
        print(f"? {args.terminal} has not said yet: they wait at the broker, and for a free till")
    return 0 if taken else 1


def _answer(line: OfficeLine, device: str, version: int, wait_s: float) -> ReportedData | None:
    """What the terminal says about this version; the last it said when it says nothing in time."""
    until = time.monotonic() + wait_s
    while True:
        said = line.reported(device, LOOK_S)
        if said and version in (said.settings_version, said.refused_version):
            return said
        if time.monotonic() >= until:
            return said
        time.sleep(LOOK_S)


def _command(args: argparse.Namespace, settings: Settings) -> int:
    words = dict(word.split("=", 1) for word in args.word if "=" in word)
    if wrong := _wrong_words(args, words):
        print(f"command: {wrong}", file=sys.stderr)
        return 2
    line, device = office_line(settings), device_of(settings, args.terminal)
    id = line.command(device, args.name, words, args.good_for)
    if not args.wait:
        told = f"✓ {args.name} ({id}): good for {args.good_for} s; --wait S says what becomes of it"
        print(json.dumps({"command_id": id}) if args.json else told)
        return 0
    outcome, more = _became(open_store(settings.store), device, id, args.wait)
    sign = {"done": "✓", "": "?", "taken": "?"}.get(outcome, "✕")
    says = " ".join(filter(None, (outcome or "has not said yet: it waits at the broker", more)))
    answer = {"command_id": id, "outcome": outcome, "told": more}
    print(json.dumps(answer, ensure_ascii=False) if args.json else f"{sign} {args.terminal}: {says}")
    return 0 if sign == "✓" else 1


def _wrong_words(args: argparse.Namespace, words: dict[str, str]) -> str:
    """What the terminal would not take, in a sentence; empty: nothing."""
    if len(words) != len(args.word):
        return "--word: expected KEY=TEXT, each key once"
    if any(len(text) > WORD_CHARS_MAX for text in words.values()):
        return f"--word: expected at most {WORD_CHARS_MAX} characters"
    if not 1 <= args.good_for <= GOOD_FOR_MAX_S:
        return f"--good-for: {args.good_for} (expected 1 to {GOOD_FOR_MAX_S} seconds)"
    return ""


def _became(store: Engine, device: str, id: str, wait_s: float) -> tuple[str, str]:
    """The terminal's last word about it (`done`, `failed`, `expired`, `refused`; `taken`: it is at it), and
    what it tells besides; empty words when none comes in time."""
    r, until = t.records.c, time.monotonic() + wait_s
    mine = (r.device == device) & (r.kind == "command") & r.id.contains(f"-{id}-", autoescape=True)
    while True:
        with store.begin() as db:
            bodies = list(db.scalars(select(r.body).where(mine).order_by(r.n)))
        said = json.loads(bytes(bodies[-1]))["data"]["record"] if bodies else {}
        outcome = str(said.get("outcome", ""))
        if outcome not in ("", "taken") or time.monotonic() >= until:
            return outcome, str(said.get("told", ""))
        time.sleep(LOOK_S)


def office_line(settings: Settings) -> OfficeLine:
    if not settings.broker:
        raise ValueError("--broker: no broker was ever named (start `hyla-cloud serve --broker URL` first)")
    return OfficeLine(settings.broker, settings.registry().office.key)


def device_of(settings: Settings, terminal: str) -> str:
    """Its device id, by that or by its serial number. Raises Refused."""
    for row in settings.registry().devices():
        if terminal in (row.serial, row.device_id):
            return row.device_id
    raise Refused("unknown_serial")
