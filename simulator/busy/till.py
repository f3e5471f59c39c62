"""The till of a busy day: the real loop on virtual time, its devices around it, and a power switch.

Enters: facts of the devices and of people; the power cut and back. Leaves: wishes to bank, eyes and
scanner; what the cashier's signs say goes into the book. Kept apart from `seeds.till`, whose process dies
by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from agent.core.commands import LookUpOrders
from agent.core.events import Device, DeviceUp, Event, Instant, OrdersFound, Started
from agent.core.ids import DeviceId, Secret
from agent.core.state import Terminal
from agent.core.terminal import recovered
from agent.core.visit import Stage
from agent.loop import Hands, Loop
from agent.ports import Template
from agent.screens.projection import project
from simulator.busy.bank import Bank
from simulator.busy.cable import Cable
from simulator.busy.healing import Book
from simulator.busy.lens import Lens
from simulator.busy.people import Beamed, People
from simulator.seeds.clockwork import Clockwork
from simulator.seeds.disk import Disk
from simulator.seeds.shop import HORIZON_MS, TILLS, UTC_MS, rules
from simulator.seeds.waking import Waiting, Waker

BOOT_MS, FRAME_MS, MOVE_MS = (4_000, 15_000), 200, (350, 900)
POWER = "power"


class PowerCut(BaseException):
    """In the middle of a turn."""


class Till:
    """Everything of one terminal. `state` is None while the power is off."""

    def __init__(self, clock: Clockwork, cable: Cable, lens: Lens, book: Book) -> None:
        self.cable, self.lens, self.book = cable, lens, book
        self.bank = Bank(clock)
        self.people = People(Random(clock.chance.random()))
        self.turns = self.views = 0
        self._clock = clock
        self._disk = Disk(DeviceId(TILLS[0]), self._power)
        self._rules = rules(TILLS[0], HORIZON_MS)
        self._loop: Loop | None = None
        self._inbox = Waiting()
        self._cut_armed: list[str] = []
        self._look: int | None = None
        self._digits: str | None = None
        self._view_no = -1
        self._waker = Waker(self._clock, self._runs)

    @property
    def state(self) -> Terminal | None:
        return self._loop.state if self._loop is not None else None

    @property
    def at_rest(self) -> bool:
        """Nobody is served and nothing waits to be sent."""
        return self.state is not None and self.state.visit.stage is Stage.IDLE and not self._disk.outbox

    # --- power ------------------------------------------------------------------------------------

    def boot(self) -> None:
        """Start-up is recovery."""
        self._inbox, self._view_no = Waiting(), -1
        hands = Hands(self.bank, self, self, self._show, lambda: None, self.cable)
        found = recovered(self._rules, self._disk.read(), "zh")
        self._loop = Loop(found, self._disk, hands, self._inbox, self)
        post = self._post_of(self._loop)
        self._runs(Started())
        self.bank.attach(post)
        self.bank.deliver(self._disk.pending())
        self.lens.attach(post)
        self.cable.attach(post)
        for device in (Device.VISION, Device.SCREENS):
            post(DeviceUp(device))

    def cut_power(self, when: str) -> None:
        """In the middle of a turn: `before` or `after` its commit."""
        self._cut_armed.append(when)

    def _power(self, when: str) -> None:
        if when in self._cut_armed:
            self._cut_armed.remove(when)
            raise PowerCut

    def _dark(self) -> None:
        now_ms = self._clock.now_ms
        self.book.begins(POWER, now_ms)
        self.book.said(POWER, now_ms)  # nobody needs to be told
        self._loop = self._look = None
        for part in (self.bank, self.lens, self.cable):
            part.detach()
        back_ms = self._clock.between(*BOOT_MS)
        self._clock.later(back_ms, self._light)

    def _light(self) -> None:
        for what in (POWER, *self.book.open):  # what was plugged in in the dark begins to heal now
            self.book.ends(what, self._clock.now_ms)
        self.boot()

    # --- turns ------------------------------------------------------------------------------------

    def _post_of(self, loop: Loop) -> Callable[[Event], None]:
        """Facts for an earlier process are facts for nobody."""

        def post(event: Event) -> None:
            if self._loop is loop:
                self._inbox.post(event)
                self._runs()

        return post

    def _runs(self, first: Event | None = None) -> None:
        """Turns until the inbox is empty; woken when the loop would wake."""
        loop = self._loop
        if loop is None:
            return
        try:
            if first is not None:
                loop.handle(first)
            self._inbox.patience_ms = None
            while self._inbox.patience_ms is None:
                loop.once()
                self.turns += 1
            self._waker.after(self._inbox.patience_ms)
        except PowerCut:
            self._dark()

    def somebody_moves(self) -> None:
        """The cashier and the customer look at their screens."""
        self._clock.later(self._clock.between(*MOVE_MS), self.somebody_moves)
        if self.state is None or self._loop is None:
            return
        move = self.people.next_move(self.state, self._clock.now_ms)
        if isinstance(move, Beamed):
            self.cable.beam(move.text)
        elif move is not None:
            self._post_of(self._loop)(move)

    # --- Clock, Eyes, Archive -----------------------------------------------------------------------

    def now(self) -> Instant:
        return Instant(self._clock.now_ms, UTC_MS + self._clock.now_ms)

    def watch(self, look: int, digits: Secret | None) -> None:
        self._look, self._digits = look, digits.reveal() if digits else None
        self._clock.later(FRAME_MS, lambda: self._frame(look))

    def rest(self) -> None:
        self._look = None

    def _frame(self, look: int) -> None:
        if self.state is not None and self._loop is not None and self._look == look:
            self._post_of(self._loop)(self.people.face(self.state, self._digits))
            self._clock.later(FRAME_MS, lambda: self._frame(look))

    def make_template(self, look: int, digits: Secret) -> None: ...
    def template_in_hand(self, look: int) -> None: ...
    def forget_faces(self) -> None: ...
    def enrolled(self, template: Template) -> None: ...
    def forgotten(self, person: str) -> None: ...
    def know_nobody(self, on: bool) -> None: ...

    def look_up(self, wish: LookUpOrders) -> None:
        if self._loop is not None:
            self._post_of(self._loop)(OrdersFound(wish.number, ()))

    # --- the screens ------------------------------------------------------------------------------

    def _show(self, state: Terminal, at: Instant) -> None:
        """The views as they would be sent, and what the signs say."""
        for device in (Device.SCANNER, Device.CAMERA):
            cause = state.down.get(device)
            if cause is None:
                self.book.works(device, at.mono_ms)
            elif cause != "starting":
                self.book.said(device, at.mono_ms)
        if state.works(Device.SCREENS) and state.works(Device.CLOUD):  # people are served again
            self.book.works(POWER, at.mono_ms)
        if state.view_no != self._view_no:
            self._view_no = state.view_no
            project(state, at)
            self.views += 1
        if state.visit.stage is Stage.IDLE:  # what is over lies on the disk, not in memory
            self._disk.attempts.clear()
            self._disk.orders.clear()
