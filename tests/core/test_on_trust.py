"""The moment in which goods leave on trust: what stands in their way, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.commands import AskCharge, KeepRecord, StartTimer
from agent.core.debt import Debt, DebtPhase
from agent.core.events import Device, DeviceLost, DeviceUp, Intent
from agent.core.ids import OrderId, PersonId
from agent.core.money import Money
from agent.core.payment import Payment, Phase
from agent.core.state import RECENT_ORDERS
from agent.core.visit import Stage
from tests.playbook import NOTHING, Playbook, taps
from tests.shop import LI, terminal, to_confirm, trusting

CONFIRM = Intent.CONFIRM


@pytest.fixture
def shop() -> Playbook:
    """Li is about to confirm ¥8.80; the link is cut."""
    return to_confirm(Playbook(trusting(terminal()))) >> DeviceLost(Device.CLOUD, "lost") << Stage.CONFIRM


def debt(number: int, phase: DebtPhase, person: str = "wang") -> Debt:
    payment = Payment(OrderId(f"o-{number}"), Money(10), "digest")
    return Debt(payment, PersonId(person), 7, phase)


def owing(shop: Playbook, *debts: Debt) -> Playbook:
    shop.state = replace(shop.state, kept=replace(shop.state.kept, debts=debts))
    return shop


def test_the_debt_is_kept_in_the_turn_that_lets_the_goods_go(shop: Playbook) -> None:
    shop >> taps(CONFIRM) << KeepRecord << Stage.OWED
    [owed] = shop.state.kept.debts
    assert (owed.person, owed.owed_utc_ms, owed.phase) == (LI, shop.at.utc_ms, DebtPhase.RESERVED)
    assert (owed.amount_minor, owed.payment.phase, owed.payment.attempt) == (880, Phase.READY, 0)
    assert owed.identify_ms == shop.visit.marks.identify_ms is not None
    assert shop.payment.phase is Phase.OWED
    row = shop.state.kept.recent[0]
    assert (row.order_id, row.outcome, row.person, row.method) == (owed.order_id, "owed", LI, "face")


def test_the_page_that_says_so_is_shown_for_a_while(shop: Playbook) -> None:
    shop >> taps(CONFIRM)
    shown = [wish for wish in shop._pending if isinstance(wish, StartTimer)]
    assert [wish.name for wish in shown] == ["stage"]
    shop << KeepRecord << Stage.OWED


def test_a_terminal_that_the_cloud_will_not_have_trusts_nobody(shop: Playbook) -> None:
    """Withdrawn or replaced: what it let go would never be told, and nobody would be asked for it."""
    shop >> DeviceLost(Device.CLOUD, "refused") << Stage.CONFIRM >> taps(CONFIRM) << Stage.NOT_PAID
    assert (shop.visit.reason, shop.state.kept.debts) == ("offline", ())


def test_who_read_that_nothing_is_owed_is_asked_again_when_nobody_answers_any_more(shop: Playbook) -> None:
    old = taps(CONFIRM)((shop >> DeviceLost(Device.CLOUD, "refused") << Stage.CONFIRM).state)  # type: ignore[operator]
    shop >> DeviceLost(Device.CLOUD, "unreachable") << Stage.CONFIRM >> old << NOTHING
    shop >> taps(CONFIRM) << KeepRecord << Stage.OWED


@pytest.mark.parametrize(
    ("device", "cause", "why"),
    [(Device.STORAGE, "full", "storage"), (Device.SCREENS, "customer_frozen", "screens")],
)
def test_without_a_disk_or_a_true_screen_nothing_leaves(
    shop: Playbook, device: Device, cause: str, why: str
) -> None:
    shop >> DeviceLost(device, cause) >> taps(CONFIRM) << Stage.NOT_PAID
    assert (shop.visit.reason, shop.state.kept.debts) == (why, ())


def test_the_first_limit_that_forbids_it_is_said(shop: Playbook) -> None:
    owing(shop, debt(1, DebtPhase.REFUSED, LI)) >> taps(CONFIRM) << Stage.NOT_PAID
    assert shop.visit.reason == "trust_owes"


def test_what_is_over_leaves_the_list_and_what_is_unpaid_stays_before_the_new_one(shop: Playbook) -> None:
    rest = (debt(2, DebtPhase.NAMED), debt(3, DebtPhase.VOUCHED))
    before = (debt(1, DebtPhase.COLLECTED), *rest, debt(4, DebtPhase.SETTLED))
    held = tuple(replace(one, payment=replace(one.payment, phase=Phase.HELD)) for one in before)
    owing(shop, *held) >> taps(CONFIRM) << KeepRecord << Stage.OWED
    assert [one.order_id for one in shop.state.kept.debts] == ["o-2", "o-3", shop.payment.order_id]


def test_the_cashiers_list_keeps_the_last_orders_and_no_more(shop: Playbook) -> None:
    old = tuple(
        replace(row, order_id=OrderId(f"o-{number}"))
        for number, row in enumerate([_row(shop)] * (RECENT_ORDERS + 3))
    )
    shop.state = replace(shop.state, kept=replace(shop.state.kept, recent=old))
    shop >> taps(CONFIRM) << KeepRecord << Stage.OWED
    recent = [row.order_id for row in shop.state.kept.recent]
    assert recent == [shop.payment.order_id, *(row.order_id for row in old[: RECENT_ORDERS - 1])]


def _row(shop: Playbook) -> object:
    done = Playbook(shop.state, shop.now_ms) >> taps(CONFIRM) << KeepRecord
    return done.state.kept.recent[0]


def test_only_who_is_about_to_confirm_is_asked_again_when_the_link_changes(shop: Playbook) -> None:
    number = shop.visit.stage_no
    shop >> DeviceUp(Device.CLOUD) << Stage.CONFIRM
    assert shop.visit.stage_no == number + 1
    shop >> DeviceUp(Device.CLOUD)
    assert shop.visit.stage_no == number + 1  # it was up


def test_where_nobody_buys_on_trust_a_lost_link_asks_nobody_again() -> None:
    shop = to_confirm(Playbook(terminal()))
    number = shop.visit.stage_no
    shop >> DeviceLost(Device.CLOUD, "lost")
    assert (shop.stage, shop.visit.stage_no) == (Stage.CONFIRM, number)


def test_a_debt_is_asked_for_although_the_next_customer_is_asked_anew_in_the_same_turn(
    shop: Playbook,
) -> None:
    shop >> taps(CONFIRM) << KeepRecord << Stage.OWED >> taps(Intent.DONE) << Stage.IDLE
    to_confirm(shop) >> DeviceUp(Device.CLOUD) << AskCharge << Stage.CONFIRM
    assert [debt.phase for debt in shop.state.kept.debts] == [DebtPhase.COLLECTING]
