"""What membership takes off a basket: the best combination, and the price of any chosen one. Pure.

Every discount is worth what it is worth alone, at the prices on the shelf: none makes another smaller, so
the order in which they are applied cannot matter, and what a coupon says on the screen is what it takes
off. Coupons that are bound to the same goods in this basket exclude each other. Together they never take
more than the basket less one minor unit: a payment of nothing is no payment. Everything is rounded down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from agent.core.basket import Basket
from agent.core.benefits import (
    DAY_MINUTES,
    NOTHING_USED,
    TOGETHER_MAX,
    Choice,
    Coupon,
    CouponKind,
    Holdings,
    Level,
    MembershipRules,
    Used,
    UsedCoupon,
)
from agent.core.ids import CouponId
from agent.core.money import CURRENCIES, Money

LEFT_MINOR = 1  # what is left to pay at least
MINUTE_MS = 60_000
NOT_NOW, NOT_FIRST, NOT_THESE, SPEND_MORE = "not_now", "not_first", "not_these", "spend_more"
"""Why a coupon does not fit; each has its sentence on the screen."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One coupon beside one basket. `why` is empty when it fits; `lines` has a bit for each line that it
    is bound to, none when it is for everything."""

    coupon: Coupon
    off_minor: int
    why: str = ""
    lines: int = 0

    @property
    def fits(self) -> bool:
        return not self.why and self.off_minor > 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What is used, what is left to pay, and what each coupon of the member would be worth."""

    used: Used
    due: Money
    worths: tuple[Worth, ...] = ()


@dataclass(frozen=True, slots=True)
class Back:
    """What goes back to the member with one part of a refund, and the earned points that go."""

    points: int
    earned: int
    coupons: tuple[CouponId, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """One basket, one member, one moment: everything that a combination is weighed with."""

    rules: MembershipRules
    holdings: Holdings
    total_minor: int
    level_off_minor: int
    worths: tuple[Worth, ...]


# --- the two questions ----------------------------------------------------------------------------


def offer(rules: MembershipRules, holdings: Holdings, basket: Basket, choice: Choice, utc_ms: int) -> Offer:
    """What this choice leaves to pay. Coupons that do not fit, or not beside the others, are left out."""
    scale = _scale(rules, holdings, basket, utc_ms)
    if choice.best:
        used = _best(scale, choice.points)
    else:
        used = _used(scale, _together(scale, choice.coupons), choice.points)
    return Offer(used, Money(scale.total_minor - used.off_minor, basket.currency), scale.worths)


def changed(
    rules: MembershipRules, holdings: Holdings, basket: Basket, choice: Choice, word: str, utc_ms: int
) -> Choice:
    """The same choice with one thing taken or given up: a coupon's name, or `points`. What cannot stand
    beside what was just taken is given up; a word that names nothing changes nothing."""
    scale = _scale(rules, holdings, basket, utc_ms)
    now = offer(rules, holdings, basket, choice, utc_ms).used
    taken = tuple(coupon.id for coupon in now.coupons)
    points = bool(now.points)
    if word == POINTS:
        alone = not points and not rules.points_with_coupons
        return Choice(() if alone else taken, not points)
    coupon = CouponId(word)
    if coupon in taken:
        return Choice(tuple(one for one in taken if one != coupon), points)
    wanted = next((worth for worth in scale.worths if worth.coupon.id == coupon and worth.fits), None)
    if wanted is None:
        return choice
    beside = [one for one in scale.worths if one.coupon.id in taken and _bear(wanted, one)]
    beside.sort(key=_rank)
    kept = [wanted, *beside[: _together_max(rules) - 1]]
    return Choice(tuple(worth.coupon.id for worth in kept), points and rules.points_with_coupons)


POINTS = "points"


def saved_by_joining(rules: MembershipRules, basket: Basket) -> int:
    """What everybody who joins has off this basket, in minor units; known without the link."""
    if not rules.levels or rules.currency != basket.currency:
        return 0
    return _level_off(rules, rules.levels[0], _total(basket))


def points_earned(rules: MembershipRules, level: str, paid: Money) -> int:
    """What the cloud books for a payment of a member of this level."""
    rank = rules.level(level)
    unit_minor: int = 10 ** CURRENCIES[paid.currency][1]
    percent = rank.points_percent if rank else 100
    return paid.amount_minor // unit_minor * rules.points.per_major * percent // 100


def given_back(used: Used, earned: int, paid_minor: int, before_minor: int, after_minor: int) -> Back:
    """What goes back when the money given back grows from `before_minor` to `after_minor`. The parts add
    up to the whole exactly; a coupon cannot be cut, and goes back with the last part."""

    def part(whole: int) -> int:
        return whole * after_minor // paid_minor - whole * before_minor // paid_minor

    whole = before_minor < paid_minor == after_minor
    coupons = tuple(coupon.id for coupon in used.coupons) if whole else ()
    return Back(part(used.points), part(earned), coupons)


# --- what each is worth ---------------------------------------------------------------------------


def _scale(rules: MembershipRules, holdings: Holdings, basket: Basket, utc_ms: int) -> _Scale:
    total_minor = _total(basket)
    if not rules.version or rules.currency != basket.currency:
        return _Scale(rules, holdings, total_minor, 0, ())
    level = rules.level(holdings.level)
    worths = sorted(_worths(rules, holdings, basket, utc_ms), key=_rank)
    off_minor = _level_off(rules, level, total_minor) if level else 0
    return _Scale(rules, holdings, total_minor, off_minor, tuple(worths))


def _rank(worth: Worth) -> tuple[int, int, CouponId]:
    """What takes most off comes first, then what ends first."""
    return -worth.off_minor, worth.coupon.until_utc_ms or 1 << 62, worth.coupon.id


def _total(basket: Basket) -> int:
    return sum(line.goods.price.amount_minor * line.quantity for line in basket.lines)


def _level_off(rules: MembershipRules, level: Level, total_minor: int) -> int:
    return _rounded(rules, total_minor * level.off_percent // 100)


def _rounded(rules: MembershipRules, off_minor: int) -> int:
    return off_minor - off_minor % max(1, rules.round_minor)


def _worths(rules: MembershipRules, holdings: Holdings, basket: Basket, utc_ms: int) -> Iterator[Worth]:
    rows = [(line.goods.price.amount_minor, line.quantity) for line in basket.lines]
    place = {line.goods.gtin: index for index, line in enumerate(basket.lines) if not line.goods.open_price}
    total_minor = _total(basket)
    minute = (utc_ms + rules.utc_offset_ms) // MINUTE_MS % DAY_MINUTES
    seen: set[CouponId] = set()
    for coupon in holdings.coupons:
        if coupon.id in seen:
            continue  # the same coupon from two sources is one coupon
        seen.add(coupon.id)
        mine = sorted({place[gtin] for gtin in coupon.gtins if gtin in place})
        # A typed amount has no pieces to give away; its price counts in the whole basket's.
        chosen = [rows[index] for index in (mine if coupon.gtins else place.values())]
        sum_minor = sum(price * quantity for price, quantity in chosen) if coupon.gtins else total_minor
        why = _why_not(coupon, holdings, place, sum_minor, utc_ms, minute)
        off_minor = 0 if why else _rounded(rules, _off(coupon, chosen, sum_minor))
        yield Worth(coupon, off_minor, why or ("" if off_minor else NOT_THESE), sum(1 << i for i in mine))


def _why_not(
    coupon: Coupon, holdings: Holdings, place: dict[str, int], sum_minor: int, utc_ms: int, minute: int
) -> str:
    until_ms = coupon.until_utc_ms or utc_ms + 1
    if not coupon.from_utc_ms <= utc_ms < until_ms:
        return NOT_NOW
    if not coupon.from_minute <= minute < coupon.until_minute:
        return NOT_NOW
    if coupon.first_purchase and not holdings.first_purchase:
        return NOT_FIRST
    if not sum_minor or (coupon.along and not any(gtin in place for gtin in coupon.along)):
        return NOT_THESE
    return SPEND_MORE if sum_minor < coupon.least_minor else ""


def _off(coupon: Coupon, rows: list[tuple[int, int]], sum_minor: int) -> int:
    match coupon.kind:
        case CouponKind.AMOUNT_OFF:
            off_minor = coupon.value
        case CouponKind.PERCENT_OFF:
            off_minor = sum_minor * coupon.value // 100
        case CouponKind.FREE_PIECES:
            off_minor = _free(coupon, rows)
    off_minor = max(0, min(off_minor, sum_minor))
    return min(off_minor, coupon.most_off_minor) if coupon.most_off_minor else off_minor


def _free(coupon: Coupon, rows: list[tuple[int, int]]) -> int:
    """Of every so many pieces the cheapest are free."""
    round_ = coupon.buy + coupon.value
    left = sum(quantity for _, quantity in rows) // round_ * coupon.value if round_ > 0 else 0
    off_minor = 0
    for price_minor, quantity in sorted(rows):
        free = min(left, quantity)
        off_minor, left = off_minor + free * price_minor, left - free
    return off_minor


# --- what may be taken together -------------------------------------------------------------------


def _bear(one: Worth, other: Worth) -> bool:
    """May both be used in one payment?"""
    a, b = one.coupon, other.coupon
    if a.id == b.id or a.alone or b.alone:
        return False
    return not (a.group and a.group == b.group) and not one.lines & other.lines


def _together_max(rules: MembershipRules) -> int:
    return max(0, min(rules.together_max, TOGETHER_MAX))


def _together(scale: _Scale, wanted: Iterable[CouponId]) -> tuple[Worth, ...]:
    """Of those wanted, as many as stand beside each other, the best first."""
    names = set(wanted)
    taken: list[Worth] = []
    for worth in scale.worths:
        fits = worth.coupon.id in names and worth.fits and all(_bear(worth, other) for other in taken)
        if fits and len(taken) < _together_max(scale.rules):
            taken.append(worth)
    return tuple(taken)


def _best(scale: _Scale, points: bool) -> Used:
    """Of all combinations that are allowed the one that takes most off; of equal ones the one that uses up
    least. Those of one coupon are weighed first, then of two, then of three; what cannot become better any
    more, even with the best that is left, is not looked at."""
    fitting = [worth for worth in scale.worths if worth.fits]
    bears = [sum(1 << j for j, b in enumerate(fitting) if _bear(a, b)) for a in fitting]
    offs = [worth.off_minor for worth in fitting]
    best: tuple[int, ...] = ()
    best_key = _weight(scale, 0, 0, points)
    besides_minor = best_key[0]  # level and points, which only get less beside coupons
    sets: list[tuple[tuple[int, ...], int, int]] = [((), (1 << len(offs)) - 1, 0)]
    for room in range(_together_max(scale.rules), 0, -1):
        grown: list[tuple[tuple[int, ...], int, int]] = []
        for taken, allowed, off_minor in sets:
            for index in range(taken[-1] + 1 if taken else 0, len(offs)):
                if off_minor + offs[index] * room + besides_minor < best_key[0]:
                    break
                if allowed >> index & 1:
                    one = ((*taken, index), allowed & bears[index], off_minor + offs[index])
                    grown.append(one)
                    key = _weight(scale, one[2], len(one[0]), points)
                    if key > best_key:
                        best, best_key = one[0], key
        sets = grown
    return _used(scale, tuple(fitting[index] for index in best), points)


def _weight(scale: _Scale, coupons_minor: int, count: int, points: bool) -> tuple[int, int, int]:
    level_minor, coupons_minor, points_minor, spent = _parts(scale, coupons_minor, count, points)
    return level_minor + coupons_minor + points_minor, -count, -spent


def _parts(scale: _Scale, coupons_minor: int, count: int, points: bool) -> tuple[int, int, int, int]:
    """What level, coupons and points take off within the basket, and the points that are spent."""
    rules, room = scale.rules, max(0, scale.total_minor - LEFT_MINOR)
    with_level = not count or rules.level_with_coupons
    coupons_minor = min(coupons_minor, room)
    level_minor = min(scale.level_off_minor, room - coupons_minor) if with_level else 0
    spendable = rules.points.step > 0 and rules.points.step_minor > 0
    if not points or not spendable or (count and not rules.points_with_coupons):
        return level_minor, coupons_minor, 0, 0
    off_minor = level_minor + coupons_minor
    share = (scale.total_minor - off_minor) * rules.points.share_percent // 100
    left = min(share, room - off_minor)
    steps = min(max(0, scale.holdings.points) // rules.points.step, left // rules.points.step_minor)
    return level_minor, coupons_minor, steps * rules.points.step_minor, steps * rules.points.step


def _used(scale: _Scale, worths: tuple[Worth, ...], points: bool) -> Used:
    """Exactly what goes along with the payment; the last coupons give way when there is no more to pay."""
    coupons_minor = sum(worth.off_minor for worth in worths)
    level_minor, coupons_minor, points_minor, spent = _parts(scale, coupons_minor, len(worths), points)
    coupons: list[UsedCoupon] = []
    for worth in worths:
        off_minor = min(worth.off_minor, coupons_minor)
        coupons_minor -= off_minor
        if off_minor:
            coupons.append(UsedCoupon(worth.coupon.id, off_minor))
    used = replace(NOTHING_USED, coupons=tuple(sorted(coupons, key=lambda coupon: coupon.id)))
    return replace(used, points=spent, points_off_minor=points_minor, level_off_minor=level_minor)
