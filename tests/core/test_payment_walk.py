"""Every state the payment machine can reach in three attempts, and what holds on every edge.

Time comes in coarse classes: just asked, and on either side of every wait. A clock beside the machine
knows when each key was asked and how the cloud has settled it; it is the judge.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

from agent.core.charge import Captured, Declined, NeverSeen, Pending, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid, Command
from agent.core.events import Instant
from agent.core.ids import OrderId, PaymentKey, PersonId, Secret
from agent.core.money import Money
from agent.core.payment import (
    FINAL,
    Payment,
    Phase,
    Signal,
    answered,
    ask_code,
    ask_face,
    asked_now,
    restarted,
    step,
    timer_fired,
)
from tests.core.walking import walked
from tests.shop import WAITS

ATTEMPTS_MAX = 3
ALLOWED_MS = {"face": WAITS.void_face_after_ms, "code": WAITS.void_code_after_ms}
AGES_MS = {
    method: (0, allowed_ms - 1, allowed_ms, WAITS.give_up_after_ms, WAITS.horizon_ms)
    for method, allowed_ms in ALLOWED_MS.items()
}
ANSWERS = (Captured(), Declined("voided"), Pending(), NeverSeen(), Voided())
WORLD = (Signal.LINK_LOST, Signal.LINK_BACK, Signal.GIVE_UP, Signal.OWE)


@dataclass(frozen=True)
class Node:
    """The machine, how long its attempt has been out, and what the judge knows: keys settled as not
    charged, and how often money moved."""

    payment: Payment
    age_ms: int
    method: str
    settled: frozenset[PaymentKey] = frozenset()
    captures: int = 0


@dataclass(frozen=True)
class Edge:
    """One thing that happened: from `origin`, `before` being the same once the time had passed."""

    what: str
    origin: Node
    before: Node
    after: Node
    wishes: tuple[Command, ...]
    answer: object = None


def start(method: str) -> Node:
    return Node(Payment(OrderId("o"), Money(880), "digest"), 0, method)


def edges(node: Node) -> Iterator[Edge]:
    """Everything that can happen here, now or after any longer time."""
    payment = node.payment
    for age_ms in (age for age in AGES_MS[node.method] if age >= node.age_ms):
        at = Instant(age_ms, 0)
        if payment.attempt < ATTEMPTS_MAX or payment.phase is not Phase.READY:
            yield edge("ask", node, age_ms, ask(node.method, payment, at))
        yield edge("timer", node, age_ms, timer_fired(payment, payment.timer, WAITS, at))
        yield edge("asked now", node, age_ms, asked_now(payment, WAITS, at))
        yield edge("restarted", node, age_ms, restarted(payment, WAITS, at))
        for signal in WORLD:
            yield edge(signal, node, age_ms, step(payment, signal, WAITS, at))
        for number in range(1, payment.attempt + 1):
            key = PaymentKey(f"o-{number}")
            for answer in ANSWERS:
                result = answered(payment, key, answer, WAITS, at)
                yield edge(f"{answer} {key}", node, age_ms, result, answer)


def ask(method: str, payment: Payment, at: Instant) -> tuple[Payment, tuple[Command, ...]]:
    if method == "face":
        return ask_face(payment, PersonId("li"), WAITS, at)
    return ask_code(payment, "wechat", Secret("13"), WAITS, at)


def edge(
    what: str,
    node: Node,
    age_ms: int,
    result: tuple[Payment, tuple[Command, ...]],
    answer: object = None,
) -> Edge:
    payment, wishes = result
    age_after_ms = age_ms - payment.asked_at_ms if payment.in_flight else 0
    settled, captures = node.settled, node.captures
    if payment.phase is not node.payment.phase and node.payment.key is not None:
        settled |= {node.payment.key} if isinstance(answer, Declined | Voided) else frozenset()
        captures += payment.phase is Phase.PAID
    doubt = {} if payment.in_flight else {"never_seen": False, "heard": False}
    same = replace(payment, asked_at_ms=0, timer=0, **doubt)
    after = Node(same, age_after_ms, node.method, settled, captures)
    return Edge(what, node, replace(node, age_ms=age_ms), after, wishes, answer)


@cache
def walk(method: str) -> tuple[frozenset[Node], tuple[Edge, ...]]:
    return walked(start(method), edges)


@pytest.fixture(params=["face", "code"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_phase_is_reached_and_the_walk_is_as_large_as_we_think(method: str) -> None:
    nodes, taken = walk(method)
    assert {node.payment.phase for node in nodes} == set(Phase)
    assert {node.payment.attempt for node in nodes} == set(range(ATTEMPTS_MAX + 1))
    assert 50 < len(nodes) < 1_000
    assert len(taken) > 5_000


def test_money_moves_at_most_once(method: str) -> None:
    nodes, _ = walk(method)
    assert {node.captures for node in nodes} == {0, 1}
    assert all(node.payment.phase is Phase.PAID for node in nodes if node.captures)


def test_a_new_attempt_only_when_every_earlier_key_is_settled_as_not_charged(method: str) -> None:
    for one in walk(method)[1]:
        if one.after.payment.attempt == one.before.payment.attempt:
            continue
        assert one.before.payment.phase is Phase.READY, one
        assert one.after.payment.attempt == one.before.payment.attempt + 1, one
        earlier = {PaymentKey(f"o-{n}") for n in range(1, one.after.payment.attempt)}
        assert earlier == one.before.settled, one


def test_a_charge_goes_out_once_for_each_attempt_and_is_the_one_written_down(method: str) -> None:
    for one in walk(method)[1]:
        charges = [wish for wish in one.wishes if isinstance(wish, AskCharge)]
        assert len(charges) == one.after.payment.attempt - one.before.payment.attempt, one
        assert all(wish.request == one.after.payment.request for wish in charges)


def test_an_end_is_an_end(method: str) -> None:
    for one in walk(method)[1]:
        if one.before.payment.phase in FINAL:
            assert one.after.payment == one.before.payment, one
            assert one.wishes == ()


def test_no_key_is_fenced_before_its_network_allows(method: str) -> None:
    for one in walk(method)[1]:
        if any(isinstance(wish, AskVoid) for wish in one.wishes):
            already = one.before.payment.phase is Phase.VOIDING
            assert already or one.before.age_ms >= ALLOWED_MS[method], one


def test_doubt_is_left_only_by_an_answer_or_after_the_horizon(method: str) -> None:
    for one in walk(method)[1]:
        if one.before.payment.in_flight and not one.after.payment.in_flight:
            held = one.after.payment.phase is Phase.HELD
            assert held or isinstance(one.answer, Captured | Declined | Voided), one
            assert not held or one.before.age_ms >= WAITS.horizon_ms, one


def test_only_the_attempt_at_hand_is_asked_about(method: str) -> None:
    for one in walk(method)[1]:
        keys = {wish.key for wish in one.wishes if isinstance(wish, AskQuery | AskVoid)}
        assert keys <= {one.after.payment.key}, one


def test_an_attempt_never_changes_who_how_much_and_for_what(method: str) -> None:
    for one in walk(method)[1]:
        if one.after.payment.attempt == one.before.payment.attempt:
            assert one.after.payment.request == one.before.payment.request, one


def test_from_everywhere_there_is_a_way_to_an_end(method: str) -> None:
    nodes, taken = walk(method)
    back: dict[Node, set[Node]] = {}
    for one in taken:
        back.setdefault(one.after, set()).add(one.origin)
    ends = [node for node in nodes if node.payment.phase in FINAL]
    reached, todo = set(ends), deque(ends)
    while todo:
        node = todo.popleft()
        for before in back.get(node, set()) - reached:
            reached.add(before)
            todo.append(before)
    assert nodes - reached == set()
