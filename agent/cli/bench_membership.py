"""How long the best combination takes: a full basket, a member with as many coupons as there can be.

Enters: how often. Leaves: milliseconds of deciding with everything to choose from, and with nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.core.basket import Basket, Goods, Line
from agent.core.benefits import (
    COUPONS_MAX,
    TOGETHER_MAX,
    Choice,
    Coupon,
    CouponKind,
    Holdings,
    Level,
    MembershipRules,
    PointRules,
)
from agent.core.ids import CouponId, PersonId
from agent.core.membership import offer
from agent.core.money import Money

LINES = 30
NOW_UTC_MS = 1_790_000_000_000


@dataclass(frozen=True, slots=True)
class MembershipTimes:
    """Milliseconds of each round."""

    full_ms: list[float]
    empty_ms: list[float]


def membership_times(rounds: int, progress: Callable[[int, int], None]) -> MembershipTimes:
    """The best of everything, and a member who has nothing before the same basket."""
    full, empty = member(), replace(member(), coupons=(), points=0)
    times = MembershipTimes([], [])
    for number in range(rounds):
        times.full_ms.append(_timed(full))
        times.empty_ms.append(_timed(empty))
        progress(number + 1, rounds)
    return times


def member() -> Holdings:
    """Coupons of every kind, some bound to goods, so that many combinations are allowed."""
    kinds = list(CouponKind)
    values = {CouponKind.AMOUNT_OFF: 150, CouponKind.PERCENT_OFF: 5, CouponKind.FREE_PIECES: 1}
    coupons = tuple(
        Coupon(
            CouponId(f"c{n}"),
            kinds[n % 3],
            values[kinds[n % 3]] + (n if n % 3 == 0 else 0),
            "券",
            "Coupon",
            buy=2,
            gtins=() if n % 4 else (goods(n).gtin, goods(n + 1).gtin),
        )
        for n in range(COUPONS_MAX)
    )
    return Holdings(PersonId("member"), "gold", 5_000, coupons, True)


def goods(number: int) -> Goods:
    return Goods(f"69{number % LINES:011d}", "货", "Thing", Money(100 + 37 * (number % LINES)))


BASKET = Basket("CNY", tuple(Line(goods(n), 1 + n % 4) for n in range(LINES)))
RULES = MembershipRules(
    1, "CNY", (Level("gold", "金卡", "Gold", 5),), PointRules(1, 100, 100), together_max=TOGETHER_MAX
)


def _timed(holdings: Holdings) -> float:
    begun = time.perf_counter()
    offer(RULES, holdings, BASKET, Choice(points=True, best=True), NOW_UTC_MS)
    return (time.perf_counter() - begun) * 1000
