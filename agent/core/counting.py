"""What one turn brought to an end, counted into the running shift and into its business day.

Called once for every turn, with the state before and after it: whichever desk ends an order, a refund or
a doubt, it is counted here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.core import day as days
from agent.core.day import Day
from agent.core.debt import DebtPhase
from agent.core.events import Instant
from agent.core.figures import Ending, Tally, added, business_day
from agent.core.payment import Phase
from agent.core.refund import Standing
from agent.core.state import Kept, Terminal, Turn

ENDINGS: dict[str, Ending] = {
    "paid": Ending.SOLD,
    "held": Ending.HELD,
    "owed": Ending.OWED,
    "cancelled": Ending.CANCELLED,
    "notpaid": Ending.CANCELLED,
}
"""How an order's outcome is counted when its visit ends."""
SETTLED = {"paid": Ending.SETTLED_PAID, "notpaid": Ending.SETTLED_NOT_PAID}


def counted(before: Terminal, turn: Turn, at: Instant) -> Turn:
    """The same turn, with its endings counted."""
    kept = turn.state.kept
    number = business_day(at.utc_ms, turn.state.rules.day_offset_ms)
    endings = tuple(ended(before.kept, kept, number))
    if not endings:
        return turn
    shift = replace(kept.shift, tallies=added(kept.shift.tallies, endings))
    kept = replace(kept, shift=shift, days=_days(kept.days, number, endings))
    return replace(turn, state=replace(turn.state, kept=kept))


def _days(known: tuple[Day, ...], number: int, endings: tuple[Tally, ...]) -> tuple[Day, ...]:
    """The day has more on it now, whatever was compared or closed before."""
    old = next((day for day in known if day.number == number), Day(number))
    more, _ = days.step(old, days.Signal.MORE)
    more = replace(more, tallies=added(more.tallies, endings))
    return days.shown((*(day for day in known if day.number != number), more), number)


def ended(before: Kept, after: Kept, day: int) -> Iterator[Tally]:
    """Every order, refund and doubt that this turn brought to an end, and whoever joined."""
    yield from _orders(before, after, day)
    yield from _refunds(before, after, day)
    yield from _cases(before, after, day)
    yield from _debts(before, after, day)
    if after.joined > before.joined:
        yield Tally(day, "", Ending.JOINED, after.joined - before.joined, 0)


def _orders(before: Kept, after: Kept, day: int) -> Iterator[Tally]:
    seen = {summary.order_id for summary in before.recent}
    for summary in after.recent:
        if summary.order_id not in seen and summary.outcome in ENDINGS:
            yield Tally(day, summary.method, ENDINGS[summary.outcome], 1, summary.amount.amount_minor)
            if summary.outcome == "paid" and summary.off_minor:
                yield Tally(day, summary.method, Ending.DISCOUNTED, 1, summary.off_minor)


def _refunds(before: Kept, after: Kept, day: int) -> Iterator[Tally]:
    known = {refund.key: refund.standing for refund in before.refunds}
    for refund in after.refunds:
        is_new = known.get(refund.key) is not Standing.REFUNDED
        if refund.standing is Standing.REFUNDED and is_new:
            yield Tally(day, refund.method, Ending.REFUNDED, 1, refund.amount.amount_minor)


def _debts(before: Kept, after: Kept, day: int) -> Iterator[Tally]:
    """Collected by asking; what was held before that is counted with its case."""
    paid = {debt.order_id for debt in before.debts if debt.phase is DebtPhase.COLLECTED}
    for debt in after.debts:
        asked = debt.phase is DebtPhase.COLLECTED and debt.payment.phase is Phase.PAID
        if asked and debt.order_id not in paid:
            yield Tally(day, debt.payment.method, Ending.COLLECTED, 1, debt.payment.amount.amount_minor)


def _cases(before: Kept, after: Kept, day: int) -> Iterator[Tally]:
    """A person says what became of it; when the cloud says otherwise, the first word is taken back."""
    known = {case.key: case.outcome for case in before.held}
    for case in after.held:
        was = known.get(case.key, case.outcome)
        if was == case.outcome:
            continue
        method, amount = case.summary.method, case.summary.amount.amount_minor
        if was in SETTLED:
            yield Tally(day, method, SETTLED[was], -1, -amount)
        yield Tally(day, method, SETTLED[case.outcome], 1, amount)
        sold = (case.outcome == "paid") - (was == "paid")
        if case.summary.off_minor and sold:
            yield Tally(day, method, Ending.DISCOUNTED, sold, sold * case.summary.off_minor)
