"""Membership on the wire: rules, what a member has, what a payment uses. For `messages` and the client."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from agent.cloud import schema
from agent.cloud.envelope import Unreadable, data_of, ms_of, pack, rfc3339, unpack
from agent.core.benefits import (
    NOTHING_USED,
    Coupon,
    CouponKind,
    Gift,
    Holdings,
    Level,
    MembershipRules,
    PointRules,
    Used,
    UsedCoupon,
)
from agent.core.commands import AskMember
from agent.core.events import MemberFound, MembershipTold
from agent.core.ids import CouponId, DeviceId, PersonId

CLOUD_SOURCE = "hyla/cloud"
MINUTE_MS = 60_000


# What a payment uses -------------------------------------------------------------------------------


def used_data(used: Used) -> schema.BenefitsData | UnsetType:
    """Left out when nothing is used: such a charge looks as it always did."""
    if used == NOTHING_USED:
        return UNSET
    coupons = [schema.UsedCouponData(one.id, one.off_minor) for one in used.coupons]
    return schema.BenefitsData(coupons, used.points, used.points_off_minor, used.level_off_minor)


def read_used(data: schema.BenefitsData | UnsetType) -> Used:
    """The cloud's side. Raises Unreadable."""
    if isinstance(data, UnsetType):
        return NOTHING_USED
    coupons = tuple(UsedCoupon(CouponId(one.coupon), one.off_minor) for one in data.coupons)
    if len({one.id for one in coupons}) != len(coupons):
        raise Unreadable("a charge with one coupon twice")
    return Used(coupons, data.points, data.points_off_minor, data.level_off_minor)


def gift_data(gift: Gift | None) -> schema.GiftData | UnsetType:
    return UNSET if gift is None else schema.GiftData(gift.name_zh, gift.name_en)


def read_gift(data: schema.GiftData | UnsetType) -> Gift | None:
    return None if isinstance(data, UnsetType) else Gift(data.name_zh, data.name_en)


# What a member has ---------------------------------------------------------------------------------


def ask_bytes(wish: AskMember, device: DeviceId) -> bytes:
    """A repeat is byte-identical."""
    data = schema.MemberRequestData(wish.number, wish.person)
    return pack(schema.MEMBER_REQUESTED, f"{device}/{wish.number}/member", f"hyla/{device}", data)


def read_ask(envelope: schema.Envelope) -> AskMember:
    """The cloud's side. Raises Unreadable."""
    data = data_of(envelope, schema.MemberRequestData)
    return AskMember(data.number, PersonId(data.person))


def member_bytes(fact: MemberFound, id: str, utc_ms: int) -> bytes:
    """The cloud's side: what the member has."""
    have = fact.holdings
    data = schema.MemberData(
        number=fact.number,
        person=have.person,
        level=have.level,
        points=have.points,
        coupons=[_coupon_data(coupon) for coupon in have.coupons],
        first_purchase=have.first_purchase,
    )
    return pack(schema.MEMBER, id, CLOUD_SOURCE, data, rfc3339(utc_ms))


def read_member(envelope: schema.Envelope) -> MemberFound:
    """What the member has. Raises Unreadable."""
    data = data_of(envelope, schema.MemberData)
    coupons = tuple(map(_coupon, data.coupons))
    return MemberFound(
        data.number,
        Holdings(PersonId(data.person), data.level, data.points, coupons, data.first_purchase),
    )


def _coupon_data(coupon: Coupon) -> schema.CouponData:
    return schema.CouponData(
        coupon=coupon.id,
        kind=coupon.kind.value,
        value=coupon.value,
        name_zh=coupon.name_zh,
        name_en=coupon.name_en,
        buy=coupon.buy,
        gtins=list(coupon.gtins),
        along=list(coupon.along),
        least_minor=coupon.least_minor,
        most_off_minor=coupon.most_off_minor,
        since=rfc3339(coupon.from_utc_ms) if coupon.from_utc_ms else UNSET,
        until=rfc3339(coupon.until_utc_ms) if coupon.until_utc_ms else UNSET,
        from_minute=coupon.from_minute,
        until_minute=coupon.until_minute,
        first_purchase=coupon.first_purchase,
        group=coupon.group,
        alone=coupon.alone,
    )


def _coupon(data: schema.CouponData) -> Coupon:
    return Coupon(
        id=CouponId(data.coupon),
        kind=CouponKind(data.kind),
        value=data.value,
        name_zh=data.name_zh,
        name_en=data.name_en,
        buy=data.buy,
        gtins=tuple(data.gtins),
        along=tuple(data.along),
        least_minor=data.least_minor,
        most_off_minor=data.most_off_minor,
        from_utc_ms=0 if isinstance(data.since, UnsetType) else ms_of(data.since),
        until_utc_ms=0 if isinstance(data.until, UnsetType) else ms_of(data.until),
        from_minute=data.from_minute,
        until_minute=data.until_minute,
        first_purchase=data.first_purchase,
        group=data.group,
        alone=data.alone,
    )


# The shop's rules ----------------------------------------------------------------------------------


def membership_bytes(fact: MembershipTold, utc_ms: int) -> bytes:
    """The cloud's side: by which rules this shop's membership goes."""
    rules, points = fact.rules, fact.rules.points
    data = schema.MembershipData(
        version=rules.version,
        currency=rules.currency,
        levels=[
            schema.LevelData(one.key, one.name_zh, one.name_en, one.off_percent, one.points_percent)
            for one in rules.levels
        ],
        points_per_major=points.per_major,
        points_step=points.step,
        points_step_minor=points.step_minor,
        points_share_percent=points.share_percent,
        together_max=rules.together_max,
        level_with_coupons=rules.level_with_coupons,
        points_with_coupons=rules.points_with_coupons,
        round_minor=rules.round_minor,
        utc_offset_min=rules.utc_offset_ms // MINUTE_MS,
    )
    return pack(schema.MEMBERSHIP, f"membership/{rules.version}", CLOUD_SOURCE, data, rfc3339(utc_ms))


def read_membership(body: bytes) -> MembershipTold:
    """By which rules the shop's membership goes. Raises Unreadable."""
    name, envelope = unpack(body)
    if name != schema.MEMBERSHIP:
        raise Unreadable("a message of a type that is no rules of membership")
    data = data_of(envelope, schema.MembershipData)
    levels = tuple(
        Level(one.level, one.name_zh, one.name_en, one.off_percent, one.points_percent)
        for one in data.levels
    )
    if len({level.key for level in levels}) != len(levels):
        raise Unreadable("rules of membership with one level twice")
    points = PointRules(
        data.points_per_major, data.points_step, data.points_step_minor, data.points_share_percent
    )
    return MembershipTold(
        MembershipRules(
            version=data.version,
            currency=data.currency,
            levels=levels,
            points=points,
            together_max=data.together_max,
            level_with_coupons=data.level_with_coupons,
            points_with_coupons=data.points_with_coupons,
            round_minor=data.round_minor,
            utc_offset_ms=data.utc_offset_min * MINUTE_MS,
        )
    )
