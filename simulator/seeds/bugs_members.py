"""Mistakes about what members have: planted to be found, like those of `bugs`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.core import checkout, member_desk
from agent.core import payment as pay
from agent.core.benefits import NOTHING_USED
from agent.core.events import Instant
from agent.core.payment import Payment
from agent.core.state import Terminal, Turn
from simulator.seeds.members import MemberBook
from simulator.seeds.planting import Patch, bug

COUPON_SEEDS = 100  # members have coupons from here on


@bug("a coupon that is held or used up elsewhere may be used here as well", since=COUPON_SEEDS)
def _coupon_used_twice(patch: Patch) -> None:
    patch.name(MemberBook, "objection", lambda _book, _request: "")


@bug("what was taken off the price need not go along with the charge", since=COUPON_SEEDS)
def _coupon_stays_at_home(patch: Patch) -> None:
    real = pay._ask

    def ask(payment: Payment, *rest: Any) -> Any:
        asked, wishes = real(replace(payment, used=NOTHING_USED), *rest)
        return replace(asked, used=payment.used), wishes

    patch.name(pay, "_ask", ask)


@bug("when a coupon is gone the same confirmation is good for the full price", since=COUPON_SEEDS)
def _full_price_without_asking(patch: Patch) -> None:
    def turned_down(t: Terminal, _payment: Payment, at: Instant) -> Turn:
        visit = t.visit.at_full_price()
        full = replace(t, kept=replace(t.kept, visit=visit))
        person = visit.person
        if person is None:
            return Turn(full)
        return checkout._pay(full, at, lambda p: pay.ask_face(p, person, t.rules.waits, at))

    patch.name(member_desk, "turned_down", turned_down)
