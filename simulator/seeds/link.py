"""The process's end of the wire: the real two lanes of `agent.cloud`, without a socket.

Enter: wishes and outbox rows from the loop, messages from the wire. Leave: what the cloud shall hear;
facts into the inbox. Dies with the process, as the lanes do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agent.cloud.lanes import AskLane, RecordLane
from agent.core.charge import Answer, CodePayer, RefundAnswer
from agent.core.commands import AskCharge, AskMember, AskRefund, AskRefundQuery
from agent.core.events import (
    ChargeAnswered,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    RecordsTaken,
    RefundAnswered,
)
from agent.core.ids import PaymentKey, RefundKey
from agent.ports import Ask, AskStatement, OutboxRow, Post
from simulator.seeds.clockwork import Clockwork
from simulator.seeds.cloud import Cloud
from simulator.seeds.judge import Judge
from simulator.seeds.wire import Wire

WINDOW, RESEND_AFTER_MS = 4, 3_000
RECEIPT_MS, LOSS_SAID_MS = (5, 60), (0, 500)


class Link:
    """`ports.CloudLink` for one process of one till."""

    def __init__(
        self,
        clock: Clockwork,
        till: str,
        wire: Wire,
        cloud: Cloud,
        judge: Judge,
        post: Post,
        utc_ms: Callable[[], int],
    ) -> None:
        self._clock = clock
        self._till = till
        self._wire = wire
        self._cloud = cloud
        self._judge = judge
        self._post = post
        self._utc_ms = utc_ms
        self._asks = AskLane()
        self._records = RecordLane(WINDOW, RESEND_AFTER_MS)
        self._mid = 0
        self._loss_unsaid = False

    # --- ports.CloudLink --------------------------------------------------------------------------

    def ask(self, wish: Ask) -> None:
        self._asks.put(wish)
        self._send_asks()

    def deliver(self, rows: Iterable[OutboxRow]) -> None:
        self._records.add(rows)
        self._send_records()

    # --- wire.End ---------------------------------------------------------------------------------

    def connected(self) -> None:
        self._say_lost()
        self._records.reconnected()
        self._asks.open()
        self._post(DeviceUp(Device.CLOUD))
        if (marks := self._cloud.marks()) is not None:
            self._wire.to_till(marks)
        if (membership := self._cloud.membership()) is not None:
            self._wire.to_till(membership)
        self._send_asks()
        self._send_records()

    def lost(self) -> None:
        """The lane closes at once; the loop hears of it a moment later, from another thread."""
        self._asks.close()
        self._loss_unsaid = True
        self._clock.later(self._clock.between(*LOSS_SAID_MS), self._say_lost)

    def _say_lost(self) -> None:
        if self._loss_unsaid and self._wire.ends_at(self):
            self._loss_unsaid = False
            self._post(DeviceLost(Device.CLOUD, "lost"))

    def heard(self, event: Event) -> None:
        if isinstance(event, RecordsTaken):
            self._records.drop(event.ids)
            self._send_records()
        self._post(event)

    # --- sending ----------------------------------------------------------------------------------

    def _send_asks(self) -> None:
        if not self._wire.serves(self):
            return
        for wish in self._asks.take():
            if isinstance(wish, AskStatement):
                continue  # the bookkeeper works in no simulated day
            if not self._unsendable(wish):
                self._judge.leaves(wish)
                self._wire.to_cloud(lambda wish=wish: self._arrives_at_cloud(wish))  # type: ignore[misc]

    def _arrives_at_cloud(self, wish: Ask) -> None:
        if isinstance(wish, AskRefund | AskRefundQuery):
            self._cloud.hears_of_refund(wish, self._refund_answered)
        elif isinstance(wish, AskMember):
            self._cloud.hears_of_member(wish, self._wire.to_till)
        else:
            self._cloud.hears(wish, self._answered)

    def _unsendable(self, wish: Ask) -> bool:
        """As `agent.cloud.client` drops it: its deadline is over, or its code was forgotten."""
        if not isinstance(wish, AskCharge):
            return False
        payer = wish.request.payer
        forgotten = isinstance(payer, CodePayer) and payer.code.forgotten
        return forgotten or self._utc_ms() > wish.request.deadline_utc_ms

    def _answered(self, key: PaymentKey, answer: Answer) -> None:
        self._wire.to_till(ChargeAnswered(key, answer))

    def _refund_answered(self, key: RefundKey, answer: RefundAnswer) -> None:
        self._wire.to_till(RefundAnswered(key, answer))

    def _send_records(self) -> None:
        if not self._wire.serves(self):
            return
        for row in self._records.due(self._clock.now_ms):
            self._mid += 1
            self._records.sent(row.id, self._mid, self._clock.now_ms)
            self._wire.to_cloud(lambda row=row: self._arrives(row))  # type: ignore[misc]
            self._clock.later(self._clock.between(*RECEIPT_MS), lambda mid=self._mid: self._receipt(mid))  # type: ignore[misc]
            self._clock.later(RESEND_AFTER_MS, self._send_records)

    def _receipt(self, mid: int) -> None:
        """The broker has it. That the cloud has it, only the cloud can say."""
        if self._wire.serves(self):
            self._records.receipt(mid)

    def _arrives(self, row: OutboxRow) -> None:
        if self._cloud.keeps(self._till, row):
            self._wire.to_till(RecordsTaken((row.id,), self._cloud.reached(self._till)))
