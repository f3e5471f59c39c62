"""A cashier who serves one customer after the other, and looks at the screen before each move.

Enters: the state of the till, as both people see it. Leaves: what somebody does next: a beam or a tap. Who
comes, what they buy and how they pay follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from agent.core.events import Device, FaceSeen, Intent, Screen, Tapped
from agent.core.evidence import Candidate, FaceEvidence, Hint
from agent.core.ids import PersonId, Secret
from agent.core.state import Terminal
from agent.core.visit import Stage
from simulator.scanner import payment_code
from simulator.seeds.shop import GOODS, MEMBERS

AGAIN_MS = 2_500  # nothing happened: try it again
BEAM_APART_MS = 1_000  # the same goods twice within the repeat time would be one beam
STILL_READS = (None, "noise", "unended")  # these heal by the next good code
Way = Literal["code", "face", "cash"]
WAYS: tuple[tuple[Way, float], ...] = (("code", 0.6), ("face", 0.3), ("cash", 0.1))


@dataclass
class Customer:
    """What somebody wants."""

    goods: list[str]
    way: Way
    code: str
    person: PersonId
    scanned_ms: int = -AGAIN_MS
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Beamed:
    """Hold this under the scanner."""

    text: str


@dataclass
class People:
    """One at a time; `waiting` stand in line."""

    chance: Random
    waiting: int = 0
    served: int = 0
    now: Customer | None = None

    def next_move(self, t: Terminal, now_ms: int) -> Beamed | Tapped | None:
        """What is done at this moment, if anything."""
        stage = t.visit.stage
        if self.now is not None and stage is Stage.PAID:
            self.now, self.served = None, self.served + 1
        if stage in (Stage.PAID, Stage.HELD):
            return self._tap(t, Intent.DONE, Screen.CASHIER)
        if self.now is None:
            if not self.waiting or not t.works(Device.SCREENS):
                return None
            self.waiting, self.now = self.waiting - 1, self._somebody()
        return self._serves(self.now, t, now_ms)

    def face(self, t: Terminal, digits: str | None) -> FaceSeen:
        """One good frame of whoever stands there."""
        person = self.now.person if self.now is not None else PersonId("li")
        known = digits is None or digits == MEMBERS[person]
        best = Candidate(person, 0.8) if known else None
        return FaceSeen(FaceEvidence(t.looks, 1, 0, 1, Hint.GOOD, best, None, 0.95))

    def _serves(self, who: Customer, t: Terminal, now_ms: int) -> Beamed | Tapped | None:
        match t.visit.stage:
            case Stage.IDLE | Stage.BASKET:
                if t.visit.basket.pieces >= len(who.goods):
                    return self._tap(t, Intent.CHARGE, Screen.CASHIER)
                return self._beam(who, who.goods[t.visit.basket.pieces], t, now_ms)
            case Stage.CHOOSE:
                return self._chooses(who, t)
            case Stage.CODE:
                return self._beam(who, who.code, t, now_ms)
            case Stage.DIGITS:
                return self._tap(t, Intent.GIVE_DIGITS, Screen.CUSTOMER, MEMBERS[who.person])
            case Stage.CONFIRM:
                return self._tap(t, Intent.CONFIRM, Screen.CUSTOMER)
            case Stage.CASH:
                return self._tap(t, Intent.CASH_RECEIVED, Screen.CASHIER)
            case Stage.NOBODY:
                return self._tap(t, Intent.SHOW_CODE, Screen.CUSTOMER)
            case Stage.NOT_PAID:
                return self._tap(t, Intent.RETRY, Screen.CUSTOMER)
            case _:
                return None

    def _chooses(self, who: Customer, t: Terminal) -> Tapped | None:
        if who.way == "cash":
            return self._tap(t, Intent.PAY_CASH, Screen.CASHIER)
        face = who.way == "face" and t.sees
        return self._tap(t, Intent.PAY_BY_FACE if face else Intent.SHOW_CODE, Screen.CUSTOMER)

    def _beam(self, who: Customer, text: str, t: Terminal, now_ms: int) -> Beamed | None:
        """Not while the sign says that the cable is out; again when nothing came of it."""
        pieces = t.visit.basket.pieces if t.visit.stage is not Stage.CODE else -1
        wait_ms = AGAIN_MS if pieces == who.pieces else BEAM_APART_MS
        if t.down.get(Device.SCANNER) not in STILL_READS or now_ms - who.scanned_ms < wait_ms:
            return None
        who.scanned_ms, who.pieces = now_ms, pieces
        return Beamed(text)

    def _somebody(self) -> Customer:
        chance = self.chance
        goods = [chance.choice(GOODS).gtin for _ in range(chance.choice((1, 1, 2, 2, 3, 5)))]
        way = chance.choices([way for way, _ in WAYS], [share for _, share in WAYS])[0]
        return Customer(goods, way, payment_code("wechat", chance), chance.choice(list(MEMBERS)))

    def _tap(self, t: Terminal, intent: Intent, screen: Screen, word: str = "") -> Tapped:
        return Tapped(screen, t.view_no, intent, Secret(word) if word else None)
