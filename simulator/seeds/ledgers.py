"""Who watches shifts and days: sums are conserved, and nothing closed is older than its close.

Part of the judge. Enters: comparisons, what tills show, disks in the evening. Leaves: sentences that did
not hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent.core.compare import Comparison
from agent.core.day import Standing as DayStanding
from agent.core.figures import Tally, taken_minor
from agent.core.shift import Shift, Standing
from agent.core.state import Terminal
from simulator.seeds.behind import LOST, RULE, SCREEN, Must, record_of
from simulator.seeds.closing import sums
from simulator.seeds.cloud import Cloud
from simulator.seeds.disk import Disk
from simulator.seeds.shop import EPOCH

DONE = frozenset({DayStanding.COMPARED, DayStanding.CLOSED})


class Ledgers:
    """One for the shop."""

    def __init__(self, must: Must) -> None:
        self._must = must
        self._as_compared: dict[tuple[str, int, int], tuple[Tally, ...]] = {}
        self.shifts = 0
        self.closed: set[tuple[str, int, int]] = set()

    def compared(self, disk: Disk, day: int, number: int, found: Comparison, cloud: Cloud) -> None:
        """The books of a till were compared under this number, as its figures stand now."""
        kept = disk.kept.days if disk.kept is not None else ()
        tallies = next((one.tallies for one in kept if one.number == day), ())
        self._as_compared[disk.till, day, number] = tallies
        if found.differences:
            return
        ours = sum(minor for method, minor in sums(disk).items() if method != "cash")
        of_till = [request for request in cloud.captures if request.key.startswith(f"{disk.till}-")]
        theirs = sum(request.amount.amount_minor for request in of_till)
        refunded = [
            row for row in disk.refunds.values() if row.outcome == "refunded" and row.method != "cash"
        ]
        theirs -= sum(row.amount_minor for row in refunded)
        self._must(ours == theirs, LOST, f"{disk.till} day {day}", "no difference, and the sums differ")

    def sees(self, disk: Disk, state: Terminal) -> None:
        """A till says how its days stand."""
        for day in state.kept.days:
            if day.standing in DONE:
                then = self._as_compared.get((disk.till, day.number, day.asked))
                about = f"{disk.till} day {day.number}"
                same = then == day.tallies
                self._must(same, SCREEN, about, "compared, and its figures are others by now")
                if day.standing is DayStanding.CLOSED:
                    self.closed.add((disk.till, day.number, day.asked))

    def evening(self, cloud: Cloud, disks: Iterable[Disk]) -> None:
        """The shifts of a till add up to its orders and refunds; each to its drawer and its record."""
        records = {id: record_of(row.body) for id, (_, row) in cloud.records.items()}
        for disk in disks:
            shifts = list(disk.shifts.values())
            for method, minor in sums(disk).items():
                counted = sum(taken_minor(shift.tallies, method) for shift in shifts)
                sentence = f"the shifts count {counted} by {method}, the orders {minor}"
                self._must(counted == minor, LOST, f"{disk.till} {method}", sentence)
            for shift in shifts:
                if shift.standing is Standing.ENDED:
                    self._ended(disk, shift, records.get(f"{disk.till}-{EPOCH}-shift-{shift.number}", {}))

    def _ended(self, disk: Disk, shift: Shift, record: dict[str, object]) -> None:
        self.shifts += shift.counted_minor is not None
        about = f"{disk.till} shift {shift.number}"
        told = (record.get("expected_minor"), record.get("counted_minor"))
        self._must(
            told == (shift.expected_minor, shift.counted_minor), LOST, about, "not as its record has it"
        )
        began, ended = disk.cash_at_start.get(shift.number), disk.cash_at_end.get(shift.number)
        if began is not None and ended is not None and shift.cashier:
            inside = shift.float_minor + ended - began
            sentence = f"{shift.expected_minor} should be in the drawer, {inside} went in"
            self._must(shift.expected_minor == inside, RULE, about, sentence)
