"""How much may be owed while the link is down: the limits, and whether one more sale is within them.

Enters: the limits, the cloud's marks, the debts there are, one sale. Leaves: allowed, or the one word
why not. A debt that nobody has paid counts, whatever became of it; so the sum can never grow past the
limits, however often link, power and process come and go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.core.debt import OPEN, CollectTries, Debt, DebtPhase
from agent.core.events import Instant
from agent.core.ids import PersonId
from agent.core.marks import TrustMarks
from agent.core.money import Money
from agent.core.payment import Payment

CLOCKS_APART_MS = 300_000  # so much the cloud's clock may be ahead of ours before a mark is not believed


class Refusal(StrEnum):
    """Why the goods may not leave on trust."""

    OFF = "offline"
    TRIED = "trust_tried"
    STARTING = "trust_starting"
    TOO_LONG = "trust_too_long"
    UNMARKED = "trust_unmarked"
    STALE = "trust_stale"
    OWES = "trust_owes"
    PAYMENT = "trust_payment"
    PERSON = "trust_person"
    COUNT = "trust_count"
    SUM = "trust_sum"


@dataclass(frozen=True, slots=True)
class Exposure:
    """What may be owed at once, and when it is asked for; all from the profile's [offline]."""

    enabled: bool
    payment_max_minor: int
    person_max_minor: int
    count_max: int
    sum_max_minor: int
    link_down_max_ms: int
    mark_age_max_ms: int
    look_every_ms: int
    tries: CollectTries


NO_TRUST = Exposure(
    enabled=False,
    payment_max_minor=0,
    person_max_minor=0,
    count_max=0,
    sum_max_minor=0,
    link_down_max_ms=0,
    mark_age_max_ms=0,
    look_every_ms=60_000,
    tries=CollectTries(
        tries_a_day=1,
        from_hour=8,
        until_hour=21,
        utc_offset_ms=0,
        try_again_ms=3_600_000,
        hand_over_after_ms=604_800_000,
    ),
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is unpaid now."""

    count: int
    sum_minor: int

    def left_minor(self, exposure: Exposure) -> int:
        """What may still be owed; nothing once the number of sales is used up."""
        return max(0, exposure.sum_max_minor - self.sum_minor) if self.count < exposure.count_max else 0


@dataclass(frozen=True, slots=True)
class Sale:
    """One order that somebody wants to take along: whose, how much, and since when the link is down
    (0: not known to be)."""

    person: PersonId
    payment: Payment
    link_lost_utc_ms: int

    @property
    def amount(self) -> Money:
        return self.payment.amount


def owed(debts: Sequence[Debt], person: PersonId | None = None) -> Owed:
    """Everything unpaid, or one member's."""
    unpaid = [debt for debt in debts if debt.unpaid and person in (None, debt.person)]
    return Owed(len(unpaid), sum(debt.amount_minor for debt in unpaid))


def may_sell_offline(
    exposure: Exposure, marks: TrustMarks, debts: Sequence[Debt], sale: Sale, at: Instant
) -> Refusal | None:
    """None: the goods may leave on trust. Else the first thing that forbids it."""
    if not exposure.enabled:
        return Refusal.OFF
    if sale.payment.attempt:
        return Refusal.TRIED  # the cloud has already said no to this order
    return (
        _link(exposure, sale, at)
        or _mark(exposure, marks, sale, at)
        or _limits(exposure, marks, debts, sale)
    )


def _link(exposure: Exposure, sale: Sale, at: Instant) -> Refusal | None:
    if sale.link_lost_utc_ms == 0:
        return Refusal.STARTING
    return Refusal.TOO_LONG if at.utc_ms - sale.link_lost_utc_ms > exposure.link_down_max_ms else None


def _mark(exposure: Exposure, marks: TrustMarks, sale: Sale, at: Instant) -> Refusal | None:
    """A clock that was set back must not make an old mark young."""
    mark, age_ms = marks.of(sale.person), at.utc_ms - marks.marked_utc_ms
    if mark is None or marks.currency != sale.amount.currency:
        return Refusal.UNMARKED
    fresh = -CLOCKS_APART_MS <= age_ms <= exposure.mark_age_max_ms and at.utc_ms <= mark.until_utc_ms
    return None if fresh else Refusal.STALE


def _limits(exposure: Exposure, marks: TrustMarks, debts: Sequence[Debt], sale: Sale) -> Refusal | None:
    mark, amount_minor = marks.of(sale.person), sale.amount.amount_minor
    limit_minor = min(mark.limit_minor if mark else 0, exposure.person_max_minor)
    theirs, all_ = owed(debts, sale.person), owed(debts)
    fresh = (DebtPhase.RESERVED, DebtPhase.COLLECTING)
    if any(debt.person == sale.person and debt.unpaid and debt.phase not in fresh for debt in debts):
        return Refusal.OWES
    if amount_minor > exposure.payment_max_minor:
        return Refusal.PAYMENT
    if theirs.sum_minor + amount_minor > limit_minor:
        return Refusal.PERSON
    if all_.count + 1 > exposure.count_max:
        return Refusal.COUNT
    return Refusal.SUM if all_.sum_minor + amount_minor > exposure.sum_max_minor else None


def within(exposure: Exposure, debts: Sequence[Debt], debt: Debt) -> bool:
    """The limits hold with this debt among the others; what the invariants ask when one is added."""
    sums = [d.amount_minor for d in debts if d.unpaid]
    theirs = [d.amount_minor for d in debts if d.unpaid and d.person == debt.person]
    return (
        exposure.enabled
        and debt.amount_minor <= exposure.payment_max_minor
        and sum(theirs) <= exposure.person_max_minor
        and len(sums) <= exposure.count_max
        and sum(sums) <= exposure.sum_max_minor
    )


def waiting(debts: Sequence[Debt]) -> bool:
    """Something is still to be collected by this terminal."""
    return any(debt.phase in OPEN for debt in debts)
