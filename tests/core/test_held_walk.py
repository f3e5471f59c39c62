"""Every state that an order in doubt can reach, beside a cloud that keeps its promises, a charge that may
still be on its way, and a person who may be wrong; and what holds on every edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from agent.core import held as machine
from agent.core.charge import Answer, Captured, Declined, NeverSeen, Pending, Voided
from agent.core.commands import AskQuery, AskVoid, Command, StartTimer
from agent.core.held import FINAL, HeldOrder, Signal, Standing, begin
from agent.core.ids import OrderId, PaymentKey
from agent.core.money import Money
from agent.core.visit import Summary
from tests.core.walking import walked

EVERY_MS = 5_000
KEY = PaymentKey("o-1")
SUMMARY = Summary(OrderId("o"), "face", Money(880), "held", 1, None, None, None)
SETTLED = (Captured, Declined, Voided)


@dataclass(frozen=True)
class Node:
    """The case, what the cloud has decided about its key (None: never seen), whether the charge may still
    arrive, and what else is on the wire."""

    case: HeldOrder
    decided: Answer | None = None
    charge: bool = True
    query: bool = False
    void: bool = False
    answers: frozenset[Answer] = frozenset()


@dataclass(frozen=True)
class Edge:
    """One thing that happened."""

    what: str
    before: Node
    after: Node
    wishes: tuple[Command, ...] = ()


def edges(node: Node) -> Iterator[Edge]:
    """Everything that can happen here."""
    for what, (case, wishes) in steps(node):
        query = node.query or any(isinstance(wish, AskQuery) for wish in wishes)
        void = node.void or any(isinstance(wish, AskVoid) for wish in wishes)
        same = replace(case, questions=0, timer=0)
        yield Edge(what, node, replace(node, case=same, query=query, void=void), wishes)
    for what, decided in in_the_cloud(node):
        said = node.answers | {decided or NeverSeen()}
        yield Edge(what, node, replace(node, decided=decided, answers=said))


def steps(node: Node) -> Iterator[tuple[str, machine.Step]]:
    case = node.case
    for paid in (True, False):
        yield f"said {paid}", machine.judged(case, paid, "seen_on_phone", EVERY_MS)
    yield "timer", machine.timer_fired(case, case.timer, EVERY_MS)
    for signal in (Signal.LINK_BACK, Signal.RESTARTED):
        yield signal, machine.step(case, signal, EVERY_MS)
    for answer in node.answers | {Declined("conflict")}:
        yield str(answer), machine.answered(case, answer, EVERY_MS)


def in_the_cloud(node: Node) -> Iterator[tuple[str, Answer | None]]:
    """The charge, a question or a fence arrives; a customer types, or gives up."""
    decided = node.decided
    if node.charge and decided is None:
        yield from (("charge", answer) for answer in (Captured(), Declined("late"), Pending()))
    elif node.charge:
        yield "charge again", decided
    if decided == Pending():
        yield from (("customer", answer) for answer in (Captured(), Declined("funds")))
    if node.query:
        yield "query", decided
    if node.void:
        fenced = (decided,) if isinstance(decided, SETTLED) else (Voided(), Captured())
        yield from (("void", answer) for answer in fenced if answer == Voided() or decided is not None)


@cache
def walk() -> tuple[frozenset[Node], tuple[Edge, ...]]:
    first = Node(begin(KEY, SUMMARY, 0, EVERY_MS)[0])
    first = replace(first, case=replace(first.case, timer=0))
    return walked(first, edges)


def test_every_standing_is_reached_and_the_walk_is_as_large_as_we_think() -> None:
    nodes, taken = walk()
    assert {node.case.standing for node in nodes} == set(Standing)
    assert {node.case.contradicted for node in nodes} == {False, True}
    assert 50 < len(nodes) < 1_000
    assert len(taken) > 500


def test_an_end_is_the_clouds_word_and_can_never_turn_out_otherwise() -> None:
    for node in walk()[0]:
        if node.case.standing is Standing.PAID:
            assert isinstance(node.decided, Captured), node
        if node.case.standing is Standing.NOT_PAID:
            assert isinstance(node.decided, Declined | Voided), node


def test_an_end_is_an_end() -> None:
    for one in walk()[1]:
        if one.before.case.standing in FINAL:
            assert (one.after.case, one.wishes) == (one.before.case, ()), one


def test_only_a_person_puts_a_verdict_there_and_only_while_nobody_has() -> None:
    for one in walk()[1]:
        if one.after.case.verdict != one.before.case.verdict:
            assert one.what.startswith("said"), one
            assert one.before.case.standing is Standing.OPEN, one


def test_a_key_that_somebody_called_paid_is_never_fenced_again() -> None:
    for one in walk()[1]:
        if one.after.case.verdict == "paid":
            assert not any(isinstance(wish, AskVoid) for wish in one.wishes), one


def test_while_nobody_called_it_paid_each_question_fences_it() -> None:
    for one in walk()[1]:
        if one.after.case.verdict != "paid":
            assert not any(isinstance(wish, AskQuery) for wish in one.wishes), one


def test_a_person_who_was_wrong_is_contradicted_and_one_who_was_right_is_not() -> None:
    for node in walk()[0]:
        case, paid = node.case, isinstance(node.decided, Captured)
        wrong = not case.open and case.verdict != "" and (case.verdict == "paid") is not paid
        assert case.contradicted is wrong, node


def test_whatever_is_asked_is_asked_again() -> None:
    for one in walk()[1]:
        if one.wishes:
            assert one.after.case.open, one
            assert any(isinstance(wish, StartTimer) for wish in one.wishes), one


def test_once_the_link_is_back_the_next_answer_ends_it_unless_the_cloud_knows_nothing() -> None:
    """The question is answered at once, and by the truth; everything that was on the wire is lost."""
    for node in walk()[0]:
        case, wishes = machine.step(node.case, Signal.LINK_BACK, EVERY_MS)
        decided = node.decided
        if any(isinstance(wish, AskVoid) for wish in wishes) and not isinstance(decided, SETTLED):
            decided = Voided()
        if case.open:
            case, _ = machine.answered(case, decided or NeverSeen(), EVERY_MS)
        honest = case.verdict == "paid" and not isinstance(decided, SETTLED)
        assert not case.open or honest, node


def test_the_link_that_comes_back_begins_the_waiting_anew() -> None:
    """What was asked while nobody could hear does not make the next question an hour late."""
    case, _ = begin(KEY, SUMMARY, 0, EVERY_MS)
    for _ in range(12):
        case, _ = machine.timer_fired(case, case.timer, EVERY_MS)
    _, wishes = machine.step(case, Signal.LINK_BACK, EVERY_MS)
    [timer] = [wish for wish in wishes if isinstance(wish, StartTimer)]
    assert timer.after_ms == 2 * EVERY_MS
