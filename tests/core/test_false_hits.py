"""A face is a claim: where too many members are compared for the store's budget, or two look alike, a face
alone is never money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.commands import AskCharge, WatchFaces
from agent.core.events import Intent
from agent.core.identity import Limits
from agent.core.visit import Stage
from agent.screens.projection import project
from tests.playbook import Playbook, sees, shows_code, taps
from tests.shop import DIGITS, LI, LIMITS, RULES, terminal, to_face, to_match

GIVE = Intent.GIVE_DIGITS
TEN_MEMBERS = replace(LIMITS, false_match_rate=1e-5, false_hits_max=1.01e-4)
"""One pair in 100,000 looks alike, and the store lets one stranger in 10,000 pass."""


def of(limits: Limits) -> Playbook:
    return Playbook(terminal(rules=replace(RULES, limits=limits)))


@pytest.fixture
def shop() -> Playbook:
    return of(TEN_MEMBERS)


def test_ten_thousand_members_are_too_many_for_a_face_and_the_digits_are_asked_for(shop: Playbook) -> None:
    to_face(shop) >> 3 * [sees(LI, compared=10_000)] << Stage.DIGITS


def test_twins_who_share_a_phone_number_are_never_one_of_them_and_a_code_pays(shop: Playbook) -> None:
    twins = [sees(LI, 0.7, ("twin", 0.65), compared=2)]
    to_face(shop) >> 5 * twins << Stage.DIGITS
    for _ in range(2):
        shop >> taps(GIVE, DIGITS) << WatchFaces >> 5 * twins << Stage.DIGITS
    shop >> taps(GIVE, DIGITS) << WatchFaces >> 5 * twins << Stage.NOBODY
    shop >> taps(Intent.SHOW_CODE) << Stage.CODE >> shows_code() << AskCharge << Stage.PAY
    assert shop.visit.person is None


def test_where_too_many_members_share_the_digits_for_the_stores_budget_a_code_is_asked_for() -> None:
    few, many = of(TEN_MEMBERS), of(TEN_MEMBERS)
    to_match(few) >> 3 * [sees(LI, compared=10)] << Stage.CONFIRM
    to_match(many) >> 3 * [sees(LI, compared=11)] << Stage.CODE
    assert (many.visit.reason, many.visit.person) == ("ask_code", None)
    assert project(many.state, many.at)[0].headline.key == "code.ask_code"
    many >> shows_code() << AskCharge << Stage.PAY
    assert many.visit.person is None


def test_one_more_member_with_the_digits_turns_the_next_payment_to_a_code(shop: Playbook) -> None:
    to_match(shop) >> sees(LI, compared=10) >> 2 * [sees(LI, compared=11)] << Stage.CODE
