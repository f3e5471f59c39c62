"""`hyla-sim`: unlucky days in a shop, by the thousand, and any one of them told turn by turn."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from agent.cli.streams import say_in_any_locale
from agent.storage.bundle import BundleError
from agent.storage.trouble import StorageError
from simulator import replay
from simulator.busy.day import Day, Plan, in_words
from simulator.engines import ENGINES
from simulator.replay_test import write_test
from simulator.replay_words import as_json, lines
from simulator.seeds.bugs import BUGS, planted
from simulator.seeds.run import Figures, many_days
from simulator.seeds.world import World

EXAMPLE = """examples:
  hyla-sim run --seeds 1000 --jobs 2       a thousand days on two cores
  hyla-sim run --seeds 1 --first 4711      that day alone
  hyla-sim seed 4711                       the same day, turn by turn
  hyla-sim run --bug lost-link-means-declined    a wrong machine, which must be found
  hyla-sim run --scenario busy-day --json  sixteen shop hours, with every cable that comes loose in them
  hyla-sim bugs                            every wrong machine there is
  hyla-sim seed 4711 --keep build/day      both tills' journals stay, for `hyla report --data`
  hyla-sim attacks --count 20 --seed 1     generated pictures in colour, infrared and depth, judged
  hyla-sim fleet --terminals 500           a broker dies under five hundred light terminals and comes back
  hyla-sim replay complaint.json           one order out of a journal, run again turn by turn

exit codes: 0 nothing was wrong, or the replay went as the journal says; 1 a seed failed, or a turn went
another way; 2 wrong use, or no bundle to replay; 3 a worker was killed from outside
"""
SEEDS = 200
OF_UNLUCKY_DAYS = ("seeds", "jobs", "keep_going", "bug", "without_invariants")
OF_A_BUSY_DAY = ("sales", "hours", "unplugs", "dialect")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    say_in_any_locale()
    args = _parser().parse_args(argv)
    try:
        code: int = args.command(args)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except BrokenProcessPool:
        print("a worker process was killed from outside: run it again, or with --jobs 1", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="hyla-sim",
        description="The money code under bad luck: real turns, everything around them from a seed.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, says: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=says,
            description=f"{says[0].upper()}{says[1:]}.",
            epilog=f"example:\n  hyla-sim {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    _days(command)
    _replaying(command)
    _attacking(command)
    _storming(command)
    command("bugs", "list the mistakes that can be planted", "bugs").set_defaults(command=_bugs)
    return top


Command = Callable[[str, str, str], argparse.ArgumentParser]


def _days(command: Command) -> None:
    run = command("run", "live through many days and count what went wrong", "run --seeds 500 --jobs 2")
    run.add_argument("--seeds", type=_count, default=SEEDS, metavar="N", help=f"how many (default {SEEDS})")
    run.add_argument("--first", type=_number, default=0, metavar="S", help="the first seed (default 0)")
    run.add_argument("--jobs", type=_count, default=1, metavar="J", help="on so many cores (default 1)")
    run.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    run.add_argument("--keep-going", action="store_true", help="count on after a seed that failed")
    run.add_argument(
        "--scenario", choices=("unlucky-days", "busy-day"), default="unlucky-days", help="what kind of day"
    )
    run.add_argument("--sales", type=_count, default=1_200, metavar="N", help="busy-day: so many customers")
    run.add_argument("--hours", type=_count, default=16, metavar="H", help="busy-day: in so many hours")
    run.add_argument("--unplugs", type=_number, default=40, metavar="U", help="busy-day: of the scanner")
    run.add_argument(
        "--dialect", choices=tuple(ENGINES), default="honeywell", help="busy-day: what its scanner speaks"
    )
    run.set_defaults(command=partial(_run, run))
    seed = command("seed", "tell one day turn by turn", "seed 4711 --keep build/day")
    seed.add_argument("seed", type=_number, metavar="S")
    seed.add_argument("--keep", type=Path, metavar="DIR", help="keep each till's journal in here")
    seed.set_defaults(command=_seed)
    for each in (run, seed):
        each.add_argument("--bug", choices=BUGS, default="", metavar="NAME", help="plant this mistake")
        each.add_argument(
            "--without-invariants", action="store_true", help="the core's own rules are silent"
        )


def _replaying(command: Command) -> None:
    again = command("replay", "run an order again, turn by turn, from a bundle", "replay complaint.json")
    again.add_argument("bundle", type=Path, metavar="BUNDLE", help="what `hyla report` wrote")
    again.add_argument("--json", action="store_true", help="print the turns as one JSON object")
    again.add_argument("--language", choices=("zh", "en"), default="", help="word both screens in this")
    again.add_argument("--test", type=_test, metavar="FILE", help="write it down as a test (test_….py)")
    again.set_defaults(command=_replay)


def _test(words: str) -> Path:
    file = Path(words)
    if not (file.name.startswith("test_") and file.suffix == ".py"):
        raise argparse.ArgumentTypeError(f"{words}: pytest would not look at it (expected test_….py)")
    return file


def _attacking(command: Command) -> None:
    faked = command("attacks", "generate people and attacks, and judge them", "attacks --count 20 --seed 1")
    faked.add_argument("--count", type=_count, default=20, metavar="N", help="of each species (default 20)")
    faked.add_argument(
        "--seed", type=_number, default=1, metavar="S", help="of everything drawn (default 1)"
    )
    faked.add_argument("--keep", type=Path, metavar="DIR", help="keep the pictures in here")
    faked.add_argument("--models-dir", type=Path, metavar="DIR", help="folder of the models")
    faked.add_argument("--json", action="store_true", help="print rates and pictures as one JSON object")
    faked.set_defaults(command=_attacks)


def _storming(command: Command) -> None:
    fleet = command(
        "fleet", "a reconnect storm against a real broker and two workers", "fleet --terminals 500"
    )
    fleet.add_argument("--terminals", type=_count, default=500, metavar="N", help="how many (default 500)")
    fleet.add_argument(
        "--records", type=_count, default=3, metavar="R", help="each makes meanwhile (default 3)"
    )
    fleet.add_argument("--seed", type=_number, default=1, metavar="S", help="of all waiting (default 1)")
    fleet.add_argument("--store", default="", metavar="URL", help="empty books elsewhere: postgresql://…")
    fleet.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    fleet.set_defaults(command=_fleet)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} (expected a whole number from 1)")
    return int(text)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} (expected a whole number from 0)")
    return int(text)


# --- commands -------------------------------------------------------------------------------------


def _run(parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
    """An option of the other kind of day is refused: nobody plants a mistake and reads that all is well."""
    busy = args.scenario == "busy-day"
    for name in OF_UNLUCKY_DAYS if busy else OF_A_BUSY_DAY:
        if getattr(args, name) != parser.get_default(name):
            parser.error(f"--{name.replace('_', '-')}: not for --scenario {args.scenario}")
    return _busy(args) if busy else _unlucky(args)


def _busy(args: argparse.Namespace) -> int:
    """One day, of the seed --first."""
    plan = Plan(args.first, args.hours, args.sales, args.unplugs, dialect=args.dialect)
    figures = Day(plan).run()
    print(json.dumps(figures.as_json()) if args.json else "\n".join(in_words(figures)))
    for sentence in figures.wrong:
        print(f"✕ {sentence}", file=sys.stderr)
    return 1 if figures.wrong else 0


def _unlucky(args: argparse.Namespace) -> int:
    seeds = range(args.first, args.first + args.seeds)
    heard = _progress(len(seeds)) if sys.stderr.isatty() else lambda _so_far: None
    figures = many_days(seeds, args.jobs, args.bug, not args.without_invariants, args.keep_going, heard)
    if args.json:
        print(json.dumps(figures.as_json()))
    else:
        _say(figures)
    for failure in figures.failures:
        print(f"✕ seed {failure.seed}: {failure.what}\n  see it: {failure.command}", file=sys.stderr)
    return 1 if figures.failures else 0


def _progress(seeds: int) -> Callable[[Figures], None]:
    def heard(so_far: Figures) -> None:
        end = "\n" if so_far.seeds >= seeds or so_far.failures else ""
        print(f"\r{so_far.seeds} of {seeds} seeds", end=end, file=sys.stderr, flush=True)

    return heard


def _say(figures: Figures) -> None:
    for name, figure in figures.as_json().items():
        if name != "failed":
            print(f"{name.replace('_', ' '):<18} {figure:>12,}")


def _seed(args: argparse.Namespace) -> int:
    try:
        with planted(args.bug, not args.without_invariants):
            world = World(args.seed, told=True, keep=args.keep).run()
    except (StorageError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 2
    for ms, who, words in world.clock.story:
        print(f"{ms / 1000:8.3f}  {who:<8} {words}")
    print(f"seed {args.seed}: {world.orders} orders, {world.turns} turns, {world.crashes} crashes")
    for problem in world.problems:
        at_s = problem.at_ms / 1000
        print(f"✕ {at_s:.3f} s, {problem.kind}: {problem.about}: {problem.sentence}", file=sys.stderr)
    if not world.problems:
        print("✓ every order came to one end, and everybody was told the truth")
    return 1 if world.problems else 0


def _replay(args: argparse.Namespace) -> int:
    try:
        bundle = replay.load(args.bundle)
        turns = replay.replay(bundle)
        if args.test is not None:
            write_test(bundle, turns, args.test)
    except FileExistsError:
        print(
            f"{args.test}: is there already, maybe corrected (take it away, or name another)",
            file=sys.stderr,
        )
        return 2
    except (BundleError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(as_json(bundle, turns, args.language), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(bundle, turns, args.language)))
    if args.test is not None:
        print(f"written: {args.test}, and its bundle beside it", file=sys.stderr)
    return 1 if replay.first_difference(turns) else 0


def _attacks(args: argparse.Namespace) -> int:
    from simulator.presented import present  # models and OpenCV, which no other command here needs

    return present(args.count, args.seed, args.keep, args.models_dir, args.json)


def _fleet(args: argparse.Namespace) -> int:
    from simulator.broker import BrokerTrouble
    from simulator.fleet.storm import StormTrouble, storm
    from simulator.gateway.store import StoreTrouble

    with tempfile.TemporaryDirectory(prefix="hyla-fleet-") as folder:
        try:
            figures = storm(args.terminals, args.records, args.seed, Path(folder), args.store)
        except (StormTrouble, BrokerTrouble, StoreTrouble) as trouble:
            print(trouble, file=sys.stderr)
            return 1
    if args.json:
        print(json.dumps(figures.as_json()))
    else:
        for name, figure in figures.as_json().items():
            print(f"{name:<18} {figure!s:>16}")
    return 0 if figures.good else 1


def _bugs(_args: argparse.Namespace) -> int:
    for bug in BUGS.values():
        print(f"{bug.name:<36} {bug.sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
