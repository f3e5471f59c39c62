"""Giving money back: found, agreed by a manager, sent under one number until somebody speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import RefundAccepted, RefundAnswer, Refunded, RefundNeverSeen, RefundRefused
from agent.core.codes import ReceiptCode, UnknownCode
from agent.core.commands import AskRefund, AskRefundQuery, KeepRecord, LookUpOrders
from agent.core.events import (
    BarcodeScanned,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    Intent,
    OrdersFound,
    RefundAnswered,
    Started,
)
from agent.core.ids import OrderId, PaymentKey, RefundKey, Secret
from agent.core.money import Money
from agent.core.office import Page
from agent.core.refund import Standing
from agent.core.sold import SoldOrder
from agent.core.staff import pin_record
from agent.core.state import Terminal
from agent.core.visit import Stage
from tests.playbook import NOTHING, UTC_START_MS, Playbook, Slot, scans, taps
from tests.shop import WATER, terminal

PIN = "2468"
ORDER = OrderId("till-1-7f3a-000012")
SOLD = SoldOrder(
    ORDER, PaymentKey(f"{ORDER}-1"), "wechat", Money(2380), "paid", UTC_START_MS - 3_600_000, Money(0)
)
RECORD = pin_record(Secret(PIN), bytes(16))
FIRST = RefundKey(f"{ORDER}-R1")


@pytest.fixture
def shop() -> Playbook:
    """A till with a manager; nobody is being served."""
    new = terminal()
    return Playbook(replace(new, rules=replace(new.rules, manager_pin=RECORD)))


def finds(*orders: SoldOrder) -> object:
    """The journal answers the last look-up."""

    def fact(t: Terminal) -> Event:
        return OrdersFound(t.lookups, orders)

    return fact


def says(answer: RefundAnswer, key: RefundKey = FIRST) -> Event:
    return RefundAnswered(key, answer)


def to_pin(shop: Playbook, order: SoldOrder = SOLD) -> Playbook:
    """A receipt is scanned, the whole amount is wanted back."""
    shop >> BarcodeScanned(ReceiptCode(order.order_id)) << LookUpOrders(1, order.order_id)
    return shop >> finds(order) >> taps(Intent.REFUND_ALL)  # type: ignore[arg-type]


def to_asking(shop: Playbook) -> Playbook:
    return to_pin(shop) >> taps(Intent.GIVE_PIN, PIN) << AskRefund


def standing(shop: Playbook) -> Standing:
    return shop.state.kept.refunds[-1].standing


def test_a_scanned_receipt_and_a_manager_give_everything_back(shop: Playbook) -> None:
    to_pin(shop)
    sent = Slot(AskRefund)
    shop >> taps(Intent.GIVE_PIN, PIN) << sent
    assert (sent.wish.request.key, sent.wish.request.amount) == (FIRST, Money(2380))
    shop >> says(Refunded()) << KeepRecord
    assert standing(shop) is Standing.REFUNDED
    shop.finish()


def test_nothing_goes_back_without_the_managers_pin(shop: Playbook) -> None:
    to_pin(shop) >> taps(Intent.GIVE_PIN, "1111")
    assert (shop.state.notice, shop.state.kept.refunds) == ("pin_wrong", ())


def test_five_wrong_pins_close_the_question_even_over_a_restart(shop: Playbook) -> None:
    to_pin(shop) >> [taps(Intent.GIVE_PIN, "1111")] * 5 >> taps(Intent.GIVE_PIN, PIN)
    assert (shop.state.notice, shop.state.kept.refunds) == ("pin_paused", ())
    shop >> Started()
    to_pin_again = shop.after(10_000)
    assert to_pin_again.state.pin_free_at_ms > shop.now_ms


def test_a_till_without_a_manager_gives_nothing_back() -> None:
    shop = to_pin(Playbook(terminal())) >> taps(Intent.GIVE_PIN, PIN)
    assert (shop.state.notice, shop.state.kept.refunds) == ("pin_none", ())


def test_a_part_is_typed_and_more_than_was_paid_is_refused(shop: Playbook) -> None:
    shop >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    shop >> finds(SOLD) >> taps(Intent.REFUND_PART) >> taps(Intent.GIVE_AMOUNT, "23.81")  # type: ignore[operator]
    assert shop.state.notice == "refund_too_much"
    sent = Slot(AskRefund)
    shop >> taps(Intent.GIVE_AMOUNT, "3.80") >> taps(Intent.GIVE_PIN, PIN) << sent
    assert sent.wish.request.amount == Money(380)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(SOLD, outcome="notpaid"), "refund_not_paid"),
        (replace(SOLD, utc_ms=UTC_START_MS - 366 * 86_400_000), "refund_too_old"),
        (replace(SOLD, parts=50, refunded=Money(50)), "refund_too_many"),
        (replace(SOLD, parts=1, refunded=Money(1), last_refund_utc_ms=UTC_START_MS), "refund_too_soon"),
    ],
)
def test_what_the_networks_forbid_is_said_before_a_manager_is_called(
    shop: Playbook, order: SoldOrder, why: str
) -> None:
    shop >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    shop >> finds(order) >> taps(Intent.REFUND_PART) >> taps(Intent.GIVE_AMOUNT, "1")  # type: ignore[operator]
    assert shop.state.notice == why


def test_silence_is_doubt_and_the_same_number_is_sent_again_when_nobody_has_seen_it(shop: Playbook) -> None:
    sent, again = Slot(AskRefund), Slot(AskRefund)
    to_pin(shop) >> taps(Intent.GIVE_PIN, PIN) << sent
    shop.after(shop.state.rules.waits.answer_wait_ms) << AskRefundQuery(FIRST)
    assert standing(shop) is Standing.UNKNOWN
    shop >> says(RefundNeverSeen()) << again
    assert again.wish == sent.wish
    shop >> says(Refunded()) << KeepRecord
    shop >> says(RefundRefused("refused")) << NOTHING


def test_accepted_is_not_yet_refunded_and_is_asked_about_until_it_is(shop: Playbook) -> None:
    to_asking(shop) >> says(RefundAccepted())
    assert standing(shop) is Standing.ACCEPTED
    shop.after(shop.state.rules.waits.query_every_ms) << AskRefundQuery(FIRST)
    shop >> says(Refunded()) << KeepRecord


def test_a_second_part_waits_until_the_first_is_known(shop: Playbook) -> None:
    to_asking(shop) >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    half = replace(SOLD, refunded=Money(100), parts=1)
    shop >> finds(half) >> taps(Intent.REFUND_ALL)  # type: ignore[operator]
    assert shop.state.notice == "refund_still_open"


def test_a_refund_on_its_way_survives_a_restart_and_a_lost_link(shop: Playbook) -> None:
    to_asking(shop) >> DeviceLost(Device.CLOUD, "lost") >> Started() << AskRefundQuery(FIRST)
    shop >> DeviceUp(Device.CLOUD) << AskRefundQuery(FIRST)
    shop >> says(Refunded()) << KeepRecord


def test_cash_is_handed_over_and_needs_nobodys_answer(shop: Playbook) -> None:
    paid_cash = replace(SOLD, payment_key=None, method="cash")
    to_pin(shop, paid_cash) >> taps(Intent.GIVE_PIN, PIN) << KeepRecord
    assert standing(shop) is Standing.REFUNDED
    shop.finish()


def test_a_customer_comes_first_goods_close_the_back_office(shop: Playbook) -> None:
    to_asking(shop) >> scans(WATER) << Stage.BASKET
    assert shop.state.office is None
    assert shop.state.kept.refunds[-1].open
    shop >> BarcodeScanned(ReceiptCode(ORDER))
    assert (shop.state.notice, shop.state.office) == ("busy", None)


def test_a_bad_scan_closes_no_page(shop: Playbook) -> None:
    to_pin(shop) >> BarcodeScanned(UnknownCode(7, "check digit"))
    assert shop.state.office is not None
    assert (shop.state.office.page, shop.state.notice) == (Page.PIN, "bad_code")


def test_the_back_office_opens_only_between_customers(shop: Playbook) -> None:
    shop >> scans(WATER) >> taps(Intent.OFFICE)
    assert (shop.state.office, shop.state.notice) == (None, "")


def test_the_answer_to_an_older_search_is_not_shown(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders(1, "")
    shop >> taps(Intent.FIND, "0012") << LookUpOrders(2, "0012")
    shop >> OrdersFound(1, (SOLD,)) << NOTHING
    shop >> OrdersFound(2, (SOLD,))
    assert shop.state.office is not None
    assert shop.state.office.page is Page.ORDER
