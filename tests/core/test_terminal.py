"""The whole terminal: devices come and go, languages, views, records, and the start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.commands import AskQuery, AskVoid, DropRecords, EndTraining, ParkRecord
from agent.core.events import (
    NOT_EVERYWHERE,
    SEEING,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    Intent,
    RecordRefused,
    RecordsTaken,
    Screen,
    Started,
    Tapped,
)
from agent.core.payment import Phase
from agent.core.state import Kept
from agent.core.terminal import recovered
from agent.core.visit import Stage
from tests.playbook import NOTHING, Playbook, Slot, scans, taps
from tests.shop import (
    RULES,
    WAITS,
    WATER,
    restarted,
    terminal,
    to_choose,
    to_confirm,
    to_paid,
    to_paying,
    trusting,
)

LANGUAGE, TEXT = Intent.SWITCH_LANGUAGE, Intent.SWITCH_TEXT_SIZE


def test_at_the_start_every_device_still_has_to_report_but_the_disk_has() -> None:
    state = recovered(RULES, Kept.fresh("CNY"), "en")
    assert {device for device in Device if state.works(device)} == {Device.STORAGE, *NOT_EVERYWHERE}
    assert set(state.down.values()) == {"starting"}
    assert state.languages == {"customer": "en", "cashier": "en"}


def test_a_sensor_that_this_terminal_has_is_never_done_without() -> None:
    seeing = replace(recovered(RULES, Kept.fresh("CNY"), "zh"), down={})
    assert seeing.sees
    for device in SEEING:
        assert not replace(seeing, down={device: "starting"}).sees
    assert replace(seeing, down={Device.SCANNER: "absent"}).sees


@pytest.mark.parametrize("device", Device)
def test_a_device_is_down_with_its_cause_until_it_is_up(shop: Playbook, device: Device) -> None:
    shop >> DeviceLost(device, "unplugged") << Stage.IDLE
    assert shop.state.down == {device: "unplugged"}
    shop >> DeviceLost(device, "refused") << Stage.IDLE
    assert shop.state.down == {device: "refused"}
    shop >> DeviceUp(device) << Stage.IDLE
    assert shop.state.works(device)
    shop >> DeviceUp(device) << NOTHING


@pytest.mark.parametrize("device", [Device.SCANNER, Device.SCREENS, Device.STORAGE])
def test_what_comes_loose_changes_nothing_about_money(shop: Playbook, device: Device) -> None:
    before = to_paying(shop).state.kept
    shop >> DeviceLost(device, "unplugged") >> DeviceUp(device) << Stage.PAY
    assert shop.state.kept == before


def test_each_screen_has_its_own_language_and_text_size(shop: Playbook) -> None:
    shop >> taps(LANGUAGE, screen=Screen.CUSTOMER) >> taps(TEXT, screen=Screen.CASHIER) << Stage.IDLE
    assert shop.state.languages == {"customer": "en", "cashier": "zh"}
    assert shop.state.large_text == {"cashier"}
    shop >> taps(LANGUAGE, screen=Screen.CUSTOMER) >> taps(TEXT, screen=Screen.CASHIER) << Stage.IDLE
    assert shop.state.languages["customer"] == "zh"
    assert shop.state.large_text == frozenset()


def test_how_the_last_customer_wished_the_screen_goes_with_them(shop: Playbook) -> None:
    """Not what the cashier reads; and whoever wishes it before the first thing is scanned keeps it."""
    for intent in (LANGUAGE, TEXT, Intent.SWITCH_REACH):
        shop >> taps(intent, screen=Screen.CUSTOMER)
    for intent in (LANGUAGE, TEXT, Intent.SWITCH_SOUND):
        shop >> taps(intent, screen=Screen.CASHIER)
    shop >> scans(WATER) << Stage.BASKET
    assert (shop.state.low, shop.state.silent) == (True, True)
    assert shop.state.languages == {"customer": "en", "cashier": "en"}

    shop >> taps(Intent.CANCEL) << Stage.IDLE
    assert (shop.state.low, shop.state.silent) == (False, False)
    assert shop.state.languages == {"customer": "zh", "cashier": "en"}
    assert shop.state.large_text == {"cashier"}


def test_goods_for_the_next_customer_find_the_screen_as_the_shop_has_it(shop: Playbook) -> None:
    to_paid(shop) >> taps(LANGUAGE, screen=Screen.CUSTOMER) >> taps(Intent.SWITCH_REACH) << Stage.PAID
    shop >> scans(WATER) << Stage.BASKET
    assert shop.state.languages["customer"] == "zh"
    assert not shop.state.low


def test_a_shop_that_speaks_english_greets_the_next_customer_in_english() -> None:
    shop = Playbook(replace(recovered(RULES, Kept.fresh("CNY"), "en"), down={}))
    shop >> taps(LANGUAGE, screen=Screen.CUSTOMER) >> scans(WATER) << Stage.BASKET
    assert shop.state.languages["customer"] == "zh"
    shop >> taps(Intent.CANCEL) << Stage.IDLE
    assert shop.state.languages["customer"] == "en"


def test_the_language_may_be_switched_on_an_old_view_and_does_not_make_it_older(shop: Playbook) -> None:
    view = to_confirm(shop).state.view_no
    shop >> Tapped(Screen.CUSTOMER, view - 3, LANGUAGE) << Stage.CONFIRM
    assert shop.state.languages["customer"] == "en"
    assert shop.state.view_no == view


def test_the_view_changes_with_everything_people_answer_to(shop: Playbook) -> None:
    views = [shop.state.view_no]
    for fact in (scans(WATER), scans(WATER), taps(Intent.FEWER, "0"), taps(Intent.CHARGE)):
        shop >> fact
        views.append(shop.state.view_no)
    assert views == [0, 1, 2, 3, 4]
    shop << Stage.CHOOSE


def test_a_doubt_is_a_view_of_its_own_that_counts_from_its_beginning(shop: Playbook) -> None:
    sure = to_paying(shop).state.view_no
    shop.after(2_000) >> DeviceLost(Device.CLOUD, "lost") << Phase.UNKNOWN
    assert shop.state.since_ms == shop.now_ms
    shop >> Tapped(Screen.CASHIER, sure, Intent.ASK_NOW) << NOTHING


def test_a_doubt_goes_on_while_its_key_is_fenced_and_across_a_power_cut(shop: Playbook) -> None:
    to_paying(shop).after(2_000) >> DeviceLost(Device.CLOUD, "lost") << Phase.UNKNOWN
    doubted_ms = shop.now_ms
    shop.after(WAITS.give_up_after_ms).without(AskQuery, AskVoid) << Phase.VOIDING
    assert shop.state.since_ms == doubted_ms
    again = restarted(shop, mono_ms=900_000) >> Started() << AskVoid << Phase.VOIDING
    assert again.now_ms - again.state.since_ms == again.now_ms - (doubted_ms - 2_000)


def test_a_clock_that_went_back_shows_no_doubt_from_the_future(shop: Playbook) -> None:
    to_paying(shop)
    again = restarted(shop, mono_ms=50) >> Started() << AskQuery << Phase.UNKNOWN
    assert again.state.since_ms == 50


def test_who_is_about_to_confirm_is_asked_anew_once_when_the_link_goes() -> None:
    book = to_confirm(Playbook(trusting(terminal())))
    asked = book.state.view_no
    book >> DeviceLost(Device.CLOUD, "lost") << Stage.CONFIRM
    assert book.state.view_no == asked + 1
    book >> DeviceLost(Device.CLOUD, "no route") << Stage.CONFIRM
    assert book.state.view_no == asked + 1


def test_whoever_practises_ends_it_between_two_customers() -> None:
    practice = Playbook(terminal(rules=replace(RULES, training=True)))
    practice >> scans(WATER) >> taps(Intent.END_TRAINING) << NOTHING
    practice >> taps(Intent.CANCEL) >> taps(Intent.END_TRAINING) << EndTraining()


def test_a_start_counts_the_view_from_now_not_from_the_last_boot(shop: Playbook) -> None:
    to_choose(shop)
    again = restarted(shop, mono_ms=900_000) >> Started()
    assert again.state.since_ms == 900_000
    assert again.state.view_no == 1


def test_a_start_with_nothing_kept_has_nothing_to_write(shop: Playbook) -> None:
    before = shop.state.kept
    shop >> Started() << Stage.IDLE
    assert shop.state.kept == before


def test_records_leave_only_when_the_cloud_took_them(shop: Playbook) -> None:
    shop >> RecordsTaken(("a", "b")) << DropRecords(("a", "b"))


def test_a_refused_record_is_parked_and_said(shop: Playbook) -> None:
    parked = Slot(ParkRecord)
    shop >> RecordRefused("a", "schema") << parked
    assert parked.wish == ParkRecord("a", "schema")
    assert shop.state.notice == "record_refused"


@pytest.mark.parametrize("fact", [DeviceLost(Device.CLOUD, "lost"), DeviceUp(Device.CLOUD)])
def test_the_link_means_nothing_to_a_payment_nobody_asked_for(shop: Playbook, fact: Event) -> None:
    before = to_choose(shop).payment
    shop >> fact << Stage.CHOOSE
    assert shop.payment == before
