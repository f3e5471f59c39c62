"""A journal that was put back from a copy: the till neither sells under a number that stands for somebody
else's sale, nor goes on once the cloud has shown that it knows more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.charge import Answer, Captured, ChargeRequest, RefundRefused, RefundRequest
from agent.core.commands import AskCharge, KeepRecord
from agent.core.events import OVERTAKEN, ChargeAnswered, Device, DeviceLost, DeviceUp, Intent, Started
from agent.core.ids import refund_key
from agent.core.money import Money
from agent.core.state import Kept
from agent.core.terminal import recovered
from agent.core.visit import Stage
from simulator.ledger import Ledger
from tests.playbook import Playbook, Slot, says, scans, shows_code, taps
from tests.shop import WATER, terminal

LATER_MS = 90_000_000
NOW_UTC_MS = 1_790_000_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    books = Ledger(tmp_path / "books", 1)
    yield books
    books.close()


def started(kept: Kept, mark: str) -> Playbook:
    """A process comes up with this journal; each start has a mark of its own."""
    t = recovered(replace(terminal().rules, start_mark=mark), kept, "zh")
    return Playbook(replace(t, down={d: why for d, why in t.down.items() if d is Device.STORAGE}))


def sells(till: Playbook, ledger: Ledger, code: str) -> tuple[ChargeRequest, Answer]:
    """Somebody buys water and shows this code; the cloud's books hear of it."""
    wish = Slot(AskCharge)
    till >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code(code) << wish << Stage.PAY
    ledger.begin()
    answer = ledger.charge(wish.wish.request, NOW_UTC_MS)
    ledger.commit()
    till >> ChargeAnswered(wish.wish.request.key, answer) << KeepRecord
    return wish.wish.request, answer


def test_a_sale_after_the_copy_is_not_answered_with_what_became_of_a_sale_before(ledger: Ledger) -> None:
    before = started(Kept.fresh("CNY"), "0a1b")
    copy = before.state.kept
    first, _ = sells(before, ledger, "130000000000000001")
    again = started(copy, "2c3d")
    again.after(LATER_MS)
    second, answer = sells(again, ledger, "130000000000000002")
    assert isinstance(answer, Captured)
    assert again.stage is Stage.PAID
    assert first.order_id != second.order_id
    assert len(ledger.captures()) == 2, "two people paid for two things"
    assert ledger.alarms() == []


def test_an_order_that_waited_for_its_payer_in_the_copy_is_another_order_now() -> None:
    before = started(Kept.fresh("CNY"), "0a1b")
    before >> scans(WATER) >> taps(Intent.CHARGE) << Stage.CHOOSE
    copy, number = before.state.kept, before.payment.order_id
    again = started(copy, "2c3d") >> Started() << Stage.CHOOSE
    assert again.payment.order_id != number
    assert again.payment.amount == before.payment.amount


def test_a_part_that_the_copy_forgot_is_not_taken_for_another_one(ledger: Ledger) -> None:
    till = started(Kept.fresh("CNY"), "0a1b")
    sold, _ = sells(till, ledger, "130000000000000001")

    def gives_back(amount_minor: int) -> object:
        key = refund_key(sold.order_id, 1, amount_minor)
        return ledger.refunds.refund(RefundRequest(key, sold.key, sold.order_id, Money(amount_minor)))

    ledger.begin()
    assert not isinstance(gives_back(50), RefundRefused)
    assert gives_back(50) == gives_back(50), "a repeat moves nothing"
    assert not isinstance(gives_back(70), RefundRefused), "another amount is another part"
    ledger.commit()


def test_nothing_is_sold_from_a_copy_once_the_cloud_has_told_on_it() -> None:
    till = started(Kept.fresh("CNY"), "2c3d")
    till >> DeviceLost(Device.STORAGE, OVERTAKEN) << Stage.IDLE
    till >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code() << Stage.NOT_PAID
    assert till.visit.reason == "storage"


def test_a_working_disk_or_a_restart_do_not_make_it_a_whole_journal_again() -> None:
    till = started(Kept.fresh("CNY"), "2c3d")
    till >> DeviceLost(Device.STORAGE, OVERTAKEN) >> DeviceUp(Device.STORAGE)
    assert till.state.down[Device.STORAGE] == OVERTAKEN
    again = started(till.state.kept, "4e5f") >> Started() >> DeviceUp(Device.STORAGE) << Stage.IDLE
    assert again.state.down[Device.STORAGE] == OVERTAKEN


def test_who_was_being_charged_is_told_the_end_of_it() -> None:
    till = started(Kept.fresh("CNY"), "2c3d")
    till >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code() << AskCharge << Stage.PAY
    till >> DeviceLost(Device.STORAGE, OVERTAKEN) >> says(Captured()) << KeepRecord << Stage.PAID
