"""What a member has, at the till: asked for, shown in the price, confirmed; and never in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.benefits import Coupon, CouponKind, Gift, Holdings, Level, MembershipRules, PointRules, Used
from agent.core.charge import Captured, Declined
from agent.core.commands import AskCharge, AskMember, KeepRecord, WatchFaces
from agent.core.events import Device, DeviceLost, DeviceUp, Intent, MemberFound, MembershipTold, Started
from agent.core.figures import Ending
from agent.core.ids import CouponId, PersonId
from agent.core.invariants import InvariantBroken, check
from agent.core.money import Money
from agent.core.payment import Phase
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage
from agent.screens.member_views import benefits
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


def test_the_books_hear_of_the_points_that_were_spent(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_confirm(shop) >> has(points=500) >> taps(SWITCH, "points") >> taps(CONFIRM) << AskCharge
    shop >> says(Captured()) << record << Stage.PAID
    sold = record.wish.data
    assert (sold["amount_minor"], sold["points"], sold["points_off_minor"]) == (480, 400, 400)


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


def test_an_answer_that_comes_after_the_link_has_gone_changes_no_price(shop: Playbook) -> None:
    to_confirm(shop) >> DeviceLost(Device.CLOUD, "lost") >> has(THREE) << NOTHING
    assert price(shop) == (Money(880), [])


def test_goods_leave_on_trust_although_the_members_coupons_came_too_late() -> None:
    book = to_confirm(Playbook(trusting(terminal()))) >> DeviceLost(Device.CLOUD, "lost") >> has(THREE)
    book >> taps(CONFIRM) << KeepRecord << Stage.OWED


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
    shop >> MembershipTold(replace(newer, together_max=3)) << NOTHING
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


def test_every_coupon_that_fits_can_be_touched_the_used_one_first_and_points_last(shop: Playbook) -> None:
    twenty = [replace(TWO, id=CouponId(f"c{n}"), value=10 + n) for n in range(20)]
    to_confirm(shop) >> has(*twenty, points=100) << Stage.CONFIRM
    rows = benefits(shop.state, shop.at, "zh")
    assert (len(rows), rows[0].value, rows[-1].value) == (21, "c19", "points")
    assert [row.taken for row in rows[:2]] == [True, False]


# --- when the page is new, and when it is not -----------------------------------------------------


def test_an_answer_that_changes_no_price_leaves_the_page_and_the_finger_on_its_way_counts(
    shop: Playbook,
) -> None:
    late = taps(CONFIRM)(to_confirm(shop).state)
    shop >> has(points=5) >> late << AskCharge << Stage.PAY


def test_another_coupon_for_the_same_price_is_another_page(shop: Playbook) -> None:
    same = replace(THREE, id=CouponId("other"))
    to_confirm(shop) >> has(THREE, same) << Stage.CONFIRM
    assert price(shop) == (Money(580), ["other"])
    late = taps(CONFIRM)(shop.state)
    shop >> taps(SWITCH, "three") >> late << NOTHING
    assert price(shop) == (Money(580), ["three"])


def test_a_touch_that_names_nothing_prices_nothing_anew(shop: Playbook) -> None:
    """Not even a coupon that has ended since: the cloud says so if it is still wanted."""
    to_confirm(shop) >> has(replace(THREE, until_utc_ms=shop.at.utc_ms + 5_000))
    shop.after(6_000) >> taps(SWITCH, "no such coupon") << NOTHING
    assert price(shop) == (Money(580), ["three"])


def test_the_answer_to_an_earlier_look_is_not_for_whoever_stands_there_now(shop: Playbook) -> None:
    first, second = Slot(AskMember), Slot(AskMember)
    shop >> MembershipTold(RULES)
    to_match(shop) >> 3 * [sees(LI)] << first << Stage.CONFIRM
    shop >> taps(Intent.NOT_ME) >> taps(Intent.PAY_BY_FACE) << WatchFaces
    shop >> 3 * [sees(LI)] >> taps(Intent.GIVE_DIGITS, "4711") << WatchFaces
    shop >> 3 * [sees(LI)] << second << Stage.CONFIRM
    shop >> MemberFound(first.wish.number, Holdings(PersonId(LI), coupons=(THREE,))) << NOTHING
    shop >> MemberFound(second.wish.number, Holdings(PersonId(LI), coupons=(THREE,))) << Stage.CONFIRM
    assert price(shop) == (Money(580), ["three"])


# --- refused, and the link ------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "points"), [("coupon_used", 500), ("points_short", 0)])
def test_points_are_still_there_unless_it_was_they_that_were_short(
    shop: Playbook, reason: str, points: int
) -> None:
    to_confirm(shop) >> has(THREE, points=500) >> taps(CONFIRM) << AskCharge
    shop >> says(Declined(reason)) << AskMember << Stage.CONFIRM
    assert shop.visit.holdings is not None
    assert shop.visit.holdings.points == points


def test_of_whom_nothing_is_known_any_more_a_new_try_is_offered_at_the_full_price(shop: Playbook) -> None:
    to_confirm(shop) >> has(THREE) >> taps(CONFIRM) << AskCharge
    visit = replace(shop.visit, holdings=None)
    shop.state = replace(shop.state, kept=replace(shop.state.kept, visit=visit))
    shop >> says(Declined("coupon_used")) << Stage.NOT_PAID
    assert (price(shop), shop.visit.reason) == ((Money(880), []), "coupon_used")


def test_the_link_that_is_back_asks_about_nobody_who_has_confirmed_or_is_known(shop: Playbook) -> None:
    to_confirm(shop) >> has(THREE) >> DeviceUp(Device.CLOUD) << NOTHING
    shop >> taps(CONFIRM) << AskCharge >> DeviceUp(Device.CLOUD) << NOTHING
    visit = replace(shop.visit, holdings=None)
    shop.state = replace(shop.state, kept=replace(shop.state.kept, visit=visit))
    shop >> DeviceUp(Device.CLOUD) << NOTHING


@pytest.mark.parametrize("coupons", [(THREE,), ()], ids=["a coupon", "none"])
@pytest.mark.parametrize(
    ("device", "cause", "reason"),
    [
        (Device.STORAGE, "full", "storage"),
        (Device.SCREENS, "customer_frozen", "screens"),
        (Device.CLOUD, "lost", "offline"),
    ],
)
def test_where_nobody_can_be_charged_the_price_is_the_full_one_again(
    shop: Playbook, coupons: tuple[Coupon, ...], device: Device, cause: str, reason: str
) -> None:
    to_confirm(shop) >> has(*coupons, points=5) >> DeviceLost(device, cause)
    shop >> taps(CONFIRM) << Stage.NOT_PAID
    assert (price(shop), shop.visit.reason, shop.visit.holdings) == ((Money(880), []), reason, None)


def test_who_does_not_confirm_in_time_is_gone_and_so_is_their_price(shop: Playbook) -> None:
    to_confirm(shop) >> has(THREE)
    shop.after(shop.state.rules.people.confirm_wait_ms) << Stage.CHOOSE
    assert (price(shop), shop.visit.reason, shop.visit.person) == ((Money(880), []), "timeout", None)
