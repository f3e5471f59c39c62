"""One turn, the same on the device, on the desk and under simulation: step, check, what to write down.

Enters: state, fact, instant. Leaves: the next state, its wishes, and the journal entry that must be
on disk before any wish is carried out (None when nothing worth keeping changed).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.core import held, invariants
from agent.core.commands import Command, DropRecords, EnrolMember, KeepRecord, ParkRecord, TakeBack
from agent.core.debt import Debt, DebtPhase, summary
from agent.core.events import (
    Event,
    FaceSeen,
    Instant,
    Intent,
    MemberFound,
    MembersMarked,
    Tapped,
    TemplateMade,
)
from agent.core.held import HeldOrder
from agent.core.ids import PersonId
from agent.core.intents import NO_SECRETS, PIN_RIGHT, PIN_WRONG
from agent.core.marks import left_out
from agent.core.payment import FINAL, Payment, Phase
from agent.core.refund import Refund, Standing
from agent.core.shift import Shift
from agent.core.state import Terminal
from agent.core.terminal import step
from agent.core.visit import Summary
from agent.ports import AttemptRow, Entry, RefundRow

UNSAID = PersonId("")  # who had the coupons of a fact; of who paid with them, the order says it


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that was decided and checked, not yet written."""

    state: Terminal
    commands: tuple[Command, ...]
    entry: Entry | None


def take(state: Terminal, event: Event, at: Instant) -> Taken:
    """Decide one turn.

    Raises:
        InvariantBroken: the decision would break a sentence of `core.invariants`; throw it away.
    """
    turn = step(state, event, at)
    invariants.check(state, turn)
    records = tuple(wish for wish in turn.commands if isinstance(wish, KeepRecord))
    dropped = tuple(id for wish in turn.commands if isinstance(wish, DropRecords) for id in wish.ids)
    parked = tuple(wish for wish in turn.commands if isinstance(wish, ParkRecord))
    if turn.state.kept == state.kept and not (records or dropped or parked):
        return Taken(turn.state, turn.commands, None)
    entry = Entry(
        fact=_to_be_kept(event, state.kept.pin_failures < turn.state.kept.pin_failures),
        at=at,
        kept=turn.state.kept,
        attempts=(*_attempts(state, turn.state), *map(_case_row, _cases(state, turn.state))),
        orders=(*_orders(state, turn.state), *_case_orders(_cases(state, turn.state))),
        refunds=_refunds(state, turn.state),
        shifts=_shifts(state, turn.state),
        days=tuple(day for day in turn.state.kept.days if day not in state.kept.days),
        records=records,
        dropped=dropped,
        parked=parked,
        before=state,
        given=None if turn.state.kept.slip_given == state.kept.slip_given else turn.state.kept.slip_given,
        enrol=next((wish for wish in turn.commands if isinstance(wish, EnrolMember)), None),
        taken_back=next((wish for wish in turn.commands if isinstance(wish, TakeBack)), None),
    )
    return Taken(turn.state, turn.commands, entry)


def _to_be_kept(event: Event, wrong_pin: bool) -> Event:
    """Without who a face looked like and how much, whose coupons they were, and whom else the cloud trusts:
    the journal is for ever, a passing face is not. Of what was typed, what is no secret; of a PIN, whether
    it fitted."""
    match event:
        case FaceSeen(evidence=evidence):
            return FaceSeen(replace(evidence, best=None, second=None, live_score=None))
        case TemplateMade():
            return replace(event, best=None, same_digits=None)
        case MemberFound(holdings=holdings):
            return replace(event, holdings=replace(holdings, person=UNSAID))
        case MembersMarked(marks=marks):
            return replace(event, marks=left_out(marks))
        case Tapped(intent=Intent.GIVE_PIN):
            return replace(event, said=PIN_WRONG if wrong_pin else PIN_RIGHT)
        case Tapped(intent=intent, value=value) if value is not None and intent in NO_SECRETS:
            return replace(event, said=value.reveal())
        case _:
            return event


def _attempts(before: Terminal, after: Terminal) -> tuple[AttemptRow, ...]:
    """The attempts this turn made or brought nearer to their end: the customer's, and a debt's."""
    visits = () if after.visit.payment == before.visit.payment else (after.visit.payment,)
    payments = (*visits, *(debt.payment for debt in _debts(before, after) if not _is_case(debt)))
    return tuple(row for payment in payments if payment is not None for row in _attempt(payment))


def _attempt(payment: Payment) -> tuple[AttemptRow, ...]:
    if payment.request is None:
        return ()
    if payment.tendered is not None:
        return ()  # cash: the attempts before it were closed in their own turns
    row = AttemptRow(
        key=payment.request.key,
        order_id=payment.order_id,
        attempt=payment.attempt,
        amount_minor=payment.request.amount.amount_minor,
        currency=payment.request.amount.currency,
        method=payment.method,
        open=payment.in_flight or payment.phase is Phase.HELD,
        outcome=_outcome(payment),
    )
    return (row,)


def _outcome(payment: Payment) -> str:
    if payment.in_flight:
        return "unknown"
    if payment.phase is Phase.PAID:
        return "captured"
    return "held" if payment.phase is Phase.HELD else payment.reason or "declined"


def _orders(before: Terminal, after: Terminal) -> tuple[Summary, ...]:
    """Orders whose end became known, and the one that is on its way (or may be tried again)."""
    listed = (row for row in after.kept.recent if row not in before.kept.recent)
    finished = tuple(dict.fromkeys((*listed, *map(summary, _debts(before, after)))))
    payment = after.visit.payment
    if payment is None or payment == before.visit.payment:
        return finished
    if payment.phase in FINAL or payment.attempt == 0:
        return finished
    marks = after.visit.marks
    on_its_way = Summary(
        order_id=payment.order_id,
        method=payment.method,
        amount=payment.amount,
        outcome="unknown" if payment.in_flight else "notpaid",
        attempts=payment.attempt,
        person=payment.person,
        identify_ms=marks.identify_ms if payment.method == "face" else None,
        answer_ms=None if payment.in_flight else marks.answer_ms,
        off_minor=payment.used.off_minor,
    )
    return (*finished, on_its_way)


def _debts(before: Terminal, after: Terminal) -> list[Debt]:
    """Orders on trust that this turn began or changed."""
    return [debt for debt in after.kept.debts if debt not in before.kept.debts]


def _is_case(debt: Debt) -> bool:
    """It was handed over in doubt: from then on its attempt is written with the case."""
    return debt.payment.phase is Phase.HELD and debt.phase is not DebtPhase.HELD


def _refunds(before: Terminal, after: Terminal) -> tuple[RefundRow, ...]:
    """The parts given back that this turn asked for or heard of."""
    changed = [refund for refund in after.kept.refunds if refund not in before.kept.refunds]
    return tuple(_refund_row(refund) for refund in changed)


def _refund_row(refund: Refund) -> RefundRow:
    asking = refund.standing in (Standing.ASKING, Standing.UNKNOWN)
    return RefundRow(
        key=refund.key,
        order_id=refund.order_id,
        part=refund.part,
        amount_minor=refund.amount.amount_minor,
        currency=refund.amount.currency,
        method=refund.method,
        open=refund.open,
        outcome="unknown" if asking else refund.standing.value,
        utc_ms=refund.asked_utc_ms,
    )


def _shifts(before: Terminal, after: Terminal) -> tuple[Shift, ...]:
    """The one that ended, then the one that runs, if anything changed about them."""
    old, new = before.kept, after.kept
    ended = (new.last_shift,) if new.last_shift and new.last_shift != old.last_shift else ()
    return (*ended, new.shift) if new.shift != old.shift else ended


def _cases(before: Terminal, after: Terminal) -> list[HeldOrder]:
    """The held orders about which somebody said something new."""
    known = {case.key: case.standing for case in before.kept.held}
    return [case for case in after.kept.held if known.get(case.key, case.standing) is not case.standing]


def _case_row(case: HeldOrder) -> AttemptRow:
    """The attempt stays open until the cloud has spoken, whatever a person says."""
    captured = case.standing is held.Standing.PAID
    return AttemptRow(
        key=case.key,
        order_id=case.summary.order_id,
        attempt=case.summary.attempts,
        amount_minor=case.summary.amount.amount_minor,
        currency=case.summary.amount.currency,
        method=case.summary.method,
        open=case.open,
        outcome="held" if case.open else "captured" if captured else "voided",
    )


def _case_orders(cases: list[HeldOrder]) -> tuple[Summary, ...]:
    """How these orders stand now; of those on trust their debts say it."""
    return tuple(replace(case.summary, outcome=case.outcome) for case in cases if not case.on_trust)
