"""The refund machine by itself: words of the cloud, timers, patience."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from agent.core.charge import (
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    RefundRequest,
)
from agent.core.commands import AskRefund, AskRefundQuery, StartTimer
from agent.core.events import Instant
from agent.core.ids import OrderId, PaymentKey, RefundKey
from agent.core.money import Money
from agent.core.refund import (
    PATIENCE_MAX_MS,
    TABLE,
    Act,
    Refund,
    RefundWaits,
    Signal,
    Standing,
    Step,
    answered,
    begin,
    restarted,
    step,
    timer_fired,
)
from agent.core.sold import SoldOrder

WAITS = RefundWaits(answer_wait_ms=5_000, query_every_ms=1_000)
ORDER, AT = OrderId("till-1-7f3a-000012"), Instant(7, 1_790_000_000_000)
SOLD = SoldOrder(ORDER, PaymentKey(f"{ORDER}-1"), "wechat", Money(2380), "paid", 0, Money(0))
KEY = RefundKey(f"{ORDER}-R1-380")
REQUEST = RefundRequest(KEY, PaymentKey(f"{ORDER}-1"), ORDER, Money(380))
UNKNOWN = Refund(KEY, ORDER, 1, Money(380), "wechat", REQUEST, Standing.UNKNOWN, queries=3, timer=4)


def waits_for(refund_and_wishes: Step) -> StartTimer:
    _, wishes = refund_and_wishes
    [timer] = [wish for wish in wishes if isinstance(wish, StartTimer)]
    return timer


def test_the_next_part_has_the_next_number_and_knows_when_it_was_asked() -> None:
    fresh, wishes = begin(replace(SOLD, parts=2), Money(380), WAITS, AT)
    assert (fresh.key, fresh.part, fresh.asked_utc_ms) == (f"{ORDER}-R3-380", 3, AT.utc_ms)
    assert wishes[0] == AskRefund(replace(REQUEST, key=fresh.key))
    assert waits_for((fresh, wishes)) == StartTimer(f"refund:{fresh.key}", 1, 5_000)


def test_a_conflict_speaks_of_a_repeats_content_and_is_no_refusal() -> None:
    asking, _ = begin(SOLD, Money(380), WAITS, AT)
    doubtful, wishes = answered(asking, RefundRefused("conflict"), WAITS)
    assert (doubtful.standing, doubtful.reason) == (Standing.UNKNOWN, "")
    assert AskRefundQuery(KEY) in wishes


def test_a_refusal_keeps_its_reason_and_comes_once() -> None:
    refused, _ = answered(UNKNOWN, RefundRefused("funds"), WAITS)
    assert (refused.standing, refused.reason) == (Standing.REFUSED, "funds")
    assert answered(refused, RefundRefused("other"), WAITS) == (refused, ())


@pytest.mark.parametrize("refund", [UNKNOWN, replace(UNKNOWN, standing=Standing.REFUNDED)])
def test_a_stale_timer_says_nothing_and_none_says_anything_about_what_is_over(refund: Refund) -> None:
    assert timer_fired(refund, refund.timer - 1, WAITS) == (refund, ())
    over = replace(refund, standing=Standing.REFUNDED)
    assert timer_fired(over, over.timer, WAITS) == (over, ())


def test_each_timer_has_the_next_number_so_that_an_older_one_is_stale() -> None:
    asked, wishes = timer_fired(UNKNOWN, 4, WAITS)
    assert (asked.timer, waits_for((asked, wishes)).generation) == (5, 5)


def test_each_question_waits_twice_as_long_as_the_last_up_to_an_hour() -> None:
    asked = UNKNOWN
    waited = []
    for _ in range(3):
        asked, wishes = timer_fired(asked, asked.timer, WAITS)
        waited.append(waits_for((asked, wishes)).after_ms)
    assert (waited, asked.queries) == ([16_000, 32_000, 64_000], 6)
    often = replace(UNKNOWN, queries=400)
    assert waits_for(timer_fired(often, 4, WAITS)).after_ms == PATIENCE_MAX_MS
    assert waits_for(timer_fired(often, 4, replace(WAITS, query_every_ms=1))).after_ms == 65_536


@pytest.mark.parametrize("signal", [Signal.LINK_BACK, Signal.RESTARTED])
def test_what_was_asked_into_the_void_does_not_count(signal: Signal) -> None:
    asked, wishes = (
        restarted(UNKNOWN, WAITS) if signal is Signal.RESTARTED else step(UNKNOWN, signal, WAITS)
    )
    assert asked.queries == 1
    assert waits_for((asked, wishes)).after_ms == 2_000


def test_a_question_by_its_timer_goes_on_counting() -> None:
    asked, _ = step(UNKNOWN, Signal.QUERY_DUE, WAITS)
    assert asked.queries == UNKNOWN.queries + 1


def test_what_is_over_is_not_touched_by_a_restart() -> None:
    over = replace(UNKNOWN, standing=Standing.REFUSED)
    assert restarted(over, WAITS) == (over, ())


def test_a_number_nobody_has_seen_is_sent_again_under_the_same_number() -> None:
    again, wishes = answered(UNKNOWN, RefundNeverSeen(), WAITS)
    assert AskRefund(REQUEST) in wishes
    assert again.key == KEY


@pytest.mark.parametrize(("standing", "signal"), list(product(Standing, Signal)))
def test_what_the_table_says_is_done_and_nothing_else_is(standing: Standing, signal: Signal) -> None:
    refund = replace(UNKNOWN, standing=standing)
    after, wishes = step(refund, signal, WAITS)
    row = TABLE[standing].get(signal)
    if row is None:
        assert (after, wishes) == (refund, ())
        return
    sent = {Act.SEND: [AskRefund(REQUEST)], Act.QUERY: [AskRefundQuery(KEY)], Act.WAIT: [], Act.REST: []}
    assert after.standing is row[0]
    assert [wish for wish in wishes if not isinstance(wish, StartTimer)] == sent[row[1]]
    assert bool(wishes) == (row[1] is not Act.REST)


@pytest.mark.parametrize(
    ("answer", "signal"),
    [
        (Refunded(), Signal.REFUNDED),
        (RefundAccepted(), Signal.ACCEPTED),
        (RefundRefused("conflict"), Signal.SILENCE),
        (RefundNeverSeen(), Signal.NEVER_SEEN),
    ],
)
@pytest.mark.parametrize("standing", Standing)
def test_each_word_of_the_cloud_means_one_thing(
    answer: RefundAnswer, signal: Signal, standing: Standing
) -> None:
    refund = replace(UNKNOWN, standing=standing)
    assert answered(refund, answer, WAITS) == step(refund, signal, WAITS)


def test_silence_after_the_first_question_is_doubt_and_later_it_is_time_to_ask_again() -> None:
    asking, _ = begin(SOLD, Money(380), WAITS, AT)
    assert timer_fired(asking, asking.timer, WAITS) == step(asking, Signal.SILENCE, WAITS)
    assert timer_fired(UNKNOWN, 4, WAITS) == step(UNKNOWN, Signal.QUERY_DUE, WAITS)


def test_cash_goes_back_at_once_and_asks_nobody() -> None:
    back, wishes = begin(replace(SOLD, payment_key=None, method="cash"), Money(380), WAITS, AT)
    assert (back.standing, back.request, wishes) == (Standing.REFUNDED, None, ())
    assert (back.method, back.amount, back.order_id, back.part) == ("cash", Money(380), ORDER, 1)


def test_a_refund_carries_how_much_of_which_payment() -> None:
    fresh, wishes = begin(SOLD, Money(380), WAITS, AT)
    assert (fresh.request, fresh.standing, fresh.method) == (REQUEST, Standing.ASKING, "wechat")
    assert wishes[0] == AskRefund(REQUEST)
