"""Leaving a shop, as a dialogue: head office's order, what is missing, the farewell, the departure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.codes import ClaimCode
from agent.core.commands import CountUnsent, Depart, DropRecords, JudgeOrder, KeepRecord, SignFarewell
from agent.core.directions import LeavingOrder, OpenDebt
from agent.core.events import (
    BarcodeScanned,
    FarewellSigned,
    HandedOver,
    Intent,
    OrderJudged,
    RecordsTaken,
    UnsentCounted,
)
from agent.core.held import Standing
from agent.core.ids import OrderId, PersonId, Secret
from agent.core.leaving import Lack, Missing, missing
from agent.core.money import Money
from agent.core.office import Page
from agent.core.state import Kept, Terminal
from tests.core.test_held import CASE
from tests.core.test_refund_desk import RECORD, to_asking
from tests.core.test_shift import pays_cash
from tests.playbook import NOTHING, Playbook, Slot, scans, taps
from tests.shop import WATER, terminal, to_owed, to_paying, trusting

CODE = BarcodeScanned(ClaimCode(Secret("HYLA1:signed")))
RETIRE = LeavingOrder("order-0001", "retire")
MOVE = LeavingOrder("order-0002", "move", "S-18", "新店", "New shop", 4)


def claimed(**changes: object) -> Playbook:
    new = terminal(**changes)
    return Playbook(replace(new, rules=replace(new.rules, serial="FROG8-000123")))


@pytest.fixture
def shop() -> Playbook:
    return claimed()


def page(shop: Playbook) -> Page | None:
    return shop.state.office and shop.state.office.page


def asked(shop: Playbook) -> int:
    assert shop.state.office is not None
    return shop.state.office.search


def opened(shop: Playbook) -> Playbook:
    shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_TERMINAL) << Slot(CountUnsent)
    return shop


def ordered(shop: Playbook, order: LeavingOrder | None, unsent: int = 0, why: str = "") -> Playbook:
    """Head office's code is held before the scanner, and fleet says what it is."""
    opened(shop) >> CODE << Slot(JudgeOrder)
    return shop >> OrderJudged(asked(shop), order, why, unsent, 0)


def what_is_missing(kept: Kept, unsent: int = 0, parked: int = 0) -> list[Missing]:
    return [lack.what for lack in missing(kept, unsent, parked)]


def test_an_order_is_shown_confirmed_signed_and_told_before_it_departs(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    ordered(shop, MOVE)
    assert page(shop) is Page.LEAVING
    shop >> taps(Intent.LEAVE_SHOP) << SignFarewell(MOVE.id)
    shop >> FarewellSigned(MOVE.id, "receipt") << record
    assert (record.wish.kind, record.wish.data["receipt"]) == ("farewell", "receipt")
    shop >> RecordsTaken((record.wish.id,)) << DropRecords((record.wish.id,))
    shop << Depart()


def test_whoever_is_leaving_takes_over_nobodys_debts(shop: Playbook) -> None:
    debt = OpenDebt(OrderId("old-01-aaaa-000007"), PersonId("li"), Money(880), 1_790_000_000_000, 3)
    ordered(shop, RETIRE) >> taps(Intent.LEAVE_SHOP) << SignFarewell(RETIRE.id)
    shop >> HandedOver("batch-0001", "old-01", (debt,), ()) << NOTHING


def test_without_a_link_it_departs_after_ten_seconds(shop: Playbook) -> None:
    ordered(shop, RETIRE) >> taps(Intent.LEAVE_SHOP) << SignFarewell(RETIRE.id)
    shop >> FarewellSigned(RETIRE.id, "receipt") << Slot(KeepRecord)
    shop.after(10_000) << Depart()


def test_what_is_missing_is_said_and_there_is_nothing_to_confirm(shop: Playbook) -> None:
    ordered(shop, RETIRE, unsent=3) >> taps(Intent.LEAVE_SHOP) << NOTHING


def test_what_was_sent_meanwhile_is_counted_anew(shop: Playbook) -> None:
    ordered(shop, RETIRE, unsent=1) >> RecordsTaken(("r-1",)) << DropRecords(("r-1",))
    shop << CountUnsent(asked(shop))
    shop >> UnsentCounted(asked(shop), 0, 0) >> taps(Intent.LEAVE_SHOP) << SignFarewell(RETIRE.id)


def test_an_older_count_changes_nothing(shop: Playbook) -> None:
    ordered(shop, RETIRE, unsent=1) >> UnsentCounted(asked(shop) - 1, 0, 0) << NOTHING


def test_a_code_that_is_no_order_for_it_is_refused_in_one_sentence(shop: Playbook) -> None:
    ordered(shop, None, why="serial")
    assert shop.state.office is not None
    assert (page(shop), shop.state.office.refusal) == (Page.TERMINAL, "serial")
    shop >> taps(Intent.LEAVE_SHOP) << NOTHING


def test_a_receipt_that_cannot_be_signed_changes_nothing(shop: Playbook) -> None:
    ordered(shop, RETIRE) >> taps(Intent.LEAVE_SHOP) << SignFarewell(RETIRE.id)
    shop >> FarewellSigned(RETIRE.id, "", "disk") << CountUnsent(asked(shop))
    assert (page(shop), shop.state.notice) == (Page.LEAVING, "leaving_disk")


def test_once_it_is_confirmed_it_sells_nothing_more(shop: Playbook) -> None:
    ordered(shop, RETIRE) >> taps(Intent.LEAVE_SHOP) << SignFarewell(RETIRE.id)
    shop >> scans(WATER)
    assert shop.visit.basket.total.amount_minor == 0
    assert (page(shop), shop.state.notice) == (Page.DEPARTING, "leaving")
    shop >> taps(Intent.LEAVE) << NOTHING


def test_a_customer_comes_before_an_order(shop: Playbook) -> None:
    ordered(shop, RETIRE) >> scans(WATER) >> FarewellSigned(RETIRE.id, "receipt") << NOTHING
    assert page(shop) is None


def test_a_terminal_that_nobody_claimed_has_no_such_page() -> None:
    shop = Playbook(terminal()) >> taps(Intent.OFFICE) >> taps(Intent.SEE_TERMINAL)
    shop << NOTHING


def test_money_on_its_way_a_debt_and_an_open_day_keep_it_where_it_is() -> None:
    assert what_is_missing(Playbook(terminal()).state.kept) == []
    assert what_is_missing(to_paying(Playbook(terminal())).state.kept) == [Missing.CUSTOMER]
    assert what_is_missing(pays_cash(Playbook(terminal())).state.kept)[-1:] == [Missing.DAY]
    owing = to_owed(Playbook(trusting(terminal()))).state.kept
    assert Missing.DEBTS in what_is_missing(owing)
    assert what_is_missing(Playbook(terminal()).state.kept, 2, 1) == [Missing.UNSENT, Missing.PARKED]


def test_each_lack_says_how_much_money_it_is() -> None:
    owing = missing(to_owed(Playbook(trusting(terminal()))).state.kept, 0, 0)
    assert Lack(Missing.DEBTS, 1, 880) in owing
    back = missing(to_asking(Playbook(managed(terminal()))).state.kept, 0, 0)
    assert back == (Lack(Missing.REFUNDS, 1, 2_380),)


@pytest.mark.parametrize(
    ("standing", "verdict", "kept_here"),
    [
        (Standing.OPEN, "", True),
        (Standing.SAID_PAID, "paid", True),
        (Standing.NOT_PAID, "paid", True),  # contradicted, and nobody has read it
        (Standing.PAID, "paid", False),
    ],
)
def test_a_doubt_keeps_it_until_the_cloud_has_spoken_and_a_contradiction_was_read(
    standing: Standing, verdict: str, kept_here: bool
) -> None:
    case = replace(CASE, standing=standing, verdict=verdict)
    lacks = missing(replace(terminal().kept, held=(case,)), 0, 0)
    assert lacks == ((Lack(Missing.DOUBT, 1, 880),) if kept_here else ())


def managed(t: Terminal) -> Terminal:
    return replace(t, rules=replace(t.rules, manager_pin=RECORD))


def test_whoever_practises_leaves_nothing(shop: Playbook) -> None:
    shop.state = replace(shop.state, rules=replace(shop.state.rules, training=True))
    shop >> taps(Intent.OFFICE) >> taps(Intent.SEE_TERMINAL)
    shop << NOTHING
