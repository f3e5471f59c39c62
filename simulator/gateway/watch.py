"""What terminals tell of themselves, into the registry: online or not, reported state, health. What they
hear unasked: whom they may trust.

One process, not shared: the broker gives what it retains only to who subscribes alone.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec

from agent.cloud import messages, schema, topics
from agent.cloud.envelope import Unreadable, unpack
from agent.cloud.office_messages import signed_bytes
from agent.core.ids import DeviceId
from simulator.clerk import Letter
from simulator.gateway.line import Arrival, Line
from simulator.gateway.mark_lists import MarkLists
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry

log = logging.getLogger(__name__)

FILTERS = ("hyla/1/+/o", "hyla/1/+/s", "hyla/1/+/t/health")
SAID_BYTES_MAX = 16_384
START = re.compile("([0-9a-f]{8})-([0-9]{1,12})")
"""What a terminal that was claimed says of its start: installation, count."""


class Watch:
    """`run` in a process of its own."""

    def __init__(self, broker: str, registry: Registry, marks: MarkLists) -> None:
        self._registry = registry
        self._numbers = count(1)
        self.line = Line(broker, f"hyla-cloud-watch-{os.getpid()}", FILTERS, self._work, marks.letters)

    def run(self) -> None:
        self.line.run()

    def _work(self, batch: Sequence[Arrival]) -> list[Letter]:
        letters: list[Letter] = []
        for arrival in batch:
            address = topics.parse(arrival.topic)
            if address is None or not arrival.body:
                continue
            try:
                letters += self._keep(address, arrival.body)
            except Unreadable as reason:
                log.warning("%s says of itself what we do not read: %s", address.device, reason)
            except Refused as no:
                log.warning("%s: %s", address.device, no)
        return letters

    def _keep(self, address: topics.Address, body: bytes) -> list[Letter]:
        """A terminal that is there hears what it takes over from a broken one, until it says that it has
        it: at each start, and with each minute's health."""
        if address.lane == "o":
            presence = messages.read_presence(body)
            self._registry.report(address.device, online=presence.online)
            if presence.online and (start := START.fullmatch(presence.boot_id)):
                self._registry.touch(address.device, start[1], int(start[2]))
        elif address.lane == "s":
            self._registry.report(address.device, reported=_said(body))
        else:
            self._registry.report(address.device, health=_said(body))
        there = address.lane != "s" and not (
            address.lane == "o" and not messages.read_presence(body).online
        )
        return self._handover(address.device) if there else []

    def _handover(self, device: DeviceId) -> list[Letter]:
        found = self._registry.handover(device)
        if found is None:
            return []
        id, signed = found
        number, now = next(self._numbers), time.time_ns() // 1_000_000
        body = signed_bytes(schema.COMMAND, f"command/{id}", signed, now)
        return [Letter(0.0, number, topics.command(device, "handover"), body)]


def _said(body: bytes) -> dict[str, Any]:
    """The data of an event, whatever stands in it; of terminals newer than we too. Raises Unreadable."""
    if len(body) > SAID_BYTES_MAX:
        raise Unreadable(f"more than {SAID_BYTES_MAX} bytes")
    _, envelope = unpack(body)
    try:
        return msgspec.json.decode(envelope.data, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable("data that is no JSON object") from None
