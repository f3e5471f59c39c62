"""What the cloud does with what it hears: books it, and writes the letters that answer it.

Enter: batches of messages. Leave: letters, only after the commit. Owned by the cloud's thread.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from msgspec.structs import replace
from sqlalchemy.exc import DataError, DBAPIError

from agent.cloud import member_messages, messages, refund_messages, schema, statement_messages, topics
from agent.cloud.envelope import Unreadable
from agent.core.charge import (
    Answer,
    ChargeRequest,
    FacePayer,
    NeverSeen,
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
)
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund, AskRefundQuery, AskVoid
from agent.core.events import MemberFound
from agent.core.ids import DeviceId, PaymentKey, RefundKey
from agent.ports import AnyAsk, AskStatement, StatementPage
from simulator.faults import Faults
from simulator.ledger import Ledger, code_mark

log = logging.getLogger(__name__)

TRIES_MAX = 5

Said = tuple[PaymentKey, Answer] | tuple[RefundKey, RefundAnswer] | StatementPage | MemberFound


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, and where it came in. `known` is true for a charge that was held and is released."""

    address: topics.Address
    body: bytes
    correlation: bytes = b""
    known: bool = False


Kept = tuple[DeviceId, messages.Record, bytes]


@dataclass(frozen=True, slots=True, order=True)
class Letter:
    """A message to send at `due_s` of the monotonic clock."""

    due_s: float
    number: int
    topic: str
    body: bytes
    correlation: bytes = b""
    retain: bool = False


class Clerk:
    """`on_charge_received` is called before anything of the batch is booked."""

    def __init__(self, ledger: Ledger, faults: Faults, seed: int) -> None:
        self._ledger, self._faults, self._seed = ledger, faults, seed
        self._held: deque[Heard] = deque()
        self._numbers = count(1)
        self.on_charge_received: Callable[[ChargeRequest], None] | None = None

    def released(self) -> list[Heard]:
        """Charges that were held and may be booked now."""
        if self._faults.holding:
            return []
        held = [Heard(h.address, h.body, h.correlation, known=True) for h in self._held]
        self._held.clear()
        return held

    def work(self, batch: Sequence[Heard]) -> list[Letter]:
        """One batch, one commit; then the letters. Of two workers that decide the same thing at the same
        moment the store sends one back: it decides again and finds what the other decided.

        Raises:
            DBAPIError: nothing of the batch was booked; DataError: for something in it that cannot be kept.
        """
        asks = [(heard, ask) for heard in batch if (ask := self._understand(heard)) is not None]
        self._ledger.broken = self._ledger.refunds.broken = self._faults.broken
        self._ledger.benefits.broken = self._faults.broken
        self._ledger.statements.broken = self._faults.bill | self._faults.broken
        records = self._records(batch)
        for tries_left in reversed(range(TRIES_MAX)):
            try:
                self._ledger.begin(_utc_ms(), {name for _, ask in asks for name in subjects(ask)})
                booked = [(heard, self._book(heard.address.device, ask)) for heard, ask in asks]
                taken = self._keep_records(records)
                self._ledger.commit()
                break
            except DBAPIError as error:
                self._ledger.rollback()
                if not tries_left or isinstance(error, DataError):
                    raise
        answers = [(heard, said) for heard, said in booked if said is not None]
        letters = [letter for answer in answers for letter in self._answer(*answer)]
        return letters + [self._acknowledge(device, data) for device, data in taken.items()]

    def _understand(self, heard: Heard) -> AnyAsk | None:
        if heard.address.lane != "q":
            return None
        try:
            ask = messages.read_ask(heard.body)
        except Unreadable as reason:
            log.warning("%s asks in a way we do not read: %s", heard.address.device, reason)
            return None
        if isinstance(ask, AskCharge):
            if self.on_charge_received is not None and not heard.known:
                self.on_charge_received(ask.request)
            if self._faults.holding:
                self._held.append(heard)
                return None
        return ask

    def _book(self, device: DeviceId, ask: AnyAsk) -> Said | None:
        unheard = _unheard(ask)
        if unheard is not None and not self._ledger.may_ask(device, unheard[0]):
            return unheard
        match ask:
            case AskCharge(request=request):
                return request.key, self._ledger.charge(request, _utc_ms(), device)
            case AskQuery(key=key):
                return key, self._ledger.query(key)
            case AskVoid(key=key):
                return key, self._ledger.void(key)
            case AskRefund(request=refund):
                return refund.key, self._ledger.refunds.refund(refund)
            case AskRefundQuery(key=number):
                return number, self._ledger.refunds.query(number)
            case AskStatement():
                return self._ledger.statements.page(device, ask)
            case AskMember(number=asked, person=person):
                have = None if self._faults.members_silent else self._ledger.benefits.holdings(person)
                return None if have is None else MemberFound(asked, have)

    def _answer(self, heard: Heard, said: Said) -> list[Letter]:
        topic = topics.reply(heard.address.device, heard.address.rest)
        due_s = time.monotonic() + self._faults.answer_delay_ms / 1000
        letters = []
        for _ in range(self._faults.copies()):
            number = next(self._numbers)
            body = _letter(said, f"{self._seed}/{number}", _utc_ms())
            letters.append(Letter(due_s, number, topic, body, heard.correlation))
        return letters

    def _records(self, batch: Sequence[Heard]) -> list[Kept]:
        """In one order for all workers, so that no two wait for each other's rows."""
        found = []
        for heard in batch:
            if heard.address.lane != "e":
                continue
            try:
                found.append((heard.address.device, messages.read_record(heard.body), heard.body))
            except Unreadable as reason:
                log.warning("%s sends a record we do not read: %s", heard.address.device, reason)
        return sorted(found, key=lambda kept: (kept[0], kept[1].epoch, kept[1].seq))

    def _keep_records(self, records: Sequence[Kept]) -> dict[DeviceId, schema.AcknowledgedData]:
        """What to acknowledge to each device: also what it had sent before."""
        taken: dict[DeviceId, schema.AcknowledgedData] = {}
        reached = {}
        for device, record, body in records:
            why = self._ledger.record(device, record, body)
            before = taken.get(device, schema.AcknowledgedData(ids=[]))
            taken[device] = schema.AcknowledgedData(
                ids=before.ids + ([] if why else [record.id]),
                refused=before.refused + ([schema.RefusedRecord(record.id, why)] if why else []),
            )
            reached[device] = record.epoch
        return {
            device: replace(
                data, highest_contiguous_seq=self._ledger.highest_contiguous(device, reached[device])
            )
            for device, data in taken.items()
        }

    def _acknowledge(self, device: DeviceId, data: schema.AcknowledgedData) -> Letter:
        number = next(self._numbers)
        body = messages.acknowledged_bytes(data, f"{self._seed}/{number}", _utc_ms())
        return Letter(time.monotonic(), number, topics.acknowledgements(device), body)


def _unheard(ask: AnyAsk) -> tuple[PaymentKey, Answer] | tuple[RefundKey, RefundAnswer] | None:
    """What somebody hears who asks about another terminal's money: that there is none, and nothing is done.
    None for asks that the books look through by themselves."""
    match ask:
        case AskQuery(key=key) | AskVoid(key=key):
            return key, NeverSeen()
        case AskRefund(request=refund):
            return refund.key, RefundRefused("foreign")
        case AskRefundQuery(key=number):
            return number, RefundNeverSeen()
    return None


def subjects(ask: AnyAsk) -> list[str]:
    """What this ask decides about: keys, and whoever pays."""
    match ask:
        case AskCharge(request=request):
            payer = request.payer
            who = payer.person if isinstance(payer, FacePayer) else f"code/{code_mark(payer.code.reveal())}"
            return [request.key, request.order_id, who]
        case AskQuery(key=key) | AskVoid(key=key):
            return [key]
        case AskRefund(request=refund):
            return [refund.key, refund.payment_key]
        case AskRefundQuery(key=number):
            return [number]
        case AskStatement() | AskMember():
            return []


def _utc_ms() -> int:
    return time.time_ns() // 1_000_000


def _letter(said: Said, id: str, utc_ms: int) -> bytes:
    """`said` is told apart by the answer: a key is a text either way."""
    if isinstance(said, StatementPage):
        return statement_messages.page_bytes(said, id, utc_ms)
    if isinstance(said, MemberFound):
        return member_messages.member_bytes(said, id, utc_ms)
    key, answer = said
    if isinstance(answer, Refunded | RefundAccepted | RefundRefused | RefundNeverSeen):
        return refund_messages.answer_bytes(RefundKey(key), answer, id, utc_ms)
    return messages.answer_bytes(PaymentKey(key), answer, id, utc_ms)
