"""A terminal breaks with money open; another one takes its till, its debt and its doubt, and ends both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.core.debt import DebtPhase
from simulator.box import CODE, SHOP
from simulator.gateway.packets import Reason
from tests.desk.till import MILK, TEA_EGG, Till, until, words
from tests.desk.two_terminals import NEW, OLD, TILL, TwoTerminals

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
ASKS_FOR_A_PASSWORD = "134567890123000099"
SHOP_NAME = "好邻居便利店"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[TwoTerminals]:
    shop = TwoTerminals(tmp_path / "desk", tmp_path / "screens", 11)
    try:
        shop.prepare()
        yield shop
    finally:
        shop.stop()


def by_number(shop: TwoTerminals, till: Till) -> None:
    """Head office types the new one's serial number and prints a QR for it; nobody in the shop has found
    the network cable yet."""
    order = replaced(shop, "--by", NEW)
    takes_from_the_box(shop, till, "cut link")
    shop.acted()
    shop.scanner.beam(order)


def by_code(shop: TwoTerminals, till: Till) -> None:
    """The new one asks for a code by itself; somebody reads it to head office."""
    takes_from_the_box(shop, till, "restore link")
    till.touch("customer", "setup_chinese")
    till.reads(customer=[NEW, "正常"], cashier=[NEW])
    till.touch("cashier", "setup_next")
    till.reads(customer=["请在总部输入开通码"], cashier=["请在总部输入开通码"])
    replaced(shop, "--code", code_shown(till))


@pytest.mark.parametrize("way", [by_number, by_code])
def test_a_broken_terminal_is_replaced_and_what_it_had_open_is_paid_once(
    shop: TwoTerminals, way: Callable[[TwoTerminals, Till], None]
) -> None:
    till = Till(shop)
    debt, doubt = open_when_it_broke(shop, till)
    assert shop.paid() == []
    way(shop, till)
    takes_the_place(till)
    till.do("restore link")
    till.works("cloud")
    till.reads(cashier=[words("notice.held_not_paid")])
    until(lambda: shop.charged("voided") == [doubt], lambda: shop.charged("voided"))
    until(lambda: shop.paid() == [(debt, 680)], shop.paid)
    until(lambda: [one.phase for one in shop.kept.debts] == [DebtPhase.COLLECTED], lambda: shop.kept.debts)
    assert shop.debts() == [(debt, "collected", 3)]
    until(lambda: shop.stands(NEW) == ("active", SHOP.shop, TILL), lambda: shop.stands(NEW))
    assert shop.stands(OLD)[0] == "revoked"

    till.sells(MILK)
    assert len(shop.paid()) == 2
    shop.stop_agent()
    the_broken_one_comes_back(shop, till)


def replaced(shop: TwoTerminals, *by: str) -> str:
    """The order's text, when it was given by number. From then on the broken one is let in no more, and the
    member's account is filled."""
    told = shop.hyla_cloud("replace", OLD, *by)
    assert f"{OLD} is revoked; {NEW} takes its till and 2 open orders" in str(told["said"])
    assert shop.answer_to(OLD) == Reason.NOT_AUTHORIZED
    shop.account(10_000)
    return str(told.get("text", ""))


def open_when_it_broke(shop: TwoTerminals, till: Till) -> tuple[str, str]:
    """Goods left on trust, and the account was empty afterwards; the next customer was still typing a
    password. Both are in head office's books when the terminal dies. Returns the debt's order, the doubt's
    key."""
    shop.plug_in(OLD)
    shop.was_claimed(OLD)
    shop.knows_the_member()
    shop.trusts_the_member(10_000)
    shop.start_agent()
    till.works()
    until(lambda: shop.kept.marks.members, lambda: "the marks never arrived")
    debt = takes_goods_on_trust(shop, till)
    till.do("restore link")
    until(lambda: shop.charged("declined") == [f"{debt}-1"], lambda: shop.charged("declined"))
    until(lambda: f"{debt}-sale" in shop.records_of(OLD), lambda: shop.records_of(OLD))
    till.at_rest()
    till.charge(TEA_EGG)
    shop.scanner.beam(ASKS_FOR_A_PASSWORD)
    until(lambda: shop.charged("pending"), lambda: "no charge waits for a password")
    shop.breaks()
    [doubt] = shop.charged("pending")
    return debt, doubt


def takes_goods_on_trust(shop: TwoTerminals, till: Till) -> str:
    till.charge()
    till.do("cut link")
    till.reads(cashier=[words("cashier.offline_left", count="10", count_max="10")])
    till.step_up()
    till.touch("customer", "pay_by_face")
    till.reads(customer=[words("digits.headline")])
    shop.fingers.type_digits(till.digits, 30.0)
    till.reads(customer=[words("confirm.later")])
    till.confirm()
    till.reads(customer=[words("owed.headline")], cashier=[words("cashier.owed")])
    [debt] = shop.kept.debts
    assert debt.phase is DebtPhase.RESERVED
    return debt.order_id


def takes_from_the_box(shop: TwoTerminals, till: Till, network: str) -> None:
    """An empty disk; it shows its setup visit."""
    shop.plug_in(NEW)
    till.do(network)
    shop.start_agent()
    shop.wait_ready(60)
    till.reads(customer=["请选择语言"])


def code_shown(till: Till) -> str:
    shown = till.now("customer")
    assert shown is not None
    return next(text for text in shown.texts if CODE.fullmatch(text))


def takes_the_place(till: Till) -> None:
    """Both people see where it is to stand, and somebody confirms."""
    till.reads(customer=[SHOP_NAME, str(TILL)], cashier=[SHOP_NAME, str(TILL)])
    till.touch("customer", "setup_here")
    till.reads(customer=["欢迎光临", SHOP_NAME], cashier=[words("cashier.idle")])


def the_broken_one_comes_back(shop: TwoTerminals, till: Till) -> None:
    """Its disk still starts, in the middle of the payment in which it broke: nobody lets it in, nobody
    tells it anything, and nothing else can be sold there."""
    sent = shop.records_of(OLD)
    shop.plug_in(OLD)
    shop.acted()
    shop.start_agent()
    till.now_reads("cashier", words("cause.cloud.refused"), words("cashier.unknown"), "¥1.50")
    till.scan(MILK)
    till.now_reads("cashier", words("notice.busy"), words("cashier.unknown"), "¥1.50")
    assert [one.phase for one in shop.kept.debts] == [DebtPhase.REFUSED]
    assert len(shop.paid()) == 2
    assert shop.records_of(OLD) == sent
