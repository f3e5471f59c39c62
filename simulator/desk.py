"""`hyla-desk`: a whole terminal on a desk, to touch with a display, to prove without one."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agent.cli.streams import say_in_any_locale
from agent.profile.loader import ProfileError
from simulator.audit import disagreements
from simulator.box import BoxCounter
from simulator.broker import BrokerTrouble
from simulator.counter import PROFILE, ROOT, Counter, CounterError
from simulator.eyewitness import forget_pictures
from simulator.people import PeopleError
from simulator.report import measures, report
from simulator.scenario import Scenario, ScenarioError, ScenarioFailed, load_scenario, play

EXAMPLE = """examples:
  hyla-desk                                       windows and a panel; first-sale without a display
  hyla-desk --headless --scenario first-sale      no windows; pictures of both screens in build/desk/screens
  hyla-desk --headless --json orders.json --seed 7
  hyla-desk --profile device_profiles/counter-box.toml --headless --scenario codes-only
  hyla-desk gallery build/gallery                 a picture of every page (hyla-desk gallery --help)

exit codes: 0 screens, journal and the cloud's ledger agree; 1 they do not, or a step failed;
2 wrong use; 3 the desk could not be set up
"""
READY_S = 30.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    say_in_any_locale()
    given = sys.argv[1:] if argv is None else list(argv)
    if given[:1] == ["gallery"]:
        from simulator import gallery

        return gallery.main(given[1:])
    args = _arguments(given)
    headless = args.headless or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    name = args.scenario or ("first-sale" if headless else "")
    try:
        scenario = load_scenario(name) if name else None
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    folder = ROOT / "build" / "desk"
    shutil.rmtree(folder, ignore_errors=True)
    screens = args.screens or folder / "screens"
    forget_pictures(screens)
    try:
        if scenario is not None and scenario.box:
            counter: Counter = BoxCounter(folder, screens, args.seed, headless, scenario.network)
        else:
            printer = scenario is None or scenario.printer
            counter = Counter(folder, screens, args.seed, headless, profile=args.profile, printer=printer)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return 2
    except (CounterError, PeopleError, OSError) as error:
        print(f"the desk cannot be set up: {error}", file=sys.stderr)
        return 3
    if scenario is None:
        return _by_hand(counter)
    return _play(counter, scenario, args.json)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="hyla-desk",
        description="A whole terminal on a desk: broker, simulated cloud, camera, scanner, agent, screens.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--profile",
        type=Path,
        default=PROFILE,
        metavar="FILE",
        help="the shape of the terminal; its devices are simulated (default: desk.toml)",
    )
    parser.add_argument("--headless", action="store_true", help="no windows, even where there is a display")
    parser.add_argument(
        "--scenario", metavar="NAME|FILE", help="play this scenario (default without display: first-sale)"
    )
    parser.add_argument(
        "--screens", type=Path, metavar="DIR", help="pictures of both screens (default build/desk/screens)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every order and the measures here")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="of everything drawn by chance (default 1)"
    )
    return parser.parse_args(argv)


def _play(counter: Counter, scenario: Scenario, json_file: Path | None) -> int:
    """Play a scenario, then let screens, journal and ledger testify."""
    began = time.monotonic()
    print(f"{scenario.title}")
    try:
        figures, failed = _performed(counter, scenario)
        orders, captures = counter.orders(), counter.cloud.captures()
    except (CounterError, BrokerTrouble, PeopleError, OSError, TimeoutError) as error:
        print(f"the desk cannot be set up: {error}\n{counter.last_log_lines()}", file=sys.stderr)
        return 3
    counter.record.read()
    found = disagreements(orders, captures, counter.record.seen)
    report(orders, captures, figures, print)
    if json_file is not None:
        body = {"orders": orders, "measures": figures, "disagreements": found, "failed": failed}
        json_file.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for sentence in [failed, *found]:
        if sentence:
            print(f"✕ {sentence}", file=sys.stderr)
    if failed:
        print(counter.last_log_lines(), file=sys.stderr)
        return 1
    if found:
        return 1
    took_s = time.monotonic() - began
    print(f"✓ screens, journal and ledger agree · {took_s:.0f} s · pictures: {counter.record.folder}")
    return 0


def _performed(counter: Counter, scenario: Scenario) -> tuple[dict[str, object], str]:
    """Played, and the desk taken down whatever came of it: the figures, and what failed if anything did."""
    failed = ""
    try:
        counter.start()
        ready_ms = counter.wait_ready(READY_S)
        print(f"    the terminal is ready after {ready_ms} ms")
        try:
            play(scenario, counter, print)
        except ScenarioFailed as error:
            failed = str(error)
        figures = {"ready_ms": ready_ms, **measures(counter)}
        if isinstance(counter, BoxCounter) and (sells_ms := counter.able_to_sell_ms()) is not None:
            print(f"    from power-on to able to sell, touches left out: {sells_ms} ms")
            figures["able_to_sell_ms"] = sells_ms
    except BaseException:
        with contextlib.suppress(CounterError):
            counter.stop()
        raise
    counter.stop()
    return figures, failed


def _by_hand(counter: Counter) -> int:
    """Windows on the display and the desk panel, until its window is closed."""
    from simulator.panel import run_panel

    counter.start()
    try:
        return run_panel(counter)
    finally:
        counter.stop()


if __name__ == "__main__":
    sys.exit(main())
