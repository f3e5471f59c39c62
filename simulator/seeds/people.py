"""A cashier and a customer without patience: they tap what is offered, and sometimes anything."""

from __future__ import annotations

from random import Random

from agent.core.codes import GoodsCode, PaymentCode
from agent.core.events import BarcodeScanned, Event, FaceSeen, Intent, Screen, Tapped
from agent.core.evidence import Candidate, FaceEvidence, Hint
from agent.core.held_desk import to_see
from agent.core.ids import PersonId, Secret
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.screens.projection import row_of
from simulator.seeds.manager import TAPPED, Manager
from simulator.seeds.shop import GOODS, MEMBERS, TILLS
from simulator.seeds.typist import Typist

HOLDS_A_PHONE = frozenset({Stage.CHOOSE, Stage.CODE, Stage.CONFIRM, Stage.NOBODY, Stage.NOT_PAID})
PATIENT_SHARE = 0.7  # of the moments while money is being asked for
CASH_SHARE = 0.2  # of the customers
MAY_PAY_CASH = frozenset({Stage.CHOOSE, Stage.CODE, Stage.NOBODY, Stage.NOT_PAID})
BEHIND_SHARE, IN_DOUBT_SHARE = 0.3, 0.8  # of idle moments: for a refund, with an order in doubt
TENDERED = (None, None, "2", "6.80", "8.80", "20", "100", "1.999", "x")
WHEN_NOTHING_MOVES = (Intent.CANCEL, Intent.CANCEL, Intent.PAY_CASH, Intent.CASH_RECEIVED)
NEW = (Intent.MORE, Intent.REMOVE_LINE)
LI, WANG = MEMBERS


class People:
    """What they do next at one till, by the seed's dice. Member Li shops at both."""

    def __init__(self, chance: Random, till: str, typist: Typist | None = None) -> None:
        self._chance = chance
        self._typist = typist
        self._manager = Manager(chance)
        self._codes = TILLS.index(till) * 10**9
        self._looks: dict[int, PersonId | None] = {}
        self._by_face: dict[str | None, bool] = {}
        self._in_cash: dict[str | None, bool] = {}
        self._orders: dict[str | None, PersonId] = {}

    def act(self, t: Terminal) -> Event | None:
        """One thing somebody does at this moment, if anything."""
        if self._typist is not None and (tap := self._typist.act(t)):
            return tap
        dice = self._chance.random()
        if t.visit.stage is Stage.PAY and self._chance.random() < PATIENT_SHARE:
            return None
        if dice < 0.08:
            return self._nonsense(t)
        if t.office is not None:
            return self._manager.act(t, t.office)
        if t.visit.stage is Stage.PAY and dice < 0.20:  # Esc is what one presses when nothing moves
            return self._tap(t, Screen.CASHIER, self._chance.choice(WHEN_NOTHING_MOVES))
        if t.visit.stage is Stage.IDLE and self._chance.random() < self._share_behind(t):
            return self._manager.opens(t)
        if self._has_notes(t) and dice < 0.9:
            wanted = Intent.PAY_CASH if t.visit.stage in MAY_PAY_CASH else Intent.CASH_RECEIVED
            return self._tap(t, Screen.CASHIER, wanted)
        if t.visit.stage is Stage.PAID and dice < BEHIND_SHARE:
            return self._manager.opens(t)
        if dice < 0.60 and not self._prefers_face(t) and t.visit.stage in HOLDS_A_PHONE | {Stage.PAY}:
            return self._phone()
        if t.visit.stage is Stage.IDLE or (t.visit.stage is Stage.BASKET and dice < 0.25):
            return self._goods()
        waits = t.visit.stage in (Stage.FACE, Stage.MATCH) and self._prefers_face(t)
        return None if waits and dice < 0.9 else self._button(t)

    def finish(self, t: Terminal) -> Event | None:
        """They want to go home: leave what is over, give up what may be given up."""
        if t.office is not None:
            return self._manager.leaves(t, t.office)
        for screen, intent in _offers(t):
            if intent in (Intent.CANCEL, Intent.DONE):
                return Tapped(screen, t.view_no, intent)
        return None

    def _share_behind(self, t: Terminal) -> float:
        return IN_DOUBT_SHARE if any(map(to_see, t.kept.held)) else BEHIND_SHARE

    def face(self, t: Terminal, digits: str | None) -> FaceSeen:
        """One frame of whoever stands there; sometimes it belongs to an earlier look."""
        if t.looks not in self._looks:
            self._looks[t.looks] = self._customer(t) if self._chance.random() < 0.8 else None
        person = self._looks[t.looks]
        good = self._chance.random() < 0.8
        best = None
        if digits is None or digits in MEMBERS.values():
            known = person is not None and digits in (None, MEMBERS[person])
            best = Candidate(person or LI, 0.8 if known else 0.1)
        look = t.looks - (self._chance.random() < 0.1)
        hint = Hint.GOOD if good else Hint.BLURRED
        live = 0.9 if self._chance.random() < 0.9 else 0.1
        return FaceSeen(FaceEvidence(look, 1, 0, 1, hint, best if good else None, None, live))

    def _customer(self, t: Terminal) -> PersonId:
        return self._orders.setdefault(t.visit.order_id, LI if self._chance.random() < 0.7 else WANG)

    def _goods(self) -> BarcodeScanned:
        return BarcodeScanned(GoodsCode(self._chance.choice(GOODS).gtin))

    def _button(self, t: Terminal) -> Event | None:
        offers = _offers(t)
        if self._waits_for_coupons(t):
            return None
        if t.visit.holdings is not None and t.visit.stage is Stage.CONFIRM and self._chance.random() < 0.4:
            return self._tap(t, Screen.CUSTOMER, Intent.SWITCH_BENEFIT)
        if self._prefers_face(t) and self._chance.random() < 0.9:
            return self._tap(t, *offers[0]) if offers else self._nonsense(t)
        if self._chance.random() < 0.97:  # most people want to pay
            offers = [offer for offer in offers if offer[1] not in (Intent.CANCEL, Intent.FEWER)]
        return self._tap(t, *self._chance.choice(offers)) if offers else self._nonsense(t)

    def _waits_for_coupons(self, t: Terminal) -> bool:
        asked = t.visit.stage is Stage.CONFIRM and t.kept.membership.version and t.visit.holdings is None
        return bool(asked) and self._chance.random() < 0.7

    def _prefers_face(self, t: Terminal) -> bool:
        """Every other customer, until they are not recognised."""
        order = t.visit.order_id
        share = 0.9 if t.kept.membership.version else 0.5  # a coupon wants a face
        face = self._by_face.setdefault(order, self._chance.random() < share)
        return face and t.visit.stage not in (Stage.NOBODY, Stage.NOT_PAID)

    def _has_notes(self, t: Terminal) -> bool:
        """Every fifth customer pays in cash."""
        if t.visit.stage not in MAY_PAY_CASH | {Stage.CASH}:
            return False
        return self._in_cash.setdefault(t.visit.order_id, self._chance.random() < CASH_SHARE)

    def _nonsense(self, t: Terminal) -> Event:
        if self._chance.random() < 0.2:
            return self._goods()
        coupons = bool(t.kept.membership.version)
        anything = [one for one in TAPPED if coupons or one is not Intent.SWITCH_BENEFIT]
        return self._tap(t, self._chance.choice(list(Screen)), self._chance.choice(anything))

    def _tap(self, t: Terminal, screen: Screen, intent: Intent) -> Event:
        """Sometimes on the view of a moment ago."""
        right = MEMBERS[self._customer(t)]
        typed = right if self._chance.random() < 0.8 else "0000"
        value = Secret(typed) if intent is Intent.GIVE_DIGITS else None
        if intent is Intent.SWITCH_BENEFIT and t.visit.holdings is not None:
            names = [coupon.id for coupon in t.visit.holdings.coupons]
            value = Secret(self._chance.choice([*names, "points"]))
        if intent is Intent.FEWER and t.visit.basket.lines:
            value = Secret(str(len(t.visit.basket.lines) - 1))
        if intent is Intent.CASH_RECEIVED:
            counted = self._chance.choice(TENDERED)
            value = Secret(counted) if counted else None
        return Tapped(screen, t.view_no - (self._chance.random() < 0.1), intent, value)

    def _phone(self) -> Event:
        self._codes += self._chance.random() < 0.8  # a code shown again is the same code
        return BarcodeScanned(PaymentCode("wechat", Secret(f"13{self._codes:016d}")))


def _offers(t: Terminal) -> list[tuple[Screen, Intent]]:
    """Every button of both screens, but for those that only `Typist` know."""
    row = row_of(t)
    sides = ((Screen.CUSTOMER, row.customer), (Screen.CASHIER, row.cashier))
    return [(screen, intent) for screen, side in sides for intent in side.taps if intent not in NEW]
