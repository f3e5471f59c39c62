"""Becoming a member: what is asked, what one turn enrols, and that every other end keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.core.charge import Captured
from agent.core.commands import (
    AskCharge,
    EnrolMember,
    ForgetFaces,
    KeepRecord,
    MakeTemplate,
    WatchFaces,
)
from agent.core.consent import AgeGroup, Purpose
from agent.core.events import Device, DeviceLost, DeviceUp, Event, Intent, Screen, Tapped, TemplateMade
from agent.core.evidence import Candidate
from agent.core.ids import PersonId, Secret
from agent.core.invariants import InvariantBroken, check
from agent.core.joining import JoinPage, JoinRules, guardian_named, looks_like_phone, member_id
from agent.core.joining_desk import offered
from agent.core.state import AfterPayment, Terminal, Turn
from agent.core.visit import Stage
from tests.playbook import NOTHING, Fact, Playbook, Slot, says, scans, sees, shows_code, taps
from tests.shop import LI, RULES, WATER, terminal, to_choose, to_nobody, to_paying_by_code

PHONE = "13800135678"
JOINING = JoinRules(enabled=True)


def shop(**changes: object) -> Playbook:
    """The same shop, where people may join."""
    t = terminal()
    return Playbook(replace(t, rules=replace(t.rules, joining=JOINING), **changes))  # type: ignore[arg-type]


def page(book: Playbook) -> JoinPage | None:
    return book.state.joining and book.state.joining.page


def paid_by_code(book: Playbook) -> Playbook:
    return to_paying_by_code(book) >> says(Captured()) << KeepRecord << Stage.PAID


def to_phone(book: Playbook) -> Playbook:
    return book >> taps(Intent.JOIN) >> taps(Intent.TICK, "face_pay") >> taps(Intent.AGREE)


def to_look(book: Playbook) -> Playbook:
    return to_phone(book) >> taps(Intent.GIVE_DIGITS, PHONE) << WatchFaces


def to_keeping(book: Playbook) -> Playbook:
    return to_look(book) >> 3 * [sees()] << MakeTemplate


def made(frames: int = 3, best: float | None = None, same: float | None = None) -> Fact:
    def fact(t: Terminal) -> Event:
        def near(score: float | None) -> Candidate | None:
            return None if score is None else Candidate(PersonId(LI), score)

        return TemplateMade(t.looks, frames, near(best), near(same))

    return fact


def test_whoever_paid_by_code_joins_and_is_known_at_once() -> None:
    book, enrol = paid_by_code(shop()), Slot(EnrolMember)
    to_keeping(book) >> made()
    book << enrol << KeepRecord << KeepRecord << ForgetFaces()
    assert page(book) is JoinPage.JOINED
    wish = enrol.wish
    assert wish.person == "M-desk-01-7f3a-000001"
    assert (wish.purposes, wish.age, wish.guardian) == (("face_pay",), "from_14", "")
    assert wish.digits == Secret("5678")
    assert book.state.rules.names[wish.person] == "138********"
    assert book.state.kept.joined == 1
    book.after(JOINING.shown_ms) << ForgetFaces() << Stage.IDLE
    book.finish()


def test_the_records_say_who_and_what_paid_and_nothing_of_face_or_phone() -> None:
    book, consent, joined = paid_by_code(shop()), Slot(KeepRecord), Slot(KeepRecord)
    to_keeping(book) >> made() << EnrolMember << consent << joined << ForgetFaces()
    key = book.payment.paid_key
    assert (consent.wish.kind, joined.wish.kind) == ("consent", "member_joined")
    assert joined.wish.data["paid_key"] == key
    assert joined.wish.data["purposes"] == ["face_pay"]
    assert not any(
        word in str((consent.wish, joined.wish)) for word in (PHONE, PHONE[-4:], PHONE[:3] + "*")
    )
    book.finish()


def test_on_the_payment_screen_they_join_and_pay_by_face_in_the_same_visit() -> None:
    book = to_choose(shop())
    to_keeping(book) >> made() << EnrolMember << KeepRecord << KeepRecord << ForgetFaces()
    book >> taps(Intent.STOP_JOINING) << ForgetFaces() << Stage.CHOOSE
    book >> taps(Intent.PAY_BY_FACE) << WatchFaces << Stage.FACE
    book.finish()


def test_whoever_was_not_recognised_may_join() -> None:
    book = to_nobody(shop())
    to_keeping(book) >> made() << EnrolMember << KeepRecord << KeepRecord << ForgetFaces()
    book.finish()


def test_nothing_is_agreed_to_without_the_tick_for_paying() -> None:
    book = to_choose(shop()) >> taps(Intent.JOIN) >> taps(Intent.TICK, "face_member")
    book >> taps(Intent.AGREE)
    assert page(book) is JoinPage.TERMS
    book >> taps(Intent.TICK, "face_pay") >> taps(Intent.AGREE)
    assert page(book) is JoinPage.PHONE
    assert book.state.joining is not None
    assert book.state.joining.purposes == (Purpose.FACE_PAY, Purpose.FACE_MEMBER)
    book << Stage.CHOOSE


def test_a_second_touch_takes_the_tick_away_and_a_strange_purpose_is_none() -> None:
    book = to_choose(shop()) >> taps(Intent.JOIN) >> 2 * [taps(Intent.TICK, "face_pay")]
    assert book.state.joining is not None
    assert book.state.joining.purposes == ()
    book >> taps(Intent.TICK, "advertising") << NOTHING


def test_a_touch_that_is_felt_twice_ticks_once() -> None:
    book = paid_by_code(shop()) >> taps(Intent.JOIN)
    felt = Tapped(Screen.CUSTOMER, book.state.view_no, Intent.TICK, Secret("face_pay"))
    book >> felt >> felt << NOTHING
    assert book.state.joining is not None
    assert book.state.joining.purposes == (Purpose.FACE_PAY,)


def test_below_fourteen_a_guardian_agrees_and_is_named() -> None:
    book, enrol = to_choose(shop()), Slot(EnrolMember)
    book >> taps(Intent.JOIN) >> taps(Intent.TICK, "face_pay") >> taps(Intent.UNDER_14)
    book >> taps(Intent.AGREE) >> taps(Intent.GIVE_DIGITS, "13911112222")
    assert page(book) is JoinPage.PHONE
    book >> taps(Intent.GIVE_DIGITS, PHONE) << WatchFaces
    book >> 3 * [sees()] << MakeTemplate
    book >> made() << enrol << KeepRecord << KeepRecord << ForgetFaces()
    assert (enrol.wish.age, enrol.wish.guardian) == ("under_14", "phone 139****2222")
    book.finish()


def test_a_number_that_is_none_is_asked_again() -> None:
    book = to_phone(to_choose(shop())) >> taps(Intent.GIVE_DIGITS, "12345678901")
    assert book.state.joining is not None
    assert (book.state.joining.page, book.state.joining.trouble) == (JoinPage.PHONE, "phone")
    assert not looks_like_phone("1380013567", 11)
    assert not looks_like_phone("1380013567x", 11)
    assert looks_like_phone("91234567", 8)
    assert guardian_named(None) == ""
    book << Stage.CHOOSE


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (made(frames=2), "unclear"),
        (made(best=0.9, same=0.9), "already"),
        (made(best=0.4), "too_close"),
        (DeviceLost(Device.CLOUD, "lost"), "offline"),
        (DeviceLost(Device.STORAGE, "full"), "storage"),
        (DeviceLost(Device.VISION, "failed"), "no_camera"),
    ],
)
def test_every_other_end_is_one_sentence_and_keeps_nothing(fact: Fact, why: str) -> None:
    book = to_keeping(to_choose(shop()))
    book >> fact << ForgetFaces()
    ended = book.state.joining
    assert ended is not None
    assert (ended.page, ended.trouble) == (JoinPage.ENDED, why)
    assert (ended.phone, ended.guardian_phone, ended.purposes) == (None, None, ())
    assert book.state.kept.joined == 0
    book.after(JOINING.shown_ms) << ForgetFaces() << Stage.CHOOSE
    assert book.state.joining is None
    book.finish()


def test_a_picture_held_up_does_not_join() -> None:
    book = to_look(to_choose(shop())) >> 3 * [sees(live=0.1)] << ForgetFaces()
    assert book.state.joining is not None
    assert book.state.joining.trouble == "not_live"
    book.finish()


@pytest.mark.parametrize("walk", [to_phone, to_look], ids=["at the phone number", "before the camera"])
def test_whoever_walks_off_has_not_joined(walk: object) -> None:
    book = walk(to_choose(shop()))  # type: ignore[operator]
    book.after(JOINING.page_wait_ms + JOINING.shown_ms) << ForgetFaces() << ForgetFaces() << Stage.CHOOSE
    assert book.state.joining is None
    assert book.state.kept.joined == 0
    book.finish()


def test_a_template_of_a_moment_ago_enrols_nobody() -> None:
    book = to_keeping(to_choose(shop()))
    book.after(60_000) << ForgetFaces() << ForgetFaces()
    book >> TemplateMade(book.state.looks, 3) << NOTHING
    book.finish()


def test_the_next_customer_comes_first() -> None:
    book = to_look(paid_by_code(shop()))
    book >> scans(WATER) << ForgetFaces() << Stage.BASKET
    assert book.state.joining is None
    book.finish()


@pytest.mark.parametrize("walk", [to_phone, to_look, to_keeping])
def test_screens_that_come_back_after_paying_show_the_page_of_joining_again(
    walk: Callable[[Playbook], Playbook],
) -> None:
    book = walk(paid_by_code(shop()))
    page = book.state.joining
    book >> DeviceLost(Device.SCREENS, "died") >> DeviceUp(Device.SCREENS) << Stage.PAID
    assert book.state.joining is page


def test_a_code_shown_in_the_middle_of_joining_pays() -> None:
    book = to_phone(to_choose(shop())) >> shows_code() << AskCharge << ForgetFaces() << Stage.PAY
    assert book.state.joining is None
    book.finish()


def test_the_cashier_does_not_send_a_joining_customer_away_by_reflex() -> None:
    book = to_phone(paid_by_code(shop())) >> taps(Intent.DONE)
    assert (page(book), book.state.notice) == (JoinPage.PHONE, "joining")
    book >> taps(Intent.OFFICE)
    assert book.state.office is None
    book << Stage.PAID


def test_the_paid_screen_stays_while_somebody_joins_and_longer_where_they_may() -> None:
    book = paid_by_code(shop())
    book.after(RULES.people.paid_shown_ms) << Stage.PAID
    to_phone(book).after(RULES.people.offers_shown_ms) << Stage.PAID
    assert page(book) is JoinPage.PHONE
    book.finish()


@pytest.mark.parametrize("device", [Device.CLOUD, Device.STORAGE, Device.CAMERA])
def test_what_is_missing_is_said_before_anything_is_asked(device: Device) -> None:
    book = to_choose(shop(down={device: "lost"})) >> taps(Intent.JOIN) << ForgetFaces()
    assert page(book) is JoinPage.ENDED
    book.finish()


def to_joined(book: Playbook) -> Playbook:
    return to_keeping(book) >> made() << EnrolMember << KeepRecord << KeepRecord << ForgetFaces()


@pytest.mark.parametrize(("walk", "asked_again"), [(to_phone, True), (to_joined, False)])
def test_who_joins_or_rather_not_still_gets_the_invoice_that_the_paid_page_offers(
    walk: Callable[[Playbook], Playbook], asked_again: bool
) -> None:
    after = AfterPayment(invoice_url="https://example.com/{order}")
    book = shop()
    rules = replace(book.state.rules, after_payment=after, start_mark="9d04")
    book = paid_by_code(Playbook(replace(book.state, rules=rules)))
    order = book.visit.order_id
    walk(book) >> taps(Intent.STOP_JOINING) << ForgetFaces() << Stage.PAID
    assert (book.visit.order_id, offered(book.state)) == (order, asked_again)
    assert book.visit.person in (None, member_id(rules.device, rules.era, 1))
    book.after(RULES.people.offers_shown_ms) << Stage.IDLE


def test_where_nobody_judges_who_is_alive_nobody_joins() -> None:
    book = shop()
    limits = replace(RULES.limits, threshold_live=None)
    book.state = replace(book.state, rules=replace(book.state.rules, limits=limits))
    to_choose(book) >> taps(Intent.JOIN) << NOTHING


def test_the_eyes_forget_whoever_left_without_joining() -> None:
    book = to_nobody(shop()) >> taps(Intent.CANCEL) << KeepRecord << ForgetFaces() << Stage.IDLE
    book.finish()


def test_the_invariants_know_a_member_who_was_never_asked() -> None:
    t = to_choose(shop()).state
    wish = EnrolMember(1, PersonId("M-1"), ("face_pay",), 1, AgeGroup.FROM_14, "", "138", Secret("5678"))
    with pytest.raises(InvariantBroken, match="under a number of its own"):
        check(t, Turn(t, (wish,)))
    more = replace(t, kept=replace(t.kept, joined=1))
    with pytest.raises(InvariantBroken, match="was not asked"):
        check(t, Turn(more, (wish,)))
    with pytest.raises(InvariantBroken, match="agreement that may be taken"):
        check(t, Turn(more, (replace(wish, age=AgeGroup.UNDER_14),)))
