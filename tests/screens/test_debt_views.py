"""What is still to come, behind the till: this till's debts and those that it took over."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from agent.core.commands import KeepRecord
from agent.core.debt import Debt, DebtPhase
from agent.core.directions import OpenDebt, OpenDoubt
from agent.core.events import HandedOver, Instant
from agent.core.ids import OrderId, PaymentKey, PersonId
from agent.core.money import Money
from agent.core.office import Office, Page
from agent.core.payment import Payment
from agent.core.state import Terminal
from agent.screens.contract import CashierView, Phrase
from agent.screens.debt_views import LISTED
from agent.screens.projection import project
from tests.playbook import Playbook, Slot
from tests.screens.test_projection_total import I18N
from tests.shop import LI, terminal, trusting

AT = Instant(1_000, 1_790_000_000_000)
THEIRS, DOUBTED = OrderId("old-01-aaaa-000007"), OrderId("old-01-aaaa-000008")
SINCE_MS = 1_789_990_000_000
FACT = HandedOver(
    "batch-0001",
    "old-01",
    (OpenDebt(THEIRS, PersonId(LI), Money(880), SINCE_MS, 3),),
    (OpenDoubt(PaymentKey(f"{DOUBTED}-1"), DOUBTED, Money(500), "wechat", SINCE_MS, 1),),
)


@pytest.fixture
def replaced() -> Terminal:
    """A till that sold on trust itself, and has a broken one's debt and doubt."""
    shop = Playbook(trusting(terminal()))
    shop >> FACT << Slot(KeepRecord)
    return replace(shop.state, kept=replace(shop.state.kept, debts=(*shop.state.kept.debts, ours(shop))))


def ours(shop: Playbook, phase: DebtPhase = DebtPhase.REFUSED) -> Debt:
    rules = shop.state.rules
    order = OrderId(f"{rules.device}-{rules.epoch}-000009")
    return Debt(Payment(order, Money(650), "digest"), PersonId(LI), SINCE_MS, phase)


def page(t: Terminal, which: Page) -> CashierView:
    return project(replace(t, office=Office(which)), AT)[1]


def test_a_debt_that_was_taken_over_says_so_beside_our_own(replaced: Terminal) -> None:
    menu = page(replaced, Page.MENU)
    assert menu.detail == Phrase("office.debts_open", {"count": "2", "sum": "¥15.30"})
    theirs, mine = menu.choices
    assert theirs.title.startswith(f"{THEIRS} · ")
    assert theirs.detail == Phrase("office.taken_over", {"standing": "debt.reserved"})
    assert (theirs.amount, theirs.intent) == ("¥8.80", "")
    assert mine.title.startswith("…000009 · ")
    assert (mine.detail, mine.amount) == (Phrase("debt.refused"), "¥6.50")


def test_a_doubt_that_was_taken_over_says_so_in_its_list(replaced: Terminal) -> None:
    [case] = page(replaced, Page.HELD).choices
    assert case.title.startswith(f"{DOUBTED} · ")
    assert case.detail == Phrase("office.taken_over", {"standing": "held.open"})


def test_what_is_paid_is_no_longer_to_come_and_what_is_held_stands_in_its_own_list(
    replaced: Terminal,
) -> None:
    for phase in (DebtPhase.COLLECTED, DebtPhase.SETTLED, DebtPhase.HELD, DebtPhase.VOUCHED):
        debts = tuple(replace(debt, phase=phase) for debt in replaced.kept.debts)
        menu = page(replace(replaced, kept=replace(replaced.kept, debts=debts)), Page.MENU)
        assert (menu.detail, menu.choices) == (None, ())


@pytest.mark.parametrize("name", ["hyla_zh.ts", "hyla_en.ts"])
@pytest.mark.parametrize("phase", sorted(LISTED))
def test_every_standing_has_its_words(replaced: Terminal, phase: DebtPhase, name: str) -> None:
    debts = tuple(replace(debt, phase=phase) for debt in replaced.kept.debts)
    theirs, mine = page(replace(replaced, kept=replace(replaced.kept, debts=debts)), Page.MENU).choices
    translated = {message.get("id") for message in ET.parse(I18N / name).iter("message")}
    assert {theirs.detail.key, theirs.detail.values["standing"], mine.detail.key} <= translated
