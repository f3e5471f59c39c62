"""A cashier's whole day and its customers, once with a finger only and once with a keyboard only.

Both screens are real, and the terminal behind them: what cannot be reached this way, nobody reaches.
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from agent.screens.buttons import CORNER_KEYS, KEYS
from tests.desk.hands import Finger, Hand, Keyboard
from tests.desk.till import MILK, PRICES, RICE_BALL, TEA_EGG, Till, until, words
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
PIN = "2468"


def starts_the_shift(till: Till, hand: Hand) -> None:
    hand.press("cashier", "office")
    hand.press("cashier", "see_shift")
    hand.press("cashier", "start_shift")
    till.reads(cashier=[words("shift.cashier_label")])
    hand.type("cashier", "17")
    till.reads(cashier=[words("shift.count_label")])
    hand.type("cashier", "100.50")
    till.reads(cashier=[words("shift.open"), "¥100.50"])
    leaves(till, hand)


def leaves(till: Till, hand: Hand) -> None:
    hand.press("cashier", "leave")
    till.now_reads("cashier", words("cashier.idle"))


def takes_cash_for_a_changed_basket(till: Till, hand: Hand) -> None:
    """A bag by its price, one thing twice, and one not at all."""
    hand.type("cashier", "0.50")
    till.reads(customer=["¥0.50"], cashier=["¥0.50"])
    for gtin in (MILK, TEA_EGG):
        till.scan(gtin)
    till.reads(cashier=["¥7.50"])
    hand.choose_line("1", "Up")
    till.has_chosen(MILK)
    hand.press("cashier", "more")
    till.reads(cashier=["¥13.00"])
    hand.type("cashier", "0.80")
    till.reads(cashier=["¥13.80"])
    hand.choose_line("2", "Up")
    till.has_chosen(TEA_EGG)
    hand.press("cashier", "remove_line")
    till.reads(customer=["¥12.30"], cashier=["¥12.30"])
    hand.press("cashier", "charge")
    hand.press("cashier", "pay_cash")
    till.reads(cashier=[words("cashier.cash_label")])
    hand.type("cashier", "20")
    till.reads(customer=[words("paid.headline"), "¥7.70"], cashier=[words("cashier.paid"), "¥7.70"])
    is_done(till, hand)


def is_done(till: Till, hand: Hand) -> None:
    hand.press("cashier", "done")
    till.now_reads("cashier", words("cashier.idle"))


def gives_up_a_sale(till: Till, hand: Hand) -> None:
    """Not of what was beamed last: these hands are quicker than the scanner's rest between two beams."""
    asks_for(till, hand, MILK)
    hand.press("cashier", "cancel")
    till.reads(customer=[words("welcome.headline")], cashier=[words("cashier.idle")])


def asks_for(till: Till, hand: Hand, gtin: str) -> None:
    till.scan(gtin)
    till.reads(cashier=[words("cashier.basket", count="1"), PRICES[gtin]])
    hand.press("cashier", "charge")
    till.reads(customer=[words("choose.headline")])


def answers(till: Till, hand: Hand, intent: str) -> None:
    """What is pressed on a page that was replaced in the same moment counts for nothing: whoever sees the
    question still standing there presses again."""
    for _ in range(3):
        hand.press("customer", intent)
        with suppress(AssertionError):
            wait_until(lambda: not till.shows("customer", words("confirm.detail")))
            return


def pays_by_face_at_the_second_look(till: Till, hand: Hand) -> None:
    asks_for(till, hand, RICE_BALL)
    till.step_up()
    for answer in ("not_me", "confirm"):
        hand.press("customer", "pay_by_face")
        till.reads(customer=[words("digits.headline")])
        hand.type("customer", till.digits)
        till.reads(customer=[till.counter.people["member"].name_masked])
        answers(till, hand, answer)
    till.paid(PRICES[RICE_BALL])
    till.step_up(None)
    is_done(till, hand)


def pays_by_code_and_joins(till: Till, hand: Hand) -> None:
    """Who has joined already hears so, at the end of the same way."""
    asks_for(till, hand, MILK)
    hand.press("customer", "show_code")
    till.reads(customer=[words("code.headline")])
    till.step_up("stranger")
    till.show_code()
    till.paid(PRICES[MILK])
    hand.press("customer", "join")
    till.reads(customer=[words("button.read_all")])
    hand.press("customer", "read_all")
    till.now_reads("customer", words("button.back"))
    hand.press("customer", "back")
    till.now_reads("customer", words("join.terms"), words("button.read_all"))
    hand.press("customer", "tick-face_pay")
    hand.press("customer", "agree")
    till.reads(customer=[words("join.phone")])
    hand.type("customer", till.counter.people["stranger"].phone)
    till.reads(customer=[words("button.close")])
    hand.press("customer", "stop_joining")
    till.step_up(None)


def pays_while_the_link_breaks(till: Till, hand: Hand) -> None:
    asks_for(till, hand, MILK)
    hand.press("customer", "show_code")
    till.when_charged("cut link")
    till.show_code("alipay")
    till.reads(customer=[words("unknown.headline")], cashier=[words("cashier.unknown")])
    hand.press("cashier", "ask_now")
    till.do("restore link")
    till.paid(PRICES[MILK])
    is_done(till, hand)


def gives_money_back_from_the_list(till: Till, hand: Hand) -> None:
    """One is found by its amount; the newest of the list is given back."""
    hand.press("cashier", "office")
    hand.press("cashier", "find")
    till.now_reads("cashier", words("office.find"), PRICES[MILK])
    hand.type("cashier", "12.30")
    until(lambda: not till.shows("cashier", PRICES[MILK]), lambda: till.now("cashier"))
    till.now_reads("cashier", "¥12.30")
    leaves(till, hand)
    hand.press("cashier", "office")
    hand.press("cashier", "find")
    till.now_reads("cashier", words("office.find"), PRICES[MILK])
    hand.choose_first()
    till.reads(cashier=[words("office.order")])
    hand.press("cashier", "refund_all")
    till.reads(cashier=[words("office.pin_label")])
    hand.type("cashier", PIN)
    till.reads(cashier=[PRICES[MILK], words("figure.refund")])
    leaves(till, hand)


def ends_the_shift_and_closes_the_day(till: Till, hand: Hand) -> None:
    hand.press("cashier", "office")
    hand.press("cashier", "see_shift")
    hand.press("cashier", "end_shift")
    till.reads(cashier=[words("shift.count")])
    hand.type("cashier", "112.80")
    till.reads(cashier=[words("shift.drawer_right")])
    hand.press("cashier", "step_back")
    hand.press("cashier", "see_days")
    till.reads(cashier=[words("day.list")])
    hand.choose_first()
    hand.press("cashier", "compare_day")
    till.reads(cashier=[words("button.close_day")])
    hand.press("cashier", "close_day")
    till.reads(cashier=[words("day.closed")])
    leaves(till, hand)


WALK = (
    starts_the_shift, takes_cash_for_a_changed_basket, gives_up_a_sale, pays_by_face_at_the_second_look,
    pays_by_code_and_joins, pays_while_the_link_breaks, gives_money_back_from_the_list,
    ends_the_shift_and_closes_the_day,
)  # fmt: skip


@pytest.mark.parametrize("way", ["finger", "keyboard"])
def test_a_whole_day_goes_by_finger_alone_and_by_keyboard_alone(till: Till, way: str) -> None:
    keys = {intent.value: key for intent, key in {**KEYS, **CORNER_KEYS}.items()}
    hand: Hand = Finger(till) if way == "finger" else Keyboard(till, keys)
    for part in WALK:
        part(till, hand)
    till.now_reads("cashier", words("cashier.idle"))
    assert till.booked == 3
