"""`hyla-cloud promises`: the contract suite against any cloud, one's own included.

Enter: the broker that cloud listens to, one or two terminals it knows, a member to be charged. Leave: each
promise, kept or not, and what was seen; exit code 1 when one was not kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from agent.core.ids import DeviceId
from simulator.promises import PROMISES, PROMISES_OF_TWO, Papers, broken_promises

SAYS = "ask a cloud for everything it promises about money; real charges of a few minor units are made"
EXAMPLE = "promises mqtt://127.0.0.1:1883 --device desk-01 --other desk-02 --member M-1001"


def add_parser(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Into the parser of `hyla-cloud`."""
    parser = command("promises", SAYS, EXAMPLE, _run)
    parser.add_argument("url", metavar="URL", help="the broker: mqtt[s]://[user:password@]host[:port]")
    parser.add_argument("--device", required=True, metavar="ID", help="a terminal that the cloud knows")
    parser.add_argument("--other", metavar="ID", help="a second one of the same shop: what two may not do")
    parser.add_argument(
        "--member", required=True, metavar="PERSON", help="with money, and two coupons if you have them"
    )
    parser.add_argument("--ca", metavar="PEM", help="for mqtts: whom we trust")
    for whose in ("", "other-"):
        parser.add_argument(f"--{whose}certificate", metavar="PEM")
        parser.add_argument(f"--{whose}key", metavar="PEM")


def _run(args: argparse.Namespace, _settings: object) -> int:
    papers = (
        Papers(args.ca, args.certificate, args.key),
        Papers(args.ca, args.other_certificate, args.other_key),
    )
    told = (lambda *_: None) if args.json else _told
    other = DeviceId(args.other) if args.other else None
    try:
        broken = broken_promises(args.url, DeviceId(args.device), args.member, other, papers, told)
    except (OSError, TimeoutError) as error:
        raise OSError(
            f"{args.url}: {error}; expected a broker that lets {args.device} in and a cloud behind it; "
            "next: look at its address, its rules and its log"
        ) from error
    asked = len(PROMISES) + (len(PROMISES_OF_TWO) if other else 0)
    if args.json:
        print(json.dumps({"asked": asked, "kept": asked - len(broken), "broken": broken}))
    else:
        print(f"{asked - len(broken)} of {asked} promises kept")
    return 1 if broken else 0


def _told(name: str, seen: str) -> None:
    print(f"{'✕' if seen else '✓'} {name.replace('_', ' ')}{': ' + seen if seen else ''}")
    sys.stdout.flush()
