"""The refund machine of one part given back: its table and its step.

Enters: the cloud's answers, silence, the link. Leaves: asks and queries under one number. A number is
booked once however often it is sent, so a refund is repeated until somebody speaks, never renumbered.
The table below is the whole machine; a signal it does not list changes nothing. `docs/refund.md` is
drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from agent.core.charge import (
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    RefundRequest,
)
from agent.core.commands import AskRefund, AskRefundQuery, Command, StartTimer
from agent.core.events import Instant
from agent.core.ids import OrderId, RefundKey, refund_key
from agent.core.money import Money
from agent.core.sold import SoldOrder


class Standing(StrEnum):
    """Where a refund stands."""

    ASKING = "asking"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REFUNDED = "refunded"
    REFUSED = "refused"


MEANING: dict[Standing, str] = {
    Standing.ASKING: "The refund was sent; its answer is awaited.",
    Standing.UNKNOWN: "Silence. The cloud is asked what became of it, under the same number.",
    Standing.ACCEPTED: "The provider has agreed; the money is not back yet.",
    Standing.REFUNDED: "Given back, once.",
    Standing.REFUSED: "Known not given back; another part may be tried.",
}


class Signal(StrEnum):
    """What can happen to a refund."""

    REFUNDED = "refunded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NEVER_SEEN = "never seen"
    SILENCE = "silence"
    QUERY_DUE = "query due"
    LINK_LOST = "link lost"
    LINK_BACK = "link back"
    RESTARTED = "restarted"


class Act(StrEnum):
    """What goes out with a step."""

    SEND = "send"
    QUERY = "query"
    WAIT = "wait"
    REST = "rest"


R, S, A = Standing, Signal, Act
Row = tuple[Standing, Act]

TABLE: dict[Standing, dict[Signal, Row]] = {
    R.ASKING: {
        S.REFUNDED: (R.REFUNDED, A.REST),
        S.ACCEPTED: (R.ACCEPTED, A.WAIT),
        S.REFUSED: (R.REFUSED, A.REST),
        S.SILENCE: (R.UNKNOWN, A.QUERY),
        S.LINK_LOST: (R.UNKNOWN, A.WAIT),
        S.RESTARTED: (R.UNKNOWN, A.QUERY),
    },
    R.UNKNOWN: {
        S.REFUNDED: (R.REFUNDED, A.REST),
        S.ACCEPTED: (R.ACCEPTED, A.WAIT),
        S.REFUSED: (R.REFUSED, A.REST),
        S.NEVER_SEEN: (R.ASKING, A.SEND),
        S.QUERY_DUE: (R.UNKNOWN, A.QUERY),
        S.LINK_BACK: (R.UNKNOWN, A.QUERY),
        S.RESTARTED: (R.UNKNOWN, A.QUERY),
    },
    R.ACCEPTED: {
        S.REFUNDED: (R.REFUNDED, A.REST),
        S.REFUSED: (R.REFUSED, A.REST),
        S.NEVER_SEEN: (R.UNKNOWN, A.QUERY),
        S.QUERY_DUE: (R.ACCEPTED, A.QUERY),
        S.LINK_BACK: (R.ACCEPTED, A.QUERY),
        S.RESTARTED: (R.ACCEPTED, A.QUERY),
    },
    R.REFUNDED: {},
    R.REFUSED: {},
}

FINAL = frozenset(standing for standing, row in TABLE.items() if not row)
TIMER = "refund:"
PATIENCE_MAX_MS = 3_600_000  # a provider may take days; nobody asks more often than it helps


@dataclass(frozen=True, slots=True)
class RefundWaits:
    """When to doubt and when to ask again; the same figures as a payment's."""

    answer_wait_ms: int
    query_every_ms: int


@dataclass(frozen=True, slots=True)
class Refund:
    """One part of an order on its way back. Without a request it was handed over in cash."""

    key: RefundKey
    order_id: OrderId
    part: int
    amount: Money
    method: str
    request: RefundRequest | None
    standing: Standing = Standing.ASKING
    reason: str = ""
    queries: int = 0
    timer: int = 0
    asked_utc_ms: int = 0

    @property
    def open(self) -> bool:
        return self.standing not in FINAL


Step = tuple[Refund, tuple[Command, ...]]


def begin(order: SoldOrder, amount: Money, waits: RefundWaits, at: Instant) -> Step:
    """Number the next part and send it. Cash needs nobody's answer: it is given back as it is counted."""
    part = order.parts + 1
    key = refund_key(order.order_id, part, amount.amount_minor)
    fresh = Refund(key, order.order_id, part, amount, order.method, None, asked_utc_ms=at.utc_ms)
    if order.payment_key is None:
        return replace(fresh, standing=Standing.REFUNDED), ()
    request = RefundRequest(key, order.payment_key, order.order_id, amount)
    return _carry_out(replace(fresh, request=request), Act.SEND, waits)


def answered(refund: Refund, answer: RefundAnswer, waits: RefundWaits) -> Step:
    """The cloud spoke about this number."""
    match answer:
        case Refunded():
            return step(refund, Signal.REFUNDED, waits)
        case RefundAccepted():
            return step(refund, Signal.ACCEPTED, waits)
        case RefundRefused(reason="conflict"):  # of a repeat's content; says nothing of what the number did
            return step(refund, Signal.SILENCE, waits)
        case RefundRefused(reason=reason):
            refused, wishes = step(refund, Signal.REFUSED, waits)
            return (refused if refused is refund else replace(refused, reason=reason)), wishes
        case RefundNeverSeen():
            return step(refund, Signal.NEVER_SEEN, waits)
        case _:
            assert_never(answer)


def timer_fired(refund: Refund, generation: int, waits: RefundWaits) -> Step:
    """The refund's one timer: doubt, or the next question."""
    if generation != refund.timer or not refund.open:
        return refund, ()
    due = Signal.SILENCE if refund.standing is Standing.ASKING else Signal.QUERY_DUE
    return step(refund, due, waits)


def restarted(refund: Refund, waits: RefundWaits) -> Step:
    """The process came back, and asks soon again."""
    return step(replace(refund, queries=0) if refund.open else refund, Signal.RESTARTED, waits)


def step(refund: Refund, signal: Signal, waits: RefundWaits) -> Step:
    """Look the signal up in the table. Not in it: refused here, in one place, and nothing changes."""
    row = TABLE[refund.standing].get(signal)
    if row is None:
        return refund, ()
    standing, act = row
    queries = 0 if signal is Signal.LINK_BACK else refund.queries  # what was asked into the void counts not
    return _carry_out(replace(refund, standing=standing, queries=queries), act, waits)


def timer_name(key: RefundKey) -> str:
    """One timer a refund."""
    return f"{TIMER}{key}"


def _carry_out(refund: Refund, act: Act, waits: RefundWaits) -> Step:
    request = refund.request
    if act is Act.REST or request is None:
        return refund, ()
    match act:
        case Act.SEND:
            return _armed(refund, waits.answer_wait_ms, AskRefund(request))
        case Act.QUERY:
            asked = replace(refund, queries=refund.queries + 1)
            return _armed(asked, _patience_ms(asked, waits), AskRefundQuery(request.key))
        case Act.WAIT:
            return _armed(refund, _patience_ms(refund, waits))
        case _:
            assert_never(act)


def _armed(refund: Refund, after_ms: int, *wishes: Command) -> Step:
    armed = replace(refund, timer=refund.timer + 1)
    return armed, (*wishes, StartTimer(timer_name(refund.key), armed.timer, after_ms))


def _patience_ms(refund: Refund, waits: RefundWaits) -> int:
    """Twice as long after each question, up to an hour."""
    return min(waits.query_every_ms << min(refund.queries, 16), PATIENCE_MAX_MS)
