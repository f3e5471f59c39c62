"""Whoever is behind the till between two customers: looks orders up, gives money back, settles what is in
doubt, and knows the PIN most of the time. No patience either."""

from __future__ import annotations

from random import Random

from agent.core.codes import ReceiptCode
from agent.core.events import BarcodeScanned, Event, Intent, Screen, Tapped
from agent.core.ids import Secret
from agent.core.office import Office, Page
from agent.core.state import Terminal
from agent.screens.contract import Choice
from agent.screens.desk import Desk
from agent.screens.office_views import look
from simulator.seeds.shop import PIN, WRONG_PIN

WORDS = ("000001", "02", "3", "8.80", "6.80", "2,00", "2.005", "not a number", "", "-000002")
AMOUNTS = ("1", "2", "0.50", "6.80", "8.80", "999", "0", "x")
RIGHT_PIN_SHARE, WANTS_OUT_SHARE, RECEIPT_SHARE, SEARCH_SHARE = 0.8, 0.08, 0.3, 0.2
ON = frozenset(
    {Intent.FIND, Intent.SEE_HELD, Intent.REFUND_ALL, Intent.REFUND_PART, Intent.SAY_PAID,
     Intent.SAY_NOT_PAID, Intent.DONE}
)  # fmt: skip
"""Taps that lead on; the others lead out."""
TAPPED = [
    Intent[name]
    for name in [
        "CHARGE",
        "CANCEL",
        "FEWER",
        "PAY_BY_FACE",
        "SHOW_CODE",
        "GIVE_DIGITS",
        "BACK",
        "CONFIRM",
        "NOT_ME",
        "SWITCH_BENEFIT",
        "RETRY",
        "ASK_NOW",
        "DONE",
        "PAY_CASH",
        "CASH_RECEIVED",
        "OFFICE",
        "LEAVE",
        "STEP_BACK",
        "FIND",
        "PICK",
        "REFUND_ALL",
        "REFUND_PART",
        "GIVE_AMOUNT",
        "GIVE_PIN",
        "SEE_HELD",
        "SAY_PAID",
        "SAY_NOT_PAID",
        "SEE_SHIFT",
        "START_SHIFT",
        "END_SHIFT",
        "GIVE_NUMBER",
        "SEE_DAYS",
        "COMPARE_DAY",
        "CLOSE_DAY",
        "JOIN",
        "TICK",
        "READ_ALL",
        "AGREE",
        "UNDER_14",
        "STOP_JOINING",
        "SWITCH_LANGUAGE",
        "SWITCH_TEXT_SIZE",
    ]
]
"""What people of the seeds know of. A button more is none of it: it would make every seed another day."""


class Manager:
    """What they do next, by the seed's dice."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def opens(self, t: Terminal) -> Event:
        """The back office, by its button or with a receipt in hand."""
        if t.kept.recent and self._chance.random() < RECEIPT_SHARE:
            return BarcodeScanned(ReceiptCode(self._chance.choice(t.kept.recent).order_id))
        return self._tap(t, Intent.OFFICE)

    def act(self, t: Terminal, office: Office) -> Event | None:
        """One thing on the page that is open."""
        desk = look(t, office)
        taps = [tap for tap in desk.taps if tap in TAPPED]
        if self._chance.random() < WANTS_OUT_SHARE and taps:
            return self._tap(t, self._chance.choice(taps))
        if office.page is Page.FIND and office.found and self._chance.random() < SEARCH_SHARE:
            return self._tap(t, Intent.FIND, self._chance.choice(WORDS))
        picks = [choice for choice in desk.choices if choice.intent == Intent.PICK]
        if picks:
            return self._tap(t, Intent.PICK, self._picked(office, picks).value)
        if desk.question is not None and office.page is not Page.FIND:
            return self._tap(t, Intent(desk.question.intent), self._typed(office))
        if desk.question is not None and desk.tone != "busy":
            return self._tap(t, Intent.FIND, self._chance.choice(WORDS))
        return self._on(t, desk)

    def leaves(self, t: Terminal, office: Office) -> Event:
        """They want to go home; what the cloud contradicted they read first."""
        if Intent.DONE in look(t, office).taps:
            return self._tap(t, Intent.DONE)
        return Tapped(Screen.CASHIER, t.view_no, Intent.LEAVE)

    def _on(self, t: Terminal, desk: Desk) -> Event | None:
        on = [tap for tap in desk.taps if tap in ON]
        if Intent.SEE_HELD in on:
            on = [Intent.SEE_HELD]
        taps = on or [tap for tap in desk.taps if tap in TAPPED]
        return self._tap(t, self._chance.choice(taps)) if taps else None

    def _picked(self, office: Office, picks: list[Choice]) -> Choice:
        """What was paid interests most."""
        paid = {order.order_id for order in office.found or () if order.refundable.amount_minor > 0}
        return self._chance.choice([pick for pick in picks if pick.value in paid] or picks)

    def _typed(self, office: Office) -> str:
        if office.page is Page.PIN:
            return PIN if self._chance.random() < RIGHT_PIN_SHARE else WRONG_PIN
        return self._chance.choice(AMOUNTS)

    def _tap(self, t: Terminal, intent: Intent, value: str = "") -> Tapped:
        """Sometimes on the page of a moment ago."""
        secret = Secret(value) if value else None
        return Tapped(Screen.CASHIER, t.view_no - (self._chance.random() < 0.05), intent, secret)
