"""What must be true after every turn. A broken one stops the process: crash over charging wrongly."""

from __future__ import annotations

from agent.core.commands import AskCharge, AskQuery, AskRefund, AskVoid
from agent.core.payment import FINAL, Phase
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage


class InvariantBroken(Exception):
    """The turn that led here is thrown away; nothing of it was written or sent."""


def check(before: Terminal, turn: Turn) -> None:
    """Raises InvariantBroken, naming the sentence that no longer holds."""
    visit, payment = turn.state.visit, turn.state.visit.payment
    charges = [wish for wish in turn.commands if isinstance(wish, AskCharge)]
    _must(len(charges) <= 1, "one turn asks for at most one charge")
    _must(turn.state.kept.orders >= before.kept.orders, "order numbers only grow")
    _nobody_walks_away(before, turn)
    _must(turn.state.office is None or visit.stage is Stage.IDLE, "behind the till only between customers")
    _refunds_only_grow(before, turn)
    _doubt_is_not_forgotten(before, turn)
    if payment is None:
        _must(not charges, "no charge without a payment")
        _must(visit.stage in (Stage.IDLE, Stage.BASKET), f"stage {visit.stage} has a payment")
        return
    _must(payment.amount == visit.basket.total, "the amount asked is the basket's total")
    _must(payment.goods_digest == visit.basket.digest(), "the payment is bound to this basket")
    _must(payment.in_flight == (visit.stage is Stage.PAY), "money is in flight exactly while paying")
    _must((payment.phase is Phase.PAID) == (visit.stage is Stage.PAID), "paid is said when it is paid")
    cases = {case.key for case in turn.state.kept.held}
    for wish in charges:
        _must(wish.request == payment.request, "what is sent is what is written down")
        _must(_begins(before, turn), "a charge goes out once, with the attempt it begins")
    for asked in turn.commands:
        if isinstance(asked, AskQuery | AskVoid):
            _must(
                asked.key == payment.key or asked.key in cases,
                "only the attempt at hand, or one in doubt, is asked about or fenced",
            )
    _keys_only_grow(before, turn)


def _begins(before: Terminal, turn: Turn) -> bool:
    old, new = before.visit.payment, turn.state.visit.payment
    return old is not None and new is not None and new.attempt == old.attempt + 1 and new.in_flight


def _nobody_walks_away(before: Terminal, turn: Turn) -> None:
    old, new = before.visit.payment, turn.state.visit.payment
    if old is not None and old.in_flight:
        same = new is not None and new.order_id == old.order_id
        _must(same, "nobody walks away from money in flight")


def _keys_only_grow(before: Terminal, turn: Turn) -> None:
    old, new = before.visit.payment, turn.state.visit.payment
    if old is None or new is None or old.order_id != new.order_id:
        return
    _must(old.phase not in FINAL or new.phase is old.phase, "an end is an end")
    if new.attempt != old.attempt:
        _must(new.attempt == old.attempt + 1, "attempts are numbered without gaps")
        _must(old.phase is Phase.READY, "a new attempt only after the last is known not charged")
    elif old.request is not None and new.request is not None:
        _must(new.request == old.request, "an attempt never changes who, how much and for what")


def _doubt_is_not_forgotten(before: Terminal, turn: Turn) -> None:
    """A held order stays until the cloud has spoken, and a contradiction until somebody has read it."""
    now = {case.key: case for case in turn.state.kept.held}
    for case in before.kept.held:
        _must(not case.open or case.key in now, "an order in doubt is not forgotten")
    payment = turn.state.visit.payment
    if payment is not None and payment.phase is Phase.HELD and before.visit.payment != payment:
        _must(payment.key in now, "what the till hands over is taken in")


def _refunds_only_grow(before: Terminal, turn: Turn) -> None:
    """What was asked back keeps its number and its content, and ends once; nothing is sent that is not
    written down."""
    old = {refund.key: refund for refund in before.kept.refunds}
    new = {refund.key: refund for refund in turn.state.kept.refunds}
    for key, was in old.items():
        now = new.get(key)
        _must(not was.open or now is not None, "a refund on its way is not forgotten")
        _must(now is None or now.request == was.request, "a refund never changes what it gives back")
        _must(now is None or was.open or now.standing is was.standing, "a refund ends once")
    for wish in turn.commands:
        if isinstance(wish, AskRefund):
            written = new.get(wish.request.key)
            same = written is not None and written.request == wish.request
            _must(same, "what is sent back is what is written down")


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise InvariantBroken(sentence)
