"""The day itself: so many customers in so many hours, and what comes loose meanwhile.

Enters: a Plan. Leaves: Figures. The same plan with the same seed is the same day.
"""

from __future__ import annotations

import gc
import resource
import statistics
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from agent.core.events import Device
from agent.profile.schema import CameraSection, CodeRule, ScannerSection
from simulator.busy.cable import Cable
from simulator.busy.healing import Book
from simulator.busy.lens import Lens
from simulator.busy.till import Till
from simulator.quiet import quiet_log
from simulator.seeds.clockwork import Clockwork, What

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"
OUT_MS = (800, 40_000)  # how long a cable is out
MID_BEAM_MS = (5, 60)  # half of the cables are pulled while a code is on its way
NOON_SHARE, COVERED_MS = 0.5, 90_000
OVERTIME_MS = 2 * HOUR_MS
WARM_SHARE = 0.125  # of the day, after which memory should stand still


@dataclass(frozen=True, slots=True)
class Plan:
    """What kind of day."""

    seed: int = 0
    hours: int = 16
    sales: int = 1_200
    unplugs: int = 40
    power_cuts: int = 2
    dialect: str = "honeywell"


@dataclass(slots=True)
class Figures:
    """What the day came to. Times in virtual milliseconds; memory is this process's, its own books
    included; `not_healed` and `wrong` are sentences, none on a good day."""

    plan: Plan
    sales: int = 0
    beams: int = 0
    beams_cut: int = 0
    codes_lost: int = 0
    codes_twice: int = 0
    double_charges: int = 0
    turns: int = 0
    views: int = 0
    book: Book = field(default_factory=Book)
    memory_growth_kb: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """As `hyla-sim run --scenario busy-day --json` prints them."""
        book = self.book
        every_ms = [ms for some in book.healed_ms.values() for ms in some]
        return {
            "scenario": "busy-day",
            "seed": self.plan.seed,
            "hours": self.plan.hours,
            "dialect": self.plan.dialect,
            "sales": self.sales,
            "beams": self.beams,
            "beams_cut": self.beams_cut,
            "faults": dict(sorted(book.seen.items())),
            "told_ms": {what: spread(some) for what, some in sorted(book.told_ms.items())},
            "healed_ms": {
                "all": spread(every_ms),
                **{what: spread(some) for what, some in sorted(book.healed_ms.items())},
            },
            "codes_lost": self.codes_lost,
            "codes_twice": self.codes_twice,
            "double_charges": self.double_charges,
            "turns": self.turns,
            "views": self.views,
            "memory_growth_kb": self.memory_growth_kb,
            "seconds": round(self.seconds, 2),
            "wrong": self.wrong,
        }


def spread(values_ms: list[int]) -> dict[str, int]:
    """Median and worst; empty when there was nothing."""
    return {"median": round(statistics.median(values_ms)), "worst": max(values_ms)} if values_ms else {}


class Day:
    """`run` lives it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._clock = Clockwork(plan.seed)
        codes = [CodeRule.model_validate(row) for row in tomllib.loads(DESK.read_text("utf-8"))["codes"]]
        scanner = ScannerSection.model_validate({"port": "/dev/scanner", "dialect": plan.dialect})
        self._book = Book()
        self._cable = Cable(self._clock, scanner, codes)
        self._lens = Lens(self._clock, CameraSection(source="/dev/camera"))
        self.till = Till(self._clock, self._cable, self._lens, self._book)
        self._day_ms = plan.hours * HOUR_MS
        self._warm_kb = 0

    def run(self) -> Figures:
        began_s = time.monotonic()
        with quiet_log():
            self._morning()
            self._clock.until(self._day_ms)
            self._evening()
        figures = self._figures()
        figures.seconds = time.monotonic() - began_s
        return figures

    def _morning(self) -> None:
        clock, plan = self._clock, self.plan
        self.till.boot()
        self.till.somebody_moves()
        for number in range(plan.sales):
            about_ms = int((number + clock.chance.random()) * self._day_ms * 0.98 / plan.sales)
            clock.later(about_ms, self._somebody_comes)
        for number in range(plan.unplugs):
            about_ms = int((number + clock.chance.uniform(0.1, 0.8)) * self._day_ms * 0.98 / plan.unplugs)
            clock.later(about_ms, self._bag if number % 2 else self._unplug)
        for number in range(plan.power_cuts):
            about_ms = int(self._day_ms * (number + 0.7) / (plan.power_cuts + 1))
            clock.later(about_ms, self._power_cut(("after", "before")[number % 2]))
        clock.later(int(self._day_ms * NOON_SHARE), self._cover)
        clock.later(int(self._day_ms * WARM_SHARE), self._weigh)

    def _somebody_comes(self) -> None:
        self.till.people.waiting += 1

    # --- what comes loose -------------------------------------------------------------------------

    def _bag(self) -> None:
        """Somebody's bag catches the cable while the next code is on its way."""
        self._cable.on_beam = lambda: self._clock.later(self._clock.between(*MID_BEAM_MS), self._unplug)

    def _unplug(self) -> None:
        self._book.begins(Device.SCANNER, self._clock.now_ms)
        self._cable.unplug()
        self._clock.later(self._clock.between(*OUT_MS), self._plug_in)

    def _plug_in(self) -> None:
        self._book.ends(Device.SCANNER, self._clock.now_ms)
        self._cable.plug_in()

    def _power_cut(self, when: str) -> What:
        return lambda: self.till.cut_power(when)

    def _cover(self) -> None:
        self._book.begins(Device.CAMERA, self._clock.now_ms)
        self._lens.fault = "dark"
        self._clock.later(COVERED_MS, self._uncover)

    def _uncover(self) -> None:
        self._book.ends(Device.CAMERA, self._clock.now_ms)
        self._lens.fault = ""

    # --- the end ----------------------------------------------------------------------------------

    def _evening(self) -> None:
        """Whoever still waits is served."""
        end_ms = self._day_ms + OVERTIME_MS
        while self._clock.now_ms < end_ms and not self._done():
            self._clock.until(self._clock.now_ms + MINUTE_MS)

    def _done(self) -> bool:
        people = self.till.people
        return not people.waiting and people.now is None and self.till.at_rest

    def _weigh(self) -> None:
        gc.collect()
        self._warm_kb = resident_kb()

    def _figures(self) -> Figures:
        gc.collect()
        cable, till = self._cable, self.till
        figures = Figures(
            plan=self.plan,
            sales=till.people.served,
            beams=cable.beams,
            beams_cut=cable.cut,
            codes_lost=cable.lost,
            codes_twice=cable.twice,
            double_charges=sum(count > 1 for count in till.bank.captures.values()),
            turns=till.turns,
            views=till.views,
            book=self._book,
            memory_growth_kb=resident_kb() - self._warm_kb,
        )
        figures.wrong = self._wrong(figures)
        return figures

    def _wrong(self, figures: Figures) -> list[str]:
        checks = {
            f"{figures.sales} sales (expected {self.plan.sales})": figures.sales == self.plan.sales,
            f"{figures.codes_lost} codes lost": not figures.codes_lost,
            f"{figures.codes_twice} codes taken twice": not figures.codes_twice,
            f"{figures.double_charges} orders charged twice": not figures.double_charges,
            f"not healed in the evening: {', '.join(self._book.open)}": not self._book.open,
            "somebody still waits, or a record does": self._done(),
        }
        return [sentence for sentence, holds in checks.items() if not holds]


def resident_kb() -> int:
    """Of this process (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def in_words(figures: Figures) -> list[str]:
    """For people."""
    told = figures.as_json()
    lines = [
        f"{figures.plan.hours} shop hours, a {figures.plan.dialect} scanner, in {figures.seconds:.1f} s",
        f"{'sales':<18}{figures.sales:>8,}",
        f"{'beams':<18}{figures.beams:>8,}   ({figures.beams_cut} cut by an unplug or a power cut)",
        f"{'codes lost':<18}{figures.codes_lost:>8,}",
        f"{'codes taken twice':<18}{figures.codes_twice:>8,}",
        f"{'double charges':<18}{figures.double_charges:>8,}",
    ]
    healed, said = told["healed_ms"], told["told_ms"]
    assert isinstance(healed, dict)
    assert isinstance(said, dict)
    for what, count in sorted(figures.book.seen.items()):
        heal, tell = healed.get(what, {}), said.get(what, {})
        lines.append(
            f"{what + ' faults':<18}{count:>8,}   said after {_ms(tell)}, healed after {_ms(heal)}"
        )
    lines.append(
        f"{'all faults':<18}{sum(figures.book.seen.values()):>8,}   healed after {_ms(healed['all'])}"
    )
    lines.append(f"{'turns':<18}{figures.turns:>8,}   {figures.views:,} views")
    lines.append(f"{'memory growth':<18}{figures.memory_growth_kb:>8,} kB since the second hour")
    return lines


def _ms(times: dict[str, int]) -> str:
    return f"{times['median']} ms (worst {times['worst']} ms)" if times else "—"
