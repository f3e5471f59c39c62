"""What a worker does: a batch of asks and records, one commit, then answers, acknowledgements, receipts.

Several workers share the subscriptions and the books. Killed before the commit nothing was booked, and the
terminal sends the record again or asks what became of its charge; after it, the repeat finds what was
booked. Nothing is lost and nothing is doubled.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

from sqlalchemy.exc import DataError

from agent.cloud import topics
from simulator.clerk import Clerk, Heard, Letter
from simulator.faults import Faults
from simulator.gateway.line import Arrival, Line
from simulator.ledger import Ledger

log = logging.getLogger(__name__)

SEED = 1
"""Of the books: which refunds a bank is slow with. The same for every worker."""


class Ingest:
    """One worker. `run` in the main thread of a process of its own; `stop` from a signal's handler."""

    def __init__(self, broker: str, store: str, name: str) -> None:
        self._ledger = Ledger(store, SEED)
        self._clerk = Clerk(self._ledger, Faults(SEED), os.getpid())
        filters = (topics.SHARED_ASKS, topics.ALL_RECORDS)
        self.line = Line(broker, f"hyla-cloud-{name}-{os.getpid()}", filters, self._work)

    def run(self) -> None:
        """Raises DBAPIError when the store is gone: start anew."""
        try:
            self.line.run()
        finally:
            self._ledger.close()

    def _work(self, batch: Sequence[Arrival]) -> list[Letter]:
        heard = [
            Heard(address, arrival.body, arrival.correlation)
            for arrival in batch
            if (address := topics.parse(arrival.topic)) is not None
        ]
        try:
            return self._clerk.work(heard)
        except DataError:
            return [letter for each in heard for letter in self._alone(each)]

    def _alone(self, heard: Heard) -> list[Letter]:
        """One message in the batch has something in it that the store cannot keep; the others may."""
        try:
            return self._clerk.work([heard])
        except DataError:
            log.warning("%s sends what the store cannot keep; it gets no answer", heard.address.device)
            return []
