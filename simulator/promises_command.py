"""`hyla-cloud promises`: the contract suite against any cloud, one's own included.

Enter: the broker that cloud listens to, one or two terminals it knows, a member to be charged. Leave: each
promise, kept or not, or not tried, and what was seen; exit code 1 when one was not kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from agent.core.ids import DeviceId
from simulator.gateway import arguments
from simulator.promises import NO_COUPON, PROMISES, PROMISES_OF_TWO, Papers, broken_promises

SAYS = "ask a cloud for everything it promises about money; real charges of a few minor units are made"
EXAMPLE = "promises mqtt://127.0.0.1:1883 --device desk-01 --other desk-02 --member M-1001"


def add_parser(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Into the parser of `hyla-cloud`."""
    parser = command("promises", SAYS, EXAMPLE, _run)
    parser.add_argument(
        "url",
        type=arguments.broker,
        metavar="URL",
        help="the broker: mqtt[s]://[user:password@]host[:port]",
    )
    device = arguments.device
    parser.add_argument(
        "--device", type=device, required=True, metavar="ID", help="a terminal that the cloud knows"
    )
    parser.add_argument(
        "--other", type=device, metavar="ID", help="a second one of the same shop: what two may not do"
    )
    parser.add_argument(
        "--member", required=True, metavar="PERSON", help="with money, and two coupons if you have them"
    )
    file = arguments.readable
    parser.add_argument("--ca", type=file, metavar="PEM", help="for mqtts: whom we trust")
    for whose in ("", "other-"):
        parser.add_argument(f"--{whose}certificate", type=file, metavar="PEM")
        parser.add_argument(f"--{whose}key", type=file, metavar="PEM")


def _run(args: argparse.Namespace, _settings: object) -> int:
    papers = (
        Papers(args.ca, args.certificate, args.key),
        Papers(args.ca, args.other_certificate, args.other_key),
    )
    place = args.url.rpartition("@")[2]  # without the password
    told = (lambda *_: None) if args.json else _told
    other = DeviceId(args.other) if args.other else None
    try:
        broken = broken_promises(args.url, DeviceId(args.device), args.member, other, papers, told)
    except (OSError, TimeoutError) as error:
        raise OSError(
            f"{place}: {error}; expected a broker that lets {args.device} in and a cloud behind it; "
            "next: look at its address, its rules and its log"
        ) from error
    untried = sorted(name for name, seen in broken.items() if seen == NO_COUPON)
    asked = len(PROMISES) + (len(PROMISES_OF_TWO) if other else 0) - len(untried)
    broken = {name: seen for name, seen in broken.items() if name not in untried}
    kept = asked - len(broken)
    if args.json:
        print(json.dumps({"asked": asked, "kept": kept, "broken": broken, "not_tried": untried}))
    else:
        print(f"{kept} of {asked} promises kept{f', {len(untried)} not tried' if untried else ''}")
    return 1 if broken else 0


def _told(name: str, seen: str) -> None:
    mark = "–" if seen == NO_COUPON else "✕" if seen else "✓"
    print(f"{mark} {name.replace('_', ' ')}{': ' + seen if seen else ''}")
    sys.stdout.flush()
