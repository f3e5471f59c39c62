"""What the cloud's books hear, word for word: sales, debts, shifts, days. A word that is missing there is
money that nobody can count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Declined
from agent.core.commands import CompareDay, KeepRecord
from agent.core.debt import Debt, DebtPhase, record, summary
from agent.core.events import Device, DeviceLost, Intent
from agent.core.ids import OrderId, PersonId
from agent.core.money import Money
from agent.core.payment import Payment
from agent.core.visit import Stage, Summary
from tests.core.test_day import answers, the_day, to_day
from tests.core.test_shift import begins, ends, pays_cash
from tests.playbook import Playbook, Slot, says, taps
from tests.shop import LI, RICE_BALL, WATER, to_cash, to_confirm, to_paying, trusting

ORDER = "desk-01-7f3a-000001"
LINES = [
    {"gtin": WATER, "quantity": 1, "amount_minor": 200},
    {"gtin": RICE_BALL, "quantity": 1, "amount_minor": 680},
]
SOLD = {"order_id": ORDER, "attempts": 1, "amount_minor": 880, "currency": "CNY", "lines": LINES}


def test_a_sale_by_face_names_its_key(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_paying(shop) >> says(Captured()) << record << Stage.PAID
    sold = SOLD | {"payment_key": f"{ORDER}-1", "outcome": "paid", "method": "face"}
    assert record.wish == KeepRecord(f"{ORDER}-sale", "sale", sold)


def test_a_sale_for_cash_has_no_key_for_nobody_was_asked(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_cash(shop) >> taps(Intent.CASH_RECEIVED, "10") << record << Stage.PAID
    sold = SOLD | {"payment_key": None, "outcome": "paid", "method": "cash", "attempts": 0}
    assert record.wish.data == sold
    assert shop.visit.stage is Stage.PAID


def test_cash_after_a_refusal_is_cash_and_not_the_refused_key(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_paying(shop) >> says(Declined("funds")) >> taps(Intent.PAY_CASH) >> taps(Intent.CASH_RECEIVED)
    shop << record
    assert (record.wish.data["payment_key"], record.wish.data["method"]) == (None, "cash")


def test_an_order_given_up_after_a_refusal_names_the_refused_key(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_paying(shop) >> says(Declined("funds")) >> taps(Intent.CANCEL) << record
    sold = SOLD | {"payment_key": f"{ORDER}-1", "outcome": "notpaid", "method": "face"}
    assert record.wish.data == sold


def test_goods_on_trust_name_the_member_who_took_them(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    shop.state = trusting(shop.state)
    to_confirm(shop) >> DeviceLost(Device.CLOUD, "lost") >> taps(Intent.CONFIRM) << record << Stage.OWED
    owed = SOLD | {"payment_key": None, "outcome": "owed", "method": "face", "person": LI, "attempts": 0}
    assert record.wish == KeepRecord(f"{ORDER}-sale", "sale", owed)


def test_the_list_keeps_who_paid_how_and_how_long_it_took(shop: Playbook) -> None:
    to_paying(shop).after(700)
    shop >> says(Captured()) << KeepRecord
    paid = shop.state.kept.recent[0]
    assert (paid.person, paid.method, paid.attempts, paid.answer_ms) == (LI, "face", 1, 700)
    assert paid.identify_ms is not None
    to_cash(shop >> taps(Intent.DONE)) >> taps(Intent.CASH_RECEIVED) << KeepRecord
    cash = shop.state.kept.recent[0]
    assert (cash.person, cash.method, cash.attempts, cash.identify_ms) == (None, "cash", 0, None)


@pytest.mark.parametrize(
    ("phase", "outcome", "reads"),
    [
        (DebtPhase.RESERVED, "reserved", "owed"),
        (DebtPhase.COLLECTING, "collecting", "owed"),
        (DebtPhase.REFUSED, "refused", "owed"),
        (DebtPhase.COLLECTED, "collected", "paid"),
        (DebtPhase.NAMED, "named", "named"),
        (DebtPhase.HELD, "held", "held"),
        (DebtPhase.VOUCHED, "vouched", "paid"),
        (DebtPhase.SETTLED, "settled", "settled"),
    ],
)
def test_a_debt_says_who_owes_how_much_and_how_it_stands(
    phase: DebtPhase, outcome: str, reads: str
) -> None:
    payment = replace(Payment(OrderId(ORDER), Money(880), "digest"), attempt=2, reason="funds")
    debt = Debt(payment, PersonId(LI), 0, phase, identify_ms=640)
    said = {
        "order_id": ORDER,
        "payment_key": payment.key,
        "outcome": outcome,
        "reason": "funds",
        "person": LI,
    }
    said |= {"attempts": 2, "amount_minor": 880, "currency": "CNY"}
    assert record(debt) == KeepRecord(f"{ORDER}-debt", "debt", said)
    row = Summary(OrderId(ORDER), "face", Money(880), reads, 2, PersonId(LI), 640, None)
    assert summary(debt) == row


def test_a_shift_says_what_was_sold_expected_and_counted(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    begins(shop) >> taps(Intent.LEAVE)
    pays_cash(shop)
    ends(shop, "210") << record
    figure = {"day": "2026-09-21", "method": "cash", "ending": "sold", "count": 1, "sum_minor": 880}
    data = {"shift": 1, "cashier": "17", "currency": "CNY", "float_minor": 20_000}
    data |= {"expected_minor": 20_880, "counted_minor": 21_000, "figures": [figure]}
    assert record.wish == KeepRecord("desk-01-7f3a-shift-1", "shift", data)


def test_nobodys_shift_is_told_as_well_and_counts_no_drawer(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    pays_cash(shop)
    begins(shop) << record
    said = record.wish.data
    assert (said["shift"], said["cashier"], said["expected_minor"], "counted_minor" in said) == (
        1, "", 880, False,
    )  # fmt: skip


def test_a_closed_day_says_its_figures_and_how_many_differences_stay(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_day(pays_cash(shop)) >> taps(Intent.COMPARE_DAY) << CompareDay(the_day(shop).number, 1)
    shop >> answers(shop) >> taps(Intent.CLOSE_DAY) << record
    figure = {"method": "cash", "ending": "sold", "count": 1, "sum_minor": 880}
    data = {"day": "2026-09-21", "currency": "CNY", "differences": 0, "figures": [figure]}
    assert record.wish == KeepRecord("desk-01-7f3a-close-1", "day", data)
