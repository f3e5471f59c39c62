"""Who changes shift and closes the day in the shops of some seeds; and the books that are compared then.

Enters: a till's state, its disk, the cloud's own books. Leaves: taps, comparisons, and how much cash really
lies in the drawer. Dice of its own: the days of other shops stay what they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from agent.core.charge import RefundAccepted, Refunded
from agent.core.commands import CompareDay
from agent.core.compare import BookRow, Comparison, compare, moved_minor
from agent.core.day import DIFFERENCES_SHOWN
from agent.core.day import Standing as DayStanding
from agent.core.events import DayCompared, Device, Event, Intent, Screen, Tapped
from agent.core.ids import Secret
from agent.core.office import Office, Page
from agent.core.shift import Standing
from agent.core.state import Terminal
from agent.core.visit import Stage
from simulator.seeds.cloud import Cloud
from simulator.seeds.disk import Disk

CLOSES_SHARE, TIRED_SHARE, MISCOUNTS_SHARE, DAY_SHARE = 0.35, 0.03, 0.2, 0.65
IMPATIENT_SHARE = 0.3
FETCHED_MS, COMPARED_MS = (100, 2_000), (100, 6_000)
FLOATS, MISCOUNTED = ("0", "100", "200.50"), ("0", "7.70", "1000")
PAGES = frozenset({Page.SHIFT, Page.CASHIER, Page.FLOAT, Page.COUNT, Page.DAYS, Page.DAY})


class Closing:
    """One for each till."""

    def __init__(self, seed: int, till: str) -> None:
        self._chance = Random(f"{seed}:{till}:closing")

    def act(self, t: Terminal, disk: Disk) -> Event | None:
        """One thing on the way to the next shift or the close of the day; None: somebody else's turn."""
        office = t.office
        if office is None:
            wants = t.visit.stage is Stage.IDLE and self._chance.random() < CLOSES_SHARE
            return self._tap(t, Intent.OFFICE) if wants else None
        if office.page is Page.MENU:
            day = self._chance.random() < DAY_SHARE
            return self._tap(t, Intent.SEE_DAYS if day else Intent.SEE_SHIFT)
        if office.page not in PAGES:
            return None
        if self._chance.random() < TIRED_SHARE:
            return self._tap(t, Intent.LEAVE)
        return self._on(t, office, disk)

    def evening(self, t: Terminal) -> Event | None:
        """Nobody goes home before every day is closed; None: nothing to do here, or somebody is served."""
        left = [day.number for day in t.kept.days if day.standing is not DayStanding.CLOSED]
        if not left or (t.office is None and t.visit.stage is not Stage.IDLE):
            return None
        if t.office is None:
            return self._tap(t, Intent.OFFICE)
        match t.office.page:
            case Page.MENU:
                return self._tap(t, Intent.SEE_DAYS)
            case Page.DAYS:
                return self._tap(t, Intent.PICK, str(left[0]))
            case Page.DAY if t.office.day in left:
                return self._on_day(t, t.office)
        return None

    def _on(self, t: Terminal, office: Office, disk: Disk) -> Event:
        match office.page:
            case Page.SHIFT:
                nobodys = t.kept.shift.standing is Standing.NOBODYS
                stays = t.kept.shift.tallies or self._chance.random() < 0.2
                return self._tap(
                    t, Intent.START_SHIFT if nobodys else Intent.END_SHIFT if stays else Intent.LEAVE
                )
            case Page.CASHIER:
                return self._tap(t, Intent.GIVE_NUMBER, "7")
            case Page.FLOAT:
                return self._tap(t, Intent.GIVE_AMOUNT, self._chance.choice(FLOATS))
            case Page.COUNT:
                wrong = self._chance.random() < MISCOUNTS_SHARE
                counted = self._chance.choice(MISCOUNTED) if wrong else _yuan(drawer_minor(disk))
                return self._tap(t, Intent.GIVE_AMOUNT, counted)
            case Page.DAYS if t.kept.days:
                return self._tap(t, Intent.PICK, str(self._chance.choice(t.kept.days).number))
            case Page.DAY if t.works(Device.CLOUD):
                return self._on_day(t, office, IMPATIENT_SHARE)
            case _:
                return self._tap(t, Intent.LEAVE)

    def _on_day(self, t: Terminal, office: Office, impatient_share: float = 0.0) -> Event:
        day = next((one for one in t.kept.days if one.number == office.day), None)
        if day is not None and day.standing is DayStanding.COMPARING:
            impatient = self._chance.random() < impatient_share
            return self._tap(t, Intent.LEAVE if impatient else Intent.COMPARE_DAY)
        ready = day is not None and day.standing is DayStanding.COMPARED
        return self._tap(t, Intent.CLOSE_DAY if ready else Intent.COMPARE_DAY)

    def _tap(self, t: Terminal, intent: Intent, value: str = "") -> Tapped:
        return Tapped(Screen.CASHIER, t.view_no, intent, Secret(value) if value else None)


def drawer_minor(disk: Disk) -> int:
    """What the cashier finds in the drawer: the float, and every note that went in or out since."""
    shift = disk.kept.shift if disk.kept is not None else None
    if shift is None or shift.standing is not Standing.OPEN:
        return 0
    return shift.float_minor + disk.cash_minor() - disk.cash_at_start[shift.number]


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}" if minor >= 0 else "0"


# --- the books ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Books:
    """The three books of one till at one moment, and what their comparison found."""

    journal: tuple[BookRow, ...]
    ledger: tuple[BookRow, ...]
    bill: tuple[BookRow, ...]
    found: Comparison

    def sides(self) -> Iterator[tuple[str, int, int]]:
        """Each book's own sum, and what the comparison makes of it: agreed and differing."""
        found, named = self.found, self.found.differences
        here = found.agreed_minor + found.cash_minor + sum(one.here_minor for one in named)
        yield "journal", moved_minor(self.journal), here
        cloud = found.agreed_minor + sum(one.cloud_minor for one in named)
        yield "ledger", moved_minor(self.ledger), cloud
        yield "bill", moved_minor(self.bill), found.agreed_minor + sum(one.bill_minor for one in named)


def compared(
    wish: CompareDay, disk: Disk, cloud: Cloud, bill: Iterable[BookRow]
) -> tuple[DayCompared, Books]:
    """All there is of this till, in the three books; every day at once."""
    journal, ledger = tuple(_journal(disk)), tuple(_ledger(cloud, disk.till))
    statement = tuple(row for row in bill if row.key.startswith(f"{disk.till}-"))
    found = compare(journal, ledger, statement, unsent=len(disk.outbox))
    first = found.differences[:DIFFERENCES_SHOWN]
    fact = DayCompared(wish.day, wish.number, first, len(found.differences), "day.csv")
    return fact, Books(journal, ledger, statement, found)


def _ledger(cloud: Cloud, till: str) -> Iterator[BookRow]:
    for request in cloud.captures:
        if request.key.startswith(f"{till}-"):
            amount = request.amount
            yield BookRow(request.key, request.order_id, amount.amount_minor, amount.currency, "captured")
    for key, word in cloud.refunds.answers.items():
        if key.startswith(f"{till}-") and isinstance(word, Refunded | RefundAccepted):
            part = cloud.refunds.requests[key]
            state = "refunded" if isinstance(word, Refunded) else "accepted"
            yield BookRow(key, part.order_id, part.amount.amount_minor, part.amount.currency, state)


def _journal(disk: Disk) -> Iterator[BookRow]:
    for row in disk.attempts.values():
        open_ = "held" if row.outcome == "held" else "unknown"
        closed = "captured" if row.outcome == "captured" else "not_paid"
        state = open_ if row.open else closed
        yield BookRow(row.key, row.order_id, row.amount_minor, row.currency, state)
    for order in disk.orders.values():
        amount = order.amount
        if order.outcome in ("owed", "named") or (order.method, order.outcome) == ("cash", "paid"):
            state = "cash" if order.outcome == "paid" else "owed"
            yield BookRow(order.order_id, order.order_id, amount.amount_minor, amount.currency, state)
    for part in disk.refunds.values():
        cash = part.outcome == "refunded" and part.method == "cash"
        known = "refund_unknown" if part.outcome == "unknown" else part.outcome
        state = "cash_back" if cash else known
        yield BookRow(part.key, part.order_id, part.amount_minor, part.currency, state)


def sums(disk: Disk) -> Counter[str]:
    """Money taken less money given back, by way of payment, as the tables of orders and refunds have it."""
    taken: Counter[str] = Counter()
    for order in disk.orders.values():
        taken[order.method] += order.amount.amount_minor if order.outcome == "paid" else 0
    for part in disk.refunds.values():
        taken[part.method] -= part.amount_minor if part.outcome == "refunded" else 0
    return taken
