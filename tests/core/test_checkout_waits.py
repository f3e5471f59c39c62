"""The edges of a visit: whoever takes too long or changes their mind, what costs nothing, what is owed."""

from __future__ import annotations

from dataclasses import replace

from agent.core.commands import AskCharge, AskQuery, AskVoid, KeepRecord, RestFaces
from agent.core.events import Device, DeviceLost, Intent
from agent.core.money import Money
from agent.core.visit import Stage
from tests.playbook import Playbook, Slot, scans, shows_code, taps
from tests.shop import (
    WAITS,
    WATER,
    terminal,
    to_choose,
    to_confirm,
    to_digits,
    to_face,
    to_not_paid,
    to_paying,
    trusting,
)


def test_a_face_that_nobody_shows_is_said_to_have_taken_too_long(shop: Playbook) -> None:
    to_face(shop).after(shop.state.rules.people.face_wait_ms) << Stage.NOBODY
    assert shop.visit.reason == "timeout"


def test_digits_that_nobody_gives_lead_back_to_the_choice_and_say_why(shop: Playbook) -> None:
    to_digits(shop).after(shop.state.rules.people.digits_wait_ms) << Stage.CHOOSE
    assert shop.visit.reason == "timeout"


def test_a_code_that_comes_while_the_camera_looks_closes_the_eyes(shop: Playbook) -> None:
    to_face(shop) >> shows_code() << RestFaces << AskCharge << Stage.PAY


def test_a_new_try_has_no_answer_yet(shop: Playbook) -> None:
    to_not_paid(shop) >> taps(Intent.RETRY) >> taps(Intent.SHOW_CODE) >> shows_code() << AskCharge
    assert shop.visit.marks.answer_ms is None


def test_an_order_has_its_number_from_the_charge_until_goods_are_added(shop: Playbook) -> None:
    to_choose(shop)
    assert shop.visit.order_id == shop.payment.order_id == "desk-01-7f3a-000001"
    shop >> scans(WATER) << Stage.BASKET
    assert shop.visit.order_id is None
    shop >> taps(Intent.CHARGE) << Stage.CHOOSE
    assert shop.visit.order_id == shop.payment.order_id == "desk-01-7f3a-000002"


def priced(minor: int) -> Playbook:
    new = terminal()
    water = replace(new.rules.goods[WATER], price=Money(minor))
    return Playbook(replace(new, rules=replace(new.rules, goods={WATER: water})))


def test_what_costs_nothing_is_not_asked_for_and_a_fen_is() -> None:
    free = priced(0) >> scans(WATER) >> taps(Intent.CHARGE) << Stage.BASKET
    assert free.state.notice == "nothing_to_pay"
    priced(1) >> scans(WATER) >> taps(Intent.CHARGE) << Stage.CHOOSE


def test_whom_the_shop_would_trust_pays_at_once_while_the_link_is_there() -> None:
    book = to_confirm(Playbook(trusting(terminal()))) >> taps(Intent.CONFIRM) << AskCharge << Stage.PAY
    assert book.state.kept.debts == ()


def test_an_order_in_doubt_is_told_as_one(shop: Playbook) -> None:
    told = Slot(KeepRecord)
    to_paying(shop) >> DeviceLost(Device.CLOUD, "lost")
    shop.after(WAITS.horizon_ms + WAITS.query_every_ms).without(AskQuery, AskVoid) << told << Stage.HELD
    assert told.wish.data["outcome"] == shop.state.kept.recent[0].outcome == "held"
