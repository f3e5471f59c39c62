"""Whole visits to the till, turn by turn, as the loop takes them: what the storage tests write down.

Nothing pretends but the people: the facts go through the real turn, and its entries come out.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent.core.charge import Captured, Declined, Voided
from agent.core.debt import DebtPhase
from agent.core.events import (
    ChargeAnswered,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    Instant,
    Intent,
    RecordsTaken,
)
from agent.core.state import Terminal
from agent.ports import Entry
from agent.turn import take
from tests.playbook import UTC_START_MS, Fact, says, scans, sees, shows_code, taps
from tests.shop import DIGITS, LI, RICE_BALL, WATER, terminal, trusting

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


def collected(t: Terminal) -> Event:
    """The cloud's answer about the debt that is being asked for."""
    [key] = [debt.payment.key for debt in t.kept.debts if debt.phase is DebtPhase.COLLECTING]
    assert key is not None
    return ChargeAnswered(key, Captured())


def both_taken(t: Terminal) -> Event:
    """The cloud has both records of an order on trust."""
    order = t.kept.recent[0].order_id
    return RecordsTaken((f"{order}-sale", f"{order}-debt"))


ON_TRUST: list[Fact] = [
    *BASKET,
    *RECOGNISED,
    LOST,
    taps(Intent.CONFIRM),
    taps(Intent.DONE),
    BACK,
    LOST,
    BACK,
    collected,
    both_taken,
]


class Till:
    """A terminal between two visits, and a clock that goes on with each fact."""

    def __init__(self, on_trust: bool = False) -> None:
        self.state = trusting(terminal()) if on_trust else terminal()
        self._on_trust = on_trust
        self._now_ms = 1_000

    def visit(self, name: str) -> Iterator[Entry]:
        """What one visit writes down. `state` is already what the screens show once it is written."""
        yield from self._told(VISITS[name])

    def _told(self, facts: list[Fact]) -> Iterator[Entry]:
        for fact in facts:
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
            if self._on_trust and number % len(IN_TURN) == 1:
                yield from self._told(ON_TRUST)
