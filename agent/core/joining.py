"""Becoming a member, as data: the pages the customer walks through, seen anew at every start.

Nothing of it is kept until the turn that enrols: whoever walks off leaves nothing behind. `joining_desk`
holds the taps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.core.consent import AgeGroup, Purpose
from agent.core.ids import DeviceId, PersonId, Secret

CHINESE_PHONE_DIGITS = 11


class JoinPage(StrEnum):
    """Where somebody who wants to become a member stands."""

    TERMS = "terms"
    ALL_TERMS = "all_terms"
    GUARDIAN = "guardian"
    GUARDIAN_PHONE = "guardian_phone"
    PHONE = "phone"
    LOOK = "look"
    KEEPING = "keeping"
    JOINED = "joined"
    ENDED = "ended"


MEANING: dict[JoinPage, str] = {
    JoinPage.TERMS: "What is agreed to, in short; each purpose is ticked by itself.",
    JoinPage.ALL_TERMS: "The whole notice.",
    JoinPage.GUARDIAN: "Below fourteen: a guardian is asked to agree.",
    JoinPage.GUARDIAN_PHONE: "The guardian's phone number.",
    JoinPage.PHONE: "The phone number of whoever joins.",
    JoinPage.LOOK: "The camera looks at a living face.",
    JoinPage.KEEPING: "The eyes make a template of what was seen.",
    JoinPage.JOINED: "A member, from this moment on.",
    JoinPage.ENDED: "It came to nothing, and nothing is kept; one sentence says why.",
}
OVER = frozenset({JoinPage.JOINED, JoinPage.ENDED})


@dataclass(frozen=True, slots=True)
class JoinRules:
    """The profile's [joining]."""

    enabled: bool = False
    page_wait_ms: int = 60_000
    shown_ms: int = 6_000
    phone_digits: int = CHINESE_PHONE_DIGITS


NO_JOINING = JoinRules()


@dataclass(frozen=True, slots=True)
class Joining:
    """One person on the way. `page_no` grows with every change, so that a tap on the page of a moment ago
    is old; `visit_no` is the visit's stage it belongs to: when that goes on, joining is over. `trouble` is
    said on the page it stands on."""

    visit_no: int
    page: JoinPage = JoinPage.TERMS
    page_no: int = 0
    purposes: tuple[Purpose, ...] = ()
    age: AgeGroup = AgeGroup.UNKNOWN
    guardian_phone: Secret | None = None
    phone: Secret | None = None
    look: int = 0
    trouble: str = ""
    name_masked: str = ""


def member_id(device: DeviceId, era: str, number: int) -> PersonId:
    """`desk-01` · `7f3a` · 3 → `M-desk-01-7f3a-000003`: two terminals never give the same one."""
    return PersonId(f"M-{device}-{era}-{number:06d}")


def looks_like_phone(words: str, digits: int) -> bool:
    """So many digits; a Chinese mobile number begins with 13 to 19."""
    if len(words) != digits or not (words.isascii() and words.isdigit()):
        return False
    return digits != CHINESE_PHONE_DIGITS or (words[0] == "1" and words[1] in "3456789")


def masked(phone: Secret) -> str:
    """What may be shown of a number: how it begins. The last four are what a member is asked for."""
    words = phone.reveal()
    return words[:3] + "*" * (len(words) - 3)


def last_four(phone: Secret) -> Secret:
    """All that is kept of a member's number."""
    return Secret(phone.reveal()[-4:])


def guardian_named(phone: Secret | None) -> str:
    """How the ledger names a guardian: enough to find them again, not enough to call them."""
    if phone is None:
        return ""
    words = phone.reveal()
    return f"phone {words[:3]}{'*' * (len(words) - 7)}{words[-4:]}"
