"""What has to be in order before a terminal leaves its shop: nothing owed, in doubt or unsent. Pure.

The same for a move, for a retirement, and for whoever asks at the command line. Each lack names what is
missing; the screens and `hyla fleet` say the next step to each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from agent.core import debt as debts
from agent.core.day import Standing as DayStanding
from agent.core.office import Page
from agent.core.state import Kept, Terminal
from agent.core.visit import Stage


class Missing(StrEnum):
    """What keeps a terminal where it is."""

    CUSTOMER = "customer"
    DOUBT = "doubt"
    DEBTS = "debts"
    REFUNDS = "refunds"
    DAY = "day"
    UNSENT = "unsent"
    PARKED = "parked"


MEANING: dict[Missing, str] = {
    Missing.CUSTOMER: "a customer is being served; finish or cancel the order",
    Missing.DOUBT: "orders whose money is in doubt; settle them behind the till (F2, F4)",
    Missing.DEBTS: "debts that are still asked for; wait until they are collected or handed over",
    Missing.REFUNDS: "refunds on their way; wait for the bank",
    Missing.DAY: "business days that are not closed; compare and close them (F2, F6; hyla day close)",
    Missing.UNSENT: "records that the cloud does not have yet; bring the link up and wait",
    Missing.PARKED: "records that the cloud refused; retry or discard them (hyla records list)",
}
"""In a technician's words, with the next step."""


@dataclass(frozen=True, slots=True)
class Lack:
    """So much of it is missing; money where it is money."""

    what: Missing
    count: int
    sum_minor: int = 0


def missing(kept: Kept, unsent: int, parked: int) -> tuple[Lack, ...]:
    """Everything that is missing, what people can settle first; empty: it may leave."""
    return tuple(lack for lack in _lacks(kept, unsent, parked) if lack.count)


def _lacks(kept: Kept, unsent: int, parked: int) -> Iterator[Lack]:
    yield Lack(Missing.CUSTOMER, int(kept.visit.stage is not Stage.IDLE))
    doubts = [case.summary.amount.amount_minor for case in kept.held if case.open or case.contradicted]
    yield Lack(Missing.DOUBT, len(doubts), sum(doubts))
    owed = [debt.amount_minor for debt in kept.debts if debt.phase in debts.OPEN]
    yield Lack(Missing.DEBTS, len(owed), sum(owed))
    back = [refund.amount.amount_minor for refund in kept.refunds if refund.open]
    yield Lack(Missing.REFUNDS, len(back), sum(back))
    yield Lack(Missing.DAY, sum(day.standing is not DayStanding.CLOSED for day in kept.days))
    yield Lack(Missing.UNSENT, unsent)
    yield Lack(Missing.PARKED, parked)


def departs(t: Terminal) -> bool:
    """It is written down that it leaves: from here on it sells nothing."""
    return t.office is not None and t.office.page is Page.DEPARTING
