"""A bare till: an MQTT client that asks a cloud one question after the other and waits for the answers.

Enter: a broker's URL, a device id the broker lets us use, a member with money and coupons. Leave: what the
cloud said, None for silence. Not the terminal's client: a mistake of that one must not hide one of the
cloud's.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from agent.cloud import messages, topics
from agent.cloud.envelope import Unreadable
from agent.cloud.lanes import name_of
from agent.cloud.pump import Bell, no_delay, turn
from agent.cloud.session import ask_properties
from agent.cloud.statement_messages import name_of as name_of_page
from agent.core.benefits import Used, UsedCoupon
from agent.core.charge import Answer, ChargeRequest, FacePayer, Pending, RefundAnswer, RefundRequest
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund
from agent.core.events import MemberFound
from agent.core.ids import CouponId, DeviceId, PersonId, order_id, payment_key, refund_key
from agent.core.money import Money
from agent.ports import AnyAsk, Ask, AskStatement, StatementPage

ANSWER_S = 3.0
PENDING_ASKED_MAX, PENDING_S = 10, 1.0  # how often, and after how long, a charge not settled is asked about

Said = Answer | RefundAnswer


class Garbled(Exception):
    """The cloud answered something that no terminal can read: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Papers:
    """PEM files with which a broker lets us in over TLS: whom we trust, who we are."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


class Till:
    """A bare MQTT client that asks and waits. Connects in the constructor; `close` when done."""

    def __init__(self, url: str, device: DeviceId, person: str, papers: Papers = Papers()) -> None:
        parts = urlsplit(url)
        self.device, self._person = device, PersonId(person)
        self._answers: deque[tuple[str, Said | StatementPage | MemberFound]] = deque()
        self._garbled = ""
        self._subscribed = False
        self._bell = Bell()
        self._orders = itertools.count(1)
        self._epoch = f"{time.time_ns() // 1_000_000 & 0xFFFFFF:x}"
        client = Client(CallbackAPIVersion.VERSION2, device, protocol=MQTTProtocolVersion.MQTTv5)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_socket_open = no_delay
        if parts.username:
            client.username_pw_set(parts.username, parts.password)
        if parts.scheme == "mqtts":
            client.tls_set(papers.ca, papers.certificate, papers.key)
        client.connect(parts.hostname or "", parts.port or (8883 if parts.scheme == "mqtts" else 1883), 10)
        self._client = client
        if not self._until(lambda: self._subscribed):
            raise TimeoutError(f"no subscription for {device} within {ANSWER_S:.0f} s")

    def close(self) -> None:
        self._client.disconnect()

    def request(self, amount_minor: int = 100) -> ChargeRequest:
        """A fresh order of the member, payable for half a minute."""
        order = order_id(self.device, self._epoch, next(self._orders))
        deadline_utc_ms = time.time_ns() // 1_000_000 + 30_000
        payer = FacePayer(self._person)
        return ChargeRequest(
            payment_key(order, 1), order, Money(amount_minor), payer, "suite", deadline_utc_ms
        )

    def part(self, of: ChargeRequest, number: int, amount_minor: int) -> RefundRequest:
        """The nth part of a charge, to be given back."""
        key = refund_key(of.order_id, number, amount_minor)
        return RefundRequest(key, of.key, of.order_id, Money(amount_minor))

    def ask(self, wish: Ask) -> Said | None:
        """Ask once and wait; None: silence. Raises Garbled."""
        said = self._ask(wish)
        return None if isinstance(said, StatementPage | MemberFound) else said

    def page(self, wish: AskStatement) -> StatementPage | None:
        """One page of a book; None: silence, or something else."""
        said = self._ask(wish)
        return said if isinstance(said, StatementPage) else None

    def _ask(self, wish: AnyAsk) -> Said | StatementPage | MemberFound | None:
        service, key = name_of(wish)
        self._answers.clear()
        self._garbled = ""
        properties = ask_properties(topics.reply(self.device, service), key, 30)
        body = messages.ask_bytes(wish, self.device)
        self._client.publish(topics.ask(self.device, service), body, qos=1, properties=properties)
        self._until(lambda: self._garbled or any(about == key for about, _ in self._answers))
        if self._garbled:
            raise Garbled(f"expected an answer of the contract, saw {self._garbled}")
        return next((answer for about, answer in self._answers if about == key), None)

    def coupons(self) -> list[CouponId]:
        """What the member can use now, by name."""
        said = self._ask(AskMember(next(self._orders), self._person))
        return [coupon.id for coupon in said.holdings.coupons] if isinstance(said, MemberFound) else []

    def a_coupon(self) -> Used | None:
        """One of them, for one minor unit off; None for a member who has none."""
        names = self.coupons()
        return Used((UsedCoupon(names[0], 1),)) if names else None

    def charge(self, request: ChargeRequest) -> Said | None:
        """Asked for once; as long as it is pending, what became of it is asked as a terminal does."""
        said = self.ask(AskCharge(request))
        for _ in range(PENDING_ASKED_MAX):
            if not isinstance(said, Pending):
                break
            self._until(lambda: False, PENDING_S)
            said = self.ask(AskQuery(request.key))
        return said

    def refund(self, request: RefundRequest) -> Said | None:
        return self.ask(AskRefund(request))

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.subscribe(topics.all_replies(self.device), qos=1)

    def _on_subscribe(self, *_: Any) -> None:
        self._subscribed = True

    def _on_message(self, _client: Client, _user: Any, message: MQTTMessage) -> None:
        try:
            reply = messages.read_reply(bytes(message.payload))
        except Unreadable as error:
            self._garbled = str(error)
            return
        if isinstance(reply, StatementPage):
            self._answers.append((name_of_page(reply.ask), reply))
        elif isinstance(reply, MemberFound):
            self._answers.append((str(reply.number), reply))
        else:
            self._answers.append((reply.key, reply.answer))

    def _until(self, done: Callable[[], object], seconds: float = ANSWER_S) -> bool:
        until = time.monotonic() + seconds
        while not done() and time.monotonic() < until:
            if turn(self._client, self._bell, 0.05) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise ConnectionError("the link to the broker broke during the suite")
        return bool(done())
