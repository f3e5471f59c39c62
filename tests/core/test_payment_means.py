"""How an order was paid, by whom, under which key, and what comes back over the counter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.benefits import NOTHING_USED, Gift, Used
from agent.core.charge import Captured, Declined
from agent.core.events import Instant
from agent.core.ids import OrderId, PersonId, Secret
from agent.core.money import Money
from agent.core.payment import (
    TABLE,
    Payment,
    Phase,
    Signal,
    answered,
    ask_code,
    ask_face,
    priced,
    take_cash,
)
from tests.shop import WAITS

AT = Instant(1_000, 1_790_000_000_000)
READY = Payment(OrderId("desk-01-7f3a-000001"), Money(880), "digest")
FACE, _ = ask_face(READY, PersonId("li"), WAITS, AT)
CODE, _ = ask_code(READY, "alipay", Secret("28"), WAITS, AT)
CASH, _ = take_cash(READY, Money(1_000), WAITS, AT)
LESS = Used(level_off_minor=80)


def hears(payment: Payment, answer: Captured | Declined) -> Payment:
    assert payment.key is not None
    return answered(payment, payment.key, answer, WAITS, AT)[0]


@pytest.mark.parametrize(
    ("payment", "method", "person"),
    [(READY, "", None), (FACE, "face", "li"), (CODE, "alipay", None), (CASH, "cash", None)],
    ids=["nobody yet", "face", "code", "cash"],
)
def test_each_way_of_paying_has_its_name_and_only_a_face_is_somebody(
    payment: Payment, method: str, person: str | None
) -> None:
    assert (payment.method, payment.person) == (method, person)


def test_a_face_that_was_refused_is_not_who_paid_cash() -> None:
    refused = hears(FACE, Declined("funds"))
    assert (refused.method, refused.person, refused.paid_key) == ("face", "li", None)
    paid, wishes = take_cash(refused, Money(880), WAITS, AT)
    assert (paid.phase, paid.method, paid.person, paid.paid_key, wishes) == (
        Phase.PAID,
        "cash",
        None,
        None,
        (),
    )


def test_the_key_that_paid_is_named_once_it_has_and_not_before() -> None:
    assert (FACE.paid_key, hears(FACE, Captured()).paid_key) == (None, FACE.key)
    assert CASH.paid_key is None


@pytest.mark.parametrize(("tendered", "change"), [(880, 0), (881, 1), (10_000, 9_120)])
def test_what_is_too_much_comes_back_to_the_minor_unit(tendered: int, change: int) -> None:
    paid, _ = take_cash(READY, Money(tendered), WAITS, AT)
    assert (paid.phase, paid.change, paid.tendered) == (Phase.PAID, Money(change), Money(tendered))
    assert FACE.change is None


def test_change_is_in_the_money_of_the_order() -> None:
    dollars = replace(READY, amount=Money(880, "HKD"))
    assert take_cash(dollars, Money(1_000, "HKD"), WAITS, AT)[0].change == Money(120, "HKD")


@pytest.mark.parametrize(
    ("payment", "tendered"),
    [
        (READY, Money(879)),
        (READY, Money(1_000, "HKD")),
        (FACE, Money(880)),
        (CASH, Money(2_000)),
        (hears(FACE, Captured()), Money(880)),
    ],
    ids=["too little", "other money", "asked for elsewhere", "paid in cash", "captured"],
)
def test_cash_is_not_taken_when_it_is_too_little_or_something_else_may_have_paid(
    payment: Payment, tendered: Money
) -> None:
    assert take_cash(payment, tendered, WAITS, AT) == (payment, ())


def test_what_the_cloud_gave_with_the_payment_is_kept() -> None:
    paid = hears(FACE, Captured(8, 108, Gift("送葱", "An onion")))
    assert (paid.points_earned, paid.points_balance, paid.gift) == (8, 108, Gift("送葱", "An onion"))


@pytest.mark.parametrize("phase", Phase)
def test_the_price_is_another_only_where_the_next_attempt_may_begin(phase: Phase) -> None:
    payment = replace(FACE, phase=phase)
    after = priced(payment, Money(800), LESS)
    if Signal.ASK in TABLE[phase]:
        assert after == replace(payment, amount=Money(800), used=LESS)
    else:
        assert (after, after.used) == (payment, NOTHING_USED)


def test_an_attempt_is_asked_at_the_price_and_with_what_was_read() -> None:
    asked, _ = ask_face(priced(READY, Money(800), LESS), PersonId("li"), WAITS, AT)
    assert asked.request is not None
    assert (asked.request.amount, asked.request.used) == (Money(800), LESS)
