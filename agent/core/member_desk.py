"""A member's benefits in a visit: asked for, priced, shown, confirmed; never in the way of paying.

Enters: the shop's rules, the cloud's word about a member, touches on the confirm page, the cloud's refusal
of a coupon. Leaves: the price that both people read before the confirmation, bound to what is used for it.
Whatever changes the price shows the page anew: a tap on the old one no longer counts, and nobody is ever
charged another amount than the one that was read. Silence leaves the full price.
"""

from __future__ import annotations

from dataclasses import replace

from agent.core import payment as pay
from agent.core.benefits import NOTHING_USED
from agent.core.commands import AskMember
from agent.core.events import Device, Instant, MemberFound, MembershipTold
from agent.core.ids import Secret, typed
from agent.core.membership import changed, offer
from agent.core.payment import Payment
from agent.core.stages import enter
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage, Visit

REFUSALS = frozenset({"coupon_used", "coupon_ended", "points_short"})
"""Why the cloud refuses a payment because of what was to be used; it was refused whole, nothing is used."""


def told(t: Terminal, fact: MembershipTold) -> Turn:
    """The shop's rules. An older word than the last changes nothing, nor does one in other money."""
    rules = fact.rules
    if rules.version <= t.kept.membership.version or rules.currency != t.rules.currency:
        return Turn(t)
    return Turn(replace(t, kept=replace(t.kept, membership=rules)))


def asks(turn: Turn) -> Turn:
    """Somebody was identified: what do they have? Not asked where there is no membership or no link."""
    t, person = turn.state, turn.state.visit.person
    if person is None or not t.kept.membership.version or not t.works(Device.CLOUD):
        return turn
    visit = replace(t.visit, member_no=t.visit.stage_no)
    asked = replace(t, kept=replace(t.kept, visit=visit))
    return Turn(asked, (*turn.commands, AskMember(visit.member_no, person)))


def found(t: Terminal, fact: MemberFound, at: Instant) -> Turn:
    """The cloud's word, while it still can be read before the confirmation. Later it changes nothing; nor
    does it once the link has gone: nobody could say whether it still holds."""
    visit = t.visit
    if not t.works(Device.CLOUD):
        return Turn(t)
    mine = fact.number == visit.member_no and fact.holdings.person == visit.person
    if visit.stage is not Stage.CONFIRM or not mine or visit.holdings == fact.holdings:
        return Turn(t)
    return _priced(t, replace(visit, holdings=fact.holdings), at)


def switched(t: Terminal, value: Secret | None, at: Instant) -> Turn:
    """The member takes a coupon or the points, or gives them up."""
    visit = t.visit
    if visit.holdings is None or not t.works(Device.CLOUD):
        return Turn(t)
    rules = t.kept.membership
    choice = changed(rules, visit.holdings, visit.basket, visit.choice, typed(value), at.utc_ms)
    return Turn(t) if choice == visit.choice else _priced(t, replace(visit, choice=choice), at)


def turned_down(t: Terminal, payment: Payment, at: Instant) -> Turn:
    """The payment was refused because of what was to be used, and nothing moved. The price is another now,
    so the member is asked again, without it; and the cloud, what there still is."""
    visit, used = t.visit, payment.request.used if payment.request else NOTHING_USED
    if visit.holdings is None or visit.person is None:
        return enter(t, Stage.NOT_PAID, reason=payment.reason, visit=visit.at_full_price())
    gone = {coupon.id for coupon in used.coupons}
    left = tuple(coupon for coupon in visit.holdings.coupons if coupon.id not in gone)
    points = 0 if payment.reason == "points_short" else visit.holdings.points
    full = visit.at_full_price()
    again = replace(full, holdings=replace(visit.holdings, coupons=left, points=points))
    return asks(_priced(t, again, at, payment.reason))


def link_lost(t: Terminal) -> Turn:
    """Nobody can say any more whether a coupon is still there: the price is the full one, and shown."""
    payment = t.visit.payment
    if t.visit.stage is not Stage.CONFIRM or payment is None or payment.used == NOTHING_USED:
        return Turn(t)
    return enter(t, Stage.CONFIRM, reason="benefits_offline", visit=t.visit.at_full_price())


def link_back(turn: Turn) -> Turn:
    """Who is about to confirm is asked about once more."""
    visit = turn.state.visit
    return asks(turn) if visit.stage is Stage.CONFIRM and visit.holdings is None else turn


def _priced(t: Terminal, visit: Visit, at: Instant, reason: str = "") -> Turn:
    """The price of what the member has and wants. The page is new unless the amount stayed what it was."""
    holdings, payment = visit.holdings, visit.payment
    if holdings is None or payment is None:
        return Turn(t)
    now = offer(t.kept.membership, holdings, visit.basket, visit.choice, at.utc_ms)
    visit = replace(visit, payment=pay.priced(payment, now.due, now.used))
    same = payment.amount == now.due and payment.used == now.used and not reason
    if same and visit.stage is Stage.CONFIRM:
        return Turn(replace(t, kept=replace(t.kept, visit=visit)))
    return enter(t, Stage.CONFIRM, reason=reason or visit.reason, visit=visit)
