"""The cloud on a desk: a real MQTT client with real books, slow, forgetful or dishonest on demand.

Enter: asks and records over the broker. Leave: answers and acknowledgements, each after the commit. One
thread owns client and ledger; views and faults may be used from any other.
"""

from __future__ import annotations

import heapq
import select
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from threading import Condition, Event, Lock, Thread, current_thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.cloud import topics
from agent.cloud.member_messages import membership_bytes
from agent.cloud.messages import marks_bytes
from agent.cloud.promotion_messages import picture_bytes, promotions_bytes
from agent.cloud.pump import Bell, no_delay, turn
from agent.core.benefits import Coupon, Holdings, MembershipRules
from agent.core.charge import ChargeRequest
from agent.core.events import MembershipTold, MembersMarked
from agent.core.ids import CouponId, DeviceId, OrderId, PersonId
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.core.promotions import Promotions
from simulator.clerk import Clerk, Heard, Letter
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.ledger_rows import Alarm, Capture, Member, RefundBooked, StoredRecord
from simulator.posting import post

T = TypeVar("T")

AGAIN_S = 0.1  # between two tries to reach the broker
IDLE_S = 1.0
BATCH_MAX = 64  # messages in one commit
MARKED_FOR_MS = 30 * 86_400_000


class SimulatedCloud:
    """`url` is `mqtt://[user:password@]host:port`. `on_charge_received` is called in the cloud's thread,
    before anything is booked: the moment to cut the link or to kill the terminal."""

    def __init__(self, url: str, folder: Path, seed: int, members: Sequence[Member] = ()) -> None:
        self._url = urlsplit(url)
        self._path = folder / "cloud.sqlite"
        self._seed = seed
        self._members = tuple(members)
        self._bell = Bell()
        self.faults = Faults(seed, self._bell.ring)
        self.on_charge_received: Callable[[ChargeRequest], None] | None = None
        self._heard: deque[Heard] = deque()
        self._letters: list[Letter] = []
        self._questions: deque[tuple[Callable[[Ledger], Any], Future[Any]]] = deque()
        self._lock = Lock()
        self._news = Condition()
        self._stopping, self._ready = Event(), Event()
        self._thread: Thread | None = None
        self._open = False  # somebody will answer questions
        self._ledger: Ledger | None = None

    def start(self) -> None:
        """Returns at once; keeps trying while there is no broker."""
        self._stopping.clear()
        self._bell.hang()
        self._open = True
        self._thread = Thread(target=self._run, name="simulated-cloud", daemon=True)
        self._thread.start()

    def wait_ready(self, seconds: float) -> bool:
        """Until it hears asks and records."""
        return self._ready.wait(seconds)

    def stop(self) -> None:
        """Finish the batch and end. The books stay readable."""
        self._stopping.set()
        self._bell.ring()
        if self._thread is not None:
            self._thread.join(10)
        self._bell.take_down()

    def mark_members(
        self, device: DeviceId, limits_minor: Mapping[PersonId, int], settled: Sequence[OrderId] = ()
    ) -> None:
        """From now on this terminal may trust these members while the link is down, up to so much each."""
        now_utc_ms = time.time_ns() // 1_000_000
        until_utc_ms = now_utc_ms + MARKED_FOR_MS
        members = tuple(TrustMark(who, minor, until_utc_ms) for who, minor in limits_minor.items())
        fact = MembersMarked(TrustMarks(now_utc_ms, now_utc_ms, "CNY", members), tuple(settled))
        topic, body = topics.marks(device), marks_bytes(fact, now_utc_ms)
        letter = Letter(time.monotonic(), 0, topic, body, retain=True)
        self._look(lambda _ledger: heapq.heappush(self._letters, letter))

    def promote(self, device: DeviceId, promotions: Promotions, pictures: Sequence[bytes] = ()) -> None:
        """From now on this terminal's idle screen shows these."""
        now_utc_ms = time.time_ns() // 1_000_000
        letters = [
            Letter(time.monotonic(), number, topics.picture(device, str(number)), body, retain=True)
            for number, body in enumerate((picture_bytes(one, now_utc_ms) for one in pictures), 1)
        ]
        body = promotions_bytes(promotions, now_utc_ms)
        letters.append(Letter(time.monotonic(), 0, topics.promotions(device), body, retain=True))

        def send(_ledger: Ledger) -> None:
            for letter in letters:
                heapq.heappush(self._letters, letter)

        self._look(send)

    def tell_membership(self, device: DeviceId, rules: MembershipRules) -> None:
        """From now on the membership of this terminal's shop goes by these rules."""
        body = membership_bytes(MembershipTold(rules), time.time_ns() // 1_000_000)
        letter = Letter(time.monotonic(), 0, topics.membership(device), body, retain=True)

        def tell(ledger: Ledger) -> None:
            ledger.benefits.rules = rules
            heapq.heappush(self._letters, letter)

        self._look(tell)

    def give_coupons(self, person: str, *coupons: Coupon, wallet: bool = False) -> None:
        """These coupons are the member's: the merchant's own, or those of a card wallet."""
        self._look(lambda ledger: ledger.benefits.give(person, coupons, wallet))

    def gift_after_paying(self, least_minor: int, coupon: Coupon) -> None:
        """Every payment of a member of so much earns such a coupon, with a number of its own."""

        def gift(key: str, paid: Money) -> Coupon | None:
            enough = paid.amount_minor >= least_minor
            return replace(coupon, id=CouponId(f"{coupon.id}-{key}")) if enough else None

        self._look(lambda ledger: setattr(ledger.benefits, "gift", gift))

    # Views, from any thread ------------------------------------------------------------------------

    def captures(self) -> list[Capture]:
        """All money that moved, oldest first."""
        return self._look(Ledger.captures)

    def refunds(self) -> list[RefundBooked]:
        """Every part that goes back, or went."""
        return self._look(lambda ledger: ledger.refunds.all())

    def records(self) -> list[StoredRecord]:
        """All records, in the order they came."""
        return self._look(Ledger.records)

    def record_count(self) -> int:
        """How many records; cheaper than to look at them all."""
        return self._look(Ledger.record_count)

    def alarms(self) -> list[Alarm]:
        """What the cloud's own people would look at."""
        return self._look(Ledger.alarms)

    def members(self) -> list[Member]:
        """Balances and points as they are now."""
        return self._look(Ledger.members)

    def holdings(self, person: str) -> Holdings | None:
        """What the member has now."""
        return self._look(lambda ledger: ledger.benefits.holdings(PersonId(person)))

    def coupon_moves(self) -> list[tuple[str, str, str]]:
        """Coupon, payment key, held or free, in order."""
        return self._look(lambda ledger: ledger.benefits.moves())

    def wait_for(self, predicate: Callable[[], bool], seconds: float) -> bool:
        """Until the predicate is true; looked at after each commit, and now and then."""
        until = time.monotonic() + seconds
        while not predicate():
            with self._news:
                remaining = until - time.monotonic()
                if remaining <= 0:
                    return False
                self._news.wait(min(remaining, 0.05))
        return True

    def _look(self, look: Callable[[Ledger], T]) -> T:
        """Ask the thread that owns the connection; when there is none, open the file ourselves."""
        if current_thread() is self._thread and self._ledger is not None:
            return look(self._ledger)
        future: Future[T] = Future()
        with self._lock:
            running = self._open
            if running:
                self._questions.append((look, future))
        if running:
            self._bell.ring()
            return future.result(10)
        ledger = Ledger(self._path, self._seed, self._members)
        try:
            return look(ledger)
        finally:
            ledger.close()

    # The thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        ledger = self._ledger = Ledger(self._path, self._seed, self._members)
        clerk = Clerk(ledger, self.faults, self._seed)
        clerk.on_charge_received = self._received
        try:
            while not self._stopping.is_set():
                client = self._connect()
                if client is not None:
                    self._serve(client, clerk, ledger)
                self._ready.clear()
                self._answer_questions(ledger)
        finally:
            with self._lock:
                self._open = False
            self._answer_questions(ledger)
            ledger.close()
            self._ledger = None

    def _received(self, request: ChargeRequest) -> None:
        if self.on_charge_received is not None:
            self.on_charge_received(request)

    def _connect(self) -> Client | None:
        client = Client(
            CallbackAPIVersion.VERSION2, client_id="hyla-cloud", protocol=MQTTProtocolVersion.MQTTv5
        )
        client.suppress_exceptions = True
        client.max_inflight_messages_set(0)
        client.on_message = self._hear
        client.on_connect = _subscribe
        client.on_subscribe = lambda *_: self._ready.set()
        client.on_socket_open = no_delay
        if self._url.username:
            client.username_pw_set(self._url.username, self._url.password)
        keep = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        keep.SessionExpiryInterval = 3600
        host, port = self._url.hostname or "", self._url.port or 1883
        try:
            client.connect(host, port, 10, clean_start=False, properties=keep)
        except OSError:
            self._pause()
            return None
        return client

    def _pause(self) -> None:
        if ear := self._bell.ear():
            select.select([ear], [], [], AGAIN_S)
        self._bell.hush()

    def _hear(self, _client: Client, _user: Any, message: MQTTMessage) -> None:
        address = topics.parse(message.topic)
        if address is not None:
            correlation = getattr(message.properties, "CorrelationData", b"")
            self._heard.append(Heard(address, bytes(message.payload), correlation))

    def _serve(self, client: Client, clerk: Clerk, ledger: Ledger) -> None:
        while not self._stopping.is_set():
            self._answer_questions(ledger)
            self._heard.extend(clerk.released())
            batch = [self._heard.popleft() for _ in range(min(len(self._heard), BATCH_MAX))]
            if batch:
                for letter in clerk.work(batch):
                    heapq.heappush(self._letters, letter)
                with self._news:
                    self._news.notify_all()
            self._send(client)
            if turn(client, self._bell, self._patience_s()) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._pause()
                return
        client.disconnect()

    def _patience_s(self) -> float:
        if self._heard:
            return 0.0
        if self._letters:
            return min(IDLE_S, max(0.0, self._letters[0].due_s - time.monotonic()))
        return IDLE_S

    def _send(self, client: Client) -> None:
        while self._letters and self._letters[0].due_s <= time.monotonic():
            post(client, heapq.heappop(self._letters))

    def _answer_questions(self, ledger: Ledger) -> None:
        while self._questions:
            look, future = self._questions.popleft()
            try:
                future.set_result(look(ledger))
            except Exception as error:
                future.set_exception(error)


def _subscribe(client: Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
    if not reason.is_failure:
        wanted = SubscribeOptions(qos=1)
        client.subscribe([(topics.ALL_ASKS, wanted), (topics.ALL_RECORDS, wanted)])
