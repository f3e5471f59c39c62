"""Behind the till: how one gets in and out, and the manager's PIN that stands before all money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.codes import MemberCode, ReceiptCode, UnknownCode
from agent.core.commands import AskRefund, AskVoid, KeepRecord, LookUpOrders
from agent.core.events import BarcodeScanned, Intent, Started
from agent.core.ids import Secret
from agent.core.office import Office, Page
from agent.core.staff import PIN_PAUSE_MS
from agent.core.visit import Stage
from tests.core.test_refund_desk import ORDER, PIN, RECORD, SOLD, finds, to_pin
from tests.playbook import NOTHING, Playbook, taps
from tests.shop import restarted, terminal, to_face, to_held, to_paid

LEAVE, BACK, OFFICE, GIVE_PIN = Intent.LEAVE, Intent.STEP_BACK, Intent.OFFICE, Intent.GIVE_PIN


@pytest.fixture
def shop() -> Playbook:
    """A till with a manager; nobody is being served."""
    new = terminal()
    return Playbook(replace(new, rules=replace(new.rules, manager_pin=RECORD)))


def page(shop: Playbook) -> Page | None:
    return shop.state.office and shop.state.office.page


def wrong(shop: Playbook, times: int) -> Playbook:
    return shop >> [taps(GIVE_PIN, "1111")] * times  # type: ignore[return-value]


# --- in and out -----------------------------------------------------------------------------------


def test_the_office_opens_on_its_menu_and_closes_without_a_trace(shop: Playbook) -> None:
    before = shop.state
    shop >> taps(OFFICE)
    assert shop.state.office == Office()
    assert page(shop) is Page.MENU
    shop >> taps(LEAVE)
    assert (shop.state.office, shop.state.notice) == (None, "")
    assert shop.state.kept == before.kept


def test_who_has_paid_is_no_longer_served_once_the_office_opens(shop: Playbook) -> None:
    to_paid(shop) >> taps(OFFICE) << Stage.IDLE
    assert page(shop) is Page.MENU


@pytest.mark.parametrize("intent", [Intent.SEE_HELD, Intent.SEE_SHIFT, Intent.SEE_DAYS])
def test_each_list_has_a_way_back_to_the_menu_and_out(shop: Playbook, intent: Intent) -> None:
    shop >> taps(OFFICE) >> taps(intent)
    assert page(shop) not in (Page.MENU, None)
    shop >> taps(BACK)
    assert page(shop) is Page.MENU
    shop >> taps(intent) >> taps(LEAVE)
    assert shop.state.office is None


def test_a_tap_that_belongs_to_another_page_means_nothing(shop: Playbook) -> None:
    shop >> taps(OFFICE) >> taps(GIVE_PIN, PIN) << NOTHING
    shop >> taps(Intent.CLOSE_DAY) << NOTHING


# --- scans ----------------------------------------------------------------------------------------


def test_a_receipt_opens_its_order_from_the_till_and_from_behind_it(shop: Playbook) -> None:
    shop >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders(1, ORDER)
    shop >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders(2, ORDER)
    shop >> finds(SOLD)  # type: ignore[operator]
    assert page(shop) is Page.ORDER


def test_a_receipt_shown_while_somebody_is_served_waits(shop: Playbook) -> None:
    to_face(shop) >> BarcodeScanned(ReceiptCode(ORDER))
    assert (shop.state.notice, shop.state.office, shop.stage) == ("busy", None, Stage.FACE)


def test_a_bad_scan_at_the_till_is_said_there(shop: Playbook) -> None:
    shop >> BarcodeScanned(UnknownCode(5, "length"))
    assert (shop.state.notice, shop.state.office) == ("bad_code", None)


def test_a_members_card_belongs_to_a_customer_who_comes_first(shop: Playbook) -> None:
    shop >> taps(OFFICE) >> BarcodeScanned(MemberCode(Secret("88")))
    assert shop.state.office is None


def test_orders_that_are_found_for_a_closed_office_open_nothing(shop: Playbook) -> None:
    shop >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    shop >> taps(LEAVE) >> finds(SOLD) << NOTHING  # type: ignore[operator]


# --- the manager ----------------------------------------------------------------------------------


def test_four_wrong_pins_leave_one_more_try(shop: Playbook) -> None:
    wrong(to_pin(shop), 4)
    assert (shop.state.notice, shop.state.kept.pin_failures) == ("pin_wrong", 4)
    shop >> taps(GIVE_PIN, PIN) << AskRefund
    assert shop.state.kept.pin_failures == 0


def test_the_fifth_closes_the_question_for_exactly_five_minutes(shop: Playbook) -> None:
    wrong(to_pin(shop), 5)
    assert (shop.state.notice, shop.state.pin_free_at_ms) == ("pin_paused", shop.now_ms + PIN_PAUSE_MS)
    shop.after(PIN_PAUSE_MS - 1) >> taps(GIVE_PIN, PIN)
    assert (shop.state.notice, shop.state.kept.pin_failures) == ("pin_paused", 5)
    shop.after(1) >> taps(GIVE_PIN, PIN) << AskRefund


def test_five_more_close_it_again_and_not_every_one_of_them(shop: Playbook) -> None:
    wrong(to_pin(shop), 5).after(PIN_PAUSE_MS)
    wrong(shop, 1)
    assert (shop.state.notice, shop.state.kept.pin_failures) == ("pin_wrong", 6)
    wrong(shop, 4)
    assert (shop.state.notice, shop.state.kept.pin_failures) == ("pin_paused", 10)


@pytest.mark.parametrize(("failures", "waits"), [(0, False), (4, False), (5, True), (6, False), (10, True)])
def test_pulling_the_plug_in_a_pause_begins_it_anew_and_buys_nothing(
    shop: Playbook, failures: int, waits: bool
) -> None:
    wrong(to_pin(shop), min(failures, 5))
    kept = replace(shop.state.kept, pin_failures=failures)
    shop.state = replace(shop.state, kept=kept)
    again = restarted(shop, mono_ms=70) >> Started()
    assert again.state.pin_free_at_ms == (70 + PIN_PAUSE_MS if waits else 0)


def test_where_no_pin_was_set_nothing_is_counted(shop: Playbook) -> None:
    shop.state = replace(shop.state, rules=replace(shop.state.rules, manager_pin=""))
    wrong(to_pin(shop), 6)
    assert (shop.state.notice, shop.state.kept.pin_failures) == ("pin_none", 0)


def test_a_pin_page_without_a_pin_or_an_errand_does_nothing(shop: Playbook) -> None:
    to_pin(shop) >> taps(GIVE_PIN) << NOTHING
    assert shop.state.office is not None
    shop.state = replace(shop.state, office=replace(shop.state.office, errand=None))
    shop >> taps(GIVE_PIN, PIN) << NOTHING


def test_one_step_back_from_the_pin_leads_to_what_it_was_for(shop: Playbook) -> None:
    to_held(shop) >> taps(OFFICE) >> taps(Intent.SEE_HELD)
    shop >> taps(Intent.PICK, shop.state.kept.held[0].key) >> taps(Intent.SAY_NOT_PAID)
    shop >> taps(Intent.PICK, "customer_denies")
    assert page(shop) is Page.PIN
    shop >> taps(BACK)
    assert page(shop) is Page.VERDICT
    assert shop.state.office is not None
    assert shop.state.office.errand is None
    shop >> taps(Intent.SAY_NOT_PAID) >> taps(Intent.PICK, "customer_denies")
    shop >> taps(GIVE_PIN, PIN) << AskVoid << KeepRecord


def test_what_was_said_on_one_side_of_the_till_is_not_repeated_on_the_other(shop: Playbook) -> None:
    shop >> BarcodeScanned(UnknownCode(5, "length"))
    assert shop.state.notice == "bad_code"
    shop >> taps(OFFICE)
    assert shop.state.notice == ""
    shop >> BarcodeScanned(UnknownCode(5, "length")) >> taps(LEAVE)
    assert (shop.state.office, shop.state.notice) == (None, "")


def test_whoever_does_not_practise_after_all_is_back_at_the_menu(shop: Playbook) -> None:
    shop >> taps(OFFICE) >> taps(Intent.TRAIN)
    assert page(shop) is Page.PIN
    shop >> taps(BACK)
    assert shop.state.office is not None
    assert (page(shop), shop.state.office.errand) == (Page.MENU, None)


def test_a_receipt_ends_the_visit_of_who_has_paid_and_turns_the_page_of_who_is_behind_the_till(
    shop: Playbook,
) -> None:
    to_paid(shop) >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders << Stage.IDLE
    assert shop.state.office is not None
    before = shop.state.office.page_no
    shop >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders
    assert shop.state.office.page_no == before + 1
