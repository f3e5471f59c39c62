"""Head office at the broker: signed wishes down, what terminals report up.

Enters: what somebody at head office wants, the office's signing key. Leaves: retained settings and expiring
commands; reported states and health as they come. Each call is one short connection.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from agent.cloud import schema, topics
from agent.cloud.office_messages import read_health, read_reported, signed_bytes
from agent.core.events import CommandArrived
from agent.core.ids import DeviceId
from agent.fleet.wishes import Desired, sign_command, sign_settings

T = TypeVar("T")
COMMAND_S = 600
TAKEN_S = 10
NEXT = "start it, or name another one: `hyla-cloud serve --broker URL`"


class OfficeLine:
    """`url` is `mqtt://[user:password@]host:port` of the broker, on head office's side of the guard."""

    def __init__(self, url: str, key: Ed25519PrivateKey) -> None:
        self._url, self._key = urlsplit(url), key

    def wish_settings(self, device: str, desired: Desired) -> None:
        """Retained, until newer ones. Raises ValueError when they are too long for one message."""
        signed = sign_settings(desired, device, _utc_s(), self._key)
        body = signed_bytes(schema.DESIRED, f"desired/{desired.version}", signed, _utc_s() * 1000)
        self._say(topics.desired(DeviceId(device)), body, retain=True)

    @staticmethod
    def new_id() -> str:
        """For a command that somebody has to know of before it is given."""
        return f"c-{secrets.token_hex(8)}"

    def command(
        self, device: str, name: str, words: Mapping[str, str], good_for_s: int = COMMAND_S, id: str = ""
    ) -> str:
        """Wanted once, within so long; returns its id. Raises ValueError for an unknown command."""
        id = id or self.new_id()
        wanted = CommandArrived(id, name, (_utc_s() + good_for_s) * 1000, words)
        signed = sign_command(wanted, device, _utc_s(), self._key)
        body = signed_bytes(schema.COMMAND, f"command/{id}", signed, _utc_s() * 1000)
        self._say(topics.command(DeviceId(device), name), body, expires_s=good_for_s)
        return id

    def reported(self, device: str, seconds: float) -> schema.ReportedData | None:
        """What the terminal last said of its settings; None when it never did."""
        return self._hear(topics.reported(DeviceId(device)), read_reported, seconds)

    def health(self, device: str, seconds: float) -> schema.HealthData | None:
        """The next minute's health; None when none comes in time."""
        return self._hear(topics.telemetry(DeviceId(device), "health"), read_health, seconds)

    def _say(self, topic: str, body: bytes, retain: bool = False, expires_s: int = 0) -> None:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if expires_s:
            properties.MessageExpiryInterval = expires_s
        with self._connected() as client:
            client.publish(topic, body, qos=1, retain=retain, properties=properties).wait_for_publish(
                TAKEN_S
            )

    def _hear(self, topic: str, read: Callable[[bytes], T], seconds: float) -> T | None:
        """The first message there."""
        found: list[bytes] = []
        came = Event()

        def on_message(_client: Client, _user: Any, message: MQTTMessage) -> None:
            found.append(bytes(message.payload))
            came.set()

        with self._connected() as client:
            client.on_message = on_message
            client.subscribe(topic, qos=1)
            came.wait(seconds)
        return read(found[0]) if found else None

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        """Raises OSError when no broker answers."""
        client, up = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5), Event()
        if self._url.username:
            client.username_pw_set(self._url.username, self._url.password)
        client.on_connect = lambda *_: up.set()
        port = self._url.port or 1883
        silent = f"{self._url.hostname}:{port}: no MQTT broker answers"
        try:
            client.connect(self._url.hostname or "", port)
        except OSError as trouble:
            raise OSError(f"{silent} ({trouble.strerror or trouble}); {NEXT}") from None
        client.loop_start()
        try:
            if not up.wait(TAKEN_S):
                raise OSError(f"{silent} within {TAKEN_S} s; {NEXT}")
            yield client
        finally:
            client.disconnect()
            client.loop_stop()


def _utc_s() -> int:
    return time.time_ns() // 1_000_000_000
