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
FIRST = RefundKey(f"{ORDER}-R1-2380")


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


def test_a_lost_link_is_a_doubt_about_the_refund_at_once_and_nobody_is_asked_in_vain(
    shop: Playbook,
) -> None:
    (to_asking(shop) >> DeviceLost(Device.CLOUD, "lost") << Stage.IDLE).finish()
    assert standing(shop) is Standing.UNKNOWN


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


OTHER = replace(
    SOLD, order_id=OrderId("till-1-7f3a-000013"), payment_key=PaymentKey("till-1-7f3a-000013-1")
)


def page(shop: Playbook) -> tuple[Page, SoldOrder | None, int | None]:
    """What is open, the order on it, and how many orders the list behind it has."""
    office = shop.state.office
    assert office is not None
    return office.page, office.order, None if office.found is None else len(office.found)


def to_list(shop: Playbook) -> Playbook:
    shop >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders
    return shop >> finds(SOLD, OTHER)  # type: ignore[operator, no-any-return]


def test_of_several_orders_one_is_chosen_and_there_is_a_way_back_to_the_list(
    shop: Playbook,
) -> None:
    to_list(shop)
    assert (page(shop), shop.state.notice) == ((Page.FIND, None, 2), "")
    shop >> taps(Intent.PICK, OTHER.order_id)
    assert page(shop) == (Page.ORDER, OTHER, 2)
    shop >> taps(Intent.STEP_BACK)
    assert page(shop) == (Page.FIND, None, 2)
    shop >> taps(Intent.PICK, "till-1-7f3a-999999")
    assert page(shop) == (Page.FIND, None, 2)


def test_the_only_order_found_is_shown_at_once_and_the_list_behind_it_is_it(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders
    shop >> finds(SOLD)  # type: ignore[operator]
    assert page(shop) == (Page.ORDER, SOLD, 1)


def test_where_nothing_is_found_it_is_said_and_an_empty_list_is_shown(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders
    shop >> taps(Intent.FIND, "nothing") << LookUpOrders
    shop >> finds()  # type: ignore[operator]
    assert (page(shop), shop.state.notice) == ((Page.FIND, None, 0), "find_nothing")


def test_a_new_search_forgets_the_list_and_the_order_of_before(shop: Playbook) -> None:
    to_list(shop) >> taps(Intent.PICK, OTHER.order_id) >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    assert page(shop) == (Page.FIND, None, None)


def test_what_is_looked_for_is_no_longer_than_a_number_may_be(shop: Playbook) -> None:
    wished = Slot(LookUpOrders)
    shop >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders
    shop >> taps(Intent.FIND, " " + "7" * 90) << wished
    assert wished.wish.words == "7" * 64


def test_from_part_and_pin_one_step_leads_back_and_the_errand_is_dropped(
    shop: Playbook,
) -> None:
    to_list(shop) >> taps(Intent.PICK, ORDER) >> taps(Intent.REFUND_PART) >> taps(Intent.STEP_BACK)
    assert page(shop)[:2] == (Page.ORDER, SOLD)
    shop >> taps(Intent.REFUND_ALL) >> taps(Intent.STEP_BACK)
    assert page(shop)[:2] == (Page.ORDER, SOLD)
    assert shop.state.office is not None
    assert shop.state.office.errand is None
    shop >> taps(Intent.GIVE_PIN, PIN) << NOTHING


def test_an_amount_that_is_none_is_asked_for_again(shop: Playbook) -> None:
    (
        to_list(shop)
        >> taps(Intent.PICK, ORDER)
        >> taps(Intent.REFUND_PART)
        >> taps(Intent.GIVE_AMOUNT, "much")
    )
    assert (page(shop)[0], shop.state.notice) == (Page.PART, "refund_amount")


def test_what_became_impossible_while_the_manager_was_called_is_not_sent(shop: Playbook) -> None:
    to_pin(shop, replace(SOLD, utc_ms=UTC_START_MS - 365 * 86_400_000 + 60_000))
    shop.after(120_000) >> taps(Intent.GIVE_PIN, PIN)
    assert (page(shop)[0], shop.state.notice) == (Page.ORDER, "refund_too_old")
    assert shop.state.kept.refunds == ()
    assert shop.state.office is not None
    assert shop.state.office.errand is None


def test_without_a_disk_nothing_is_given_back(shop: Playbook) -> None:
    shop.state = replace(shop.state, down={Device.STORAGE: "full"})
    to_pin(shop)
    assert (page(shop)[0], shop.state.notice) == (Page.ORDER, "refund_storage")


def test_another_order_may_go_back_while_one_is_on_its_way_and_both_stay_in_sight(shop: Playbook) -> None:
    to_asking(shop)
    assert shop.state.office is not None
    assert (page(shop), shop.state.office.errand) == ((Page.REFUND, None, None), None)
    assert shop.state.office.refund == FIRST
    shop >> BarcodeScanned(ReceiptCode(OTHER.order_id)) << LookUpOrders
    shop >> finds(OTHER) >> taps(Intent.REFUND_ALL) >> taps(Intent.GIVE_PIN, PIN) << AskRefund  # type: ignore[operator]
    second = RefundKey("till-1-7f3a-000013-R1-2380")
    assert [refund.key for refund in shop.state.kept.refunds] == [FIRST, second]
    shop >> says(Refunded(), FIRST) << KeepRecord
    assert [refund.open for refund in shop.state.kept.refunds] == [False, True]


def test_of_those_that_are_over_the_last_few_stay_in_sight_and_no_open_one_goes(
    shop: Playbook,
) -> None:
    for number in range(20, 30):
        order = OrderId(f"till-1-7f3a-0000{number}")
        cash = replace(SOLD, order_id=order, payment_key=None, method="cash")
        sold = cash if number > 20 else replace(SOLD, order_id=order)
        shop >> BarcodeScanned(ReceiptCode(order)) << LookUpOrders
        shop >> finds(sold) >> taps(Intent.REFUND_ALL)  # type: ignore[operator]
        shop >> taps(Intent.GIVE_PIN, PIN) << (KeepRecord if number > 20 else AskRefund)
    shown = [refund.order_id[-2:] for refund in shop.state.kept.refunds]
    assert shown == ["23", "24", "25", "26", "27", "28", "20", "29"]


@pytest.mark.parametrize(
    ("word", "outcome", "reason"),
    [(Refunded(), "refunded", ""), (RefundRefused("funds"), "refused", "funds")],
    ids=["refunded", "refused"],
)
def test_the_clouds_books_hear_how_a_refund_ended(
    shop: Playbook, word: RefundAnswer, outcome: str, reason: str
) -> None:
    record = Slot(KeepRecord)
    to_asking(shop) >> says(word) << record
    assert (record.wish.id, record.wish.kind) == (f"{FIRST}-refund", "refund")
    assert record.wish.data == {
        "refund_key": FIRST,
        "order_id": ORDER,
        "payment_key": f"{ORDER}-1",
        "method": "wechat",
        "outcome": outcome,
        "reason": reason,
        "amount_minor": 2380,
        "currency": "CNY",
    }


def test_the_answer_to_an_older_search_is_not_shown(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders(1, "")
    shop >> taps(Intent.FIND, "0012") << LookUpOrders(2, "0012")
    shop >> OrdersFound(1, (SOLD,)) << NOTHING
    shop >> OrdersFound(2, (SOLD,))
    assert shop.state.office is not None
    assert shop.state.office.page is Page.ORDER


def test_another_receipt_drops_what_the_manager_was_called_for(shop: Playbook) -> None:
    to_pin(shop) >> BarcodeScanned(ReceiptCode(OTHER.order_id)) << LookUpOrders
    assert shop.state.office is not None
    assert (page(shop), shop.state.office.errand) == ((Page.FIND, None, None), None)


def test_an_answer_for_a_receipt_that_nobody_waits_for_any_more_makes_the_orders_page_new(
    shop: Playbook,
) -> None:
    to_list(shop) >> taps(Intent.PICK, ORDER)
    less = replace(SOLD, refunded=Money(380), parts=1)
    shop >> taps(Intent.SEE_SLIP) << LookUpOrders >> taps(Intent.STEP_BACK) >> finds(OTHER, less)  # type: ignore[operator]
    assert page(shop) == (Page.ORDER, less, 2)
    shop >> taps(Intent.SEE_SLIP) << LookUpOrders >> taps(Intent.STEP_BACK) >> finds()  # type: ignore[operator]
    assert (page(shop), shop.state.notice) == ((Page.ORDER, less, 2), "")
