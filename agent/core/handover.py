"""Taking over what a broken terminal had open: debts to collect, orders nobody is sure about. Pure.

Enters: head office's list. Leaves: debts under their old order numbers, whose keys begin behind any that
the broken one used; cases in doubt, asked about for ever under the key they had; one record that says
what was taken. The cloud takes no charge for these orders from anybody else, and none once one of them was
paid: both terminals may try, and the money moves once.
"""

from __future__ import annotations

from dataclasses import replace

from agent.core import held
from agent.core.collect import COLLECT_TIMER
from agent.core.commands import Command, KeepRecord, StartTimer
from agent.core.debt import Debt
from agent.core.directions import OpenDebt, OpenDoubt
from agent.core.events import HandedOver
from agent.core.held import HeldOrder
from agent.core.leaving import departs
from agent.core.payment import Payment
from agent.core.state import Terminal, Turn
from agent.core.visit import Summary

HANDED_OVER = "handed_over"
DIGEST = "handed over"  # the goods were another till's; only the amount is known here
HANDOVERS_KEPT = 20


def from_another(t: Terminal, order_id: str) -> bool:
    """Whether another terminal sold it: its number does not begin as this one's do."""
    return not order_id.startswith(f"{t.rules.device}-{t.rules.epoch}")


def taken_over(t: Terminal, fact: HandedOver) -> Turn:
    """Once; a repeat changes nothing. What is in other money, or here already, is left out. A terminal that
    is leaving, or sells from an old copy, takes nothing: the list stays with head office, which hears no
    record of it."""
    if fact.id in t.kept.handovers or departs(t) or t.kept.overtaken:
        return Turn(t)
    orders, keys = {debt.order_id for debt in t.kept.debts}, {case.key for case in t.kept.held}
    currency, every_ms = t.rules.currency, t.rules.waits.query_every_ms
    debts: tuple[Debt, ...] = ()
    for one in fact.debts:
        if one.order_id not in orders and from_another(t, one.order_id) and one.amount.currency == currency:
            debts, orders = (*debts, _debt(one)), orders | {one.order_id}
    wishes: tuple[Command, ...] = ()
    cases: tuple[HeldOrder, ...] = ()
    for doubt in fact.doubts:
        if doubt.key not in keys and doubt.amount.currency == currency:
            case, asks = held.begin(doubt.key, _summary(doubt), doubt.since_utc_ms, every_ms)
            cases, wishes, keys = (*cases, case), (*wishes, *asks), keys | {doubt.key}
    kept = replace(
        t.kept,
        debts=(*t.kept.debts, *debts),
        held=(*t.kept.held, *cases),
        handovers=(*t.kept.handovers, fact.id)[-HANDOVERS_KEPT:],
    )
    after = replace(t, kept=kept, rounds=t.rounds + 1)
    look = StartTimer(COLLECT_TIMER, after.rounds, t.rules.offline.look_every_ms)
    return Turn(after, (_record(t, fact, debts, cases), *wishes, look))


def _debt(one: OpenDebt) -> Debt:
    payment = Payment(one.order_id, one.amount, DIGEST, attempt=one.attempts)
    return Debt(payment, one.person, one.owed_utc_ms)


def _summary(doubt: OpenDoubt) -> Summary:
    return Summary(
        order_id=doubt.order_id,
        method=doubt.method,
        amount=doubt.amount,
        outcome="held",
        attempts=doubt.attempt,
        person=None,
        identify_ms=None,
        answer_ms=None,
    )


def _record(
    t: Terminal, fact: HandedOver, debts: tuple[Debt, ...], cases: tuple[HeldOrder, ...]
) -> KeepRecord:
    data: dict[str, object] = {
        "handover": fact.id,
        "broken": fact.broken,
        "debts": [debt.order_id for debt in debts],
        "doubts": [case.key for case in cases],
    }
    return KeepRecord(f"{t.rules.device}-{t.rules.era}-handover-{fact.id}", HANDED_OVER, data)
