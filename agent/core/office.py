"""The back office, as data: the pages behind the cashier's till, seen anew at every start.

What is decided there (a refund) is kept elsewhere; a page is only a page. `backroom` holds the taps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.core.directions import LeavingOrder
from agent.core.ids import PaymentKey, RefundKey
from agent.core.money import Money
from agent.core.slip import SlipGiven
from agent.core.sold import SoldOrder


class Page(StrEnum):
    """What the cashier is busy with behind the till."""

    MENU = "menu"
    FIND = "find"
    ORDER = "order"
    SLIP = "slip"
    PART = "part"
    PIN = "pin"
    REFUND = "refund"
    HELD = "held"
    VERDICT = "verdict"
    REASON = "reason"
    SHIFT = "shift"
    CASHIER = "cashier"
    FLOAT = "float"
    COUNT = "count"
    DAYS = "days"
    DAY = "day"
    TODAY = "today"
    TERMINAL = "terminal"
    LEAVING = "leaving"
    DEPARTING = "departing"


MEANING: dict[Page, str] = {
    Page.MENU: "What can be done between customers.",
    Page.FIND: "An order is looked for: by the end of its number, its amount, or in the list.",
    Page.ORDER: "One order of the past, and what of it may be given back.",
    Page.SLIP: "Its receipt once more, and the how manieth it is.",
    Page.PART: "How much of it is to be given back.",
    Page.PIN: "A manager is asked to agree.",
    Page.REFUND: "One part on its way back, and where it stands.",
    Page.HELD: "Orders nobody is sure about.",
    Page.VERDICT: "One of them: what is known, and what a person may say.",
    Page.REASON: "How that person knows.",
    Page.SHIFT: "The shift that runs, or the one that has just ended.",
    Page.CASHIER: "Who starts a shift.",
    Page.FLOAT: "How much cash is in the drawer at the start.",
    Page.COUNT: "How much is there at the end.",
    Page.DAYS: "Business days, and which of them are closed.",
    Page.DAY: "One day: its figures, and where the books differ.",
    Page.TODAY: "What today has brought so far: sums, a small chart, new members.",
    Page.TERMINAL: "What this terminal is, and what is missing before it may leave its shop.",
    Page.LEAVING: "Head office's order to leave, and what is missing.",
    Page.DEPARTING: "It is written down that it leaves; head office is told.",
}


@dataclass(frozen=True, slots=True)
class GiveBack:
    """A manager is asked whether so much of this order may be given back."""

    order: SoldOrder
    amount: Money


@dataclass(frozen=True, slots=True)
class Settle:
    """A manager is asked whether this held order was paid."""

    key: PaymentKey
    paid: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Train:
    """A manager is asked whether the till may be practised on."""


Errand = GiveBack | Settle | Train
"""What a manager's PIN is asked for."""


@dataclass(frozen=True, slots=True)
class Office:
    """The page that is open. `page_no` grows with every change, so that a tap on the page of a moment ago
    is old; `search` is the number of the look-up whose answer is awaited or shown. `unsent` counts records
    that the cloud does not have; None until they are counted."""

    page: Page = Page.MENU
    page_no: int = 0
    search: int = 0
    found: tuple[SoldOrder, ...] | None = None
    order: SoldOrder | None = None
    slip: SlipGiven | None = None
    errand: Errand | None = None
    refund: RefundKey | None = None
    held: PaymentKey | None = None
    cashier: str = ""
    day: int | None = None
    leaving: LeavingOrder | None = None
    refusal: str = ""
    unsent: int | None = None
    parked: int = 0
