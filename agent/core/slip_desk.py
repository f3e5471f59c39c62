"""Giving a receipt once more, behind the till; on paper where there is a printer.

Enters: the visit whose order is written down; a tap on an order's page, what the journal knows of its
goods. Leaves: its `Slip`; the page of the receipt, and in what is kept the how manieth it was, so that
copies are counted, also over restarts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from agent.core.benefits import MembershipRules, Used
from agent.core.commands import LookUpOrders
from agent.core.events import Instant, Intent
from agent.core.ids import Secret
from agent.core.office import Office, Page
from agent.core.office_pages import go, say
from agent.core.printing import print_wish
from agent.core.slip import Slip, SlipGiven, SlipLine, SlipOff
from agent.core.sold import SoldOrder
from agent.core.state import Terminal, Turn
from agent.core.visit import Visit

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]
LEVEL, COUPON, POINTS = ("会员折扣", "Member discount"), ("优惠券", "Coupon"), ("积分抵扣", "Points")


# --- what is remembered ---------------------------------------------------------------------------


def slip_of(visit: Visit, rules: MembershipRules) -> Slip:
    """What is to be remembered of the order on the till."""
    lines = tuple(
        SlipLine(line.goods.name_zh, line.goods.name_en, line.quantity, line.goods.price.amount_minor)
        for line in visit.basket.lines
    )
    payment = visit.payment
    if payment is None:
        return Slip(lines)
    tendered = payment.tendered.amount_minor if payment.tendered else None
    return Slip(lines, tuple(_offs(visit, payment.used, rules)), tendered)


def _offs(visit: Visit, used: Used, rules: MembershipRules) -> Iterator[SlipOff]:
    holdings = visit.holdings
    names = {one.id: (one.name_zh, one.name_en) for one in (holdings.coupons if holdings else ())}
    if used.level_off_minor:
        level = rules.level(holdings.level) if holdings else None
        yield SlipOff(*((level.name_zh, level.name_en) if level else LEVEL), used.level_off_minor)
    for coupon in used.coupons:
        yield SlipOff(*names.get(coupon.id, COUPON), coupon.off_minor)
    if used.points_off_minor:
        yield SlipOff(*POINTS, used.points_off_minor)


# --- what is given --------------------------------------------------------------------------------


def _ask(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    """The goods come from the journal, so that what was given back a moment ago stands on it too."""
    if office.order is None:
        return Turn(t)
    number = t.lookups + 1
    turn = go(replace(t, lookups=number), office, Page.SLIP, search=number, slip=None)
    return replace(turn, commands=(LookUpOrders(number, office.order.order_id, whole=True),))


def found(t: Terminal, office: Office, orders: tuple[SoldOrder, ...]) -> Turn:
    """Counted once, when it is shown; a disk that cannot be read gives nothing."""
    if office.slip is not None or office.order is None:
        return Turn(t)
    order = next((one for one in orders if one.order_id == office.order.order_id), None)
    if order is None:
        return say(go(t, office, Page.ORDER).state, "slip_unread")
    given = SlipGiven(order.order_id, order.slips + 1)
    printed = print_wish(replace(t, kept=replace(t.kept, slip_given=given)), order, given)
    shown = go(printed.state, office, Page.SLIP, order=order, slip=given)
    return replace(shown, commands=printed.commands)


def _back(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.ORDER, slip=None)


TAPS: dict[tuple[Page, Intent], Handler] = {
    (Page.ORDER, Intent.SEE_SLIP): _ask,
    (Page.SLIP, Intent.STEP_BACK): _back,
}
