"""`hyla bench`: speed, as ratios measured side by side in one run.

Exit codes: 0 measured, 2 wrong use or a picture or disk that cannot be used, 3 something needed is
not here (models, simulator).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from agent.cli.bench_desk import desk_figures
from agent.cli.bench_figures import (
    Report,
    beam_report,
    desk_report,
    gallery_report,
    glass_report,
    journal_report,
    loose_report,
    membership_report,
    preview_report,
    restart_report,
    sim_report,
    told,
    turns_report,
    vision_report,
)
from agent.cli.bench_glass import glass_figures
from agent.cli.bench_loose import loose_figures
from agent.cli.bench_memory import memory_figures, memory_report
from agent.cli.bench_office import TERMINALS, claim_figures, settings_figures, storm_figures
from agent.cli.bench_office_figures import claim_report, settings_report, storm_report
from agent.cli.bench_sim import sim_figures
from agent.cli.bench_simulated import DeskError, simulator_is_here

EXAMPLE = """examples:
  hyla bench
  hyla bench vision --rounds 50
  hyla bench preview --rounds 20          the customer's picture while vision looks, for 20 s
  hyla bench gallery --templates 10000
  hyla bench glass --rounds 500           both windows: first picture, touch, memory over 500 visits
  hyla bench memory --rounds 50           does it stay flat? a tenth of 500 visits and of an idle hour
  hyla bench loose                        how soon the cashier reads what was pulled out
  hyla bench claim settings               from the box to a till; head office's settings applied
  hyla bench storm --terminals 500        a broker dies under a fleet and comes back
  hyla bench journal --disk /var/lib/hyla --json
  hyla bench restart --turns 1000000      a journal of years is made, opened, and thrown away

Read the ratios: milliseconds are this machine's, at this moment. Exit codes: 0 measured, 2 a picture
or disk cannot be used, 3 models or simulator missing.
"""
PARTS = (
    "vision",
    "preview",
    "gallery",
    "journal",
    "restart",
    "turns",
    "coupons",
    "beam",
    "sim",
    "desk",
    "loose",
    "glass",
    "memory",
    "claim",
    "settings",
    "storm",
)
SIMULATED = ("sim", "desk", "loose", "glass", "memory", "claim", "settings", "storm")
ROUNDS = {
    "vision": 20,
    "preview": 5,
    "gallery": 50,
    "journal": 100,
    "restart": 5,
    "turns": 200,
    "coupons": 200,
    "beam": 200,
    "sim": 20,
    "desk": 1,
    "loose": 1,
    "glass": 50,
    "memory": 500,
    "claim": 1,
    "settings": 3,
    "storm": 1,
}
TURNS = 20_000
DONE, BAD_INPUT, NOT_HERE = 0, 2, 3
Progress = Callable[[int, int], None]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `hyla bench`."""
    command = commands.add_parser(
        "bench",
        description="Measure speed: eyes, picture, gallery, journal, restart, turns, beams, desk, cables.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "part", nargs="*", default="all", choices=(*PARTS, "all"), help="what to measure (default: all)"
    )
    rounds = ", ".join(f"{part} {number}" for part, number in ROUNDS.items())
    command.add_argument(
        "--rounds",
        type=_positive,
        metavar="N",
        help=f"how often (default: {rounds}; searches, sales, days or runs)",
    )
    command.add_argument(
        "--turns",
        type=_positive,
        default=TURNS,
        metavar="N",
        help=f"restart: so long a journal (default: {TURNS})",
    )
    command.add_argument("--pictures", type=Path, metavar="DIR", help="portraits (default: the desk's)")
    command.add_argument("--models-dir", metavar="DIR", help="folder of the models")
    command.add_argument(
        "--disk",
        type=Path,
        metavar="DIR",
        help="measure journal and restart on this disk (default: the cache's)",
    )
    command.add_argument(
        "--templates",
        type=_positive,
        metavar="N",
        help="size of the gallery (default: 10,000, and 1,000,000 when it is measured alone)",
    )
    command.add_argument(
        "--terminals",
        type=_positive,
        default=TERMINALS,
        metavar="N",
        help=f"storm: so many light terminals (default: {TERMINALS})",
    )
    command.add_argument("--json", action="store_true", help="one JSON object, for programs")
    command.set_defaults(run=run)


def _positive(word: str) -> int:
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} (expected a whole number from 1)")
    return int(word)


def run(args: argparse.Namespace) -> int:
    """Measure what was asked for. A desk that is not here is left out of `all`, with a word; a part that
    fails leaves the others' figures, and its exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy, not yet imported: one thread each
    whole = "all" in args.part
    parts = list(PARTS) if whole else list(dict.fromkeys(args.part))
    if whole and not simulator_is_here():
        parts = [part for part in parts if part not in SIMULATED]
        _say(f"no simulator is installed here: left out: {', '.join(SIMULATED)}")
    measured = {part: _measured(part, args) for part in parts}
    reports = {part: report for part, (code, report) in measured.items() if code == DONE}
    if args.json and reports:
        sys.stdout.write(json.dumps(reports, ensure_ascii=False) + "\n")
    elif reports:
        sys.stdout.write("\n".join(told(reports)))
    return max(code for code, _ in measured.values())


def _measured(part: str, args: argparse.Namespace) -> tuple[int, Report]:
    rounds = args.rounds or ROUNDS[part]
    try:
        return DONE, MEASURES[part](args, rounds, _Progress(part))
    except DeskError as error:
        _say(str(error))
        return NOT_HERE, {}
    except _BadInputError as error:
        _say(str(error))
        return error.code, {}


class _BadInputError(Exception):
    """What a room said of its input, with the exit code that fits."""

    def __init__(self, said: object, code: int = BAD_INPUT) -> None:
        super().__init__(str(said))
        self.code = code


# Each part imports its rooms only when it is measured.


def _vision(args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.vision.models import ModelError, load_manifest, models_folder
    from agent.vision.rivals import race
    from agent.vision.stills import PictureError

    models, pictures = models_folder(args.models_dir), args.pictures or _cache() / "people"
    try:
        return vision_report(race(load_manifest(), models, pictures, rounds, progress), rounds)
    except PictureError as error:
        raise _BadInputError(error) from None
    except ModelError as error:
        raise _BadInputError(error, NOT_HERE) from None


def _preview(args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.cli.bench_preview import ScreensError, preview_figures
    from agent.vision.models import ModelError, load_manifest
    from agent.vision.stills import PictureError

    pictures = args.pictures or _cache() / "people"
    try:
        return preview_report(
            preview_figures(load_manifest(), args.models_dir, pictures, rounds, progress), rounds
        )
    except PictureError as error:
        raise _BadInputError(error) from None
    except (ModelError, ScreensError) as error:
        raise _BadInputError(error, NOT_HERE) from None


def _gallery(args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.vision.gallery_race import SIZES, race

    sizes = SIZES if args.part == ["gallery"] else SIZES[:1]
    races = [race(size, rounds, progress) for size in ([args.templates] if args.templates else sizes)]
    return gallery_report(
        {done.templates: (done.times_ms, done.same_two, done.put_ms, done.remove_ms) for done in races},
        rounds,
    )


def _journal(args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.cli.bench_sale import commit_times

    with _on_disk(args) as folder:
        return journal_report(commit_times(folder, rounds, progress), rounds)


def _restart(args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.cli.bench_restart import restart_times

    with _on_disk(args) as folder:
        return restart_report(restart_times(folder, args.turns, rounds, progress), rounds)


@contextmanager
def _on_disk(args: argparse.Namespace) -> Iterator[Path]:
    """A folder for a journal that is thrown away afterwards."""
    from agent.ports import JournalTrouble
    from agent.storage.trouble import StorageError

    disk = args.disk or _cache()
    try:
        disk.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=disk) as folder:
            yield Path(folder)
    except (OSError, StorageError, JournalTrouble) as error:
        raise _BadInputError(f"{disk}: the journal cannot be measured here: {error}") from None


def _turns(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.cli.bench_sale import turn_times_ms

    return turns_report(*turn_times_ms(rounds, progress), rounds)


def _membership(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.cli.bench_membership import LINES, membership_times

    return membership_report(membership_times(rounds, progress), rounds, LINES)


def _beam(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    from agent.cli.bench_beam import beam_times

    return beam_report(beam_times(rounds, progress), rounds)


def _sim(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return sim_report(sim_figures(rounds, progress), rounds)


def _loose(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return loose_report(loose_figures(rounds, progress), rounds)


def _glass(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return glass_report(glass_figures(rounds, progress), rounds)


def _memory(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return memory_report(memory_figures(rounds, progress))


def _claim(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return claim_report(claim_figures(rounds, progress), rounds)


def _settings(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return settings_report(settings_figures(rounds, progress), rounds)


def _storm(args: argparse.Namespace, _rounds: int, progress: Progress) -> Report:
    return storm_report(storm_figures(args.terminals, progress))


def _desk(_args: argparse.Namespace, rounds: int, progress: Progress) -> Report:
    return desk_report(desk_figures(rounds, progress), rounds)


MEASURES: Mapping[str, Callable[[argparse.Namespace, int, Progress], Report]] = {
    "vision": _vision,
    "preview": _preview,
    "gallery": _gallery,
    "journal": _journal,
    "restart": _restart,
    "turns": _turns,
    "coupons": _membership,
    "beam": _beam,
    "sim": _sim,
    "desk": _desk,
    "loose": _loose,
    "glass": _glass,
    "memory": _memory,
    "claim": _claim,
    "settings": _settings,
    "storm": _storm,
}


def _cache() -> Path:
    """Hyla's folder on a disk that outlives a restart, unlike /tmp on some systems."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "hyla"


class _Progress:
    """One line on stderr: rewritten on a terminal, said at the beginning and the end elsewhere."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._rewrites = sys.stderr.isatty()

    def __call__(self, done: int, of: int) -> None:
        if self._rewrites:
            sys.stderr.write(f"\r{self._part}: {done}/{of}" + ("\n" if done == of else ""))
        elif done in (0, of):
            sys.stderr.write(f"{self._part}: {done}/{of}\n")
        sys.stderr.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"hyla bench: {line}\n")
