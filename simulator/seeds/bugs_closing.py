"""Named mistakes about shifts and days: what is counted, and what is closed. Listed with the others in
`bugs`."""

from __future__ import annotations

from collections.abc import Iterator

from agent.core import counting
from agent.core.figures import Ending, Tally
from agent.core.state import Kept
from simulator.seeds.planting import Patch, bug


@bug("money given back is not counted into the shift")
def _refunds_are_not_counted(patch: Patch) -> None:
    def nothing(_before: Kept, _after: Kept, _day: int) -> Iterator[Tally]:
        yield from ()

    patch.name(counting, "_refunds", nothing)


@bug("an order that was given up counts as sold")
def _what_was_given_up_counts_as_sold(patch: Patch) -> None:
    patch.row(counting.ENDINGS, "cancelled", Ending.SOLD)
