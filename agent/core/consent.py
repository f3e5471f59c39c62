"""Who agreed to what, under which notice, and for how long: the rules of the consent ledger.

Enters: rows of the ledger, the notice in force, the moment. Leaves: how each purpose stands, whether an
agreement may be taken, who has been away too long, whether the store holds more people than it may without
filing. The rules are those of the Measures on face recognition in force in China since 1 June 2025.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent.core.commands import KeepRecord
from agent.core.events import ConsentChanged
from agent.core.ids import PersonId

DAY_MS = 86_400_000
GUARDIAN_BELOW_YEARS = 14
FILING_PERSONS = 100_000
FILING_WITHIN_WORKING_DAYS = 30


class Purpose(StrEnum):
    """Each is agreed to, and withdrawn, by itself."""

    FACE_PAY = "face_pay"
    FACE_MEMBER = "face_member"


MEANING: Mapping[Purpose, tuple[str, str]] = {
    Purpose.FACE_PAY: (
        "刷脸支付:在本机认出您,用于付款",
        "Pay by face: this terminal recognises you to pay",
    ),
    Purpose.FACE_MEMBER: (
        "刷脸会员:在本机认出您,用于积分和优惠券",
        "Member by face: this terminal recognises you for points and coupons",
    ),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told before agreeing. A changed text is a new version, asked about anew."""

    version: int
    zh: str
    en: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.version}\n{self.zh}\n{self.en}".encode()).hexdigest()


NOTICE = Notice(
    1,
    "我们在本机内用您的面部特征认出您,仅用于您勾选的用途。照片不保存;面部特征加密后只存在本机,不上传互联网。"
    "您可随时在收银台撤回,撤回后立即删除并给您凭证。长期不使用会自动删除。不刷脸也能付款,服务不受影响。"
    "未满十四周岁须由监护人同意。",
    "Inside this terminal we recognise you by features of your face, only for the purposes you tick. No "
    "photo is kept; the features are encrypted, stay in this terminal and are not sent over the internet. "
    "You may withdraw at the till at any time: they are deleted at once and you get a receipt. After a "
    "long absence they are deleted by themselves. You can always pay without your face, with the same "
    "service. Below the age of fourteen a guardian must agree.",
)
TAKEN_BACK = (
    "您的面部特征将立即从本机销毁,无法恢复。本机不再认出您。会员身份、积分和优惠券不变,仍可用付款码付款;"
    "以后可以重新加入刷脸。您会得到一张凭证。",
    "The features of your face are destroyed in this terminal at once and cannot be brought back. It no "
    "longer recognises you. Your membership, points and coupons stay; you can pay with a code, and join by "
    "face again whenever you like. You get a receipt.",
)
"""What happens to whoever takes everything back: the last words before the touch."""
LEFT = (
    "这一项用途立即停止。另一项您仍然同意,面部特征为它保留;可随时一并撤回。您会得到一张凭证。",
    "This purpose ends at once. You still agree to the other one, and the features of your face are kept "
    "for it; you can take that back as well at any time. You get a receipt.",
)
BEFORE_THE_LEDGER = Notice(0, "", "")
"""For members enrolled before consent was written down: they count, and are to be asked."""


class AgeGroup(StrEnum):
    """All that is kept of a person's age."""

    UNKNOWN = "unknown"
    UNDER_14 = "under_14"
    FROM_14 = "from_14"


def age_group(years: int) -> AgeGroup:
    return AgeGroup.UNDER_14 if years < GUARDIAN_BELOW_YEARS else AgeGroup.FROM_14


@dataclass(frozen=True, slots=True)
class Agreement:
    """A person (or, below fourteen, the guardian named here) agreed to these purposes."""

    person: PersonId
    purposes: tuple[Purpose, ...]
    notice_version: int
    age: AgeGroup
    guardian: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the ledger: given or withdrawn, never changed."""

    utc_ms: int
    person: PersonId
    purpose: Purpose
    given: bool
    notice_version: int
    age: AgeGroup = AgeGroup.UNKNOWN
    guardian: str = ""
    why: str = ""


def refusal(agreement: Agreement, notice: Notice = NOTICE) -> str:
    """Why this agreement may not be taken; empty when it may."""
    if not agreement.purposes:
        return "no purpose was agreed to"
    if agreement.notice_version != notice.version:
        return f"notice {agreement.notice_version} is not the one in force ({notice.version})"
    if agreement.age is AgeGroup.UNKNOWN:
        return "the age is not known: below fourteen a guardian must agree"
    if agreement.age is AgeGroup.UNDER_14 and not agreement.guardian.strip():
        return "below fourteen a guardian must agree, and is named"
    return ""


class Standing(StrEnum):
    """How one purpose of one person stands."""

    NEVER = "never"
    GIVEN = "given"
    OUTDATED = "outdated"  # given under an earlier notice: counts, and is to be asked again
    WITHDRAWN = "withdrawn"


ALLOWS = frozenset({Standing.GIVEN, Standing.OUTDATED})


def standings(rows: Iterable[LedgerRow], notice: Notice = NOTICE) -> dict[Purpose, Standing]:
    """Of one person's rows, oldest first: the last word about each purpose counts."""
    found = dict.fromkeys(Purpose, Standing.NEVER)
    for row in rows:
        found[row.purpose] = _standing(row, notice)
    return found


def _standing(row: LedgerRow, notice: Notice) -> Standing:
    if not row.given:
        return Standing.WITHDRAWN
    return Standing.GIVEN if row.notice_version == notice.version else Standing.OUTDATED


def allowed(rows: Iterable[LedgerRow]) -> frozenset[Purpose]:
    """What the person's face may be used for. Empty: nothing of it may be kept."""
    return frozenset(purpose for purpose, standing in standings(rows).items() if standing in ALLOWS)


# --- how long, how many ---------------------------------------------------------------------------


class Stay(StrEnum):
    """What the time since the last use says of a member."""

    STAYS = "stays"
    SOON = "soon"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Retention:
    """The profile's [consent]: deleted after so many days without use, announced so many days before."""

    inactive_days: int
    announce_days: int


def stay(last_used_utc_ms: int, now_utc_ms: int, retention: Retention) -> Stay:
    """A clock that was set back deletes nobody."""
    away_ms = now_utc_ms - last_used_utc_ms
    if away_ms >= retention.inactive_days * DAY_MS:
        return Stay.DUE
    if away_ms >= (retention.inactive_days - retention.announce_days) * DAY_MS:
        return Stay.SOON
    return Stay.STAYS


def stays(
    persons: Iterable[PersonId], used_utc_ms: Mapping[PersonId, int], now_utc_ms: int, retention: Retention
) -> dict[Stay, list[PersonId]]:
    """Everybody by how they stand, when this is when each was last here."""
    found: dict[Stay, list[PersonId]] = {word: [] for word in Stay}
    for person in sorted(persons):
        found[stay(used_utc_ms.get(person, now_utc_ms), now_utc_ms, retention)].append(person)
    return found


class Crowd(StrEnum):
    """What the number of persons held asks for."""

    FINE = "fine"
    NEAR = "near"
    FILE = "file"


def crowd(persons: int, warn_persons: int) -> Crowd:
    """From 100,000 on the store must file with the provincial regulator; said in time."""
    if persons >= FILING_PERSONS:
        return Crowd.FILE
    return Crowd.NEAR if persons >= warn_persons else Crowd.FINE


# --- what the cloud is told -----------------------------------------------------------------------


def record(change: ConsentChanged, id: str) -> KeepRecord:
    """The consent record of the outbox, under an id of its own: who and what for; no face, no digits,
    no guardian."""
    data: dict[str, object] = {
        "person": change.person,
        "given": change.given,
        "purposes": list(change.purposes),
        "notice_version": NOTICE.version,
        "why": change.why,
        "receipt_sha256": change.receipt_sha256,
    }
    return KeepRecord(id, "consent", data)
