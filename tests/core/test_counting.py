"""What one turn brought to an end is counted once, with its sign and its sum, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import RefundRequest
from agent.core.counting import counted, ended
from agent.core.day import Day, Standing
from agent.core.debt import Debt, DebtPhase
from agent.core.events import Instant
from agent.core.figures import Ending, Tally
from agent.core.held import HeldOrder
from agent.core.held import Standing as Doubt
from agent.core.ids import OrderId, PaymentKey, PersonId, RefundKey
from agent.core.money import Money
from agent.core.payment import Payment, Phase, ask_face
from agent.core.refund import Refund
from agent.core.refund import Standing as Back
from agent.core.state import Kept, Turn
from agent.core.visit import Summary
from tests.shop import WAITS, terminal

DAY, NONE = 20_000, Kept.fresh("CNY")
SOLD = Summary(OrderId("o-1"), "face", Money(536), "paid", 1, None, None, None, off_minor=344)
CASH = replace(SOLD, order_id=OrderId("o-2"), method="cash", amount=Money(880), off_minor=0)
REQUEST = RefundRequest(RefundKey("o-1-R1"), PaymentKey("o-1-1"), SOLD.order_id, Money(380))
REFUND = Refund(REQUEST.key, SOLD.order_id, 1, Money(380), "face", REQUEST, Back.REFUNDED)
DOUBT = HeldOrder(PaymentKey("o-1-1"), replace(SOLD, outcome="held"), 0)
ASKED, _ = ask_face(Payment(SOLD.order_id, Money(700), "digest"), PersonId("li"), WAITS, Instant(0, 0))
PAYMENT = replace(ASKED, phase=Phase.PAID)
DEBT = Debt(PAYMENT, PersonId("li"), 0, DebtPhase.COLLECTED)
LESS = Tally(DAY, "face", Ending.DISCOUNTED, 1, 344)


def kept(**changes: object) -> Kept:
    return replace(NONE, **changes)  # type: ignore[arg-type]


def tallies(before: Kept, after: Kept) -> list[Tally]:
    return list(ended(before, after, DAY))


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        ("paid", Ending.SOLD),
        ("held", Ending.HELD),
        ("owed", Ending.OWED),
        ("cancelled", Ending.CANCELLED),
        ("notpaid", Ending.CANCELLED),
    ],
)
def test_an_order_is_counted_by_how_it_ended(outcome: str, ending: Ending) -> None:
    one = replace(CASH, outcome=outcome)
    assert tallies(NONE, kept(recent=(one,))) == [Tally(DAY, "cash", ending, 1, 880)]
    assert tallies(kept(recent=(one,)), kept(recent=(one,))) == []


def test_an_order_whose_word_only_changes_is_not_counted_again() -> None:
    assert tallies(kept(recent=(CASH,)), kept(recent=(replace(CASH, outcome="notpaid"),))) == []
    assert tallies(NONE, kept(recent=(replace(CASH, outcome="named"),))) == []


def test_what_membership_took_off_is_counted_with_the_sale_and_only_with_a_sale() -> None:
    assert tallies(NONE, kept(recent=(SOLD, CASH))) == [
        Tally(DAY, "face", Ending.SOLD, 1, 536),
        LESS,
        Tally(DAY, "cash", Ending.SOLD, 1, 880),
    ]
    held = replace(SOLD, outcome="held")
    assert tallies(NONE, kept(recent=(held,))) == [Tally(DAY, "face", Ending.HELD, 1, 536)]


@pytest.mark.parametrize("standing", [standing for standing in Back if standing is not Back.REFUNDED])
def test_money_counts_as_given_back_when_it_is_known_to_be(standing: Back) -> None:
    unsure, back = replace(REFUND, standing=standing), [Tally(DAY, "face", Ending.REFUNDED, 1, 380)]
    assert tallies(NONE, kept(refunds=(unsure,))) == []
    assert tallies(kept(refunds=(unsure,)), kept(refunds=(REFUND,))) == back
    assert tallies(NONE, kept(refunds=(REFUND,))) == back
    assert tallies(kept(refunds=(REFUND,)), kept(refunds=(REFUND, unsure))) == []


def test_a_debt_counts_as_collected_once_its_own_payment_is_paid() -> None:
    asked = replace(DEBT, phase=DebtPhase.COLLECTING, payment=replace(PAYMENT, phase=Phase.ASKING))
    collected = [Tally(DAY, "face", Ending.COLLECTED, 1, 700)]
    assert tallies(kept(debts=(asked,)), kept(debts=(DEBT,))) == collected
    assert tallies(kept(debts=(DEBT,)), kept(debts=(DEBT,))) == []
    assert tallies(kept(debts=(asked,)), kept(debts=(asked,))) == []
    held = replace(DEBT, payment=replace(PAYMENT, phase=Phase.HELD))
    assert tallies(kept(debts=(asked,)), kept(debts=(held,))) == []  # counted with its case
    other = replace(DEBT, payment=replace(PAYMENT, order_id=OrderId("o-9")))
    assert tallies(kept(debts=(DEBT, asked)), kept(debts=(DEBT, other))) == collected


def test_a_doubt_is_counted_as_settled_and_its_discount_with_it() -> None:
    paid, unpaid = replace(DOUBT, standing=Doubt.SAID_PAID), replace(DOUBT, standing=Doubt.SAID_NOT_PAID)
    yes = Tally(DAY, "face", Ending.SETTLED_PAID, 1, 536)
    no = Tally(DAY, "face", Ending.SETTLED_NOT_PAID, 1, 536)
    assert tallies(kept(held=(DOUBT,)), kept(held=(paid,))) == [yes, LESS]
    assert tallies(kept(held=(DOUBT,)), kept(held=(unpaid,))) == [no]
    assert tallies(kept(held=(paid,)), kept(held=(replace(paid, standing=Doubt.PAID),))) == []


def test_the_first_word_about_a_doubt_is_taken_back_when_the_cloud_says_otherwise() -> None:
    paid, unpaid = replace(DOUBT, standing=Doubt.SAID_PAID), replace(DOUBT, standing=Doubt.SAID_NOT_PAID)
    truly, never = replace(DOUBT, standing=Doubt.PAID), replace(DOUBT, standing=Doubt.NOT_PAID)
    assert tallies(kept(held=(paid,)), kept(held=(never,))) == [
        Tally(DAY, "face", Ending.SETTLED_PAID, -1, -536),
        Tally(DAY, "face", Ending.SETTLED_NOT_PAID, 1, 536),
        Tally(DAY, "face", Ending.DISCOUNTED, -1, -344),
    ]
    assert tallies(kept(held=(unpaid,)), kept(held=(truly,))) == [
        Tally(DAY, "face", Ending.SETTLED_NOT_PAID, -1, -536),
        Tally(DAY, "face", Ending.SETTLED_PAID, 1, 536),
        LESS,
    ]


def test_a_doubt_without_a_discount_has_none_to_count_and_a_new_one_is_not_settled() -> None:
    plain = replace(DOUBT, summary=replace(DOUBT.summary, off_minor=0))
    settled = replace(plain, standing=Doubt.SAID_PAID)
    yes = Tally(DAY, "face", Ending.SETTLED_PAID, 1, 536)
    other = replace(DOUBT, key=PaymentKey("o-7-1"))
    assert tallies(kept(held=(other, plain)), kept(held=(other, settled))) == [yes]
    assert tallies(NONE, kept(held=(DOUBT,))) == []


def test_whoever_joined_is_counted_once_and_brings_no_money() -> None:
    assert tallies(kept(joined=3), kept(joined=4)) == [Tally(DAY, "", Ending.JOINED, 1, 0)]
    assert tallies(kept(joined=4), kept(joined=4)) == []


# --- into the shift and the day -------------------------------------------------------------------


def test_an_ending_is_on_the_shift_and_on_its_day_and_opens_the_day() -> None:
    before = terminal()
    closed = (Day(DAY - 1, Standing.CLOSED), Day(DAY, Standing.CLOSED, asked=3))
    after = replace(before, kept=replace(before.kept, recent=(CASH,), days=closed))
    sold = (Tally(DAY, "cash", Ending.SOLD, 1, 880),)
    turn = counted(before, Turn(after), Instant(0, DAY * 86_400_000 + 5))
    assert turn.state.kept.shift.tallies == sold
    assert turn.state.kept.days == (closed[0], Day(DAY, Standing.OPEN, sold, asked=3))


def test_a_turn_without_an_ending_touches_neither() -> None:
    turn = Turn(terminal())
    assert counted(terminal(), turn, Instant(0, 5)) is turn


def test_the_day_is_the_shops_and_a_second_sale_adds_to_it() -> None:
    early = replace(terminal(), rules=replace(terminal().rules, day_offset_ms=3_600_000))
    one = replace(early, kept=replace(early.kept, recent=(CASH,)))
    late = Instant(0, DAY * 86_400_000 - 3_600_000)  # 23:00 in London, midnight in the shop
    first = counted(early, Turn(one), late).state
    assert [day.number for day in first.kept.days] == [DAY]
    again = replace(CASH, order_id=OrderId("o-3"))
    two = replace(first, kept=replace(first.kept, recent=(again, CASH)))
    second = counted(first, Turn(two), late).state
    assert second.kept.days[0].tallies == (Tally(DAY, "cash", Ending.SOLD, 2, 1_760),)
    assert second.kept.shift.tallies == second.kept.days[0].tallies
