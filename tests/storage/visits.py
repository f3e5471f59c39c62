"""Whole visits to the till, turn by turn, as the loop takes them: what the storage tests write down.

Nothing pretends but the people: the facts go through the real turn, and its entries come out.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent.core.charge import Captured, Declined, Voided
from agent.core.events import Device, DeviceLost, DeviceUp, Event, Instant, Intent, RecordsTaken
from agent.core.state import Terminal
from agent.ports import Entry
from agent.turn import take
from tests.playbook import UTC_START_MS, Fact, says, scans, sees, shows_code, taps
from tests.shop import DIGITS, LI, RICE_BALL, WATER, terminal

STEP_MS = 700  # from one fact to the next
CODE = "134567890123456789"


def taken(t: Terminal) -> Event:
    """The cloud has the record of the order that ended last."""
    return RecordsTaken((f"{t.kept.recent[0].order_id}-sale",))


BASKET: list[Fact] = [scans(WATER), scans(RICE_BALL), taps(Intent.CHARGE)]
ENDS: list[Fact] = [taken, taps(Intent.DONE)]
RECOGNISED: list[Fact] = [
    taps(Intent.PAY_BY_FACE),
    *3 * [sees(LI)],
    taps(Intent.GIVE_DIGITS, DIGITS),
    *3 * [sees(LI)],
]
LOST, BACK = DeviceLost(Device.CLOUD, "lost"), DeviceUp(Device.CLOUD)
VISITS: dict[str, list[Fact]] = {
    "by code": [*BASKET, shows_code(CODE), says(Captured()), *ENDS],
    "by face": [*BASKET, *RECOGNISED, taps(Intent.CONFIRM), says(Captured(8, 108)), *ENDS],
    "declined first": [
        *BASKET,
        shows_code(CODE),
        says(Declined("funds")),
        shows_code(CODE, "alipay"),
        says(Captured()),
        *ENDS,
    ],
    "unknown first": [*BASKET, shows_code(CODE), LOST, BACK, says(Captured()), *ENDS],
    "voided": [*BASKET, shows_code(CODE), LOST, BACK, says(Voided()), taps(Intent.CANCEL), taken],
    "given up": [*BASKET, taps(Intent.CANCEL), taken],
}
IN_TURN = ("by code", "by face", "by code", "declined first", "unknown first", "voided", "given up")


class Till:
    """A terminal between two visits, and a clock that goes on with each fact."""

    def __init__(self) -> None:
        self.state = terminal()
        self._now_ms = 1_000

    def visit(self, name: str) -> Iterator[Entry]:
        """What one visit writes down. `state` is already what the screens show once it is written."""
        for fact in VISITS[name]:
            self._now_ms += STEP_MS
            at = Instant(self._now_ms, UTC_START_MS + self._now_ms)
            turn = take(self.state, fact(self.state) if callable(fact) else fact, at)
            self.state = turn.state
            if turn.entry is not None:
                yield turn.entry

    def visits(self, count: int) -> Iterator[Entry]:
        """So many, of every kind in turn."""
        for number in range(count):
            yield from self.visit(IN_TURN[number % len(IN_TURN)])
