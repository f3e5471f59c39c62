"""Receipts by themselves and asked for: counted first, none printed twice, and money never waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Refunded
from agent.core.codes import ReceiptCode
from agent.core.commands import Command, KeepRecord, LookUpOrders, OpenDrawer, PrintSlip
from agent.core.events import (
    BarcodeScanned,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    Intent,
    NotPrinted,
    OrdersFound,
    RefundAnswered,
    Started,
)
from agent.core.ids import OrderId, PaymentKey, RefundKey, Secret
from agent.core.money import Money
from agent.core.slip import Printing, SlipGiven
from agent.core.sold import SoldOrder
from agent.core.staff import pin_record
from agent.core.visit import Stage
from agent.screens.contract import CashierView, Phrase
from agent.screens.projection import project
from agent.turn import take
from tests.playbook import NOTHING, UTC_START_MS, Playbook, Slot, says, scans, taps
from tests.shop import RICE_BALL, restarted, terminal, to_cash, to_paying

ALWAYS, ON_REQUEST = Printing(True, True, True), Printing(True, False, False)
ORDER = OrderId("till-1-7f3a-000012")


def shop(printing: Printing = ALWAYS, **rules: object) -> Playbook:
    new = terminal()
    return Playbook(replace(new, rules=replace(new.rules, printing=printing, **rules)))  # type: ignore[arg-type]


def found(book: Playbook, slips: int = 0) -> SoldOrder:
    """The order that was just sold, as the journal gives it."""
    summary = book.state.kept.recent[0]
    key = PaymentKey(f"{summary.order_id}-1")
    return SoldOrder(
        summary.order_id, key, summary.method, summary.amount, "paid", UTC_START_MS, Money(0), slips=slips
    )


def answered(book: Playbook, *orders: SoldOrder) -> Event:
    return OrdersFound(book.state.lookups, orders)


def sold(book: Playbook) -> Playbook:
    """By code or face it is all the same; the journal is asked for the goods."""
    return to_paying(book) >> says(Captured(8, 108)) << KeepRecord << LookUpOrders << Stage.PAID


def seen(book: Playbook) -> CashierView:
    return project(book.state, book.at)[1]


def offered(book: Playbook) -> bool:
    return Intent.PRINT_SLIP in {button.intent for button in seen(book).buttons}


def test_a_sale_gives_its_receipt_once_and_it_is_counted_in_that_turn() -> None:
    book = sold(shop())
    order = found(book)
    entry = take(book.state, answered(book, order), book.at).entry
    assert entry is not None
    assert entry.given == SlipGiven(order.order_id, 1)
    book >> answered(book, order) << PrintSlip(order, 0)
    book >> answered(book, order) << NOTHING
    assert not offered(book)


def test_a_till_without_a_printer_asks_and_prints_nothing() -> None:
    to_paying(shop(Printing())) >> says(Captured(8, 108)) << KeepRecord << Stage.PAID


def test_cash_opens_the_drawer_at_once_and_other_money_does_not() -> None:
    book = to_cash(shop()) >> taps(Intent.CASH_RECEIVED, "10")
    book << KeepRecord << OpenDrawer() << LookUpOrders << Stage.PAID
    sold(shop()).finish()
    to_cash(shop(ON_REQUEST)) >> taps(Intent.CASH_RECEIVED, "10") << KeepRecord << Stage.PAID


def test_what_is_given_back_in_cash_opens_it_too_and_is_printed_as_a_copy() -> None:
    book = shop(manager_pin=pin_record(Secret("2468"), bytes(16)))
    order = SoldOrder(ORDER, None, "cash", Money(2380), "paid", UTC_START_MS - 1, Money(0), slips=1)
    book >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    book >> answered(book, order) >> taps(Intent.REFUND_ALL) >> taps(Intent.GIVE_PIN, "2468")
    book << KeepRecord << OpenDrawer() << LookUpOrders
    given_back = replace(order, refunded=Money(2380))
    book >> answered(book, given_back) << PrintSlip(given_back, 1)


def test_what_the_cloud_gives_back_is_printed_once_it_says_so() -> None:
    book = shop(manager_pin=pin_record(Secret("2468"), bytes(16)))
    key = PaymentKey(f"{ORDER}-1")
    order = SoldOrder(ORDER, key, "wechat", Money(2380), "paid", UTC_START_MS - 1, Money(0), slips=1)
    book >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    book >> answered(book, order) >> taps(Intent.REFUND_ALL)
    book >> taps(Intent.GIVE_PIN, "2468")
    book.without(Command)
    refunded = RefundAnswered(RefundKey(f"{ORDER}-R1-2380"), Refunded())
    book >> refunded << KeepRecord << LookUpOrders
    book >> answered(book, replace(order, refunded=Money(2380))) << PrintSlip


def test_after_a_crash_nothing_is_printed_and_the_next_one_is_a_copy() -> None:
    book = sold(shop())
    order = found(book)
    book >> answered(book, order) << PrintSlip
    again = restarted(book) >> Started()
    again.without(Command)
    again >> DeviceUp(Device.PRINTER) << Stage.PAID
    again >> taps(Intent.OFFICE) >> BarcodeScanned(ReceiptCode(order.order_id)) << LookUpOrders
    again >> answered(again, replace(order, slips=1)) >> taps(Intent.SEE_SLIP) << LookUpOrders
    again >> answered(again, replace(order, slips=1)) << PrintSlip(replace(order, slips=1), 1)


def test_a_crash_before_it_was_counted_leaves_the_first_one_to_be_asked_for() -> None:
    again = restarted(sold(shop())) >> Started()
    again.without(Command)
    again >> DeviceUp(Device.PRINTER)
    assert offered(again)
    again >> taps(Intent.PRINT_SLIP) << LookUpOrders
    order = found(again)
    again >> answered(again, order) << PrintSlip(order, 0)


def test_on_request_it_waits_to_be_asked_and_may_be_until_the_next_customer() -> None:
    book = to_paying(shop(ON_REQUEST)) >> says(Captured(8, 108)) << KeepRecord << Stage.PAID
    assert offered(book)
    book >> taps(Intent.DONE) << Stage.IDLE
    assert offered(book)
    book >> taps(Intent.PRINT_SLIP) << LookUpOrders
    book >> taps(Intent.PRINT_SLIP) << NOTHING
    book >> answered(book, found(book)) << PrintSlip
    assert not offered(book)


@pytest.mark.parametrize("printing", [ALWAYS, ON_REQUEST])
def test_a_printer_that_is_out_counts_nothing_and_says_what_to_do(printing: Printing) -> None:
    book = shop(printing) >> DeviceLost(Device.PRINTER, "paper")
    to_paying(book) >> says(Captured(8, 108)) << KeepRecord << Stage.PAID
    if printing is ON_REQUEST:
        book >> taps(Intent.PRINT_SLIP)
    assert book.state.kept.slip_given is None
    assert seen(book).notice == Phrase("cashier.unprinted", {"cause": "cause.printer.paper"})
    assert [sign.device for sign in seen(book).signs if not sign.ok] == ["printer"]
    book >> DeviceUp(Device.PRINTER) >> taps(Intent.PRINT_SLIP) << LookUpOrders
    book >> answered(book, found(book)) << PrintSlip
    assert seen(book).notice is None


def test_what_to_do_about_the_printer_is_said_once_in_the_notice_or_else_beside_its_sign() -> None:
    book = shop() >> DeviceLost(Device.PRINTER, "paper")

    def beside_the_sign() -> list[Phrase]:
        return [sign.remedy for sign in seen(book).signs if sign.remedy is not None]

    assert (seen(book).notice, beside_the_sign()) == (None, [Phrase("cause.printer.paper")])
    to_paying(book) >> says(Captured(8, 108)) << KeepRecord << Stage.PAID
    assert seen(book).notice == Phrase("cashier.unprinted", {"cause": "cause.printer.paper"})
    assert beside_the_sign() == []
    book >> DeviceLost(Device.PRINTER, "cover")  # another cause than the receipt's
    assert beside_the_sign() == [Phrase("cause.printer.cover")]


def test_a_receipt_that_did_not_come_out_is_said_until_the_next_customer_and_offered_again() -> None:
    book = sold(shop())
    order = found(book)
    book >> answered(book, order) << PrintSlip(order, 0)
    book >> NotPrinted("unplugged")
    assert seen(book).notice == Phrase("cashier.unprinted", {"cause": "cause.printer.unplugged"})
    book >> taps(Intent.DONE) << Stage.IDLE
    assert offered(book)
    book >> scans(RICE_BALL) << Stage.BASKET
    assert (seen(book).notice, offered(book)) == (None, False)


def test_behind_the_till_nothing_is_said_of_the_receipt_of_a_customer_who_left() -> None:
    book = shop() >> NotPrinted("unplugged") >> taps(Intent.OFFICE)
    assert seen(book).notice is None
    book >> NotPrinted("paper")
    assert seen(book).notice == Phrase("cashier.unprinted", {"cause": "cause.printer.paper"})


def test_a_drawer_that_stays_shut_has_a_key() -> None:
    book = shop() >> NotPrinted("drawer")
    assert seen(book).notice == Phrase("cashier.drawer_shut")


def test_a_disk_that_does_not_give_the_order_gives_no_receipt() -> None:
    book = sold(shop())
    book >> OrdersFound(book.state.lookups, ())
    assert book.state.kept.slip_given is None
    assert seen(book).notice == Phrase("cashier.unprinted", {"cause": "cause.printer.unread"})


def test_behind_the_till_a_copy_is_shown_and_printed() -> None:
    book = shop() >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    order = SoldOrder(ORDER, None, "cash", Money(880), "paid", UTC_START_MS, Money(0), slips=2)
    book >> answered(book, order) >> taps(Intent.SEE_SLIP) << LookUpOrders
    book >> answered(book, order) << PrintSlip(order, 2)


def test_a_practice_slip_is_one_and_the_drawer_stays_shut() -> None:
    book = to_cash(shop(training=True)) >> taps(Intent.CASH_RECEIVED, "10")
    book << KeepRecord << LookUpOrders << Stage.PAID
    printed = Slot(PrintSlip)
    book >> answered(book, found(book)) << printed
    assert printed.wish.practice


def test_a_sign_stands_in_the_row_where_there_is_a_printer_and_nowhere_else() -> None:
    def signs(book: Playbook) -> dict[str, bool]:
        return {sign.device: sign.ok for sign in seen(book).signs}

    assert "printer" not in signs(shop(Printing()))
    book = shop()
    assert signs(book)["printer"]
    book >> DeviceLost(Device.PRINTER, "cover")
    assert not signs(book)["printer"]
