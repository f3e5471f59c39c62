"""What must be true after every turn. A broken one stops the process: crash over charging wrongly."""

from __future__ import annotations

from agent.core import consent
from agent.core.basket import QUANTITY_MAX
from agent.core.benefits import NOTHING_USED
from agent.core.commands import (
    AskCharge,
    AskQuery,
    AskRefund,
    AskVoid,
    EnrolMember,
    ForgetFaces,
    ForgetMember,
    KeepRecord,
    SignReceipt,
    TakeBack,
)
from agent.core.consent import AgeGroup, Agreement, Purpose
from agent.core.debt import DEBT_TABLE, OVER, STANDS, Debt, DebtPhase
from agent.core.figures import added, grown
from agent.core.handover import HANDED_OVER
from agent.core.ids import OrderId, PaymentKey
from agent.core.joining import JoinPage
from agent.core.leaving import departs
from agent.core.money import Money
from agent.core.offline import within
from agent.core.payment import FINAL, Payment, Phase
from agent.core.state import Kept, Terminal, Turn
from agent.core.visit import Stage

Orders = dict[OrderId, Debt]


class InvariantBroken(Exception):
    """The turn that led here is thrown away; nothing of it was written or sent."""


def check(before: Terminal, turn: Turn) -> None:
    """Raises InvariantBroken, naming the sentence that no longer holds."""
    visit, payment = turn.state.visit, turn.state.visit.payment
    charges = [wish for wish in turn.commands if isinstance(wish, AskCharge)]
    _must(len(charges) <= 1, "one turn asks for at most one charge")
    _must(not charges or not departs(before), "a terminal that leaves asks for no money")
    _must(not charges or not before.kept.overtaken, "nothing is sold from a journal that was put back")
    _must(turn.state.kept.orders >= before.kept.orders, "order numbers only grow")
    _nobody_walks_away(before, turn)
    _lines_are_whole(before, turn.state)
    _must(turn.state.office is None or visit.stage is Stage.IDLE, "behind the till only between customers")
    _refunds_only_grow(before, turn)
    _doubt_is_not_forgotten(before, turn)
    _shifts_add_up_to_days(before.kept, turn.state.kept)
    _nobody_joins_unasked(before, turn)
    _whoever_withdrew_is_gone(turn)
    _nobody_is_served_while_somebody_practises(turn)
    debt_key = _debts(before, turn)
    charges = [wish for wish in charges if wish.request.key != debt_key]
    ours = {debt_key, payment and payment.key, *(case.key for case in turn.state.kept.held)}
    for asked in turn.commands:
        if isinstance(asked, AskQuery | AskVoid):
            _must(asked.key in ours, "only the attempt at hand, or one in doubt, is asked about or fenced")
    if payment is None:
        _must(not charges, "no charge without a payment")
        _must(visit.stage in (Stage.IDLE, Stage.BASKET), f"stage {visit.stage} has a payment")
        return
    _price(before, turn.state, payment)
    _must(payment.goods_digest == visit.basket.digest(), "the payment is bound to this basket")
    _must(payment.in_flight == (visit.stage is Stage.PAY), "money is in flight exactly while paying")
    _must((payment.phase is Phase.PAID) == (visit.stage is Stage.PAID), "paid is said when it is paid")
    _must((payment.phase is Phase.OWED) == (visit.stage is Stage.OWED), "owed is said when it is owed")
    _must(not charges or before.screens_true, "nobody is charged for what a screen does not show")
    for wish in charges:
        _must(wish.request == payment.request, "what is sent is what is written down")
        _must(_was_read(before.visit.payment, payment), "what is asked for is the price that was read")
        _must(_begins(before.visit.payment, payment), "a charge goes out once, with the attempt it begins")
    _keys_only_grow(before.visit.payment, payment)


def _price(before: Terminal, after: Terminal, payment: Payment) -> None:
    """Nothing is taken off but what is used for it, and it is used by somebody who is known."""
    visit, used = after.visit, payment.used
    off = Money(used.off_minor, payment.amount.currency)
    _must(
        payment.amount + off == visit.basket.total,
        "the amount asked is the basket's total, less what is used",
    )
    parts = (used.level_off_minor, used.points, used.points_off_minor, *(c.off_minor for c in used.coupons))
    _must(
        min(parts) >= 0 and payment.amount.amount_minor > 0, "nothing is taken off twice or below nothing"
    )
    _must(used == NOTHING_USED or visit.person is not None, "only a member's own benefits are used")
    old = before.visit.payment
    if old is not None and old.in_flight and payment.in_flight:
        _must(
            old.amount == payment.amount and old.used == used, "no price changes while money is asked for"
        )


def _lines_are_whole(before: Terminal, after: Terminal) -> None:
    """A line has pieces; an amount that is typed is above nothing and not above what the shop allows."""
    if after.visit.basket == before.visit.basket:
        return
    lines = after.visit.basket.lines
    _must(all(1 <= line.quantity <= QUANTITY_MAX for line in lines), "a line of the basket has pieces")
    old = {line.goods for line in before.visit.basket.lines}
    new = {
        line.goods.price.amount_minor for line in lines if line.goods.open_price and line.goods not in old
    }
    _must(
        all(0 < minor <= after.rules.typed_amount_max_minor for minor in new),
        "a typed amount is above nothing and within the shop's limit",
    )


def _was_read(old: Payment | None, new: Payment) -> bool:
    request = new.request
    same = old is not None and (old.amount, old.used) == (new.amount, new.used)
    return same and request is not None and (request.amount, request.used) == (new.amount, new.used)


def _nobody_joins_unasked(before: Terminal, turn: Turn) -> None:
    """A member is made by an agreement that may be taken, of a face just seen, and the cloud hears of both
    in the same turn; afterwards nothing of the face is remembered."""
    grew = turn.state.kept.joined - before.kept.joined
    wishes = [wish for wish in turn.commands if isinstance(wish, EnrolMember)]
    _must(grew == len(wishes) <= 1, "one turn makes at most one member, under a number of its own")
    for wish in wishes:
        purposes = tuple(map(Purpose, wish.purposes))
        agreed = Agreement(wish.person, purposes, wish.notice_version, AgeGroup(wish.age), wish.guardian)
        _must(not consent.refusal(agreed), "nobody joins without an agreement that may be taken")
        asked = before.joining is not None and before.joining.page is JoinPage.KEEPING
        _must(asked, "nobody joins who was not asked and seen")
        kinds = {record.kind for record in turn.commands if isinstance(record, KeepRecord)}
        _must({"consent", "member_joined"} <= kinds, "the cloud hears of whoever joins")
        _must(ForgetFaces() in turn.commands, "what the eyes remember ends with joining")


def _whoever_withdrew_is_gone(turn: Turn) -> None:
    """In one turn the ledger, the cloud and the eyes hear of it; and nothing of theirs is on its way."""
    wishes = [wish for wish in turn.commands if isinstance(wish, TakeBack)]
    _must(len(wishes) <= 1, "one turn takes back for one person")
    for wish in wishes:
        records = [record.data for record in turn.commands if isinstance(record, KeepRecord)]
        told = any((one.get("person"), one.get("given")) == (wish.person, False) for one in records)
        _must(told, "the cloud hears of whoever withdraws")
        _must(SignReceipt(wish.receipt_sha256) in turn.commands, "whoever withdraws gets a receipt")
        if Purpose.FACE_PAY in wish.purposes:
            _must(ForgetMember(wish.person) in turn.commands, "whoever withdrew is known to nobody")
            visit = turn.state.visit
            theirs = visit.person == wish.person and visit.stage in (Stage.CONFIRM, Stage.PAY)
            _must(not theirs, "nobody pays with a face that is gone")


def _nobody_is_served_while_somebody_practises(turn: Turn) -> None:
    t = turn.state
    if t.practised:
        alone = t.visit.stage is Stage.IDLE and t.office is None and t.joining is None
        _must(alone and not t.rules.training, "nobody is served in earnest while somebody practises")


def _begins(old: Payment | None, new: Payment | None) -> bool:
    return old is not None and new is not None and new.attempt == old.attempt + 1 and new.in_flight


def _nobody_walks_away(before: Terminal, turn: Turn) -> None:
    old, new = before.visit.payment, turn.state.visit.payment
    if old is not None and old.in_flight:
        same = new is not None and new.order_id == old.order_id
        _must(same, "nobody walks away from money in flight")


def _keys_only_grow(old: Payment | None, new: Payment | None) -> None:
    if old is None or new is None or old.order_id != new.order_id:
        return
    _must(old.phase not in FINAL or new.phase is old.phase, "an end is an end")
    if new.attempt != old.attempt:
        _must(new.attempt == old.attempt + 1, "attempts are numbered without gaps")
        _must(old.phase is Phase.READY, "a new attempt only after the last is known not charged")
    else:
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


def _shifts_add_up_to_days(before: Kept, after: Kept) -> None:
    """What the days count more, the shifts count more; and they do so only when something ended."""
    if (after.days, after.shift, after.last_shift) == (before.days, before.shift, before.last_shift):
        return
    old = {day.number: day.tallies for day in before.days}
    days = [tally for day in after.days for tally in grown(old.get(day.number, ()), day.tallies)]
    if after.shift.number == before.shift.number:
        shifts = grown(before.shift.tallies, after.shift.tallies)
    else:
        _must(after.last_shift is not None, "a shift that ended is not forgotten")
        last = after.last_shift.tallies if after.last_shift else ()
        shifts = (*grown(before.shift.tallies, last), *after.shift.tallies)
    _must(added((), days) == added((), shifts), "the shifts of a day add up to the day")
    old_ends = (before.recent, before.refunds, before.held, before.debts, before.joined)
    same = old_ends == (after.recent, after.refunds, after.held, after.debts, after.joined)
    _must(not (days and same), "figures change only with an ending")


# --- goods on trust -------------------------------------------------------------------------------


def _debts(before: Terminal, turn: Turn) -> PaymentKey | None:
    """Each debt stands as its payment does, none vanishes, none is added past the limits. Returns the key
    of the one that is being collected, which may be asked about besides the visit's own."""
    was: Orders = {debt.order_id: debt for debt in before.kept.debts}
    now: Orders = {debt.order_id: debt for debt in turn.state.kept.debts}
    if not was and not now:
        return None
    asking = [debt for debt in now.values() if debt.phase is DebtPhase.COLLECTING]
    _must(len(asking) <= 1, "one debt is asked for at a time")
    for order, debt in was.items():
        _must(order in now or debt.phase in OVER, "a debt never vanishes")
    for order, debt in now.items():
        _must(debt.payment.phase in STANDS[debt.phase], "a debt stands as its payment does")
        if order in was:
            _changed(was[order], debt)
        else:
            _added(before, turn, debt)
    for debt in asking:
        _asked(was.get(debt.order_id), debt, turn)
        return debt.payment.key
    return None


def _changed(old: Debt, new: Debt) -> None:
    same = (old.person, old.payment.amount, old.payment.goods_digest, old.owed_utc_ms)
    now = (new.person, new.payment.amount, new.payment.goods_digest, new.owed_utc_ms)
    _must(same == now, "who owes, how much and for what never changes")
    _must(new.phase is old.phase or new.phase in _ways_on(old.phase), "a debt moves as its table says")
    _keys_only_grow(old.payment, new.payment)


def _ways_on(phase: DebtPhase) -> set[DebtPhase]:
    """One signal, or the end of a try and in the same turn the hand-over that was due."""
    first = set(DEBT_TABLE[phase].values())
    return first | {DebtPhase.NAMED} if DebtPhase.REFUSED in first else first


def _added(before: Terminal, turn: Turn, debt: Debt) -> None:
    """Goods that leave here, or what head office hands over and hears of in the same turn; those goods have
    left already, whatever the limits are here."""
    t = turn.state
    if debt.order_id in _handed_over(turn):
        ours = debt.order_id.startswith(f"{t.rules.device}-{t.rules.epoch}")
        _must(not ours and debt.phase is DebtPhase.RESERVED, "a debt that is handed over is another's")
        return
    old, payment = before.visit.payment, t.visit.payment
    now = old is not None and old.phase is Phase.READY and old.order_id == debt.order_id
    owed = now and payment is not None and payment.phase is Phase.OWED
    _must(owed and debt.phase is DebtPhase.RESERVED, "a debt begins with the goods that leave on trust")
    amount = payment is not None and payment.amount == debt.payment.amount
    _must(amount and debt.person == t.visit.person, "a debt is of this member and of this amount")
    _must(within(t.rules.offline, t.kept.debts, debt), "never more is owed than the limits allow")


def _handed_over(turn: Turn) -> set[object]:
    records = (wish for wish in turn.commands if isinstance(wish, KeepRecord) and wish.kind == HANDED_OVER)
    listed = [record.data["debts"] for record in records]
    return {order for orders in listed if isinstance(orders, list) for order in orders}


def _asked(old: Debt | None, debt: Debt, turn: Turn) -> None:
    """A charge for a debt is the attempt it begins, and that attempt is written down in this turn."""
    for wish in turn.commands:
        if isinstance(wish, AskCharge) and wish.request.key == debt.payment.key:
            _must(wish.request == debt.payment.request, "what is sent for a debt is what is written down")
            begins = old is not None and _begins(old.payment, debt.payment)
            _must(begins, "a debt is asked for once, with the attempt it begins")


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise InvariantBroken(sentence)
