"""What is still open behind the till: refunds on their way, goods on trust whose money has not come. Pure.

Enters: the terminal. Leaves: the sentence of the menu, and rows that are only read. What a broken terminal
had open and this one took over says so, under its whole number: this till's own receipts do not have it.
"""

from __future__ import annotations

from datetime import datetime

from agent.core.debt import OPEN, Debt, DebtPhase
from agent.core.handover import from_another
from agent.core.money import Money
from agent.core.state import Terminal
from agent.screens.contract import Choice, Phrase, Tone

LISTED = OPEN | {DebtPhase.NAMED}
"""One that is held stands among the orders in doubt."""


def still_open(t: Terminal) -> Phrase | None:
    """How many refunds and debts there are to come."""
    refunds, debts = sum(one.open for one in t.kept.refunds), _listed(t)
    total = Money(sum(debt.amount_minor for debt in debts), t.rules.currency).text()
    if not debts:
        return Phrase("office.refunds_open", {"count": str(refunds)}) if refunds else None
    if not refunds:
        return Phrase("office.debts_open", {"count": str(len(debts)), "sum": total})
    both = {"refunds": str(refunds), "debts": str(len(debts)), "sum": total}
    return Phrase("office.both_open", both)


def debt_rows(t: Terminal) -> tuple[Choice, ...]:
    return tuple(_row(t, debt) for debt in _listed(t))


def title_of(t: Terminal, order_id: str, utc_ms: int) -> str:
    """The end of its number and when it was, by the terminal's own clock and zone; of another terminal's
    order the whole number."""
    number = order_id if from_another(t, order_id) else f"…{order_id[-6:]}"
    return f"{number} · {datetime.fromtimestamp(utc_ms / 1000).strftime('%m-%d %H:%M')}"


def marked(t: Terminal, order_id: str, standing: str) -> Phrase:
    """How it stands; of another terminal's order that it was taken over."""
    if from_another(t, order_id):
        return Phrase("office.taken_over", {"standing": standing})
    return Phrase(standing)


def _listed(t: Terminal) -> tuple[Debt, ...]:
    return tuple(debt for debt in t.kept.debts if debt.phase in LISTED)


def _row(t: Terminal, debt: Debt) -> Choice:
    tone: Tone = "bad" if debt.phase is DebtPhase.NAMED else "later"
    standing = marked(t, debt.order_id, f"debt.{debt.phase}")
    amount = Money(debt.amount_minor, t.rules.currency).text()
    return Choice("", debt.order_id, title_of(t, debt.order_id, debt.owed_utc_ms), standing, amount, tone)
