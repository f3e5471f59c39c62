"""A shop to talk to: two goods, one member, every device up; and the ways a visit usually goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core.basket import Goods
from agent.core.charge import Captured, Declined
from agent.core.commands import AskCharge, AskQuery, AskVoid, KeepRecord, WatchFaces
from agent.core.debt import CollectTries
from agent.core.events import Device, DeviceLost, Intent
from agent.core.identity import Limits
from agent.core.ids import DeviceId, PersonId
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.core.offline import Exposure
from agent.core.payment import Phase, Waits
from agent.core.state import Kept, PeopleWaits, Rules, Terminal
from agent.core.terminal import recovered
from agent.core.visit import Stage
from tests.playbook import UTC_START_MS, Playbook, says, scans, sees, shows_code, taps

WATER, RICE_BALL, LI = "6901000000011", "6901000000028", "li"
DIGITS = "4711"
WAITS = Waits(
    answer_wait_ms=5_000,
    query_every_ms=5_000,
    charge_ttl_ms=30_000,
    void_face_after_ms=2_000,
    void_code_after_ms=15_000,
    give_up_after_ms=60_000,
    horizon_ms=3_600_000,
)
LIMITS = Limits(
    threshold_cosine=0.363,
    margin_cosine=0.08,
    quorum_frames=3,
    window_frames=5,
    nobody_frames=10,
    threshold_live=0.6,
)
RULES = Rules(
    device=DeviceId("desk-01"),
    epoch="7f3a",
    currency="CNY",
    shop_zh="好邻居便利店",
    shop_en="Good Neighbour",
    till=2,
    goods={
        WATER: Goods(WATER, "矿泉水", "Water", Money(200)),
        RICE_BALL: Goods(RICE_BALL, "饭团", "Rice ball", Money(680)),
    },
    names={PersonId(LI): "*明"},
    limits=LIMITS,
    digits_tries=3,
    waits=WAITS,
    people=PeopleWaits(
        face_wait_ms=20_000,
        digits_wait_ms=30_000,
        match_wait_ms=6_000,
        confirm_wait_ms=15_000,
        paid_shown_ms=3_000,
    ),
)

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
TRIES = CollectTries(
    tries_a_day=2,
    from_hour=8,
    until_hour=21,
    utc_offset_ms=0,  # the shop's day begins at 14:13
    try_again_ms=HOUR_MS,
    hand_over_after_ms=3 * DAY_MS,
)
EXPOSURE = Exposure(
    enabled=True,
    payment_max_minor=2_000,
    person_max_minor=2_500,
    count_max=3,
    sum_max_minor=3_000,
    link_down_max_ms=4 * HOUR_MS,
    mark_age_max_ms=2 * DAY_MS,
    look_every_ms=60_000,
    tries=TRIES,
)
MARKS = TrustMarks(1, UTC_START_MS, "CNY", (TrustMark(PersonId(LI), 2_000, UTC_START_MS + 30 * DAY_MS),))


def trusting(t: Terminal, **changes: object) -> Terminal:
    """The same shop, where Li may take goods on trust while the link is down."""
    exposure = replace(EXPOSURE, **changes)  # type: ignore[arg-type]
    return replace(t, rules=replace(t.rules, offline=exposure), kept=replace(t.kept, marks=MARKS))


def terminal(**changes: object) -> Terminal:
    """Nobody is served, every device works."""
    return replace(recovered(RULES, Kept.fresh("CNY"), "zh"), down={}, **changes)  # type: ignore[arg-type]


def restarted(book: Playbook, mono_ms: int = 50) -> Playbook:
    """The process died; another boot finds what was kept."""
    return Playbook(recovered(book.state.rules, book.state.kept, "zh"), mono_ms)


# --- how a visit usually goes, up to the stage of the same name -----------------------------------


def to_choose(book: Playbook) -> Playbook:
    """Two goods for ¥8.80, the cashier pressed Charge."""
    return book >> scans(WATER) >> scans(RICE_BALL) >> taps(Intent.CHARGE) << Stage.CHOOSE


def to_code(book: Playbook) -> Playbook:
    return to_choose(book) >> taps(Intent.SHOW_CODE) << Stage.CODE


def to_face(book: Playbook) -> Playbook:
    return to_choose(book) >> taps(Intent.PAY_BY_FACE) << WatchFaces << Stage.FACE


def to_digits(book: Playbook) -> Playbook:
    return to_face(book) >> 3 * [sees(LI)] << Stage.DIGITS


def to_match(book: Playbook) -> Playbook:
    return to_digits(book) >> taps(Intent.GIVE_DIGITS, DIGITS) << WatchFaces << Stage.MATCH


def to_confirm(book: Playbook) -> Playbook:
    return to_match(book) >> 3 * [sees(LI)] << Stage.CONFIRM


def to_paying(book: Playbook) -> Playbook:
    """A member confirmed; the charge is out."""
    return to_confirm(book) >> taps(Intent.CONFIRM) << AskCharge << Stage.PAY


def to_paying_by_code(book: Playbook) -> Playbook:
    return to_code(book) >> shows_code() << AskCharge << Stage.PAY


def to_paid(book: Playbook) -> Playbook:
    return to_paying(book) >> says(Captured(8, 108)) << KeepRecord << Stage.PAID


def to_cash(book: Playbook) -> Playbook:
    return to_choose(book) >> taps(Intent.PAY_CASH) << Stage.CASH


def to_basket(book: Playbook) -> Playbook:
    return book >> scans(WATER) << Stage.BASKET


def to_nobody(book: Playbook) -> Playbook:
    return to_face(book) >> 10 * [sees(LI, 0.1)] << Stage.NOBODY


def to_owed(book: Playbook) -> Playbook:
    """The link is cut while the member is about to confirm; the goods leave on trust."""
    book.state = trusting(book.state)
    to_confirm(book) >> DeviceLost(Device.CLOUD, "lost") << Stage.CONFIRM
    return book >> taps(Intent.CONFIRM) << KeepRecord << Stage.OWED


def to_not_paid(book: Playbook) -> Playbook:
    return to_paying(book) >> says(Declined("funds")) << Stage.NOT_PAID


def to_held(book: Playbook) -> Playbook:
    to_paying(book) >> DeviceLost(Device.CLOUD, "lost") << Phase.UNKNOWN
    hour = book.after(WAITS.horizon_ms + WAITS.query_every_ms).without(AskQuery, AskVoid)
    return hour << KeepRecord << Stage.HELD


STAGES: dict[Stage, Callable[[Playbook], Playbook]] = {
    Stage.IDLE: lambda book: book,
    Stage.BASKET: to_basket,
    Stage.CHOOSE: to_choose,
    Stage.CODE: to_code,
    Stage.FACE: to_face,
    Stage.DIGITS: to_digits,
    Stage.MATCH: to_match,
    Stage.CONFIRM: to_confirm,
    Stage.CASH: to_cash,
    Stage.PAY: to_paying,
    Stage.PAID: to_paid,
    Stage.OWED: to_owed,
    Stage.NOT_PAID: to_not_paid,
    Stage.NOBODY: to_nobody,
    Stage.HELD: to_held,
}
