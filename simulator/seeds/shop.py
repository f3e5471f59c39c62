"""The shop of the seeds: two tills, two kinds of goods, two members, and patience in milliseconds."""

from __future__ import annotations

from agent.core.basket import Goods
from agent.core.debt import DAY_MS, CollectTries
from agent.core.events import MembersMarked
from agent.core.identity import Limits
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.core.offline import NO_TRUST, Exposure
from agent.core.payment import Waits
from agent.core.sold import RefundLimits
from agent.core.staff import pin_record
from agent.core.state import PeopleWaits, Rules

UTC_MS = 1_790_000_000_000  # true time when the day begins
MIDNIGHT_MS = 30_000  # where days are closed, the next one begins after so long
DAY_OFFSET_MS = -(UTC_MS + MIDNIGHT_MS) % DAY_MS
EPOCH = "7f3a"
TILLS = ("till-01", "till-02")
MEMBERS = {PersonId("li"): "4711", PersonId("wang"): "0815"}  # person → last digits of the phone
BALANCE_MINOR = 8_000  # what each member has in the morning
GOODS = (
    Goods("6901000000011", "矿泉水", "Water", Money(200)),
    Goods("6901000000028", "饭团", "Rice ball", Money(680)),
)
HORIZON_MS, SHORT_HORIZON_MS = 3_600_000, 16_000  # never below what a network allows for a reversal
PIN, WRONG_PIN = "2468", "1357"
PIN_RECORD = pin_record(Secret(PIN), bytes(16))
PARTS_MAX, APART_MS = 4, 3_000  # of refunds; a day here has a minute
EXPOSURE = Exposure(
    enabled=True,
    payment_max_minor=1_500,
    person_max_minor=1_800,
    count_max=2,
    sum_max_minor=2_000,
    link_down_max_ms=60_000,
    mark_age_max_ms=60_000,
    look_every_ms=1_000,
    tries=CollectTries(
        tries_a_day=2,
        from_hour=0,
        until_hour=24,
        utc_offset_ms=28_800_000,
        try_again_ms=2_000,
        hand_over_after_ms=12_000,
    ),
)
MARK_LIMIT_MINOR, MARKS_EVERY_MS = 1_600, 5_000


def marks(now_ms: int) -> MembersMarked:
    """Whom the cloud trusts at this moment; it looks again every few seconds."""
    version, utc_ms = 1 + now_ms // MARKS_EVERY_MS, UTC_MS + now_ms
    members = tuple(TrustMark(person, MARK_LIMIT_MINOR, utc_ms + DAY_MS) for person in MEMBERS)
    return MembersMarked(TrustMarks(version, utc_ms, "CNY", members))


def rules(
    till: str, horizon_ms: int, offline: bool = False, apart_ms: int = APART_MS, day_offset_ms: int = 0
) -> Rules:
    """What one till of this shop is told."""
    return Rules(
        device=DeviceId(till),
        epoch=EPOCH,
        currency="CNY",
        shop_zh="好邻居便利店",
        shop_en="Good Neighbour",
        till=TILLS.index(till) + 1,
        goods={goods.gtin: goods for goods in GOODS},
        names=dict.fromkeys(MEMBERS, "*明"),
        limits=Limits(
            threshold_cosine=0.363,
            margin_cosine=0.08,
            quorum_frames=3,
            window_frames=5,
            nobody_frames=10,
            threshold_live=0.5,
        ),
        digits_tries=3,
        waits=Waits(
            answer_wait_ms=5_000,
            query_every_ms=5_000,
            charge_ttl_ms=30_000,
            void_face_after_ms=2_000,
            void_code_after_ms=15_000,
            give_up_after_ms=20_000,
            horizon_ms=horizon_ms,
        ),
        people=PeopleWaits(
            face_wait_ms=20_000,
            digits_wait_ms=30_000,
            match_wait_ms=6_000,
            confirm_wait_ms=15_000,
            paid_shown_ms=3_000,
        ),
        refund_limits=RefundLimits(parts=PARTS_MAX, apart_ms=apart_ms),
        manager_pin=PIN_RECORD,
        offline=EXPOSURE if offline else NO_TRUST,
        day_offset_ms=day_offset_ms,
    )
