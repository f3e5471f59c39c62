"""What each business day of a till must come to, learned from its rows alone.

Enters: what a turn writes, before it is written. Leaves: money taken less money given back, by business
day and way of payment, and what stood there when a day's record was made. Knows nothing of tallies: the
product counts endings, this counts rows that change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.core.commands import KeepRecord
from agent.core.figures import business_day, day_text
from agent.core.visit import Summary
from agent.ports import Entry, RefundRow

Sums = dict[str, int]
"""Minor units by way of payment; what came to nothing is left out."""


@dataclass
class DayBook:
    """One for each till."""

    offset_ms: int = 0
    taken: Counter[tuple[int, str]] = field(default_factory=Counter)
    recorded: dict[str, Sums] = field(default_factory=dict)

    def writes(self, entry: Entry, orders: Mapping[str, Summary], refunds: Mapping[str, RefundRow]) -> None:
        """A turn is about to be written over these rows."""
        day = business_day(entry.at.utc_ms, self.offset_ms)
        for order in {order.order_id: order for order in entry.orders}.values():
            old = orders.get(order.order_id)
            if old is not None and old.outcome == "paid":
                self.taken[day, old.method] -= old.amount.amount_minor
            if order.outcome == "paid":
                self.taken[day, order.method] += order.amount.amount_minor
        for part in entry.refunds:
            before = refunds.get(part.key)
            if part.outcome == "refunded" and (before is None or before.outcome != "refunded"):
                self.taken[day, part.method] -= part.amount_minor
        for record in entry.records:
            self._notes(record)

    def of(self, day: int) -> Sums:
        """One business day, as it stands now."""
        return {method: minor for (number, method), minor in self.taken.items() if number == day and minor}

    def _notes(self, record: KeepRecord) -> None:
        if record.kind == "day":
            days = {day for day, _ in self.taken if day_text(day) == record.data["day"]}
            self.recorded[record.id] = self.of(min(days, default=0))
