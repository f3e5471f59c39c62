"""Five failed tries at a face in a row, of whomever: the eyes rest, longer each time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.commands import AskCharge, KeepRecord, StartTimer, WatchFaces
from agent.core.events import Intent, Started, TimerFired
from agent.core.identity import Retry, Tries
from agent.core.visit import Stage
from agent.screens.projection import project
from tests.playbook import NOTHING, Playbook, sees, shows_code, taps
from tests.shop import DIGITS, LI, RULES, restarted, terminal, to_choose, to_confirm, to_face

NOBODY = 10 * [sees(LI, 0.1)]
PICTURE = 3 * [sees(LI, live=0.1)]
PAUSE_MS = Retry().pause_ms


@pytest.fixture
def shop() -> Playbook:
    return Playbook(terminal(rules=replace(RULES, digits_tries=5)))


def failures(book: Playbook, number: int) -> Playbook:
    """So many strangers in a row, from the choice of how to pay."""
    for _ in range(number):
        book >> taps(Intent.RETRY if book.visit.stage is Stage.NOBODY else Intent.PAY_BY_FACE)
        book << WatchFaces >> NOBODY << Stage.NOBODY
    return book


def paused(book: Playbook) -> Playbook:
    failures(to_choose(book), 5)
    assert book.visit.reason == "too_many_tries"
    return book


def test_four_failures_are_forgiven_and_the_fifth_closes_the_eyes(shop: Playbook) -> None:
    failures(to_choose(shop), 4)
    assert shop.visit.reason == "not_recognised"
    failures(shop, 1)
    assert shop.visit.reason == "too_many_tries"
    shop >> taps(Intent.RETRY) << Stage.CODE
    assert shop.visit.reason == "too_many_tries"


def test_a_picture_held_up_and_wrong_digits_count_as_strangers_do(shop: Playbook) -> None:
    to_face(shop) >> PICTURE << Stage.NOBODY
    shop >> taps(Intent.RETRY) << WatchFaces >> 3 * [sees(LI)] << Stage.DIGITS
    for _ in range(4):
        shop >> taps(Intent.GIVE_DIGITS, DIGITS) << WatchFaces >> NOBODY
    shop << Stage.NOBODY
    assert shop.visit.reason == "too_many_tries"


def test_nobody_pays_less_because_the_eyes_rest(shop: Playbook) -> None:
    """The way without the face stays open, at once."""
    paused(shop) >> shows_code() << AskCharge << Stage.PAY


def test_the_screens_say_it_and_the_button_is_grey_until_the_pause_is_over(shop: Playbook) -> None:
    paused(shop)
    customer, cashier = project(shop.state, shop.at)
    assert customer.detail is not None
    assert customer.detail.key == "reason.too_many_tries"
    assert cashier.detail == customer.detail
    assert not enabled(shop, Intent.RETRY)
    shop >> taps(Intent.RETRY) << Stage.CODE
    assert project(shop.state, shop.at)[0].headline.key == "code.too_many_tries"
    assert not enabled(shop, Intent.PAY_BY_FACE)
    shop.after(PAUSE_MS)
    assert enabled(shop, Intent.PAY_BY_FACE)


def test_the_next_customer_reads_why_the_face_is_grey(shop: Playbook) -> None:
    paused(shop) >> taps(Intent.CANCEL) << KeepRecord
    to_choose(shop)
    assert said_of_choosing(shop) == "code.too_many_tries"
    shop.after(PAUSE_MS)
    assert said_of_choosing(shop) is None


def said_of_choosing(book: Playbook) -> str | None:
    assert book.visit.stage is Stage.CHOOSE
    detail = project(book.state, book.at)[0].detail
    return detail.key if detail else None


def enabled(book: Playbook, intent: Intent) -> bool:
    [button] = [each for each in project(book.state, book.at)[0].buttons if each.intent == intent]
    return button.enabled


def test_after_the_pause_one_more_try_and_a_failure_doubles_the_next_pause(shop: Playbook) -> None:
    paused(shop).after(PAUSE_MS)
    failures(shop, 1)
    assert shop.visit.reason == "too_many_tries"
    shop.after(PAUSE_MS)
    assert shop.state.kept.tries.paused
    shop.after(PAUSE_MS)
    assert not shop.state.kept.tries.paused


def test_a_member_who_is_recognised_ends_the_row(shop: Playbook) -> None:
    failures(to_choose(shop), 4)
    shop >> taps(Intent.CANCEL) << KeepRecord
    to_confirm(shop)
    assert shop.state.kept.tries == Tries()


def test_pulling_the_plug_forgives_nothing(shop: Playbook) -> None:
    again = restarted(paused(shop))
    again >> Started() >> taps(Intent.PAY_BY_FACE) << Stage.CODE
    assert again.visit.reason == "too_many_tries"
    again.after(PAUSE_MS)
    assert not again.state.kept.tries.paused


def test_the_timer_of_an_earlier_pause_ends_no_later_one(shop: Playbook) -> None:
    paused(shop).after(PAUSE_MS)
    failures(shop, 1)
    shop >> TimerFired("face_pause", 1) << NOTHING
    assert shop.state.kept.tries.paused


def test_the_longest_pause_is_a_quarter_of_an_hour() -> None:
    tries, lengths = Tries(4), []
    for _ in range(12):
        tries = tries.failed(Retry())
        lengths.append(tries.pause_ms(Retry()) // 1000)
    assert lengths[:6] == [30, 60, 120, 240, 480, 960]
    assert set(lengths[6:]) == {960}
    assert StartTimer("face_pause", 1, 30_000).after_ms == PAUSE_MS
