"""Taking back what was agreed: who may, what one turn does, and that nobody else ever waits for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured
from agent.core.commands import (
    AskCharge,
    DeleteAbsent,
    ForgetFaces,
    ForgetMember,
    KeepRecord,
    LookUpAgreements,
    SignReceipt,
    TakeBack,
    WatchFaces,
    Withdraw,
)
from agent.core.consent import DAY_MS, Purpose
from agent.core.events import (
    Agreed,
    AgreementsFound,
    ConsentChanged,
    Device,
    DeviceLost,
    DeviceUp,
    Intent,
    ReceiptSigned,
    Screen,
    Started,
    Tapped,
    WithdrawalCalled,
)
from agent.core.ids import PersonId, Secret
from agent.core.invariants import InvariantBroken, check
from agent.core.joining import JoinRules
from agent.core.state import Turn
from agent.core.visit import Stage
from agent.core.withdrawing import WithdrawPage, receipt_number
from agent.core.withdrawing_desk import AWAY, LOOK_AFTER_MS, LOOK_AGAIN_MS, RECEIPT_SHOWN_MS
from tests.playbook import NOTHING, Playbook, Slot, says, scans, sees, shows_code, taps
from tests.shop import DIGITS, LI, WATER, terminal, to_confirm, to_face, to_paid, to_paying

JOINING = JoinRules(enabled=True)
PERSON = PersonId(LI)
RECEIPT = "7f3a9c21" * 8
PAY, MEMBER = Agreed("face_pay", 1, 1_789_000_000_000), Agreed("face_member", 1, 1_789_000_000_000)


def shop(**changes: object) -> Playbook:
    """The same shop, where people may join, and so withdraw."""
    t = terminal()
    return Playbook(replace(t, rules=replace(t.rules, joining=JOINING), **changes))  # type: ignore[arg-type]


def page(book: Playbook) -> WithdrawPage | None:
    return book.state.withdrawing and book.state.withdrawing.page


def to_agreed(book: Playbook, *agreed: Agreed) -> Playbook:
    book >> taps(Intent.SEE_AGREED) << LookUpAgreements(PERSON)
    return book >> AgreementsFound(PERSON, agreed or (PAY,))


def to_taking(book: Playbook) -> Playbook:
    book >> taps(Intent.WITHDRAW)
    assert page(book) is WithdrawPage.SURE
    return book >> taps(Intent.WITHDRAW) << Withdraw(PERSON, ("face_pay",), "asked for at the terminal")


def gone(
    *purposes: str, why: str = "asked for at the terminal", person: PersonId = PERSON
) -> ConsentChanged:
    return ConsentChanged(person, purposes or ("face_pay",), False, why, RECEIPT)


def written(book: Playbook) -> Playbook:
    book << KeepRecord << TakeBack(PERSON, ("face_pay",), RECEIPT) << ForgetMember(PERSON)
    return book << SignReceipt(RECEIPT)


def signed(book: Playbook) -> Playbook:
    return book >> ReceiptSigned(RECEIPT, "hyla-receipt:…")


# --- the member's own touch -------------------------------------------------------------------------


def test_whoever_is_about_to_confirm_sees_what_they_agreed_to_and_takes_it_back() -> None:
    book = to_taking(to_agreed(to_confirm(shop())))
    written(book >> gone())
    assert (book.stage, book.visit.person) == (Stage.CHOOSE, None)
    assert PERSON not in book.state.rules.names
    signed(book)
    on = book.state.withdrawing
    assert on is not None
    assert (on.page, receipt_number(on.receipt_sha256)) == (WithdrawPage.GONE, "7F3A-9C21")
    book >> taps(Intent.CLOSE) << Stage.CHOOSE
    assert (book.state.withdrawing, book.state.notice) == (None, "withdrawn")
    book >> taps(Intent.CONFIRM) << NOTHING
    book >> shows_code() << AskCharge << Stage.PAY
    book.finish()


def test_screens_that_come_back_after_paying_show_the_page_of_withdrawing_again() -> None:
    book = to_agreed(to_paid(shop()))
    page = book.state.withdrawing
    book >> DeviceLost(Device.SCREENS, "died") >> DeviceUp(Device.SCREENS) << Stage.PAID
    assert book.state.withdrawing is page


def test_whoever_paid_by_face_withdraws_afterwards_and_the_next_customer_is_served() -> None:
    book = to_taking(to_agreed(to_paid(shop())))
    signed(written(book >> gone()))
    assert book.stage is Stage.PAID
    book.after(RECEIPT_SHOWN_MS) << ForgetFaces() << Stage.IDLE
    assert book.state.notice == "withdrawn"
    book.finish()


def test_between_customers_the_digits_and_a_look_say_who_it_is() -> None:
    book = shop() >> taps(Intent.SEE_AGREED)
    assert page(book) is WithdrawPage.DIGITS
    book >> taps(Intent.GIVE_DIGITS, DIGITS) << WatchFaces(1, Secret(DIGITS)) << ForgetFaces()
    book >> 3 * [sees(LI)] << ForgetFaces() << LookUpAgreements(PERSON)
    book >> AgreementsFound(PERSON, (PAY, MEMBER))
    assert page(book) is WithdrawPage.AGREED
    book >> taps(Intent.READ_ALL) >> taps(Intent.BACK) >> taps(Intent.CLOSE) << Stage.IDLE
    assert book.state.withdrawing is None
    book.finish()


def test_one_purpose_is_taken_back_by_itself_and_the_face_stays() -> None:
    book = to_agreed(to_paid(shop()), PAY, MEMBER) >> taps(Intent.TICK, "face_member")
    book >> taps(Intent.WITHDRAW) << Withdraw(PERSON, ("face_member",), "asked for at the terminal")
    book >> gone("face_member") << KeepRecord << TakeBack(PERSON, ("face_member",), RECEIPT)
    signed(book << SignReceipt(RECEIPT))
    assert PERSON in book.state.rules.names
    assert book.state.withdrawing is not None
    assert not book.state.withdrawing.all_of_it
    book.finish()


def test_a_touch_that_is_felt_twice_asks_whether_they_are_sure_and_takes_nothing_back() -> None:
    book = to_agreed(to_confirm(shop()))
    felt = Tapped(Screen.CUSTOMER, book.state.view_no, Intent.WITHDRAW)
    book >> felt >> felt << NOTHING
    assert page(book) is WithdrawPage.SURE


def test_whoever_thinks_better_of_it_goes_on_where_they_were() -> None:
    book = to_agreed(to_confirm(shop())) >> taps(Intent.WITHDRAW) >> taps(Intent.BACK)
    assert page(book) is WithdrawPage.AGREED
    book >> taps(Intent.CLOSE) << Stage.CONFIRM
    book >> taps(Intent.CONFIRM) << AskCharge << Stage.PAY
    book.finish()


def test_nobody_touches_money_while_the_pages_are_open() -> None:
    book = to_agreed(to_confirm(shop())) >> taps(Intent.CONFIRM) << NOTHING
    book >> taps(Intent.TICK, "advertising") << NOTHING
    book.after(JOINING.page_wait_ms)
    assert page(book) is WithdrawPage.ENDED
    book.after(JOINING.shown_ms) << Stage.CONFIRM
    book.finish()


def test_somebody_whom_nobody_knows_is_told_so_and_a_guess_counts() -> None:
    book = shop() >> taps(Intent.SEE_AGREED)
    book >> taps(Intent.GIVE_DIGITS, DIGITS) << WatchFaces << ForgetFaces()
    book >> 10 * [sees(LI, 0.1)] << ForgetFaces()
    assert book.state.withdrawing is not None
    assert (page(book), book.state.withdrawing.trouble) == (WithdrawPage.ENDED, "unknown")
    assert book.state.kept.tries.failures == 1
    book >> taps(Intent.CLOSE) << Stage.IDLE
    assert book.state.notice == ""
    book.finish()


def test_a_picture_of_a_member_sees_nothing_of_theirs() -> None:
    book = shop() >> taps(Intent.SEE_AGREED)
    book >> taps(Intent.GIVE_DIGITS, DIGITS) << WatchFaces << ForgetFaces()
    book >> 3 * [sees(LI, live=0.1)] << ForgetFaces()
    assert page(book) is WithdrawPage.ENDED
    book.finish()


@pytest.mark.parametrize("cause", [Device.STORAGE, Device.CAMERA])
def test_what_is_missing_is_said_at_once(cause: Device) -> None:
    book = shop(down={cause: "lost"}) >> taps(Intent.SEE_AGREED)
    assert page(book) is WithdrawPage.ENDED
    book << Stage.IDLE


def test_without_the_link_it_is_done_all_the_same_and_the_cloud_hears_later() -> None:
    book = to_agreed(to_confirm(shop())) >> DeviceLost(Device.CLOUD, "lost")
    assert page(book) is WithdrawPage.AGREED
    signed(written(to_taking(book) >> gone()))
    assert page(book) is WithdrawPage.GONE
    book.finish()


def test_a_disk_that_refuses_changes_nothing_and_says_so() -> None:
    book = to_taking(to_agreed(to_confirm(shop()))) >> DeviceLost(Device.STORAGE, "full")
    assert book.state.withdrawing is not None
    assert (page(book), book.state.withdrawing.trouble) == (WithdrawPage.ENDED, "storage")
    assert PERSON in book.state.rules.names
    book << Stage.CONFIRM


def test_the_next_customer_comes_first_and_what_was_wished_is_done() -> None:
    book = shop() >> taps(Intent.SEE_AGREED)
    book >> taps(Intent.GIVE_DIGITS, DIGITS) << WatchFaces << ForgetFaces()
    book >> 3 * [sees(LI)] << ForgetFaces() << LookUpAgreements
    to_taking(book >> AgreementsFound(PERSON, (PAY,)))
    book >> scans(WATER) << Stage.BASKET
    assert book.state.withdrawing is None
    written(book >> gone())
    assert book.state.notice == "withdrawn"
    signed(book) << NOTHING
    book.finish()


def test_it_is_offered_to_members_and_between_customers_only() -> None:
    to_face(shop()) >> taps(Intent.SEE_AGREED) << NOTHING
    to_paying(shop()) >> taps(Intent.SEE_AGREED) << NOTHING
    shop() >> scans(WATER) >> taps(Intent.SEE_AGREED) << NOTHING
    Playbook(terminal()) >> taps(Intent.SEE_AGREED) << NOTHING
    book = shop() >> taps(Intent.SEE_AGREED) >> taps(Intent.OFFICE)
    assert (book.state.office, book.state.notice) == (None, "withdrawing")
    book << Stage.IDLE


# --- from the machine, and by time ------------------------------------------------------------------


def test_somebody_at_the_machine_withdraws_for_a_member_when_nobody_is_recognised() -> None:
    called = WithdrawalCalled(PERSON, (), "asked for")
    to_paying(shop()) >> called << NOTHING
    to_confirm(shop()) >> called << NOTHING
    book = shop() >> called << Withdraw(PERSON, (), "asked for")
    written(book >> gone(why="asked for"))
    book.finish()


def test_while_their_money_is_on_its_way_nothing_is_taken_back() -> None:
    book = to_paying(shop()) >> gone() << NOTHING
    book >> says(Captured(8, 108)) << KeepRecord << Stage.PAID
    book.finish()


def test_a_member_who_is_being_recognised_when_their_face_goes_is_nobody() -> None:
    book = to_face(shop()) >> 2 * [sees(LI)]
    book >> gone(why="asked for") << KeepRecord << TakeBack << ForgetMember(PERSON) << SignReceipt
    book << Stage.CHOOSE
    book >> sees(LI) << NOTHING
    book.finish()


def test_every_day_whoever_is_away_too_long_is_looked_for_between_customers() -> None:
    book = shop() >> Started()
    book.after(LOOK_AFTER_MS) << DeleteAbsent()
    book >> scans(WATER)
    book.after(DAY_MS)
    book >> taps(Intent.CANCEL) << Stage.IDLE
    book.after(LOOK_AGAIN_MS) << DeleteAbsent()
    book >> gone(why=AWAY) << KeepRecord << TakeBack << ForgetMember(PERSON) << SignReceipt
    assert book.state.notice == ""
    book.after(LOOK_AGAIN_MS) << DeleteAbsent()  # there may be more of them
    book.finish()


# --- what must hold ---------------------------------------------------------------------------------


def test_the_record_names_the_person_and_the_receipt_and_nothing_of_the_face() -> None:
    book, record = to_taking(to_agreed(to_confirm(shop()))), Slot(KeepRecord)
    book >> gone() << record << TakeBack << ForgetMember << SignReceipt
    assert record.wish.kind == "consent"
    assert record.wish.data == {
        "person": PERSON,
        "given": False,
        "purposes": ["face_pay"],
        "notice_version": 1,
        "why": "asked for at the terminal",
        "receipt_sha256": RECEIPT,
    }
    assert RECEIPT[:16] in record.wish.id
    book.finish()


def test_the_invariants_know_a_withdrawal_by_halves() -> None:
    t = to_confirm(shop()).state
    back = TakeBack(PERSON, (Purpose.FACE_PAY.value,), RECEIPT)
    record = KeepRecord("r", "consent", {"person": PERSON, "given": False})
    for commands, sentence in (
        ((back,), "the cloud hears"),
        ((back, record), "gets a receipt"),
        ((back, record, SignReceipt(RECEIPT)), "known to nobody"),
        ((back, record, SignReceipt(RECEIPT), ForgetMember(PERSON)), "a face that is gone"),
    ):
        with pytest.raises(InvariantBroken, match=sentence):
            check(t, Turn(t, commands))
