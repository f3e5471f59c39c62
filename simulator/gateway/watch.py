"""What terminals tell of themselves, into the registry: online or not, reported state, health.

One process, not shared: the broker gives what it retains only to who subscribes alone.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from agent.cloud import messages, topics
from agent.cloud.envelope import Unreadable, unpack
from simulator.clerk import Letter
from simulator.gateway.line import Arrival, Line
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry

log = logging.getLogger(__name__)

FILTERS = ("hyla/1/+/o", "hyla/1/+/s", "hyla/1/+/t/health")
SAID_BYTES_MAX = 16_384
START = re.compile("([0-9a-f]{8})-([0-9]{1,12})")
"""What a terminal that was claimed says of its start: installation, count."""


class Watch:
    """`run` in a process of its own."""

    def __init__(self, broker: str, registry: Registry) -> None:
        self._registry = registry
        self.line = Line(broker, f"hyla-cloud-watch-{os.getpid()}", FILTERS, self._work)

    def run(self) -> None:
        self.line.run()

    def _work(self, batch: Sequence[Arrival]) -> list[Letter]:
        for arrival in batch:
            address = topics.parse(arrival.topic)
            if address is None or not arrival.body:
                continue
            try:
                self._keep(address, arrival.body)
            except Unreadable as reason:
                log.warning("%s says of itself what we do not read: %s", address.device, reason)
            except Refused as no:
                log.warning("%s: %s", address.device, no)
        return []

    def _keep(self, address: topics.Address, body: bytes) -> None:
        if address.lane == "o":
            presence = messages.read_presence(body)
            self._registry.report(address.device, online=presence.online)
            if presence.online and (start := START.fullmatch(presence.boot_id)):
                self._registry.touch(address.device, start[1], int(start[2]))
        elif address.lane == "s":
            self._registry.report(address.device, reported=_said(body))
        else:
            self._registry.report(address.device, health=_said(body))


def _said(body: bytes) -> dict[str, Any]:
    """The data of an event, whatever stands in it; of terminals newer than we too. Raises Unreadable."""
    if len(body) > SAID_BYTES_MAX:
        raise Unreadable(f"more than {SAID_BYTES_MAX} bytes")
    _, envelope = unpack(body)
    try:
        return msgspec.json.decode(envelope.data, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable("data that is no JSON object") from None
