"""Whole visits, as both people would tell them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from agent.core.backroom import BETWEEN_CUSTOMERS
from agent.core.basket_desk import NOT_OFFERED
from agent.core.charge import Captured, Declined, NeverSeen, Pending, Voided
from agent.core.checkout import TAPS
from agent.core.codes import MemberCode, UnknownCode
from agent.core.commands import AskCharge, AskQuery, AskVoid, KeepRecord, WatchFaces
from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp, Intent, Screen, Started, Tapped
from agent.core.evidence import Hint
from agent.core.ids import Secret
from agent.core.intents import ABOUT_THE_SCREEN
from agent.core.money import Money
from agent.core.payment import Payment, Phase
from agent.core.visit import MEANING, Stage
from tests.playbook import NOTHING, Playbook, Slot, rings, says, scans, sees, shows_code, taps
from tests.shop import (
    DIGITS,
    LI,
    RICE_BALL,
    STAGES,
    WATER,
    restarted,
    terminal,
    to_basket,
    to_choose,
    to_code,
    to_confirm,
    to_digits,
    to_face,
    to_held,
    to_match,
    to_nobody,
    to_paid,
    to_paying,
    to_paying_by_code,
)

GIVE, CONFIRM, RETRY, CANCEL = Intent.GIVE_DIGITS, Intent.CONFIRM, Intent.RETRY, Intent.CANCEL
STRANGER = [sees(LI, 0.1)]
PHOTO = [sees(LI, live=0.05)]


BEFORE_MONEY = [s for s in STAGES if s not in (Stage.IDLE, Stage.PAY, Stage.PAID, Stage.OWED, Stage.HELD)]
BEFORE_CHARGING = [s for s in BEFORE_MONEY if s is not Stage.NOT_PAID]


# --- visits ---------------------------------------------------------------------------------------


def test_a_member_pays_by_face(shop: Playbook) -> None:
    charge, record = Slot(AskCharge), Slot(KeepRecord)
    shop >> scans(WATER) >> scans(RICE_BALL) << Stage.BASKET
    assert shop.visit.basket.total == Money(880)
    shop >> taps(Intent.CHARGE, screen=Screen.CASHIER) << Stage.CHOOSE
    shop >> taps(Intent.PAY_BY_FACE) << WatchFaces(1) << Stage.FACE
    shop >> 2 * [sees(LI)] << Stage.FACE
    shop >> sees(LI) << Stage.DIGITS
    shop >> taps(GIVE, DIGITS) << WatchFaces(2, Secret(DIGITS)) << Stage.MATCH
    shop >> 3 * [sees(LI)] << Stage.CONFIRM
    shop >> taps(CONFIRM) << charge << Stage.PAY << Phase.ASKING
    assert charge.wish.request.amount == Money(880)
    assert charge.wish.request == shop.payment.request
    shop >> says(Captured(8, 108)) << record << Stage.PAID << Phase.PAID
    assert record.wish.data["amount_minor"] == 880
    shop.after(3_000) << Stage.IDLE
    assert [(s.outcome, s.person, s.attempts) for s in shop.state.kept.recent] == [("paid", LI, 1)]


def test_a_customer_pays_by_code(shop: Playbook) -> None:
    to_paying_by_code(shop) >> says(Pending()) << Phase.WAITING
    shop >> says(Captured()) << KeepRecord << Stage.PAID
    assert shop.state.kept.recent[0].method == "wechat"


def test_a_code_may_be_shown_at_once_without_choosing(shop: Playbook) -> None:
    to_choose(shop) >> shows_code() << AskCharge << Stage.PAY


def test_wrong_digits_three_times_end_at_the_code(shop: Playbook) -> None:
    to_face(shop) >> 3 * [sees(LI)] << Stage.DIGITS
    for _ in range(2):
        shop >> taps(GIVE, "0000") << WatchFaces >> 10 * STRANGER << Stage.DIGITS
        assert shop.visit.reason == "again"
    shop >> taps(GIVE, "0000") << WatchFaces >> 10 * STRANGER << Stage.NOBODY
    assert shop.payment.attempt == 0


def test_a_stranger_is_offered_the_code_and_pays_with_it(shop: Playbook) -> None:
    to_nobody(shop) >> shows_code() << AskCharge << Stage.PAY


def test_a_photo_of_a_member_is_not_let_in_and_a_code_pays(shop: Playbook) -> None:
    to_face(shop) >> 2 * PHOTO << Stage.FACE >> 1 * PHOTO << Stage.NOBODY
    assert (shop.visit.reason, shop.visit.person, shop.payment.attempt) == ("not_live", None, 0)
    shop >> shows_code() << AskCharge << Stage.PAY
    assert shop.payment.person is None


def test_a_photo_held_up_after_the_digits_gets_no_other_digits(shop: Playbook) -> None:
    """The member's own digits do not help a picture, and it may not try others."""
    to_match(shop) >> 3 * PHOTO << Stage.NOBODY
    assert (shop.visit.reason, shop.payment.attempt) == ("not_live", 0)


def test_the_member_put_the_photo_away_and_looks_at_the_screen(shop: Playbook) -> None:
    to_face(shop) >> 3 * PHOTO << Stage.NOBODY
    shop >> taps(RETRY) << WatchFaces << Stage.FACE >> 3 * [sees(LI)] << Stage.DIGITS


def test_somebody_else_pays_and_the_members_name_is_gone(shop: Playbook) -> None:
    """A member declines to confirm; a friend pays by code: no screen may name the member."""
    to_confirm(shop)
    assert shop.visit.person == LI
    shop >> taps(Intent.SHOW_CODE) << Stage.CODE
    assert shop.visit.person is None


def test_a_code_at_the_confirm_screen_pays_for_whoever_shows_it(shop: Playbook) -> None:
    to_confirm(shop) >> shows_code() << AskCharge << Stage.PAY
    assert shop.visit.person is None
    assert shop.payment.person is None


def test_declined_then_a_code_is_a_second_attempt_with_its_own_key(shop: Playbook) -> None:
    first, second = Slot(AskCharge), Slot(AskCharge)
    to_confirm(shop) >> taps(CONFIRM) << first >> says(Declined("funds")) << Stage.NOT_PAID
    shop >> shows_code() << second << Stage.PAY
    assert [slot.wish.request.key[-2:] for slot in (first, second)] == ["-1", "-2"]
    assert first.wish.request.order_id == second.wish.request.order_id
    shop >> says(Captured(), first.wish.request.key) << NOTHING
    shop >> says(Captured()) << KeepRecord << Stage.PAID
    assert shop.visit.person is None


def test_a_recognised_twin_still_has_to_be_one_person_among_the_digits(shop: Playbook) -> None:
    twins = [sees(LI, 0.7, ("twin", 0.65))]
    to_face(shop) >> 5 * twins << Stage.DIGITS
    shop >> taps(GIVE, DIGITS) << WatchFaces >> 5 * twins << Stage.DIGITS
    assert shop.visit.reason == "again"


def test_frames_of_an_earlier_look_do_not_identify(shop: Playbook) -> None:
    to_match(shop) >> 5 * [sees(LI, look=1)] << Stage.MATCH
    assert shop.visit.marks.face_seen_ms is not None


def test_frames_while_nobody_looks_are_ignored(shop: Playbook) -> None:
    to_choose(shop) >> sees(LI) << NOTHING


def test_the_time_to_recognise_starts_with_the_first_face_in_view(shop: Playbook) -> None:
    to_face(shop) >> sees(hint=Hint.NO_FACE, captured_at_ms=100) << Stage.FACE
    (
        shop
        >> sees(hint=Hint.TOO_FAR, captured_at_ms=200)
        >> 3 * [sees(LI, captured_at_ms=900)]
        << Stage.DIGITS
    )
    assert shop.visit.marks.identify_ms == shop.now_ms - 200


# --- the basket -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.CHOOSE, Stage.CODE, Stage.NOBODY])
def test_forgotten_goods_reopen_the_basket(shop: Playbook, stage: Stage) -> None:
    STAGES[stage](shop) >> scans(WATER) << Stage.BASKET
    assert shop.visit.payment is None
    assert shop.visit.basket.total == Money(1080)
    shop >> taps(Intent.CHARGE) << Stage.CHOOSE
    assert shop.payment.amount == Money(1080)
    assert shop.payment.order_id.endswith("-000002")


@pytest.mark.parametrize(
    "stage", [Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM, Stage.PAY, Stage.NOT_PAID, Stage.HELD]
)
def test_goods_scanned_in_the_middle_of_paying_change_nothing_but_a_notice(
    shop: Playbook, stage: Stage
) -> None:
    before = STAGES[stage](shop).state.kept
    shop >> scans(WATER) << stage
    assert shop.state.kept == before
    assert shop.state.notice == "busy"


def test_the_next_customers_goods_close_the_paid_screen(shop: Playbook) -> None:
    to_paid(shop) >> scans(WATER) << Stage.BASKET
    assert shop.visit.basket.total == Money(200)


def test_unknown_goods_are_said_and_not_sold(shop: Playbook) -> None:
    to_basket(shop) >> scans("4006381333931") << Stage.BASKET
    assert shop.state.notice == "unknown_goods"
    assert shop.visit.basket.pieces == 1
    to_paid_book = shop >> taps(Intent.CHARGE) << Stage.CHOOSE
    assert to_paid_book.state.notice == ""


def test_removing_the_last_piece_leaves_nobody_served(shop: Playbook) -> None:
    to_basket(shop) >> scans(RICE_BALL) >> taps(Intent.FEWER, "1") << Stage.BASKET
    shop >> taps(Intent.FEWER, "0") << Stage.IDLE


@pytest.mark.parametrize("stage", [Stage.IDLE, Stage.BASKET, Stage.PAID, Stage.OWED, Stage.HELD])
def test_a_payment_code_before_there_is_something_to_pay_charges_nothing(
    shop: Playbook, stage: Stage
) -> None:
    STAGES[stage](shop) >> shows_code() << stage
    assert shop.state.notice == "charge_first"


@pytest.mark.parametrize("code", [MemberCode(Secret("M123456")), UnknownCode(13, "check digit")])
def test_any_other_code_is_read_and_left_alone(shop: Playbook, code: MemberCode | UnknownCode) -> None:
    to_choose(shop) >> BarcodeScanned(code) << Stage.CHOOSE
    assert shop.state.notice == "bad_code"
    shop >> taps(Intent.SHOW_CODE) >> shows_code() << AskCharge >> BarcodeScanned(code) << Stage.PAY
    assert shop.state.notice == "busy"


def test_the_same_code_scanned_twice_charges_once(shop: Playbook) -> None:
    to_code(shop) >> shows_code() << AskCharge >> shows_code() << Stage.PAY
    assert shop.state.notice == "busy"
    assert shop.payment.attempt == 1


# --- taps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", BEFORE_MONEY)
def test_the_cashier_may_give_up_before_money_moves(shop: Playbook, stage: Stage) -> None:
    STAGES[stage](shop) >> taps(CANCEL, screen=Screen.CASHIER)
    if stage is not Stage.BASKET:
        shop << KeepRecord
        expected = "notpaid" if stage is Stage.NOT_PAID else "cancelled"
        assert shop.state.kept.recent[0].outcome == expected
    shop << Stage.IDLE
    assert shop.visit.payment is None
    assert shop.visit.basket.lines == ()


@pytest.mark.parametrize("phase", [Phase.ASKING, Phase.WAITING, Phase.UNKNOWN])
def test_nobody_gives_up_while_money_is_in_flight(shop: Playbook, phase: Phase) -> None:
    to_paying(shop)
    if phase is Phase.WAITING:
        shop >> says(Pending())
    if phase is Phase.UNKNOWN:
        shop >> DeviceLost(Device.CLOUD, "lost")
    shop << phase >> taps(CANCEL, screen=Screen.CASHIER) << NOTHING


def test_nobody_confirms_from_the_other_side_of_the_counter(shop: Playbook) -> None:
    to_confirm(shop) >> taps(CONFIRM, screen=Screen.CASHIER) << NOTHING << Stage.CONFIRM
    shop >> taps(CANCEL, screen=Screen.CUSTOMER) << NOTHING << Stage.CONFIRM


def test_a_tap_on_an_old_view_is_ignored(shop: Playbook) -> None:
    old = to_confirm(shop).state.view_no - 1
    shop >> Tapped(Screen.CUSTOMER, old, CONFIRM) << NOTHING
    shop >> taps(CONFIRM) << AskCharge << Stage.PAY
    shop >> says(Declined("funds")) << Stage.NOT_PAID
    shop >> Tapped(Screen.CUSTOMER, old + 1, CONFIRM) << NOTHING


def test_a_double_tap_charges_once(shop: Playbook) -> None:
    twice = Tapped(Screen.CUSTOMER, to_confirm(shop).state.view_no, CONFIRM)
    shop >> twice << AskCharge >> twice << NOTHING


NOT_IN_TAPS = [
    (stage, intent)
    for stage, intent in product(Stage, Intent)
    if (stage, intent) not in {**TAPS, **NOT_OFFERED}
    and intent not in ABOUT_THE_SCREEN
    and not (intent is Intent.OFFICE and stage in BETWEEN_CUSTOMERS)
]


@pytest.mark.parametrize("stage", STAGES)
def test_a_tap_that_is_not_in_the_table_changes_nothing(shop: Playbook, stage: Stage) -> None:
    STAGES[stage](shop) << stage
    for intent in (intent for at, intent in NOT_IN_TAPS if at is stage):
        shop >> taps(intent, DIGITS) << NOTHING


def test_every_stage_has_a_way_on_and_a_meaning() -> None:
    assert set(STAGES) == set(MEANING) == set(Stage)
    assert {stage for stage, _ in TAPS} == set(Stage)


@pytest.mark.parametrize("typed", [None, "471", "47110", "47a1"])
def test_half_typed_digits_are_not_taken(shop: Playbook, typed: str | None) -> None:
    to_digits(shop) >> taps(GIVE, typed) << NOTHING


@pytest.mark.parametrize(
    ("stage", "intent", "then"),
    [
        (Stage.CODE, Intent.BACK, Stage.CHOOSE),
        (Stage.FACE, Intent.BACK, Stage.CHOOSE),
        (Stage.FACE, Intent.SHOW_CODE, Stage.CODE),
        (Stage.DIGITS, Intent.BACK, Stage.CHOOSE),
        (Stage.DIGITS, Intent.SHOW_CODE, Stage.CODE),
        (Stage.MATCH, Intent.SHOW_CODE, Stage.CODE),
        (Stage.CONFIRM, Intent.NOT_ME, Stage.CHOOSE),
        (Stage.CONFIRM, Intent.SHOW_CODE, Stage.CODE),
        (Stage.NOBODY, Intent.SHOW_CODE, Stage.CODE),
        (Stage.NOT_PAID, Intent.RETRY, Stage.CHOOSE),
        (Stage.NOT_PAID, Intent.SHOW_CODE, Stage.CODE),
        (Stage.PAID, Intent.DONE, Stage.IDLE),
        (Stage.OWED, Intent.DONE, Stage.IDLE),
        (Stage.HELD, Intent.DONE, Stage.IDLE),
    ],
)
def test_there_is_always_a_way_without_the_face(
    shop: Playbook, stage: Stage, intent: Intent, then: Stage
) -> None:
    STAGES[stage](shop) >> taps(intent) << then
    assert shop.visit.person is None


def test_trying_again_after_nobody_is_a_new_look_with_all_its_tries(shop: Playbook) -> None:
    to_nobody(shop) >> taps(RETRY) << WatchFaces(2) << Stage.FACE
    assert shop.visit.digits_tries == 0
    assert shop.visit.marks.face_seen_ms is None


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "wait_ms", "then"),
    [
        (Stage.FACE, 20_000, Stage.NOBODY),
        (Stage.DIGITS, 30_000, Stage.CHOOSE),
        (Stage.MATCH, 6_000, Stage.DIGITS),
        (Stage.CONFIRM, 15_000, Stage.CHOOSE),
        (Stage.PAID, 3_000, Stage.IDLE),
        (Stage.OWED, 3_000, Stage.IDLE),
    ],
)
def test_no_answer_is_never_a_yes(shop: Playbook, stage: Stage, wait_ms: int, then: Stage) -> None:
    STAGES[stage](shop).after(wait_ms - 1) << stage
    shop.after(1) << then


def test_a_timer_of_an_earlier_stage_is_ignored(shop: Playbook) -> None:
    old = to_digits(shop).visit.stage_no
    shop >> taps(GIVE, DIGITS) << WatchFaces >> rings("stage", old) << NOTHING


@pytest.mark.parametrize("stage", [Stage.BASKET, Stage.CHOOSE, Stage.CODE, Stage.NOT_PAID, Stage.HELD])
def test_a_stage_without_a_clock_waits_for_people(shop: Playbook, stage: Stage) -> None:
    STAGES[stage](shop) >> rings("stage", shop.visit.stage_no) << NOTHING


def test_a_payment_timer_of_another_order_is_ignored(shop: Playbook) -> None:
    to_paying(shop) >> rings("payment:desk-01-7f3a-000009", shop.payment.timer) << NOTHING
    shop >> rings("nobody knows this one", 1) << NOTHING


# --- trouble --------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", [Device.CAMERA, Device.INFRARED, Device.DEPTH, Device.VISION])
@pytest.mark.parametrize("stage", [Stage.FACE, Stage.MATCH])
def test_nobody_waits_in_front_of_a_dead_camera(shop: Playbook, stage: Stage, device: Device) -> None:
    STAGES[stage](shop) >> DeviceLost(device, "unplugged") << Stage.CODE
    assert shop.visit.reason == "face_paused"
    shop >> shows_code() << AskCharge << Stage.PAY


def test_a_camera_lost_while_digits_are_typed_leads_to_the_code(shop: Playbook) -> None:
    to_digits(shop) >> DeviceLost(Device.CAMERA, "unplugged") << Stage.DIGITS
    shop >> taps(GIVE, DIGITS) << Stage.CODE
    assert shop.visit.reason == "face_paused"


@pytest.mark.parametrize("stage", [Stage.CHOOSE, Stage.CODE])
def test_without_a_camera_paying_by_face_leads_to_the_code(shop: Playbook, stage: Stage) -> None:
    STAGES[stage](shop) >> DeviceLost(Device.CAMERA, "dark") >> taps(Intent.PAY_BY_FACE) << Stage.CODE
    shop >> DeviceUp(Device.CAMERA) >> taps(Intent.PAY_BY_FACE) << WatchFaces << Stage.FACE


@pytest.mark.parametrize(("device", "reason"), [(Device.CLOUD, "offline"), (Device.STORAGE, "storage")])
def test_what_nobody_would_hear_or_remember_is_not_asked(
    shop: Playbook, device: Device, reason: str
) -> None:
    to_confirm(shop) >> DeviceLost(device, "lost") >> taps(CONFIRM) << Stage.NOT_PAID
    assert (shop.visit.reason, shop.payment.attempt) == (reason, 0)
    shop >> DeviceUp(device) >> shows_code() << AskCharge << Stage.PAY


def test_the_link_is_cut_in_the_middle_of_a_charge_and_the_truth_appears(shop: Playbook) -> None:
    to_paying(shop) >> DeviceLost(Device.CLOUD, "lost") << Stage.PAY << Phase.UNKNOWN
    shop >> DeviceUp(Device.CLOUD) << AskQuery >> says(Captured(8, 108)) << KeepRecord << Stage.PAID


def test_never_seen_ends_in_a_void_and_only_then_in_not_paid(shop: Playbook) -> None:
    to_paying(shop).after(5_000) << AskQuery >> says(NeverSeen()) << Stage.PAY
    shop.after(0) << AskVoid << Phase.VOIDING
    shop >> says(Voided()) << Stage.NOT_PAID
    assert shop.visit.reason == "voided"


def test_the_cashier_may_ask_now(shop: Playbook) -> None:
    to_paying_by_code(shop) >> DeviceLost(Device.CLOUD, "lost") << Phase.UNKNOWN
    shop >> taps(Intent.ASK_NOW, screen=Screen.CASHIER) << AskQuery << Phase.UNKNOWN


def test_asking_now_while_an_answer_is_awaited_changes_nothing(shop: Playbook) -> None:
    to_paying(shop) >> taps(Intent.ASK_NOW) << NOTHING


def test_after_the_horizon_a_person_settles_it_and_the_till_goes_on(shop: Playbook) -> None:
    to_held(shop)
    assert shop.state.kept.recent[0].outcome == "held"
    shop >> says(Captured()) << KeepRecord << Stage.HELD
    assert (shop.state.kept.recent[0].outcome, shop.state.notice) == ("paid", "held_paid")
    shop >> taps(Intent.DONE) << Stage.IDLE


# --- restart --------------------------------------------------------------------------------------

AFTER_RESTART = {stage: stage for stage in Stage} | dict.fromkeys(
    (Stage.CASH, Stage.CODE, Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM, Stage.NOBODY),
    Stage.CHOOSE,
)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.PAY])
def test_a_restart_keeps_the_basket_and_asks_people_anew(shop: Playbook, stage: Stage) -> None:
    before = STAGES[stage](shop << Stage.IDLE).visit
    again = (restarted(shop) >> Started()).without(AskVoid) << AFTER_RESTART[stage]
    assert again.visit.basket == before.basket
    assert again.visit.payment == in_its_own_order(before.payment, again)
    payer = LI if stage is Stage.OWED else before.payment and before.payment.person
    assert again.visit.person in (None, payer)
    again.finish()


def in_its_own_order(payment: Payment | None, again: Playbook) -> Payment | None:
    """As it comes back: nobody was asked to pay it, so it has the next number."""
    untouched = payment is not None and payment.phase is Phase.READY and not payment.attempt
    return replace(payment, order_id=again.payment.order_id) if payment and untouched else payment


def test_a_restart_in_the_middle_of_a_charge_asks_and_never_charges(shop: Playbook) -> None:
    key = to_paying(shop).payment.key
    again = restarted(shop) >> Started() << AskQuery << Phase.UNKNOWN
    again >> DeviceUp(Device.CLOUD) << AskQuery >> says(Captured()) << KeepRecord << Stage.PAID
    assert again.payment.key == key
    assert again.state.kept.recent[0].answer_ms is None  # another boot's milliseconds mean nothing
    again >> DeviceUp(Device.SCREENS) << Stage.PAID
    again.after(3_000) << Stage.IDLE
    again.finish()


def test_paid_waits_for_a_screen_to_be_read_on_and_is_then_shown_its_whole_time(shop: Playbook) -> None:
    to_paying(shop)
    again = restarted(shop) >> Started() << AskQuery << Phase.UNKNOWN
    again >> says(Captured()) << KeepRecord << Stage.PAID
    again.after(3_000) << Stage.PAID  # the screens are still coming up
    again >> DeviceUp(Device.SCREENS) << Stage.PAID
    again.after(2_900) << Stage.PAID
    again.after(100) << Stage.IDLE
    again.finish()


def test_order_numbers_go_on_after_a_restart_and_what_nobody_was_asked_for_gets_another(
    shop: Playbook,
) -> None:
    to_choose(shop)
    assert shop.payment.order_id.endswith("-000001")
    again = Playbook(terminal(kept=shop.state.kept)) >> Started() << Stage.CHOOSE
    assert (again.payment.order_id, again.visit.order_id) == 2 * ("desk-01-7f3a-000002",)
    again >> scans(WATER) >> taps(Intent.CHARGE) << Stage.CHOOSE
    assert again.payment.order_id.endswith("-000003")


def test_an_order_that_was_asked_for_keeps_its_number_over_a_restart(shop: Playbook) -> None:
    to_paying(shop) >> says(Declined("funds")) << Stage.NOT_PAID
    again = restarted(shop) >> Started() << Stage.NOT_PAID
    assert again.payment.order_id.endswith("-000001")
