"""Does the way to the cloud stand? One connection of the doctor's own, one question, no money.

Enter: the `cloud` section, the device. Leave: how long each step took and the cloud's own time, or
DeviceTrouble as the link itself would raise it. It never uses the terminal's client id, which would throw a
running terminal off the broker; it leaves no will, keeps no session and takes nothing from the terminal's.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import TypeVar

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.cloud import topics
from agent.cloud.envelope import Unreadable, ms_of, unpack
from agent.cloud.messages import ask_bytes, read_answer
from agent.cloud.pump import Bell, turn
from agent.cloud.session import (
    CONNECT_TIMEOUT_S,
    Arrived,
    Connected,
    Disconnected,
    Happening,
    Subscribed,
    ask_properties,
    credentials,
    listen,
    place,
    tls,
)
from agent.core.commands import AskQuery
from agent.core.ids import DeviceId, PaymentKey
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection

STEP_S = 0.1
HANDSHAKE_S = 5.0
EXPIRY_S = 30
NOT_THIS_NAME = (0x85, 0x87)  # client id not valid, not authorized

H = TypeVar("H", bound=Happening)


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found. `answer_ms` is None when the cloud was silent; `cloud_ahead_ms` is its clock
    against ours at the middle of the question, None when it did not say its time."""

    connect_ms: int
    answer_ms: int | None
    cloud_ahead_ms: int | None


def probe(section: CloudSection, device: DeviceId, answer_within_s: float) -> Probe:
    """Connect, ask about a payment key that nobody ever used, leave.

    Raises:
        DeviceTrouble: `unreachable`, `refused`, `name` (only the doctor's own name is refused), `lost`.
    """
    asking = _Asking(section, device)
    try:
        connect_ms = asking.connect()
        return asking.ask(connect_ms, answer_within_s)
    finally:
        asking.leave()


class _Asking:
    """One connection."""

    def __init__(self, section: CloudSection, device: DeviceId) -> None:
        self._section, self._device = section, device
        self._bell = Bell()
        self._happened: deque[Happening] = deque()
        name = f"{device}-doctor"
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.connect_timeout = CONNECT_TIMEOUT_S
        credentials(self._client, section)
        tls(self._client, section)
        listen(self._client, self._happened)

    def connect(self) -> int:
        """Milliseconds from nothing to CONNACK."""
        began_s = time.monotonic()
        host, port = place(self._section)
        try:
            self._client.connect(host, port, self._section.keepalive_s, clean_start=True)
        except ssl.SSLError as error:
            raise self._trouble("refused", f"no TLS ({error.reason or error})") from error
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise self._trouble("unreachable", f"no connection ({why})") from error
        answer = self._await(Connected, HANDSHAKE_S)
        if answer is None:
            raise self._trouble("unreachable", f"no MQTT answer in {HANDSHAKE_S:.0f} s")
        if answer.reason.is_failure:
            cause = "name" if answer.reason.value in NOT_THIS_NAME else "refused"
            raise self._trouble(cause, f"{answer.reason} (0x{answer.reason.value:02X})")
        return _ms_since(began_s)

    def ask(self, connect_ms: int, within_s: float) -> Probe:
        """The reply goes where the terminal's own go; it ignores one about a key it does not know."""
        self._client.subscribe([(topics.reply(self._device, topics.QUERY), SubscribeOptions(qos=1))])
        listening = self._await(Subscribed, HANDSHAKE_S)
        if listening is None or listening.reasons[0].is_failure:
            raise self._trouble("name", "may not listen to the terminal's replies")
        key = PaymentKey(f"{self._device}-doctor-{time.time_ns() // 1_000_000}-0")
        properties = ask_properties(topics.reply(self._device, topics.QUERY), key, EXPIRY_S)
        sent_utc_ms, sent_s = time.time_ns() // 1_000_000, time.monotonic()
        topic, body = topics.ask(self._device, topics.QUERY), ask_bytes(AskQuery(key), self._device)
        self._client.publish(topic, body, qos=1, properties=properties)
        while (left_s := sent_s + within_s - time.monotonic()) > 0:
            arrived = self._await(Arrived, left_s)
            if arrived is None:
                break
            if (said_ms := _time_of_answer(arrived.body, key)) is not None:
                answer_ms = _ms_since(sent_s)
                ahead_ms = said_ms - (sent_utc_ms + answer_ms // 2) if said_ms else None
                return Probe(connect_ms, answer_ms, ahead_ms)
        return Probe(connect_ms, None, None)

    def leave(self) -> None:
        self._client.disconnect()
        if sock := self._client.socket():
            sock.close()

    def _await(self, kind: type[H], within_s: float) -> H | None:
        """The first Happening of a kind; None when none comes in time."""
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            while self._happened:
                one = self._happened.popleft()
                if isinstance(one, kind):
                    return one
                if isinstance(one, Disconnected) and one.by_broker:
                    raise self._trouble("refused", f"the broker ended the link ({one.reason})")
            if turn(self._client, self._bell, STEP_S) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                if any(isinstance(one, kind) for one in self._happened):
                    continue
                cause, what = ("refused", "closed without an answer") if kind is Connected else LINK_BROKE
                raise self._trouble(cause, what)
        return None

    def _trouble(self, cause: str, text: str) -> DeviceTrouble:
        host, port = place(self._section)
        return DeviceTrouble(cause, f"{host}:{port}: {text}")


LINK_BROKE = ("lost", "the link broke")


def _time_of_answer(body: bytes, key: PaymentKey) -> int | None:
    """When the cloud says it answered this key, 0 when it does not say; None for another message."""
    try:
        if read_answer(body)[0] != key:
            return None
        _, envelope = unpack(body)
        return ms_of(envelope.time) if isinstance(envelope.time, str) else 0
    except Unreadable:
        return None


def _ms_since(began_s: float) -> int:
    return int((time.monotonic() - began_s) * 1000)
