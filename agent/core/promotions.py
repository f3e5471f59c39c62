"""What the idle screen shows of the shop: texts, prices and pictures, when, where and for whom.

Sent by the cloud, kept on the device, shown without the link. Enters: the list as it was sent, the moment,
the till, the language. Leaves: what is due now, in the order of the list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from agent.core.money import Money

PROMOTIONS_MAX = 12
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Promotion:
    """One page. Empty `tills` and `languages` mean all of them; hours are the shop's, half open, and a span
    that ends before it begins goes over midnight. `picture` is a checksum, empty where there is none."""

    id: str
    title_zh: str
    title_en: str
    detail_zh: str = ""
    detail_en: str = ""
    price: Money | None = None
    was: Money | None = None
    from_utc_ms: int = 0
    until_utc_ms: int = 4_102_444_800_000  # 2100
    from_hour: int = 0
    until_hour: int = 24
    tills: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Promotions:
    """All of them. A later version replaces an earlier one whole."""

    version: int = 0
    items: tuple[Promotion, ...] = ()


NO_PROMOTIONS = Promotions()


def due(
    promotions: Promotions, utc_ms: int, offset_ms: int, till: int, language: str
) -> tuple[Promotion, ...]:
    """What this till shows now, in this language. `offset_ms`: how far the shop's clock is ahead of UTC."""
    hour = (utc_ms + offset_ms) % DAY_MS // HOUR_MS
    return tuple(
        item
        for item in promotions.items
        if item.from_utc_ms <= utc_ms < item.until_utc_ms
        and _within(hour, item.from_hour, item.until_hour)
        and _meant(till, item.tills)
        and _meant(language, item.languages)
    )


def _within(hour: int, first: int, last: int) -> bool:
    return first <= hour < last if first < last else hour >= first or hour < last


def _meant(one: object, among: Collection[object]) -> bool:
    return not among or one in among
