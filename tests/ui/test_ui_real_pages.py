"""The pages as the core really shows them, stage by stage: nothing cut, nothing covered, all within reach.

The gallery's samples are written by hand; these views are projected from states that a visit came to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from agent.core.benefits import Coupon, CouponKind, Holdings, Level, MembershipRules, PointRules
from agent.core.commands import AskMember
from agent.core.events import Instant, MemberFound, MembershipTold
from agent.core.ids import CouponId, PersonId
from agent.core.joining import JoinRules
from agent.core.state import AfterPayment, Terminal
from agent.core.visit import Stage
from agent.screens.contract import CashierView, CustomerView
from agent.screens.projection import project
from tests.playbook import Playbook, sees
from tests.shop import LI, STAGES, terminal, to_match
from tests.ui.test_ui_pages import faults, nameless, out_of_reach, primary_astray, sit, small_targets
from ui.gallery import Sitting
from ui.windows import Windows

Settle = Callable[..., None]
AT = Instant(61_000, 1_790_000_000_000)
SIZES = {"portrait": (800, 1280), "landscape": (1280, 800)}
COUPONS = tuple(
    Coupon(CouponId(f"c{n}"), CouponKind.AMOUNT_OFF, 50 + n, f"满十元减{n}元", f"{n} off from ten")
    for n in range(5)
)
MEMBERSHIP = MembershipRules(
    1, "CNY", (Level("gold", "金卡", "Gold", 5),), PointRules(step=100, step_minor=100), together_max=3
)


def shop() -> Terminal:
    """People may join here, and the paid page has something to scan."""
    t = terminal()
    after = AfterPayment("https://example.com/i/{order}", "https://example.com/f", 500)
    return replace(t, rules=replace(t.rules, joining=JoinRules(enabled=True), after_payment=after))


def member() -> Terminal:
    """Before the confirmation, with coupons and points."""
    book = to_match(Playbook(shop()) >> MembershipTold(MEMBERSHIP)) >> 3 * [sees(LI)] << AskMember
    holdings = Holdings(PersonId(LI), "gold", 500, COUPONS)
    return (book >> (lambda t: MemberFound(t.visit.member_no, holdings)) << Stage.CONFIRM).state


def states() -> Iterator[tuple[str, Terminal]]:
    for stage, walk in STAGES.items():
        yield stage.value, walk(Playbook(shop())).state
    yield "confirm as a member", member()


def looks(t: Terminal, language: str, large: bool, low: bool) -> tuple[CustomerView, CashierView]:
    sides = {"customer": language, "cashier": language}
    text = frozenset(sides) if large else frozenset[str]()
    return project(replace(t, languages=sides, large_text=text, low=low), AT)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
def test_whatever_stage_a_visit_is_at_both_people_read_and_reach_their_page(
    windows: Windows, settle: Settle, size: str
) -> None:
    complaints = {}
    for (name, state), language, large in product(states(), ("zh", "en"), (False, True)):
        for low in (False, True):
            customer, cashier = looks(state, language, large, low)
            window = sit(windows, Sitting(name, customer, SIZES[size]), settle)
            found = [*faults(window), *nameless(window), *primary_astray(window), *small_targets(window)]
            found += out_of_reach(window) if low else []
            if not low:
                window = sit(windows, Sitting(name, cashier, SIZES[size]), settle)
                found += [*faults(window), *nameless(window), *primary_astray(window)]
            if found:
                complaints[name, language, large, low] = found
    assert complaints == {}
