"""The cloud link: the CloudLink port and its device thread in one object.

Enter: wishes and outbox rows, from any thread. Leave: ChargeAnswered, RecordsTaken, RecordRefused,
MemberFound, MembersMarked, MembershipTold, DeviceUp. Charges and records have separate lanes (`lanes`):
an ask is sent now or never, a record until the cloud's own acknowledgement. The record lane lives here and
outlives every connection.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event as Flag
from typing import Literal

from agent.cloud import topics
from agent.cloud.bundle_messages import piece_bytes, read_taken
from agent.cloud.claim_messages import Down, read_down, up_bytes
from agent.cloud.claim_schema import RenewData
from agent.cloud.connection import Connection
from agent.cloud.envelope import Unreadable
from agent.cloud.lanes import AskLane, RecordLane, name_of
from agent.cloud.member_messages import read_membership
from agent.cloud.messages import ask_bytes, read_acknowledged, read_marks, read_reply, said_at_ms
from agent.cloud.office_messages import read_signed
from agent.cloud.pieces import Parcel, PieceLane
from agent.cloud.pump import Bell
from agent.cloud.session import Arrived, Happening, Receipt, ask_properties
from agent.core.charge import Declined
from agent.core.commands import AskCharge
from agent.core.events import (
    ChargeAnswered,
    Device,
    DeviceUp,
    Event,
    RecordRefused,
    RecordsTaken,
)
from agent.core.ids import DeviceId
from agent.ports import AnyAsk, OutboxRow, Post, StatementPage
from agent.profile.schema import CloudSection

log = logging.getLogger(__name__)

IDLE_S = 1.0  # the library looks after its keep alive this often
BLOCKED_S = 0.05  # records are due, but the broker still owes receipts
QUESTION_EXPIRY_S = 30  # a query or void older than this has been repeated by then
WILL_DELAY_S = 5  # a link that is back within this was never away
BODY_BYTES_MAX = 100_000  # the narrowest public broker takes 128 kB, topic and properties included
ASKS_SPARE = 4  # receipts kept free for asks, so that records never fill the broker's window
# Refusals that condemn the record itself: topic name, packet size, payload format.
NEVER_TAKEN = (0x90, 0x95, 0x99)
_Manner = Literal["retained", "qos 1", "qos 0"]
_RETAINED: _Manner = "retained"
_QOS_1: _Manner = "qos 1"
_QOS_0: _Manner = "qos 0"
UNSAID_MAX = 50  # words of no consequence that wait for the thread
LATE = Declined("late")
CLOCK_BEHIND_MS = 5_000  # more than clocks that are kept by a time server are ever apart


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears what comes over the link and is no fact; on the link's thread, so each returns at once."""

    page: Callable[[StatementPage], None] = lambda _page: None
    promotion: Callable[[bytes], None] = lambda _body: None
    wish: Callable[[str], None] = lambda _signed: None
    certificate: Callable[[Down], None] = lambda _said: None


NOBODY_ELSE = Hearers()


class CloudTask:
    """Run by the supervisor as a DeviceTask; called by the main thread as the CloudLink."""

    device = Device.CLOUD

    def __init__(
        self,
        section: CloudSection,
        device: DeviceId,
        boot_id: str,
        post: Post,
        *,
        utc_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        will_delay_s: int = WILL_DELAY_S,
        hearers: Hearers = NOBODY_ELSE,
        pieces: PieceLane | None = None,
    ) -> None:
        self._section = section
        self._me = device
        self._boot_id = boot_id
        self._post = post
        self._utc_ms = utc_ms
        self._will_delay_s = will_delay_s
        self._hearers = hearers
        self._asks = AskLane()
        self._pieces = pieces or PieceLane()
        self._rows: deque[OutboxRow] = deque()
        self._reported = b""
        self._serving = False
        self._unsaid: deque[tuple[str, bytes, _Manner]] = deque(maxlen=UNSAID_MAX)
        self._records = RecordLane(section.window, section.resend_after_ms)
        self._asked: dict[int, AnyAsk] = {}
        self._bell = Bell()
        self._stopping = Flag()

    # The port: any thread, nothing blocks ----------------------------------------------------------

    def ask(self, wish: AnyAsk) -> None:
        """Send now if the link is up, else drop."""
        if self._asks.put(wish):
            self._bell.ring()

    def deliver(self, rows: Iterable[OutboxRow]) -> None:
        """Keep sending until the cloud acknowledges."""
        self._rows.extend(rows)
        self._bell.ring()

    def report(self, body: bytes) -> None:
        """The retained state of this terminal: said now, and again at each connection."""
        self._reported = body
        self._unsaid.append((topics.reported(self._me), body, _RETAINED))
        self._bell.ring()

    def tell(self, kind: str, body: bytes) -> None:
        """Telemetry: now if the link is up, else never."""
        if self._serving:
            self._unsaid.append((topics.telemetry(self._me, kind), body, _QOS_0))
            self._bell.ring()

    def renew(self, words: RenewData) -> None:
        """Ask for a new certificate: now if the link is up, else never."""
        if self._serving:
            self._unsaid.append((topics.claim(self._me, "renew"), up_bytes(self._me, words), _QOS_1))
            self._bell.ring()

    def hand_over(self, parcel: Parcel) -> None:
        """Bring this to the cloud, piece by piece, when nothing else is to be said."""
        self._pieces.give(parcel)
        self._bell.ring()

    def stop(self) -> None:
        """Say goodbye and make `run` return."""
        self._stopping.set()
        self._bell.ring()

    # The thread ------------------------------------------------------------------------------------

    def run(self) -> None:
        """One connection, from CONNECT to its end.

        Raises:
            DeviceTrouble: `unreachable`, `refused` or `lost`, with host, port and what to check.
        """
        if self._stopping.is_set():
            return
        link = Connection(
            self._section, self._me, self._boot_id, self._bell, self._stopping.is_set, self._will_delay_s
        )
        self._bell.hang()
        self._asked.clear()
        self._unsaid.clear()
        self._records.reconnected()
        self._pieces.reconnected()
        try:
            if link.open():
                self._serve(link)
        finally:
            self._serving = False
            self._asks.close()
            self._take_in(link.left_over())
            link.hang_up()
            self._bell.take_down()

    def _serve(self, link: Connection) -> None:
        self._asks.open()
        self._serving = True
        if self._reported:
            self._unsaid.append((topics.reported(self._me), self._reported, _RETAINED))
        self._post(DeviceUp(Device.CLOUD))
        log.info("cloud %s: link up", link.address)
        while not self._stopping.is_set():
            self._send_asks(link)
            self._send_records(link)
            self._say(link)
            self._send_piece(link)
            self._take_in(link.turn(self._patience_s()))
        self._asks.close()
        link.farewell()
        log.info("cloud %s: link closed", link.address)

    def _patience_s(self) -> float:
        waiting = (self._records.next_due_ms(), self._pieces.next_due_ms())
        due_ms = min((one for one in waiting if one is not None), default=None)
        if due_ms is None:
            return IDLE_S
        return min(IDLE_S, max(BLOCKED_S, (due_ms - _now_ms()) / 1000))

    def _send_asks(self, link: Connection) -> None:
        for wish in self._asks.take():
            service, key = name_of(wish)
            expiry_s = self._expiry_s(wish)
            if expiry_s <= 0:
                log.warning("%s of %s dropped: its deadline is over", service, key)
                continue
            try:
                body = ask_bytes(wish, self._me)
            except ValueError:
                log.warning("%s of %s dropped: its payment code was forgotten at a restart", service, key)
                continue
            properties = ask_properties(topics.reply(self._me, service), key, expiry_s)
            mid = link.send(topics.ask(self._me, service), body, properties)
            if mid is None:
                log.warning("%s of %s dropped: the link broke", service, key)
            else:
                self._asked[mid] = wish

    def _expiry_s(self, wish: AnyAsk) -> int:
        if isinstance(wish, AskCharge):
            return -((self._utc_ms() - wish.request.deadline_utc_ms) // 1000)
        return QUESTION_EXPIRY_S

    def _send_records(self, link: Connection) -> None:
        while self._rows:
            self._records.add([self._rows.popleft()])
        limit = min(BODY_BYTES_MAX, link.packet_bytes_max - 1000)
        for row in self._records.due(_now_ms(), max(1, link.receive_max - ASKS_SPARE)):
            if len(row.body) > limit:
                self._refuse(row.id, f"{len(row.body)} bytes; the broker takes {limit}")
                continue
            mid = link.send(topics.record(self._me, row.kind), row.body)
            if mid is None:
                return
            self._records.sent(row.id, mid, _now_ms())

    def _say(self, link: Connection) -> None:
        while self._unsaid:
            topic, body, manner = self._unsaid.popleft()
            if manner == _QOS_0:
                link.say(topic, body)
            else:
                link.send(topic, body, retain=manner == _RETAINED)

    def _send_piece(self, link: Connection) -> None:
        """Of a support bundle, and only while the broker owes no receipt for an ask or a record: whoever
        pays never waits behind more than one piece."""
        if self._asked or self._records.on_the_way():
            return
        piece = self._pieces.due(_now_ms())
        if piece is not None:
            link.send(topics.piece(self._me, piece.bundle), piece_bytes(self._me, piece))

    def _take_in(self, happened: list[Happening]) -> None:
        for one in happened:
            match one:
                case Receipt():
                    self._receipt(one)
                case Arrived(topic, body):
                    self._arrived(topic, body)
                case _:
                    pass

    def _receipt(self, receipt: Receipt) -> None:
        """A receipt means that the broker has it, nothing more; a refusal is one too."""
        wish = self._asked.pop(receipt.mid, None)
        id = self._records.receipt(receipt.mid)
        if not receipt.reason.is_failure:
            return
        code = receipt.reason.value
        what = " of ".join(name_of(wish)) if wish else f"record {id}" if id else "a message"
        log.error("the broker refuses %s: %s (0x%02X); check its access list", what, receipt.reason, code)
        if id and code in NEVER_TAKEN:
            self._refuse(id, f"the broker refuses it: {receipt.reason}")
        elif id:
            self._records.hold(id, _now_ms())

    def _arrived(self, topic: str, body: bytes) -> None:
        address = topics.parse(topic)
        try:
            if address is not None and (address.lane, address.rest) == ("r", topics.BUNDLE):
                self._pieces.heard(read_taken(body), _now_ms())
            elif address is not None and address.lane == "r":
                self._answered(read_reply(body), body)
            elif address is not None and address.lane == "a":
                self._acknowledged(body)
            elif topics.is_promotion(self._me, topic):
                self._hearers.promotion(body)
            elif topic == topics.claim_reply(self._me):
                self._hearers.certificate(read_down(body))
            elif topic == topics.marks(self._me):
                self._post(read_marks(body))
            elif topic == topics.membership(self._me):
                self._post(read_membership(body))
            elif address is not None and (address.lane == "c" or topic == topics.desired(self._me)):
                self._hearers.wish(read_signed(body))
        except Unreadable as reason:
            log.warning("%s: ignored %d bytes: %s", topic, len(body), reason)

    def _answered(self, reply: Event | StatementPage, body: bytes) -> None:
        """Facts go to the core; a page of a book goes to whoever asked for it."""
        if isinstance(reply, StatementPage):
            self._hearers.page(reply)
        else:
            self._post(self._judged(reply, body))

    def _judged(self, reply: Event, body: bytes) -> Event:
        """Late by a clock that is behind the cloud's is no slow network: whoever reads it is told so. A
        message that travelled long only ever makes the cloud's clock look older."""
        if not isinstance(reply, ChargeAnswered) or reply.answer != LATE:
            return reply
        said_ms = said_at_ms(body)
        if said_ms is None or said_ms - self._utc_ms() < CLOCK_BEHIND_MS:
            return reply
        behind_s = (said_ms - self._utc_ms()) // 1000
        log.error("%s is late: this clock is %d s behind the cloud's; set it right", reply.key, behind_s)
        return ChargeAnswered(reply.key, Declined("clock"))

    def _acknowledged(self, body: bytes) -> None:
        """By id alone: the highest number says how far the cloud is, not that this row arrived. It is
        passed on where all that is spoken of waits here, also with refusals alone: a late word about an
        earlier journal of this terminal says nothing about this one."""
        data = read_acknowledged(body)
        ours = self._records.waits_for([*data.ids, *(one.id for one in data.refused)])
        if data.ids or data.refused:
            self._records.drop(data.ids)
            self._post(RecordsTaken(tuple(data.ids), data.highest_contiguous_seq if ours else 0))
        for refused in data.refused:
            self._refuse(refused.id, refused.why)

    def _refuse(self, id: str, why: str) -> None:
        log.error("record %s will not be taken: %s", id, why)
        self._records.drop([id])
        self._post(RecordRefused(id, why))


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
