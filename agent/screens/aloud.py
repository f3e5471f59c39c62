"""State → the sentence that belongs to it, if one is said. Pure; the words are `agent.voice`'s.

A sentence is said when it is new: once for each time people come to a stage, never again for a hint, a
countdown or a restart, and not at all while the sound is off.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.money import Money
from agent.core.payment import Phase
from agent.core.state import Terminal
from agent.core.visit import Stage

KEYS = {
    Stage.FACE: "look",
    Stage.CODE: "code",
    Stage.DIGITS: "digits",
    Stage.CONFIRM: "confirm",
    Stage.PAID: "received",
    Stage.OWED: "owed",
    Stage.NOT_PAID: "not_paid",
    Stage.HELD: "held",
}
WITH_AMOUNT = ("confirm", "received")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, by key. `time` tells one occasion from the next."""

    key: str
    amount: Money | None
    method: str
    language: str
    time: int


def sentence(t: Terminal) -> Sentence | None:
    """What the customer and the cashier hear now; None: nothing."""
    visit, payment = t.visit, t.visit.payment
    key = KEYS.get(visit.stage, "")
    if visit.stage is Stage.PAY and payment is not None and payment.phase is Phase.UNKNOWN:
        key = "unknown"
    if t.rules.training and key == "received":
        key = "practised"  # nobody across the counter may think that money came
    if t.silent or not key:
        return None
    amount = payment.amount if payment is not None and key in WITH_AMOUNT else None
    method = payment.method if payment is not None else ""
    return Sentence(key, amount, method, t.languages.get("customer", "zh"), visit.stage_no)
