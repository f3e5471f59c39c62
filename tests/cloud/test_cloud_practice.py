"""The cloud of a practice: every ending that a cashier should have seen once, and no money."""

from __future__ import annotations

import pytest

from agent.cloud.practice import ANSWER_MS, PHONE_MS, POINTS, SILENT_MS, PracticeCloud
from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    NeverSeen,
    Payer,
    Pending,
    Refunded,
    RefundNeverSeen,
    RefundRequest,
    Voided,
)
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund, AskRefundQuery, AskVoid
from agent.core.events import ChargeAnswered, Event, MemberFound, RecordsTaken, RefundAnswered
from agent.core.ids import OrderId, PaymentKey, PersonId, RefundKey, Secret
from agent.core.money import Money
from agent.ports import OutboxRow

ORDER, KEY, BACK = OrderId("desk-01-7f3a-000001"), PaymentKey("desk-01-7f3a-000001-1"), RefundKey("r")
FACE, CODE = FacePayer(PersonId("trainee")), CodePayer("wechat", Secret("134567890123456789"))


class Counter:
    """A practice cloud, and a clock that only the test moves."""

    def __init__(self) -> None:
        self.now_ms = 5_000
        self.cloud = PracticeCloud(lambda: self.now_ms)

    def after(self, passed_ms: int = ANSWER_MS) -> list[Event]:
        self.now_ms += passed_ms
        return self.cloud.due()

    def charges(self, minor: int, payer: Payer = CODE) -> Counter:
        self.cloud.ask(AskCharge(ChargeRequest(KEY, ORDER, Money(minor), payer, "digest", 0)))
        return self

    def asks(self) -> Counter:
        self.cloud.ask(AskQuery(KEY))
        return self


def says(answer: Answer) -> list[Event]:
    return [ChargeAnswered(KEY, answer)]


def test_an_amount_is_paid_a_moment_later_and_stays_so() -> None:
    counter = Counter().charges(880)
    assert counter.cloud.next_ms() == 5_000 + ANSWER_MS
    assert counter.after(ANSWER_MS - 1) == []
    assert counter.after(1) == says(Captured())
    counter.cloud.ask(AskVoid(KEY))
    assert counter.after() == says(Captured())
    assert counter.charges(880).after() == says(Captured())
    assert counter.cloud.next_ms() is None


def test_a_member_earns_points_that_nobody_keeps() -> None:
    assert Counter().charges(880, FACE).after() == says(Captured(8, POINTS + 8))


def test_cents_of_01_are_declined() -> None:
    assert Counter().charges(1_001).after() == says(Declined("funds"))


def test_cents_of_02_wait_for_a_password_on_the_phone() -> None:
    counter = Counter().charges(1_002)
    assert counter.after() == says(Pending())
    assert counter.asks().after() == says(Pending())
    counter.after(PHONE_MS)
    assert counter.asks().after() == says(Captured())


@pytest.mark.parametrize("wish", [AskQuery(KEY), AskVoid(KEY)])
def test_cents_of_03_are_not_answered_for_a_while_whatever_is_asked(wish: AskQuery | AskVoid) -> None:
    counter = Counter().charges(1_003)
    counter.cloud.ask(wish)
    assert counter.after(SILENT_MS) == []
    expected = Captured() if isinstance(wish, AskQuery) else Voided()
    assert counter.asks().after() == says(expected)


def test_a_key_that_was_never_asked_for_is_never_seen_and_can_be_fenced() -> None:
    counter = Counter().asks()
    assert counter.after() == says(NeverSeen())
    counter.cloud.ask(AskVoid(KEY))
    assert counter.after() == says(Voided())
    assert counter.charges(880).after() == says(Voided())


def test_money_that_never_came_goes_back() -> None:
    counter = Counter()
    counter.cloud.ask(AskRefundQuery(BACK))
    counter.cloud.ask(AskRefund(RefundRequest(BACK, KEY, ORDER, Money(880))))
    counter.cloud.ask(AskRefundQuery(BACK))
    words = [RefundNeverSeen(), Refunded(), Refunded()]
    assert counter.after() == [RefundAnswered(BACK, word) for word in words]


def test_records_are_taken_and_read_by_nobody() -> None:
    counter = Counter()
    counter.cloud.deliver([OutboxRow(1, "a-sale", "sale", b"{}"), OutboxRow(2, "b-sale", "sale", b"{}")])
    counter.cloud.deliver([])
    assert counter.after() == [RecordsTaken(("a-sale", "b-sale"))]


def test_the_training_customer_has_points() -> None:
    counter = Counter()
    counter.cloud.ask(AskMember(7, PersonId("trainee")))
    [found] = counter.after()
    assert isinstance(found, MemberFound)
    assert (found.number, found.holdings.person, found.holdings.points) == (7, "trainee", POINTS)


def test_nothing_of_who_was_to_pay_is_kept() -> None:
    counter = Counter().charges(880)
    counter.after()
    assert "134567890123456789" not in repr(vars(counter.cloud))
