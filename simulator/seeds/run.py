"""Many days: seeds in, figures out; on one core or on several.

Each seed is a `World` of its own, so that one seed alone shows again what many showed.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from simulator.seeds.bugs import planted
from simulator.seeds.judge import KINDS
from simulator.seeds.world import World

CHUNK = 25  # seeds a worker takes at once
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A day that went wrong, and the first sentence that did not hold."""

    seed: int
    what: str
    bug: str = ""
    rules: bool = True

    @property
    def command(self) -> str:
        """The one command that shows it."""
        bug = f" --bug {self.bug}" if self.bug else ""
        return f"hyla-sim seed {self.seed}{bug}{'' if self.rules else ' --without-invariants'}"


@dataclass(slots=True)
class Figures:
    """What so many days came to. `broken_rules` is what is wrong and no figure of its own."""

    seeds: int = 0
    orders: int = 0
    turns: int = 0
    crashes: int = 0
    virtual_ms: int = 0
    seconds: float = 0.0
    refunds: int = 0
    cash_sales: int = 0
    held: int = 0
    shifts: int = 0
    days_closed: int = 0
    problems: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    failures: list[Failure] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        self.seeds += other.seeds
        self.orders += other.orders
        self.turns += other.turns
        self.crashes += other.crashes
        self.virtual_ms += other.virtual_ms
        self.refunds += other.refunds
        self.cash_sales += other.cash_sales
        self.held += other.held
        self.shifts += other.shifts
        self.days_closed += other.days_closed
        for kind, count in other.problems.items():
            self.problems[kind] += count
        self.failures = sorted([*self.failures, *other.failures], key=lambda failure: failure.seed)

    def as_json(self) -> dict[str, object]:
        """The figures as `hyla-sim run --json` prints them."""
        figures: dict[str, object] = {
            "seeds": self.seeds,
            "orders": self.orders,
            "turns": self.turns,
            "crashes": self.crashes,
            "virtual_hours": round(self.virtual_ms / HOUR_MS, 2),
            **self.problems,
            "refunds": self.refunds,
            "cash_sales": self.cash_sales,
            "held": self.held,
            "shifts": self.shifts,
            "days_closed": self.days_closed,
            "seconds": round(self.seconds, 2),
        }
        if self.failures:
            figures["failed"] = [
                {"seed": one.seed, "what": one.what, "command": one.command} for one in self.failures
            ]
        return figures


def one_day(seed: int, bug: str = "", rules: bool = True) -> Figures:
    """One seed."""
    with planted(bug, rules):
        world = World(seed).run()
    day = Figures(1, world.orders, world.turns, world.crashes, world.clock.now_ms)
    day.refunds, day.cash_sales, day.held = world.refunds, world.cash_sales, world.held
    day.shifts, day.days_closed = world.shifts, world.days_closed
    for problem in world.problems:
        day.problems[problem.kind] += 1
    if world.problems:
        first = world.problems[0]
        day.failures.append(Failure(seed, f"{first.kind}: {first.about}: {first.sentence}", bug, rules))
    return day


def days(seeds: Iterable[int], bug: str = "", rules: bool = True, keep_going: bool = False) -> Figures:
    """These seeds, one after the other; up to the first that fails, unless one keeps going."""
    total = Figures()
    for seed in seeds:
        total.add(one_day(seed, bug, rules))
        if total.failures and not keep_going:
            break
    return total


def many_days(
    seeds: range,
    jobs: int = 1,
    bug: str = "",
    rules: bool = True,
    keep_going: bool = False,
    heard: Callable[[Figures], None] = lambda _so_far: None,
) -> Figures:
    """All seeds on so many cores; `heard` is told now and then how far it is."""
    began, total = time.monotonic(), Figures()
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    for part in _parts(chunks, jobs, bug, rules, keep_going):
        total.add(part)
        total.seconds = time.monotonic() - began
        heard(total)
        if total.failures and not keep_going:
            break
    total.seconds = time.monotonic() - began
    return total


def _parts(chunks: list[range], jobs: int, bug: str, rules: bool, keep_going: bool) -> Iterator[Figures]:
    """In the order of the seeds, so that the first failure is the first."""
    if jobs == 1:
        yield from (days(chunk, bug, rules, keep_going) for chunk in chunks)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        try:
            futures = [pool.submit(days, chunk, bug, rules, keep_going) for chunk in chunks]
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
