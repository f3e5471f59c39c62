"""Claiming over the network: one conversation with head office at its bootstrap listener.

Enters: the offer, repeated until it is answered; a confirmation, when the technician gave one. Leaves: what
head office says, and up or lost; DeviceTrouble in the technician's words. The listener knows a terminal by
its serial number and takes nothing but this. Owned and driven by one thread of the supervisor.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.cloud import topics
from agent.cloud.claim_messages import STEPS, Down, Up, read_down, up_bytes
from agent.cloud.envelope import Unreadable
from agent.cloud.pump import Bell, turn
from agent.cloud.session import (
    CONNECT_TIMEOUT_S,
    Arrived,
    Connected,
    Disconnected,
    Happening,
    Subscribed,
    listen,
    place,
    tls,
)
from agent.core.events import Device
from agent.core.ids import DeviceId
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection, FleetSection

STEP_S = 0.25
HANDSHAKE_S = 5.0
AGAIN_S = 2.0  # the words last said are said again: head office may have decided meanwhile
KEEPALIVE_S = 10


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told, on the claiming thread."""

    said: Callable[[Down], None]
    up: Callable[[], None]


class ClaimTask:
    """DeviceTask of the way to head office, for who has no identity. `say` replaces what is repeated."""

    device = Device.CLOUD

    def __init__(self, section: CloudSection, who: str, offer: Up, listeners: Listeners) -> None:
        """`who` is the serial number at the bootstrap listener, the device id at the terminals' own."""
        self._section = section
        self._who = DeviceId(who)
        self._listeners = listeners
        self._lock = Lock()
        self._words = offer
        self._said_s = 0.0
        self._bell = Bell()
        self._stopping = Flag()

    def say(self, words: Up) -> None:
        """From any thread: this from now on, at once if the way is up."""
        with self._lock:
            self._words, self._said_s = words, 0.0
        self._bell.ring()

    def run(self) -> None:
        """Returns after stop. Raises DeviceTrouble: unreachable, refused, lost."""
        self._bell.hang()
        happened: deque[Happening] = deque()
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=self._who, protocol=MQTTProtocolVersion.MQTTv5
        )
        client.suppress_exceptions = True
        client.connect_timeout = CONNECT_TIMEOUT_S
        try:
            tls(client, self._section)
            listen(client, happened)
            self._open(client, happened)
            with self._lock:
                self._said_s = 0.0
            self._listeners.up()
            while not self._stopping.is_set():
                self._say_again(client)
                self._hear(client, happened)
            client.disconnect()
        finally:
            if sock := client.socket():
                sock.close()
            self._bell.take_down()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.ring()

    def _open(self, client: Client, happened: deque[Happening]) -> None:
        host, port = place(self._section)
        try:
            client.connect(host, port, KEEPALIVE_S, clean_start=True)
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or error.reason or error
            raise self._trouble(
                "refused", f"no TLS ({why}); check fleet.ca_file and the address"
            ) from error
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            text = f"no connection ({why}); check fleet.url and the network cable"
            raise self._trouble("unreachable", text) from error
        answer = self._await(client, happened, Connected)
        if isinstance(answer, Connected) and answer.reason.is_failure:
            raise self._trouble("refused", f"refuses this terminal: {answer.reason}; check fleet.serial")
        client.subscribe([(topics.claim_reply(self._who), SubscribeOptions(qos=1))])
        listening = self._await(client, happened, Subscribed)
        if isinstance(listening, Subscribed) and listening.reasons[0].is_failure:
            raise self._trouble("refused", f"no answers for this terminal ({listening.reasons[0]})")

    def _await(self, client: Client, happened: deque[Happening], kind: type[Happening]) -> Happening | None:
        until_s = time.monotonic() + HANDSHAKE_S
        while not self._stopping.is_set():
            while happened:
                one = happened.popleft()
                if isinstance(one, kind):
                    return one
                if isinstance(one, Disconnected):
                    raise self._trouble("refused", f"ended the link ({one.reason}); check fleet.serial")
            code = turn(client, self._bell, STEP_S)
            if code is not MQTTErrorCode.MQTT_ERR_SUCCESS and not happened:
                raise self._trouble("refused", "closed without an answer; check fleet.url and fleet.serial")
            if time.monotonic() > until_s:
                raise self._trouble(
                    "unreachable", f"no MQTT answer in {HANDSHAKE_S:.0f} s; check fleet.url"
                )
        return None

    def _say_again(self, client: Client) -> None:
        with self._lock:
            words, due = self._words, time.monotonic() - self._said_s > AGAIN_S or not self._said_s
            if not due:
                return
            self._said_s = time.monotonic()
        client.publish(topics.claim(self._who, STEPS[type(words)]), up_bytes(self._who, words), qos=1)

    def _hear(self, client: Client, happened: deque[Happening]) -> None:
        code = turn(client, self._bell, STEP_S)
        while happened:
            one = happened.popleft()
            if isinstance(one, Disconnected):
                raise self._trouble("lost", f"the link broke ({one.reason}); check the network cable")
            if isinstance(one, Arrived):
                try:
                    said = read_down(one.body)
                except Unreadable as error:
                    raise self._trouble("failed", f"said what is not in the contract: {error}") from None
                self._listeners.said(said)
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise self._trouble("lost", f"the link broke ({code.name}); check the network cable")

    def _trouble(self, cause: str, text: str) -> DeviceTrouble:
        host, port = place(self._section)
        return DeviceTrouble(cause, f"head office at {host}:{port}: {text}")


def section_of(fleet: FleetSection, clock_floor_utc_s: int = 1) -> CloudSection:
    """The bootstrap listener as a link: server-authenticated TLS, no certificate of ours. A clock from the
    box is not believed about the listener's certificate either."""
    return CloudSection(url=fleet.url, ca_file=fleet.ca_file, clock_floor_utc_s=clock_floor_utc_s)
