"""A broken terminal's debts and doubts, taken over by the one in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Declined, Voided
from agent.core.commands import AskCharge, KeepRecord
from agent.core.debt import DebtPhase
from agent.core.directions import OpenDebt, OpenDoubt
from agent.core.events import OVERTAKEN, ChargeAnswered, Device, DeviceLost, HandedOver
from agent.core.ids import OrderId, PaymentKey, PersonId
from agent.core.money import Money
from agent.core.visit import Summary
from tests.playbook import NOTHING, Playbook, Slot, rings
from tests.shop import LI, terminal, trusting

ORDER = OrderId("old-01-aaaa-000007")
OTHER = OrderId("old-01-aaaa-000008")
DEBT = OpenDebt(ORDER, PersonId(LI), Money(880), 1_790_000_000_000, 3)
DOUBT = OpenDoubt(PaymentKey(f"{OTHER}-1"), OTHER, Money(500), "wechat", 1_790_000_000_000, 1)
FACT = HandedOver("batch-0001", "old-01", (DEBT,), (DOUBT,))


@pytest.fixture
def shop() -> Playbook:
    return Playbook(trusting(terminal()))


def test_a_debt_is_collected_under_a_key_that_the_broken_one_cannot_have_used(shop: Playbook) -> None:
    record, charge = Slot(KeepRecord), Slot(AskCharge)
    shop >> HandedOver("batch-0001", "old-01", (DEBT,), ()) << record
    shop.after(60_000) << charge
    assert record.wish.data == {
        "handover": "batch-0001",
        "broken": "old-01",
        "debts": [ORDER],
        "doubts": [],
    }
    assert (charge.wish.request.key, charge.wish.request.amount) == (f"{ORDER}-4", Money(880))
    shop >> ChargeAnswered(charge.wish.request.key, Captured()) << Slot(KeepRecord)
    assert [debt.phase for debt in shop.state.kept.debts] == [DebtPhase.COLLECTED]


def test_a_doubt_is_asked_about_under_the_key_it_had(shop: Playbook) -> None:
    shop >> HandedOver("batch-0001", "old-01", (), (DOUBT,)) << Slot(KeepRecord)
    assert [case.key for case in shop.state.kept.held] == [DOUBT.key]
    shop >> ChargeAnswered(DOUBT.key, Voided()) << Slot(KeepRecord)


def test_a_list_that_comes_twice_counts_once(shop: Playbook) -> None:
    shop >> FACT << Slot(KeepRecord)
    shop >> FACT << NOTHING


def test_a_till_that_sells_from_an_old_copy_takes_nothing_over(shop: Playbook) -> None:
    shop >> DeviceLost(Device.STORAGE, OVERTAKEN) >> FACT << NOTHING


def test_what_is_named_twice_or_is_here_already_is_taken_over_once(shop: Playbook) -> None:
    shop >> HandedOver("batch-0001", "old-01", (DEBT, DEBT), (DOUBT, DOUBT)) << KeepRecord
    record = Slot(KeepRecord)
    shop >> HandedOver("batch-0002", "old-01", (DEBT,), (DOUBT,)) << record
    assert (record.wish.data["debts"], record.wish.data["doubts"]) == ([], [])
    assert [debt.order_id for debt in shop.state.kept.debts] == [ORDER]
    assert [case.key for case in shop.state.kept.held] == [DOUBT.key]


def test_each_of_several_debts_and_doubts_is_taken_over(shop: Playbook) -> None:
    third, fourth = OrderId("old-01-aaaa-000009"), OrderId("old-01-aaaa-000010")
    debts = (DEBT, replace(DEBT, order_id=third), DEBT)
    doubts = (DOUBT, replace(DOUBT, key=PaymentKey(f"{fourth}-1"), order_id=fourth), DOUBT)
    shop >> HandedOver("batch-0001", "old-01", debts, doubts) << KeepRecord
    assert [debt.order_id for debt in shop.state.kept.debts] == [ORDER, third]
    assert [case.summary.order_id for case in shop.state.kept.held] == [OTHER, fourth]


def test_a_doubt_is_listed_as_what_it_is(shop: Playbook) -> None:
    shop >> HandedOver("batch-0001", "old-01", (), (DOUBT,)) << KeepRecord
    [case] = shop.state.kept.held
    assert case.summary == Summary(OTHER, "wechat", Money(500), "held", 1, None, None, None)


def test_a_look_for_debts_that_was_put_off_by_the_list_begins_nothing(shop: Playbook) -> None:
    before = shop.state.rounds
    shop >> FACT << KeepRecord
    shop >> rings("collect", before) << NOTHING


def test_an_order_that_is_somebody_elses_by_now_is_known_not_charged(
    shop: Playbook,
) -> None:
    charge = Slot(AskCharge)
    shop >> HandedOver("batch-0001", "old-01", (DEBT,), ()) << Slot(KeepRecord)
    shop.after(60_000) << charge
    shop >> ChargeAnswered(charge.wish.request.key, Declined("handed_over"))
    assert [debt.phase for debt in shop.state.kept.debts] == [DebtPhase.REFUSED]


def test_what_is_in_other_money_stays_with_head_office(shop: Playbook) -> None:
    yen = OpenDebt(ORDER, PersonId(LI), Money(880, "JPY"), 1_790_000_000_000, 1)
    doubt = replace(DOUBT, amount=Money(500, "JPY"))
    shop >> HandedOver("batch-0001", "old-01", (yen,), (doubt,)) << Slot(KeepRecord)
    assert (shop.state.kept.debts, shop.state.kept.held) == ((), ())
