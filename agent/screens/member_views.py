"""What membership looks like on both screens: the member's rows to touch, discounts, what was earned.

Pure, like the projection that uses it. Which coupon is worth what was decided when the page was priced;
here it is only said: nothing that stands here can differ from what is charged.
"""

from __future__ import annotations

from agent.core.benefits import Coupon, Used
from agent.core.events import Instant
from agent.core.ids import CouponId
from agent.core.membership import POINTS, Worth, offer, saved_by_joining
from agent.core.money import Money
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.screens.contract import Benefit, Line, Phrase

SAID = frozenset({"coupon_used", "coupon_ended", "points_short", "benefits_offline"})
"""Why the price is another than before; each has its sentence."""


def benefits(t: Terminal, at: Instant, language: str) -> tuple[Benefit, ...]:
    """What the member has that fits this basket: what is used first, then what is worth most. Three are in
    sight in large text, the others a finger's length below."""
    visit, payment = t.visit, t.visit.payment
    if visit.stage is not Stage.CONFIRM or visit.holdings is None or payment is None:
        return ()
    used = {one.id: one.off_minor for one in payment.used.coupons}
    worths = offer(t.kept.membership, visit.holdings, visit.basket, visit.choice, at.utc_ms).worths
    fitting = [worth for worth in worths if worth.fits or worth.coupon.id in used]
    fitting.sort(key=lambda worth: worth.coupon.id not in used)
    rows = [_row(t, worth, used, language) for worth in fitting]
    return (*rows, *_points(t, payment.used))


def _row(t: Terminal, worth: Worth, used: dict[CouponId, int], language: str) -> Benefit:
    coupon = worth.coupon
    off_minor = used.get(coupon.id, worth.off_minor)
    return Benefit(
        value=coupon.id,
        name=Phrase("benefit.coupon", {"name": _name(coupon, language)}),
        amount=_less(t, off_minor),
        taken=coupon.id in used,
    )


def _points(t: Terminal, used: Used) -> tuple[Benefit, ...]:
    """One row, where points can be spent and there are enough for a step."""
    rules, have = t.kept.membership.points, t.visit.holdings
    if have is None or not rules.step or not rules.step_minor or have.points < rules.step:
        return ()
    if used.points:
        name = Phrase("benefit.points_used", {"points": str(used.points)})
        return (Benefit(POINTS, name, _less(t, used.points_off_minor), taken=True),)
    return (Benefit(POINTS, Phrase("benefit.points", {"points": str(have.points)})),)


def masked_name(t: Terminal) -> str:
    """As it may be shown on a screen; empty while nobody is recognised."""
    return t.rules.names.get(t.visit.person, "") if t.visit.person else ""


def member(t: Terminal, language: str) -> Phrase | None:
    """Level and points, as the cloud said them."""
    have = t.visit.holdings
    if have is None or t.visit.person is None:
        return None
    level = t.kept.membership.level(have.level)
    points = str(have.points)
    if level is None:
        return Phrase("member.points", {"points": points})
    name = level.name_en if language == "en" else level.name_zh
    return Phrase("member.level", {"level": name, "points": points})


def discounts(t: Terminal, language: str) -> tuple[Line, ...]:
    """What was taken off, each by itself, below the goods."""
    payment, have = t.visit.payment, t.visit.holdings
    if payment is None or not payment.used.off_minor:
        return ()
    used, names = payment.used, {one.id: one for one in have.coupons} if have else {}
    rows = []
    if used.level_off_minor:
        level = t.kept.membership.level(have.level) if have else None
        name = (level.name_en if language == "en" else level.name_zh) if level else ""
        rows.append(Line(name or WORDS[language][0], "", _less(t, used.level_off_minor)))
    for one in used.coupons:
        coupon = names.get(one.id)
        name = _name(coupon, language) if coupon else WORDS[language][1]
        rows.append(Line(name, "", _less(t, one.off_minor)))
    if used.points_off_minor:
        rows.append(Line(f"{WORDS[language][2]} {used.points}", "", _less(t, used.points_off_minor)))
    return tuple(rows)


WORDS = {"zh": ("会员优惠", "优惠券", "积分"), "en": ("Membership", "Coupon", "Points")}
"""Names of rows that have no name of their own; like goods, they are no sentences."""


def off(t: Terminal) -> str:
    """How much less is paid; empty when nothing was taken off."""
    payment = t.visit.payment
    if payment is None or not payment.used.off_minor:
        return ""
    return Money(payment.used.off_minor, payment.amount.currency).text()


def would_save(t: Terminal) -> Phrase | None:
    """On the basket: what everybody has off who joins."""
    saved_minor = saved_by_joining(t.kept.membership, t.visit.basket)
    if not saved_minor:
        return None
    return Phrase("basket.members_save", {"amount": Money(saved_minor, t.rules.currency).text()})


def earned(t: Terminal, language: str) -> Phrase:
    """After paying: points, and what was given for it."""
    payment = t.visit.payment
    assert payment is not None
    values = {"earned": str(payment.points_earned), "balance": str(payment.points_balance)}
    gift = payment.gift
    if gift is None:
        return Phrase("paid.points", values)
    name = gift.name_en if language == "en" else gift.name_zh
    return Phrase("paid.points_gift", {**values, "gift": name})


def _name(coupon: Coupon, language: str) -> str:
    return coupon.name_en if language == "en" else coupon.name_zh


def _less(t: Terminal, off_minor: int) -> str:
    return Money(-off_minor, t.rules.currency).text()
