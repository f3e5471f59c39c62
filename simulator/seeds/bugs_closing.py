"""Named mistakes about shifts and days: what is counted, and what is closed. Listed with the others in
`bugs`."""

from __future__ import annotations

from collections.abc import Iterator

from agent.core import counting
from agent.core.figures import Tally
from agent.core.state import Kept
from simulator.seeds.planting import Patch, bug


@bug("money given back is not counted into the shift")
def _refunds_are_not_counted(patch: Patch) -> None:
    def nothing(_before: Kept, _after: Kept, _day: int) -> Iterator[Tally]:
        yield from ()

    patch.name(counting, "_refunds", nothing)


@bug("a verdict that the cloud contradicted stays counted beside the cloud's word")
def _a_verdict_is_never_taken_back(patch: Patch) -> None:
    real = counting._cases

    def cases(before: Kept, after: Kept, day: int) -> Iterator[Tally]:
        yield from (tally for tally in real(before, after, day) if tally.count > 0)

    patch.name(counting, "_cases", cases)
