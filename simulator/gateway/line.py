"""The gateway's end of the link: one MQTT client, one thread, receipts only when the caller says so.

Enter: a broker's URL, filters. Leave: what was heard; letters go out. A broker that keeps a message until
our receipt gives it to somebody else when we die: so a receipt follows the commit.
"""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.cloud.pump import Bell, no_delay, turn
from simulator.clerk import Letter
from simulator.posting import post

AGAIN_S = 0.2  # between two tries to reach the broker
IDLE_S = 1.0
RECEIVE_MAX = 256  # messages the broker may give us without our receipt
BATCH_MAX = 256


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came; `receipt` names it to the broker."""

    topic: str
    body: bytes
    correlation: bytes
    receipt: tuple[int, int]


class Line:
    """`work` is given each batch and returns the letters that answer it; the receipts follow them. Whatever
    it raises ends `run`: nothing of the batch was receipted. `unasked` is asked each second for letters of
    its own, with True when the connection is a new one."""

    def __init__(
        self,
        url: str,
        name: str,
        filters: Sequence[str],
        work: Callable[[Sequence[Arrival]], Sequence[Letter]],
        unasked: Callable[[bool], Sequence[Letter]] = lambda _anew: (),
    ) -> None:
        self._url, self._name = urlsplit(url), name
        self._filters, self._work, self._unasked = tuple(filters), work, unasked
        self._arrived: deque[Arrival] = deque()
        self._bell = Bell()
        self._stopping, self.ready = Event(), Event()

    def run(self) -> None:
        """Until `stop`; keeps trying while there is no broker."""
        self._bell.hang()
        try:
            while not self._stopping.is_set():
                client = self._connect()
                if client is not None:
                    self._serve(client)
                self.ready.clear()
                self._arrived.clear()  # without our receipt they come again
                self._pause()
        finally:
            self._bell.take_down()

    def stop(self) -> None:
        """From any thread, or a signal's handler."""
        self._stopping.set()
        self._bell.ring()

    def _connect(self) -> Client | None:
        client = Client(
            CallbackAPIVersion.VERSION2, self._name, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        client.suppress_exceptions = True
        client.max_inflight_messages_set(0)
        client.on_message = self._hear
        client.on_connect = self._subscribe
        client.on_subscribe = lambda *_: self.ready.set()
        client.on_socket_open = no_delay
        if self._url.username:
            client.username_pw_set(self._url.username, self._url.password)
        if self._url.scheme == "mqtts":
            client.tls_set()
        # No session outlives us: what lies there for one who is dead would reach nobody.
        wanted = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        wanted.ReceiveMaximum = RECEIVE_MAX
        try:
            client.connect(
                self._url.hostname or "", self._url.port or 1883, 30, clean_start=True, properties=wanted
            )
        except OSError:
            return None
        return client

    def _subscribe(self, client: Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            client.subscribe([(each, SubscribeOptions(qos=1)) for each in self._filters])

    def _hear(self, _client: Client, _user: Any, message: MQTTMessage) -> None:
        correlation = getattr(message.properties, "CorrelationData", b"")
        receipt = (message.mid, message.qos)
        self._arrived.append(Arrival(message.topic, bytes(message.payload), correlation, receipt))

    def _serve(self, client: Client) -> None:
        anew, due_s = True, 0.0
        while not self._stopping.is_set():
            if self.ready.is_set() and time.monotonic() >= due_s:
                for letter in self._unasked(anew):
                    post(client, letter)
                anew, due_s = False, time.monotonic() + IDLE_S
            batch = [self._arrived.popleft() for _ in range(min(len(self._arrived), BATCH_MAX))]
            if batch:
                for letter in self._work(batch):
                    post(client, letter)
                for arrival in batch:
                    client.ack(*arrival.receipt)
            patience_s = 0.0 if self._arrived else IDLE_S
            if turn(client, self._bell, patience_s) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
        self._farewell(client)

    def _farewell(self, client: Client) -> None:
        """What was written may still lie in the library's queue."""
        until = time.monotonic() + IDLE_S
        while client.want_write() and time.monotonic() < until:
            if turn(client, self._bell, 0.05) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
        client.disconnect()

    def _pause(self) -> None:
        if not self._stopping.is_set() and (ear := self._bell.ear()):
            select.select([ear], [], [], AGAIN_S)
        self._bell.hush()
