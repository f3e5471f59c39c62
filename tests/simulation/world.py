"""A whole shop from one seed: the real turn, with clock, network, cloud, power and people replaced.

For CHAOS_MS the network loses and delays, the link comes and goes, the process dies before and after
commits, people tap what they like. Then it is calm, and every order must come to an end within BOUND_MS.
`python -m tests.simulation.world SEED` tells the story.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace

from agent.core.charge import CodePayer
from agent.core.commands import AskCharge, AskQuery, AskVoid, Command, StartTimer, WatchFaces
from agent.core.events import Device, DeviceUp, Event, Instant, Started
from agent.core.ids import FORGOTTEN
from agent.core.state import Kept, Rules, Terminal
from agent.core.terminal import recovered
from agent.core.visit import Stage, Summary
from agent.ports import AttemptRow, Entry
from agent.screens.projection import project
from agent.timers import Timers
from agent.turn import take
from tests.shop import RULES
from tests.simulation.clockwork import Clockwork
from tests.simulation.cloud import Cloud
from tests.simulation.network import UTC_MS, Network
from tests.simulation.people import People

CHAOS_MS, BOUND_MS = 60_000, 120_000
CUT_MS, CUT_FOR_LONG_MS = (500, 12_000), (25_000, 50_000)
CRASH_SHARE = 0.015  # of turns that commit, before it and again after it
FRAME_MS = 150


class Broken(AssertionError):
    """A sentence that did not hold; names the seed and the one command."""


class World:
    """One seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.clock = Clockwork(seed)
        self.cloud = Cloud(self.clock.chance)
        self.people = People(self.clock.chance)
        unlucky = seed % 5 == 0  # these days outlive the horizon
        self.network = Network(self.clock, self.cloud, self._fact, CUT_FOR_LONG_MS if unlucky else CUT_MS)
        waits = replace(RULES.waits, horizon_ms=20_000) if unlucky else RULES.waits
        self.rules: Rules = replace(RULES, waits=waits)
        self.disk = Kept.fresh("CNY")
        self.orders: dict[str, Summary] = {}
        self.attempts: dict[str, AttemptRow] = {}
        self.state: Terminal | None = None
        self.turns = self.crashes = 0
        self._boot_ms = 0
        self._calm = False

    def run(self) -> World:
        self._boot()
        self.clock.later(500, self._somebody_acts)
        self.clock.until(CHAOS_MS)
        self._calm = True
        self.network.calm()
        self.clock.until(CHAOS_MS + BOUND_MS)
        self._check()
        return self

    # --- the process ------------------------------------------------------------------------------

    def _boot(self) -> None:
        """Another process, sometimes another boot with another monotonic clock."""
        if self.clock.happens(0.5):
            self._boot_ms = self.clock.now_ms
        self._timers = Timers()
        self._digits: str | None = None
        self.state = recovered(self.rules, written_and_read(self.disk), "zh")
        self._fact(Started())
        for device in (Device.CAMERA, Device.VISION, Device.SCANNER, Device.SCREENS):
            self._fact(DeviceUp(device))
        if self.network.up:
            self._fact(DeviceUp(Device.CLOUD))

    def _crash(self, when: str) -> None:
        self.crashes += 1
        self.clock.tell("the process dies", when, "the commit")
        self.state = None
        self.clock.later(self.clock.between(100, 3_000), self._boot)

    @property
    def _at(self) -> Instant:
        return Instant(self.clock.now_ms - self._boot_ms, UTC_MS + self.clock.now_ms)

    def _fact(self, event: Event) -> None:
        """The turn as the loop takes it: decide, write down, act, show; or die on the way."""
        if self.state is None:
            return None
        taken = take(self.state, event, self._at)
        self.turns += 1
        if taken.entry is not None:
            if self._dies():
                return self._crash("before")
            self._commit(taken.entry)
            if self._dies():
                return self._crash("after")
        before, self.state = self.state, taken.state
        for wish in taken.commands:
            self._carry_out(wish)
        if self.state.view_no != before.view_no:
            self._look_at_the_screens(event)
        return None

    def _dies(self) -> bool:
        return not self._calm and self.clock.happens(CRASH_SHARE)

    def _commit(self, entry: Entry) -> None:
        self.disk = entry.kept
        self.orders |= {row.order_id: row for row in entry.orders}
        self.attempts |= {row.key: row for row in entry.attempts}
        still_open = Counter(row.order_id for row in self.attempts.values() if row.open)
        self._must(max(still_open.values(), default=0) <= 1, "an order has one open attempt at most")

    def _carry_out(self, wish: Command) -> None:
        match wish:
            case AskCharge() | AskQuery() | AskVoid():
                self.clock.tell("asks:", wish)
                self.network.ask(wish)
            case StartTimer():
                self._timers.start(wish, self.clock.now_ms)
                self.clock.later(wish.after_ms, self._rings)
            case WatchFaces(look=look, digits=digits):
                self._digits = digits.reveal() if digits else None
                self.clock.later(FRAME_MS, lambda: self._frame(look))

    def _rings(self) -> None:
        for fired in self._timers.due(self.clock.now_ms):
            self._fact(fired)

    # --- the people -------------------------------------------------------------------------------

    def _somebody_acts(self) -> None:
        self.clock.later(2_000 if self._calm else self.clock.between(100, 800), self._somebody_acts)
        if self.state is None:
            return
        event = self.people.finish(self.state) if self._calm else self.people.act(self.state)
        if event is not None:
            self._fact(event)

    def _frame(self, look: int) -> None:
        if self.state is not None and self.state.look is not None and self.state.look.number == look:
            self._fact(self.people.face(self.state, self._digits))
            self.clock.later(FRAME_MS, lambda: self._frame(look))

    # --- what must hold ---------------------------------------------------------------------------

    def _look_at_the_screens(self, event: Event) -> None:
        assert self.state is not None
        visit = self.state.visit
        self.clock.tell(
            type(event).__name__, "→", visit.stage, visit.payment.phase if visit.payment else ""
        )
        if visit.stage is Stage.PAY and visit.payment is not None and visit.payment.request is not None:
            shown = {view.amount for view in project(self.state, self._at)}
            asked = visit.payment.request.amount.text()
            self._must(shown == {asked}, "both screens show what is asked for")

    def _check(self) -> None:
        captured = Counter(request.order_id for request in self.cloud.captures)
        self._must(max(captured.values(), default=0) <= 1, "no order is captured twice")
        ended = self.state is not None and self.state.visit.stage is Stage.IDLE
        self._must(ended, "every order ends in time")
        for request in self.cloud.captures:
            order = self.orders.get(request.order_id)
            self._must(order is not None and order.outcome in ("paid", "held"), "captured is paid or held")
            self._must(order is not None and order.amount == request.amount, "the amount is the one asked")
        for order in self.orders.values():
            self._must(order.outcome != "unknown", "no order stays unknown")
            if order.outcome == "paid":
                self._must(captured[order.order_id] == 1, "paid is captured")

    def _must(self, holds: bool, sentence: str) -> None:
        if not holds:
            raise Broken(f"{sentence}: seed {self.seed}; {self.command}")

    @property
    def command(self) -> str:
        return f".venv/bin/python -m tests.simulation.world {self.seed}"


def written_and_read(kept: Kept) -> Kept:
    """What the next process finds: through the real codec where it is, secrets forgotten either way."""
    try:
        from tests.simulation.written import through_the_codec
    except ImportError:
        return _forgetful(kept)
    return through_the_codec(kept)


def _forgetful(kept: Kept) -> Kept:
    payment = kept.visit.payment
    if payment is None or payment.request is None or not isinstance(payment.request.payer, CodePayer):
        return kept
    request = replace(payment.request, payer=replace(payment.request.payer, code=FORGOTTEN))
    return replace(kept, visit=replace(kept.visit, payment=replace(payment, request=request)))


def main() -> None:
    world = World(int(sys.argv[1]))
    try:
        world.run()
    finally:
        for ms, *words in world.clock.story:
            print(f"{ms:7}", *words)
        figures = f"{world.turns} turns, {world.crashes} crashes, {len(world.orders)} orders"
        print(f"seed {world.seed}: {figures}")


if __name__ == "__main__":
    main()
