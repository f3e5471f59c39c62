"""`hyla-cloud`: head office from the command line: run the gateway, claim terminals, look after them."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from agent.cli.streams import say_in_any_locale
from agent.core.money import CURRENCIES
from simulator import promises_command
from simulator.gateway import (
    arguments,
    bundle_command,
    leaving_command,
    marks_command,
    people_command,
    wishing,
)
from simulator.gateway.broker_rules import KINDS, NO_CRL, OFFICE_USER, Place, write_rules
from simulator.gateway.parts import Parts, Settings, settings_of
from simulator.gateway.people import FIRST
from simulator.gateway.refusals import Refused
from simulator.gateway.rows import Assigned, Shop
from simulator.gateway.store import StoreTrouble, open_store
from simulator.gateway.zones import USUAL, set_zone

EXAMPLE = """examples:
  hyla-cloud shops add NB-1 --merchant corner --name-zh 街角便利店 --name-en "Corner Shop"
  hyla-cloud devices add FROG-0001 --model frog-2 --merchant corner
  hyla-cloud serve --workers 2 --broker mqtt://127.0.0.1:1884 --public-broker mqtts://cloud.example:8883
  hyla-cloud claim 7K2M-X9QD --shop NB-1 --till 3
  hyla-cloud activation FROG-0001 --shop NB-1 --till 3 --png build/activation.png
  hyla-cloud devices --json
  hyla-cloud settings FROG-0001 settings.toml
  hyla-cloud command FROG-0001 restart_screens
  hyla-cloud bundle ask FROG-0001 --wait 120 --out build/FROG-0001.zip
  hyla-cloud people add li.wei
  hyla-cloud marks add --member M-1001 --shop NB-1 --limit-minor 5000 --score 720 --agreed 2026-01-31
  hyla-cloud broker-config mosquitto --out build/broker
  hyla-cloud promises mqtt://127.0.0.1:1883 --device desk-01 --other desk-02 --member M-1001

exit codes: 0 done; 1 refused, in one sentence; 2 wrong use; 3 the store, a key or a file cannot
be opened, or the broker cannot be reached
"""
DATA = "HYLA_CLOUD_DATA"
GIVEN = (
    "store", "broker", "public_broker", "page", "guard", "guard_port", "bootstrap_port", "crl_url",
)  # fmt: skip
PREFIX = "HYLA1:"
"""In front of an assignment in a QR; a scanner of a terminal knows it by this."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    say_in_any_locale()
    words = sys.argv[1:] if argv is None else argv
    if bad := arguments.unreadable(words):
        print(f"hyla-cloud: {bad} (expected UTF-8 without control signs)", file=sys.stderr)
        return 2
    args = _parser().parse_args(words)
    try:
        settings = _settings(args)
        code: int = people_command.written_down(
            args.named, args, settings, lambda: args.command(args, settings)
        )
    except Refused as no:
        print(json.dumps({"refused": no.word}) if args.json else f"✕ {no}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except (StoreTrouble, OSError, ValueError) as trouble:
        print(_in_words(trouble), file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code


def _in_words(trouble: Exception) -> str:
    """A file that is not there is named before all else."""
    if isinstance(trouble, OSError) and trouble.filename is not None:
        said = (trouble.strerror or "cannot be opened").lower()
        return f"{trouble.filename}: {said} (look at the path, and whether you may read and write there)"
    return str(trouble)


def _settings(args: argparse.Namespace) -> Settings:
    """What was said to `serve` before, and what is said now."""
    given = {name: value for name in GIVEN if (value := getattr(args, name, None)) is not None}
    return replace(settings_of(args.data), **given)


# --- arguments ------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "hyla-cloud"
    data = Path(os.environ.get(DATA) or home)
    everywhere.add_argument(
        "--data", type=Path, default=data, metavar="DIR", help=f"keys and books (default {DATA} or {home})"
    )
    everywhere.add_argument("--store", metavar="URL", help="FILE, sqlite:///FILE or postgresql://…")
    everywhere.add_argument("--json", action="store_true", help="print one JSON object")
    top = argparse.ArgumentParser(
        prog="hyla-cloud",
        description="The merchant's side of the link: books, terminals, certificates, pages.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, says: str, example: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=says,
            description=says,
            parents=[everywhere],
            epilog=f"example:\n  hyla-cloud {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=run, named=name)
        return made

    _serving(command)
    _placing(command)
    _keeping(command)
    wishing.add_parsers(command)
    leaving_command.add_parsers(command)
    bundle_command.add_parser(command)
    people_command.add_parsers(command)
    marks_command.add_parser(command)
    promises_command.add_parser(command)
    return top


def _serving(command: Callable[..., argparse.ArgumentParser]) -> None:
    serve = command("serve", "run workers, watch and pages", "serve --workers 2 --broker URL", _serve)
    serve.add_argument("--workers", type=int, default=2, choices=range(1, 17), metavar="N")
    serve.add_argument(
        "--broker", type=arguments.broker, metavar="URL", help="where we connect: mqtt[s]://host:port"
    )
    serve.add_argument(
        "--public-broker",
        type=arguments.broker,
        metavar="URL",
        help="where terminals connect, if it is elsewhere",
    )
    serve.add_argument(
        "--page", type=arguments.page, metavar="HOST:PORT", help="of the pages (default 127.0.0.1:8470)"
    )
    serve.add_argument(
        "--guard",
        type=arguments.host,
        metavar="HOST",
        help="guard a broker that knows no certificates, here",
    )
    serve.add_argument(
        "--guard-port", type=arguments.port, metavar="N", help="of claimed terminals (default 8883)"
    )
    serve.add_argument(
        "--bootstrap-port", type=arguments.port, metavar="N", help="of new ones (default 8884)"
    )
    crl = "where a broker that fetches the withdrawn certificates finds them: http://…/revoked.crl"
    serve.add_argument("--crl-url", metavar="URL", help=f"{crl} of the pages; before any is made")
    serve.add_argument("--no-page", action="store_true", help="workers and watch only")
    rules = command(
        "broker-config",
        "write what a broker starts with: TLS, certificates, who may publish where",
        "broker-config mosquitto --out build/broker --host 192.0.2.7",
        _rules,
    )
    rules.add_argument("kind", choices=KINDS)
    rules.add_argument("--out", type=Path, required=True, metavar="DIR")
    rules.add_argument("--host", type=arguments.host, default="127.0.0.1", help="where terminals connect")
    rules.add_argument("--port", type=arguments.port, default=8883)
    rules.add_argument("--inner-port", type=arguments.port, default=1884, help="on loopback, for `serve`")


def _placing(command: Callable[..., argparse.ArgumentParser]) -> None:
    claim = command(
        "claim", "bind a terminal that shows a code", "claim 7K2M-X9QD --shop NB-1 --till 3", _claim
    )
    claim.add_argument("code", metavar="CODE")
    activation = command(
        "activation",
        "a signed assignment for a terminal without a network, as text and QR",
        "activation FROG-0001 --shop NB-1 --till 3 --png build/activation.png",
        _activation,
    )
    activation.add_argument("serial", metavar="SERIAL")
    activation.add_argument("--png", type=Path, metavar="FILE", help="the QR as a picture, to print")
    for each in (claim, activation):
        each.add_argument("--shop", required=True, metavar="S")
        each.add_argument("--till", required=True, type=int, metavar="N")
        each.add_argument("--replace", action="store_true", help="retire the terminal that stands there")
        each.add_argument(
            "--public-broker", type=arguments.broker, metavar="URL", help="where terminals connect"
        )


def _keeping(command: Callable[..., argparse.ArgumentParser]) -> None:
    devices = command(
        "devices", "list terminals, or add one to the sales list", "devices add FROG-0001", _devices
    )
    devices.add_argument("what", nargs="?", choices=("list", "add"), default="list")
    devices.add_argument("serial", nargs="?", metavar="SERIAL")
    devices.add_argument("--model", type=arguments.name, default="", metavar="M")
    devices.add_argument(
        "--merchant", type=arguments.name, default="", metavar="M", help="only this merchant may claim it"
    )
    shops = command("shops", "list shops, or add one", "shops add NB-1 --merchant corner", _shops)
    shops.add_argument("what", nargs="?", choices=("list", "add"), default="list")
    shops.add_argument("shop", nargs="?", type=arguments.name, metavar="SHOP")
    for name in ("merchant", "name-zh", "name-en"):
        shops.add_argument(f"--{name}", type=arguments.name, default="")
    shops.add_argument("--currency", choices=sorted(CURRENCIES), default="CNY")
    shops.add_argument("--zone", default="", metavar="Z", help=f"its days begin there (default {USUAL})")
    for name, says in (
        ("revoke", "stop a terminal at once"),
        ("again", "take one that was ended into stock"),
    ):
        one = command(name, says, f"{name} FROG-0001", _end)
        one.add_argument("serial", metavar="SERIAL")
        one.set_defaults(how=name)
    command("anchor", "print the public key that the factory lays into terminals", "anchor", _anchor)


# --- commands -------------------------------------------------------------------------------------


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    if not settings.broker:
        print("--broker: no broker was ever named (expected mqtt://host:port)", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings.owner()
    settings.registry()  # keys and tables are made once, before several processes want them
    settings.save()
    names = [f"worker-{n}" for n in range(1, args.workers + 1)] + ["watch", "claims", "bundles"]
    if settings.guard:
        names.append("guard")
    if not args.no_page:
        names.append("page")
        _first_person(settings)
        print(f"pages: http://{settings.page}/", flush=True)
    parts = Parts(settings, names)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: parts.stop())
    parts.run()
    return 0


def _first_person(settings: Settings) -> None:
    """Nobody comes in before somebody is known: made up and said once."""
    if word := settings.people().first(settings.former_password_file):
        change = f"change it with `hyla-cloud people password {FIRST}`, add others with `people add`"
        print(f"the pages let in {FIRST}, password (said this once; {change}): {word}", flush=True)


def _rules(args: argparse.Namespace, settings: Settings) -> int:
    place = Place(args.host, args.port, args.inner_port)
    registry = settings.registry()
    revoked, crl_url = registry.revocation_list(), settings.crl_url
    files = write_rules(args.kind, args.out, place, registry.authority, revoked, crl_url)
    if args.kind == "emqx" and not crl_url:
        print(f"without revocation: {NO_CRL}", file=sys.stderr)
    if args.json:
        print(json.dumps({"files": [str(file) for file in files]}))
        return 0
    print("\n".join(f"written: {file}" for file in files))
    start = f"mosquitto -c {files[0]}" if args.kind == "mosquitto" else f"EMQX with {files[0]} included"
    user = "" if args.kind == "mosquitto" else f"{OFFICE_USER}@"
    print(f"start: {start}; serve with --broker mqtt://{user}127.0.0.1:{args.inner_port}")
    return 0


def _claim(args: argparse.Namespace, settings: Settings) -> int:
    assigned = settings.registry().claim(args.code, args.shop, args.till, args.replace)
    words = {"jti": assigned.jti, "serial": assigned.serial, "shop": args.shop, "till": args.till}
    _say(args, words, f"✓ {assigned.serial} → {args.shop}, till {args.till}: confirm on the terminal")
    return 0


def _activation(args: argparse.Namespace, settings: Settings) -> int:
    from agent.doctor.barcodes import half_blocks, qr, write_png

    assigned: Assigned = settings.registry().activate(args.serial, args.shop, args.till, args.replace)
    text = PREFIX + assigned.jws
    code = qr(text)
    if args.png is not None:
        write_png([code], args.png)
    if args.json:
        print(json.dumps({"jti": assigned.jti, "serial": assigned.serial, "text": text}))
        return 0
    print(half_blocks(code))
    print(text)
    print(f"for {assigned.serial} alone, once, within seven days", file=sys.stderr)
    return 0


def _devices(args: argparse.Namespace, settings: Settings) -> int:
    registry = settings.registry()
    if args.what == "add":
        if not args.serial:
            print("devices add: expected a SERIAL", file=sys.stderr)
            return 2
        registry.add_device(args.serial, args.model, args.merchant)
    rows = registry.devices()
    words = [
        f"{row.serial:<20} {row.state:<9} {row.shop or '—':<10} {row.till or '—':<4}"
        f" {'online' if row.online else 'offline'}"
        for row in rows
    ]
    _say(args, {"devices": [asdict(row) for row in rows]}, "\n".join(words) or "no terminals yet")
    return 0


def _shops(args: argparse.Namespace, settings: Settings) -> int:
    registry = settings.registry()
    if args.what == "add":
        if not (args.shop and args.merchant):
            print("shops add: expected a SHOP and --merchant", file=sys.stderr)
            return 2
        zh, en = args.name_zh or args.shop, args.name_en or args.name_zh or args.shop
        registry.add_shop(Shop(args.shop, args.merchant, zh, en, args.currency))
        if args.zone:
            set_zone(open_store(settings.store), args.shop, args.zone)
    shops = registry.shops()
    words = [f"{each.shop:<10} {each.merchant:<10} {each.currency} {each.name_zh}" for each in shops]
    _say(args, {"shops": [asdict(each) for each in shops]}, "\n".join(words) or "no shops yet")
    return 0


def _end(args: argparse.Namespace, settings: Settings) -> int:
    registry = settings.registry()
    (registry.revoke if args.how == "revoke" else registry.again)(args.serial)
    done = {"revoke": "revoked", "again": "in stock"}[args.how]
    _say(args, {"serial": args.serial, "state": done}, f"✓ {args.serial} is {done}")
    return 0


def _anchor(args: argparse.Namespace, settings: Settings) -> int:
    office = settings.registry().office
    _say(args, {"kid": office.key_id, "pem": office.anchor_pem}, office.anchor_pem.strip())
    return 0


def _say(args: argparse.Namespace, words: dict[str, Any], sentence: str) -> None:
    print(json.dumps(words, ensure_ascii=False) if args.json else sentence)


if __name__ == "__main__":
    sys.exit(main())
