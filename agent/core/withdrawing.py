"""Seeing what was agreed, and taking it back, as data: the pages the customer walks through.

Memory alone, like joining: what counts is the one turn that takes back, with the template destroyed in its
transaction. `withdrawing_desk` holds the taps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.core.consent import Purpose
from agent.core.events import Agreed
from agent.core.ids import PersonId

NUMBER_LETTERS = 8


class WithdrawPage(StrEnum):
    """Where somebody stands who looks at what they agreed to."""

    DIGITS = "digits"
    LOOK = "look"
    ASKING = "asking"
    AGREED = "agreed"
    ALL_TERMS = "all_terms"
    SURE = "sure"
    TAKING = "taking"
    GONE = "gone"
    ENDED = "ended"


MEANING: dict[WithdrawPage, str] = {
    WithdrawPage.DIGITS: "The last four digits of the phone, from whoever was not recognised yet.",
    WithdrawPage.LOOK: "The camera looks among the members with these digits.",
    WithdrawPage.ASKING: "The consent ledger is asked what was agreed to.",
    WithdrawPage.AGREED: "What was agreed to, when, under which notice; each may be taken back by itself.",
    WithdrawPage.ALL_TERMS: "The whole notice.",
    WithdrawPage.SURE: "What will happen, in a sentence; one more touch.",
    WithdrawPage.TAKING: "It is being written.",
    WithdrawPage.GONE: "Taken back; the receipt is shown.",
    WithdrawPage.ENDED: "Nothing was changed; one sentence says why.",
}
OVER = frozenset({WithdrawPage.GONE, WithdrawPage.ENDED})


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """One person at it. `page_no` grows with every change; `visit_no` is the visit's stage it belongs to:
    when that goes on, it is over. `purposes` are those about to be taken back. `receipt_sha256` and
    `code`, as square code, are the receipt's."""

    visit_no: int
    page: WithdrawPage = WithdrawPage.DIGITS
    page_no: int = 0
    person: PersonId | None = None
    agreed: tuple[Agreed, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    look: int = 0
    trouble: str = ""
    receipt_sha256: str = ""
    code: str = ""

    @property
    def given(self) -> tuple[Purpose, ...]:
        """What there is to take back."""
        return tuple(Purpose(one.purpose) for one in self.agreed)

    @property
    def all_of_it(self) -> bool:
        """Nothing would be left to keep the face for."""
        return set(self.purposes) >= set(self.given)


def receipt_number(receipt_sha256: str) -> str:
    """How a receipt is called aloud: `7F3A-9C21`."""
    letters = receipt_sha256[:NUMBER_LETTERS].upper()
    return f"{letters[:4]}-{letters[4:]}"
