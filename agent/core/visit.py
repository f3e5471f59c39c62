"""One visit to the till, as data: where it stands, what is in the basket, who pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from agent.core import payment as pay
from agent.core.basket import Basket
from agent.core.benefits import NOTHING_USED, THE_BEST, Choice, Holdings
from agent.core.ids import OrderId, PersonId
from agent.core.money import Money
from agent.core.payment import Payment


class Stage(StrEnum):
    """What both people are busy with. While the stage is PAY, the payment's phase says the rest."""

    IDLE = "idle"
    BASKET = "basket"
    CHOOSE = "choose"
    CODE = "code"
    FACE = "face"
    DIGITS = "digits"
    MATCH = "match"
    CONFIRM = "confirm"
    CASH = "cash"
    PAY = "pay"
    PAID = "paid"
    OWED = "owed"
    NOT_PAID = "not_paid"
    NOBODY = "nobody"
    HELD = "held"


MEANING: dict[Stage, str] = {
    Stage.IDLE: "Nobody is served.",
    Stage.BASKET: "Goods are being scanned.",
    Stage.CHOOSE: "The amount is fixed; the customer chooses face or code.",
    Stage.CODE: "The customer was asked to show a payment code.",
    Stage.FACE: "The camera looks for a member.",
    Stage.DIGITS: "Somebody was recognised; the last four digits of the phone are asked.",
    Stage.MATCH: "The face is matched again, among the members with these digits only.",
    Stage.CONFIRM: "Amount and masked name are shown; nothing is charged without a tap.",
    Stage.CASH: "The customer pays in cash; the cashier counts it.",
    Stage.PAY: "Money is being asked for; what is known of it is the payment's phase.",
    Stage.PAID: "Captured; both screens say so.",
    Stage.OWED: "Not paid: the goods leave on trust; both screens say that it will be collected.",
    Stage.NOT_PAID: "Known not charged; a new try is allowed.",
    Stage.NOBODY: "Nobody was recognised; nothing was charged; the code is offered.",
    Stage.HELD: "Still unknown after the horizon; a person settles it.",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """When things happened, for the two durations people ask about; monotonic milliseconds."""

    face_seen_ms: int | None = None
    identified_ms: int | None = None
    confirmed_ms: int | None = None
    answered_ms: int | None = None

    @property
    def identify_ms(self) -> int | None:
        """From face in view to identified."""
        return _between(self.face_seen_ms, self.identified_ms)

    @property
    def answer_ms(self) -> int | None:
        """From confirmed to answered."""
        return _between(self.confirmed_ms, self.answered_ms)


def _between(start_ms: int | None, end_ms: int | None) -> int | None:
    return None if start_ms is None or end_ms is None else end_ms - start_ms


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything about the customer being served. `stage_no` is the generation of the stage's timer
    and grows with every change of stage, over all visits. `holdings` is what the cloud says the person has,
    `choice` what they want to use of it; `member_no` numbers the question it answers."""

    basket: Basket
    stage: Stage = Stage.IDLE
    stage_no: int = 0
    order_id: OrderId | None = None
    payment: Payment | None = None
    person: PersonId | None = None
    reason: str = ""
    digits_tries: int = 0
    marks: Marks = Marks()
    member_no: int = 0
    holdings: Holdings | None = None
    choice: Choice = THE_BEST

    def at_full_price(self) -> Visit:
        """The same visit, with nothing of a member's used for it."""
        payment = self.payment and pay.priced(self.payment, self.basket.total, NOTHING_USED)
        return replace(self, payment=payment, holdings=None, choice=THE_BEST)

    def of_nobody(self) -> Visit:
        """The same visit, whoever pays it: at the full price."""
        return replace(self.at_full_price(), person=None)


@dataclass(frozen=True, slots=True)
class Summary:
    """One finished order, for the list on the cashier's screen and for `hyla orders`. `amount` is what was
    asked for, `off_minor` what membership had taken off before."""

    order_id: OrderId
    method: str
    amount: Money
    outcome: str
    attempts: int
    person: PersonId | None
    identify_ms: int | None
    answer_ms: int | None
    off_minor: int = 0
