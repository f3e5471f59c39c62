"""Membership on the wire: what goes in comes out, and what nobody uses leaves no trace."""

from __future__ import annotations

import json

import pytest

from agent.cloud import member_messages, messages
from agent.cloud.envelope import Unreadable
from agent.core.benefits import (
    NOTHING_USED,
    Coupon,
    CouponKind,
    Gift,
    Holdings,
    Level,
    MembershipRules,
    PointRules,
    Used,
    UsedCoupon,
)
from agent.core.charge import Captured, ChargeRequest, FacePayer
from agent.core.commands import AskCharge, AskMember
from agent.core.events import ChargeAnswered, MemberFound, MembershipTold
from agent.core.ids import CouponId, DeviceId, OrderId, PaymentKey, PersonId
from agent.core.money import Money

DEVICE, TIME = DeviceId("desk-01"), 1_767_323_045_678
LI = PersonId("M-1001")
COUPON = Coupon(
    CouponId("wallet:1"), CouponKind.FREE_PIECES, 1, "买二送一", "Third free", buy=2, gtins=("69",),
    along=("70",), least_minor=5, most_off_minor=6, from_utc_ms=TIME, until_utc_ms=TIME + 1,
    from_minute=1, until_minute=2,
    first_purchase=True, group="shop", alone=True,
)  # fmt: skip
RULES = MembershipRules(
    7,
    "CNY",
    (Level("gold", "金卡", "Gold", 5, 200),),
    PointRules(2, 100, 100, 40),
    3,
    False,
    False,
    10,
    28_800_000,
)


def request(used: Used = NOTHING_USED) -> ChargeRequest:
    order = OrderId("desk-01-7f3a-000012")
    return ChargeRequest(PaymentKey(f"{order}-1"), order, Money(880), FacePayer(LI), "d", TIME, used)


def test_what_a_payment_uses_goes_along_and_comes_out_the_same() -> None:
    used = Used((UsedCoupon(CouponId("a"), 300), UsedCoupon(CouponId("wallet:b"), 1)), 200, 150, 44)
    body = messages.charge_bytes(request(used), DEVICE)
    assert messages.read_ask(body) == AskCharge(request(used))
    assert body == messages.charge_bytes(request(used), DEVICE)


def test_a_charge_that_uses_nothing_looks_as_it_always_did() -> None:
    data = json.loads(messages.charge_bytes(request(), DEVICE))["data"]
    assert "benefits" not in data


def test_one_coupon_twice_is_no_charge() -> None:
    twice = Used((UsedCoupon(CouponId("a"), 1), UsedCoupon(CouponId("a"), 1)))
    with pytest.raises(Unreadable, match="one coupon twice"):
        messages.read_ask(messages.charge_bytes(request(twice), DEVICE))


def test_a_question_about_a_member_its_answer_and_the_rules_come_out_the_same() -> None:
    wish = AskMember(17, LI)
    assert messages.read_ask(messages.ask_bytes(wish, DEVICE)) == wish
    fact = MemberFound(17, Holdings(LI, "gold", -3, (COUPON,), True))
    assert messages.read_reply(member_messages.member_bytes(fact, "x", TIME)) == fact
    told = MembershipTold(RULES)
    assert member_messages.read_membership(member_messages.membership_bytes(told, TIME)) == told


def test_a_gift_comes_with_the_answer() -> None:
    answer = Captured(8, 108, Gift("送葱", "An onion"))
    key = PaymentKey("desk-01-7f3a-000012-1")
    assert messages.read_reply(messages.answer_bytes(key, answer, "x", TIME)) == ChargeAnswered(key, answer)


@pytest.mark.parametrize("kind", ["half_off", "", 3])
def test_a_coupon_of_a_kind_nobody_knows_is_not_read(kind: object) -> None:
    fact = MemberFound(1, Holdings(LI, coupons=(COUPON,)))
    told = json.loads(member_messages.member_bytes(fact, "x", TIME))
    told["data"]["coupons"][0]["kind"] = kind
    with pytest.raises(Unreadable):
        messages.read_reply(json.dumps(told).encode())


def test_rules_with_one_level_twice_are_not_rules() -> None:
    told = json.loads(member_messages.membership_bytes(MembershipTold(RULES), TIME))
    told["data"]["levels"] *= 2
    with pytest.raises(Unreadable, match="one level twice"):
        member_messages.read_membership(json.dumps(told).encode())
