"""What a member has, at the till: asked for, shown in the price, confirmed; and never in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.benefits import Coupon, CouponKind, Gift, Holdings, Level, MembershipRules, PointRules, Used
from agent.core.charge import Captured, Declined
from agent.core.commands import AskCharge, AskMember, KeepRecord
from agent.core.events import Device, DeviceLost, DeviceUp, Intent, MemberFound, MembershipTold, Started
from agent.core.figures import Ending
from agent.core.ids import CouponId, PersonId
from agent.core.invariants import InvariantBroken, check
from agent.core.money import Money
from agent.core.payment import Phase
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage
from tests.playbook import NOTHING, Fact, Playbook, Slot, says, sees, shows_code, taps
from tests.shop import LI, restarted, terminal, to_match, to_paying_by_code, trusting

RULES = MembershipRules(
    version=1,
    currency="CNY",
    levels=(Level("basic", "普通", "Basic"), Level("gold", "金卡", "Gold", 5)),
    points=PointRules(step=100, step_minor=100),
    together_max=2,
)
THREE = Coupon(CouponId("three"), CouponKind.AMOUNT_OFF, 300, "减3元", "3 off", group="shop")
TWO = Coupon(CouponId("two"), CouponKind.AMOUNT_OFF, 200, "减2元", "2 off", group="shop")
CONFIRM, SWITCH = Intent.CONFIRM, Intent.SWITCH_BENEFIT


def has(*coupons: Coupon, points: int = 0, level: str = "basic") -> Fact:
    """The cloud's word about whoever was asked about."""

    def word(t: Terminal) -> MemberFound:
        return MemberFound(t.visit.member_no, Holdings(PersonId(LI), level, points, coupons))

    return word


def to_confirm(shop: Playbook) -> Playbook:
    """Li is recognised before ¥8.80, in a shop with membership; the cloud was asked what Li has."""
    shop >> MembershipTold(RULES)
    return to_match(shop) >> 3 * [sees(LI)] << AskMember << Stage.CONFIRM


def price(shop: Playbook) -> tuple[Money, list[str]]:
    return shop.payment.amount, [coupon.id for coupon in shop.payment.used.coupons]


def test_a_member_pays_less_and_what_is_used_goes_along(shop: Playbook) -> None:
    charge, record = Slot(AskCharge), Slot(KeepRecord)
    to_confirm(shop) >> has(TWO, THREE, level="gold") << Stage.CONFIRM
    assert price(shop) == (Money(880 - 44 - 300), ["three"])
    shop >> taps(CONFIRM) << charge << Stage.PAY
    assert charge.wish.request.amount == Money(536)
    assert charge.wish.request.used.off_minor == 344
    shop >> says(Captured(5, 105, Gift("送葱", "An onion"))) << record << Stage.PAID
    assert shop.payment.gift == Gift("送葱", "An onion")
    sold = record.wish.data
    assert (sold["amount_minor"], sold["off_minor"], sold["level_off_minor"]) == (536, 344, 44)
    assert sold["coupons"] == [{"coupon": "three", "off_minor": 300}]
    counted = {tally.ending: tally.sum_minor for tally in shop.state.kept.shift.tallies}
    assert counted == {Ending.SOLD: 536, Ending.DISCOUNTED: 344}


def test_without_an_answer_the_price_is_the_full_one_and_nobody_waits(shop: Playbook) -> None:
    charge = Slot(AskCharge)
    to_confirm(shop) >> taps(CONFIRM) << charge << Stage.PAY
    assert (charge.wish.request.amount, charge.wish.request.used) == (Money(880), Used())
    shop >> has(THREE) << NOTHING


def test_a_finger_that_was_on_its_way_when_the_price_changed_pays_nothing(shop: Playbook) -> None:
    to_confirm(shop)
    late = taps(CONFIRM)(shop.state)
    shop >> has(THREE) << Stage.CONFIRM >> late << NOTHING
    assert price(shop) == (Money(580), ["three"])


def test_nothing_is_asked_where_there_is_no_membership(shop: Playbook) -> None:
    to_match(shop) >> 3 * [sees(LI)] << Stage.CONFIRM


def test_an_answer_about_somebody_else_or_an_older_question_changes_nothing(shop: Playbook) -> None:
    to_confirm(shop)
    number = shop.visit.member_no
    shop >> MemberFound(number - 1, Holdings(PersonId(LI), coupons=(THREE,))) << NOTHING
    shop >> MemberFound(number, Holdings(PersonId("wang"), coupons=(THREE,))) << NOTHING


def test_coupons_are_changed_by_touch_and_the_price_follows(shop: Playbook) -> None:
    to_confirm(shop) >> has(TWO, THREE, points=500) >> taps(SWITCH, "two") << Stage.CONFIRM
    assert price(shop) == (Money(680), ["two"])
    shop >> taps(SWITCH, "points") << Stage.CONFIRM
    assert (shop.payment.amount, shop.payment.used.points) == (Money(380), 300)
    shop >> taps(SWITCH, "two") >> taps(SWITCH, "points") << Stage.CONFIRM
    assert price(shop) == (Money(880), [])
    shop >> taps(SWITCH, "no such coupon") << NOTHING


def test_a_coupon_used_elsewhere_is_taken_away_and_the_customer_is_asked_again(shop: Playbook) -> None:
    again, charge = Slot(AskMember), Slot(AskCharge)
    to_confirm(shop) >> has(TWO, THREE) >> taps(CONFIRM) << AskCharge << Stage.PAY
    shop >> says(Declined("coupon_used")) << again << Stage.CONFIRM
    assert (price(shop), shop.visit.reason) == ((Money(680), ["two"]), "coupon_used")
    shop >> MemberFound(again.wish.number, Holdings(PersonId(LI), "basic", 0, ())) << Stage.CONFIRM
    assert (price(shop), shop.visit.reason) == ((Money(880), []), "coupon_used")
    shop >> taps(CONFIRM) << charge << Stage.PAY
    assert (charge.wish.request.key[-2:], charge.wish.request.amount) == ("-2", Money(880))


def test_points_that_were_spent_elsewhere_are_not_offered_again(shop: Playbook) -> None:
    to_confirm(shop) >> has(points=500) >> taps(SWITCH, "points") >> taps(CONFIRM) << AskCharge
    shop >> says(Declined("points_short")) << AskMember << Stage.CONFIRM
    assert price(shop) == (Money(880), [])


def test_another_refusal_leaves_the_full_price_for_whatever_comes_next(shop: Playbook) -> None:
    (
        to_confirm(shop)
        >> has(THREE)
        >> taps(CONFIRM)
        << AskCharge
        >> says(Declined("funds"))
        << Stage.NOT_PAID
    )
    assert price(shop) == (Money(880), [])
    shop >> taps(Intent.PAY_CASH) << Stage.CASH >> taps(Intent.CASH_RECEIVED) << KeepRecord << Stage.PAID
    assert shop.state.kept.recent[0].amount == Money(880)


@pytest.mark.parametrize("away", [Intent.SHOW_CODE, Intent.NOT_ME])
def test_whoever_pays_another_way_pays_the_full_price(shop: Playbook, away: Intent) -> None:
    to_confirm(shop) >> has(THREE) >> taps(away)
    assert price(shop) == (Money(880), [])
    assert shop.visit.holdings is None


def test_a_code_shown_beside_a_lower_price_is_not_charged_with_a_higher_one(shop: Playbook) -> None:
    charge = Slot(AskCharge)
    to_confirm(shop) >> has(THREE) >> shows_code() << Stage.CODE
    assert (price(shop), shop.visit.reason) == ((Money(880), []), "full_price")
    shop >> shows_code() << charge << Stage.PAY
    assert charge.wish.request.amount == Money(880)


def test_without_the_link_the_price_is_the_full_one_and_is_shown(shop: Playbook) -> None:
    to_confirm(shop) >> has(THREE) >> DeviceLost(Device.CLOUD, "lost") << Stage.CONFIRM
    assert (price(shop), shop.visit.reason) == ((Money(880), []), "benefits_offline")
    shop >> DeviceUp(Device.CLOUD) << AskMember >> has(THREE) << Stage.CONFIRM
    assert price(shop) == (Money(580), ["three"])


def test_goods_on_trust_are_owed_at_the_full_price() -> None:
    book = to_confirm(Playbook(trusting(terminal()))) >> has(THREE)
    book >> DeviceLost(Device.CLOUD, "lost") << Stage.CONFIRM >> taps(CONFIRM) << KeepRecord << Stage.OWED
    assert book.state.kept.debts[0].payment.amount == Money(880)


def test_giving_up_gives_up_the_full_price(shop: Playbook) -> None:
    to_confirm(shop) >> has(THREE) >> taps(Intent.CANCEL) << KeepRecord << Stage.IDLE
    assert (shop.state.kept.recent[0].amount, shop.state.kept.recent[0].off_minor) == (Money(880), 0)


def test_what_was_asked_for_with_a_coupon_survives_the_power_cut(shop: Playbook) -> None:
    to_confirm(shop) >> has(TWO, THREE) >> taps(CONFIRM) << AskCharge
    used = shop.payment.used
    assert restarted(shop).payment.used == used == restarted(shop).payment.request.used  # type: ignore[union-attr]


def test_a_power_cut_before_the_confirmation_leaves_nobody_and_the_full_price(shop: Playbook) -> None:
    book = restarted(to_confirm(shop) >> has(THREE)) >> Started() << Stage.CHOOSE
    assert price(book) == (Money(880), [])


def test_an_older_word_about_the_rules_changes_nothing(shop: Playbook) -> None:
    newer = replace(RULES, version=2, together_max=1)
    shop >> MembershipTold(newer) >> MembershipTold(RULES) << NOTHING
    shop >> MembershipTold(replace(RULES, version=3, currency="HKD")) << NOTHING
    assert shop.state.kept.membership == newer


def test_a_price_that_fits_no_basket_is_refused_by_the_invariants(shop: Playbook) -> None:
    to_confirm(shop) >> has(THREE)
    before, payment = shop.state, shop.payment
    lower = replace(payment, amount=Money(1))
    with pytest.raises(InvariantBroken, match="less what is used"):
        check(
            before,
            Turn(replace(before, kept=replace(before.kept, visit=replace(before.visit, payment=lower)))),
        )
    nobody = replace(before.visit, person=None)
    with pytest.raises(InvariantBroken, match="only a member's own"):
        check(before, Turn(replace(before, kept=replace(before.kept, visit=nobody))))


def test_a_code_payment_uses_nothing(shop: Playbook) -> None:
    shop >> MembershipTold(RULES)
    to_paying_by_code(shop)
    assert shop.payment.used == Used()
    assert shop.payment.phase is Phase.ASKING
