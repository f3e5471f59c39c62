"""The cloud of a till to practise on: answers made up in this very process, and no wire to anywhere.

Enters: the wishes that a till would send. Leaves: answers as facts, a moment later, as they are due. It
knows no broker, no outbox and no client, and keeps nothing of who was to pay. How a payment ends follows
from the last two digits of the amount, so that refusals and doubt can be practised too: 01 is declined, for
02 the phone asks for a password first, to 03 nobody answers for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agent.core.benefits import Holdings
from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    Declined,
    FacePayer,
    NeverSeen,
    Pending,
    Refunded,
    RefundNeverSeen,
    Voided,
)
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund, AskRefundQuery, AskVoid
from agent.core.events import ChargeAnswered, Event, MemberFound, RecordsTaken, RefundAnswered
from agent.core.ids import PaymentKey, RefundKey
from agent.ports import Ask, OutboxRow

ANSWER_MS = 700  # as long as a good link takes: both screens say that one waits
PHONE_MS = 6_000
SILENT_MS = 20_000
POINTS = 500
DECLINED, ON_THE_PHONE, SILENT = 1, 2, 3
"""The last two digits of an amount, and what comes of it; any other is paid."""


class PracticeCloud:
    """The `CloudLink` port, without a cloud."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._waiting: list[tuple[int, Event]] = []
        self._answers: dict[PaymentKey, tuple[int, Answer]] = {}
        self._silent_until_ms: dict[PaymentKey, int] = {}
        self._refunds: set[RefundKey] = set()

    # --- the port -----------------------------------------------------------------------------------

    def ask(self, wish: Ask) -> None:
        match wish:
            case AskCharge(request=request):
                self._charge(request)
            case AskQuery(key=key):
                self._say(key, self._standing(key))
            case AskVoid(key=key):
                self._void(key)
            case AskRefund(request=request):
                self._refunds.add(request.key)
                self._later(RefundAnswered(request.key, Refunded()))
            case AskRefundQuery(key=key):
                known = Refunded() if key in self._refunds else RefundNeverSeen()
                self._later(RefundAnswered(key, known))
            case AskMember(number=number, person=person):
                self._later(MemberFound(number, Holdings(person, points=POINTS)))

    def deliver(self, rows: Iterable[OutboxRow]) -> None:
        """Taken at once, and read by nobody."""
        if ids := tuple(row.id for row in rows):
            self._later(RecordsTaken(ids))

    # --- time ---------------------------------------------------------------------------------------

    def due(self) -> list[Event]:
        """The answers whose time has come, in order."""
        now_ms = self._now_ms()
        come = [event for due_ms, event in self._waiting if due_ms <= now_ms]
        self._waiting = [one for one in self._waiting if one[0] > now_ms]
        return come

    def next_ms(self) -> int | None:
        return min((due_ms for due_ms, _ in self._waiting), default=None)

    # --- how it ends --------------------------------------------------------------------------------

    def _charge(self, request: ChargeRequest) -> None:
        if request.key in self._answers:
            self._say(request.key, self._standing(request.key))
            return
        ending = request.amount.amount_minor % 100
        captured = _captured(request)
        if ending == DECLINED:
            self._decide(request.key, Declined("funds"))
        elif ending == ON_THE_PHONE:
            self._decide(request.key, captured, PHONE_MS)
            self._later(ChargeAnswered(request.key, Pending()))
            return
        elif ending == SILENT:
            self._decide(request.key, captured, SILENT_MS)
            self._silent_until_ms[request.key] = self._now_ms() + SILENT_MS
        else:
            self._decide(request.key, captured)
        self._say(request.key, self._standing(request.key))

    def _decide(self, key: PaymentKey, answer: Answer, after_ms: int = 0) -> None:
        self._answers[key] = (self._now_ms() + after_ms, answer)

    def _standing(self, key: PaymentKey) -> Answer:
        if key not in self._answers:
            return NeverSeen()
        known_at_ms, answer = self._answers[key]
        return answer if known_at_ms <= self._now_ms() else Pending()

    def _void(self, key: PaymentKey) -> None:
        """Fences the key, unless it was captured by now."""
        if not isinstance(self._standing(key), Captured | Declined):
            self._decide(key, Voided())
        self._say(key, self._standing(key))

    def _say(self, key: PaymentKey, answer: Answer) -> None:
        if self._silent_until_ms.get(key, 0) <= self._now_ms():
            self._later(ChargeAnswered(key, answer))

    def _later(self, event: Event) -> None:
        self._waiting.append((self._now_ms() + ANSWER_MS, event))


def _captured(request: ChargeRequest) -> Captured:
    if not isinstance(request.payer, FacePayer):
        return Captured()
    earned = request.amount.amount_minor // 100
    return Captured(earned, POINTS - request.used.points + earned)
