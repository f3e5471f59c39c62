"""How an order comes to its end: listed for the cashier, recorded for the cloud, handed over in doubt."""

from __future__ import annotations

from dataclasses import replace

from agent.core import held_desk
from agent.core.benefits import NOTHING_USED, Used
from agent.core.commands import KeepRecord
from agent.core.events import Instant
from agent.core.payment import Payment
from agent.core.stages import leave
from agent.core.state import RECENT_ORDERS, Terminal, Turn
from agent.core.visit import Summary, Visit


def remember(turn: Turn, outcome: str) -> Turn:
    """The order came to an end: list it for the cashier, and record it for the cloud."""
    t, visit, payment = turn.state, turn.state.visit, turn.state.visit.payment
    if payment is None:
        return turn
    summary = Summary(
        order_id=payment.order_id,
        method=payment.method,
        amount=payment.amount,
        outcome=outcome,
        attempts=payment.attempt,
        person=payment.person,
        identify_ms=visit.marks.identify_ms if payment.method == "face" else None,
        answer_ms=visit.marks.answer_ms if payment.tendered is None else None,
        off_minor=payment.used.off_minor,
    )
    recent = (summary, *t.kept.recent)[:RECENT_ORDERS]
    state = replace(t, kept=replace(t.kept, recent=recent))
    return Turn(state, (*turn.commands, record(visit, payment, outcome)))


def finish(t: Terminal, outcome: str) -> Turn:
    """The order came to an end without money, and nobody is served any more."""
    remembered = remember(Turn(t), outcome)
    left = leave(remembered.state)
    return replace(left, commands=(*remembered.commands, *left.commands))


def handed_over(turn: Turn, payment: Payment, at: Instant) -> Turn:
    """From the till to whoever settles what nobody could say in time."""
    taken = held_desk.taken_in(turn.state, payment, turn.state.kept.recent[0], at)
    return replace(taken, commands=(*turn.commands, *taken.commands))


def record(visit: Visit, payment: Payment, outcome: str) -> KeepRecord:
    """What the cloud's books hear of the sale. A typed amount is a line without a number of goods."""
    lines = [
        {
            "gtin": line.goods.gtin,
            "quantity": line.quantity,
            "amount_minor": line.amount.amount_minor,
        }
        for line in visit.basket.lines
    ]
    data: dict[str, object] = {
        "order_id": payment.order_id,
        "payment_key": payment.paid_key or (None if payment.tendered else payment.key),
        "outcome": outcome,
        "method": payment.method,
        "attempts": payment.attempt,
        "amount_minor": payment.amount.amount_minor,
        "currency": payment.amount.currency,
        "lines": lines,
    }
    if payment.used != NOTHING_USED:
        data |= _benefits(payment.used)
    return KeepRecord(f"{payment.order_id}-sale", "sale", data)


def _benefits(used: Used) -> dict[str, object]:
    """What membership took off, each by itself, so that the books of goods and of money both add up."""
    coupons = [{"coupon": coupon.id, "off_minor": coupon.off_minor} for coupon in used.coupons]
    return {
        "off_minor": used.off_minor,
        "level_off_minor": used.level_off_minor,
        "coupons": coupons,
        "points": used.points,
        "points_off_minor": used.points_off_minor,
    }
