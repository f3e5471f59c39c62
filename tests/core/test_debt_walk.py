"""Every state a debt can reach in three attempts, over four days and their nights; a judge beside it
knows how the cloud has settled each key.

The payment's own times are walked in `test_payment_walk`; here its signals come at any moment.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from agent.core.charge import Captured, Declined, NeverSeen, Pending, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid, Command
from agent.core.debt import (
    DEBT_TABLE,
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
)
from agent.core.events import Instant
from agent.core.ids import OrderId, PaymentKey, PersonId
from agent.core.money import Money
from agent.core.payment import Payment, Phase, Signal, answered, restarted, step
from tests.core.walking import walked
from tests.shop import DAY_MS, HOUR_MS, TRIES, WAITS

ATTEMPTS_MAX = 3
HOURS = (12, 13, 23, 36, 37, 84, 85)  # noon and an hour later, late at night, the next day, the fourth
MOMENTS = tuple(Instant(0, 20_717 * DAY_MS + hour * HOUR_MS) for hour in HOURS)
LATE = {Captured(): DebtSignal.CAPTURED, Voided(): DebtSignal.NOT_CHARGED}
ANSWERS = (Captured(), Declined("funds"), Pending(), NeverSeen(), Voided())


@dataclass(frozen=True)
class Node:
    """The debt at a moment, and what the judge knows: keys settled as not charged, tries of each day,
    how often money moved."""

    debt: Debt
    moment: int = 0
    settled: frozenset[PaymentKey] = frozenset()
    asked_on: tuple[int, ...] = ()
    captures: int = 0


@dataclass(frozen=True)
class Edge:
    """One thing that happened: from `left`, `origin` being the same once the time had passed."""

    what: str
    left: Node
    origin: Node
    after: Node
    wishes: tuple[Command, ...]
    answer: object = None


def edges(node: Node) -> Iterator[Edge]:
    for moment in range(node.moment, len(MOMENTS)):
        now, at, debt = replace(node, moment=moment), MOMENTS[moment], node.debt
        if is_due(debt, TRIES, at) and debt.payment.attempt < ATTEMPTS_MAX:
            yield edge(node, "begin", now, begin(debt, TRIES, WAITS, at))
        if is_overdue(debt, TRIES, at):
            yield edge(node, "overdue", now, (after(debt, DebtSignal.OVERDUE), ()))
        yield edge(node, "settled", now, (after(debt, DebtSignal.SETTLED), ()))
        yield edge(node, "vouched", now, (after(debt, DebtSignal.VOUCHED), ()))
        if debt.payment.phase is Phase.HELD:  # from here on its case hears the answers
            for answer, signal in LATE.items():
                yield edge(node, f"late {signal}", now, (after(debt, signal), ()), answer)
        if debt.phase is not DebtPhase.COLLECTING:
            continue
        yield edge(node, "restarted", now, moved(debt, restarted(debt.payment, WAITS, at), at))
        for signal in set(Signal) - {Signal.CAPTURED, Signal.DECLINED, Signal.VOIDED, Signal.ASK}:
            yield edge(node, signal, now, moved(debt, step(debt.payment, signal, WAITS, at), at))
        for number in range(1, debt.payment.attempt + 1):
            key = PaymentKey(f"o-{number}")
            for answer in ANSWERS:
                heard = moved(debt, answered(debt.payment, key, answer, WAITS, at), at)
                yield edge(node, f"{answer} {key}", now, heard, answer)


def edge(
    left: Node, what: str, now: Node, result: tuple[Debt, tuple[Command, ...]], answer: object = None
) -> Edge:
    debt, wishes = result
    old, settled, captures, asked_on = now.debt, now.settled, now.captures, now.asked_on
    if debt.payment.phase is not old.payment.phase and old.payment.key is not None:
        settled |= {old.payment.key} if isinstance(answer, Declined | Voided) else frozenset()
    captures += debt.phase is DebtPhase.COLLECTED is not old.phase
    if debt.payment.attempt != old.payment.attempt:
        asked_on = (*asked_on, MOMENTS[now.moment].utc_ms // DAY_MS)
    payment = replace(debt.payment, asked_at_ms=0, timer=0, never_seen=False, heard=False)
    known = replace(debt, payment=payment)
    there = Node(known, now.moment, settled, asked_on, captures)
    return Edge(what, left, now, there, wishes, answer)


@cache
def walk() -> tuple[frozenset[Node], tuple[Edge, ...]]:
    start = Node(Debt(Payment(OrderId("o"), Money(880), "d"), PersonId("li"), MOMENTS[0].utc_ms))
    return walked(start, edges)


def test_every_phase_is_reached_with_every_phase_of_its_payment_and_no_other() -> None:
    nodes, taken = walk()
    reached = {(node.debt.phase, node.debt.payment.phase) for node in nodes}
    assert reached == {(phase, money) for phase, stands in STANDS.items() for money in stands}
    assert 200 < len(nodes) < 20_000
    assert len(taken) > 5_000


def test_money_moves_at_most_once_and_then_nothing_is_owed() -> None:
    nodes, _ = walk()
    assert {node.captures for node in nodes} == {0, 1}
    assert all((node.captures == 1) == (node.debt.phase is DebtPhase.COLLECTED) for node in nodes)


def test_a_new_attempt_only_when_every_earlier_key_is_settled_as_not_charged() -> None:
    for one in walk()[1]:
        before, now = one.origin.debt.payment, one.after.debt.payment
        if now.attempt != before.attempt:
            assert now.attempt == before.attempt + 1, one
            assert one.origin.settled == {PaymentKey(f"o-{n}") for n in range(1, now.attempt)}, one


def test_a_charge_goes_out_once_for_each_attempt_and_is_the_one_written_down() -> None:
    for one in walk()[1]:
        charges = [wish.request for wish in one.wishes if isinstance(wish, AskCharge)]
        begun = one.after.debt.payment.attempt - one.origin.debt.payment.attempt
        assert charges == [one.after.debt.payment.request] * begun, one


def test_nobody_is_charged_at_night_or_more_often_a_day_than_allowed() -> None:
    for one in walk()[1]:
        if any(isinstance(wish, AskCharge) for wish in one.wishes):
            hour = HOURS[one.after.moment] % 24
            assert TRIES.from_hour <= hour < TRIES.until_hour, one
    assert all(max(Counter(n.asked_on).values(), default=0) <= TRIES.tries_a_day for n in walk()[0])


def test_only_the_key_at_hand_is_asked_about() -> None:
    for one in walk()[1]:
        keys = {wish.key for wish in one.wishes if isinstance(wish, AskQuery | AskVoid)}
        assert keys <= {one.after.debt.payment.key}, one


def test_a_debt_leaves_the_books_only_by_money_or_by_a_word_for_it() -> None:
    for one in walk()[1]:
        if one.origin.debt.unpaid and not one.after.debt.unpaid:
            captured = isinstance(one.answer, Captured)
            for_a_person = one.origin.debt.phase in (DebtPhase.NAMED, DebtPhase.HELD)
            assert captured or (for_a_person and one.what in ("settled", "vouched")), one


def test_a_debt_a_person_vouched_for_is_owed_again_once_the_cloud_denies_it() -> None:
    denied = [
        one for one in walk()[1] if one.origin.debt.phase is DebtPhase.VOUCHED and one.answer == Voided()
    ]
    assert denied
    assert all((one.after.debt.phase, one.after.debt.unpaid) == (DebtPhase.NAMED, True) for one in denied)


def test_what_is_over_stays_over() -> None:
    for one in walk()[1]:
        if one.origin.debt.phase in OVER:
            assert one.after.debt == one.origin.debt, one


def test_every_step_is_in_the_table() -> None:
    for one in walk()[1]:
        before, now = one.origin.debt.phase, one.after.debt.phase
        assert now is before or now in DEBT_TABLE[before].values(), one


def test_from_everywhere_there_is_a_way_to_an_end() -> None:
    """But from a late refusal, which becomes overdue beyond the walk's days."""
    nodes, taken = walk()
    back: dict[Node, set[Node]] = {}
    for one in taken:
        back.setdefault(one.after, set()).add(one.left)
    reached = {node for node in nodes if node.debt.phase in OVER | {DebtPhase.NAMED, DebtPhase.HELD}}
    todo = deque(reached)
    while todo:
        for before in back.get(todo.popleft(), set()) - reached:
            reached.add(before)
            todo.append(before)
    stuck = {node.debt.phase for node in nodes - reached}
    assert stuck <= {DebtPhase.REFUSED}
    assert not any(is_overdue(node.debt, TRIES, MOMENTS[-1]) for node in nodes - reached)
