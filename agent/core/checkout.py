"""One visit: basket, identity and payment in order.

Taps are a table (stage × intent → what happens); what is not in it changes nothing. Scans, faces,
answers and timers each have one function. Money moves only through `payment`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from agent.core import held_desk
from agent.core import payment as pay
from agent.core.basket import Basket
from agent.core.codes import Code, GoodsCode, PaymentCode
from agent.core.commands import Command, KeepRecord, RestFaces, StartTimer, WatchFaces
from agent.core.debt import OVER, Debt, summary
from agent.core.events import Device, Instant, Intent
from agent.core.evidence import FaceEvidence
from agent.core.identity import Ambiguous, Identified, Look, Nobody, NotLive, Tries, Undecided, decide
from agent.core.ids import PersonId, Secret, order_id, typed
from agent.core.money import read_money
from agent.core.offline import Sale, may_sell_offline
from agent.core.payment import Payment, Phase
from agent.core.state import RECENT_ORDERS, Terminal, Turn
from agent.core.visit import Marks, Stage, Summary, Visit

STAGE_TIMER = "stage"
PAUSE_TIMER = "face_pause"
LOOKING = frozenset({Stage.FACE, Stage.MATCH})
BEFORE_CONFIRMING = frozenset({Stage.CHOOSE, Stage.CODE, Stage.NOBODY, Stage.CASH})
ENDS_SHOWN = frozenset({Stage.PAID, Stage.OWED})
TAKES_CODE = BEFORE_CONFIRMING | {Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM, Stage.NOT_PAID}


# --- changing stage -------------------------------------------------------------------------------


def enter(t: Terminal, stage: Stage, *, reason: str = "", visit: Visit | None = None) -> Turn:
    """Change the stage: count it, start its timer, open or close the eyes."""
    old = visit or t.visit
    new = replace(old, stage=stage, stage_no=old.stage_no + 1, reason=reason)
    wishes: list[Command] = []
    wait_ms = _stage_wait(t, stage)
    if wait_ms is not None:
        wishes.append(StartTimer(STAGE_TIMER, new.stage_no, wait_ms))
    if t.look is not None and stage not in LOOKING:
        wishes.append(RestFaces())
    look = t.look if stage in LOOKING else None
    state = replace(t, kept=replace(t.kept, visit=new), look=look, notice="")
    return Turn(state, tuple(wishes))


def _stage_wait(t: Terminal, stage: Stage) -> int | None:
    people = t.rules.people
    return {
        Stage.FACE: people.face_wait_ms,
        Stage.DIGITS: people.digits_wait_ms,
        Stage.MATCH: people.match_wait_ms,
        Stage.CONFIRM: people.confirm_wait_ms,
        Stage.PAID: people.paid_shown_ms,
        Stage.OWED: people.paid_shown_ms,
    }.get(stage)


def _watch(t: Terminal, stage: Stage, digits: Secret | None = None) -> Turn:
    """Open the eyes for a new look; evidence of an earlier look no longer counts."""
    number = t.looks + 1
    turn = enter(replace(t, look=Look(number), looks=number), stage)
    return replace(turn, commands=(*turn.commands, WatchFaces(number, digits)))


def offer(t: Terminal) -> Stage:
    """Where the customer is asked how to pay, or for the code at once where there is no choice."""
    return Stage.CHOOSE if t.rules.customer_touch else Stage.CODE


def say(t: Terminal, notice: str) -> Turn:
    """One sentence for the cashier, nothing else."""
    return Turn(replace(t, notice=notice))


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
    if visit.stage is Stage.IDLE or visit.stage in ENDS_SHOWN:
        visit = _next_visit(t)
    elif visit.stage is not Stage.BASKET and not _untouched(visit):
        return say(t, "busy")
    goods = t.rules.goods.get(gtin)
    if goods is None:
        return say(t, "unknown_goods")
    more = replace(visit, basket=visit.basket.add(goods), order_id=None, payment=None)
    return enter(t, Stage.BASKET, visit=more)


def _untouched(visit: Visit) -> bool:
    return visit.stage in BEFORE_CONFIRMING and visit.payment is not None and visit.payment.attempt == 0


def _payment_code(t: Terminal, code: PaymentCode, at: Instant) -> Turn:
    if t.visit.stage is Stage.PAY:
        return say(t, "busy")
    if t.visit.stage not in TAKES_CODE:
        return say(t, "charge_first")
    anyone = replace(t, kept=replace(t.kept, visit=replace(t.visit, person=None)))
    return _pay(anyone, at, lambda p: pay.ask_code(p, code.network, code.code, t.rules.waits, at))


# --- faces ----------------------------------------------------------------------------------------


def face_seen(t: Terminal, evidence: FaceEvidence, at: Instant) -> Turn:
    """One more frame. The decision is `identity`'s; what follows from it depends on the stage."""
    if t.look is None or t.visit.stage not in LOOKING:
        return Turn(t)
    look = t.look.saw(evidence, t.rules.limits)
    t = replace(t, look=look)
    if evidence.look == look.number and evidence.faces and t.visit.marks.face_seen_ms is None:
        t = _mark(t, face_seen_ms=evidence.captured_at_ms)
    match decide(look, t.rules.limits):
        case Undecided():
            return Turn(t)
        case Identified(person=person) if t.visit.stage is Stage.MATCH:
            return enter(_tried(t, Tries()), Stage.CONFIRM, visit=replace(t.visit, person=person))
        case Identified() | Ambiguous() if t.visit.stage is Stage.FACE:
            return enter(_mark(t, identified_ms=at.mono_ms), Stage.DIGITS)
        case NotLive():
            return _refused(t, "not_live")
        case Identified() | Ambiguous() | Nobody():
            return _refused(t, "not_recognised")
        case other:
            assert_never(other)


def _refused(t: Terminal, reason: str) -> Turn:
    """Wrong digits get another try, a few times; a face nobody knows, or a picture of one, gets the code
    at once. Too many in a row, of whomever, and the eyes rest for a while."""
    t = _tried(t, t.kept.tries.failed(t.rules.retry))
    if t.kept.tries.paused:
        turn = enter(t, Stage.NOBODY, reason="too_many_tries")
        return replace(turn, commands=(*turn.commands, *pause_wishes(turn.state)))
    again = t.visit.digits_tries + 1
    if reason == "not_recognised" and t.visit.stage is Stage.MATCH and again < t.rules.digits_tries:
        return enter(t, Stage.DIGITS, reason="again", visit=replace(t.visit, digits_tries=again))
    return enter(t, Stage.NOBODY, reason=reason)


def _tried(t: Terminal, tries: Tries) -> Terminal:
    return replace(t, kept=replace(t.kept, tries=tries))


def pause_wishes(t: Terminal) -> tuple[Command, ...]:
    """The timer of the pause the eyes are in; also after a restart, which begins it anew."""
    tries = t.kept.tries
    return (StartTimer(PAUSE_TIMER, tries.pauses, tries.pause_ms(t.rules.retry)),) if tries.paused else ()


def pause_over(t: Terminal, generation: int) -> Turn:
    return Turn(_tried(t, t.kept.tries.rested(generation)))


def _mark(t: Terminal, **when_ms: int) -> Terminal:
    marks = replace(t.visit.marks, **when_ms)
    return replace(t, kept=replace(t.kept, visit=replace(t.visit, marks=marks)))


# --- taps -----------------------------------------------------------------------------------------


def tapped(t: Terminal, intent: Intent, value: Secret | None, at: Instant) -> Turn:
    """Look the tap up in the table; what is not in it changes nothing."""
    handler = TAPS.get((t.visit.stage, intent))
    return handler(t, value, at) if handler else Turn(t)


Handler = Callable[[Terminal, Secret | None, Instant], Turn]


def _charge(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    """Fix the amount and give the order its number."""
    visit, number = t.visit, t.kept.orders + 1
    if visit.basket.total.amount_minor <= 0:
        return say(t, "nothing_to_pay")
    order = order_id(t.rules.device, t.rules.epoch, number)
    payment = Payment(order, visit.basket.total, visit.basket.digest())
    numbered = replace(t, kept=replace(t.kept, orders=number))
    return enter(numbered, offer(t), visit=replace(visit, order_id=order, payment=payment))


def _remove_last(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    basket = t.visit.basket.without_last()
    stage = Stage.BASKET if basket.lines else Stage.IDLE
    return enter(t, stage, visit=replace(t.visit, basket=basket))


def _face(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    if why := _closed(t):
        return enter(t, Stage.CODE, reason=why)
    fresh = replace(t.visit, marks=Marks(), digits_tries=0, person=None)
    return _watch(replace(t, kept=replace(t.kept, visit=fresh)), Stage.FACE)


def _closed(t: Terminal) -> str:
    """Why nobody can pay by face now; empty when they can."""
    if t.kept.tries.paused:
        return "too_many_tries"
    return "" if t.sees else "face_paused"


def _code(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return enter(t, Stage.CODE, visit=replace(t.visit, person=None))


def _choose(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return enter(t, offer(t), visit=replace(t.visit, person=None))


def _cash(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return enter(t, Stage.CASH, visit=replace(t.visit, person=None))


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


def _digits(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    if value is None or len(value.reveal()) != 4 or not value.reveal().isdigit():
        return Turn(t)
    why = _closed(t)
    return enter(t, Stage.CODE, reason=why) if why else _watch(t, Stage.MATCH, value)


def _confirm(t: Terminal, _value: Secret | None, at: Instant) -> Turn:
    person = t.visit.person
    if person is None:
        return Turn(t)
    if t.rules.offline.enabled and not t.works(Device.CLOUD):
        return _on_trust(t, person, at)
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
    t = replace(t, kept=replace(t.kept, visit=replace(t.visit, payment=closed)))
    return _finish(t, "cancelled" if payment.attempt == 0 else "notpaid")


def _done(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    return leave(t)


_BEFORE_MONEY = (
    Stage.BASKET, Stage.CHOOSE, Stage.CODE, Stage.FACE, Stage.DIGITS, Stage.MATCH,
    Stage.CONFIRM, Stage.NOBODY, Stage.NOT_PAID, Stage.CASH,
)  # fmt: skip

_MAY_PAY_CASH = (Stage.CHOOSE, Stage.CODE, Stage.NOBODY, Stage.NOT_PAID)

TAPS: dict[tuple[Stage, Intent], Handler] = {
    **{(stage, Intent.CANCEL): _cancel for stage in _BEFORE_MONEY},
    **{(stage, Intent.PAY_CASH): _cash for stage in _MAY_PAY_CASH},
    (Stage.CASH, Intent.CASH_RECEIVED): _cash_received,
    (Stage.CASH, Intent.PAY_BY_FACE): _face,
    (Stage.CASH, Intent.SHOW_CODE): _code,
    (Stage.BASKET, Intent.REMOVE_LAST): _remove_last,
    (Stage.BASKET, Intent.CHARGE): _charge,
    (Stage.CHOOSE, Intent.PAY_BY_FACE): _face,
    (Stage.CHOOSE, Intent.SHOW_CODE): _code,
    (Stage.CODE, Intent.PAY_BY_FACE): _face,
    (Stage.CODE, Intent.BACK): _choose,
    (Stage.FACE, Intent.SHOW_CODE): _code,
    (Stage.FACE, Intent.BACK): _choose,
    (Stage.DIGITS, Intent.GIVE_DIGITS): _digits,
    (Stage.DIGITS, Intent.SHOW_CODE): _code,
    (Stage.DIGITS, Intent.BACK): _choose,
    (Stage.MATCH, Intent.SHOW_CODE): _code,
    (Stage.CONFIRM, Intent.CONFIRM): _confirm,
    (Stage.CONFIRM, Intent.NOT_ME): _choose,
    (Stage.CONFIRM, Intent.SHOW_CODE): _code,
    (Stage.NOBODY, Intent.RETRY): _face,
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
            return _refused(t, "not_recognised")
        case Stage.DIGITS | Stage.CONFIRM:
            return enter(t, Stage.CHOOSE, reason="timeout", visit=replace(t.visit, person=None))
        case Stage.PAID | Stage.OWED if t.works(Device.SCREENS):
            return leave(t)
        case _:
            return Turn(t)  # paid, and no screen to read it on: it stays until there is one


def camera_lost(t: Terminal) -> Turn:
    """Nobody waits in front of a dead camera."""
    return enter(t, Stage.CODE, reason="face_paused") if t.visit.stage in LOOKING else Turn(t)


# --- money ----------------------------------------------------------------------------------------


def _pay(t: Terminal, at: Instant, ask: Callable[[Payment], pay.Step]) -> Turn:
    """Ask for the money, unless nobody would hear it: then nothing is sent and nothing is owed."""
    if t.visit.payment is None:
        return Turn(t)
    if not t.works(Device.CLOUD):
        return enter(t, Stage.NOT_PAID, reason="offline")
    if not t.works(Device.STORAGE):
        return enter(t, Stage.NOT_PAID, reason="storage")
    marked = replace(t.visit.marks, confirmed_ms=at.mono_ms, answered_ms=None)
    turn = enter(t, Stage.PAY, visit=replace(t.visit, marks=marked))
    asked = settle(turn.state, ask(t.visit.payment), at)
    return replace(asked, commands=(*turn.commands, *asked.commands))


def asked_anew(turn: Turn) -> Turn:
    """Whether a confirmed sale is paid or owed depends on the link: who is about to confirm is asked
    again, so that nobody agrees to one and gets the other."""
    t = turn.state
    if t.visit.stage is not Stage.CONFIRM or not t.rules.offline.enabled:
        return turn
    again = enter(t, Stage.CONFIRM)
    return replace(again, commands=(*turn.commands, *again.commands))


def _on_trust(t: Terminal, person: PersonId, at: Instant) -> Turn:
    """Nobody can be asked for the money: the goods may leave on trust, if every limit holds. The debt
    is kept in the very turn that lets them go, so that the next sale already counts it."""
    payment = t.visit.payment
    if payment is None or not t.works(Device.STORAGE):
        return enter(t, Stage.NOT_PAID, reason="storage")
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
    sold = _record(visit, debt.payment, "owed")
    record = replace(sold, data={**sold.data, "method": "face", "person": debt.person})
    return Turn(state, (*turn.commands, record))


def settle(t: Terminal, step: pay.Step, at: Instant) -> Turn:
    """Take over what the payment machine decided, and move the visit on when it came to an end."""
    payment, wishes = step
    if t.visit.payment is not None and t.visit.payment.in_flight and not payment.in_flight:
        t = _mark(t, answered_ms=at.mono_ms)
    t = replace(t, kept=replace(t.kept, visit=replace(t.visit, payment=payment)))
    after = _ended(t, payment, at) if t.visit.stage is Stage.PAY else Turn(t)
    return replace(after, commands=(*wishes, *after.commands))


def _ended(t: Terminal, payment: Payment, at: Instant) -> Turn:
    match payment.phase:
        case Phase.PAID:
            return _remember(enter(t, Stage.PAID), "paid")
        case Phase.HELD:
            return _handed_over(_remember(enter(t, Stage.HELD), "held"), payment, at)
        case Phase.READY:
            return enter(t, Stage.NOT_PAID, reason=payment.reason)
        case _:
            return Turn(t)


def _handed_over(turn: Turn, payment: Payment, at: Instant) -> Turn:
    """From the till to whoever settles what nobody could say in time."""
    taken = held_desk.taken_in(turn.state, payment, turn.state.kept.recent[0], at)
    return replace(taken, commands=(*turn.commands, *taken.commands))


def _finish(t: Terminal, outcome: str) -> Turn:
    remembered = _remember(Turn(t), outcome)
    left = leave(remembered.state)
    return replace(left, commands=(*remembered.commands, *left.commands))


def _remember(turn: Turn, outcome: str) -> Turn:
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
        answer_ms=visit.marks.answer_ms,
    )
    recent = (summary, *t.kept.recent)[:RECENT_ORDERS]
    state = replace(t, kept=replace(t.kept, recent=recent))
    return Turn(state, (*turn.commands, _record(visit, payment, outcome)))


def _record(visit: Visit, payment: Payment, outcome: str) -> KeepRecord:
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
    return KeepRecord(f"{payment.order_id}-sale", "sale", data)


def leave(t: Terminal) -> Turn:
    """The customer has gone; nobody is served."""
    return enter(t, Stage.IDLE, visit=_next_visit(t))


def _next_visit(t: Terminal) -> Visit:
    return Visit(Basket(t.rules.currency), stage_no=t.visit.stage_no)
