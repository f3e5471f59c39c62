"""What of an order of the past may be given back: for every order and every wish, and never too much."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.ids import OrderId, PaymentKey
from agent.core.money import Money
from agent.core.sold import DAY_MS, RefundLimits, SoldOrder, objection

NOW_MS = 1_790_000_000_000
LIMITS = RefundLimits()
SOLD = SoldOrder(
    OrderId("o-000001"), PaymentKey("o-000001-1"), "face", Money(880), "paid", NOW_MS, Money(0)
)
AMOUNTS = st.integers(-10, 2_000).map(Money)
ORDERS = st.builds(
    SoldOrder,
    order_id=st.just(SOLD.order_id),
    payment_key=st.sampled_from([SOLD.payment_key, None]),
    method=st.sampled_from(["face", "wechat", "cash", ""]),
    amount=st.integers(0, 2_000).map(Money),
    outcome=st.sampled_from(["paid", "notpaid", "held", "unknown", "cancelled"]),
    utc_ms=st.integers(NOW_MS - 400 * DAY_MS, NOW_MS + DAY_MS),
    refunded=st.integers(0, 2_000).map(Money),
    parts=st.integers(0, 60),
    last_refund_utc_ms=st.integers(NOW_MS - 200_000, NOW_MS + 200_000),
)


@given(ORDERS, AMOUNTS)
def test_what_may_go_back_was_paid_is_left_and_is_something(order: SoldOrder, amount: Money) -> None:
    if objection(order, amount, LIMITS, NOW_MS):
        return
    assert order.outcome == "paid"
    assert 0 < amount.amount_minor <= order.amount.amount_minor - order.refunded.amount_minor
    assert order.payment_key is not None or order.method == "cash"
    assert NOW_MS - order.utc_ms <= LIMITS.days * DAY_MS
    assert order.parts < LIMITS.parts


@given(st.integers(1, 5_000), st.lists(AMOUNTS, max_size=60))
def test_however_it_is_asked_for_in_parts_the_sum_is_never_more_than_was_paid(
    paid_minor: int, wishes: list[Money]
) -> None:
    order, given_minor, now_ms = replace(SOLD, amount=Money(paid_minor)), 0, NOW_MS
    for wish in wishes:
        now_ms += LIMITS.apart_ms
        if not objection(order, wish, LIMITS, now_ms):
            given_minor += wish.amount_minor
            order = replace(
                order, refunded=Money(given_minor), parts=order.parts + 1, last_refund_utc_ms=now_ms
            )
    assert given_minor <= paid_minor
    assert order.parts <= LIMITS.parts
    assert order.refundable == Money(paid_minor - given_minor)


@given(ORDERS)
def test_a_whole_order_without_earlier_parts_goes_back_whole(order: SoldOrder) -> None:
    fresh = replace(
        order, outcome="paid", refunded=Money(0), parts=0, utc_ms=NOW_MS, payment_key=SOLD.payment_key
    )
    expected = "" if fresh.amount.amount_minor else "refund_amount"
    assert objection(fresh, fresh.refundable, LIMITS, NOW_MS) == expected


@given(ORDERS, AMOUNTS)
def test_an_objection_is_one_word_that_the_screen_knows(order: SoldOrder, amount: Money) -> None:
    words = {
        "", "refund_not_paid", "refund_not_known", "refund_amount", "refund_too_much", "refund_too_old",
        "refund_too_many", "refund_too_soon",
    }  # fmt: skip
    assert objection(order, amount, LIMITS, NOW_MS) in words


@pytest.mark.parametrize(("apart_ms", "why"), [(59_999, "refund_too_soon"), (60_000, "")])
def test_two_parts_are_a_minute_apart_to_the_millisecond(apart_ms: int, why: str) -> None:
    once = replace(SOLD, parts=1, refunded=Money(1), last_refund_utc_ms=NOW_MS)
    assert objection(once, Money(1), LIMITS, NOW_MS + apart_ms) == why
    assert objection(once, Money(1), LIMITS, NOW_MS - apart_ms) == why  # a clock may be set back


def test_another_currency_never_goes_back() -> None:
    assert objection(SOLD, Money(1, "HKD"), LIMITS, NOW_MS) == "refund_amount"


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(SOLD, outcome="held"), "refund_not_paid"),
        (replace(SOLD, payment_key=None), "refund_not_known"),
        (replace(SOLD, payment_key=None, method="cash"), ""),
        (replace(SOLD, method="cash"), ""),
        (replace(SOLD, refunded=Money(500)), ""),
        (replace(SOLD, refunded=Money(501)), "refund_too_much"),
        (replace(SOLD, utc_ms=NOW_MS - 365 * DAY_MS), ""),
        (replace(SOLD, utc_ms=NOW_MS - 365 * DAY_MS - 1), "refund_too_old"),
        (replace(SOLD, parts=49), ""),
        (replace(SOLD, parts=50), "refund_too_many"),
        (replace(SOLD, last_refund_utc_ms=NOW_MS), ""),  # no part was ever asked for
    ],
)
def test_each_limit_is_said_at_its_edge_and_not_before(order: SoldOrder, why: str) -> None:
    assert objection(order, Money(380), LIMITS, NOW_MS) == why


@pytest.mark.parametrize(("minor", "why"), [(0, "refund_amount"), (-1, "refund_amount"), (1, "")])
def test_the_smallest_part_is_one_minor_unit(minor: int, why: str) -> None:
    assert objection(SOLD, Money(minor), LIMITS, NOW_MS) == why


def test_what_was_not_paid_has_nothing_to_give_back_in_its_own_currency() -> None:
    dollars = replace(SOLD, amount=Money(880, "HKD"), refunded=Money(80, "HKD"))
    assert dollars.refundable == Money(800, "HKD")
    assert replace(dollars, outcome="held").refundable == Money(0, "HKD")
