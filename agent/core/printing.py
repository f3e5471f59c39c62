"""Receipts on paper, and the drawer: what is printed when, at most once; what did not come out is said.

Enters: the state before a turn and the turn, the order that the journal found, a fact about paper. Leaves:
the turn with a look-up for what has just been sold or given back, then PrintSlip and its number in what is
kept. The number is on disk before anything is printed: after a crash nothing comes out a second time, and
the cashier can ask for a copy. Money waits for none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.core.commands import Command, LookUpOrders, OpenDrawer, PrintSlip
from agent.core.events import Device, OrdersFound
from agent.core.ids import OrderId
from agent.core.refund import Standing
from agent.core.slip import SlipGiven
from agent.core.sold import SoldOrder
from agent.core.state import Kept, Terminal, Turn
from agent.core.visit import Stage

UNREAD = "unread"
"""The journal did not give the order; nothing was printed."""


# --- by itself --------------------------------------------------------------------------------------


def told(before: Terminal, turn: Turn) -> Turn:
    """The same decision, and what printer and drawer hear of it."""
    t, rules = turn.state, turn.state.rules.printing
    if not rules.there:
        return turn
    if t.unprinted == before.unprinted and _onward(before, t):
        t = replace(t, unprinted="")
    ended = tuple(_ended(before.kept, t.kept))
    wishes: tuple[Command, ...] = ()
    if rules.drawer and not t.rules.training and any(method == "cash" for _, method in ended):
        wishes += (OpenDrawer(),)
    asked = _look_up(t, ended[0][0]) if ended and rules.always else Turn(t)
    return Turn(asked.state, (*turn.commands, *wishes, *asked.commands))


def _onward(before: Terminal, after: Terminal) -> bool:
    """The next customer has come, or somebody went behind the till or came back: it is no news there."""
    begun = after.visit.stage is Stage.BASKET and before.visit.stage is not Stage.BASKET
    return begun or (after.office is None) != (before.office is None)


def _ended(before: Kept, after: Kept) -> Iterator[tuple[OrderId, str]]:
    """What this turn sold or gave back, and how it was paid."""
    seen = {summary.order_id for summary in before.recent}
    for summary in after.recent:
        if summary.order_id not in seen and summary.outcome == "paid":
            yield summary.order_id, summary.method
    was = {refund.key: refund.standing for refund in before.refunds}
    for refund in after.refunds:
        if refund.standing is Standing.REFUNDED and was.get(refund.key) is not Standing.REFUNDED:
            yield refund.order_id, refund.method


# --- asked for --------------------------------------------------------------------------------------


def offered(t: Terminal) -> bool:
    """The receipt of who has just paid can be asked for: it was not given, or did not come out."""
    last = t.kept.recent[0] if t.kept.recent else None
    between = t.office is None and t.visit.stage in (Stage.IDLE, Stage.PAID)
    if not t.rules.printing.there or not between or last is None or last.outcome != "paid":
        return False
    given = t.kept.slip_given
    return bool(t.unprinted) or given is None or given.order_id != last.order_id


def asked(t: Terminal) -> Turn:
    """Before the next customer, without going behind the till."""
    return _look_up(t, t.kept.recent[0].order_id) if offered(t) and not t.printing else Turn(t)


def _look_up(t: Terminal, order: OrderId) -> Turn:
    """With its goods, from the journal, so that what was given back a moment ago stands on it too. Not
    while nothing can be printed: then it is not counted either, and what comes later is the first one."""
    if cause := t.down.get(Device.PRINTER):
        return Turn(replace(t, unprinted=cause))
    number = t.lookups + 1
    return Turn(replace(t, lookups=number, printing=number), (LookUpOrders(number, order, whole=True),))


# --- on its way -------------------------------------------------------------------------------------


def found(t: Terminal, event: OrdersFound) -> Turn:
    """Counted in the turn that wishes it printed; a disk that cannot be read gives nothing."""
    t = replace(t, printing=0)
    if not event.orders:
        return Turn(replace(t, unprinted=UNREAD))
    order = event.orders[0]
    given = SlipGiven(order.order_id, order.slips + 1)
    return print_wish(replace(t, kept=replace(t.kept, slip_given=given)), order, given)


def print_wish(t: Terminal, order: SoldOrder, given: SlipGiven) -> Turn:
    """What was counted goes to the printer, where there is one."""
    if not t.rules.printing.there:
        return Turn(t)
    if cause := t.down.get(Device.PRINTER):
        return Turn(replace(t, unprinted=cause))
    return Turn(replace(t, unprinted=""), (PrintSlip(order, given.copy, t.rules.training),))


def failed(t: Terminal, cause: str) -> Turn:
    """Said until the next customer comes."""
    return Turn(replace(t, unprinted=cause))
