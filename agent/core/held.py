"""A held order: nobody could say in time whether its money moved, and a person settles it.

Enters: the person's verdict, the cloud's late word. Leaves: questions about the one key, for ever under
that key. While nobody has said "paid" the key is fenced with each question, so that a late charge cannot
land behind a customer's back; once somebody has, it is only asked about. The cloud has the last word: it
confirms the person or contradicts, and a contradiction stays in sight until somebody has read it.
The table below is the whole machine; `docs/held.md` is drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from agent.core.charge import Answer, Captured, Declined, Voided
from agent.core.commands import AskQuery, AskVoid, Command, StartTimer
from agent.core.ids import PaymentKey
from agent.core.visit import Summary


class Standing(StrEnum):
    """What is known of a held order, and from whom."""

    OPEN = "open"
    SAID_PAID = "said_paid"
    SAID_NOT_PAID = "said_not_paid"
    PAID = "paid"
    NOT_PAID = "not_paid"


MEANING: dict[Standing, str] = {
    Standing.OPEN: "Nobody knows whether the money moved; the key is asked about and fenced.",
    Standing.SAID_PAID: "A person says it was paid; the cloud is still asked.",
    Standing.SAID_NOT_PAID: "A person says it was not paid; the key is still asked about and fenced.",
    Standing.PAID: "The cloud says it was captured.",
    Standing.NOT_PAID: "The cloud says nothing was captured, and nothing can be.",
}


class Signal(StrEnum):
    """What can happen to a held order."""

    SAY_PAID = "a person says paid"
    SAY_NOT_PAID = "a person says not paid"
    CAPTURED = "captured"
    CLEARED = "declined or voided"
    DUE = "time to ask"
    LINK_BACK = "link back"
    RESTARTED = "restarted"


class Act(StrEnum):
    """What goes out with a step."""

    QUERY = "query"
    VOID = "void"
    REST = "rest"


H, S, A = Standing, Signal, Act
TABLE: dict[Standing, dict[Signal, tuple[Standing, Act]]] = {
    H.OPEN: {
        S.SAY_PAID: (H.SAID_PAID, A.QUERY),
        S.SAY_NOT_PAID: (H.SAID_NOT_PAID, A.VOID),
        S.CAPTURED: (H.PAID, A.REST),
        S.CLEARED: (H.NOT_PAID, A.REST),
        S.DUE: (H.OPEN, A.VOID),
        S.LINK_BACK: (H.OPEN, A.VOID),
        S.RESTARTED: (H.OPEN, A.VOID),
    },
    H.SAID_PAID: {
        S.CAPTURED: (H.PAID, A.REST),
        S.CLEARED: (H.NOT_PAID, A.REST),
        S.DUE: (H.SAID_PAID, A.QUERY),
        S.LINK_BACK: (H.SAID_PAID, A.QUERY),
        S.RESTARTED: (H.SAID_PAID, A.QUERY),
    },
    H.SAID_NOT_PAID: {
        S.CAPTURED: (H.PAID, A.REST),
        S.CLEARED: (H.NOT_PAID, A.REST),
        S.DUE: (H.SAID_NOT_PAID, A.VOID),
        S.LINK_BACK: (H.SAID_NOT_PAID, A.VOID),
        S.RESTARTED: (H.SAID_NOT_PAID, A.VOID),
    },
    H.PAID: {},
    H.NOT_PAID: {},
}
FINAL = frozenset(standing for standing, row in TABLE.items() if not row)
REASONS = ("seen_on_phone", "seen_in_statement", "customer_denies", "other_way")
"""Why a person says so; each has its sentence on the screen."""
TIMER = "held:"
PATIENCE_MAX_MS = 3_600_000
OUTCOMES = {
    H.OPEN: "held",
    H.SAID_PAID: "paid",
    H.SAID_NOT_PAID: "notpaid",
    H.PAID: "paid",
    H.NOT_PAID: "notpaid",
}


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """One order in doubt, under the key of its last attempt. `on_trust`: its goods had left before, and how
    the order stands is said by its debt."""

    key: PaymentKey
    summary: Summary
    held_utc_ms: int
    standing: Standing = Standing.OPEN
    verdict: str = ""
    reason: str = ""
    questions: int = 0
    timer: int = 0
    on_trust: bool = False

    @property
    def open(self) -> bool:
        return self.standing not in FINAL

    @property
    def outcome(self) -> str:
        """As the order's list says it: what the cloud says, else what a person says, else held."""
        return OUTCOMES[self.standing]

    @property
    def contradicted(self) -> bool:
        """The cloud says otherwise than the person who settled it."""
        return not self.open and bool(self.verdict) and self.verdict != self.outcome


Step = tuple[HeldOrder, tuple[Command, ...]]


def begin(
    key: PaymentKey, summary: Summary, held_utc_ms: int, every_ms: int, on_trust: bool = False
) -> Step:
    """From now on it is asked about, ever more rarely."""
    return _armed(HeldOrder(key, summary, held_utc_ms, on_trust=on_trust), every_ms)


def judged(order: HeldOrder, paid: bool, reason: str, every_ms: int) -> Step:
    """A manager says what became of it, and why they know."""
    said, wishes = step(order, Signal.SAY_PAID if paid else Signal.SAY_NOT_PAID, every_ms)
    if said is order:
        return order, ()
    return replace(said, verdict="paid" if paid else "notpaid", reason=reason), wishes


def answered(order: HeldOrder, answer: Answer, every_ms: int) -> Step:
    """The cloud's late word. Pending and never seen say nothing yet; nor does a conflict."""
    match answer:
        case Captured():
            return step(order, Signal.CAPTURED, every_ms)
        case Declined(reason="conflict"):
            return order, ()
        case Declined() | Voided():
            return step(order, Signal.CLEARED, every_ms)
        case _:
            return order, ()


def timer_fired(order: HeldOrder, generation: int, every_ms: int) -> Step:
    """Time to ask again."""
    return step(order, Signal.DUE, every_ms) if generation == order.timer else (order, ())


def step(order: HeldOrder, signal: Signal, every_ms: int) -> Step:
    """Look the signal up in the table. Not in it: refused here, in one place, and nothing changes."""
    row = TABLE[order.standing].get(signal)
    if row is None:
        return order, ()
    standing, act = row
    moved = replace(order, standing=standing)
    if act is Act.REST:
        return moved, ()
    before = 0 if signal in (Signal.LINK_BACK, Signal.RESTARTED) else order.questions
    asked = replace(moved, questions=before + 1)  # what was asked into the void does not count
    return _armed(asked, every_ms, AskVoid(order.key) if act is Act.VOID else AskQuery(order.key))


def _armed(order: HeldOrder, every_ms: int, *wishes: Command) -> Step:
    armed = replace(order, timer=order.timer + 1)
    after_ms = min(every_ms << min(armed.questions, 16), PATIENCE_MAX_MS)
    return armed, (*wishes, StartTimer(f"{TIMER}{order.key}", armed.timer, after_ms))
