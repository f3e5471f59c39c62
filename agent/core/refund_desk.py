"""Finding an order of the past and giving money back.

Enters: taps of the back office, the journal's answers, the cloud's words about refunds. Leaves:
look-ups, and refunds that live in `Kept.refunds` whatever page is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import refund as back
from agent.core.commands import Command, KeepRecord, LookUpOrders
from agent.core.events import Device, Instant, Intent
from agent.core.ids import Secret, typed
from agent.core.money import Money, read_money
from agent.core.office import GiveBack, Office, Page
from agent.core.office_pages import go, say
from agent.core.refund import Refund, Standing
from agent.core.sold import SoldOrder, objection
from agent.core.state import REFUNDS_SHOWN, Terminal, Turn

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]


# --- finding --------------------------------------------------------------------------------------


def look_up(t: Terminal, office: Office, words: str) -> Turn:
    """Ask the journal; the answer comes as a fact of its own. What a manager was called for is dropped."""
    number = t.lookups + 1
    fresh = replace(office, search=number, found=None, order=None, errand=None)
    turn = go(replace(t, lookups=number), fresh, Page.FIND)
    return replace(turn, commands=(LookUpOrders(number, words),))


def found(t: Terminal, office: Office, orders: tuple[SoldOrder, ...]) -> Turn:
    """Exactly one is shown at once; nothing found is said, and the list of before is not taken away."""
    if office.page is Page.ORDER and office.order is not None:
        same = [order for order in orders if order.order_id == office.order.order_id]
        return go(t, office, Page.ORDER, order=same[0] if same else office.order)
    if len(orders) == 1:
        return go(t, office, Page.ORDER, found=orders, order=orders[0])
    turn = go(t, office, Page.FIND, found=orders)
    return turn if orders else say(turn.state, "find_nothing")


def _find_any(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return look_up(t, office, "")


def _find(t: Terminal, office: Office, value: Secret | None, _at: Instant) -> Turn:
    words = typed(value).strip()
    return look_up(t, office, words[:64])


def _pick(t: Terminal, office: Office, value: Secret | None, _at: Instant) -> Turn:
    wanted = typed(value)
    picked = [order for order in office.found or () if order.order_id == wanted]
    return go(t, office, Page.ORDER, order=picked[0]) if picked else Turn(t)


def _back_to_list(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.FIND, order=None)


def _back_to_order(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.ORDER)


# --- giving back ----------------------------------------------------------------------------------


def _all(t: Terminal, office: Office, _value: Secret | None, at: Instant) -> Turn:
    return _ask(t, office, office.order.refundable, at) if office.order else Turn(t)


def _part(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.PART)


def _amount(t: Terminal, office: Office, value: Secret | None, at: Instant) -> Turn:
    words = typed(value)
    amount = read_money(words, t.rules.currency)
    return say(t, "refund_amount") if amount is None else _ask(t, office, amount, at)


def _ask(t: Terminal, office: Office, amount: Money, at: Instant) -> Turn:
    """What is against it is said before a manager is called."""
    if office.order is None:
        return Turn(t)
    why = _objection(t, office.order, amount, at)
    return say(t, why) if why else go(t, office, Page.PIN, errand=GiveBack(office.order, amount))


def agreed(t: Terminal, office: Office, errand: GiveBack, at: Instant) -> Turn:
    """The manager agreed. Minutes may have passed: what may be given back is looked at again."""
    why = _objection(t, errand.order, errand.amount, at)
    if why:
        return say(go(t, office, Page.ORDER, errand=None).state, why)
    refund, wishes = back.begin(errand.order, errand.amount, t.rules.refund_waits, at)
    others = [other for other in t.kept.refunds if not other.open][-REFUNDS_SHOWN:]
    still_open = [other for other in t.kept.refunds if other.open]
    t = replace(t, kept=replace(t.kept, refunds=(*others, *still_open, refund)))
    turn = go(t, office, Page.REFUND, errand=None, refund=refund.key, order=None, found=None)
    return _with(turn, wishes, _records(refund))


def _objection(t: Terminal, order: SoldOrder, amount: Money, at: Instant) -> str:
    """An earlier part that is not yet known comes first: two parts are never in doubt at once."""
    if any(refund.open and refund.order_id == order.order_id for refund in t.kept.refunds):
        return "refund_still_open"
    if not t.works(Device.STORAGE):
        return "refund_storage"
    return objection(order, amount, t.rules.refund_limits, at.utc_ms)


# --- what becomes of it ---------------------------------------------------------------------------


def settle(t: Terminal, key: str, advance: Callable[[Refund], back.Step]) -> Turn:
    """Let one refund take its step, whatever page is open. A number nobody asked for changes nothing."""
    for index, refund in enumerate(t.kept.refunds):
        if refund.key == key:
            after, wishes = advance(refund)
            refunds = (*t.kept.refunds[:index], after, *t.kept.refunds[index + 1 :])
            records = _records(after) if refund.open else ()
            return Turn(replace(t, kept=replace(t.kept, refunds=refunds)), (*wishes, *records))
    return Turn(t)


def settle_all(t: Terminal, advance: Callable[[Refund], back.Step]) -> Turn:
    """The link came or went, or the process came back: every open refund hears of it."""
    wishes: tuple[Command, ...] = ()
    for refund in t.kept.refunds:
        turn = settle(t, refund.key, advance)
        t, wishes = turn.state, (*wishes, *turn.commands)
    return Turn(t, wishes)


def _records(refund: Refund) -> tuple[KeepRecord, ...]:
    """Once it is known how it ended, the cloud's books hear of it."""
    if refund.open:
        return ()
    data: dict[str, object] = {
        "refund_key": refund.key,
        "order_id": refund.order_id,
        "payment_key": refund.request.payment_key if refund.request else None,
        "method": refund.method,
        "outcome": "refunded" if refund.standing is Standing.REFUNDED else "refused",
        "reason": refund.reason,
        "amount_minor": refund.amount.amount_minor,
        "currency": refund.amount.currency,
    }
    return (KeepRecord(f"{refund.key}-refund", "refund", data),)


def _with(turn: Turn, *wishes: tuple[Command, ...]) -> Turn:
    return replace(turn, commands=(*turn.commands, *(wish for some in wishes for wish in some)))


TAPS: dict[tuple[Page, Intent], Handler] = {
    (Page.MENU, Intent.FIND): _find_any,
    (Page.FIND, Intent.FIND): _find,
    (Page.FIND, Intent.PICK): _pick,
    (Page.ORDER, Intent.STEP_BACK): _back_to_list,
    (Page.ORDER, Intent.REFUND_ALL): _all,
    (Page.ORDER, Intent.REFUND_PART): _part,
    (Page.PART, Intent.GIVE_AMOUNT): _amount,
    (Page.PART, Intent.STEP_BACK): _back_to_order,
}
