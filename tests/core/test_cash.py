"""Cash: a recorded tender, counted by the cashier, and never over money that is not yet known."""

from __future__ import annotations

import pytest

from agent.core.charge import Declined
from agent.core.commands import KeepRecord
from agent.core.events import Device, DeviceLost, Instant, Intent
from agent.core.money import Money
from agent.core.payment import Phase
from agent.core.visit import Stage
from agent.turn import take
from tests.playbook import NOTHING, Playbook, Slot, says, taps
from tests.shop import terminal, to_cash, to_not_paid, to_paying

RECEIVED = Intent.CASH_RECEIVED


@pytest.fixture
def shop() -> Playbook:
    return Playbook(terminal())


def test_the_exact_amount_is_one_key(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    to_cash(shop) >> taps(RECEIVED) << record << Stage.PAID
    assert (shop.payment.method, shop.payment.change) == ("cash", Money(0))
    assert (record.wish.data["method"], record.wish.data["payment_key"]) == ("cash", None)


def test_what_was_handed_over_gives_the_change(shop: Playbook) -> None:
    to_cash(shop) >> taps(RECEIVED, "10") << KeepRecord << Stage.PAID
    assert shop.payment.change == Money(120)


@pytest.mark.parametrize("typed", ["8.79", "0", "ten", "8.805", "-9", "96385074", "6901000000011"])
def test_too_little_no_amount_at_all_or_a_number_of_goods_is_not_taken(shop: Playbook, typed: str) -> None:
    to_cash(shop) >> taps(RECEIVED, typed) << Stage.CASH
    assert shop.state.notice == "cash_too_little"


def test_cash_needs_no_link_but_a_disk(shop: Playbook) -> None:
    (
        to_cash(shop)
        >> DeviceLost(Device.CLOUD, "lost")
        >> DeviceLost(Device.STORAGE, "full")
        >> taps(RECEIVED)
    )
    assert (shop.stage, shop.state.notice) == (Stage.CASH, "cash_storage")


def test_nobody_pays_in_cash_what_may_already_be_charged(shop: Playbook) -> None:
    to_paying(shop) >> DeviceLost(Device.CLOUD, "lost") << Phase.UNKNOWN
    shop >> taps(Intent.PAY_CASH) << NOTHING
    shop >> taps(RECEIVED) << NOTHING


def test_cash_after_a_declined_charge_does_not_make_that_attempt_a_captured_one(shop: Playbook) -> None:
    to_not_paid(shop) >> taps(Intent.PAY_CASH) << Stage.CASH
    taken = take(shop.state, taps(RECEIVED)(shop.state), Instant(shop.now_ms, 0))  # type: ignore[operator]
    assert taken.entry is not None
    assert taken.entry.attempts == ()
    assert [(order.method, order.outcome, order.person) for order in taken.entry.orders] == [
        ("cash", "paid", None)
    ]
    shop >> taps(RECEIVED) << KeepRecord << Stage.PAID
    shop >> says(Declined("funds")) << NOTHING


def test_the_customer_may_still_choose_another_way(shop: Playbook) -> None:
    to_cash(shop) >> taps(Intent.SHOW_CODE) << Stage.CODE
    shop >> taps(Intent.PAY_CASH) << Stage.CASH
    shop >> taps(Intent.CANCEL) << KeepRecord << Stage.IDLE


def test_an_order_paid_in_cash_tells_no_durations_of_the_face_before_it(shop: Playbook) -> None:
    to_not_paid(shop) >> taps(Intent.PAY_CASH) >> taps(Intent.CASH_RECEIVED) << KeepRecord << Stage.PAID
    assert shop.visit.marks.identify_ms is not None
    row = shop.state.kept.recent[0]
    assert (row.method, row.identify_ms, row.answer_ms) == ("cash", None, None)


def test_whoever_pays_in_cash_is_nobody_the_till_knows(shop: Playbook) -> None:
    to_not_paid(shop) >> taps(Intent.PAY_CASH) << Stage.CASH
    assert shop.visit.person is None
