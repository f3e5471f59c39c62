"""State → the sentence that belongs to it, if one is said. Pure; the words are `agent.voice`'s.

A sentence is said when it is new: once for each time people come to a stage or a page, never again for a
hint, a countdown or a restart. How an order ended is said once, whatever is touched meanwhile and however
often the screens come back: heard twice it would sound like a second payment.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.joining import JoinPage
from agent.core.money import Money
from agent.core.payment import Phase
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.core.withdrawing import WithdrawPage

KEYS = {
    Stage.FACE: "look",
    Stage.MATCH: "look",
    Stage.NOBODY: "code",
    Stage.CODE: "code",
    Stage.DIGITS: "digits",
    Stage.CONFIRM: "confirm",
    Stage.PAID: "received",
    Stage.OWED: "owed",
    Stage.NOT_PAID: "not_paid",
    Stage.HELD: "held",
}
JOINING = {JoinPage.LOOK: "look", JoinPage.JOINED: "joined"}
WITHDRAWING = {
    WithdrawPage.DIGITS: "digits",
    WithdrawPage.LOOK: "look",
    WithdrawPage.GONE: "withdrawn",
}
WITH_AMOUNT = ("confirm", "received")
ONCE = frozenset({"received", "practised", "owed", "held"})
ENDS = ONCE | {"not_paid", "unknown"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, by key. `time` tells one occasion from the next."""

    key: str
    amount: Money | None
    method: str
    language: str
    time: str

    @property
    def ends(self) -> bool:
        """Does it say what became of money?"""
        return self.key in ENDS

    def again(self, said: Sentence | None) -> bool:
        """Was it said before? Another language says once more what to do, and never what was paid."""
        if said is None or (self.key, self.time) != (said.key, said.time):
            return False
        return self.ends or self.language == said.language


def sentence(t: Terminal) -> Sentence | None:
    """What the customer and the cashier hear now; None: nothing."""
    if t.joining is not None:
        return _beside(t, JOINING.get(t.joining.page), f"join-{t.visit.stage_no}-{t.joining.page_no}")
    if t.withdrawing is not None:
        page = t.withdrawing
        return _beside(t, WITHDRAWING.get(page.page), f"withdraw-{t.visit.stage_no}-{page.page_no}")
    visit, payment = t.visit, t.visit.payment
    key = KEYS.get(visit.stage, "")
    if visit.stage is Stage.PAY and payment is not None and payment.phase is Phase.UNKNOWN:
        key = "unknown"
    if t.rules.training and key == "received":
        key = "practised"  # nobody across the counter may think that money came
    if not key:
        return None
    amount = payment.amount if payment is not None and key in WITH_AMOUNT else None
    method = payment.method if payment is not None else ""
    time = visit.order_id or "" if key in ONCE else str(visit.stage_no)
    return Sentence(key, amount, method, t.languages.get("customer", "zh"), time)


def _beside(t: Terminal, key: str | None, time: str) -> Sentence | None:
    """On the pages of joining and withdrawing."""
    return Sentence(key, None, "", t.languages.get("customer", "zh"), time) if key else None
