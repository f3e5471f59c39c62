"""Every state that refunds of one order can reach in three parts, beside a cloud that keeps its promises
and a wire that loses, doubles, delays and reorders; and what holds on every edge.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from agent.core import refund as machine
from agent.core.charge import (
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    RefundRequest,
)
from agent.core.commands import AskRefund, AskRefundQuery, Command, StartTimer
from agent.core.events import Instant
from agent.core.ids import OrderId, PaymentKey
from agent.core.money import Money
from agent.core.refund import FINAL, Refund, RefundWaits, Signal, Standing, begin
from agent.core.sold import RefundLimits, SoldOrder, objection

PARTS_MAX, PAID = 3, Money(800)
AMOUNTS = (Money(300), Money(500))
WAITS = RefundWaits(5_000, 5_000)
LIMITS = RefundLimits(parts=PARTS_MAX, apart_ms=0)
NOW = Instant(0, 1_790_000_000_000)
WORLD = (Signal.LINK_LOST, Signal.LINK_BACK, Signal.RESTARTED)
BUSY = RefundRefused("conflict")
BOUND_MS = WAITS.answer_wait_ms + WAITS.query_every_ms


@dataclass(frozen=True)
class Part:
    """One refund, what the cloud has decided about its number (None: never seen), and what is on the
    wire: it may arrive at any time, any number of times, or never."""

    refund: Refund
    decided: RefundAnswer | None = None
    asked: bool = False
    questions: bool = False
    answers: frozenset[RefundAnswer] = frozenset()


Node = tuple[Part, ...]


@dataclass(frozen=True)
class Edge:
    """One thing that happened to the part `at`."""

    what: str
    before: Node
    after: Node
    at: int
    wishes: tuple[Command, ...] = ()


def back(node: Node) -> int:
    """What the cloud has given back or agreed to, in minor units."""
    given = [part for part in node if isinstance(part.decided, Refunded | RefundAccepted)]
    return sum(part.refund.amount.amount_minor for part in given)


def sold(node: Node) -> SoldOrder:
    """The order as the journal tells it."""
    counted = [part.refund for part in node if part.refund.standing is not Standing.REFUSED]
    refunded = Money(sum(refund.amount.amount_minor for refund in counted))
    return SoldOrder(
        OrderId("o"), PaymentKey("o-1"), "face", PAID, "paid", NOW.utc_ms, refunded, len(node), NOW.utc_ms
    )


def edges(node: Node) -> Iterator[Edge]:
    """Everything that can happen here."""
    for amount in AMOUNTS:
        if not any(part.refund.open for part in node) and not objection(
            sold(node), amount, LIMITS, NOW.utc_ms
        ):
            refund, wishes = begin(sold(node), amount, WAITS, NOW)
            yield Edge("begin", node, (*node, sent(Part(refund), wishes)), len(node), wishes)
    for at, part in enumerate(node):
        for what, (refund, wishes) in steps(part):
            yield Edge(what, node, put(node, at, sent(replace(part, refund=refund), wishes)), at, wishes)
        for what, after in in_the_cloud(node, part):
            yield Edge(what, node, put(node, at, after), at)


def steps(part: Part) -> Iterator[tuple[str, machine.Step]]:
    yield "timer", machine.timer_fired(part.refund, part.refund.timer, WAITS)
    yield "restarted", machine.restarted(part.refund, WAITS)
    for signal in WORLD:
        yield signal, machine.step(part.refund, signal, WAITS)
    for answer in part.answers:
        yield str(answer), machine.answered(part.refund, answer, WAITS)


def in_the_cloud(node: Node, part: Part) -> Iterator[tuple[str, Part]]:
    """An ask or a question arrives, or the bank makes up its mind."""
    if part.asked and part.decided is None:
        room = back(node) + part.refund.amount.amount_minor <= PAID.amount_minor
        said = (Refunded(), RefundAccepted(), RefundRefused("refused"))
        for answer in said if room else (RefundRefused("too_much"),):
            yield "decides", answers(replace(part, decided=answer), answer, BUSY)
    elif part.asked and part.decided is not None:
        yield "again", answers(part, part.decided)
    if part.questions:
        yield "knows", answers(part, part.decided or RefundNeverSeen())
    if isinstance(part.decided, RefundAccepted):
        for answer in (Refunded(), RefundRefused("refused")):
            yield "bank", answers(replace(part, decided=answer), answer)


def answers(part: Part, *said: RefundAnswer) -> Part:
    return replace(part, answers=part.answers | set(said))


def sent(part: Part, wishes: tuple[Command, ...]) -> Part:
    """What goes onto the wire; the counters of time are no part of the state. Once both sides have come
    to the same end, what is still on the wire says nothing new."""
    asked = part.asked or any(isinstance(wish, AskRefund) for wish in wishes)
    questions = part.questions or any(isinstance(wish, AskRefundQuery) for wish in wishes)
    same = replace(part.refund, queries=0, timer=0)
    return replace(part, refund=same, asked=asked, questions=questions)


def put(node: Node, at: int, part: Part) -> Node:
    return (*node[:at], part, *node[at + 1 :])


@cache
def walk() -> tuple[frozenset[Node], tuple[Edge, ...]]:
    seen: set[Node] = {()}
    todo: deque[Node] = deque([()])
    taken = []
    while todo:
        for one in edges(todo.popleft()):
            taken.append(one)
            after = tuple(map(settled, one.after))
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return frozenset(seen), tuple(taken)


def settled(part: Part) -> Part:
    """A part that has ended is walked on with no more than one late answer of each kind behind it; what a
    late answer does to an end is seen on the edges that led here."""
    if part.refund.open:
        return part
    return replace(part, asked=False, questions=False, answers=frozenset())


def test_every_standing_is_reached_and_the_walk_is_as_large_as_we_think() -> None:
    nodes, taken = walk()
    assert {part.refund.standing for node in nodes for part in node} == set(Standing)
    assert {len(node) for node in nodes} == set(range(PARTS_MAX + 1))
    assert 1_000 < len(nodes) < 50_000
    assert len(taken) > 20_000


def test_never_more_goes_back_than_was_paid() -> None:
    nodes, _ = walk()
    for node in nodes:
        assert back(node) <= PAID.amount_minor, node
        assert sold(node).refunded.amount_minor <= PAID.amount_minor, node


def test_what_the_till_calls_an_end_is_the_clouds() -> None:
    nodes, _ = walk()
    for node in nodes:
        for part in node:
            if part.refund.standing is Standing.REFUNDED:
                assert part.decided == Refunded(), node
            if part.refund.standing is Standing.REFUSED:
                assert isinstance(part.decided, RefundRefused), node


def test_an_end_is_an_end() -> None:
    for one in walk()[1]:
        if one.at < len(one.before) and one.before[one.at].refund.standing in FINAL:
            assert one.after[one.at].refund == one.before[one.at].refund, one
            assert one.wishes == (), one


def test_a_late_answer_changes_no_end() -> None:
    said = (Refunded(), RefundAccepted(), RefundNeverSeen(), BUSY, RefundRefused("refused"))
    for standing in FINAL:
        ended = replace(begin(sold(()), PAID, WAITS, NOW)[0], standing=standing)
        for answer in said:
            assert machine.answered(ended, answer, WAITS) == (ended, ())


def test_a_number_keeps_its_content_and_is_one_parts_own() -> None:
    first: dict[str, RefundRequest | None] = {}
    for one in walk()[1]:
        refund = one.after[one.at].refund
        for wish in one.wishes:
            if isinstance(wish, AskRefund):
                assert wish.request == refund.request, one
                assert wish.request.key == f"o-R{one.at + 1}-{refund.amount.amount_minor}", one
            elif isinstance(wish, AskRefundQuery):
                assert wish.key == refund.key, one
        assert first.setdefault(refund.key, refund.request) is not None, one
    parts = {key.rpartition("-")[0] for key in first}
    assert parts == {f"o-R{number}" for number in range(1, PARTS_MAX + 1)}


def test_two_parts_are_never_in_doubt_at_once() -> None:
    for node in walk()[0]:
        assert sum(part.refund.open for part in node) <= 1, node


def test_whatever_moves_and_does_not_end_has_a_timer() -> None:
    for one in walk()[1]:
        if one.wishes:
            assert any(isinstance(wish, StartTimer) for wish in one.wishes), one


def test_once_the_link_is_back_every_refund_ends_soon_or_is_honestly_with_the_bank() -> None:
    """Everything on the wire is lost; the link comes back; the cloud answers each message once, at once."""
    for node in walk()[0]:
        for at, part in enumerate(node):
            refund, decided, spent_ms = quietly(node, part)
            assert spent_ms <= BOUND_MS, (node, at, spent_ms)
            if refund.standing is Standing.ACCEPTED:
                assert decided == RefundAccepted(), node
            else:
                assert refund.standing in FINAL, (node, refund)


def quietly(node: Node, part: Part) -> tuple[Refund, RefundAnswer | None, int]:
    """How it ends, what the cloud says of it, and after how long."""
    refund, wishes = machine.step(part.refund, Signal.LINK_BACK, WAITS)
    decided, spent_ms = part.decided, 0
    while (refund.open and refund.standing is not Standing.ACCEPTED) or wishes:
        if not wishes:
            spent_ms += WAITS.answer_wait_ms  # a message that was lost before: nobody answers it
            refund, wishes = machine.timer_fired(refund, refund.timer, WAITS)
        for wish in wishes:
            if isinstance(wish, AskRefund) and decided is None:
                room = back(node) + refund.amount.amount_minor <= PAID.amount_minor
                decided = Refunded() if room else RefundRefused("too_much")
        asked = any(isinstance(wish, AskRefund | AskRefundQuery) for wish in wishes)
        wishes = ()
        if asked:
            refund, wishes = machine.answered(refund, decided or RefundNeverSeen(), WAITS)
        assert spent_ms <= 10 * BOUND_MS, (node, refund)
    return refund, decided, spent_ms
