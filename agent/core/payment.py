"""The payment machine of one order: its table and its step.

Enters: signals (the customer asks, the cloud answers, time passes, the link comes and goes). Leaves:
asks, queries and voids under one key. The table below is the whole machine; a signal it does not
list changes nothing. `docs/payment.md` is drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from agent.core.benefits import NOTHING_USED, Gift, Used
from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    NeverSeen,
    Payer,
    Pending,
    Voided,
)
from agent.core.commands import AskCharge, AskQuery, AskVoid, Command, StartTimer
from agent.core.events import Instant
from agent.core.ids import OrderId, PaymentKey, PersonId, Secret, payment_key
from agent.core.money import Money


class Phase(StrEnum):
    """Where an order's money stands."""

    READY = "ready"
    ASKING = "asking"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    VOIDING = "voiding"
    PAID = "paid"
    CLOSED = "closed"
    OWED = "owed"
    HELD = "held"


MEANING: dict[Phase, str] = {
    Phase.READY: "Nothing is in flight; one attempt may be made.",
    Phase.ASKING: "A charge was sent; its answer is awaited.",
    Phase.WAITING: "The cloud has the charge; the customer or the provider is not done.",
    Phase.UNKNOWN: "Silence. The cloud is asked what became of the charge; nobody may pay again.",
    Phase.VOIDING: "The key is being fenced, so that a late charge can never land.",
    Phase.PAID: "Captured, once.",
    Phase.CLOSED: "Given up between attempts; nothing was captured.",
    Phase.OWED: "The goods left on trust, nothing was asked; the money is collected later as a debt.",
    Phase.HELD: "Unknown for longer than keys are remembered; a person settles it.",
}


class Signal(StrEnum):
    """What can happen to a payment."""

    ASK = "ask"
    TENDERED = "tendered"
    CAPTURED = "captured"
    DECLINED = "declined"
    PENDING = "pending"
    NEVER_SEEN = "never seen"
    VOIDED = "voided"
    SILENCE = "silence"
    QUERY_DUE = "query due"
    VOID_DUE = "void due"
    HORIZON = "horizon"
    LINK_LOST = "link lost"
    LINK_BACK = "link back"
    RESTARTED = "restarted"
    GIVE_UP = "give up"
    OWE = "owe"


class Act(StrEnum):
    """What goes out with a step."""

    CHARGE = "charge"
    QUERY = "query"
    VOID = "void"
    WAIT = "wait"
    REST = "rest"


P, S, A = Phase, Signal, Act
Row = tuple[Phase, Act]

TABLE: dict[Phase, dict[Signal, Row]] = {
    P.READY: {
        S.ASK: (P.ASKING, A.CHARGE),
        S.TENDERED: (P.PAID, A.REST),
        S.GIVE_UP: (P.CLOSED, A.REST),
        S.OWE: (P.OWED, A.REST),
    },
    P.ASKING: {
        S.CAPTURED: (P.PAID, A.REST),
        S.DECLINED: (P.READY, A.REST),
        S.PENDING: (P.WAITING, A.WAIT),
        S.SILENCE: (P.UNKNOWN, A.QUERY),
        S.LINK_LOST: (P.UNKNOWN, A.WAIT),
        S.RESTARTED: (P.UNKNOWN, A.QUERY),
        S.VOIDED: (P.READY, A.REST),
    },
    P.WAITING: {
        S.CAPTURED: (P.PAID, A.REST),
        S.DECLINED: (P.READY, A.REST),
        S.PENDING: (P.WAITING, A.REST),
        S.NEVER_SEEN: (P.UNKNOWN, A.WAIT),
        S.QUERY_DUE: (P.WAITING, A.QUERY),
        S.SILENCE: (P.UNKNOWN, A.QUERY),
        S.VOID_DUE: (P.VOIDING, A.VOID),
        S.LINK_LOST: (P.UNKNOWN, A.WAIT),
        S.RESTARTED: (P.UNKNOWN, A.QUERY),
        S.VOIDED: (P.READY, A.REST),
    },
    P.UNKNOWN: {
        S.CAPTURED: (P.PAID, A.REST),
        S.DECLINED: (P.READY, A.REST),
        S.PENDING: (P.WAITING, A.WAIT),
        S.NEVER_SEEN: (P.UNKNOWN, A.WAIT),
        S.VOIDED: (P.READY, A.REST),
        S.QUERY_DUE: (P.UNKNOWN, A.QUERY),
        S.VOID_DUE: (P.VOIDING, A.VOID),
        S.HORIZON: (P.HELD, A.REST),
        S.LINK_LOST: (P.UNKNOWN, A.REST),
        S.LINK_BACK: (P.UNKNOWN, A.QUERY),
        S.RESTARTED: (P.UNKNOWN, A.QUERY),
    },
    P.VOIDING: {
        S.CAPTURED: (P.PAID, A.REST),
        S.DECLINED: (P.READY, A.REST),
        S.VOIDED: (P.READY, A.REST),
        S.VOID_DUE: (P.VOIDING, A.VOID),
        S.HORIZON: (P.HELD, A.REST),
        S.LINK_BACK: (P.VOIDING, A.VOID),
        S.RESTARTED: (P.VOIDING, A.VOID),
    },
    P.PAID: {},
    P.CLOSED: {},
    P.OWED: {},
    P.HELD: {},
}

CASH, FACE = "cash", "face"
IN_FLIGHT = frozenset({P.ASKING, P.WAITING, P.UNKNOWN, P.VOIDING})
FINAL = frozenset(phase for phase, row in TABLE.items() if not row)


@dataclass(frozen=True, slots=True)
class Timetable:
    """How often a charge of one network is asked about, when it may be fenced at the earliest, and after
    how long it is, though it is still pending."""

    network: str
    query_every_ms: int
    void_after_ms: int
    give_up_after_ms: int


@dataclass(frozen=True, slots=True)
class Waits:
    """When to doubt, ask again, fence and hand over; all from the profile's [payment] and [[networks]]."""

    answer_wait_ms: int
    query_every_ms: int
    charge_ttl_ms: int
    void_face_after_ms: int
    void_code_after_ms: int
    give_up_after_ms: int
    horizon_ms: int
    networks: tuple[Timetable, ...] = ()

    def of(self, method: str) -> Timetable:
        """`face`, or the network of a code; one without a timetable of its own goes by [payment]."""
        own = next((one for one in self.networks if one.network == method), None)
        void_after_ms = self.void_face_after_ms if method == FACE else self.void_code_after_ms
        return own or Timetable(method, self.query_every_ms, void_after_ms, self.give_up_after_ms)


@dataclass(frozen=True, slots=True)
class Payment:
    """An order's money. `request` is the attempt in flight, or the last one made; `tendered` is the cash
    handed over, and then no attempt paid. `amount` is what is asked for; what is `used` of a member's
    besides has been taken off it."""

    order_id: OrderId
    amount: Money
    goods_digest: str
    phase: Phase = Phase.READY
    attempt: int = 0
    request: ChargeRequest | None = None
    asked_at_ms: int = 0
    never_seen: bool = False
    heard: bool = False
    reason: str = ""
    points_earned: int = 0
    points_balance: int = 0
    timer: int = 0
    tendered: Money | None = None
    used: Used = NOTHING_USED
    gift: Gift | None = None

    @property
    def key(self) -> PaymentKey | None:
        return self.request.key if self.request else None

    @property
    def in_flight(self) -> bool:
        return self.phase in IN_FLIGHT

    @property
    def method(self) -> str:
        """`face`, the network of the code, or `cash`; empty before the first attempt."""
        if self.tendered is not None:
            return CASH
        match self.request.payer if self.request else None:
            case FacePayer():
                return FACE
            case CodePayer(network=network):
                return network
            case None:
                return ""

    @property
    def change(self) -> Money | None:
        """What goes back over the counter; None unless it was paid in cash."""
        if self.tendered is None:
            return None
        return Money(self.tendered.amount_minor - self.amount.amount_minor, self.amount.currency)

    @property
    def paid_key(self) -> PaymentKey | None:
        """The attempt that paid; None when none did, or cash."""
        return self.key if self.phase is Phase.PAID and self.tendered is None else None

    @property
    def person(self) -> PersonId | None:
        if self.tendered is not None:
            return None
        match self.request.payer if self.request else None:
            case FacePayer(person=person):
                return person
            case _:
                return None


Step = tuple[Payment, tuple[Command, ...]]


def priced(payment: Payment, amount: Money, used: Used) -> Payment:
    """The price between two attempts, and what is used for it. Refused while money is asked for."""
    return replace(payment, amount=amount, used=used) if Signal.ASK in TABLE[payment.phase] else payment


def ask_face(payment: Payment, person: PersonId, waits: Waits, at: Instant) -> Step:
    """Charge the member who confirmed. Refused unless the payment is ready."""
    return _ask(payment, FacePayer(person), waits, at)


def ask_code(payment: Payment, network: str, code: Secret, waits: Waits, at: Instant) -> Step:
    """Charge whoever showed this code. Refused unless the payment is ready."""
    return _ask(payment, CodePayer(network, code), waits, at)


def take_cash(payment: Payment, tendered: Money, waits: Waits, at: Instant) -> Step:
    """Cash was counted. Refused unless the payment is ready and it is enough: an attempt whose end is not
    known is never paid a second time, not even in cash."""
    if tendered.currency != payment.amount.currency or tendered.amount_minor < payment.amount.amount_minor:
        return payment, ()
    return step(replace(payment, tendered=tendered), Signal.TENDERED, waits, at, otherwise=payment)


def answered(payment: Payment, key: PaymentKey, answer: Answer, waits: Waits, at: Instant) -> Step:
    """The cloud spoke. An answer for another key than the one in flight changes nothing."""
    if key != payment.key:
        return payment, ()
    heard = replace(payment, heard=True)
    match answer:
        case Captured(points_earned=earned, points_balance=balance, gift=gift):
            booked = replace(heard, points_earned=earned, points_balance=balance, gift=gift)
            return step(booked, Signal.CAPTURED, waits, at, otherwise=payment)
        case Declined(reason="conflict"):  # of a repeat's content; says nothing of what the key did
            return step(heard, Signal.SILENCE, waits, at, otherwise=payment)
        case Declined(reason=reason):
            return step(replace(heard, reason=reason), Signal.DECLINED, waits, at, otherwise=payment)
        case Voided():
            return step(replace(heard, reason="voided"), Signal.VOIDED, waits, at, otherwise=payment)
        case Pending():
            return step(replace(heard, never_seen=False), Signal.PENDING, waits, at, otherwise=payment)
        case NeverSeen():
            return step(replace(heard, never_seen=True), Signal.NEVER_SEEN, waits, at, otherwise=payment)
        case _:
            assert_never(answer)


def timer_fired(payment: Payment, generation: int, waits: Waits, at: Instant) -> Step:
    """The payment's one timer: what is due depends on how long the charge has been out."""
    if generation != payment.timer or not payment.in_flight:
        return payment, ()
    return step(payment, _due(payment, waits, at), waits, at)


def asked_now(payment: Payment, waits: Waits, at: Instant) -> Step:
    """Somebody wants to know at once. What is due anyway comes first, so that asking again and again
    never puts off a void."""
    if payment.phase is not Phase.UNKNOWN:
        return payment, ()
    return step(payment, _due(payment, waits, at), waits, at)


def restarted(payment: Payment, waits: Waits, at: Instant) -> Step:
    """The process came back. The clock starts anew, which only ever delays a void or a hand-over."""
    return step(replace(payment, asked_at_ms=at.mono_ms), Signal.RESTARTED, waits, at, otherwise=payment)


def step(
    payment: Payment, signal: Signal, waits: Waits, at: Instant, otherwise: Payment | None = None
) -> Step:
    """Look the signal up in the table. Not in it: refused here, in one place, and nothing changes
    (`otherwise` is the payment to return then, when the given one already carries the answer)."""
    row = TABLE[payment.phase].get(signal)
    if row is None:
        return otherwise or payment, ()
    phase, act = row
    return _carry_out(replace(payment, phase=phase), act, waits, at)


def timer_name(order: OrderId) -> str:
    """One timer an order; a stale one of an earlier order can never be mistaken for it."""
    return f"payment:{order}"


def _ask(payment: Payment, payer: Payer, waits: Waits, at: Instant) -> Step:
    if Signal.ASK not in TABLE[payment.phase]:
        return payment, ()
    attempt = payment.attempt + 1
    request = ChargeRequest(
        key=payment_key(payment.order_id, attempt),
        order_id=payment.order_id,
        amount=payment.amount,
        payer=payer,
        goods_digest=payment.goods_digest,
        deadline_utc_ms=at.utc_ms + waits.charge_ttl_ms,
        used=payment.used,
    )
    fresh = replace(
        payment,
        attempt=attempt,
        request=request,
        asked_at_ms=at.mono_ms,
        never_seen=False,
        heard=False,
        reason="",
    )
    return step(fresh, Signal.ASK, waits, at)


def _carry_out(payment: Payment, act: Act, waits: Waits, at: Instant) -> Step:
    request = payment.request
    if act is Act.REST or request is None:
        return payment, ()
    every_ms = waits.of(payment.method).query_every_ms
    match act:
        case Act.CHARGE:
            return _armed(payment, waits.answer_wait_ms, AskCharge(request))
        case Act.QUERY:
            return _armed(replace(payment, heard=False), every_ms, AskQuery(request.key))
        case Act.VOID:
            return _armed(payment, every_ms, AskVoid(request.key))
        case Act.WAIT:
            return _armed(payment, _patience(payment, waits, at))
        case _:
            assert_never(act)


def _armed(payment: Payment, after_ms: int, *wishes: Command) -> Step:
    armed = replace(payment, timer=payment.timer + 1)
    return armed, (*wishes, StartTimer(timer_name(payment.order_id), armed.timer, after_ms))


def _due(payment: Payment, waits: Waits, at: Instant) -> Signal:
    out_ms = at.mono_ms - payment.asked_at_ms
    if payment.phase is Phase.ASKING:
        return Signal.SILENCE
    if out_ms >= waits.horizon_ms and payment.phase is not Phase.WAITING:
        return Signal.HORIZON
    if payment.phase is Phase.VOIDING or out_ms >= _void_after(payment, waits):
        return Signal.VOID_DUE
    if payment.phase is Phase.WAITING and not payment.heard:
        return Signal.SILENCE
    return Signal.QUERY_DUE


def _patience(payment: Payment, waits: Waits, at: Instant) -> int:
    """Until the next query, or until the void if that comes first."""
    to_void_ms = payment.asked_at_ms + _void_after(payment, waits) - at.mono_ms
    return max(0, min(waits.of(payment.method).query_every_ms, to_void_ms))


def _void_after(payment: Payment, waits: Waits) -> int:
    """A charge the cloud has never seen is fenced early, but not before its network allows it."""
    times = waits.of(payment.method)
    return times.void_after_ms if payment.never_seen else max(times.void_after_ms, times.give_up_after_ms)
