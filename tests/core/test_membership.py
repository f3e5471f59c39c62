"""What membership takes off a basket: sentences, and properties that hold for any rules and any coupons."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.basket import Basket, Goods, Line, amount_typed
from agent.core.benefits import (
    NO_RULES,
    THE_BEST,
    Choice,
    Coupon,
    CouponKind,
    Holdings,
    Level,
    MembershipRules,
    PointRules,
    Used,
    UsedCoupon,
)
from agent.core.ids import CouponId, PersonId
from agent.core.membership import (
    NOT_FIRST,
    NOT_NOW,
    NOT_THESE,
    SPEND_MORE,
    Back,
    Offer,
    changed,
    given_back,
    offer,
    points_earned,
    saved_by_joining,
)
from agent.core.money import Money

WATER = Goods("6901000000011", "矿泉水", "Water", Money(200))
RICE = Goods("6901000000028", "饭团", "Rice ball", Money(680))
FRUIT = Goods("6901000000035", "水果", "Fruit", Money(1290))
NOW = 1_790_000_000_000
LI = PersonId("li")
RULES = MembershipRules(
    version=1,
    currency="CNY",
    levels=(Level("basic", "普通", "Basic"), Level("gold", "金卡", "Gold", 5, 200)),
    points=PointRules(per_major=1, step=100, step_minor=100),
    together_max=2,
)


def basket(*lines: tuple[Goods, int]) -> Basket:
    return Basket("CNY", tuple(Line(goods, quantity) for goods, quantity in lines))


def coupon(name: str, kind: CouponKind, value: int, **more: object) -> Coupon:
    return Coupon(CouponId(name), kind, value, name, name, **more)  # type: ignore[arg-type]


def off(name: str, minor: int, **more: object) -> Coupon:
    return coupon(name, CouponKind.AMOUNT_OFF, minor, **more)


def li(*coupons: Coupon, level: str = "basic", points: int = 0, first: bool = False) -> Holdings:
    return Holdings(LI, level, points, coupons, first)


def best(holdings: Holdings, goods: Basket, rules: MembershipRules = RULES, utc_ms: int = NOW) -> Offer:
    return offer(rules, holdings, goods, THE_BEST, utc_ms)


def names(found: Offer) -> list[str]:
    return [one.id for one in found.used.coupons]


def why(found: Offer) -> str:
    return found.worths[0].why


# --- sentences ------------------------------------------------------------------------------------


def test_coupons_and_points_are_used_up_by_a_payment_and_a_level_is_not() -> None:
    coupon_, points = Used((UsedCoupon(CouponId("three"), 300),)), Used(points=100, points_off_minor=100)
    assert (coupon_.takes(), points.takes()) == (True, True)
    assert (Used(level_off_minor=40).takes(), Used().takes()) == (False, False)


def test_a_shop_without_membership_takes_nothing_off() -> None:
    found = best(li(off("three", 300), level="gold"), basket((RICE, 2)), NO_RULES)
    assert (found.due, found.used) == (Money(1360), Used())


def test_the_best_coupon_is_taken_and_what_is_left_is_due() -> None:
    found = best(li(off("two", 200), off("three", 300)), basket((RICE, 1)), replace(RULES, together_max=1))
    assert (names(found), found.due) == (["three"], Money(380))


def test_a_level_takes_its_share_off_beside_coupons_unless_the_rules_forbid_it() -> None:
    have, goods = li(off("three", 300), level="gold"), basket((RICE, 10))
    assert best(have, goods).due == Money(6800 - 340 - 300)
    apart = replace(RULES, level_with_coupons=False)
    assert (best(have, goods, apart).due, names(best(have, goods, apart))) == (Money(6460), [])


def test_per_cent_is_rounded_down_and_capped() -> None:
    ten = coupon("ten", CouponKind.PERCENT_OFF, 10, most_off_minor=100)
    assert best(li(ten), basket((FRUIT, 1))).used.off_minor == 100
    assert best(li(ten), basket((RICE, 1)), replace(RULES, round_minor=10)).used.off_minor == 60


def test_of_three_for_two_the_cheapest_is_free() -> None:
    third = coupon("third", CouponKind.FREE_PIECES, 1, buy=2)
    assert best(li(third), basket((FRUIT, 2), (WATER, 1))).used.off_minor == 200
    assert best(li(third), basket((FRUIT, 1), (WATER, 1))).due == Money(1490)
    assert why(best(li(third), basket((FRUIT, 1)))) == NOT_THESE


def test_a_coupon_for_goods_is_worth_what_those_goods_cost() -> None:
    bound = off("water", 500, gtins=(WATER.gtin,))
    assert best(li(bound), basket((WATER, 1), (FRUIT, 1))).used.off_minor == 200
    assert why(best(li(bound), basket((FRUIT, 1)))) == NOT_THESE


def test_a_typed_amount_is_no_goods_of_any_coupon_and_counts_for_the_whole() -> None:
    typed = amount_typed(Money(100))
    bound = coupon("any", CouponKind.PERCENT_OFF, 50, gtins=("", WATER.gtin))
    assert best(li(bound), basket((typed, 3), (WATER, 1))).used.off_minor == 100
    third = coupon("third", CouponKind.FREE_PIECES, 1, buy=2)
    assert best(li(third), basket((typed, 3), (WATER, 3))).used.off_minor == 200
    assert why(best(li(third), basket((typed, 3), (WATER, 1)))) == NOT_THESE
    spent = off("spent", 50, least_minor=500)
    assert best(li(spent), basket((typed, 3), (WATER, 1))).used.off_minor == 50


def test_an_onion_comes_free_with_the_fruit() -> None:
    onion = coupon("onion", CouponKind.PERCENT_OFF, 100, gtins=(WATER.gtin,), along=(FRUIT.gtin,))
    assert best(li(onion), basket((WATER, 1), (FRUIT, 1))).used.off_minor == 200
    assert why(best(li(onion), basket((WATER, 1)))) == NOT_THESE


def test_two_coupons_for_the_same_goods_are_not_used_together() -> None:
    a, b = off("a", 100, gtins=(WATER.gtin,)), off("b", 150, gtins=(WATER.gtin,))
    assert names(best(li(a, b), basket((WATER, 3)))) == ["b"]
    c = off("c", 100, gtins=(RICE.gtin,))
    assert names(best(li(a, b, c), basket((WATER, 3), (RICE, 1)))) == ["b", "c"]


def test_groups_and_coupons_that_stand_alone() -> None:
    goods = basket((FRUIT, 5))
    assert names(best(li(off("a", 100, group="shop"), off("b", 200, group="shop")), goods)) == ["b"]
    alone = off("alone", 250, alone=True)
    assert names(best(li(alone, off("a", 100), off("b", 200)), goods)) == ["a", "b"]
    assert names(best(li(alone, off("a", 100)), goods)) == ["alone"]


def test_a_coupon_has_its_time_its_hours_and_its_first_purchase() -> None:
    goods = basket((FRUIT, 1))
    assert why(best(li(off("late", 1, until_utc_ms=NOW)), goods)) == NOT_NOW
    assert why(best(li(off("early", 1, from_utc_ms=NOW + 1)), goods)) == NOT_NOW
    breakfast = off("breakfast", 1, from_minute=6 * 60, until_minute=10 * 60)
    at_seven = NOW // 86_400_000 * 86_400_000 + 7 * 3_600_000
    assert why(best(li(breakfast), goods, utc_ms=at_seven)) == ""
    assert why(best(li(breakfast), goods, replace(RULES, utc_offset_ms=3 * 3_600_000), at_seven)) == NOT_NOW
    welcome = off("welcome", 1, first_purchase=True)
    assert why(best(li(welcome), goods)) == NOT_FIRST
    assert why(best(li(welcome, first=True), goods)) == ""


def test_a_coupon_from_fifty_says_that_there_is_more_to_spend() -> None:
    assert why(best(li(off("five", 500, least_minor=5000)), basket((FRUIT, 3)))) == SPEND_MORE
    assert names(best(li(off("five", 500, least_minor=5000)), basket((FRUIT, 4)))) == ["five"]


def test_points_pay_whole_steps_up_to_their_share_and_only_when_wished_for() -> None:
    have, goods = li(points=950), basket((FRUIT, 1))
    assert best(have, goods).used.points == 0
    used = offer(RULES, have, goods, Choice(points=True), NOW).used
    assert (used.points, used.points_off_minor) == (600, 600)
    assert offer(RULES, li(points=99), goods, Choice(points=True), NOW).used.points == 0


def test_what_is_taken_and_given_up_by_touch() -> None:
    goods = basket((FRUIT, 5))
    have = li(off("a", 100, group="shop"), off("b", 200, group="shop"), off("c", 50), points=500)
    other = changed(RULES, have, goods, THE_BEST, "a", NOW)
    assert names(offer(RULES, have, goods, other, NOW)) == ["a", "c"]
    fewer = changed(RULES, have, goods, other, "c", NOW)
    assert names(offer(RULES, have, goods, fewer, NOW)) == ["a"]
    spent = changed(RULES, have, goods, fewer, "points", NOW)
    assert offer(RULES, have, goods, spent, NOW).used.points == 500
    assert (
        offer(RULES, have, goods, changed(RULES, have, goods, spent, "points", NOW), NOW).used.points == 0
    )
    assert changed(RULES, have, goods, fewer, "nothing", NOW) == fewer


def test_points_that_bear_no_coupon_give_way_to_one_and_the_other_way_round() -> None:
    rules, goods = replace(RULES, points_with_coupons=False), basket((FRUIT, 5))
    have = li(off("a", 100), points=500)
    spent = changed(rules, have, goods, THE_BEST, "points", NOW)
    used = offer(rules, have, goods, spent, NOW).used
    assert (used.points, used.coupons) == (500, ())
    back = changed(rules, have, goods, spent, "a", NOW)
    assert names(offer(rules, have, goods, back, NOW)) == ["a"]


def test_the_same_coupon_from_two_sources_counts_once() -> None:
    assert best(li(off("a", 100), off("a", 100)), basket((FRUIT, 1))).used.off_minor == 100


def test_a_basket_says_what_joining_would_save() -> None:
    rules = replace(RULES, levels=(Level("basic", "普通", "Basic", 3), *RULES.levels))
    assert saved_by_joining(rules, basket((FRUIT, 1))) == 38
    assert saved_by_joining(NO_RULES, basket((FRUIT, 1))) == 0


def test_points_are_earned_on_what_was_paid() -> None:
    assert points_earned(RULES, "basic", Money(1299)) == 12
    assert points_earned(RULES, "gold", Money(1299)) == 24
    assert points_earned(RULES, "unheard of", Money(99)) == 0


# --- to the fen, to the minute --------------------------------------------------------------------


def test_nothing_is_taken_off_by_rules_in_other_money_or_by_none() -> None:
    have, goods = li(off("three", 300), level="gold"), basket((RICE, 2))
    for rules in (replace(RULES, version=0), replace(RULES, currency="HKD")):
        assert best(have, goods, rules).used == Used()
        assert saved_by_joining(replace(RULES, levels=()), goods) == 0
    assert saved_by_joining(replace(RULES, levels=RULES.levels[1:], currency="HKD"), goods) == 0


def test_what_is_due_is_in_the_money_of_the_basket() -> None:
    bun = Goods("6901000000042", "包子", "Bun", Money(900, "HKD"))
    have, hongkong = li(off("two", 200)), replace(RULES, currency="HKD")
    assert best(have, Basket("HKD", (Line(bun, 1),)), hongkong).due == Money(700, "HKD")


def test_a_level_that_the_rules_do_not_know_takes_nothing_off() -> None:
    assert best(li(level="unheard of"), basket((RICE, 10))).used == Used()


def test_a_coupon_of_one_fen_takes_one_fen_off() -> None:
    assert best(li(off("one", 1)), basket((RICE, 1))).due == Money(679)


def test_one_fen_is_left_to_pay_and_what_gives_way_is_the_level_and_the_last_coupon() -> None:
    gold = best(li(off("all", 700), level="gold"), basket((RICE, 1)))
    assert (gold.due, gold.used) == (Money(1), Used((UsedCoupon(CouponId("all"), 679),)))
    two = best(li(off("a", 500), off("b", 400)), basket((RICE, 1)))
    assert two.used.coupons == (UsedCoupon(CouponId("a"), 500), UsedCoupon(CouponId("b"), 179))
    cheap = Goods("6901000000059", "糖", "Sweet", Money(1))
    assert best(li(off("a", 5)), basket((cheap, 1))).due == Money(1)


def test_of_equal_combinations_the_one_that_uses_up_least_is_taken() -> None:
    one_or_two = li(off("b", 150), off("c", 150), off("a", 300, group="x"), off("d", 1, group="x"))
    assert names(best(one_or_two, basket((FRUIT, 1)))) == ["a", "b"]
    single = li(off("a", 300, alone=True), off("b", 150), off("c", 150))
    assert names(best(single, basket((FRUIT, 1)))) == ["a"]
    apart = replace(RULES, level_with_coupons=False)
    as_much_as_the_level = best(li(off("a", 340), level="gold"), basket((RICE, 10)), apart)
    assert as_much_as_the_level.used == Used(level_off_minor=340)


def test_of_equal_coupons_the_one_that_ends_first_is_taken() -> None:
    have = li(off("a", 100), off("m", 100, until_utc_ms=NOW + 9), off("z", 100, until_utc_ms=NOW + 5))
    one = replace(RULES, together_max=1)
    assert names(best(have, basket((FRUIT, 1)), one)) == ["z"]
    assert [worth.coupon.id for worth in best(have, basket((FRUIT, 1)), one).worths] == ["z", "m", "a"]


def test_beside_a_level_that_takes_more_a_single_coupon_still_counts() -> None:
    one = replace(RULES, together_max=1)
    assert best(li(off("three", 300), level="gold"), basket((RICE, 10)), one).due == Money(6160)


def test_where_no_coupon_may_be_used_none_is() -> None:
    assert names(best(li(off("a", 100)), basket((FRUIT, 1)), replace(RULES, together_max=0))) == []


def test_two_coupons_for_the_second_line_are_not_used_together_either() -> None:
    a, b = off("a", 100, gtins=(RICE.gtin,)), off("b", 150, gtins=(RICE.gtin,))
    assert names(best(li(a, b), basket((WATER, 3), (RICE, 1)))) == ["b"]


def test_a_coupon_that_does_not_fit_is_worth_nothing_and_stands_behind_those_that_do() -> None:
    worths = best(li(off("five", 500, least_minor=5000), off("one", 1)), basket((FRUIT, 1))).worths
    assert [(worth.coupon.id, worth.off_minor) for worth in worths] == [("one", 1), ("five", 0)]


def test_after_a_coupon_that_came_twice_the_next_one_counts() -> None:
    assert best(li(off("a", 100), off("a", 100), off("b", 50)), basket((FRUIT, 1))).used.off_minor == 150


def test_a_coupon_begins_in_its_first_moment_at_its_first_minute_and_at_its_least_sum() -> None:
    goods = basket((FRUIT, 3))
    assert why(best(li(off("now", 1, from_utc_ms=NOW)), goods)) == ""
    breakfast = off("breakfast", 1, from_minute=6 * 60, until_minute=10 * 60)
    midnight = NOW // 86_400_000 * 86_400_000
    assert why(best(li(breakfast), goods, utc_ms=midnight + 6 * 3_600_000)) == ""
    east = replace(RULES, utc_offset_ms=3 * 3_600_000)
    assert why(best(li(breakfast), goods, east, midnight + 5 * 3_600_000)) == ""  # 8:00 in the shop
    assert why(best(li(off("five", 500, least_minor=3870)), goods)) == ""


def test_free_pieces_that_ask_for_none_are_all_and_that_give_none_are_none() -> None:
    everything = coupon("all", CouponKind.FREE_PIECES, 1, buy=0)
    assert best(li(everything), basket((RICE, 2))).due == Money(1)
    nothing = coupon("none", CouponKind.FREE_PIECES, 0, buy=0)
    assert why(best(li(nothing), basket((RICE, 2)))) == NOT_THESE


def test_a_typed_amount_counts_towards_the_least_sum_of_free_pieces() -> None:
    third = coupon("third", CouponKind.FREE_PIECES, 1, buy=2, least_minor=1_500)
    assert why(best(li(third), basket((WATER, 3)))) == SPEND_MORE
    assert best(li(third), basket((WATER, 3), (amount_typed(Money(1_000)), 1))).used.off_minor == 200


def spends(holdings: Holdings, goods: Basket, rules: MembershipRules = RULES) -> Used:
    return offer(rules, holdings, goods, Choice(points=True, best=True), NOW).used


def test_the_share_of_points_is_of_what_level_and_coupons_leave() -> None:
    used = spends(li(off("a", 300), level="gold", points=5000), basket((FRUIT, 1)))
    assert (used.level_off_minor, used.points_off_minor) == (64, 400)  # half of 9.26
    assert spends(li(points=5000), basket((WATER, 6))).points == 600  # half of 12.00, exactly


def test_a_point_may_be_a_fen_and_nobody_spends_one_they_do_not_have() -> None:
    fen = replace(RULES, points=PointRules(step=1, step_minor=1))
    assert spends(li(points=950), basket((FRUIT, 1)), fen).points == 645
    for none in (0, -5):
        assert spends(li(points=none), basket((FRUIT, 1)), fen).points == 0


def test_points_that_are_worth_more_than_the_coupon_they_do_not_bear_are_spent() -> None:
    apart = replace(RULES, points_with_coupons=False)
    used = spends(li(off("a", 300), points=950), basket((FRUIT, 1)), apart)
    assert (used.points, used.coupons) == (600, ())


def test_what_saves_as_much_with_fewer_points_is_taken_and_a_fen_is_left() -> None:
    ten = Goods("6901000000066", "盒饭", "Lunch", Money(1000))
    all_of_it = replace(
        RULES, together_max=1, points=PointRules(step=100, step_minor=100, share_percent=100)
    )
    used = spends(li(off("one", 100), off("two", 200), points=800), basket((ten, 1)), all_of_it)
    assert ([one.id for one in used.coupons], used.points) == (["two"], 700)


def test_a_touch_keeps_what_may_stand_beside_it() -> None:
    goods, have = basket((FRUIT, 5)), li(off("a", 300), off("b", 200), off("c", 100), points=500)

    def after(*touched: str) -> tuple[list[str], int]:
        choice = THE_BEST
        for word in touched:
            choice = changed(RULES, have, goods, choice, word, NOW)
        found = offer(RULES, have, goods, choice, NOW)
        return names(found), found.used.points

    assert after("points") == (["a", "b"], 500)
    assert after("points", "b") == (["a"], 500)
    assert after("points", "b", "c") == (["a", "c"], 500)
    assert after("c") == (["a", "c"], 0)  # what was touched is taken, though it is worth least


def test_a_level_nobody_knows_earns_what_everybody_does_and_nothing_goes_back_twice() -> None:
    assert points_earned(RULES, "unheard of", Money(10_000)) == 100
    used = Used((UsedCoupon(CouponId("a"), 1),), 50)
    assert given_back(used, 5, 100, 100, 100) == Back(0, 0, ())


# --- properties -----------------------------------------------------------------------------------

GOODS = [
    Goods(f"69010000001{n:02d}", "货", "thing", Money(price)) for n, price in enumerate((1, 99, 350, 680))
]
gtins = st.lists(st.sampled_from([goods.gtin for goods in GOODS]), max_size=2, unique=True).map(tuple)
baskets = st.lists(
    st.tuples(st.sampled_from(GOODS), st.integers(1, 9)),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[0].gtin,
).map(lambda rows: basket(*rows))
coupons = st.builds(
    Coupon,
    id=st.integers(0, 99).map(lambda n: CouponId(f"c{n}")),
    kind=st.sampled_from(CouponKind),
    value=st.integers(0, 120),
    name_zh=st.just("券"),
    name_en=st.just("coupon"),
    buy=st.integers(0, 3),
    gtins=gtins,
    along=gtins,
    least_minor=st.sampled_from((0, 0, 500)),
    most_off_minor=st.sampled_from((0, 0, 150)),
    until_utc_ms=st.sampled_from((0, 0, NOW, NOW + 1)),
    first_purchase=st.booleans(),
    group=st.sampled_from(("", "", "shop")),
    alone=st.booleans(),
)
have = st.builds(
    Holdings,
    person=st.just(LI),
    level=st.sampled_from(("basic", "gold", "unheard of")),
    points=st.integers(-5, 5000),
    coupons=st.lists(coupons, max_size=6, unique_by=lambda one: one.id).map(tuple),
    first_purchase=st.booleans(),
)
rules_ = st.builds(
    MembershipRules,
    version=st.just(1),
    currency=st.just("CNY"),
    levels=st.just(RULES.levels),
    points=st.builds(PointRules, step=st.sampled_from((0, 1, 100)), step_minor=st.integers(0, 150)),
    together_max=st.integers(0, 4),
    level_with_coupons=st.booleans(),
    points_with_coupons=st.booleans(),
    round_minor=st.sampled_from((1, 10)),
)
quietly = settings(deadline=None, max_examples=settings.default.max_examples * 6 // 5)


@quietly
@given(rules_, have, baskets, st.lists(st.integers(0, 99), max_size=4), st.booleans())
def test_never_negative_never_more_than_the_basket_and_always_to_the_fen(
    rules: MembershipRules, holdings: Holdings, goods: Basket, wanted: list[int], points: bool
) -> None:
    choice = Choice(tuple(CouponId(f"c{n}") for n in wanted), points)
    for found in (offer(rules, holdings, goods, choice, NOW), best(holdings, goods, rules)):
        used = found.used
        assert found.due.amount_minor >= 1
        assert found.due.amount_minor + used.off_minor == goods.total.amount_minor
        assert min(used.level_off_minor, used.points_off_minor, used.points) >= 0
        assert all(one.off_minor > 0 for one in used.coupons)
        assert used.points <= max(0, holdings.points)


@quietly
@given(rules_, have, baskets, st.booleans())
def test_the_best_is_never_worse_than_any_combination_in_any_order(
    rules: MembershipRules, holdings: Holdings, goods: Basket, points: bool
) -> None:
    found = offer(rules, holdings, goods, Choice(points=points, best=True), NOW)
    everything = [one.id for one in holdings.coupons]
    for size in range(4):
        for some in combinations(everything, size):
            other = offer(rules, holdings, goods, Choice(some, points), NOW)
            assert other.due.amount_minor >= found.due.amount_minor
    again = Choice(tuple(one.id for one in found.used.coupons), points)
    assert offer(rules, holdings, goods, again, NOW).due == found.due


@quietly
@given(rules_, have, baskets, st.randoms(use_true_random=False))
def test_the_order_of_coupons_lines_and_touches_changes_nothing(
    rules: MembershipRules, holdings: Holdings, goods: Basket, dice: object
) -> None:
    shuffled, lines = list(holdings.coupons), list(goods.lines)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    dice.shuffle(lines)  # type: ignore[attr-defined]
    other, turned = replace(holdings, coupons=tuple(shuffled)), replace(goods, lines=tuple(lines))
    assert best(other, turned, rules).used == best(holdings, goods, rules).used
    names = tuple(one.id for one in shuffled)
    forth = offer(rules, holdings, goods, Choice(names), NOW).used
    assert offer(rules, holdings, goods, Choice(names[::-1]), NOW).used == forth


@quietly
@given(
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.integers(1, 100_000),
    st.lists(st.integers(1, 100_000), max_size=8),
)
def test_parts_of_a_refund_give_back_exactly_what_was_used(
    points: int, earned: int, paid: int, cuts: list[int]
) -> None:
    used = Used((UsedCoupon(CouponId("a"), 1),), points)
    stops = [0, *sorted({cut for cut in cuts if cut < paid}), paid]
    parts = [given_back(used, earned, paid, before, after) for before, after in pairwise(stops)]
    assert sum(part.points for part in parts) == points
    assert sum(part.earned for part in parts) == earned
    assert [part.coupons for part in parts] == [()] * (len(parts) - 1) + [(CouponId("a"),)]
    assert all(part.points >= 0 and part.earned >= 0 for part in parts)
