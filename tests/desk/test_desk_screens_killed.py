"""The screens process dies wherever a visit stands: it is back soon, each person reads the same again, and
money does not notice.

One terminal and one row after the other: each begins where the last one ended.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.desk.till import MILK, PATIENCE_S, PRICES, RICE_BALL, TEA_EGG, Till, until, words

pytestmark = pytest.mark.slow
Deed = Callable[[Till], object]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is done to get there, what each person reads there, how much is booked by then."""

    name: str
    come: tuple[Deed, ...]
    customer: tuple[str, ...]
    cashier: tuple[str, ...]
    booked: int


def touches(screen: str, *intents: str) -> Deed:
    return lambda till: [till.touch(screen, intent) for intent in intents]


def scans(gtin: str) -> Deed:
    return lambda till: till.scan(gtin)


def pays_by_code(till: Till) -> None:
    till.now_reads("customer", words("choose.headline"))
    till.show_code()
    till.paid(PRICES[TEA_EGG])


def types(*keys: str) -> Deed:
    def deed(till: Till) -> None:
        till.counter.acted()
        for key in keys:
            till.counter.fingers.touch("cashier", f"key-{key}", PATIENCE_S)

    return deed


def types_digits(till: Till) -> None:
    till.counter.acted()
    till.counter.fingers.type_digits(till.digits, PATIENCE_S)


def dies_while_it_is_charged(till: Till) -> None:
    till.when_charged("kill screens")
    till.confirm()


MOMENTS = (
    Moment(
        "goods in the basket", (scans(RICE_BALL),),
        (PRICES[RICE_BALL],), (words("cashier.basket", count="1"), PRICES[RICE_BALL]), 0,
    ),
    Moment(
        "the face is looked for",
        (touches("cashier", "charge"), lambda till: till.step_up(None), touches("customer", "pay_by_face")),
        (words("button.back"), PRICES[RICE_BALL]), (words("cashier.face"), PRICES[RICE_BALL]), 0,
    ),
    Moment(
        "the digits are asked for", (lambda till: till.step_up(),),
        (words("digits.headline"), PRICES[RICE_BALL]), (PRICES[RICE_BALL],), 0,
    ),
    Moment(
        "it is to be confirmed", (types_digits,),
        (words("confirm.detail"), PRICES[RICE_BALL]), (PRICES[RICE_BALL],), 0,
    ),
    Moment(
        "paid, once dead already while it was charged", (dies_while_it_is_charged,),
        (words("paid.headline"), PRICES[RICE_BALL]), (words("cashier.paid"), PRICES[RICE_BALL]), 1,
    ),
    Moment(
        "cash is counted",
        (lambda till: till.at_rest(), scans(MILK), touches("cashier", "charge", "pay_cash")),
        (PRICES[MILK],), (words("cashier.cash_label"), PRICES[MILK]), 1,
    ),
    Moment(
        "an order is looked for",
        (types("2", "0", "done"), lambda till: till.at_rest(), touches("cashier", "office", "find")),
        (words("welcome.headline"),), (words("office.find"), PRICES[MILK]), 1,
    ),
    Moment(
        "somebody joins",
        (
            touches("cashier", "leave"), scans(TEA_EGG), touches("cashier", "charge"),
            lambda till: till.step_up("stranger"), pays_by_code, touches("customer", "join"),
        ),
        (words("join.terms"),), (words("cashier.paid"), PRICES[TEA_EGG]), 2,
    ),
)  # fmt: skip


def read_by_both(till: Till, moment: Moment, since: int) -> bool:
    """On a picture each that is later than that one."""
    till.pictures()
    later = till.counter.record.seen[since:]
    latest = {seen.screen: seen for seen in later}
    wanted = {"customer": moment.customer, "cashier": moment.cashier}
    return all(screen in latest and latest[screen].says(texts) for screen, texts in wanted.items())


def comes_back(till: Till, moment: Moment) -> float:
    """SIGKILL; returns the seconds until both people read the same again."""
    died_s = time.monotonic()
    till.do("kill screens")
    dead = till.pictures()
    until(
        lambda: read_by_both(till, moment, dead),
        lambda: f"{moment.name}: {till.now('customer')}, {till.now('cashier')}",
    )
    return time.monotonic() - died_s


def joins_on(till: Till) -> None:
    """The page is not only there again, it is still what is asked."""
    till.touch("customer", "read_all")
    till.now_reads("customer", words("button.back"))
    till.touch("customer", "back")
    till.now_reads("customer", words("join.terms"), words("button.read_all"))
    till.touch("customer", "stop_joining")


def test_wherever_a_visit_stands_the_screens_come_back_and_money_does_not_notice(till: Till) -> None:
    for moment in MOMENTS:
        for deed in moment.come:
            deed(till)
        until(lambda: read_by_both(till, moment, 0), lambda: f"never came to: {moment.name}")  # noqa: B023
        print(f"{moment.name}: back after {comes_back(till, moment):.1f} s")
        assert till.booked == moment.booked, moment.name
    joins_on(till)
    till.at_rest()
    till.sells(RICE_BALL)
    assert [line for line in till.complaints() if not re.search("[Ss]creens: ", line)] == []
