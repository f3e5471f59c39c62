"""`hyla-cloud bundle`: ask a terminal for a support bundle, see how far it is, open it as its owner."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from simulator.gateway.bundles import BundleRow
from simulator.gateway.parts import Settings
from simulator.gateway.refusals import Refused
from simulator.gateway.wishing import device_of, office_line

GOOD_FOR_S = 86_400
LOOK_S = 0.5


def add_parser(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Register it."""
    bundle = command(
        "bundle",
        "ask a terminal for a support bundle, list them, open one",
        "bundle ask FROG-0001 --wait 120 --out build/FROG-0001.zip\n"
        "  hyla-cloud bundle list\n"
        "  hyla-cloud bundle open c-0f3a… --out build/FROG-0001.zip",
        _bundle,
    )
    bundle.add_argument("what", choices=("ask", "list", "open"))
    bundle.add_argument(
        "which", nargs="?", default="", metavar="SERIAL|ID", help="whom to ask, what to open"
    )
    bundle.add_argument(
        "--order", default="", metavar="ID", help="whose turns go along (default: the newest)"
    )
    bundle.add_argument("--wait", type=float, default=0.0, metavar="S", help="after asking, for all of it")
    bundle.add_argument("--out", type=Path, metavar="ZIP", help="where the opened bundle goes, mode 0600")


def ask_for_bundle(settings: Settings, terminal: str, order: str = "") -> str:
    """Its id. The shelf knows it before the terminal does, so that no piece comes uninvited.

    Raises:
        Refused: unknown_serial.
        OSError, ValueError: no broker.
    """
    line, device = office_line(settings), device_of(settings, terminal)
    id, shelf = line.new_id(), settings.bundles()
    shelf.asked(id, device)
    words = {"key": settings.owner().public} | ({"order": order} if order else {})
    line.command(device, "bundle", words, GOOD_FOR_S, id)
    return id


def _bundle(args: argparse.Namespace, settings: Settings) -> int:
    if args.what == "list":
        return _list(args, settings)
    if not args.which or (args.what == "open" and args.out is None):
        print(f"bundle {args.what}: expected which one, and for `open` --out ZIP", file=sys.stderr)
        return 2
    id = args.which
    if args.what == "ask":
        id = ask_for_bundle(settings, args.which, args.order)
        row = _awaited(settings, id, args.wait)
        if args.out is None or not row.whole_utc_ms:
            _say(args, row)
            return 0 if row.whole_utc_ms or not args.wait else 1
    _keep(args.out, settings.bundles().opened(id, settings.owner()))
    print(json.dumps({"id": id, "file": str(args.out)}) if args.json else f"✓ {args.out}")
    return 0


def _list(args: argparse.Namespace, settings: Settings) -> int:
    rows = [row for row in settings.bundles().rows() if args.which in ("", row.device)]
    if args.json:
        print(json.dumps({"bundles": [asdict(row) for row in rows]}))
        return 0
    for row in rows:
        _say(args, row)
    if not rows:
        print("no bundles yet")
    return 0


def _awaited(settings: Settings, id: str, wait_s: float) -> BundleRow:
    """As it is when it is whole, or when the time is over."""
    shelf, until = settings.bundles(), time.monotonic() + wait_s
    while not (row := shelf.one(id)).whole_utc_ms and time.monotonic() < until:
        time.sleep(LOOK_S)
    return row


def _say(args: argparse.Namespace, row: BundleRow) -> None:
    if args.json:
        print(json.dumps(asdict(row)))
        return
    how = "whole" if row.whole_utc_ms else f"{row.percent} % here" if row.size else "asked for"
    print(f"{row.id:<20} {row.device:<20} {how}, {row.size} bytes")


def _keep(file: Path, zipped: bytes) -> None:
    """Ours alone: what a shop sells is nobody else's business."""
    if not zipped:
        raise Refused("not_whole")
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(zipped)
