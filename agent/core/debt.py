"""The debt machine: goods that left on trust, and how their money is asked for later.

Enters: its turn has come, what the payment machine made of the charge, days gone by, what a manager and
later the cloud say of a held one, the cloud's word that it was settled elsewhere. Leaves: the charges,
queries and voids of its own payment. The table is the whole machine; `docs/debt.md` is drawn from it.

A debt never asks twice at once: each try is one attempt of its one payment, and the next begins only when
that payment is ready again, which silence never makes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from agent.core import payment as pay
from agent.core.commands import Command, KeepRecord
from agent.core.events import Instant
from agent.core.ids import OrderId, PersonId
from agent.core.payment import Payment, Phase, Waits
from agent.core.visit import Summary

DAY_MS, HOUR_MS = 86_400_000, 3_600_000


class DebtPhase(StrEnum):
    """Where the money of goods on trust stands."""

    RESERVED = "reserved"
    COLLECTING = "collecting"
    REFUSED = "refused"
    COLLECTED = "collected"
    NAMED = "named"
    HELD = "held"
    VOUCHED = "vouched"
    SETTLED = "settled"


MEANING: dict[DebtPhase, str] = {
    DebtPhase.RESERVED: "The goods left on trust; nothing was asked for yet.",
    DebtPhase.COLLECTING: "Its payment is in flight: asked, waiting, unknown or being fenced.",
    DebtPhase.REFUSED: "The last try is known not charged; the next waits for its hour.",
    DebtPhase.COLLECTED: "Captured, once.",
    DebtPhase.NAMED: "Known not charged, and not asked for any more; a person settles it.",
    DebtPhase.HELD: "Unknown for longer than keys are remembered; a person says, the key is asked about.",
    DebtPhase.VOUCHED: "A manager says that it was paid; the cloud is still asked.",
    DebtPhase.SETTLED: "The cloud says that it was settled elsewhere.",
}


class DebtSignal(StrEnum):
    """What can happen to a debt."""

    BEGIN = "begin"
    CAPTURED = "captured"
    NOT_CHARGED = "not charged"
    HORIZON = "horizon"
    OVERDUE = "overdue"
    VOUCHED = "a person says paid"
    SETTLED = "settled"


D, S = DebtPhase, DebtSignal

DEBT_TABLE: dict[DebtPhase, dict[DebtSignal, DebtPhase]] = {
    D.RESERVED: {S.BEGIN: D.COLLECTING},
    D.COLLECTING: {
        S.CAPTURED: D.COLLECTED,
        S.NOT_CHARGED: D.REFUSED,
        S.HORIZON: D.HELD,
    },
    D.REFUSED: {S.BEGIN: D.COLLECTING, S.OVERDUE: D.NAMED},
    D.COLLECTED: {},
    D.NAMED: {S.SETTLED: D.SETTLED},
    D.HELD: {
        S.VOUCHED: D.VOUCHED,
        S.CAPTURED: D.COLLECTED,
        S.NOT_CHARGED: D.NAMED,
        S.SETTLED: D.SETTLED,
    },
    D.VOUCHED: {S.CAPTURED: D.COLLECTED, S.NOT_CHARGED: D.NAMED, S.SETTLED: D.SETTLED},
    D.SETTLED: {},
}

OPEN = frozenset({D.RESERVED, D.COLLECTING, D.REFUSED})
OVER = frozenset({D.COLLECTED, D.SETTLED})
"""Nothing is owed any more, and nothing can come after."""
PAID_UP = OVER | {D.VOUCHED}
"""Every other phase is unpaid and counts against the limits."""
STANDS: dict[DebtPhase, frozenset[Phase]] = {
    D.RESERVED: frozenset({Phase.READY}),
    D.COLLECTING: pay.IN_FLIGHT,
    D.REFUSED: frozenset({Phase.READY}),
    D.COLLECTED: frozenset({Phase.PAID, Phase.HELD}),
    D.NAMED: frozenset({Phase.READY, Phase.HELD}),
    D.HELD: frozenset({Phase.HELD}),
    D.VOUCHED: frozenset({Phase.HELD}),
    D.SETTLED: frozenset({Phase.READY, Phase.HELD}),
}
"""Which phases of its payment go with each phase of a debt. Held, the payment has come to its end: what
becomes of its key is a case behind the till (`core.held`), and the debt follows the case."""
ENDED_BY: dict[Phase, DebtSignal] = {
    Phase.PAID: S.CAPTURED,
    Phase.READY: S.NOT_CHARGED,
    Phase.HELD: S.HORIZON,
}


@dataclass(frozen=True, slots=True)
class CollectTries:
    """When a debt may be asked for; all from the profile's [offline]."""

    tries_a_day: int
    from_hour: int
    until_hour: int
    utc_offset_ms: int
    try_again_ms: int
    hand_over_after_ms: int


@dataclass(frozen=True, slots=True)
class Debt:
    """One order on trust. `payment` is its own: ready between two tries, in flight during one.

    `tries` counts those of the local day `day`. Times are UTC, since a debt outlives the process.
    """

    payment: Payment
    person: PersonId
    owed_utc_ms: int
    phase: DebtPhase = DebtPhase.RESERVED
    day: int = 0
    tries: int = 0
    tried_utc_ms: int = 0
    refused_utc_ms: int = 0
    identify_ms: int | None = None

    @property
    def order_id(self) -> OrderId:
        return self.payment.order_id

    @property
    def amount_minor(self) -> int:
        return self.payment.amount.amount_minor

    @property
    def unpaid(self) -> bool:
        return self.phase not in PAID_UP


Step = tuple[Debt, tuple[Command, ...]]


def after(debt: Debt, signal: DebtSignal) -> Debt:
    """Look the signal up in the table. Not in it: refused here, in one place, and nothing changes."""
    phase = DEBT_TABLE[debt.phase].get(signal)
    return debt if phase is None else replace(debt, phase=phase)


def is_due(debt: Debt, tries: CollectTries, at: Instant) -> bool:
    """It may be asked for now: in allowed hours, not too often a day, not at once after a refusal."""
    hour = (at.utc_ms + tries.utc_offset_ms) % DAY_MS // HOUR_MS
    if S.BEGIN not in DEBT_TABLE[debt.phase] or not tries.from_hour <= hour < tries.until_hour:
        return False
    if debt.tried_utc_ms == 0:
        return True
    # abs: a clock that was wrong and is put right must not make a debt wait for years.
    rested = abs(at.utc_ms - debt.tried_utc_ms) >= tries.try_again_ms
    return rested and _tries_of(debt, _day(tries, at)) < tries.tries_a_day


def begin(debt: Debt, tries: CollectTries, waits: Waits, at: Instant) -> Step:
    """One more try, under a key of its own. Refused unless the last one is known not charged."""
    payment, wishes = pay.ask_face(debt.payment, debt.person, waits, at)
    begun = after(debt, S.BEGIN)
    if not payment.in_flight or begun is debt:
        return debt, ()
    day = _day(tries, at)
    counted = replace(begun, day=day, tries=_tries_of(debt, day) + 1, tried_utc_ms=at.utc_ms)
    return replace(counted, payment=payment), wishes


def moved(debt: Debt, step: pay.Step, at: Instant) -> Step:
    """Take over what the payment machine decided; where the payment came to an end, so does the try."""
    payment, wishes = step
    now = replace(debt, payment=payment)
    if payment.in_flight:
        return now, wishes
    ended = after(now, ENDED_BY[payment.phase])
    if ended.phase is D.REFUSED:
        first_utc_ms = ended.refused_utc_ms or at.utc_ms
        ended = replace(ended, tried_utc_ms=at.utc_ms, refused_utc_ms=first_utc_ms)
    return ended, wishes


def is_overdue(debt: Debt, tries: CollectTries, at: Instant) -> bool:
    """Refused for so long that a person has to look after it."""
    waited_ms = abs(at.utc_ms - debt.refused_utc_ms)
    return debt.phase is D.REFUSED and waited_ms >= tries.hand_over_after_ms


def summary(debt: Debt) -> Summary:
    """How the order stands, for the cashier's list and `hyla orders`."""
    outcome = {
        D.COLLECTED: "paid",
        D.HELD: "held",
        D.VOUCHED: "paid",
        D.NAMED: "named",
        D.SETTLED: "settled",
    }
    return Summary(
        order_id=debt.order_id,
        method="face",
        amount=debt.payment.amount,
        outcome=outcome.get(debt.phase, "owed"),
        attempts=debt.payment.attempt,
        person=debt.person,
        identify_ms=debt.identify_ms,
        answer_ms=None,
    )


def record(debt: Debt) -> KeepRecord:
    """What the cloud is told once a debt is collected, named or held."""
    data: dict[str, object] = {
        "order_id": debt.order_id,
        "payment_key": debt.payment.key,
        "outcome": debt.phase.value,
        "reason": debt.payment.reason,
        "person": debt.person,
        "attempts": debt.payment.attempt,
        "amount_minor": debt.amount_minor,
        "currency": debt.payment.amount.currency,
    }
    return KeepRecord(f"{debt.order_id}-debt", "debt", data)


def _day(tries: CollectTries, at: Instant) -> int:
    return (at.utc_ms + tries.utc_offset_ms) // DAY_MS


def _tries_of(debt: Debt, day: int) -> int:
    return debt.tries if debt.day == day else 0
