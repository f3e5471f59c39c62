"""The till to practise on: a second loop on the main thread, built of other parts.

Its journal is a database in memory, its cloud answers out of this process, its members are whoever stands
there. It is given no part through which anything could be charged, written or sent: what is practised
cannot reach the real books, whatever its till decides. Shared are the things one touches: camera, scanner,
printer (its receipts say that nothing was paid), both screens. With the process it is gone, and the real
till comes back in earnest.

Enters: facts about people and devices, as the real loop hands them over. Leaves: views, and TrainingEnded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.cloud.practice import PracticeCloud
from agent.core.events import (
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    Instant,
    Started,
    TemplateMade,
    TrainingEnded,
)
from agent.core.evidence import Candidate, Hint
from agent.core.ids import PersonId, Secret
from agent.core.state import Terminal
from agent.core.training import PEOPLES, TRAINEE, beside
from agent.inbox import Inbox
from agent.loop import Clock, Hands, Loop
from agent.ports import Embedding, Eyes, Post, Printer, Scanner, Template
from agent.storage.archive import Archive
from agent.storage.database import Database, open_in_memory
from agent.trust import open_journal

log = logging.getLogger(__name__)

LEFT_ALONE_MS = 600_000
"""A till that nobody has touched for so long is in earnest again: goods are not given away by mistake."""
NOT_KNOWN = "0000"
"""Digits with which nobody is recognised, to practise that."""

Show = Callable[[Terminal, Instant], None]


class PracticeEyes:
    """The real eyes, searching among nobody. Whoever stands there alive is the training customer, or who
    joined last in this practice; digits of 0000 fit nobody."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._person, self._digits = TRAINEE, ""
        self._given = ""
        eyes.know_nobody(True)

    def watch(self, look: int, digits: Secret | None) -> None:
        self._given = "" if digits is None else digits.reveal()
        self._eyes.watch(look, None)

    def rest(self) -> None:
        self._eyes.rest()

    def make_template(self, look: int, digits: Secret) -> None:
        self._eyes.make_template(look, digits)

    def template_in_hand(self, look: int) -> tuple[str, Embedding] | None:
        return self._eyes.template_in_hand(look)

    def forget_faces(self) -> None:
        self._eyes.forget_faces()

    def enrolled(self, template: Template) -> None:
        """The template is let go of; that somebody joined is remembered as long as the practice."""
        self._person, self._digits = template.person, template.phone_last4.reveal()

    def forgotten(self, person: PersonId) -> None: ...

    def know_nobody(self, on: bool) -> None: ...

    def seen(self, fact: FaceSeen) -> FaceSeen:
        """The same evidence, about somebody to practise with."""
        good = fact.evidence.hint is Hint.GOOD and fact.evidence.faces > 0
        wrong = self._given == NOT_KNOWN or (self._given and self._digits and self._given != self._digits)
        best = Candidate(self._person, 1.0) if good and not wrong else None
        return FaceSeen(replace(fact.evidence, best=best, second=None))

    def close(self) -> None:
        self._eyes.rest()
        self._eyes.forget_faces()
        self._eyes.know_nobody(False)


@dataclass(frozen=True, slots=True)
class _Door:
    """The way out, as the practice till sees it."""

    close: Callable[[], None]

    def begin(self, earnest: Terminal) -> None: ...

    def end(self) -> None:
        self.close()

    def takes(self, _event: Event) -> bool:
        return False

    def turn(self) -> None: ...

    def next_ms(self) -> int | None:
        return None


class _Till:
    """One practice, from its beginning to its end."""

    def __init__(
        self,
        earnest: Terminal,
        eyes: Eyes,
        scanner: Scanner,
        show: Show,
        clock: Clock,
        printer: Printer | None,
    ) -> None:
        self.inbox = Inbox()
        self.clock = clock
        self.over = False
        self.eyes = PracticeEyes(eyes)
        self.cloud = PracticeCloud(lambda: clock.now().mono_ms)
        self._database: Database = open_in_memory()
        self._touched_ms = clock.now().mono_ms
        state = beside(earnest, self._database.epoch)
        hands = Hands(
            cloud=self.cloud,
            eyes=self.eyes,
            archive=Archive(self._database, state.rules.currency, self.inbox.post),
            show=show,
            alive=lambda: None,
            scanner=scanner,
            training=_Door(self._out),
            printer=printer,
        )
        self.loop = Loop(state, open_journal(self._database, state.rules.device), hands, self.inbox, clock)
        self.loop.handle(Started())

    def _out(self) -> None:
        self.over = True

    def take(self, event: Event) -> None:
        """A fact about people, or about a device that both tills share."""
        if isinstance(event, PEOPLES):
            self._touched_ms = self.clock.now().mono_ms
        match event:
            case FaceSeen():
                self.loop.handle(self.eyes.seen(event))
            case TemplateMade():
                self.loop.handle(replace(event, best=None, same_digits=None))
            case _:
                self.loop.handle(event)

    def turn(self) -> None:
        """What is due, and what its own parts have said."""
        self.loop.due()
        for answer in self.cloud.due():
            self.loop.handle(answer)
        while (fact := self.inbox.take(0)) is not None:
            self.loop.handle(fact)
        if self.clock.now().mono_ms - self._touched_ms >= LEFT_ALONE_MS:
            log.info("nobody has touched the till that is practised on for 10 minutes: in earnest again")
            self.over = True

    def next_ms(self) -> int:
        dues = (self.loop.next_ms(), self.cloud.next_ms(), self._touched_ms + LEFT_ALONE_MS)
        return min(due for due in dues if due is not None)

    def close(self) -> TrainingEnded:
        """Nothing is left of it."""
        self.eyes.close()
        self._database.close()
        return TrainingEnded(self.loop.state.view_no, self.loop.state.looks)


class TrainingRoom:
    """The `Training` port: a till is made when a practice begins, and gone when it ends."""

    def __init__(
        self,
        eyes: Eyes,
        scanner: Scanner,
        show: Show,
        post: Post,
        clock: Clock,
        printer: Printer | None = None,
    ) -> None:
        """`post` goes to the real till, and is used for nothing but TrainingEnded."""
        self._parts = (eyes, scanner, show, clock, printer)
        self._post = post
        self._till: _Till | None = None

    @property
    def practised(self) -> bool:
        return self._till is not None

    def begin(self, earnest: Terminal) -> None:
        self.end()
        log.info("the till is practised on: nothing is charged, written or sent")
        self._till = _Till(earnest, *self._parts)

    def end(self) -> None:
        if self._till is not None:
            till, self._till = self._till, None
            self._post(till.close())
            log.info("the practice is over: the till is in earnest again")

    def takes(self, event: Event) -> bool:
        """People are the practice till's alone; a camera or scanner that comes loose is told to both."""
        till = self._till
        if till is None:
            return False
        people = isinstance(event, PEOPLES)
        shared = isinstance(event, DeviceUp | DeviceLost) and event.device not in (
            Device.CLOUD,
            Device.STORAGE,
        )
        if people or shared:
            till.take(event)
            self._end_if_over()
        return people

    def turn(self) -> None:
        if self._till is not None:
            self._till.turn()
            self._end_if_over()

    def next_ms(self) -> int | None:
        return self._till.next_ms() if self._till is not None else None

    def _end_if_over(self) -> None:
        if self._till is not None and self._till.over:
            self.end()
