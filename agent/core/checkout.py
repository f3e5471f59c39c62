"""One visit: basket, identity and payment in order.

Taps are a table (stage × intent → what happens); what is not in it changes nothing. Scans, answers and
timers each have one function; `stages` changes the stage, `basket_desk` the lines, `recognise` looks for
the face, `endings` and `on_trust` bring an order to its end. Money moves only through `payment`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import basket_desk, member_desk
from agent.core import payment as pay
from agent.core.benefits import NOTHING_USED
from agent.core.codes import Code, GoodsCode, PaymentCode
from agent.core.endings import finish, handed_over, remember
from agent.core.events import Device, Instant, Intent
from agent.core.ids import OrderId, Secret, order_id, typed
from agent.core.money import read_money
from agent.core.on_trust import on_trust
from agent.core.payment import Payment, Phase
from agent.core.recognise import given_digits, look_for_face, marked, refused
from agent.core.stages import ENDS_SHOWN, enter, for_anybody, leave, next_visit, offer, say
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage, Visit

BEFORE_CONFIRMING = frozenset({Stage.CHOOSE, Stage.CODE, Stage.NOBODY, Stage.CASH})
TAKES_CODE = BEFORE_CONFIRMING | {Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM, Stage.NOT_PAID}


# --- scans ----------------------------------------------------------------------------------------


def scanned(t: Terminal, code: Code, at: Instant) -> Turn:
    """A beam means goods while scanning, money while paying, and is harmless at any other moment."""
    match code:
        case GoodsCode(gtin=gtin):
            return _goods(t, gtin)
        case PaymentCode():
            return _payment_code(t, code, at)
        case _:
            return say(t, "bad_code" if t.visit.stage is not Stage.PAY else "busy")


def _goods(t: Terminal, gtin: str) -> Turn:
    """One thing more. Before anything was asked for, a forgotten thing reopens the basket."""
    visit = t.visit
    if visit.stage in ENDS_SHOWN:
        t, visit = for_anybody(t), next_visit(t)
    elif visit.stage is Stage.IDLE:
        visit = next_visit(t)
    elif visit.stage is not Stage.BASKET and not _untouched(visit):
        return say(t, "busy")
    goods = t.rules.goods.get(gtin)
    if goods is None:
        return say(t, "unknown_goods")
    return basket_desk.put(t, visit, goods)


def _untouched(visit: Visit) -> bool:
    return visit.stage in BEFORE_CONFIRMING and visit.payment is not None and visit.payment.attempt == 0


def _payment_code(t: Terminal, code: PaymentCode, at: Instant) -> Turn:
    if t.visit.stage is Stage.PAY:
        return say(t, "busy")
    if t.visit.stage not in TAKES_CODE:
        return say(t, "charge_first")
    if t.visit.payment is not None and t.visit.payment.used != NOTHING_USED:
        return enter(t, Stage.CODE, reason="full_price", visit=t.visit.of_nobody())
    anyone = replace(t, kept=replace(t.kept, visit=t.visit.of_nobody()))
    return _pay(anyone, at, lambda p: pay.ask_code(p, code.network, code.code, t.rules.waits, at))


# --- taps -----------------------------------------------------------------------------------------


def tapped(t: Terminal, intent: Intent, value: Secret | None, at: Instant) -> Turn:
    """Look the tap up in the table; what is not in it changes nothing."""
    handler = TAPS.get((t.visit.stage, intent)) or basket_desk.NOT_OFFERED.get((t.visit.stage, intent))
    return handler(t, value, at) if handler else Turn(t)


Handler = Callable[[Terminal, Secret | None, Instant], Turn]


def _charge(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    """Fix the amount and give the order its number."""
    visit = t.visit
    if visit.basket.total.amount_minor <= 0:
        return say(t, "nothing_to_pay")
    numbered, order = _next_order(t)
    payment = Payment(order, visit.basket.total, visit.basket.digest())
    return enter(numbered, offer(t), visit=replace(visit, order_id=order, payment=payment))


def numbered_anew(t: Terminal) -> Terminal:
    """After a start, an order that nobody was asked to pay yet gets another number: the journal may have
    been put back from a copy, and then the old one may stand for what was sold since."""
    payment = t.visit.payment
    if payment is None or payment.phase is not Phase.READY or payment.attempt:
        return t
    t, order = _next_order(t)
    visit = replace(t.visit, order_id=order, payment=replace(payment, order_id=order))
    return replace(t, kept=replace(t.kept, visit=visit))


def _next_order(t: Terminal) -> tuple[Terminal, OrderId]:
    number = t.kept.orders + 1
    order = order_id(t.rules.device, t.rules.era, number)
    return replace(t, kept=replace(t.kept, orders=number)), order


def _code(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return enter(t, Stage.CODE, visit=t.visit.of_nobody())


def _choose(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return enter(t, offer(t), visit=t.visit.of_nobody())


def _cash(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return enter(t, Stage.CASH, visit=t.visit.of_nobody())


def _cash_received(t: Terminal, value: Secret | None, at: Instant) -> Turn:
    """Counted by the cashier: so much was handed over, or exactly the amount when nothing was typed."""
    payment = t.visit.payment
    words = typed(value)
    if payment is None:
        return Turn(t)
    tendered = read_money(words, t.rules.currency) if words else payment.amount
    if tendered is None or tendered.amount_minor < payment.amount.amount_minor:
        return say(t, "cash_too_little")
    if not t.works(Device.STORAGE):
        return say(t, "cash_storage")
    paid, wishes = pay.take_cash(payment, tendered, t.rules.waits, at)
    turn = _ended(replace(t, kept=replace(t.kept, visit=replace(t.visit, payment=paid))), paid, at)
    return replace(turn, commands=(*wishes, *turn.commands))


def _confirm(t: Terminal, _value: Secret | None, at: Instant) -> Turn:
    person = t.visit.person
    if person is None:
        return Turn(t)
    if t.may_trust:
        return on_trust(t, person, at)
    return _pay(t, at, lambda p: pay.ask_face(p, person, t.rules.waits, at))


def _ask_now(t: Terminal, _value: Secret | None, at: Instant) -> Turn:
    if t.visit.payment is None:
        return Turn(t)
    return settle(t, pay.asked_now(t.visit.payment, t.rules.waits, at), at)


def _cancel(t: Terminal, _value: Secret | None, at: Instant) -> Turn:
    """Before money was asked for, or once it is known that none moved: give the order up."""
    payment = t.visit.payment
    if payment is None:
        return leave(t)
    closed, _ = pay.step(payment, pay.Signal.GIVE_UP, t.rules.waits, at)
    if closed.phase is not Phase.CLOSED:
        return say(t, "cannot_cancel")
    closed = replace(closed, amount=t.visit.basket.total, used=NOTHING_USED)
    t = replace(t, kept=replace(t.kept, visit=replace(t.visit, payment=closed)))
    return finish(t, "cancelled" if payment.attempt == 0 else "notpaid")


def _done(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return leave(t)


_BEFORE_MONEY = (
    Stage.BASKET, Stage.CHOOSE, Stage.CODE, Stage.FACE, Stage.DIGITS, Stage.MATCH,
    Stage.CONFIRM, Stage.NOBODY, Stage.NOT_PAID, Stage.CASH,
)  # fmt: skip

_MAY_PAY_CASH = (Stage.CHOOSE, Stage.CODE, Stage.NOBODY, Stage.NOT_PAID)

TAPS: dict[tuple[Stage, Intent], Handler] = {
    **basket_desk.TAPS,
    **{(stage, Intent.CANCEL): _cancel for stage in _BEFORE_MONEY},
    **{(stage, Intent.PAY_CASH): _cash for stage in _MAY_PAY_CASH},
    (Stage.CASH, Intent.CASH_RECEIVED): _cash_received,
    (Stage.CASH, Intent.PAY_BY_FACE): look_for_face,
    (Stage.CASH, Intent.SHOW_CODE): _code,
    (Stage.BASKET, Intent.CHARGE): _charge,
    (Stage.CHOOSE, Intent.PAY_BY_FACE): look_for_face,
    (Stage.CHOOSE, Intent.SHOW_CODE): _code,
    (Stage.CODE, Intent.PAY_BY_FACE): look_for_face,
    (Stage.CODE, Intent.BACK): _choose,
    (Stage.FACE, Intent.SHOW_CODE): _code,
    (Stage.FACE, Intent.BACK): _choose,
    (Stage.DIGITS, Intent.GIVE_DIGITS): given_digits,
    (Stage.DIGITS, Intent.SHOW_CODE): _code,
    (Stage.DIGITS, Intent.BACK): _choose,
    (Stage.MATCH, Intent.SHOW_CODE): _code,
    (Stage.CONFIRM, Intent.CONFIRM): _confirm,
    (Stage.CONFIRM, Intent.NOT_ME): _choose,
    (Stage.CONFIRM, Intent.SWITCH_BENEFIT): member_desk.switched,
    (Stage.CONFIRM, Intent.SHOW_CODE): _code,
    (Stage.NOBODY, Intent.RETRY): look_for_face,
    (Stage.NOBODY, Intent.SHOW_CODE): _code,
    (Stage.NOT_PAID, Intent.RETRY): _choose,
    (Stage.NOT_PAID, Intent.SHOW_CODE): _code,
    (Stage.PAY, Intent.ASK_NOW): _ask_now,
    (Stage.PAID, Intent.DONE): _done,
    (Stage.OWED, Intent.DONE): _done,
    (Stage.HELD, Intent.DONE): _done,
}


# --- time -----------------------------------------------------------------------------------------


def stage_timer(t: Terminal, generation: int) -> Turn:
    """Somebody took too long. No answer is never a yes."""
    if generation != t.visit.stage_no:
        return Turn(t)
    match t.visit.stage:
        case Stage.FACE:
            return enter(t, Stage.NOBODY, reason="timeout")
        case Stage.MATCH:
            return refused(t, "not_recognised")
        case Stage.DIGITS | Stage.CONFIRM:
            return enter(t, Stage.CHOOSE, reason="timeout", visit=t.visit.of_nobody())
        case Stage.PAID | Stage.OWED if t.works(Device.SCREENS):
            return leave(t)
        case _:
            return Turn(t)  # paid, and no screen to read it on: it stays until there is one


# --- money ----------------------------------------------------------------------------------------


def _pay(t: Terminal, at: Instant, ask: Callable[[Payment], pay.Step]) -> Turn:
    """Ask for the money, unless nobody would hear it: then nothing is sent and nothing is owed."""
    if t.visit.payment is None:
        return Turn(t)
    if not t.works(Device.CLOUD):
        return enter(t, Stage.NOT_PAID, reason="offline", visit=t.visit.at_full_price())
    if not t.works(Device.STORAGE):
        return enter(t, Stage.NOT_PAID, reason="storage", visit=t.visit.at_full_price())
    if not t.screens_true:
        return enter(t, Stage.NOT_PAID, reason="screens", visit=t.visit.at_full_price())
    turn = enter(marked(t, confirmed_ms=at.mono_ms, answered_ms=None), Stage.PAY)
    asked = settle(turn.state, ask(t.visit.payment), at)
    return replace(asked, commands=(*turn.commands, *asked.commands))


def settle(t: Terminal, step: pay.Step, at: Instant) -> Turn:
    """Take over what the payment machine decided, and move the visit on when it came to an end."""
    payment, wishes = step
    if t.visit.payment is not None and t.visit.payment.in_flight and not payment.in_flight:
        t = marked(t, answered_ms=at.mono_ms)
    t = replace(t, kept=replace(t.kept, visit=replace(t.visit, payment=payment)))
    after = _ended(t, payment, at) if t.visit.stage is Stage.PAY else Turn(t)
    return replace(after, commands=(*wishes, *after.commands))


def _ended(t: Terminal, payment: Payment, at: Instant) -> Turn:
    match payment.phase:
        case Phase.PAID:
            return remember(enter(t, Stage.PAID), "paid")
        case Phase.HELD:
            return handed_over(remember(enter(t, Stage.HELD), "held"), payment, at)
        case Phase.READY if payment.reason in member_desk.REFUSALS:
            return member_desk.turned_down(t, payment, at)
        case Phase.READY:
            return enter(t, Stage.NOT_PAID, reason=payment.reason, visit=t.visit.at_full_price())
        case _:
            return Turn(t)
