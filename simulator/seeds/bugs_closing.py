"""Named mistakes about shifts and days: what is counted, and what is closed. Listed with the others in
`bugs`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.core import compare, counting, day_desk
from agent.core.day import TABLE, Act, Day, Signal, Standing
from agent.core.figures import Ending, Tally, by_method
from agent.core.state import Kept
from simulator.seeds.planting import Patch, bug

CLOSING_SEEDS = 100  # days are closed from here on


@bug("money given back is not counted into the shift")
def _refunds_are_not_counted(patch: Patch) -> None:
    def nothing(_before: Kept, _after: Kept, _day: int) -> Iterator[Tally]:
        yield from ()

    patch.name(counting, "_refunds", nothing)


@bug("an order that was given up counts as sold")
def _what_was_given_up_counts_as_sold(patch: Patch) -> None:
    patch.row(counting.ENDINGS, "cancelled", Ending.SOLD)


@bug("an order that was handed over in doubt counts as sold")
def _what_is_in_doubt_counts_as_sold(patch: Patch) -> None:
    patch.row(counting.ENDINGS, "held", Ending.SOLD)


@bug("notes are counted with the order, and again with the drawer")
def _cash_is_counted_twice(patch: Patch) -> None:
    real = counting._orders

    def orders(before: Kept, after: Kept, number: int) -> Iterator[Tally]:
        for tally in real(before, after, number):
            yield tally
            if (tally.method, tally.ending) == ("cash", Ending.SOLD):
                yield tally

    patch.name(counting, "_orders", orders)


@bug("money given back counts on the oldest day at hand, where its sale was", since=CLOSING_SEEDS)
def _refund_counts_on_the_wrong_day(patch: Patch) -> None:
    real = counting._days

    def counted(known: tuple[Day, ...], number: int, endings: tuple[Tally, ...]) -> tuple[Day, ...]:
        back = tuple(one for one in endings if one.ending is Ending.REFUNDED)
        rest = tuple(one for one in endings if one.ending is not Ending.REFUNDED)
        oldest = min((day.number for day in known), default=number)
        for day, some in ((number, rest), (oldest, back)):
            known = real(known, day, some) if some else known
        return known

    patch.name(counting, "_days", counted)


@bug("an order in doubt may be closed like any other: it will come out right", since=CLOSING_SEEDS)
def _what_is_in_doubt_is_no_difference(patch: Patch) -> None:
    real = compare._kind_of_states

    def kind(here: str, cloud: str, bill: str) -> compare.Kind | None:
        return None if here in compare.DOUBTFUL else real(here, cloud, bill)

    patch.name(compare, "_kind_of_states", kind)


@bug("what ends while the books are fetched is in them", since=CLOSING_SEEDS)
def _ended_while_compared(patch: Patch) -> None:
    patch.row(TABLE[Standing.COMPARING], Signal.MORE, (Standing.COMPARING, Act.REST))


@bug("a day that is closed stays closed, whatever ends on it", since=2 * CLOSING_SEEDS)
def _closed_for_ever(patch: Patch) -> None:
    patch.row(TABLE[Standing.CLOSED], Signal.MORE, (Standing.CLOSED, Act.REST))


@bug("a day's record has what was sold, and no word of what came back", since=CLOSING_SEEDS)
def _closed_without_refunds(patch: Patch) -> None:
    patch.name(day_desk, "by_method", lambda tallies: by_method(_unrefunded(tallies)))


def _unrefunded(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    return tuple(one for one in tallies if one.ending is not Ending.REFUNDED)
