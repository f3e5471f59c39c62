"""One light terminal: an outbox and charges over a real MQTT client, without a thread of its own.

Enter: a broker's URL; the time, again and again. Leave: records until each is acknowledged, charges until
each is answered. It keeps the contract as a real one does: a record leaves the outbox at the cloud's own
acknowledgement alone, silence is asked about and never charged anew, and after a lost link it waits by
chance, up to twice as long each time (a thousand terminals must not come back in the same second).
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from agent.cloud import messages, topics
from agent.cloud.envelope import Unreadable
from agent.cloud.lanes import name_of
from agent.cloud.pump import no_delay
from agent.cloud.session import ask_properties
from agent.core.charge import Answer, Captured, ChargeRequest, Declined, FacePayer, NeverSeen, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.events import ChargeAnswered
from agent.core.ids import DeviceId, PaymentKey, PersonId, order_id, payment_key
from agent.core.money import Money
from agent.ports import Ask

BACKOFF_S, BACKOFF_MAX_S = 1.0, 16.0
RESEND_S = 3.0
TICK_S = 0.05
WINDOW = 16  # records on their way at a time
DEADLINE_MS = 30_000
ENDS = (Captured, Declined, Voided)


class LightTerminal:
    """`tick` drives it; `readable` when its socket is. `ends`: payment key → the last word on it."""

    def __init__(self, url: str, device: DeviceId, person: str, random: Random) -> None:
        self._url, self.device = urlsplit(url), device
        self._person, self._random = PersonId(person), random
        self._epoch = f"{random.getrandbits(32):08x}"
        self._client: Client | None = None
        self._subscribed = False
        self.due_s = 0.0
        self._misses = 0
        self.connects = 0
        self.outbox: dict[str, tuple[str, bytes]] = {}
        self._sent_s: dict[str, float] = {}
        self._open: dict[PaymentKey, ChargeRequest] = {}
        self._said: dict[PaymentKey, Answer] = {}
        self._asked_s: dict[PaymentKey, float] = {}
        self.ends: dict[PaymentKey, Answer] = {}
        self._kept = self._orders = 0

    def begin(self, due_s: float) -> None:
        """Not before this moment."""
        self.due_s = due_s

    # What the shop does ----------------------------------------------------------------------------

    def keep(self, count: int) -> None:
        """So many records more into the outbox."""
        for _ in range(count):
            self._kept += 1
            id = f"{self.device}-{self._epoch}-r{self._kept}"
            data: dict[str, object] = {"total_minor": self._kept}
            body = messages.record_body(self.device, self._epoch, self._kept, id, "sale", data, _utc_ms())
            self.outbox[id] = ("sale", body)

    def charge(self, amount_minor: int) -> None:
        """One sale, asked about until its end is known."""
        self._orders += 1
        order = order_id(self.device, self._epoch, self._orders)
        key = payment_key(order, 1)
        payer = FacePayer(self._person)
        deadline_utc_ms = _utc_ms() + DEADLINE_MS
        self._open[key] = ChargeRequest(key, order, Money(amount_minor), payer, "fleet", deadline_utc_ms)

    @property
    def up(self) -> bool:
        return self._subscribed

    @property
    def settled(self) -> bool:
        """Connected, and nobody owes it a word."""
        return self._subscribed and not self.outbox and not self._open

    # The link --------------------------------------------------------------------------------------

    def socket(self) -> socket.socket | None:
        found: Any = self._client.socket() if self._client is not None else None
        return found if isinstance(found, socket.socket) else None

    def readable(self, now_s: float) -> None:
        if self._client is not None and self._client.loop_read() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._lost(now_s)

    def tick(self, now_s: float) -> None:
        """Whatever is due."""
        if self._client is None:
            if now_s >= self.due_s:
                self._connect(now_s)
            return
        if self._subscribed:
            self._send_records(now_s)
            self._send_asks(now_s)
        code = self._client.loop_write() if self._client.want_write() else MQTTErrorCode.MQTT_ERR_SUCCESS
        if (code or self._client.loop_misc()) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._lost(now_s)

    def close(self) -> None:
        if self._client is not None:
            self._client.disconnect()
        self._client, self._subscribed = None, False

    def _connect(self, now_s: float) -> None:
        client = Client(CallbackAPIVersion.VERSION2, self.device, protocol=MQTTProtocolVersion.MQTTv5)
        client.suppress_exceptions = True
        client.max_inflight_messages_set(0)
        client.on_connect = self._connected
        client.on_subscribe = self._ready
        client.on_message = self._heard
        client.on_socket_open = no_delay
        self._client = client
        self.connects += 1
        try:
            client.connect(self._url.hostname or "", self._url.port or 1883, 60)
        except OSError:
            self._lost(now_s)

    def _lost(self, now_s: float) -> None:
        """Full jitter: anywhere between now and twice as late as last time."""
        self._client, self._subscribed = None, False
        self._sent_s.clear()
        self._asked_s.clear()
        longest_s = min(BACKOFF_MAX_S, BACKOFF_S * 2.0**self._misses)
        self._misses += 1
        self.due_s = now_s + self._random.uniform(0, longest_s)

    def _connected(self, client: Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            down = (topics.all_replies(self.device), topics.acknowledgements(self.device))
            client.subscribe([(each, 1) for each in down])

    def _ready(self, *_: Any) -> None:
        self._subscribed, self._misses = True, 0

    # The lanes -------------------------------------------------------------------------------------

    def _send_records(self, now_s: float) -> None:
        assert self._client is not None
        for id, (kind, body) in list(self.outbox.items())[:WINDOW]:
            if now_s - self._sent_s.get(id, -RESEND_S) >= RESEND_S:
                self._client.publish(topics.record(self.device, kind), body, qos=1)
                self._sent_s[id] = now_s

    def _send_asks(self, now_s: float) -> None:
        for key, request in self._open.items():
            if now_s - self._asked_s.get(key, -RESEND_S) >= RESEND_S:
                self._ask(self._next(request))
                self._asked_s[key] = now_s

    def _next(self, request: ChargeRequest) -> Ask:
        """First the charge; then what became of it; too late: fence it."""
        if _utc_ms() > request.deadline_utc_ms:
            return AskVoid(request.key)
        said = self._said.get(request.key)
        never = said is None and request.key not in self._asked_s
        return AskCharge(request) if never or isinstance(said, NeverSeen) else AskQuery(request.key)

    def _ask(self, wish: Ask) -> None:
        assert self._client is not None
        service, key = name_of(wish)
        properties = ask_properties(topics.reply(self.device, service), key, 30)
        body = messages.ask_bytes(wish, self.device)
        self._client.publish(topics.ask(self.device, service), body, qos=1, properties=properties)

    def _heard(self, _client: Client, _user: Any, message: MQTTMessage) -> None:
        address = topics.parse(message.topic)
        try:
            if address is not None and address.lane == "a":
                for id in messages.read_acknowledged(bytes(message.payload)).ids:
                    self.outbox.pop(id, None)
                    self._sent_s.pop(id, None)
            elif address is not None:
                self._answered(messages.read_reply(bytes(message.payload)))
        except Unreadable:
            return  # a real terminal counts it

    def _answered(self, fact: object) -> None:
        if not isinstance(fact, ChargeAnswered) or fact.key not in self._open:
            return
        self._said[fact.key] = fact.answer
        if isinstance(fact.answer, ENDS):
            self.ends[fact.key] = fact.answer
            del self._open[fact.key]


def drive(terminals: list[LightTerminal], until: Callable[[], bool], seconds: float) -> bool:
    """Let them work until it is so; False when it was not within so many seconds."""
    end_s = time.monotonic() + seconds
    heard: dict[LightTerminal, socket.socket] = {}
    with selectors.DefaultSelector() as ears:
        while not until():
            now_s = time.monotonic()
            if now_s > end_s:
                return False
            for terminal in terminals:
                terminal.tick(now_s)
                _listen(ears, heard, terminal)
            tick_s = now_s + TICK_S
            while (left_s := tick_s - time.monotonic()) > 0:
                for ready, _ in ears.select(left_s):
                    ready.data.readable(time.monotonic())
                    _listen(ears, heard, ready.data)
    return True


def _listen(
    ears: selectors.BaseSelector, heard: dict[LightTerminal, socket.socket], terminal: LightTerminal
) -> None:
    """To the socket that it has now."""
    sock, old = terminal.socket(), heard.get(terminal)
    if sock is old:
        return
    if old is not None:
        ears.unregister(heard.pop(terminal))
    if sock is not None:
        ears.register(sock, selectors.EVENT_READ, terminal)
        heard[terminal] = sock


def _utc_ms() -> int:
    return time.time_ns() // 1_000_000
