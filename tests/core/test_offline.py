"""Whether goods may leave on trust: each limit at its edge, and the sum that no order of sales exceeds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.debt import Debt, DebtPhase
from agent.core.events import Instant
from agent.core.ids import OrderId, PersonId
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.core.offline import (
    NO_TRUST,
    Owed,
    Refusal,
    Sale,
    may_sell_offline,
    owed,
    waiting,
    within,
)
from agent.core.payment import Payment
from tests.playbook import UTC_START_MS
from tests.shop import DAY_MS, EXPOSURE, HOUR_MS, LI, MARKS

NOW = Instant(0, UTC_START_MS + HOUR_MS)
PERSON, OTHER = PersonId(LI), PersonId("wang")
BOTH = replace(MARKS, members=(*MARKS.members, TrustMark(OTHER, 2_000, UTC_START_MS + DAY_MS)))


def payment(amount_minor: int = 500, number: int = 9) -> Payment:
    return Payment(OrderId(f"o-{number}"), Money(amount_minor), "digest")


def sale(amount_minor: int = 500, person: PersonId = PERSON, lost_utc_ms: int = UTC_START_MS) -> Sale:
    return Sale(person, payment(amount_minor), lost_utc_ms)


def debt(amount_minor: int, person: PersonId = PERSON, phase: DebtPhase = DebtPhase.RESERVED) -> Debt:
    return Debt(payment(amount_minor, 1), person, UTC_START_MS, phase)


def refusal(*debts: Debt, what: Sale | None = None, marks: TrustMarks = BOTH, at: Instant = NOW) -> object:
    return may_sell_offline(EXPOSURE, marks, debts, what or sale(), at)


def test_a_marked_member_may_take_goods_on_trust() -> None:
    assert refusal() is None


def test_off_is_the_default() -> None:
    assert may_sell_offline(NO_TRUST, BOTH, (), sale(), NOW) is Refusal.OFF


def test_who_was_declined_before_the_link_went_gets_no_trust() -> None:
    tried = replace(sale(), payment=replace(payment(), attempt=1))
    assert refusal(what=tried) is Refusal.TRIED


def test_a_terminal_that_just_started_does_not_know_that_the_link_is_down() -> None:
    assert refusal(what=sale(lost_utc_ms=0)) is Refusal.STARTING


def test_trust_ends_when_the_link_is_down_for_too_long() -> None:
    last = Instant(0, UTC_START_MS + EXPOSURE.link_down_max_ms)
    assert refusal(at=last) is None
    assert refusal(at=replace(last, utc_ms=last.utc_ms + 1)) is Refusal.TOO_LONG


def test_nobody_but_the_marked() -> None:
    assert refusal(marks=TrustMarks()) is Refusal.UNMARKED
    assert refusal(what=sale(person=PersonId("stranger"))) is Refusal.UNMARKED
    assert refusal(marks=replace(BOTH, currency="HKD")) is Refusal.UNMARKED


@pytest.mark.parametrize(
    ("marked_utc_ms", "why"),
    [
        (NOW.utc_ms - 2 * DAY_MS, None),
        (NOW.utc_ms - 2 * DAY_MS - 1, Refusal.STALE),
        (NOW.utc_ms + 300_000, None),  # clocks differ a little
        (NOW.utc_ms + 300_001, Refusal.STALE),  # ours was set back: nobody knows how old it is
    ],
)
def test_only_a_fresh_mark_counts(marked_utc_ms: int, why: Refusal | None) -> None:
    assert refusal(marks=replace(BOTH, marked_utc_ms=marked_utc_ms)) is why


def test_a_mark_ends_at_its_own_time() -> None:
    members = (TrustMark(PERSON, 2_000, NOW.utc_ms - 1),)
    assert refusal(marks=replace(BOTH, members=members)) is Refusal.STALE


def test_each_payment_has_a_limit() -> None:
    assert refusal(what=sale(2_000)) is None
    assert refusal(what=sale(2_001)) is Refusal.PAYMENT


def test_each_member_has_the_narrower_of_two_limits() -> None:
    assert refusal(debt(1_500), what=sale(500)) is None
    assert refusal(debt(1_500), what=sale(501)) is Refusal.PERSON  # the mark says 2 000
    rich = replace(BOTH, members=(TrustMark(PERSON, 9_000, NOW.utc_ms),))
    assert refusal(debt(1_500), what=sale(1_000), marks=rich) is None
    assert refusal(debt(1_500), what=sale(1_001), marks=rich) is Refusal.PERSON  # the till says 2 500


def test_so_many_sales_and_no_more() -> None:
    assert refusal(*[debt(10, OTHER)] * 2) is None
    assert refusal(*[debt(10, OTHER)] * 3) is Refusal.COUNT


def test_so_much_money_and_no_more() -> None:
    assert refusal(debt(2_500, OTHER), what=sale(500)) is None
    assert refusal(debt(2_500, OTHER), what=sale(501)) is Refusal.SUM


@pytest.mark.parametrize("phase", [DebtPhase.REFUSED, DebtPhase.NAMED, DebtPhase.HELD])
def test_who_could_not_be_charged_gets_no_more_trust(phase: DebtPhase) -> None:
    assert refusal(debt(10, phase=phase)) is Refusal.OWES
    assert refusal(debt(10, OTHER, phase)) is None


@pytest.mark.parametrize("phase", DebtPhase)
def test_everything_unpaid_counts_and_nothing_that_is_paid(phase: DebtPhase) -> None:
    paid = phase in (DebtPhase.COLLECTED, DebtPhase.VOUCHED, DebtPhase.SETTLED)
    assert owed([debt(700, phase=phase)]) == (Owed(0, 0) if paid else Owed(1, 700))


def test_what_is_left_is_nothing_once_the_sales_are_used_up() -> None:
    assert owed([debt(700)]).left_minor(EXPOSURE) == 2_300
    assert owed([debt(10)] * 3).left_minor(EXPOSURE) == 0
    assert owed([debt(9_000)]).left_minor(EXPOSURE) == 0  # the limit was lowered since


@pytest.mark.parametrize(
    ("debts", "holds"),
    [
        ([EXPOSURE.payment_max_minor], True),
        ([EXPOSURE.payment_max_minor + 1], False),
        ([1] * EXPOSURE.count_max, True),
        ([1] * (EXPOSURE.count_max + 1), False),
    ],
    ids=["as much as allowed", "too much", "as many as allowed", "too many"],
)
def test_the_limits_hold_up_to_the_last_minor_unit_and_sale(debts: list[int], holds: bool) -> None:
    rows = [debt(minor) for minor in debts]
    assert within(EXPOSURE, rows, rows[-1]) is holds


def test_what_each_member_and_all_together_owe_is_held_to_its_own_limit() -> None:
    wide = replace(EXPOSURE, payment_max_minor=9_000, count_max=9)
    mine, theirs = debt(wide.person_max_minor), debt(1, OTHER)
    together = replace(wide, sum_max_minor=wide.person_max_minor + 1)
    assert within(together, [mine, theirs], mine)
    assert within(together, [mine, theirs], theirs)
    assert not within(together, [mine, theirs, debt(1, OTHER)], theirs)
    assert not within(replace(wide, sum_max_minor=99_999), [mine, debt(1)], mine)
    assert not within(replace(wide, enabled=False), [mine], mine)


def test_only_what_this_terminal_collects_is_waited_for() -> None:
    assert waiting([debt(1, phase=DebtPhase.REFUSED)])
    assert not waiting([debt(1, phase=DebtPhase.NAMED), debt(1, phase=DebtPhase.COLLECTED)])


wishes = st.tuples(st.sampled_from([PERSON, OTHER]), st.integers(1, 2_600), st.booleans())


@settings(deadline=None)
@given(st.lists(wishes, max_size=30))
def test_no_order_of_sales_and_payments_ever_exceeds_a_limit(
    wanted: list[tuple[PersonId, int, bool]],
) -> None:
    """Somebody wants something, or the oldest debt is paid: whatever was allowed keeps to the limits."""
    debts: tuple[Debt, ...] = ()
    for person, amount_minor, pays in wanted:
        if pays:
            debts = debts[1:]
        elif may_sell_offline(EXPOSURE, BOTH, debts, sale(amount_minor, person), NOW) is None:
            new = debt(amount_minor, person)
            debts = (*debts, new)
            assert within(EXPOSURE, debts, new)
        assert owed(debts).sum_minor <= EXPOSURE.sum_max_minor
        assert owed(debts).count <= EXPOSURE.count_max
        for one in (PERSON, OTHER):
            assert owed(debts, one).sum_minor <= 2_000
