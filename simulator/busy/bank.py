"""The cloud of a busy day: always there, answers in a moment, and keeps the promise of one key.

Enters: what the loop asks and delivers. Leaves: answers and acknowledgements, unless the process that
asked has died meanwhile. Faults of the cloud belong to the seeds; here only cables come loose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from agent.core.charge import Answer, Captured, NeverSeen, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.events import ChargeAnswered, Device, DeviceUp, RecordsTaken
from agent.core.ids import PaymentKey
from agent.ports import Ask, OutboxRow, Post
from simulator.seeds.clockwork import Clockwork

CONNECT_MS, ANSWER_MS, TAKEN_MS = (200, 900), (150, 1_500), (50, 400)


class Bank:
    """`ports.CloudLink`, and the ledger behind it."""

    def __init__(self, clock: Clockwork) -> None:
        self._clock = clock
        self._post: Post | None = None
        self._answers: dict[PaymentKey, Answer] = {}
        self.captures: Counter[str] = Counter()

    def attach(self, post: Post) -> None:
        self._post = post
        self._soon(CONNECT_MS, DeviceUp(Device.CLOUD))

    def detach(self) -> None:
        self._post = None

    def ask(self, wish: Ask) -> None:
        match wish:
            case AskCharge(request=request):
                if request.key not in self._answers:
                    self._answers[request.key] = Captured(1, 1)
                    self.captures[request.order_id] += 1
                key = request.key
            case AskQuery(key=key):
                pass
            case AskVoid(key=key):
                self._answers.setdefault(key, Voided())
            case _:
                return
        self._soon(ANSWER_MS, ChargeAnswered(key, self._answers.get(key, NeverSeen())))

    def deliver(self, rows: Iterable[OutboxRow]) -> None:
        if ids := tuple(row.id for row in rows):
            self._soon(TAKEN_MS, RecordsTaken(ids))

    def _soon(self, within_ms: tuple[int, int], fact: ChargeAnswered | RecordsTaken | DeviceUp) -> None:
        post = self._post
        self._clock.later(
            self._clock.between(*within_ms), lambda: post(fact) if post and post == self._post else None
        )
