"""A member's discount in a bundle: the same price again, and nothing of a member that nobody needs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.benefits import Coupon, CouponKind, Gift, Holdings, Level, MembershipRules, PointRules
from agent.core.charge import Captured, Declined, RefundAccepted, Refunded
from agent.core.events import Intent, MemberFound, MembershipTold
from agent.core.ids import CouponId, PersonId
from agent.core.refund import Standing
from agent.core.sold import RefundLimits
from agent.storage.bundle import altered, write
from agent.storage.database import open_database
from simulator.replay import first_difference, replay
from simulator.replay_words import lines
from tests.playbook import Fact, says, shows_code, taps
from tests.replay.counter import Till, cut_from
from tests.shop import DIGITS, LI
from tests.storage.visits import (
    BASKET,
    CODE,
    ENDS,
    PART,
    PIN,
    RECOGNISED,
    RECORD,
    REST,
    hears,
    refund_taken,
)  # fmt: skip

RULES = MembershipRules(
    version=1,
    currency="CNY",
    levels=(Level("basic", "普通", "Basic"), Level("gold", "金卡", "Gold", 5)),
    points=PointRules(step=100, step_minor=100),
    together_max=2,
)
THREE = Coupon(CouponId("three"), CouponKind.AMOUNT_OFF, 300, "减3元", "3 off", group="shop")
TWO = Coupon(CouponId("two"), CouponKind.AMOUNT_OFF, 200, "减2元", "2 off", group="shop")


def member_shop(folder: Path) -> Till:
    """A till with a manager, whose shop has a membership."""
    till = Till(folder)
    rules = replace(till.state.rules, manager_pin=RECORD, refund_limits=RefundLimits(apart_ms=0))
    till.state = replace(till.state, rules=rules)
    return till >> MembershipTold(RULES)


def has(*coupons: Coupon, points: int = 0) -> Fact:
    """The cloud's word about whoever was asked about."""
    return lambda t: MemberFound(t.visit.member_no, Holdings(PersonId(LI), "gold", points, coupons))


def through(till: Till, *facts: Fact) -> Till:
    for fact in facts:
        till >> fact
    return till


def bought_and_brought_back(folder: Path) -> Till:
    """Gold takes 5 % off, a coupon ¥2, points ¥3 of ¥8.80; then all of it goes back, in two parts."""
    till = through(member_shop(folder), *BASKET, *RECOGNISED, has(TWO, THREE, points=500))
    through(till, taps(Intent.SWITCH_BENEFIT, "two"), taps(Intent.SWITCH_BENEFIT, "points"))
    through(till, taps(Intent.CONFIRM), says(Captured(5, 205, Gift("送葱", "An onion"))), *ENDS)
    through(till, *PART, hears(Refunded()), refund_taken)
    return through(till, *REST, hears(RefundAccepted()), hears(Refunded()), refund_taken)


def test_a_discount_and_what_went_back_of_it_go_the_same_way_again(tmp_path: Path) -> None:
    till = bought_and_brought_back(tmp_path)
    assert [part.standing for part in till.state.kept.refunds] == 2 * [Standing.REFUNDED]
    bundle = cut_from(till, "000001")
    assert altered(bundle) == ""
    turns = replay(bundle)
    assert {turn.verdict for turn in turns} == {"same"}
    said = "\n".join(lines(bundle, turns, "en"))
    assert "the member has 2 coupons and 500 points → confirm" in said
    assert "the customer touched switch_benefit points → confirm" in said
    assert "wishes:   charge desk-01-7f3a-000001-1 ¥3.36" in said
    assert said.count("the cashier touched give_pin right → idle") == 2


def test_another_discount_today_is_pointed_at_where_it_was_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = cut_from(bought_and_brought_back(tmp_path), "000001")
    monkeypatch.setattr("agent.core.membership._level_off", lambda *_: 0)
    different = first_difference(replay(bundle))
    assert different is not None
    assert different.turn.kind == "MemberFound"


def test_a_coupon_that_was_used_elsewhere_and_the_price_without_it_are_there_again(tmp_path: Path) -> None:
    till = through(member_shop(tmp_path), *BASKET, *RECOGNISED, has(TWO, THREE), taps(Intent.CONFIRM))
    through(till, says(Declined("coupon_used")), has(TWO), taps(Intent.CONFIRM), says(Captured()), *ENDS)
    turns = replay(cut_from(till))
    assert {turn.verdict for turn in turns} == {"same"}
    assert turns[-1].standing == "idle"


def test_no_phone_no_name_and_no_code_of_a_member_is_in_it(tmp_path: Path) -> None:
    bundle = cut_from(bought_and_brought_back(tmp_path), "000001")
    text = write(bundle, packed=False).decode()
    for private in (f'"{DIGITS}"', f'"{PIN}"', "*明", CODE):
        assert private not in text
    facts = json.dumps([turn.fact for turn in (*bundle.turns, *bundle.later)])
    assert f'"{LI}"' not in facts, "whose coupons they were is said by the order alone"


@pytest.mark.parametrize("goes", ["pays by code", "goes away"])
def test_whose_coupons_were_shown_and_not_used_is_nowhere(tmp_path: Path, goes: str) -> None:
    till = through(member_shop(tmp_path), *BASKET, *RECOGNISED, has(TWO, THREE, points=500))
    if goes == "goes away":
        through(till, taps(Intent.NOT_ME), taps(Intent.CANCEL))
    else:
        through(till, taps(Intent.SHOW_CODE), shows_code(CODE), says(Captured()), *ENDS)
    bundle = cut_from(till)
    turns = replay(bundle)
    assert {turn.verdict for turn in turns} == {"same", "cannot tell"}
    assert turns[-1].verdict == "same"
    assert f'"{LI}"' not in write(bundle, packed=False).decode()
    with open_database(till.folder, readonly=True) as database:
        facts = "".join(body for (body,) in database.rows("SELECT body FROM journal"))
    assert f'"{LI}"' not in facts
