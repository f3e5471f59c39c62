"""`hyla fleet status | follow | forget | receipt`: whose terminal this is, and how it leaves a shop.

Exit codes: 0 done, or it may leave; 1 something is missing, or the order is not for this terminal; 2 wrong
use or bad input; 3 disk or key did not let us.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.cli.grouped import add_group, with_profile
from agent.core.leaving import MEANING, Lack
from agent.core.money import Money
from agent.departure import LeavingTrouble
from agent.doctor.barcodes import half_blocks, qr, write_png
from agent.fleet.assignment import NotAssigned
from agent.fleet.farewell import RECEIPT, NoReceipt, Receipt, unchecked
from agent.leaving import Here, follow, forget, here_of, left_open
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile

EXAMPLE = """examples:
  hyla fleet status --profile /etc/hyla/profile.toml
  hyla fleet follow --profile /etc/hyla/profile.toml order.txt
  hyla fleet forget --profile /etc/hyla/profile.toml
  hyla fleet receipt --profile /etc/hyla/profile.toml --png receipt.png

Stop the terminal before follow and forget. An order comes from `hyla-cloud move` or `hyla-cloud retire`;
at the terminal it is held before the scanner, behind the till (F2, F7).
"""
REFUSED = {
    "garbage": "this is no order of head office (expected what hyla-cloud move or retire prints)",
    "foreign": "this order is of another head office",
    "forged": "the signature of this order is false",
    "serial": "this order is for another terminal",
    "merchant": "this order is of another merchant",
    "expired": "this order has expired, or was signed before this terminal came here; ask for a new one",
    "reused": "this order was followed before",
    "elsewhere": "this order is for a terminal in another shop",
    "behind": "head office does not know yet that this terminal moved here; bring the link up, wait until"
    " hyla-cloud devices shows it in this shop, then ask for a new order",
}
FORGETS = """this terminal forgets who it is, and nobody can undo it:
  · faces, members, keys, settings, prices and promotions are destroyed
  · {journal}
  · head office is not told: revoke it there (hyla-cloud revoke {serial}) and give the receipt
{lost}"""
DONE, NO, BAD_INPUT, NO_DISK = 0, 1, 2, 3


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the group and its commands."""
    style = argparse.RawDescriptionHelpFormatter
    actions = add_group(commands, "fleet", "Whose terminal this is.", EXAMPLE)
    lines: dict[str, tuple[str, Callable[[argparse.Namespace, Profile], int]]] = {
        "status": ("shop, till and certificate, and what is missing before it may leave", _status),
        "follow": ("leave this shop by an order of head office", _follow),
        "forget": ("leave without an order, whatever is lost", _forget),
        "receipt": ("the receipt of the last shop that was left", _receipt),
    }
    for name, (line, run) in lines.items():
        made = actions.add_parser(
            name, help=line, description=f"{line}.", epilog=EXAMPLE, formatter_class=style
        )
        with_profile(made)
        made.add_argument("--json", action="store_true", help="one JSON object, for programs")
        made.set_defaults(run=_telling(run))
        if name == "follow":
            made.add_argument("order", metavar="FILE", help="the order as text; - reads standard input")
        if name == "forget":
            made.add_argument("--yes", action="store_true", help="I have read what is lost")
        if name == "receipt":
            made.add_argument("--png", type=Path, metavar="FILE", help="the QR as a picture, to print")


def _telling(run: Callable[[argparse.Namespace, Profile], int]) -> Callable[[argparse.Namespace], int]:
    def told(args: argparse.Namespace) -> int:
        try:
            return run(args, load(args.profile, args.set))
        except NotAssigned as no:
            print(f"✕ {REFUSED[no.why.value]}", file=sys.stderr)
            return NO
        except ProfileError as error:
            print(error, file=sys.stderr)
            return BAD_INPUT
        except (LeavingTrouble, OSError) as error:
            print(error, file=sys.stderr)
            return NO_DISK

    return told


def _status(args: argparse.Namespace, profile: Profile) -> int:
    here, lacks = here_of(profile), left_open(profile)
    if args.json:
        print(json.dumps(_words(here, lacks), ensure_ascii=False))
        return NO if lacks else DONE
    print(_place(here))
    if lacks:
        print("before it may leave:")
    _print_lacks(lacks, profile.shop.currency)
    if here is not None and not lacks:
        print("nothing is missing: it may leave by an order of head office")
    return NO if lacks else DONE


def _words(here: Here | None, lacks: Sequence[Lack]) -> dict[str, object]:
    came = here.identity.assignment if here else None
    validity = here.identity.validity if here else None
    return {
        "serial": came.serial if came else None,
        "device": came.device if came else None,
        "shop": came.shop if came else None,
        "till": came.till if came else None,
        "certificate_until_utc_s": validity.ends_utc_s if validity else None,
        "missing": {lack.what.value: lack.count for lack in lacks},
    }


def _place(here: Here | None) -> str:
    if here is None:
        return "this terminal stands in no shop: nobody claimed it"
    came = here.identity.assignment
    certified = "with its certificate" if here.identity.validity else "without a certificate yet"
    return (
        f"{came.serial} is {came.device}, shop {came.shop} ({came.shop_zh}), till {came.till}, {certified}"
    )


def _print_lacks(lacks: Sequence[Lack], currency: str) -> None:
    for lack in lacks:
        money = f" ({Money(lack.sum_minor, currency).text()})" if lack.sum_minor else ""
        print(f"  {lack.count} {MEANING[lack.what]}{money}")


def _follow(args: argparse.Namespace, profile: Profile) -> int:
    text = sys.stdin.read() if args.order == "-" else Path(args.order).read_text("utf-8")
    if lacks := left_open(profile):
        if args.json:
            print(json.dumps(_words(here_of(profile), lacks), ensure_ascii=False))
        print("✕ not yet; before it may leave:", file=sys.stderr)
        _print_lacks(lacks, profile.shop.currency)
        return NO
    said = follow(profile, text)
    print(json.dumps({"done": said}) if args.json else f"✓ {said}; the receipt: hyla fleet receipt")
    return DONE


def _forget(args: argparse.Namespace, profile: Profile) -> int:
    if not profile.fleet.claim:
        print("fleet.claim = false: this terminal was never head office's; there is nothing to forget")
        return BAD_INPUT
    lost = _what_is_lost(profile)
    if not args.yes:
        print(_consequences(profile, lost))
        print("to do it all the same: --yes")
        return NO
    said = forget(profile, lost or ())
    print(json.dumps({"done": said}) if args.json else f"✓ {said}")
    return DONE


def _what_is_lost(profile: Profile) -> Sequence[Lack] | None:
    """None: nobody can say, for the journal cannot be read."""
    try:
        return left_open(profile)
    except LeavingTrouble:
        return None


def _consequences(profile: Profile, lost: Sequence[Lack] | None) -> str:
    try:
        here = here_of(profile)
    except LeavingTrouble:
        here = None
    came = here.identity.assignment if here else None
    sealed = came is not None and bool(came.owner_key)
    journal = (
        "the journal is sealed for its owner and stays in the folder archive"
        if sealed
        else "the journal is lost as well: nobody is named to seal it for"
    )
    rows = ["  · what is missing is lost:"] if lost else []
    if lost is None:
        rows = ["  · the journal cannot be read: nobody can say what is unsent or owed"]
    rows += [f"      {lack.count} {MEANING[lack.what].split(';')[0]}" for lack in lost or ()]
    serial = came.serial if came else profile.fleet.serial or "SERIAL"
    return FORGETS.format(journal=journal, serial=serial, lost="\n".join(rows)).rstrip()


def _receipt(args: argparse.Namespace, profile: Profile) -> int:
    path = Path(profile.device.data_dir) / RECEIPT
    try:
        text = path.read_text("ascii")
        said = unchecked(text)
    except FileNotFoundError:
        print("this terminal has left no shop yet", file=sys.stderr)
        return NO
    except (UnicodeDecodeError, NoReceipt):
        print(
            f"{path}: no receipt (expected what this terminal wrote when it left a shop)", file=sys.stderr
        )
        return BAD_INPUT
    if args.png is not None:
        write_png([qr(text)], args.png)
    if args.json:
        print(json.dumps({"receipt": text, "why": said.why, "shop": said.shop, "till": said.till}))
        return DONE
    print(half_blocks(qr(text)))
    print(_in_words(said))
    print(text)
    return DONE


def _in_words(said: Receipt) -> str:
    lost = ", ".join(f"{count} {name}" for name, count in said.lost.items())
    to = f" to {said.to}" if said.to else ""
    return (
        f"{said.serial} ({said.device}) has {said.why}{to}: shop {said.shop}, till {said.till}; "
        f"destroyed: {', '.join(said.destroyed)}{'; lost: ' + lost if lost else ''}"
    )
