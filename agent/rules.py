"""Profile → the core's rules; and which settings a running terminal takes over as it stands.

Enters: a profile, what vision's models say. Leaves: Rules. What only the rules are made of can change
between two customers without a refit: the core asks its rules at each turn and keeps nothing of them.
(Exposure while the link is down is not among it: what is owed was judged by it, and its timers run.)
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from agent.core.basket import Goods
from agent.core.debt import DAY_MS, HOUR_MS, CollectTries
from agent.core.identity import Limits, Retry
from agent.core.ids import DeviceId, PersonId
from agent.core.joining import JoinRules
from agent.core.money import Money
from agent.core.offline import Exposure
from agent.core.payment import Timetable, Waits
from agent.core.slip import Printing
from agent.core.sold import RefundLimits
from agent.core.state import AfterPayment, PeopleWaits, Rules
from agent.profile.effect import LIVE, is_live
from agent.profile.goods import load_goods
from agent.profile.schema import OfflineSection, PrinterSection, Profile

PROMOTIONS = "promotions"  # the shelf's folder
OF_CODES = {
    "query_every_ms": "query_every_ms",
    "void_code_after_ms": "void_after_ms",
    "give_up_after_ms": "give_up_after_ms",
}
"""Key of [payment] → key of a network's timetable."""


class Sight(NamedTuple):
    """What vision's models say of themselves."""

    threshold_cosine: float
    threshold_live: float | None
    false_match_rate: float


def needs_refit(old: Profile, new: Profile) -> list[str]:
    """The settings that changed and that some device was made with: `section.key`, or `section`."""
    return list(_beyond_the_rules(old, new))


def _beyond_the_rules(old: Profile, new: Profile) -> Iterator[str]:
    for section in Profile.model_fields:
        before, after = getattr(old, section), getattr(new, section)
        if before == after or (section in LIVE and LIVE[section] is None):
            continue
        if section not in LIVE:
            yield section
            continue
        for key in type(after).model_fields:
            if getattr(before, key) != getattr(after, key) and not is_live(section, key):
                yield f"{section}.{key}"


def rules_of(
    profile: Profile,
    epoch: str,
    names: Mapping[PersonId, str],
    sight: Sight,
    serial: str = "",
) -> Rules:
    """What the core needs of the profile, in the core's own words. Raises GoodsError."""
    shop, identity, screens = profile.shop, profile.identity, profile.screens
    return Rules(
        device=DeviceId(profile.device.id),
        epoch=epoch,
        currency=shop.currency,
        shop_zh=shop.name_zh,
        shop_en=shop.name_en,
        till=shop.till,
        goods=_goods(profile),
        typed_amount_max_minor=shop.typed_amount_max_minor,
        names=names,
        limits=Limits(
            threshold_cosine=sight.threshold_cosine,
            margin_cosine=identity.margin_cosine,
            quorum_frames=identity.quorum_frames,
            window_frames=identity.window_frames,
            nobody_frames=identity.nobody_frames,
            threshold_live=sight.threshold_live,
            false_match_rate=sight.false_match_rate,
            false_hits_max=identity.false_hits_per_million_max / 1e6,
        ),
        digits_tries=identity.digits_tries,
        retry=Retry(identity.face_failures_max, identity.face_pause_ms),
        waits=Waits(**profile.payment.model_dump(), networks=_timetables(profile)),
        people=PeopleWaits(
            face_wait_ms=screens.face_wait_ms,
            digits_wait_ms=screens.digits_wait_ms,
            match_wait_ms=screens.match_wait_ms,
            confirm_wait_ms=screens.confirm_wait_ms,
            paid_shown_ms=screens.paid_shown_ms,
            offers_shown_ms=screens.offers_shown_ms,
        ),
        offline=_exposure(profile.offline),
        after_payment=AfterPayment(**profile.after_payment.model_dump()),
        printing=_printing(profile.printer),
        joining=JoinRules(**profile.joining.model_dump()),
        refund_limits=RefundLimits(**profile.refund.model_dump()),
        manager_pin=profile.staff.manager_pin,
        serial=serial,
        customer_touch=screens.customer_touch,
        day_offset_ms=day_offset_ms(profile),
        shop_offset_ms=time.localtime().tm_gmtoff * 1000,
        promotions_dir=str(Path(profile.device.data_dir).absolute() / PROMOTIONS),
        motion=screens.motion,
    )


def _timetables(profile: Profile) -> tuple[Timetable, ...]:
    """What a shop says in [payment] counts for every network, unless it lists the networks itself."""
    listed = "networks" in profile.model_fields_set
    said = set() if listed else profile.payment.model_fields_set & OF_CODES.keys()
    own = {OF_CODES[key]: getattr(profile.payment, key) for key in said}
    return tuple(Timetable(**(one.model_dump() | own)) for one in profile.networks)


def _printing(section: PrinterSection) -> Printing:
    there = section.kind != "off"
    return Printing(there, there and section.when == "always", there and section.drawer)


def _exposure(section: OfflineSection) -> Exposure:
    return Exposure(
        enabled=section.enabled,
        payment_max_minor=section.payment_max_minor,
        person_max_minor=section.person_max_minor,
        count_max=section.count_max,
        sum_max_minor=section.sum_max_minor,
        link_down_max_ms=section.link_down_max_h * HOUR_MS,
        mark_age_max_ms=section.mark_age_max_h * HOUR_MS,
        look_every_ms=section.look_every_ms,
        tries=CollectTries(
            tries_a_day=section.tries_a_day,
            from_hour=section.from_hour,
            until_hour=section.until_hour,
            utc_offset_ms=section.utc_offset_min * 60_000,
            try_again_ms=section.try_again_min * 60_000,
            hand_over_after_ms=section.hand_over_days * DAY_MS,
        ),
    )


def day_offset_ms(profile: Profile) -> int:
    """The machine's zone as it is now, less the hour at which the shop's day begins. Where clocks are put
    forward and back, the terminal takes the new zone over when it starts."""
    return (time.localtime().tm_gmtoff - 3600 * profile.shop.day_begins_hour) * 1000


def _goods(profile: Profile) -> dict[str, Goods]:
    rows = load_goods(Path(profile.shop.goods_file))
    currency = profile.shop.currency
    return {
        row.gtin: Goods(row.gtin, row.name_zh, row.name_en, Money(row.price_minor, currency))
        for row in rows.values()
    }
