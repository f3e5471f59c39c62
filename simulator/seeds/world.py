"""One day from one seed: two tills and one cloud in one shop.

For CHAOS_MS the wires lose and delay, links come and go, the broker forgets, the cloud is slow or
silent, disks are full, machines stall, processes die, and people tap what they like. Then it is calm,
and every order must come to an end within BOUND_MS. What is different from shop to shop: `kind`.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from agent.storage.database import open_in_memory
from simulator.quiet import quiet_log
from simulator.seeds.behind import UNSETTLED
from simulator.seeds.clockwork import Clockwork, What
from simulator.seeds.closing import Closing
from simulator.seeds.cloud import Cloud
from simulator.seeds.disk import new_database
from simulator.seeds.judge import Judge, Problem
from simulator.seeds.kind import kind_of
from simulator.seeds.shop import APART_MS, DAY_OFFSET_MS, TILLS, rules
from simulator.seeds.till import Till
from simulator.seeds.typist import of_day

CHAOS_MS, QUIET_MS, BOUND_MS = 60_000, 40_000, 120_000
DAY_MS = 86_400_000
SQLITE_EVERY = 25  # seeds


class World:
    """`run` lives the day; afterwards `problems` says what was wrong, in the order it was noticed."""

    def __init__(
        self,
        seed: int,
        told: bool = False,
        steps: bool = True,
        deadlines: bool = True,
        keep: Path | None = None,
        on_trust: bool | None = None,
        closing: bool | None = None,
    ) -> None:
        self.seed = seed
        self.kind = kind = kind_of(seed, on_trust, closing)
        self.clock = Clockwork(seed, told)
        self.judge = Judge(self.clock)
        moves = (self.judge.captured, self.judge.went_back)
        self.cloud = Cloud(self.clock, *moves, deadlines, kind.on_trust, kind.couponing)
        day_offset_ms = DAY_OFFSET_MS if kind.closing else 0
        apart_ms = APART_MS if deadlines else 0
        self.tills = [
            Till(
                self.clock,
                name,
                rules(name, kind.horizon_ms, kind.on_trust, apart_ms, day_offset_ms),
                self.cloud,
                self.judge,
                kind.cut_ms,
                Closing(seed, name) if kind.closing else None,
                seed if kind.glass else None,
                of_day(seed, name),
            )
            for name in TILLS
        ]
        for till in self.tills:
            if keep is not None:
                till.disk.with_sqlite(new_database(keep / till.name))
            elif seed % SQLITE_EVERY == 0:
                till.disk.with_sqlite(open_in_memory())
        self._calm = False
        self._dice_of_steps = Random(f"{seed}:steps") if steps else None
        self.steps = 0

    def run(self) -> World:
        with quiet_log():
            self._morning()
            self.clock.until(CHAOS_MS)
            self._make_calm()
            self.clock.until(CHAOS_MS + BOUND_MS)
        self.judge.evening(self.cloud, [(till.disk, till.state) for till in self.tills])
        for till in self.tills:
            closed = till.closing is None or self.judge.ledgers.all_closed(till.disk)
            self.judge.must(closed, UNSETTLED, f"{till.name} days", "a day could not be closed")
        for till in self.tills:
            till.disk.close()
        return self

    @property
    def problems(self) -> list[Problem]:
        return list(self.judge.problems.values())

    @property
    def turns(self) -> int:
        return sum(till.turns for till in self.tills)

    @property
    def crashes(self) -> int:
        return sum(till.crashes for till in self.tills)

    @property
    def orders(self) -> int:
        """Orders that were given a number."""
        return sum(till.disk.kept.orders for till in self.tills if till.disk.kept is not None)

    @property
    def refunds(self) -> int:
        """Parts that went back."""
        rows = [row for till in self.tills for row in till.disk.refunds.values()]
        return sum(row.outcome == "refunded" for row in rows)

    @property
    def cash_sales(self) -> int:
        """Orders paid in cash."""
        orders = [order for till in self.tills for order in till.disk.orders.values()]
        return sum((order.method, order.outcome) == ("cash", "paid") for order in orders)

    @property
    def shifts(self) -> int:
        """Shifts that ended with the drawer counted."""
        return self.judge.ledgers.shifts

    @property
    def days_closed(self) -> int:
        """How often a day was closed."""
        return len(self.judge.ledgers.closed)

    @property
    def held(self) -> int:
        """Orders nobody could settle in time."""
        return len(self.judge.till_money.held)

    # --- the day ----------------------------------------------------------------------------------

    def _morning(self) -> None:
        between = self.clock.between
        for till in self.tills:
            self.clock.later(between(0, 2_000), till.boot)
            self.clock.later(2_500, lambda till=till: self._somebody_acts(till))  # type: ignore[misc]
            self._again_and_again(10_000, 40_000, lambda till=till: self._disk_is_full(till))  # type: ignore[misc]
            self._again_and_again(10_000, 40_000, lambda till=till: till.stall(between(500, 2_500)))  # type: ignore[misc]
            if not self.kind.couponing:  # there faces are to be seen, again and again
                self._again_and_again(20_000, 60_000, lambda till=till: till.unplug(between(200, 5_000)))  # type: ignore[misc]
            self._again_and_again(20_000, 90_000, till.kill)
            self._step_the_clock(till)
        if self.kind.couponing:
            self._again_and_again(1_000, 3_000, self._used_elsewhere)
        self._again_and_again(10_000, 50_000, self._broker_starts_anew)
        self._again_and_again(5_000, 30_000, self._cloud_is_slow)
        self._again_and_again(8_000, 40_000, self._cloud_is_silent)

    def _make_calm(self) -> None:
        self._calm = True
        self.clock.tell("day", "calm: from here on nothing goes wrong")
        self.cloud.slow = self.cloud.silent = False
        for till in self.tills:
            till.calm()
        self.clock.later(QUIET_MS, self._go_home)

    def _go_home(self) -> None:
        """No message can be on its way any more: the day ends as soon as nothing is open."""
        if all(self._may_go(till) for till in self.tills):
            self.clock.end()
        else:
            self.clock.later(5_000, self._go_home)

    def _may_go(self, till: Till) -> bool:
        closed = till.closing is None or self.judge.ledgers.all_closed(till.disk)
        return closed and self.judge.settled(self.cloud, till.disk, till.state)

    def _somebody_acts(self, till: Till) -> None:
        wait_ms = 2_000 if self._calm else self.clock.between(100, 800)
        self.clock.later(wait_ms, lambda: self._somebody_acts(till))
        if till.state is not None:
            people, state = till.people, till.state
            closing = till.closing
            if self._calm:
                event = (closing and closing.evening(state)) or people.finish(state)
            else:
                event = (closing and closing.act(state, till.disk)) or people.act(state)
            if event is not None:
                till.post(event)

    # --- what goes wrong --------------------------------------------------------------------------

    def _again_and_again(self, low_ms: int, high_ms: int, what: What) -> None:
        def comes() -> None:
            if not self._calm:
                what()
                self._again_and_again(low_ms, high_ms, what)

        self.clock.later(self.clock.between(low_ms // 4, high_ms), comes)

    def _disk_is_full(self, till: Till) -> None:
        self.clock.tell(till.name, "the disk is full")
        till.disk.full = True
        self.clock.later(self.clock.between(500, 9_000), lambda: setattr(till.disk, "full", False))

    def _used_elsewhere(self) -> None:
        coupon = self.clock.chance.choice(self.cloud.benefits.names)
        if self.cloud.benefits.elsewhere(self.clock.now_ms, coupon):
            self.clock.tell("app", f"{coupon} is used")
            self.judge.used_elsewhere(coupon)

    def _broker_starts_anew(self) -> None:
        self.clock.tell("broker", "starts anew and has forgotten every session")
        for till in self.tills:
            till.wire.cut(forgotten=True)

    def _cloud_is_slow(self) -> None:
        self.clock.tell("cloud", "is slow")
        self.cloud.slow = True
        self.clock.later(self.clock.between(1_000, 12_000), lambda: setattr(self.cloud, "slow", False))

    def _cloud_is_silent(self) -> None:
        self.clock.tell("cloud", "books and says nothing")
        self.cloud.silent = True
        self.clock.later(self.clock.between(1_000, 8_000), lambda: setattr(self.cloud, "silent", False))

    def _step_the_clock(self, till: Till) -> None:
        """UTC jumps by a day and is put right later. A dice of its own: nothing else may change by it."""
        dice = self._dice_of_steps
        if dice is None or dice.random() < 0.5:
            return
        off_ms = dice.choice([-DAY_MS, DAY_MS])
        at_ms, for_ms = dice.randint(3_000, 25_000), dice.randint(2_000, 15_000)
        self.clock.later(at_ms, lambda: self._clock_is(till, off_ms))
        self.clock.later(at_ms + for_ms, lambda: self._clock_is(till, 0))

    def _clock_is(self, till: Till, off_ms: int) -> None:
        if not self._calm:
            till.utc_off_ms = off_ms
            self.steps += 1
