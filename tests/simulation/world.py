"""A whole shop from one seed: the real turn, with clock, network, cloud, power and people replaced.

Everything follows from the seed: a heap of (due_ms, order, what happens), and one source of chance. For
CHAOS_MS the network drops, doubles, delays and reorders a quarter of its messages, the link comes and
goes, the process dies before and after commits, people tap what they like. Then it is calm, and every
order must come to an end within BOUND_MS. `python -m tests.simulation.world SEED` tells the story.
"""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from agent.core.charge import Answer, CodePayer, Pending
from agent.core.commands import AskCharge, AskQuery, AskVoid, Command, StartTimer, WatchFaces
from agent.core.events import ChargeAnswered, Device, DeviceLost, DeviceUp, Event, Instant, Started
from agent.core.ids import FORGOTTEN, PaymentKey
from agent.core.state import Kept, Rules, Terminal
from agent.core.terminal import recovered
from agent.core.visit import Stage, Summary
from agent.ports import AttemptRow, Entry
from agent.screens.projection import project
from agent.timers import Timers
from agent.turn import take
from tests.shop import RULES
from tests.simulation.cloud import Cloud
from tests.simulation.people import People

UTC_MS = 1_790_000_000_000
CHAOS_MS, BOUND_MS = 60_000, 120_000
TROUBLE_SHARE = 0.25  # of messages: dropped, doubled, delayed (and so reordered)
CRASH_SHARE = 0.015  # of turns that commit, before it and again after it
FRAME_MS = 150


class Broken(AssertionError):
    """A sentence that did not hold; names the seed and the one command."""


class World:
    """One seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = Random(seed)
        self.now_ms = 0
        self.turns = self.crashes = 0
        self.story: list[tuple[object, ...]] = []  # told only when somebody asks
        self.cloud = Cloud(self.chance)
        self.people = People(self.chance)
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._order = 0
        self._calm = False
        self._link_up = True
        self._cut_ms = (500, 12_000) if seed % 5 else (25_000, 50_000)
        waits = RULES.waits if seed % 5 else replace(RULES.waits, horizon_ms=20_000)
        self.rules: Rules = replace(RULES, waits=waits)  # every fifth day outlives the horizon
        self.disk = Kept.fresh("CNY")
        self.orders: dict[str, Summary] = {}
        self.attempts: dict[str, AttemptRow] = {}
        self.state: Terminal | None = None

    def run(self) -> World:
        self._boot()
        self._later(500, self._somebody_acts)
        self._later(self._between(2_000, 12_000), self._link_lost)
        self._until(CHAOS_MS)
        self._calm = True
        if not self._link_up:
            self._link_back()
        self._until(CHAOS_MS + BOUND_MS)
        self._check()
        return self

    # --- the heap ---------------------------------------------------------------------------------

    def _later(self, after_ms: int, what: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._heap, (self.now_ms + after_ms, self._order, what))

    def _until(self, end_ms: int) -> None:
        while self._heap and self._heap[0][0] <= end_ms:
            self.now_ms, _, what = heapq.heappop(self._heap)
            what()
        self.now_ms = end_ms

    def _tell(self, *words: object) -> None:
        self.story.append((self.now_ms, *words))

    def _between(self, low_ms: int, high_ms: int) -> int:
        return self.chance.randint(low_ms, high_ms)

    # --- the process ------------------------------------------------------------------------------

    def _boot(self) -> None:
        """Another process, sometimes another boot with another monotonic clock."""
        if self.chance.random() < 0.5:
            self._boot_ms = self.now_ms
        self._timers = Timers()
        self._digits: str | None = None
        self._said_up = False
        self.state = recovered(self.rules, written_and_read(self.disk), "zh")
        self._fact(Started())
        for device in (Device.CAMERA, Device.VISION, Device.SCANNER, Device.SCREENS):
            self._fact(DeviceUp(device))
        if self._link_up:
            self._fact(DeviceUp(Device.CLOUD))

    def _crash(self, when: str) -> None:
        self.crashes += 1
        self._tell("the process dies", when, "the commit")
        self.state = None
        self._later(self._between(100, 3_000), self._boot)

    _boot_ms = 0

    @property
    def _at(self) -> Instant:
        return Instant(self.now_ms - self._boot_ms, UTC_MS + self.now_ms)

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
        return not self._calm and self.chance.random() < CRASH_SHARE

    def _commit(self, entry: Entry) -> None:
        self.disk = entry.kept
        self.orders |= {row.order_id: row for row in entry.orders}
        self.attempts |= {row.key: row for row in entry.attempts}
        still_open = Counter(row.order_id for row in self.attempts.values() if row.open)
        self._must(max(still_open.values(), default=0) <= 1, "an order has one open attempt at most")

    def _carry_out(self, wish: Command) -> None:
        match wish:
            case AskCharge() | AskQuery() | AskVoid():
                self._tell("asks:", wish)
                if self._link_up:
                    self._send(lambda: self._arrives(wish))
            case StartTimer():
                self._timers.start(wish, self.now_ms)
                self._later(wish.after_ms, self._rings)
            case WatchFaces(look=look, digits=digits):
                self._digits = digits.reveal() if digits else None
                self._later(FRAME_MS, lambda: self._frame(look))

    def _rings(self) -> None:
        for fired in self._timers.due(self.now_ms):
            self._fact(fired)

    # --- the network ------------------------------------------------------------------------------

    def _send(self, deliver: Callable[[], None]) -> None:
        for delay_ms in self._delays():
            self._later(delay_ms, lambda: self._delivered(deliver))

    def _delays(self) -> list[int]:
        usual = self._between(5, 80)
        if self._calm or self.chance.random() > TROUBLE_SHARE:
            return [usual]
        late = self._between(1_000, 45_000)
        return self.chance.choice([[], [usual, late], [late], [usual, usual + 5]])

    def _delivered(self, deliver: Callable[[], None]) -> None:
        """What is on its way while the link is down is lost, or waits for it."""
        if self._link_up:
            deliver()
        elif self.chance.random() < 0.5:
            self._later(1_000, lambda: self._delivered(deliver))

    def _arrives(self, wish: AskCharge | AskQuery | AskVoid) -> None:
        key = wish.request.key if isinstance(wish, AskCharge) else wish.key
        answer = self.cloud.hears(wish, UTC_MS + self.now_ms)
        if isinstance(wish, AskCharge) and isinstance(answer, Pending):
            self._later(self._between(1_000, 40_000), lambda: self._settles(key))
        self._answer(key, answer)

    def _settles(self, key: PaymentKey) -> None:
        self._answer(key, self.cloud.settles(key))

    def _answer(self, key: PaymentKey, answer: Answer) -> None:
        def hear() -> None:
            self._tell("hears:", answer, "for", key)
            self._fact(ChargeAnswered(key, answer))

        self._send(hear)

    def _link_lost(self) -> None:
        if self._calm:
            return
        self._link_up = False
        self._tell("the link is down")
        self._later(self._between(0, 6_000), self._loss_noticed)
        self._later(self._between(*self._cut_ms), self._link_back)

    def _loss_noticed(self) -> None:
        if not self._link_up:
            self._fact(DeviceLost(Device.CLOUD, "lost"))

    def _link_back(self) -> None:
        if self._link_up:
            return
        self._link_up = True
        self._tell("the link is back")
        self._fact(DeviceUp(Device.CLOUD))
        self._later(self._between(2_000, 12_000), self._link_lost)

    # --- the people -------------------------------------------------------------------------------

    def _somebody_acts(self) -> None:
        self._later(2_000 if self._calm else self._between(100, 800), self._somebody_acts)
        if self.state is None:
            return
        event = self.people.finish(self.state) if self._calm else self.people.act(self.state)
        if event is not None:
            self._fact(event)

    def _frame(self, look: int) -> None:
        if self.state is not None and self.state.look is not None and self.state.look.number == look:
            self._fact(self.people.face(self.state, self._digits))
            self._later(FRAME_MS, lambda: self._frame(look))

    # --- what must hold ---------------------------------------------------------------------------

    def _look_at_the_screens(self, event: Event) -> None:
        assert self.state is not None
        visit = self.state.visit
        self._tell(type(event).__name__, "→", visit.stage, visit.payment.phase if visit.payment else "")
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
        for ms, *words in world.story:
            print(f"{ms:7}", *words)
        figures = f"{world.turns} turns, {world.crashes} crashes, {len(world.orders)} orders"
        print(f"seed {world.seed}: {figures}")


if __name__ == "__main__":
    main()
