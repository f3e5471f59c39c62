"""`hyla-cloud move`, `replace`, `retire`, `receipt` and `archive`: terminals on their way out of a shop.

Enters: a serial number, a receipt, an archive that a technician brought. Leaves: an order as text and QR; a
receipt checked and kept; a journal that the owner can read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from agent.fleet.parcel import ParcelTrouble, unpacked_by
from simulator.gateway import arguments
from simulator.gateway.leaving import Leaving
from simulator.gateway.parts import Settings
from simulator.gateway.rows import Assigned
from simulator.gateway.store import open_store

PREFIX = "HYLA1:"


def add_parsers(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Register all of them."""
    move = command(
        "move",
        "order a terminal to another shop or till, as text and QR",
        "move FROG-0001 --shop NB-2 --till 1 --png build/move.png",
        _move,
    )
    move.add_argument("--shop", required=True, metavar="S")
    move.add_argument("--till", required=True, type=int, metavar="N")
    move.add_argument(
        "--public-broker", type=arguments.broker, metavar="URL", help="where terminals connect"
    )
    retire = command(
        "retire",
        "order a terminal to leave for good, as text and QR; with --now end it in the books at once",
        "retire FROG-0001 --png build/retire.png",
        _retire,
    )
    retire.add_argument("--now", action="store_true", help="it is gone already: nobody wipes it")
    for each in (move, retire):
        each.add_argument("serial", metavar="SERIAL")
        each.add_argument("--png", type=Path, metavar="FILE", help="the QR as a picture, to print")
    replace = command(
        "replace",
        "another terminal takes the place of one that broke, with its debts and doubts",
        "replace FROG-0001 --by FROG-0002 --png build/replace.png",
        _replace,
    )
    replace.add_argument("serial", metavar="SERIAL", help="the broken one; it is revoked first")
    replace.add_argument(
        "--by", default="", metavar="SERIAL", help="the other one: an order for its scanner"
    )
    replace.add_argument("--code", default="", metavar="CODE", help="or the code that it shows")
    replace.add_argument("--png", type=Path, metavar="FILE", help="the QR as a picture, to print")
    replace.add_argument(
        "--public-broker", type=arguments.broker, metavar="URL", help="where terminals connect"
    )
    receipt = command(
        "receipt", "check and keep the receipt of a terminal that left", "receipt receipt.txt", _receipt
    )
    receipt.add_argument("file", metavar="FILE", help="as text; - reads standard input")
    archive = command(
        "archive",
        "open the journal that a terminal left behind, for hyla journal verify --data",
        "archive archive/frog-0001-7f3a90bc",
        _archive,
    )
    archive.add_argument("folder", type=Path, metavar="DIR", help="with hyla.db and key.sealed")


def leaving_of(settings: Settings) -> Leaving:
    return Leaving(settings.registry(), open_store(settings.store))


def _move(args: argparse.Namespace, settings: Settings) -> int:
    return _show(args, leaving_of(settings).move(args.serial, args.shop, args.till))


def _retire(args: argparse.Namespace, settings: Settings) -> int:
    if args.now:
        settings.registry().retire(args.serial)
        words = {"serial": args.serial, "state": "retired"}
        print(json.dumps(words) if args.json else f"✓ {args.serial} is retired")
        return 0
    return _show(args, leaving_of(settings).retire(args.serial))


def _replace(args: argparse.Namespace, settings: Settings) -> int:
    if not args.by and not args.code:
        print("replace: expected --by SERIAL or --code CODE", file=sys.stderr)
        return 2
    order, handed = leaving_of(settings).replace(args.serial, args.by, args.code)
    told = f"✓ {args.serial} is revoked; {order.serial} takes its till and {handed} open orders"
    print(told, file=sys.stderr)
    if args.code:
        words = {"jti": order.jti, "serial": order.serial, "handed_over": handed}
        print(json.dumps(words) if args.json else "confirm on the terminal")
        return 0
    return _show(args, order)


def _show(args: argparse.Namespace, order: Assigned) -> int:
    from agent.doctor.barcodes import half_blocks, qr, write_png

    text = PREFIX + order.jws
    if args.png is not None:
        write_png([qr(text)], args.png)
    if args.json:
        print(json.dumps({"jti": order.jti, "serial": order.serial, "text": text}))
        return 0
    print(half_blocks(qr(text)))
    print(text)
    told = "behind the till (F2, F7), once, within seven days; or hyla fleet follow"
    print(f"for {order.serial} alone, {told}", file=sys.stderr)
    return 0


def _receipt(args: argparse.Namespace, settings: Settings) -> int:
    text = sys.stdin.read() if args.file == "-" else Path(args.file).read_text("ascii")
    said = leaving_of(settings).receipt(text)
    words = {"serial": said.serial, "why": said.why, "shop": said.shop, "till": said.till, "to": said.to}
    lost = ", ".join(f"{count} {name}" for name, count in said.lost.items())
    told = f"✓ {said.serial} has {said.why}: shop {said.shop}, till {said.till}"
    print(
        json.dumps({**words, "lost": said.lost})
        if args.json
        else told + (f"; lost: {lost}" if lost else "")
    )
    return 0


def _archive(args: argparse.Namespace, settings: Settings) -> int:
    """The journal's key lies beside it from now on: keep the folder where only the owner reads."""
    folder: Path = args.folder.resolve()
    sealed = (folder / "key.sealed").read_bytes()
    try:
        key = unpacked_by(settings.owner().key, sealed, folder.name)
    except ParcelTrouble as trouble:
        raise ValueError(
            f"{folder}: {trouble} (the folder keeps the name that the terminal gave it)"
        ) from None
    with os.fdopen(
        os.open(folder / "hyla.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
    ) as file:
        file.write(key)
    print(
        json.dumps({"folder": str(folder)}) if args.json else f"✓ {folder} can be read: hyla journal verify"
    )
    return 0
