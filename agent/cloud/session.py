"""One connection: profile section → a paho client that is set up, never one that was used before.

Enter: the `cloud` section. Leave: a client with will, credentials and TLS, and what happened on it as
a queue of Happenings. A fresh client for each connection leaves nothing in the library's memory
that it could send a second time.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from agent.cloud import topics
from agent.cloud.messages import presence_bytes
from agent.cloud.pump import no_delay
from agent.core.ids import DeviceId
from agent.core.trusted_time import is_believed, known_now
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 3.0
RECEIVE_MAX = 100  # messages the broker may send us without our receipt
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Connected:
    """CONNACK. `receive_max` and `packet_bytes_max` are what the broker allows us."""

    reason: ReasonCode
    receive_max: int
    packet_bytes_max: int


@dataclass(frozen=True, slots=True)
class Subscribed:
    """SUBACK, one reason for each filter."""

    reasons: tuple[ReasonCode, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """PUBACK. A receipt can also be a refusal: always look at the reason."""

    mid: int
    reason: ReasonCode


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message for us."""

    topic: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The link is gone; by the broker's own word when `by_broker`."""

    reason: ReasonCode
    by_broker: bool


Happening = Connected | Subscribed | Receipt | Arrived | Disconnected


class _TidySocket(ssl.SSLSocket):
    """paho leaves the socket of a failed handshake open; this one closes itself."""

    ends_after_utc_s = 0

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
            if self.ends_after_utc_s:
                self._expect_not_ended()
        except BaseException:
            self.close()
            raise

    def _expect_not_ended(self) -> None:
        """The clock is wrong, but it is not earlier than this."""
        ends = str((self.getpeercert() or {}).get("notAfter", ""))
        if not ends or ssl.cert_time_to_seconds(ends) <= self.ends_after_utc_s:
            raise ssl.SSLError(1, "the broker's certificate ended before this terminal was claimed")


NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for."""


def place(section: CloudSection) -> tuple[str, int]:
    """Host and port of the broker."""
    parts = urlsplit(section.url)
    return parts.hostname or "", parts.port or 1883


def new_client(
    section: CloudSection, device: DeviceId, boot_id: str, will_delay_s: int, happened: deque[Happening]
) -> Client:
    """A client ready to connect; everything that happens on it is put into `happened`.

    Raises:
        DeviceTrouble: a file of the section is missing or is not what it should be.
    """
    client = Client(CallbackAPIVersion.VERSION2, client_id=device, protocol=MQTTProtocolVersion.MQTTv5)
    client.suppress_exceptions = True  # an exception in a callback would end the library's loop
    client.connect_timeout = CONNECT_TIMEOUT_S
    client.max_inflight_messages_set(0)  # the windows are ours; a charge must not queue behind records
    will = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call]
    will.WillDelayInterval = will_delay_s  # a link that comes back in time was never away
    offline = presence_bytes(device, online=False, boot_id=boot_id)
    client.will_set(topics.presence(device), offline, qos=1, retain=True, properties=will)
    credentials(client, section)
    tls(client, section)
    listen(client, happened)
    return client


def connect_properties(section: CloudSection) -> Properties:
    """The session outlives the link, and the broker keeps within what we can take."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = section.session_expiry_s
    properties.ReceiveMaximum = RECEIVE_MAX
    return properties


def ask_properties(response_topic: str, key: str, expiry_s: int) -> Properties:
    """Where to answer, to which question, and when the broker throws it away undelivered."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic = response_topic
    properties.CorrelationData = key.encode()
    properties.MessageExpiryInterval = expiry_s
    return properties


def listen(client: Client, happened: deque[Happening]) -> None:
    """Callbacks put into the queue and do nothing else."""

    def on_connect(_c: Client, _u: Any, _flags: Any, reason: ReasonCode, given: Properties | None) -> None:
        receive = getattr(given, "ReceiveMaximum", 65_535)
        packet = getattr(given, "MaximumPacketSize", 268_435_455)
        happened.append(Connected(reason, receive, packet))

    def on_subscribe(_c: Client, _u: Any, _mid: int, reasons: list[ReasonCode], _p: Any) -> None:
        happened.append(Subscribed(tuple(reasons)))

    def on_publish(_c: Client, _u: Any, mid: int, reason: ReasonCode, _p: Any) -> None:
        happened.append(Receipt(mid, reason))

    def on_message(_c: Client, _u: Any, message: MQTTMessage) -> None:
        happened.append(Arrived(message.topic, bytes(message.payload)))

    def on_disconnect(_c: Client, _u: Any, flags: Any, reason: ReasonCode, _p: Any) -> None:
        happened.append(Disconnected(reason, flags.is_disconnect_packet_from_server))

    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_publish = on_publish
    client.on_message = on_message
    client.on_disconnect = on_disconnect
    client.on_socket_open = no_delay


def credentials(client: Client, section: CloudSection) -> None:
    """User name and password of the section. Raises DeviceTrouble when the file cannot be used."""
    if not section.username:
        return
    password = None
    if section.password_file:
        try:
            password = Path(section.password_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise _bad_file(
                "password_file", section.password_file, "the password as text", error
            ) from error
    host, _ = place(section)
    if password and section.url.startswith("mqtt:") and host not in LOOPBACK:
        log.warning("cloud.url = %s: the password crosses the network in clear; use mqtts://", section.url)
    client.username_pw_set(section.username, password)


def tls(client: Client, section: CloudSection) -> None:
    """TLS and certificates of the section. Raises DeviceTrouble when a file cannot be used."""
    if not section.url.startswith("mqtts:"):
        return
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if section.ca_file:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # this CA alone, not the system's besides
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(section.ca_file)
        except OSError as error:
            raise _bad_file("ca_file", section.ca_file, "CA certificates in PEM", error) from error
    if section.certificate_file:
        try:
            context.load_cert_chain(section.certificate_file, section.key_file or None, password="")
        except OSError as error:
            files = f"{section.certificate_file} with cloud.key_file = {section.key_file}"
            raise _bad_file("certificate_file", files, "a certificate and its key in PEM", error) from error
    context.sslsocket_class = _TidySocket
    _mind_the_clock(context, section.clock_floor_utc_s)
    client.tls_set_context(context)


def _mind_the_clock(context: ssl.SSLContext, floor_utc_s: int) -> None:
    """A terminal that believes in 1970 would trust no certificate: it judges only whether one had ended
    when head office signed its claim. Without a floor (never claimed) the clock is taken as it is."""
    if floor_utc_s and not is_believed(int(time.time()), floor_utc_s):
        context.verify_flags |= NO_CHECK_TIME
        past = type("PastSocket", (_TidySocket,), {"ends_after_utc_s": known_now(0, floor_utc_s)})
        context.sslsocket_class = past


def _bad_file(key: str, value: str, expected: str, error: Exception) -> DeviceTrouble:
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return DeviceTrouble("refused", f"cloud.{key} = {value}: {why} (expected {expected})")
