"""The debt machine, sentence by sentence, and every cell of its table."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from agent.core.charge import Answer, Captured, Declined, NeverSeen, Pending, Voided
from agent.core.commands import AskCharge, AskQuery, Command
from agent.core.debt import (
    DEBT_TABLE,
    MEANING,
    OPEN,
    OVER,
    STANDS,
    Debt,
    DebtPhase,
    DebtSignal,
    after,
    begin,
    is_due,
    is_overdue,
    moved,
    record,
    summary,
)
from agent.core.events import Instant
from agent.core.ids import OrderId, PersonId
from agent.core.money import Money
from agent.core.payment import Payment, Phase, Signal, answered, step
from tests.shop import DAY_MS, HOUR_MS, TRIES, WAITS

MIDNIGHT_MS = 20_717 * DAY_MS
NOON = Instant(0, MIDNIGHT_MS + 12 * HOUR_MS)


def debt() -> Debt:
    payment = Payment(OrderId("desk-01-7f3a-000001"), Money(880), "digest")
    return Debt(payment, PersonId("li"), NOON.utc_ms)


def at(days: int = 0, hour: int = 12, minute: int = 0) -> Instant:
    return Instant(0, MIDNIGHT_MS + days * DAY_MS + hour * HOUR_MS + minute * 60_000)


def asked(one: Debt, when: Instant = NOON) -> tuple[Debt, tuple[Command, ...]]:
    return begin(one, TRIES, WAITS, when)


def hears(one: Debt, answer: Answer, when: Instant = NOON) -> Debt:
    assert one.payment.key is not None
    return moved(one, answered(one.payment, one.payment.key, answer, WAITS, when), when)[0]


def refused(one: Debt, when: Instant = NOON) -> Debt:
    return hears(asked(one, when)[0], Declined("funds"), when)


# --- one try --------------------------------------------------------------------------------------


def test_a_try_is_one_attempt_of_the_debts_own_payment() -> None:
    begun, wishes = asked(debt())
    [charge] = [wish for wish in wishes if isinstance(wish, AskCharge)]
    assert charge.request == begun.payment.request
    assert (charge.request.key, charge.request.amount) == ("desk-01-7f3a-000001-1", Money(880))
    assert (begun.phase, begun.tries, begun.payment.phase) == (DebtPhase.COLLECTING, 1, Phase.ASKING)


def test_captured_is_collected_and_told() -> None:
    paid = hears(asked(debt())[0], Captured(8, 108))
    assert (paid.phase, paid.unpaid, summary(paid).outcome) == (DebtPhase.COLLECTED, False, "paid")
    assert record(paid).data["outcome"] == "collected"


def test_a_refusal_waits_and_the_next_try_has_a_new_key() -> None:
    once = refused(debt())
    assert (once.phase, once.unpaid, once.payment.reason) == (DebtPhase.REFUSED, True, "funds")
    again, _ = asked(once, at(hour=14))
    assert (again.payment.key, again.tries) == ("desk-01-7f3a-000001-2", 2)


@pytest.mark.parametrize("answer", [Pending(), NeverSeen()])
def test_no_other_answer_ends_a_try(answer: Answer) -> None:
    begun = asked(debt())[0]
    unknown = moved(begun, step(begun.payment, Signal.SILENCE, WAITS, NOON), NOON)[0]
    assert hears(unknown, answer).phase is DebtPhase.COLLECTING


def test_silence_asks_what_became_of_the_same_key() -> None:
    begun = asked(debt())[0]
    unknown, wishes = moved(begun, step(begun.payment, Signal.SILENCE, WAITS, NOON), NOON)
    assert [wish for wish in wishes if isinstance(wish, AskQuery)] == [AskQuery(begun.payment.key or "")]  # type: ignore[arg-type]
    assert asked(unknown, at(days=1)) == (unknown, ())


def test_a_fenced_key_counts_as_a_try_that_charged_nothing() -> None:
    assert hears(asked(debt())[0], Voided()).phase is DebtPhase.REFUSED


def test_unknown_beyond_the_horizon_is_for_a_person() -> None:
    begun = asked(debt())[0]
    unknown = moved(begun, step(begun.payment, Signal.SILENCE, WAITS, NOON), NOON)[0]
    held = moved(unknown, step(unknown.payment, Signal.HORIZON, WAITS, NOON), NOON)[0]
    assert (held.phase, held.unpaid, summary(held).outcome) == (DebtPhase.HELD, True, "held")


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "due"), [(7, False), (8, True), (20, True), (21, False), (0, False)])
def test_nobody_is_charged_outside_the_allowed_hours(hour: int, due: bool) -> None:
    assert is_due(debt(), TRIES, at(hour=hour)) is due


def test_the_hours_are_the_shops_own() -> None:
    east = replace(TRIES, utc_offset_ms=8 * HOUR_MS)
    assert not is_due(debt(), east, at(hour=14))  # 22:00 in the shop
    assert is_due(debt(), east, at(hour=1))  # 09:00 in the shop


def test_the_hours_follow_the_sun_and_not_against_it() -> None:
    east = replace(TRIES, utc_offset_ms=8 * HOUR_MS)
    assert is_due(debt(), east, at(hour=12))  # 20:00 in the shop
    assert not is_due(debt(), east, at(hour=16))  # midnight in the shop


def test_the_tries_of_a_day_are_those_of_the_shops_day() -> None:
    east = replace(TRIES, utc_offset_ms=8 * HOUR_MS)
    one = debt()
    for hour in (1, 3):  # 09:00 and 11:00 in the shop
        one = hears(begin(one, east, WAITS, at(hour=hour))[0], Declined("funds"), at(hour=hour))
    assert one.tries == east.tries_a_day
    assert not is_due(one, east, at(hour=10))  # 18:00 of the same day in the shop
    assert is_due(one, east, at(days=1, hour=0))  # 08:00 of the next


def test_a_try_knows_when_it_began_and_the_next_waits_from_its_refusal() -> None:
    begun = asked(debt())[0]
    assert begun.tried_utc_ms == NOON.utc_ms
    late = hears(begun, Declined("funds"), at(hour=14))
    assert (late.tried_utc_ms, late.refused_utc_ms) == (at(hour=14).utc_ms, at(hour=14).utc_ms)
    assert not is_due(late, TRIES, at(hour=14, minute=59))
    assert is_due(late, TRIES, at(hour=15))


def test_no_more_tries_a_day_than_allowed_and_new_ones_the_next_day() -> None:
    twice = refused(refused(debt()), at(hour=14))
    assert twice.tries == TRIES.tries_a_day
    assert not is_due(twice, TRIES, at(hour=18))
    assert is_due(twice, TRIES, at(days=1))
    assert asked(twice, at(days=1))[0].tries == 1


def test_after_a_refusal_the_next_try_takes_its_time() -> None:
    once = refused(debt())
    assert not is_due(once, TRIES, at(minute=59))
    assert is_due(once, TRIES, at(hour=13))


def test_a_clock_that_was_years_ahead_does_not_stop_the_collection() -> None:
    ahead = refused(debt(), at(days=4_000))
    assert is_due(ahead, TRIES, at(hour=13))


def test_refused_for_too_many_days_is_for_a_person() -> None:
    once = refused(debt())
    assert not is_overdue(once, TRIES, at(days=2))
    again = refused(once, at(days=2))
    assert is_overdue(again, TRIES, at(days=3))
    assert not is_overdue(debt(), TRIES, at(days=9))  # nobody asked yet
    named = after(again, DebtSignal.OVERDUE)
    assert (named.phase, named.unpaid, summary(named).outcome) == (DebtPhase.NAMED, True, "named")
    assert record(named).data["reason"] == "funds"


def test_what_others_received_is_no_longer_owed() -> None:
    named = after(refused(debt()), DebtSignal.OVERDUE)
    assert not after(named, DebtSignal.SETTLED).unpaid
    assert after(asked(debt())[0], DebtSignal.SETTLED).phase is DebtPhase.COLLECTING


# --- the table ------------------------------------------------------------------------------------


def test_every_phase_has_a_row_a_meaning_and_phases_of_its_payment() -> None:
    assert set(DEBT_TABLE) == set(MEANING) == set(STANDS) == set(DebtPhase)
    assert not OPEN & OVER
    assert all(not DEBT_TABLE[phase] for phase in OVER)


REFUSED_CELLS = [(p, s) for p, s in product(DebtPhase, DebtSignal) if s not in DEBT_TABLE[p]]


@pytest.mark.parametrize(("phase", "signal"), REFUSED_CELLS)
def test_what_is_not_in_the_table_changes_nothing(phase: DebtPhase, signal: DebtSignal) -> None:
    one = replace(debt(), phase=phase)
    assert after(one, signal) is one


@pytest.mark.parametrize("phase", sorted(set(DebtPhase) - {DebtPhase.RESERVED, DebtPhase.REFUSED}))
def test_nothing_is_asked_but_for_a_debt_whose_last_try_is_known(phase: DebtPhase) -> None:
    one = replace(debt(), phase=phase)
    assert not is_due(one, TRIES, NOON)
    assert asked(one) == (one, ())
