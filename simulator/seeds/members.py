"""What the members of the seeds' shop have, and the cloud's book of it: a coupon is good for one payment.

Held under the payment's key as soon as the money may move, free again when it did not, used up when it
did; given back when all of the money went back.
"""

from __future__ import annotations

from agent.core.benefits import Coupon, CouponKind, Holdings, Level, MembershipRules, PointRules, Used
from agent.core.charge import ChargeRequest, FacePayer
from agent.core.events import MembershipTold
from agent.core.ids import CouponId, PaymentKey, PersonId
from agent.core.membership import given_back
from simulator.seeds.shop import GOODS, MEMBERS

POINTS = 300
RULES = MembershipRules(
    version=1,
    currency="CNY",
    levels=(Level("basic", "普通会员", "Member", 3), Level("gold", "金卡", "Gold", 5)),
    points=PointRules(step=100, step_minor=100),
    together_max=2,
)
TOLD = MembershipTold(RULES)


def coupons(person: PersonId) -> tuple[Coupon, ...]:
    """A few of each kind."""
    rice = (GOODS[1].gtin,)
    kinds = [
        (CouponKind.AMOUNT_OFF, 100, 0, ()),
        (CouponKind.AMOUNT_OFF, 150, 500, ()),
        (CouponKind.PERCENT_OFF, 20, 0, rice),
        (CouponKind.AMOUNT_OFF, 90, 0, ()),
    ]
    return tuple(
        Coupon(CouponId(f"{person}-{n}"), kind, value, "券", "Coupon", least_minor=least, gtins=gtins)
        for n, (kind, value, least, gtins) in enumerate(3 * kinds)
    )


class MemberBook:
    """One for the shop, whichever till asks."""

    def __init__(self) -> None:
        self._coupons = {coupon.id: (person, coupon) for person in MEMBERS for coupon in coupons(person)}
        self._held: dict[CouponId, PaymentKey] = {}
        self._points = dict.fromkeys(MEMBERS, POINTS)
        self._back_minor: dict[PaymentKey, int] = {}

    def holdings(self, person: PersonId, of_the_morning: bool) -> Holdings:
        """What the member has now, or had in the morning: some source answers from an old list."""
        free = (
            coupon
            for whose, coupon in self._coupons.values()
            if whose == person and (of_the_morning or coupon.id not in self._held)
        )
        return Holdings(person, "gold", self._points[person], tuple(free))

    def elsewhere(self, number: int, coupon: CouponId) -> bool:
        """Somebody uses it in the shop's own app, at this moment; not if it is held."""
        return self._held.setdefault(coupon, PaymentKey(f"elsewhere-{number}")) == f"elsewhere-{number}"

    @property
    def names(self) -> list[CouponId]:
        return list(self._coupons)

    def objection(self, request: ChargeRequest) -> str:
        """Why this cannot be used; empty when it can."""
        if request.used == Used() or not isinstance(request.payer, FacePayer):
            return ""
        if any(self._held.get(one.id, request.key) != request.key for one in request.used.coupons):
            return "coupon_used"
        return "points_short" if self._points[request.payer.person] < request.used.points else ""

    def hold(self, request: ChargeRequest) -> None:
        """The money may move from here on."""
        if isinstance(request.payer, FacePayer):
            self._held |= {one.id: request.key for one in request.used.coupons}
            self._points[request.payer.person] -= request.used.points

    def let_go(self, request: ChargeRequest) -> None:
        """It did not move, and never will."""
        if isinstance(request.payer, FacePayer):
            self._free(request)
            self._points[request.payer.person] += request.used.points

    def goes_back(self, request: ChargeRequest, part_minor: int) -> None:
        """Some of the money went back, and what was used with it."""
        if not isinstance(request.payer, FacePayer):
            return
        before, paid = self._back_minor.get(request.key, 0), request.amount.amount_minor
        after = self._back_minor[request.key] = min(paid, before + part_minor)
        back = given_back(request.used, 0, paid, before, after)
        self._points[request.payer.person] += back.points
        if back.coupons:
            self._free(request)

    def _free(self, request: ChargeRequest) -> None:
        for one in request.used.coupons:
            if self._held.get(one.id) == request.key:
                del self._held[one.id]
