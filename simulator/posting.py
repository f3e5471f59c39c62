"""A letter given to the broker: what it answers, and the time after which nobody needs it."""

from __future__ import annotations

from paho.mqtt.client import Client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from simulator.clerk import Letter

ANSWER_EXPIRY_S = 60


def post(client: Client, letter: Letter) -> None:
    """Now; a retained one stays until another takes its place."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if not letter.retain:
        properties.MessageExpiryInterval = ANSWER_EXPIRY_S
    if letter.correlation:
        properties.CorrelationData = letter.correlation
    client.publish(letter.topic, letter.body, qos=1, retain=letter.retain, properties=properties)
