"""Dialogues with the pure core: `>>` feeds a fact, `<<` expects a wish, `.after(ms)` lets time pass.

    shop >> scans(WATER) >> taps(Intent.CHARGE) << Stage.CHOOSE

A fact is an event, or a function that makes one of the terminal as it stands (`taps` fills in the
view, `says` the payment key), or a list of them (`3 * [sees(LI)]`). Expected may be a wish (exact), a
kind of wish, a `Slot` that keeps the wish, a Stage, a Phase, or NOTHING (the last fact changed nothing
at all). Timers that are due while `.after` runs fire by themselves. Timers, the closing of eyes and
what a scanner is told need not be expected; every other wish must be, before the next fact and before the
end. Each turn is checked by `core.invariants`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from agent.core import invariants
from agent.core.charge import Answer
from agent.core.codes import GoodsCode, PaymentCode
from agent.core.commands import Beep, Command, RestFaces, StartTimer, Trigger
from agent.core.events import (
    BarcodeScanned,
    ChargeAnswered,
    Event,
    FaceSeen,
    Instant,
    Intent,
    Screen,
    Tapped,
    TimerFired,
)
from agent.core.evidence import Candidate, FaceEvidence, Hint
from agent.core.ids import PaymentKey, PersonId, Secret
from agent.core.intents import whose
from agent.core.payment import Payment, Phase
from agent.core.state import Terminal
from agent.core.terminal import step
from agent.core.visit import Stage, Visit
from agent.timers import Timers

UTC_START_MS = 1_790_000_000_000
NEED_NOT_BE_SAID = (StartTimer, RestFaces, Beep, Trigger)

Wish = TypeVar("Wish")
Fact = Event | Callable[[Terminal], Event]


class _Nothing:
    """The last fact changed nothing."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing()


@dataclass
class Slot(Generic[Wish]):
    """Expects a wish of this kind and keeps it."""

    kind: type[Wish]
    kept: Wish | None = None

    @property
    def wish(self) -> Wish:
        assert self.kept is not None, f"no {self.kind.__name__} yet"
        return self.kept


class PlaybookError(AssertionError):
    """The dialogue went another way; the text is the dialogue so far."""


class Playbook:
    """A terminal, its timers and a clock that only the test moves."""

    def __init__(self, terminal: Terminal, mono_ms: int = 1_000) -> None:
        self.state = terminal
        self.now_ms = mono_ms
        self._timers = Timers()
        self._pending: list[Command] = []
        self._before = terminal
        self._lines: list[str] = []
        self._expected = 0

    # --- the dialogue -----------------------------------------------------------------------------

    def __rshift__(self, fact: Fact | list[Fact]) -> Playbook:
        for one in fact if isinstance(fact, list) else [fact]:
            self._nothing_left()
            self._feed(one(self.state) if callable(one) else one)
        return self

    def __lshift__(self, expected: object) -> Playbook:
        self._expected += 1
        if expected is NOTHING:
            self._must(self.state == self._before and not self._pending, expected, "something changed")
        elif isinstance(expected, Stage):
            self._must(self.stage is expected, expected, f"the stage is {self.stage!r}")
        elif isinstance(expected, Phase):
            phase = self.visit.payment and self.visit.payment.phase
            self._must(phase is expected, expected, f"the phase is {phase!r}")
        else:
            self._take(expected)
        self._lines.append(f"   << {_named(expected)}")
        return self

    def after(self, ms: int) -> Playbook:
        """Let virtual time pass; what is due fires when it is due."""
        self._nothing_left()
        end_ms = self.now_ms + ms
        self._lines.append(f"   .. {ms} ms")
        while (due_ms := self._timers.next_ms()) is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            for fired in self._timers.due(self.now_ms):
                self._feed(fired)
        self.now_ms = end_ms
        return self

    def without(self, *kinds: type[Command]) -> Playbook:
        """Leave out what was said over and over while time passed."""
        self._pending = [wish for wish in self._pending if not isinstance(wish, kinds)]
        return self

    def finish(self) -> None:
        """An unfinished dialogue fails: a wish nobody expected, or nothing expected at all."""
        self._nothing_left()
        if not self._expected:
            raise PlaybookError(self._told("nothing was expected of this dialogue"))

    # --- what a test may look at ------------------------------------------------------------------

    @property
    def visit(self) -> Visit:
        return self.state.visit

    @property
    def stage(self) -> Stage:
        return self.state.visit.stage

    @property
    def payment(self) -> Payment:
        assert self.visit.payment is not None, "there is no payment yet"
        return self.visit.payment

    @property
    def at(self) -> Instant:
        return Instant(self.now_ms, UTC_START_MS + self.now_ms)

    # --- inside -----------------------------------------------------------------------------------

    def _feed(self, event: Event) -> None:
        self._lines.append(f"   >> {event}")
        self._before = self.state
        turn = step(self.state, event, self.at)
        invariants.check(self.state, turn)
        self.state = turn.state
        for wish in turn.commands:
            if isinstance(wish, StartTimer):
                self._timers.start(wish, self.now_ms)
        self._pending += turn.commands

    def _take(self, expected: object) -> None:
        while self._pending:
            wish = self._pending.pop(0)
            if _fits(wish, expected):
                return
            if not isinstance(wish, NEED_NOT_BE_SAID):
                raise PlaybookError(self._told(f"<< {_named(expected)} was expected, came: {wish}"))
        raise PlaybookError(self._told(f"<< {_named(expected)} was expected, nothing came"))

    def _nothing_left(self) -> None:
        left = [wish for wish in self._pending if not isinstance(wish, NEED_NOT_BE_SAID)]
        self._pending = []
        if left:
            raise PlaybookError(self._told("nobody expected: " + ", ".join(map(str, left))))

    def _must(self, holds: bool, expected: object, otherwise: str) -> None:
        if not holds:
            raise PlaybookError(self._told(f"<< {_named(expected)} was expected: {otherwise}"))

    def _told(self, what: str) -> str:
        return "\n".join(["the dialogue:", *self._lines, f"!! {what}"])


def _fits(wish: Command, expected: object) -> bool:
    if isinstance(expected, Slot):
        if isinstance(wish, expected.kind):
            expected.kept = wish
        return isinstance(wish, expected.kind)
    return isinstance(wish, expected) if isinstance(expected, type) else wish == expected


def _named(expected: object) -> str:
    if isinstance(expected, Slot):
        return f"a {expected.kind.__name__}"
    return expected.__name__ if isinstance(expected, type) else repr(expected)


# --- words for facts ------------------------------------------------------------------------------


def scans(gtin: str) -> Event:
    """The cashier holds goods under the scanner."""
    return BarcodeScanned(GoodsCode(gtin))


def shows_code(code: str = "134567890123456789", network: str = "wechat") -> Event:
    """The customer holds a phone under the scanner."""
    return BarcodeScanned(PaymentCode(network, Secret(code)))


def taps(intent: Intent, value: str | None = None, screen: Screen | None = None) -> Fact:
    """Whoever may want this touches what is shown now, unless a screen is given."""
    secret = Secret(value) if value else None
    return lambda t: Tapped(screen or whose(intent), t.view_no, intent, secret)


def says(answer: Answer, key: str | None = None) -> Fact:
    """The cloud answers, about the attempt at hand unless another key is given."""

    def fact(t: Terminal) -> Event:
        payment = t.visit.payment
        assert key or (payment and payment.key), "no attempt to answer"
        return ChargeAnswered(PaymentKey(key or str(payment and payment.key)), answer)

    return fact


def sees(
    person: str | None = None,
    score: float = 0.8,
    second: tuple[str, float] | None = None,
    hint: Hint = Hint.GOOD,
    look: int | None = None,
    captured_at_ms: int = 900,
    live: float | None = 0.95,
    compared: int = 1,
) -> Fact:
    """One frame: this person best, perhaps a second; of the look at hand unless another is given; in the
    flesh unless `live` says otherwise; compared with so many members."""

    def fact(t: Terminal) -> Event:
        number = look if look is not None else t.looks
        best = Candidate(PersonId(person), score) if person else None
        other = Candidate(PersonId(second[0]), second[1]) if second else None
        faces = 0 if hint is Hint.NO_FACE else 1
        return FaceSeen(FaceEvidence(number, 1, captured_at_ms, faces, hint, best, other, live, compared))

    return fact


def rings(name: str, generation: int) -> Event:
    """A timer, whatever generation."""
    return TimerFired(name, generation)
