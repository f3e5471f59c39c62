"""What the bootstrap listener brings: offers and confirmations; and renewals of terminals that are claimed.

Enters: messages below `hyla/1/{who}/p/`, which the guard let through. Leaves: a code, head office's word,
a certificate, or a refusal. Nothing is remembered here: a terminal repeats its offer, and finds what was
decided meanwhile in the registry.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from itertools import count

from agent.cloud import topics
from agent.cloud.claim_messages import Down, Up, down_bytes, mark_of, read_up
from agent.cloud.claim_schema import (
    AssignedData,
    ClaimRefusedData,
    CodeData,
    ConfirmData,
    IssuedData,
    OfferData,
)
from agent.cloud.envelope import Unreadable
from simulator.clerk import Letter
from simulator.gateway.line import Arrival, Line
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Offer

log = logging.getLogger(__name__)

FILTERS = tuple(f"$share/{step}s/hyla/1/+/p/{step}" for step in ("offer", "confirm", "renew"))
"""Three names, for the embedded broker loses messages of two filters that are shared under one."""


class Claims:
    """`run` in a process or a thread of its own."""

    def __init__(self, broker: str, registry: Registry) -> None:
        self._registry = registry
        self._numbers = count(1)
        self.line = Line(broker, f"hyla-cloud-claims-{os.getpid()}", FILTERS, self._work)

    def run(self) -> None:
        self.line.run()

    def _work(self, batch: Sequence[Arrival]) -> list[Letter]:
        letters = []
        for arrival in batch:
            address = topics.parse(arrival.topic)
            if address is None:
                continue
            try:
                words = read_up(arrival.body)
                said = self._answer(address.device, address.rest, words)
            except Unreadable as reason:
                log.warning("%s claims in words we do not read: %s", address.device, reason)
                continue
            except Refused as no:
                said = ClaimRefusedData(no.word, str(no)[:200])
            number = next(self._numbers)
            body = down_bytes(f"claim/{os.getpid()}/{number}", said)
            letters.append(Letter(0.0, number, topics.claim_reply(address.device), body))
        return letters

    def _answer(self, who: str, step: str, words: Up) -> Down:
        """The topic says who it is; a body that says otherwise is refused. Raises Refused, Unreadable."""
        if isinstance(words, OfferData) and step == "offer" and words.serial == who:
            return self._offered(words)
        if isinstance(words, ConfirmData) and step == "confirm" and words.serial == who:
            return self._issued(
                self._registry.confirm(who, words.assignment_id, words.csr_pem, words.epoch)
            )
        if not isinstance(words, OfferData | ConfirmData) and step == "renew":
            return self._issued(self._registry.renew(who, words.csr_pem))
        raise Unreadable("words that do not belong to their topic")

    def _offered(self, words: OfferData) -> Down:
        if words.assignment:
            said = self._registry.read_assignment(words.assignment)
            return self._issued(
                self._registry.confirm(words.serial, str(said["jti"]), words.csr_pem, words.epoch)
            )
        if words.declined:
            self._registry.decline(words.serial, words.declined, words.csr_pem)
        waiting = self._registry.waiting_assignment(words.serial, words.csr_pem)
        if waiting is not None:
            return AssignedData(waiting.jws)
        offer = Offer(words.serial, words.model, words.csr_pem, words.epoch, words.versions)
        code = self._registry.offer(offer)
        return CodeData(code.code, code.expires_utc_ms, mark_of(words.csr_pem))

    def _issued(self, chain_pem: str) -> IssuedData:
        return IssuedData(chain_pem, self._registry.authority.ca_pem)
