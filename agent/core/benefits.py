"""What a member has and what the shop allows: levels, points, coupons. All of it is data from the cloud.

`MembershipRules` are published to the terminal, kept on disk and known without the link; `Holdings` are
asked for when somebody was identified and live as long as the visit. What they are worth is `membership`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.core.ids import CouponId, PersonId

COUPONS_MAX = 20  # of one member on one screen; the cloud sends those that end first
TOGETHER_MAX = 3  # coupons in one payment, whatever the shop allows
LEVELS_MAX = 8
DAY_MINUTES = 1440


class CouponKind(StrEnum):
    """How a coupon takes something off."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    FREE_PIECES = "free_pieces"


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon of one member, good for one payment.

    `value`: minor units, per cent, or the pieces that are free for every `buy` pieces paid. `gtins` are the
    goods it is bound to, all of them when empty; `along` wants one of these in the basket besides.
    `least_minor` and `most_off_minor` are 0 without a limit, `until_utc_ms` without an end; the minutes are
    those of the shop's day. Of one `group` only one is taken; one that stands `alone` bears no other.
    """

    id: CouponId
    kind: CouponKind
    value: int
    name_zh: str
    name_en: str
    buy: int = 0
    gtins: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    least_minor: int = 0
    most_off_minor: int = 0
    from_utc_ms: int = 0
    until_utc_ms: int = 0
    from_minute: int = 0
    until_minute: int = DAY_MINUTES
    first_purchase: bool = False
    group: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A rank of membership: so much off everything, so many points for each that is earned."""

    key: str
    name_zh: str
    name_en: str
    off_percent: int = 0
    points_percent: int = 100


@dataclass(frozen=True, slots=True)
class PointRules:
    """`per_major` points for each whole unit of the currency; `step` points pay `step_minor`, up to a share
    of what is left to pay. Without a step they cannot be spent."""

    per_major: int = 1
    step: int = 0
    step_minor: int = 0
    share_percent: int = 50


@dataclass(frozen=True, slots=True)
class MembershipRules:
    """The shop's rules. A later version replaces an earlier one whole. The first level is the one that
    everybody has who joins. Version 0: the shop has no membership, and nothing is taken off."""

    version: int = 0
    currency: str = ""
    levels: tuple[Level, ...] = ()
    points: PointRules = PointRules()
    together_max: int = 1
    level_with_coupons: bool = True
    points_with_coupons: bool = True
    round_minor: int = 1
    utc_offset_ms: int = 0

    def level(self, key: str) -> Level | None:
        """The rank of this name; None for one the rules do not know."""
        return next((level for level in self.levels if level.key == key), None)


NO_RULES = MembershipRules()


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a member has at this moment, as the cloud says it."""

    person: PersonId
    level: str = ""
    points: int = 0
    coupons: tuple[Coupon, ...] = ()
    first_purchase: bool = False


@dataclass(frozen=True, slots=True)
class UsedCoupon:
    """One coupon, and how much it took off this payment."""

    id: CouponId
    off_minor: int


@dataclass(frozen=True, slots=True)
class Used:
    """What a payment takes from a member besides money. Bound to the payment key, like the amount."""

    coupons: tuple[UsedCoupon, ...] = ()
    points: int = 0
    points_off_minor: int = 0
    level_off_minor: int = 0

    @property
    def off_minor(self) -> int:
        """How much less is paid."""
        coupons = sum(coupon.off_minor for coupon in self.coupons)
        return self.level_off_minor + coupons + self.points_off_minor

    def takes(self) -> bool:
        """Is something consumed, so that it could be used up elsewhere?"""
        return bool(self.coupons or self.points)


NOTHING_USED = Used()


@dataclass(frozen=True, slots=True)
class Gift:
    """A coupon that the cloud gave for a payment, by its name."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a member wants to use. Nothing said (`best`): whatever takes most off, points left alone."""

    coupons: tuple[CouponId, ...] = ()
    points: bool = False
    best: bool = False


THE_BEST = Choice(best=True)
