"""What the seeded cloud gives back: a number is booked once, never more goes back than was captured.

Enter: asks and questions about refunds, in the cloud's own time. Leave: answers, and money. A bank takes
its time over some, refuses a few of those in the end, and takes days over others.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.core.charge import (
    ChargeRequest,
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    RefundRequest,
)
from agent.core.ids import PaymentKey, RefundKey
from simulator.seeds.clockwork import Clockwork

AT_ONCE_SHARE, REFUSED_SHARE = 0.5, 0.1  # of what may go back; the rest goes through a bank
TAKES_DAYS_SHARE, BANK_REFUSES_SHARE = 0.15, 0.15  # of what goes through a bank
BANK_MS = (1_000, 45_000)
BUSY = RefundRefused("conflict")  # to a copy of what is being worked on; says nothing of the first

Hear = Callable[[RefundAnswer], None]


class RefundBook:
    """`captured` knows what was charged under a key, `goes_back` hears of money as it moves."""

    def __init__(
        self,
        clock: Clockwork,
        captured: Callable[[PaymentKey], ChargeRequest | None],
        goes_back: Callable[[RefundRequest], None],
    ) -> None:
        self._clock = clock
        self._captured = captured
        self._goes_back = goes_back
        self.requests: dict[RefundKey, RefundRequest] = {}
        self.answers: dict[RefundKey, RefundAnswer] = {}
        self.takes_days: set[RefundKey] = set()
        self.rewritten: list[str] = []

    def takes(self, request: RefundRequest, hear: Hear) -> RefundAnswer:
        """Same number, same answer. `hear` is told later what a bank said in the end."""
        if self.requests.setdefault(request.key, request) != request:
            self.rewritten.append(request.key)
            return RefundRefused("conflict")
        if request.key not in self.answers:
            self._decides(request, hear)
        return self.answers[request.key]

    def knows(self, key: RefundKey) -> RefundAnswer:
        """What became of a number."""
        return self.answers.get(key, RefundNeverSeen())

    def _decides(self, request: RefundRequest, hear: Hear) -> None:
        chance = self._clock.chance.random()
        why = self._objection(request)
        if why or chance < REFUSED_SHARE:
            self.answers[request.key] = RefundRefused(why or "refused")
        elif chance < REFUSED_SHARE + AT_ONCE_SHARE:
            self._books(request)
        else:
            self.answers[request.key] = RefundAccepted()
            if self._clock.happens(TAKES_DAYS_SHARE):
                self.takes_days.add(request.key)
            else:
                self._clock.later(self._clock.between(*BANK_MS), lambda: self._bank_says(request, hear))

    def _objection(self, request: RefundRequest) -> str:
        charge = self._captured(request.payment_key)
        if charge is None or charge.order_id != request.order_id:
            return "not_paid"
        return "" if request.amount.amount_minor <= self._left_minor(charge) else "too_much"

    def _left_minor(self, charge: ChargeRequest) -> int:
        given = [
            part.amount.amount_minor
            for key, part in self.requests.items()
            if part.payment_key == charge.key
            and isinstance(self.answers.get(key), Refunded | RefundAccepted)
        ]
        return charge.amount.amount_minor - sum(given)

    def _bank_says(self, request: RefundRequest, hear: Hear) -> None:
        if self._clock.happens(BANK_REFUSES_SHARE):
            self.answers[request.key] = RefundRefused("refused")
        else:
            self._books(request)
        hear(self.answers[request.key])

    def _books(self, request: RefundRequest) -> None:
        self.answers[request.key] = Refunded()
        self._goes_back(request)
