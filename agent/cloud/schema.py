"""What stands in the messages, as types: the schemas of `docs/asyncapi.yaml` are generated from here.

Every message is a CloudEvent 1.0 in structured JSON: an envelope, and `data` of the type that the
envelope's `type` names. Within a version fields are only ever added; readers ignore what they do not
know. Money is whole minor units and a currency, never a float.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from agent.cloud import bundle_schema, claim_schema

VERSION = 1
# Largest whole number that every JSON reader keeps exact.
EXACT_MAX = 9_007_199_254_740_991

Text = Annotated[str, Meta(min_length=1, max_length=60)]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
AmountMinor = Annotated[int, Meta(ge=1, le=EXACT_MAX, description="Whole minor units, fen for CNY.")]
Counted = Annotated[int, Meta(ge=0, le=EXACT_MAX)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.")]
Points = Annotated[int, Meta(ge=-EXACT_MAX, le=EXACT_MAX)]
Sequence = Annotated[int, Meta(ge=1, le=EXACT_MAX, description="Contiguous within the epoch.")]
UtcTime = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$",
        description="RFC 3339 in UTC, milliseconds.",
    ),
]


class Envelope(Struct, frozen=True, kw_only=True):
    """CloudEvents 1.0. `time` is left out where a repeat must be identical to the byte."""

    specversion: Annotated[str, Meta(pattern=r"^1\.\d+$")]
    id: Name
    source: Name
    type: Annotated[str, Meta(min_length=1, max_length=128, description="hyla.….vN; N is the version.")]
    time: UtcTime | UnsetType = UNSET
    datacontenttype: str = "application/json"
    data: Raw


class FacePayerData(Struct, frozen=True, tag_field="kind", tag="face"):
    """A member identified on the device, who confirmed."""

    person: Name


class UsedCouponData(Struct, frozen=True):
    """One coupon, and how much it takes off."""

    coupon: Name
    off_minor: AmountMinor


class BenefitsData(Struct, frozen=True):
    """What a payment uses of a member's, besides money; `amount_minor` is what is left to pay. Used up
    exactly when the money moves, given back with it; refused whole when one of it is gone."""

    coupons: Annotated[list[UsedCouponData], Meta(max_length=3)] = []
    points: Counted = 0
    points_off_minor: Counted = 0
    level_off_minor: Counted = 0


class CodePayerData(Struct, frozen=True, tag_field="kind", tag="code"):
    """Whoever holds this one-use code. Never logged, never stored in clear."""

    network: Name
    code: Name

    def __repr__(self) -> str:
        return f"CodePayerData({self.network}, •••)"


class ChargeRequestData(Struct, frozen=True):
    """Ask for money, once, under the key. The cloud refuses it after the deadline."""

    payment_key: Name
    order_id: Name
    amount_minor: AmountMinor
    currency: Currency
    payer: FacePayerData | CodePayerData
    goods_digest: Annotated[str, Meta(max_length=128, description="Binds the basket.")]
    deadline: UtcTime
    benefits: BenefitsData | UnsetType = UNSET


class KeyData(Struct, frozen=True):
    """The payment key alone: what is asked about, fenced, pending, unknown or voided."""

    payment_key: Name


class GiftData(Struct, frozen=True):
    """A coupon that the member has from now on, by its names."""

    name_zh: Text
    name_en: Text


class CapturedData(Struct, frozen=True):
    """The money moved, once; points the cloud booked for this order, the member's new balance, and perhaps
    a coupon given for it."""

    payment_key: Name
    points_earned: Points = 0
    points_balance: Points = 0
    gift: GiftData | UnsetType = UNSET


class DeclinedData(Struct, frozen=True):
    """Known not charged. `reason` is one word: funds, expired_code, late, conflict, refused …; of benefits
    coupon_used, coupon_ended, points_short."""

    payment_key: Name
    reason: Annotated[str, Meta(max_length=200)]


class RefundRequestData(Struct, frozen=True):
    """Give back part of a captured charge, once, under this number; a repeat gives back nothing more."""

    refund_key: Name
    payment_key: Name
    order_id: Name
    amount_minor: AmountMinor
    currency: Currency


class RefundKeyData(Struct, frozen=True):
    """The refund's number alone: what is asked about, given back, accepted or never seen."""

    refund_key: Name


class RefundRefusedData(Struct, frozen=True):
    """Known not given back. `reason` is one word: too_much, too_old, not_paid, conflict, refused …"""

    refund_key: Name
    reason: Annotated[str, Meta(max_length=200)]


class StatementRequestData(Struct, frozen=True):
    """One page of a book: the cloud's own ledger, or the provider's bill as the cloud has fetched it. Rows
    booked from `since` up to, not including, `until`; of this device only. Pages count from 1."""

    book: Literal["ledger", "bill"]
    since: UtcTime
    until: UtcTime
    page: Annotated[int, Meta(ge=1, le=10_000)]


class StatementRowData(Struct, frozen=True):
    """Money that moved, or is on its way back (accepted). `key` is a payment key or a refund's number."""

    key: Name
    order_id: Annotated[str, Meta(max_length=128, description="Empty when the book does not know it.")]
    amount_minor: AmountMinor
    currency: Currency
    state: Literal["captured", "refunded", "accepted"]
    time: UtcTime


class StatementData(Struct, frozen=True):
    """That page: the question again, how many pages there are (at least one), and its rows in the order in
    which they were booked. A page after the last one has no rows and counts itself: `pages` is never less
    than `page`."""

    book: Literal["ledger", "bill"]
    since: UtcTime
    until: UtcTime
    page: Annotated[int, Meta(ge=1, le=10_000)]
    pages: Annotated[int, Meta(ge=1, le=10_000)]
    rows: Annotated[list[StatementRowData], Meta(max_length=200)]


class RecordData(Struct, frozen=True):
    """A record of the device. (device, epoch, seq) names it for ever; `record` is its content."""

    epoch: Name
    seq: Sequence
    kind: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
    record: dict[str, Any]


class RefusedRecord(Struct, frozen=True):
    """A record the cloud will never take, and why, in the technician's words."""

    id: Name
    why: Annotated[str, Meta(max_length=200)]


class AcknowledgedData(Struct, frozen=True):
    """Committed by the cloud, duplicates too. Only this empties the outbox."""

    ids: list[Name]
    highest_contiguous_seq: Annotated[int, Meta(ge=0, le=EXACT_MAX)] = 0
    refused: list[RefusedRecord] = []


class PresenceData(Struct, frozen=True):
    """Retained. The broker sends online = false for us when the link dies (will message)."""

    online: bool
    boot_id: Name


class MarkData(Struct, frozen=True):
    """A member whose score and consent allow it: at most so much unpaid at a time, until then."""

    person: Name
    limit_minor: AmountMinor
    until: UtcTime


class MarksData(Struct, frozen=True):
    """Retained. All members who may take goods on trust while the link is down; who is not named may not.
    A higher version replaces a lower one whole. `settled` are orders on trust whose money others got."""

    version: Annotated[int, Meta(ge=1, le=EXACT_MAX, description="Grows with every change.")]
    marked_at: UtcTime
    currency: Currency
    members: Annotated[list[MarkData], Meta(max_length=200)]
    settled: Annotated[list[Name], Meta(max_length=200)] = []


PROMOTION_TEXT_MAX = 60
Words = Annotated[str, Meta(max_length=PROMOTION_TEXT_MAX)]
Hour = Annotated[int, Meta(ge=0, le=24)]


class PromotionData(Struct, frozen=True, kw_only=True):
    """One page of the idle screen. Hours are the shop's, half open. Empty lists mean everywhere, and in
    every language. `picture` is the checksum of a picture that is sent by itself."""

    id: Name
    title_zh: Annotated[str, Meta(min_length=1, max_length=PROMOTION_TEXT_MAX)]
    title_en: Annotated[str, Meta(min_length=1, max_length=PROMOTION_TEXT_MAX)]
    detail_zh: Words = ""
    detail_en: Words = ""
    price_minor: AmountMinor | None = None
    was_minor: AmountMinor | None = None
    currency: Currency = "CNY"
    since: UtcTime = "1970-01-01T00:00:00.000Z"
    until: UtcTime = "2100-01-01T00:00:00.000Z"
    from_hour: Hour = 0
    until_hour: Hour = 24
    tills: Annotated[list[Annotated[int, Meta(ge=1, le=999)]], Meta(max_length=100)] = []
    languages: Annotated[list[Literal["zh", "en"]], Meta(max_length=2)] = []
    picture: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


class PromotionsData(Struct, frozen=True):
    """Retained. All that this terminal's idle screen shows, in order; a higher version replaces a lower one
    whole."""

    version: Annotated[int, Meta(ge=1, le=EXACT_MAX, description="Grows with every change.")]
    items: Annotated[list[PromotionData], Meta(max_length=12)]


class PictureData(Struct, frozen=True):
    """Retained. One JPEG or PNG of a promotion, at most 1600 pixels a side, in base64."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    content: Annotated[bytes, Meta(max_length=72_000)]


class MemberRequestData(Struct, frozen=True):
    """What does this member have? Nobody waits for the answer: without it the price is the full one."""

    number: Counted
    person: Name


class CouponData(Struct, frozen=True, kw_only=True):
    """One coupon, good for one payment. `value`: minor units, per cent, or pieces free for every `buy`.
    `gtins`: goods it is bound to; `along`: one of these must be bought besides. Minutes of the day."""

    coupon: Name
    kind: Literal["amount_off", "percent_off", "free_pieces"]
    value: Counted
    name_zh: Text
    name_en: Text
    buy: Counted = 0
    gtins: Annotated[list[Name], Meta(max_length=50)] = []
    along: Annotated[list[Name], Meta(max_length=50)] = []
    least_minor: Counted = 0
    most_off_minor: Counted = 0
    since: UtcTime | UnsetType = UNSET
    until: UtcTime | UnsetType = UNSET
    from_minute: Annotated[int, Meta(ge=0, le=1440)] = 0
    until_minute: Annotated[int, Meta(ge=0, le=1440)] = 1440
    first_purchase: bool = False
    group: Annotated[str, Meta(max_length=40)] = ""
    alone: bool = False


class MemberData(Struct, frozen=True):
    """What the member has now, from every source the cloud knows: the question's number again, level,
    points, and the coupons that end first, at most twenty."""

    number: Counted
    person: Name
    level: Annotated[str, Meta(max_length=40)] = ""
    points: Points = 0
    coupons: Annotated[list[CouponData], Meta(max_length=20)] = []
    first_purchase: bool = False


class LevelData(Struct, frozen=True):
    """A rank: per cent off everything, and per cent of the points that others earn."""

    level: Name
    name_zh: Text
    name_en: Text
    off_percent: Annotated[int, Meta(ge=0, le=99)] = 0
    points_percent: Annotated[int, Meta(ge=0, le=10_000)] = 100


class MembershipData(Struct, frozen=True, kw_only=True):
    """Retained. The rules of membership; a higher version replaces a lower one whole. The first level is
    what everybody has who joins. `points_step` points pay `points_step_minor`, up to that share of what
    is left; discounts are rounded down to `round_minor`."""

    version: Annotated[int, Meta(ge=1, le=EXACT_MAX, description="Grows with every change.")]
    currency: Currency
    levels: Annotated[list[LevelData], Meta(max_length=8)]
    points_per_major: Counted = 1
    points_step: Counted = 0
    points_step_minor: Counted = 0
    points_share_percent: Annotated[int, Meta(ge=0, le=100)] = 50
    together_max: Annotated[int, Meta(ge=0, le=3)] = 1
    level_with_coupons: bool = True
    points_with_coupons: bool = True
    round_minor: Annotated[int, Meta(ge=1, le=10_000)] = 1
    utc_offset_min: Annotated[int, Meta(ge=-840, le=840)] = 0


class SignedData(Struct, frozen=True):
    """What head office wants, signed by it: a JWS (RFC 7515, compact, EdDSA) of the claims that
    docs/decisions/0018 lists. Who may write to a topic proves nothing; the signature does."""

    signed: Annotated[str, Meta(min_length=1, max_length=90_000)]


class ReportedData(Struct, frozen=True):
    """Retained. The version of head office's settings that the terminal lives by (0: none), the newest one
    that it refused and why, one line each, and what runs here."""

    settings_version: Annotated[int, Meta(ge=0, le=EXACT_MAX)]
    refused_version: Annotated[int, Meta(ge=0, le=EXACT_MAX)] = 0
    refused_why: Annotated[list[Annotated[str, Meta(max_length=300)]], Meta(max_length=20)] = []
    software: Annotated[str, Meta(max_length=40)] = ""


class HealthData(Struct, frozen=True):
    """Once a minute, QoS 0. `down`: device → cause; `unsent` records and the age of the oldest; payments
    that nobody could say anything about; `certificate_days` is -1 where there is none; `short_code` is what
    the doctor found last, when he was asked."""

    up_s: Annotated[int, Meta(ge=0)]
    down: dict[str, str]
    last_sale: UtcTime | UnsetType = UNSET
    unsent: Annotated[int, Meta(ge=0)] = 0
    oldest_unsent_s: Annotated[int, Meta(ge=0)] = 0
    unknown_payments: Annotated[int, Meta(ge=0)] = 0
    open_debts: Annotated[int, Meta(ge=0)] = 0
    certificate_days: Annotated[int, Meta(ge=-1)] = -1
    short_code: Annotated[str, Meta(max_length=20)] = ""


# Message name → CloudEvents type without its version → what stands in `data`.
CHARGE_REQUESTED = "hyla.charge.requested"
QUERY_REQUESTED = "hyla.charge.queried"
VOID_REQUESTED = "hyla.charge.void_requested"
CAPTURED = "hyla.charge.captured"
DECLINED = "hyla.charge.declined"
PENDING = "hyla.charge.pending"
NEVER_SEEN = "hyla.charge.never_seen"
VOIDED = "hyla.charge.voided"
REFUND_REQUESTED = "hyla.refund.requested"
REFUND_QUERIED = "hyla.refund.queried"
REFUNDED = "hyla.refund.refunded"
REFUND_ACCEPTED = "hyla.refund.accepted"
REFUND_REFUSED = "hyla.refund.refused"
REFUND_NEVER_SEEN = "hyla.refund.never_seen"
STATEMENT_REQUESTED = "hyla.statement.requested"
STATEMENT = "hyla.statement.page"
ACKNOWLEDGED = "hyla.records.acknowledged"
PRESENCE = "hyla.device.presence"
MARKS = "hyla.members.marked"
PROMOTIONS = "hyla.promotions.listed"
PICTURE = "hyla.promotions.picture"
MEMBER_REQUESTED = "hyla.member.requested"
MEMBER = "hyla.member.found"
MEMBERSHIP = "hyla.membership.told"
DESIRED = "hyla.settings.desired"
COMMAND = "hyla.command.wanted"
REPORTED = "hyla.settings.reported"
HEALTH = "hyla.device.health"
RECORD = "hyla.record"  # then the kind: hyla.record.sale.v1

DATA_TYPES: dict[str, type[Struct]] = {
    CHARGE_REQUESTED: ChargeRequestData,
    QUERY_REQUESTED: KeyData,
    VOID_REQUESTED: KeyData,
    CAPTURED: CapturedData,
    DECLINED: DeclinedData,
    PENDING: KeyData,
    NEVER_SEEN: KeyData,
    VOIDED: KeyData,
    REFUND_REQUESTED: RefundRequestData,
    REFUND_QUERIED: RefundKeyData,
    REFUNDED: RefundKeyData,
    REFUND_ACCEPTED: RefundKeyData,
    REFUND_REFUSED: RefundRefusedData,
    REFUND_NEVER_SEEN: RefundKeyData,
    STATEMENT_REQUESTED: StatementRequestData,
    STATEMENT: StatementData,
    ACKNOWLEDGED: AcknowledgedData,
    PRESENCE: PresenceData,
    MARKS: MarksData,
    PROMOTIONS: PromotionsData,
    PICTURE: PictureData,
    MEMBER_REQUESTED: MemberRequestData,
    MEMBER: MemberData,
    MEMBERSHIP: MembershipData,
    DESIRED: SignedData,
    COMMAND: SignedData,
    REPORTED: ReportedData,
    HEALTH: HealthData,
    RECORD: RecordData,
    **claim_schema.DATA_TYPES,
    **bundle_schema.DATA_TYPES,
}
