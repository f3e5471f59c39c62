"""A till whose turns go into a real journal, and bundles cut out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent.core.events import Instant
from agent.core.ids import OrderId
from agent.core.state import Kept
from agent.core.terminal import recovered
from agent.storage.bundle import Bundle, cut
from agent.storage.database import open_database
from agent.turn import take
from tests.playbook import UTC_START_MS
from tests.shop import RULES, terminal
from tests.storage import shop


class Till:
    """`till >> fact` takes one turn and writes it down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        self.state = terminal()
        self._now_ms = 1_000

    def __rshift__(self, fact: Any) -> Till:
        self._now_ms += 700
        at = Instant(self._now_ms, UTC_START_MS + self._now_ms)
        taken = take(self.state, fact(self.state) if callable(fact) else fact, at)
        self.state = taken.state
        if taken.entry is not None:
            database, journal = shop.open_journal(self.folder)
            with database:
                journal.commit(taken.entry)
        return self

    def dies(self) -> None:
        """Another process finds what was kept."""
        database, journal = shop.open_journal(self.folder)
        with database:
            kept = journal.read(Kept)
        assert kept is not None
        self.state = recovered(RULES, kept, "zh")


def cut_from(till: Till, number: str = "") -> Bundle:
    """The bundle of this order, or of the last."""
    order = f"desk-01-7f3a-{number or f'{till.state.kept.orders:06d}'}"
    with open_database(till.folder, readonly=True) as database:
        return cut(database, OrderId(order))
