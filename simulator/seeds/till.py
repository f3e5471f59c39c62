"""One till of the shop: a disk, a wire, people, and a process that dies and comes back.

The process is the real loop with its real inbox and timers; only what is outside of it is replaced:
clock, journal's disk, cloud link's wire, eyes, screens. Waiting is written down instead of waited.
"""

from __future__ import annotations

from agent.core.commands import CompareDay, LookUpOrders
from agent.core.events import (
    BarcodeScanned,
    DayCompared,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    Instant,
    OrdersFound,
    Started,
    Tapped,
)
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.invariants import InvariantBroken
from agent.core.state import Rules, Terminal
from agent.core.terminal import recovered
from agent.loop import Hands, Loop
from agent.ports import Ask, Template
from agent.screens.projection import project
from simulator.seeds.clockwork import Clockwork
from simulator.seeds.closing import COMPARED_MS, FETCHED_MS, Closing, compared
from simulator.seeds.cloud import Cloud
from simulator.seeds.day_book import DayBook
from simulator.seeds.disk import Disk
from simulator.seeds.glass import Glass
from simulator.seeds.judge import RULE, Judge
from simulator.seeds.link import Link
from simulator.seeds.people import People
from simulator.seeds.shop import UTC_MS
from simulator.seeds.typist import Typist
from simulator.seeds.waking import Waiting, Waker
from simulator.seeds.wire import Wire
from simulator.seeds.words import ask_words, fact_words, state_words

CRASH_SHARE = 0.01  # of commits, before it and again after it; of asks, just after
DOWN_MS = (100, 3_000)
DEVICES_UP_MS = (20, 400)
FRAME_MS = 200


class Died(BaseException):
    """The power went in the middle of a turn."""


class Process(Loop):
    """The real loop, overheard: each turn is told to the till before and after it."""

    till: Till

    def handle(self, event: Event) -> None:
        self.till.turn_begins(event)
        super().handle(event)
        self.till.turn_ended(event, bool(self._held) and self._held[-1] is event)

    def _see(self, event: Event, at: Instant) -> None:
        super()._see(event, at)
        self.till.turn_ended(event)


class Till:
    """`calm` ends all trouble; `post` is where devices, people and the wire leave facts."""

    def __init__(
        self,
        clock: Clockwork,
        name: str,
        rules: Rules,
        cloud: Cloud,
        judge: Judge,
        cut_ms: tuple[int, int],
        closing: Closing | None = None,
        glass_seed: int | None = None,
        typist: Typist | None = None,
    ) -> None:
        self.closing = closing
        self.glass = None if glass_seed is None else Glass(clock, glass_seed, name, self.post)
        self.name = name
        self.people = People(clock.chance, name, typist)
        self.disk = Disk(DeviceId(name), self._power, days=DayBook(rules.day_offset_ms))
        self.wire = Wire(clock, name, cut_ms)
        self.utc_off_ms = 0
        self.turns = self.crashes = 0
        self._clock = clock
        self._waker = Waker(clock, self._runs)
        self._rules = rules
        self._cloud = cloud
        self._judge = judge
        self._process: Process | None = None
        self._boot_ms = self._stalled_until_ms = 0
        self._calm = False
        self._look: int | None = None
        self._digits: str | None = None
        self._shown: Terminal | None = None
        self._now = Instant(0, 0)
        self._acted_ms: dict[int, tuple[Event, int]] = {}
        self._tap_age_ms = 0
        self._wished: list[str] = []

    @property
    def state(self) -> Terminal | None:
        """What the process believes; None while there is none."""
        return self._process.state if self._process is not None else None

    def calm(self) -> None:
        self._calm, self.disk.full, self.utc_off_ms = True, False, 0
        self.wire.calm()
        if self.glass is not None:
            self.glass.calm()

    # --- the process ------------------------------------------------------------------------------

    def boot(self) -> None:
        """Another process, sometimes another boot with another monotonic clock."""
        if self._clock.happens(0.5):
            self._boot_ms = self._clock.now_ms
        self._now = Instant(0, 0)
        self._clock.tell(self.name, "the process starts")
        self._shown, self._acted_ms = None, {}
        self._inbox = Waiting()
        link = Link(
            self._clock,
            self.name,
            self.wire,
            self._cloud,
            self._judge,
            self.post,
            lambda: self.now().utc_ms,
        )
        self._link = link
        link.deliver(self.disk.pending())
        state = recovered(self._rules, self.disk.read(), "zh")
        books = self if self.closing is not None else None
        hands = Hands(self, self, self, self._show, lambda: None, books=books)
        self._process = Process(state, self.disk, hands, self._inbox, self)
        self._process.till = self
        self._runs(started=True)
        if self.glass is not None:
            self.glass.agent_boots()
        for device in (Device.CAMERA, Device.VISION, Device.SCANNER, Device.SCREENS):
            if device is Device.SCREENS and self.glass is not None:
                continue  # up when both show what was sent
            self._clock.later(self._clock.between(*DEVICES_UP_MS), lambda d=device: self.post(DeviceUp(d)))  # type: ignore[misc]
        if self._process is not None:
            self.wire.attach(link)

    def kill(self) -> None:
        """The power goes between two turns."""
        if self._process is not None and not self._calm:
            self._dies("between two turns")

    def stall(self, for_ms: int) -> None:
        """The machine is busy: facts pile up, timers are late."""
        if not self._calm:
            self._clock.tell(self.name, f"the machine is busy for {for_ms} ms")
            self._stalled_until_ms = self._clock.now_ms + for_ms

    def post(self, event: Event) -> None:
        if self._process is None:
            return
        if isinstance(event, Tapped | BarcodeScanned):
            self._acted_ms[id(event)] = (event, self._clock.now_ms)
        self._inbox.post(event)
        self._runs()

    def unplug(self, for_ms: int) -> None:
        """The camera's cable."""
        self.post(DeviceLost(Device.CAMERA, "unplugged"))
        self._clock.later(for_ms, lambda: self.post(DeviceUp(Device.CAMERA)))

    def _runs(self, started: bool = False) -> None:
        """Turns until the inbox is empty; then the loop would wait, so it is woken when it is time."""
        stalled_ms = self._stalled_until_ms - self._clock.now_ms
        if self._process is not None and stalled_ms > 0 and not started:
            self._waker.after(stalled_ms)
        elif self._process is not None:
            try:
                self._takes_turns(self._process, started)
            except Died as death:
                self._dies(str(death))
            except InvariantBroken as broken:
                self._breaks(f"invariant: {broken}")
            except Exception as error:
                self._breaks(f"{type(error).__name__}: {error}")

    def _takes_turns(self, process: Process, started: bool) -> None:
        if started:
            process.handle(Started())
        self._inbox.patience_ms = None
        while self._inbox.patience_ms is None:
            process.once()
        self._waker.after(self._inbox.patience_ms)

    def _power(self, when: str) -> None:
        if not self._calm and self._clock.happens(CRASH_SHARE):
            raise Died(f"{when} a commit")

    def _dies(self, when: str) -> None:
        self.crashes += 1
        self._clock.tell(self.name, f"✝ dies {when}")
        self._process, self._look = None, None
        self.wire.detach()
        self._clock.later(self._clock.between(*DOWN_MS), self.boot)

    def _breaks(self, what: str) -> None:
        """Not bad luck: a bug. The day ends here."""
        self._judge.must(False, RULE, self.name, what)
        self._process = None
        self._clock.end()

    # --- the turn, overheard ----------------------------------------------------------------------

    def turn_begins(self, event: Event) -> None:
        self.turns += 1
        _, acted_ms = self._acted_ms.get(id(event), (event, self._clock.now_ms))
        self._tap_age_ms = self._clock.now_ms - acted_ms

    def turn_ended(self, event: Event, held: bool = False) -> None:
        if not self._clock.told or self.state is None:
            return
        wishes, self._wished = "; ".join(self._wished), []
        words = f"{fact_words(event):<38} {state_words(self.state):<14}"
        then = "held until the disk takes it" if held else f"→ {wishes}" if wishes else ""
        self._clock.tell(self.name, f"{words} {then}".rstrip())

    # --- Clock ------------------------------------------------------------------------------------

    def now(self) -> Instant:
        now_ms = self._clock.now_ms
        utc_ms = UTC_MS + now_ms + self.utc_off_ms
        if self._now.utc_ms != utc_ms:  # the same moment is asked for many times
            self._now = Instant(now_ms - self._boot_ms, utc_ms)
        return self._now

    # --- Archive and CloudLink --------------------------------------------------------------------

    def look_up(self, wish: LookUpOrders) -> None:
        """At once, on the loop's own thread: the answer waits in the inbox like any fact."""
        self._inbox.post(OrdersFound(wish.number, self.disk.find(wish.words)))

    def compare(self, wish: CompareDay) -> None:
        """The bookkeeper's thread: it takes its time, and reads what is there by then."""
        self._clock.later(self._clock.between(*FETCHED_MS), lambda: self._compares(wish))

    def _compares(self, wish: CompareDay) -> None:
        if self.state is None:
            return
        if self._cloud.silent or not self.state.works(Device.CLOUD):
            self.post(DayCompared(wish.day, wish.number, trouble="offline"))
            return
        fact, books = compared(wish, self.disk, self._cloud, self._judge.ledgers.bill)
        self._judge.ledgers.compared(self.disk, wish, books)
        self._clock.later(self._clock.between(*COMPARED_MS), lambda: self.post(fact))

    def ask(self, wish: Ask) -> None:
        self._judge.asks(self.disk, wish, self._shown, self._tap_age_ms)
        if self.glass is not None:
            tapped_ms = self._clock.now_ms - self._tap_age_ms
            wrong_ms, seen = self.glass.wrong_for_ms(tapped_ms), self.glass.seen_right(tapped_ms)
            self._judge.believes(self.disk, wish, wrong_ms, seen)
        if self._clock.told:
            self._wished.append(ask_words(wish))
        self._link.ask(wish)
        if not self._calm and self._clock.happens(CRASH_SHARE):
            raise Died("after sending")

    def deliver(self, rows: object) -> None:
        if self._clock.told:
            self._wished += [f"delivers {row.id}" for row in rows]  # type: ignore[attr-defined]
        self._link.deliver(rows)  # type: ignore[arg-type]

    # --- Eyes -------------------------------------------------------------------------------------

    def watch(self, look: int, digits: Secret | None) -> None:
        self._look, self._digits = look, digits.reveal() if digits else None
        self._clock.later(FRAME_MS, lambda: self._frame(look))

    def rest(self) -> None:
        self._look = None

    def _frame(self, look: int) -> None:
        if self.state is not None and self._look == look:
            self.post(self.people.face(self.state, self._digits))
            self._clock.later(FRAME_MS, lambda: self._frame(look))

    def make_template(self, look: int, digits: Secret) -> None: ...
    def template_in_hand(self, look: int) -> None: ...
    def forget_faces(self) -> None: ...
    def enrolled(self, template: Template) -> None: ...
    def forgotten(self, person: PersonId) -> None: ...
    def know_nobody(self, on: bool) -> None: ...

    # --- the screens ------------------------------------------------------------------------------

    def _show(self, state: Terminal, at: Instant) -> None:
        shown, self._shown = self._shown, state
        same = shown is not None and shown.view_no == state.view_no and shown.down is state.down
        if shown is None or not same or shown.kept is not state.kept:
            self._judge.sees(self.disk, state, at)
        if self.glass is not None:
            self.glass.show(project(state, at))
