"""A receipt once more: asked for on an order's page, counted, shown with what the journal knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.benefits import Coupon, CouponKind, Holdings, Level, MembershipRules, Used, UsedCoupon
from agent.core.codes import ReceiptCode
from agent.core.commands import LookUpOrders
from agent.core.events import BarcodeScanned, Intent, OrdersFound, Screen
from agent.core.ids import CouponId, OrderId, PersonId
from agent.core.money import Money
from agent.core.office import Page
from agent.core.slip import Slip, SlipGiven, SlipLine
from agent.core.slip_desk import slip_of
from agent.core.sold import SoldOrder
from agent.screens.contract import CashierView, Line, Phrase
from agent.screens.projection import project
from agent.turn import take
from tests.playbook import NOTHING, UTC_START_MS, Playbook, taps
from tests.shop import terminal, to_cash

ORDER = OrderId("till-1-7f3a-000012")
SOLD = SoldOrder(ORDER, None, "cash", Money(880), "paid", UTC_START_MS, Money(0))
SLIP = Slip((SlipLine("饭团", "Rice ball", 2, 440),), (), 1000)


@pytest.fixture
def till() -> Playbook:
    """An order was found by the scan of its receipt."""
    book = Playbook(terminal()) >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders(1, ORDER)
    return book >> OrdersFound(1, (SOLD,))


def asked(till: Playbook, slips: int = 0, slip: Slip | None = SLIP) -> Playbook:
    number = till.state.lookups + 1
    till >> taps(Intent.SEE_SLIP) << LookUpOrders(number, ORDER, whole=True)
    return till >> OrdersFound(number, (replace(SOLD, slips=slips, slip=slip),))


def seen(till: Playbook) -> CashierView:
    return project(till.state, till.at)[1]


def test_the_first_one_is_the_receipt_and_the_next_ones_are_copies(till: Playbook) -> None:
    assert seen(asked(till)).headline == Phrase("slip.first")
    till >> taps(Intent.STEP_BACK)
    assert seen(asked(till, slips=1)).headline == Phrase("slip.copy", {"copy": "1"})
    assert till.state.kept.slip_given == SlipGiven(ORDER, 2)


def test_goods_and_change_stand_on_it(till: Playbook) -> None:
    view = seen(asked(till))
    assert view.lines == (Line("饭团", "×2", "¥8.80"),)
    assert {figure.label.key: figure.text for figure in view.figures}["slip.change"] == "¥1.20"
    till >> taps(Intent.SWITCH_LANGUAGE, screen=Screen.CASHIER)
    assert seen(till).lines == (Line("Rice ball", "×2", "¥8.80"),)


def test_of_an_older_order_only_the_total_is_known(till: Playbook) -> None:
    view = seen(asked(till, slip=None))
    assert (view.detail, view.lines, view.amount) == (Phrase("slip.goods_unknown"), (), "¥8.80")


def test_that_it_was_given_is_written_down(till: Playbook) -> None:
    till >> taps(Intent.SEE_SLIP) << LookUpOrders
    entry = take(till.state, OrdersFound(2, (replace(SOLD, slips=4),)), till.at).entry
    assert entry is not None
    assert entry.given == SlipGiven(ORDER, 5)


def test_a_second_answer_counts_no_second_copy(till: Playbook) -> None:
    asked(till) >> OrdersFound(2, (replace(SOLD, slips=1),)) << NOTHING
    assert till.state.kept.slip_given == SlipGiven(ORDER, 1)


def test_a_disk_that_cannot_be_read_leads_back_and_counts_nothing(till: Playbook) -> None:
    till >> taps(Intent.SEE_SLIP) << LookUpOrders
    till >> OrdersFound(2, ())
    assert till.state.office is not None
    assert (till.state.office.page, till.state.notice) == (Page.ORDER, "slip_unread")
    assert till.state.kept.slip_given is None


def test_back_leads_to_the_order(till: Playbook) -> None:
    asked(till) >> taps(Intent.STEP_BACK)
    assert till.state.office is not None
    assert (till.state.office.page, till.state.office.slip) == (Page.ORDER, None)


def test_what_membership_took_off_is_remembered_by_its_name_of_then() -> None:
    """Also when the level or the coupon is no longer known: then by what it is."""
    visit = to_cash(Playbook(terminal())).visit
    assert visit.payment is not None
    used = Used((UsedCoupon(CouponId("c-1"), 300), UsedCoupon(CouponId("c-2"), 50)), 100, 20, 88)
    coupon = Coupon(CouponId("c-1"), CouponKind.AMOUNT_OFF, 300, "满减", "3 off")
    rules = MembershipRules(levels=(Level("gold", "金卡", "Gold"),))
    for level, name in (("gold", "Gold"), ("gone", "Member discount")):
        holdings = Holdings(PersonId("m-1"), level, coupons=(coupon,))
        paying = replace(visit, payment=replace(visit.payment, used=used), holdings=holdings)
        offs = [(off.name_en, off.off_minor) for off in slip_of(paying, rules).offs]
        assert offs == [(name, 88), ("3 off", 300), ("Coupon", 50), ("Points", 20)]
