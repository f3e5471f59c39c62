"""Goods that leave on trust while nobody can be asked for the money.

Enters: a member's confirmation without a link. Leaves: a debt, kept in the very turn that lets the goods
go, if every limit holds; `collect` asks for it later.
"""

from __future__ import annotations

from dataclasses import replace

from agent.core import payment as pay
from agent.core.benefits import NOTHING_USED
from agent.core.debt import OVER, Debt, summary
from agent.core.endings import record
from agent.core.events import Device, Instant
from agent.core.ids import PersonId
from agent.core.offline import Sale, may_sell_offline
from agent.core.stages import enter
from agent.core.state import RECENT_ORDERS, Terminal, Turn
from agent.core.visit import Stage


def on_trust(t: Terminal, person: PersonId, at: Instant) -> Turn:
    """Nobody can be asked for the money: the goods may leave on trust, if every limit holds. The debt
    is kept in the very turn that lets them go, so that the next sale already counts it."""
    payment = t.visit.payment
    if payment is None or payment.used != NOTHING_USED or not t.works(Device.STORAGE):
        return enter(t, Stage.NOT_PAID, reason="storage")
    if not t.screens_true:
        return enter(t, Stage.NOT_PAID, reason="screens")
    sale = Sale(person, payment, t.kept.link_lost_utc_ms)
    why = may_sell_offline(t.rules.offline, t.kept.marks, t.kept.debts, sale, at)
    if why is not None:
        return enter(t, Stage.NOT_PAID, reason=why)
    owed, _ = pay.step(payment, pay.Signal.OWE, t.rules.waits, at)
    debt = Debt(payment, person, at.utc_ms, identify_ms=t.visit.marks.identify_ms)
    turn = enter(t, Stage.OWED, visit=replace(t.visit, payment=owed))
    return _owing(turn, debt)


def _owing(turn: Turn, debt: Debt) -> Turn:
    """The order came to an end for the customer: listed and recorded as owed by this member."""
    t, visit = turn.state, turn.state.visit
    unpaid = tuple(other for other in t.kept.debts if other.phase not in OVER)
    recent = (summary(debt), *t.kept.recent)[:RECENT_ORDERS]
    state = replace(t, kept=replace(t.kept, debts=(*unpaid, debt), recent=recent))
    sold = record(visit, debt.payment, "owed")
    by_whom = replace(sold, data={**sold.data, "method": "face", "person": debt.person})
    return Turn(state, (*turn.commands, by_whom))


def asked_anew(turn: Turn) -> Turn:
    """Whether a confirmed sale is paid or owed depends on the link: who is about to confirm is asked
    again, so that nobody agrees to one and gets the other."""
    t = turn.state
    if t.visit.stage is not Stage.CONFIRM or not t.rules.offline.enabled:
        return turn
    again = enter(t, Stage.CONFIRM)
    return replace(again, commands=(*turn.commands, *again.commands))
