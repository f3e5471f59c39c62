"""Whole visits to the till, turn by turn, as the loop takes them: what the storage tests write down.

Nothing pretends but the people: the facts go through the real turn, and its entries come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agent.core.charge import Captured, Declined, RefundAccepted, RefundAnswer, Refunded, Voided
from agent.core.codes import ReceiptCode
from agent.core.debt import DebtPhase
from agent.core.events import (
    BarcodeScanned,
    ChargeAnswered,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    Instant,
    Intent,
    OrdersFound,
    RecordsTaken,
    RefundAnswered,
)
from agent.core.ids import PaymentKey, Secret
from agent.core.money import Money
from agent.core.sold import RefundLimits, SoldOrder
from agent.core.staff import pin_record
from agent.core.state import Terminal
from agent.ports import Entry
from agent.turn import take
from tests.playbook import UTC_START_MS, Fact, says, scans, sees, shows_code, taps
from tests.shop import DIGITS, LI, RICE_BALL, WATER, terminal, trusting
from tests.storage import shop

STEP_MS = 700  # from one fact to the next
CODE = "134567890123456789"
PIN = "2468"
RECORD = pin_record(Secret(PIN), bytes(16))


def taken(t: Terminal) -> Event:
    """The cloud has the record of the order that ended last."""
    return RecordsTaken((f"{t.kept.recent[0].order_id}-sale",))


def receipt(t: Terminal) -> Event:
    """The receipt of the last order is scanned."""
    return BarcodeScanned(ReceiptCode(t.kept.recent[0].order_id))


def found(t: Terminal) -> Event:
    """The journal answers with that order, and what went back of it until now."""
    last = t.kept.recent[0]
    parts = [part for part in t.kept.refunds if part.order_id == last.order_id]
    back = sum(part.amount.amount_minor for part in parts)
    key = None if last.method == "cash" else PaymentKey(f"{last.order_id}-{last.attempts}")
    order = SoldOrder(
        last.order_id, key, last.method, last.amount, "paid", UTC_START_MS, Money(back), len(parts)
    )
    return OrdersFound(t.lookups, (order,))


def hears(answer: RefundAnswer) -> Fact:
    """The cloud speaks about the last refund."""
    return lambda t: RefundAnswered(t.kept.refunds[-1].key, answer)


def refund_taken(t: Terminal) -> Event:
    """The cloud has the record of it."""
    return RecordsTaken((f"{t.kept.refunds[-1].key}-refund",))


BASKET: list[Fact] = [scans(WATER), scans(RICE_BALL), taps(Intent.CHARGE)]
ENDS: list[Fact] = [taken, taps(Intent.DONE)]
RECOGNISED: list[Fact] = [
    taps(Intent.PAY_BY_FACE),
    *3 * [sees(LI)],
    taps(Intent.GIVE_DIGITS, DIGITS),
    *3 * [sees(LI)],
]
LOST, BACK = DeviceLost(Device.CLOUD, "lost"), DeviceUp(Device.CLOUD)
AGREED: list[Fact] = [taps(Intent.GIVE_PIN, PIN)]
PART: list[Fact] = [receipt, found, taps(Intent.REFUND_PART), taps(Intent.GIVE_AMOUNT, "2"), *AGREED]
REST: list[Fact] = [receipt, found, taps(Intent.REFUND_ALL), *AGREED]
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
    "in cash": [*BASKET, taps(Intent.PAY_CASH), taps(Intent.CASH_RECEIVED, "10"), *ENDS],
    "all back in cash": [
        *BASKET, taps(Intent.PAY_CASH), taps(Intent.CASH_RECEIVED), *ENDS, *REST, refund_taken,
    ],
    "back in two parts": [
        *BASKET, shows_code(CODE), says(Captured()), *ENDS,
        *PART, hears(Refunded()), refund_taken,
        *REST, LOST, BACK, hears(RefundAccepted()), hears(Refunded()), refund_taken,
    ],
}  # fmt: skip
IN_TURN = (
    "by code", "by face", "by code", "declined first", "in cash", "back in two parts", "unknown first",
    "voided", "given up", "all back in cash",
)  # fmt: skip


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
        new = trusting(terminal()) if on_trust else terminal()
        limits = RefundLimits(apart_ms=0)
        self.state = replace(new, rules=replace(new.rules, manager_pin=RECORD, refund_limits=limits))
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


def morning_in(folder: Path) -> Path:
    """A data folder after one visit of each kind; the terminal stands still."""
    database, journal = shop.open_journal(folder)
    with database:
        till = Till()
        for name in VISITS:
            for entry in till.visit(name):
                journal.commit(entry)
    return folder
