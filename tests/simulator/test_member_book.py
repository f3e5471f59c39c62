"""What the simulated cloud says a member has, from two sources, and how a payment uses it up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.benefits import Coupon, CouponKind, Gift, Level, MembershipRules, Used, UsedCoupon
from agent.core.charge import (
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    RefundAccepted,
    RefundRequest,
)
from agent.core.ids import CouponId, DeviceId, PersonId, Secret, order_id, payment_key, refund_key
from agent.core.money import Money
from simulator.ledger import Ledger, Member
from simulator.member_sources import WALLET_MAX_MINOR

LI = PersonId("li")
NOW = 1_790_000_000_000


def coupon(name: str, **more: object) -> Coupon:
    return Coupon(CouponId(name), CouponKind.AMOUNT_OFF, 100, "减1元", "1 off", **more)  # type: ignore[arg-type]


def charge(number: int, *names: str, points: int = 0) -> ChargeRequest:
    order = order_id(DeviceId("desk-01"), "7f3a", number)
    used = Used(tuple(UsedCoupon(CouponId(name), 100) for name in names), points, points)
    return ChargeRequest(payment_key(order, 1), order, Money(700), FacePayer(LI), "suite", NOW + 1, used)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    books = Ledger(tmp_path / "cloud.sqlite", 1, [Member(LI, "*明", 10_000, 500, "gold")])
    books.benefits.give(LI, [coupon("a"), coupon("ended", until_utc_ms=NOW)])
    books.benefits.give(LI, [coupon("a", until_utc_ms=NOW + 9)], wallet=True)
    books.begin(NOW)
    yield books
    books.commit()
    books.close()


def names(ledger: Ledger) -> list[str]:
    have = ledger.benefits.holdings(LI)
    return [one.id for one in have.coupons] if have else []


def points(ledger: Ledger) -> int:
    return ledger.members()[0].points


def back(ledger: Ledger, of: ChargeRequest, part: int, minor: int) -> None:
    """Given back, however long the bank takes."""
    key = refund_key(of.order_id, part, minor)
    said = ledger.refunds.refund(RefundRequest(key, of.key, of.order_id, Money(minor)))
    while said == RefundAccepted():
        said = ledger.refunds.query(key)


def test_two_sources_are_one_list_and_what_ends_first_comes_first(ledger: Ledger) -> None:
    assert names(ledger) == ["ended", "wallet:a", "a"]
    have = ledger.benefits.holdings(LI)
    assert have is not None
    assert (have.level, have.points, have.first_purchase) == ("gold", 500, True)
    assert ledger.benefits.holdings(PersonId("nobody")) is None


def test_a_payment_uses_coupons_of_both_sources_and_points_once(ledger: Ledger) -> None:
    first = charge(1, "a", "wallet:a", points=300)
    assert ledger.charge(first, NOW) == ledger.charge(first, NOW) == Captured(7, 207)
    assert (names(ledger), points(ledger)) == (["ended"], 207)
    assert ledger.charge(charge(2, "a"), NOW) == Declined("coupon_used")
    assert ledger.charge(charge(3, points=300), NOW) == Declined("points_short")
    assert len(ledger.captures()) == 1


def test_one_coupon_that_is_gone_refuses_the_payment_whole(ledger: Ledger) -> None:
    ledger.charge(charge(1, "a"), NOW)
    assert ledger.charge(charge(2, "wallet:a", "a"), NOW) == Declined("coupon_used")
    assert "wallet:a" in names(ledger)


@pytest.mark.parametrize(("name", "why"), [("ended", "coupon_ended"), ("nobody has this", "coupon_used")])
def test_what_cannot_be_used_is_refused_by_name(ledger: Ledger, name: str, why: str) -> None:
    assert ledger.charge(charge(1, name), NOW) == Declined(why)


def test_a_coupon_of_somebody_else_or_behind_a_code_is_refused(ledger: Ledger) -> None:
    ledger.benefits.give("wang", [coupon("hers")])
    assert ledger.charge(charge(1, "hers"), NOW) == Declined("coupon_used")
    anyone = replace(charge(2, "a"), payer=CodePayer("wechat", Secret("130000000000000001")))
    assert ledger.charge(anyone, NOW) == Declined("coupon_used")


def test_what_was_held_is_free_again_when_the_key_is_fenced(ledger: Ledger) -> None:
    request = charge(1, "a", points=300)
    ledger.benefits.hold(request)
    assert ("a" in names(ledger), points(ledger)) == (False, 200)
    ledger.benefits.let_go(request.key)
    ledger.benefits.let_go(request.key)
    assert ("a" in names(ledger), points(ledger)) == (True, 500)


def test_parts_of_a_refund_give_back_points_as_they_go_and_coupons_at_the_end(ledger: Ledger) -> None:
    request = charge(1, "a", points=300)
    ledger.charge(request, NOW)
    back(ledger, request, 1, 333)
    assert ("a" in names(ledger), points(ledger)) == (False, 207 + 142 - 3)
    back(ledger, request, 2, 367)
    assert ("a" in names(ledger), points(ledger)) == (True, 500)
    assert [move for _, _, move in ledger.benefits.moves()] == ["held", "free"]


def test_paying_earns_points_by_the_rules_and_a_gift(ledger: Ledger) -> None:
    levels = (Level("gold", "金卡", "Gold", 5, 200),)
    ledger.benefits.rules = MembershipRules(version=1, currency="CNY", levels=levels)
    ledger.benefits.gift = lambda key, _paid: coupon(f"onion-{key}")
    assert ledger.charge(charge(1), NOW) == Captured(14, 514, Gift("减1元", "1 off"))
    assert len(names(ledger)) == 4


# --- whose money ----------------------------------------------------------------------------------


def joined(ledger: Ledger, person: str, paid_key: str | None = None) -> None:
    told = {"data": {"record": {"person": person, "paid_key": paid_key}}}
    ledger.benefits.joined(json.dumps(told).encode())


def by_face(number: int, person: str, minor: int) -> ChargeRequest:
    return replace(charge(number), payer=FacePayer(PersonId(person)), amount=Money(minor))


def test_whoever_joined_after_paying_by_code_pays_with_that_wallet_up_to_its_limit(ledger: Ledger) -> None:
    code = replace(charge(1), payer=CodePayer("wechat", Secret("130000000000000001")))
    ledger.charge(code, NOW)
    joined(ledger, "zhao", code.key)
    assert isinstance(ledger.charge(by_face(2, "zhao", WALLET_MAX_MINOR), NOW), Captured)
    assert ledger.charge(by_face(3, "zhao", WALLET_MAX_MINOR + 1), NOW) == Declined("funds")


def test_whoever_joined_without_a_wallet_has_an_account_with_nothing_on_it(ledger: Ledger) -> None:
    joined(ledger, "zhao", "a key that nobody paid")
    assert ledger.charge(by_face(2, "zhao", 1), NOW) == Declined("funds")
    assert ledger.charge(by_face(3, "nobody", 1), NOW) == Declined("refused")


def test_a_wallet_pays_and_the_balance_with_the_merchant_stays(ledger: Ledger) -> None:
    code = replace(charge(1), payer=CodePayer("wechat", Secret("130000000000000001")))
    ledger.charge(code, NOW)
    joined(ledger, LI, code.key)
    before = ledger.members()[0].balance_minor
    ledger.charge(by_face(2, LI, 700), NOW)
    assert ledger.members()[0].balance_minor == before
