"""Goods on trust in the life of a terminal: when the link goes, when a debt is asked for, what follows.

One debt at a time, and none is begun while a customer's own payment is in flight. Nothing is begun without
link and journal. What a debt asks goes through the same payment machine as a customer's charge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import debt as debts
from agent.core import held
from agent.core import payment as pay
from agent.core.commands import Command, StartTimer
from agent.core.debt import Debt, DebtPhase, DebtSignal
from agent.core.events import Device, Instant, MembersMarked
from agent.core.held import HeldOrder
from agent.core.ids import PaymentKey
from agent.core.offline import waiting
from agent.core.payment import Payment
from agent.core.state import Terminal, Turn

COLLECT_TIMER = "collect"
SAID: dict[held.Standing, DebtSignal] = {
    held.Standing.SAID_PAID: DebtSignal.VOUCHED,
    held.Standing.PAID: DebtSignal.CAPTURED,
    held.Standing.NOT_PAID: DebtSignal.NOT_CHARGED,
}
"""What a held order's new standing says to its debt. That a person says "not paid" changes nothing yet: the
money may still have moved, and is owed either way."""


# --- the link and the marks -----------------------------------------------------------------------


def link_lost(t: Terminal, at: Instant) -> Terminal:
    """Remember since when, over every restart: how long trust lasts is counted from here."""
    if not t.rules.offline.enabled or t.kept.link_lost_utc_ms:
        return t
    return replace(t, kept=replace(t.kept, link_lost_utc_ms=at.utc_ms))


def link_back(t: Terminal) -> Terminal:
    return replace(t, kept=replace(t.kept, link_lost_utc_ms=0)) if t.kept.link_lost_utc_ms else t


def marked(t: Terminal, fact: MembersMarked) -> Turn:
    """The cloud says whom it trusts, and which debts others have settled. An older word than the last
    changes nothing; nor does one in other money."""
    marks = fact.marks
    newer = marks.version > t.kept.marks.version and marks.currency == t.rules.currency
    if not t.rules.offline.enabled or not newer:
        return Turn(t)
    t = replace(t, kept=replace(t.kept, marks=marks))
    for debt in t.kept.debts:
        if debt.order_id in fact.settled:
            t = _with(t, debts.after(debt, DebtSignal.SETTLED))
    return Turn(t)


# --- collecting -----------------------------------------------------------------------------------


def collecting(t: Terminal) -> Debt | None:
    """The debt that is being asked for."""
    return next((debt for debt in t.kept.debts if debt.phase is DebtPhase.COLLECTING), None)


def about(t: Terminal, key: PaymentKey) -> bool:
    """This answer is about the debt that is being asked for."""
    debt = collecting(t)
    return debt is not None and debt.payment.key == key


def timer_of(t: Terminal, name: str) -> bool:
    """This timer is of the debt that is being asked for."""
    debt = collecting(t)
    return debt is not None and name == pay.timer_name(debt.order_id)


def move(t: Terminal, decide: Callable[[Payment], pay.Step], at: Instant) -> Turn:
    """Something happened to the payment of the debt that is being asked for, if there is one."""
    debt = collecting(t)
    if debt is None:
        return Turn(t)
    now, wishes = debts.moved(debt, decide(debt.payment), at)
    if now.phase is DebtPhase.COLLECTING:
        return Turn(_with(t, now), wishes)
    told: tuple[Command, ...] = () if now.phase is DebtPhase.REFUSED else (debts.record(now),)
    handed = _handed_over(_with(t, now), now, at)
    return _after((*wishes, *told, *handed.commands), look(handed.state, at))


def look(t: Terminal, at: Instant) -> Turn:
    """Hand over what was refused for too long; then begin with the oldest debt that may be asked for,
    or look again later."""
    t, told = _hand_over(t, at)
    if not waiting(t.kept.debts) or collecting(t) is not None or not t.works(Device.CLOUD):
        return Turn(t, told)
    tries, waits = t.rules.offline.tries, t.rules.waits
    due = (debt for debt in t.kept.debts if debts.is_due(debt, tries, at))
    debt = None if _busy(t) else next(due, None)
    if debt is None:
        t = replace(t, rounds=t.rounds + 1)
        return Turn(t, (*told, StartTimer(COLLECT_TIMER, t.rounds, t.rules.offline.look_every_ms)))
    begun, wishes = debts.begin(debt, tries, waits, at)
    return Turn(_with(t, begun), (*told, *wishes))


def _handed_over(t: Terminal, debt: Debt, at: Instant) -> Turn:
    """Unknown to the end: a case of its own, settled by a manager, asked about for ever."""
    if debt.phase is not DebtPhase.HELD or debt.payment.key is None:
        return Turn(t)
    every_ms = t.rules.waits.query_every_ms
    case, wishes = held.begin(debt.payment.key, debts.summary(debt), at.utc_ms, every_ms, on_trust=True)
    return Turn(replace(t, kept=replace(t.kept, held=(*t.kept.held, case))), wishes)


def case_said(t: Terminal, case: HeldOrder) -> Terminal:
    """Somebody said something new about this case: its debt follows, if it is one's."""
    for debt in t.kept.debts:
        if case.on_trust and debt.payment.key == case.key and case.standing in SAID:
            return _with(t, debts.after(debt, SAID[case.standing]))
    return t


def timer(t: Terminal, generation: int, at: Instant) -> Turn:
    """Time to look again."""
    return look(t, at) if generation == t.rounds else Turn(t)


def _busy(t: Terminal) -> bool:
    payment = t.visit.payment
    return not t.works(Device.STORAGE) or (payment is not None and payment.in_flight)


def _hand_over(t: Terminal, at: Instant) -> tuple[Terminal, tuple[Command, ...]]:
    told: tuple[Command, ...] = ()
    for debt in t.kept.debts:
        if debts.is_overdue(debt, t.rules.offline.tries, at):
            named = debts.after(debt, DebtSignal.OVERDUE)
            t = replace(_with(t, named), notice="debt_named")
            told = (*told, debts.record(named))
    return t, told


def _with(t: Terminal, changed: Debt) -> Terminal:
    """The debt as it is now, and its row in the cashier's list."""
    order = changed.order_id
    all_ = tuple(changed if debt.order_id == order else debt for debt in t.kept.debts)
    recent = tuple(debts.summary(changed) if row.order_id == order else row for row in t.kept.recent)
    return replace(t, kept=replace(t.kept, debts=all_, recent=recent))


def _after(wishes: tuple[Command, ...], turn: Turn) -> Turn:
    return replace(turn, commands=(*wishes, *turn.commands))
