"""Who watches shifts and days: sums are conserved, what is open is named, each ending counts on its day,
and nothing closed is older than its close.

Part of the judge. Enters: money as it moves, comparisons, what tills show, disks in the evening. Leaves:
the provider's statement, and sentences that did not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.core.charge import ChargeRequest, RefundRequest
from agent.core.commands import CompareDay
from agent.core.compare import BookRow, Kind
from agent.core.day import Day
from agent.core.day import Standing as DayStanding
from agent.core.figures import SIGNS, Tally, taken_minor
from agent.core.shift import Shift, Standing
from agent.core.state import Terminal
from simulator.seeds.behind import LOST, RULE, SCREEN, Must, record_of
from simulator.seeds.closing import Books, sums
from simulator.seeds.cloud import Cloud
from simulator.seeds.day_book import Sums
from simulator.seeds.disk import Disk
from simulator.seeds.shop import EPOCH

DONE = frozenset({DayStanding.COMPARED, DayStanding.CLOSED})
HONEST = frozenset(
    {
        Kind.UNSENT,
        Kind.IN_DOUBT,
        Kind.IN_DOUBT_CAPTURED,
        Kind.OWED,
        Kind.REFUND_OPEN,
        Kind.REFUNDED_ELSEWHERE,
    }
)
"""How the books may differ in a shop that loses nothing: something is still on its way."""


class Ledgers:
    """One for the shop."""

    def __init__(self, must: Must) -> None:
        self._must = must
        self._as_compared: dict[tuple[str, int, int], tuple[Tally, ...]] = {}
        self.shifts = 0
        self.closed: set[tuple[str, int, int]] = set()
        self.bill: list[BookRow] = []
        self._differences: dict[str, int] = {}

    def captured(self, request: ChargeRequest) -> None:
        """The provider moved money, and puts it on its statement."""
        amount = request.amount
        row = BookRow(request.key, request.order_id, amount.amount_minor, amount.currency, "captured")
        self.bill.append(row)

    def went_back(self, part: RefundRequest) -> None:
        """The provider gave money back."""
        amount = part.amount
        self.bill.append(BookRow(part.key, part.order_id, amount.amount_minor, amount.currency, "refunded"))

    def compared(self, disk: Disk, wish: CompareDay, books: Books) -> None:
        """The books of a till were compared under this number, as its figures stand now."""
        kept = disk.kept.days if disk.kept is not None else ()
        tallies = next((one.tallies for one in kept if one.number == wish.day), ())
        self._as_compared[disk.till, wish.day, wish.number] = tallies
        named = books.found.differences
        self._differences[f"{disk.till}-{EPOCH}-close-{wish.number}"] = len(named)
        about = f"{disk.till} day {wish.day}"
        for book, own, made in books.sides():
            self._must(own == made, LOST, about, f"the {book} has {own}, its comparison makes {made}")
        ours = sum(minor for method, minor in sums(disk).items() if method != "cash")
        theirs = sum(row.moved_minor for row in books.bill)
        self._must(bool(named) or ours == theirs, LOST, about, "no difference, and the sums differ")
        self._must(books.found.cash_minor == disk.cash_minor(), LOST, about, "the books have other cash")
        unsaid = _open(disk) - {one.key for one in named}
        self._must(not unsaid, LOST, about, f"not known yet, and nobody says so: {min(unsaid, default='')}")
        odd = {one.kind.value for one in named if one.kind not in HONEST}
        self._must(not odd, LOST, about, f"the books differ: {min(odd, default='')}")

    def sees(self, disk: Disk, state: Terminal) -> None:
        """A till says how its days stand."""
        for day in state.kept.days:
            self._counted(disk, day, state)
            if day.standing in DONE:
                then = self._as_compared.get((disk.till, day.number, day.asked))
                about = f"{disk.till} day {day.number}"
                same = then == day.tallies
                self._must(same, SCREEN, about, "compared, and its figures are others by now")
                if day.standing is DayStanding.CLOSED:
                    self.closed.add((disk.till, day.number, day.asked))

    def _counted(self, disk: Disk, day: Day, state: Terminal) -> None:
        """Each ending counts on the day on which it was written, and once."""
        if not disk.holds(state.kept):
            return
        methods = {tally.method for tally in day.tallies}
        counted = _whole({method: taken_minor(day.tallies, method) for method in methods})
        written = disk.days.of(day.number)
        sentence = f"a day counts {_text(counted)}, its rows say {_text(written)}"
        self._must(counted == written, LOST, f"{disk.till} day {day.number}", sentence)

    @staticmethod
    def all_closed(disk: Disk) -> bool:
        """Nobody has to come back for a day of this till."""
        days = disk.kept.days if disk.kept is not None else ()
        return all(day.standing is DayStanding.CLOSED for day in days)

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
            for id, written in disk.days.recorded.items():
                told = _figures(records.get(id, {}))
                sentence = f"closed with {_text(told)}, its rows say {_text(written)}"
                self._must(told == written, LOST, id, sentence)
                same = records.get(id, {}).get("differences") == self._differences.get(id)
                self._must(same, LOST, f"{id} record", "closed with other differences than were found")

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


def _open(disk: Disk) -> set[str]:
    """Everything of which nobody knows yet how it ends: by payment key, refund number or order."""
    attempts = {row.key for row in disk.attempts.values() if row.open}
    owed = {str(order.order_id) for order in disk.orders.values() if order.outcome in ("owed", "named")}
    return attempts | owed | {row.key for row in disk.refunds.values() if row.open}


def _figures(record: Mapping[str, object]) -> Sums:
    """A day's record, as money by way of payment."""
    taken: Sums = {}
    for one in record.get("figures", ()):  # type: ignore[attr-defined]
        minor = SIGNS.get(one["ending"], 0) * one["sum_minor"]
        taken[one["method"]] = taken.get(one["method"], 0) + minor
    return _whole(taken)


def _whole(taken: Sums) -> Sums:
    return {method: minor for method, minor in taken.items() if minor}


def _text(taken: Sums) -> str:
    return ", ".join(f"{minor} by {method}" for method, minor in sorted(taken.items())) or "nothing"
