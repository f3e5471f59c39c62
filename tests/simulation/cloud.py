"""A cloud in memory that keeps the contract of `core.charge`, and decides by the seed's dice.

Same key, same answer; a fence is for ever, even for a key never seen; a charge that comes after its
deadline is refused; other content under a known key is refused and changes nothing.
"""

from __future__ import annotations

from random import Random

from agent.core.charge import Answer, Captured, ChargeRequest, Declined, NeverSeen, Pending, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.ids import PaymentKey

CAPTURED_SHARE, PENDING_SHARE = 0.6, 0.2  # of the charges that come in time; the rest is declined


class Cloud:
    """Ledger and rules."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._answers: dict[PaymentKey, Answer] = {}
        self._requests: dict[PaymentKey, ChargeRequest] = {}
        self.captures: list[ChargeRequest] = []

    def hears(self, wish: AskCharge | AskQuery | AskVoid, utc_ms: int) -> Answer:
        """What it answers to one message."""
        match wish:
            case AskCharge(request=request):
                return self._charge(request, utc_ms)
            case AskQuery(key=key):
                return self._answers.get(key, NeverSeen())
            case AskVoid(key=key):
                if not isinstance(self._answers.get(key), Captured | Declined):
                    self._answers[key] = Voided()
                return self._answers[key]

    def settles(self, key: PaymentKey) -> Answer:
        """The customer typed the password, or gave up."""
        if isinstance(self._answers.get(key), Pending):
            self._book(self._requests[key], self._chance.random() < CAPTURED_SHARE)
        return self._answers[key]

    def _charge(self, request: ChargeRequest, utc_ms: int) -> Answer:
        known = self._requests.setdefault(request.key, request)
        if known != request:
            return Declined("conflict")
        if request.key not in self._answers:
            dice = self._chance.random()
            if utc_ms > request.deadline_utc_ms:
                self._answers[request.key] = Declined("late")
            elif dice < PENDING_SHARE:
                self._answers[request.key] = Pending()
            else:
                self._book(request, dice < PENDING_SHARE + CAPTURED_SHARE)
        return self._answers[request.key]

    def _book(self, request: ChargeRequest, captured: bool) -> None:
        self._answers[request.key] = Captured(1, 1) if captured else Declined("funds")
        if captured:
            self.captures.append(request)
