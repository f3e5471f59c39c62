"""One connection to the broker, from CONNECT to its end, in the technician's words when it fails.

Enter: the `cloud` section. Leave: Happenings, turn by turn; DeviceTrouble with cause, host:port and what
to check. Owned and driven by one thread; a connection is never opened twice.
"""

from __future__ import annotations

import contextlib
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.cloud import topics
from agent.cloud.messages import presence_bytes
from agent.cloud.pump import Bell, turn
from agent.cloud.session import (
    Connected,
    Disconnected,
    Happening,
    Receipt,
    Subscribed,
    connect_properties,
    new_client,
    place,
)
from agent.core.ids import DeviceId
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection

HANDSHAKE_S = 5.0  # for CONNACK, and again for SUBACK
FAREWELL_S = 1.0
STEP_S = 0.25  # how often a handshake looks whether it should stop
TAKEN_OVER = 0x8E
GOODBYE_WITH_WILL = 0x04

H = TypeVar("H", bound=Happening)


class Connection:
    """The link while it lasts. `receive_max` and `packet_bytes_max` are the broker's own limits."""

    def __init__(
        self,
        section: CloudSection,
        device: DeviceId,
        boot_id: str,
        bell: Bell,
        stopping: Callable[[], bool],
        will_delay_s: int,
    ) -> None:
        """Raises DeviceTrouble when a file of the section cannot be used."""
        self._section, self._device, self._boot_id = section, device, boot_id
        self._bell, self._stopping = bell, stopping
        self._host, self._port = place(section)
        self._happened: deque[Happening] = deque()
        self._client = new_client(section, device, boot_id, will_delay_s, self._happened)
        self.receive_max = 0
        self.packet_bytes_max = 0

    @property
    def address(self) -> str:
        return f"{self._host}:{self._port}"

    def open(self) -> bool:
        """Connect, subscribe, say that we are here. False: stopped meanwhile.

        Raises:
            DeviceTrouble: `unreachable` when nobody answers, `refused` when somebody will not have us.
        """
        self._dial()
        answer = self._await(Connected, self._closed_first())
        if answer is None:
            return False
        if answer.reason.is_failure:
            raise self._trouble(
                "refused",
                f"refuses this terminal: {answer.reason} (0x{answer.reason.value:02X}); check"
                " cloud.username, cloud.password_file, cloud.certificate_file and device.id",
            )
        self.receive_max, self.packet_bytes_max = answer.receive_max, answer.packet_bytes_max
        online = self._subscribe() and self._say_online()
        if online:
            self._wish_for_more()
        return online

    def turn(self, timeout_s: float) -> list[Happening]:
        """Wait at most so long, then what happened, in order.

        Raises:
            DeviceTrouble: `lost`; everything that happened before was returned by earlier turns.
        """
        code = turn(self._client, self._bell, timeout_s)
        happened = list(self._happened)
        self._happened.clear()
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS and not happened:
            raise self._trouble("lost", f"the link broke ({code.name}); {CHECK_LINK}")
        for one in happened:
            if isinstance(one, Disconnected):
                self._happened.extend(h for h in happened if not isinstance(h, Disconnected))
                raise self._trouble("lost", self._why(one))
        return happened

    def left_over(self) -> list[Happening]:
        """What still arrived in the turn that lost the link."""
        happened = list(self._happened)
        self._happened.clear()
        return happened

    def send(
        self, topic: str, body: bytes, properties: Properties | None = None, retain: bool = False
    ) -> int | None:
        """QoS 1, now. The id its Receipt will carry; None when the link is gone."""
        info = self._client.publish(topic, body, qos=1, retain=retain, properties=properties)
        return info.mid if info.rc is MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def say(self, topic: str, body: bytes) -> None:
        """QoS 0: once, if the link is there."""
        self._client.publish(topic, body, qos=0)

    def farewell(self) -> None:
        """Leave on purpose: say offline, wait briefly for the receipt, disconnect; no will is sent."""
        offline = presence_bytes(self._device, online=False, boot_id=self._boot_id)
        mid = self.send(topics.presence(self._device), offline, retain=True)
        until = time.monotonic() + FAREWELL_S
        with contextlib.suppress(DeviceTrouble):
            while mid is not None and time.monotonic() < until:
                if any(isinstance(h, Receipt) and h.mid == mid for h in self.turn(0.05)):
                    break
            self._client.disconnect()

    def hang_up(self) -> None:
        """Leave in trouble: the will stays in force. Does nothing after a farewell."""
        if self._client.socket() is not None:
            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=GOODBYE_WITH_WILL))
        if sock := self._client.socket():  # the goodbye did not get out: a black-holed link
            sock.close()

    def _dial(self) -> None:
        try:
            self._client.connect(
                self._host,
                self._port,
                self._section.keepalive_s,
                clean_start=False,
                properties=connect_properties(self._section),
            )
        except ssl.SSLError as error:
            text = f"no TLS ({getattr(error, 'verify_message', '') or error.reason or error})"
            check = "check cloud.ca_file, the name and dates of the certificates, and this terminal's clock"
            raise self._trouble("refused", f"{text}; {check}") from error
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            check = "check cloud.url, the network cable, and that the broker runs"
            raise self._trouble("unreachable", f"no connection ({why}); {check}") from error

    def _subscribe(self) -> bool:
        device = self._device
        filters = [
            topics.all_replies(device),
            topics.acknowledgements(device),
            topics.marks(device),
            topics.membership(device),
            topics.desired(device),
            topics.all_commands(device),
        ]
        self._client.subscribe([(name, SubscribeOptions(qos=1)) for name in filters])
        answer = self._await(Subscribed, f"closed instead of answering SUBSCRIBE; {CHECK_LINK}")
        if answer is None:
            return False
        for name, reason in zip(filters, answer.reasons, strict=False):
            if reason.is_failure or reason.value != 1:
                text = f"no QoS 1 subscription to {name} ({reason}); check the broker's access list"
                raise self._trouble("refused", text)
        return True

    def _wish_for_more(self) -> None:
        """Promotions and a renewed certificate: a shop sells without them; a broker that refuses these is
        not waited for, and no trouble."""
        device = self._device
        wished = (topics.promotions(device), topics.picture(device, "+"), topics.claim_reply(device))
        self._client.subscribe([(name, SubscribeOptions(qos=1)) for name in wished])

    def _say_online(self) -> bool:
        """Also the proof that we may publish under our own name: some brokers check only that."""
        topic = topics.presence(self._device)
        self.send(topic, presence_bytes(self._device, online=True, boot_id=self._boot_id), retain=True)
        answer = self._await(Receipt, f"closed instead of taking {topic}; {CHECK_LINK}")
        if answer is not None and answer.reason.is_failure:
            check = "check device.id and the broker's access list"
            raise self._trouble("refused", f"may not publish to {topic} ({answer.reason}); {check}")
        return answer is not None

    def _await(self, kind: type[H], closed: str) -> H | None:
        """The first Happening of a kind; others wait their turn. None: stopped meanwhile."""
        until = time.monotonic() + HANDSHAKE_S
        while not self._stopping():
            for one in self._happened:
                if isinstance(one, kind):
                    self._happened.remove(one)
                    return one
                if isinstance(one, Disconnected) and one.by_broker:
                    raise self._trouble("refused", self._why(one))
            code = turn(self._client, self._bell, STEP_S)
            if any(isinstance(one, kind) for one in self._happened):
                continue
            if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise self._trouble("refused", closed)
            if time.monotonic() > until:
                raise self._trouble("unreachable", f"no MQTT answer in {HANDSHAKE_S:.0f} s; {CHECK_LINK}")
        return None

    def _closed_first(self) -> str:
        keys = "cloud.username and cloud.password_file"
        if self._section.url.startswith("mqtts:"):
            keys = "cloud.certificate_file, cloud.key_file, " + keys
        return f"closed without an answer; check {keys}, that it speaks MQTT 5 there, and the broker's log"

    def _why(self, end: Disconnected) -> str:
        if end.by_broker and end.reason.value == TAKEN_OVER:
            return f"another terminal connected as {self._device}; give each its own device.id"
        who = "the broker ended the link" if end.by_broker else "the link broke"
        return f"{who} ({end.reason}); {CHECK_LINK}"

    def _trouble(self, cause: str, text: str) -> DeviceTrouble:
        return DeviceTrouble(cause, f"{self.address}: {text}")


CHECK_LINK = "check the network cable and the broker's log"
