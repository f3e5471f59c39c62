"""What a payment must not believe, found missing by changing its lines one by one (docs/mutants.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, CodePayer, Declined, NeverSeen, Pending
from agent.core.commands import AskCharge, AskQuery, AskVoid, StartTimer
from agent.core.events import Instant
from agent.core.ids import OrderId, PersonId, Secret, payment_key
from agent.core.money import Money
from agent.core.payment import Payment, Phase, Signal, answered, ask_code, ask_face, step, timer_fired
from tests.shop import WAITS

ORDER = OrderId("desk-01-7f3a-000001")
LONG_UP_MS = 30 * 86_400_000  # a terminal that was not switched off for a month


def at(ms: int = 0) -> Instant:
    return Instant(LONG_UP_MS + ms, 1_790_000_000_000 + ms)


def asked() -> Payment:
    return ask_face(Payment(ORDER, Money(880), "digest"), PersonId("li"), WAITS, at())[0]


def hears(payment: Payment, answer: object, ms: int = 0) -> Payment:
    assert payment.key is not None
    return answered(payment, payment.key, answer, WAITS, at(ms))[0]  # type: ignore[arg-type]


def test_the_code_that_was_shown_is_the_code_that_is_charged() -> None:
    _, (charge, _) = ask_code(Payment(ORDER, Money(880), "d"), "wechat", Secret("1345"), WAITS, at())
    assert isinstance(charge, AskCharge)
    assert charge.request.payer == CodePayer("wechat", Secret("1345"))


@pytest.mark.parametrize("phase", [Phase.ASKING, Phase.WAITING])
def test_a_conflict_speaks_of_the_repeat_and_is_asked_about(phase: Phase) -> None:
    payment = replace(asked(), phase=phase)
    assert payment.key is not None
    doubts, wishes = answered(payment, payment.key, Declined("conflict"), WAITS, at(10))
    assert (doubts.phase, doubts.reason, doubts.attempt) == (Phase.UNKNOWN, "", 1)
    assert [wish for wish in wishes if not isinstance(wish, StartTimer)] == [AskQuery(payment.key)]


@pytest.mark.parametrize("phase", [Phase.UNKNOWN, Phase.VOIDING, Phase.PAID, Phase.READY, Phase.HELD])
def test_a_conflict_changes_nothing_where_it_is_doubted_already_or_known(phase: Phase) -> None:
    payment = replace(asked(), phase=phase)
    assert payment.key is not None
    assert answered(payment, payment.key, Declined("conflict"), WAITS, at(10)) == (payment, ())


def test_a_new_attempt_begins_without_what_was_heard_of_the_last() -> None:
    """Else a code that the cloud has just been sent would be fenced for what it said of the last one."""
    silent = step(asked(), Signal.SILENCE, WAITS, at(5_000))[0]
    doubted = hears(silent, NeverSeen(), 5_100)
    assert (doubted.never_seen, doubted.heard) == (True, True)
    ready = hears(doubted, Declined("late"), 5_200)
    again, _ = ask_code(ready, "wechat", Secret("1345"), WAITS, at(6_000))
    assert (again.never_seen, again.heard, again.reason) == (False, False, "")
    assert again.key == payment_key(ORDER, 2)


def test_each_timer_has_a_number_of_its_own() -> None:
    """Else a timer of the moment before would be taken for the one that runs."""
    payment, numbers = asked(), [asked().timer]
    for signal in (Signal.SILENCE, Signal.QUERY_DUE, Signal.QUERY_DUE, Signal.VOID_DUE):
        payment, wishes = step(payment, signal, WAITS, at(1_000 * len(numbers)))
        [timer] = [wish for wish in wishes if isinstance(wish, StartTimer)]
        assert timer.generation == payment.timer
        numbers.append(payment.timer)
    assert numbers == [1, 2, 3, 4, 5]


def test_how_long_a_charge_is_out_does_not_depend_on_how_long_the_terminal_is_up() -> None:
    payment = step(asked(), Signal.SILENCE, WAITS, at(WAITS.answer_wait_ms))[0]
    payment, wishes = timer_fired(payment, payment.timer, WAITS, at(WAITS.answer_wait_ms + 5_000))
    assert payment.phase is Phase.UNKNOWN
    assert payment.key is not None
    assert wishes[0] == AskQuery(payment.key)
    payment, wishes = timer_fired(payment, payment.timer, WAITS, at(WAITS.give_up_after_ms))
    assert wishes[0] == AskVoid(payment.key or "")


def test_what_was_waiting_and_then_captured_is_paid_with_its_points() -> None:
    paid = hears(hears(asked(), Pending(), 100), Captured(8, 108), 200)
    assert (paid.phase, paid.points_earned, paid.heard) == (Phase.PAID, 8, True)
