"""Receipts over a real cable: each at most once, and whatever does not come out is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.core.commands import PrintSlip
from agent.core.events import Device, DeviceLost, NotPrinted
from agent.ports import DeviceTrouble
from agent.printer import talk
from agent.printer.talk import look
from simulator.printer import PrinterStand
from tests.conftest import ExpectLog
from tests.helpers import wait_until
from tests.printer.conftest import ORDER, SOLD, Till, profile_of

AtTill = Callable[..., Till]


@pytest.mark.parametrize("kind", ["serial", "network", "file"])
def test_a_receipt_comes_out_over_every_kind_of_cable_and_again_after_it_was_pulled(
    at_till: AtTill, kind: str, expected_log: ExpectLog
) -> None:
    expected_log("printer: printer.*(gone|not there|nothing answers)")
    till = at_till(kind)
    till.prints()
    assert "合计 CNY                    8.80" in till.came_out(1)
    till.stand.unplug()
    till.lost("unplugged")
    till.stand.plug_in()
    till.up()
    till.prints(copy=1)
    assert till.came_out(2).splitlines()[0].strip() == "*** 副本 1 ***"
    assert till.inbox.of(NotPrinted) == []


def test_every_receipt_has_its_order_number_in_words_and_an_end_that_is_cut(at_till: AtTill) -> None:
    till = at_till(columns=48)
    till.prints()
    assert ORDER in till.came_out(1).splitlines()
    assert till.stand.receipts[0].cut


def test_a_practice_slip_says_so_and_has_no_code_to_refund_by(at_till: AtTill) -> None:
    till = at_till()
    till.prints(practice=True)
    assert till.came_out(1).count("*** 练习，未收款 ***") == 2
    assert len(till.stand.receipts[0].rows) == len(till.stand.receipts[0].text.splitlines())


def test_paper_that_ends_in_the_middle_is_said_and_the_rest_never_comes(
    at_till: AtTill, expected_log: ExpectLog
) -> None:
    expected_log("the printer has stopped .paper.")
    till = at_till()
    till.stand.run_out(after_lines=4)
    till.prints()
    till.inbox.wait_for(lambda fact: fact == NotPrinted("paper"))
    till.lost("paper")
    wait_until(lambda: not till.stand.head.waiting)
    till.stand.new_paper()
    till.up()
    till.prints(copy=1)
    whole, begun = till.came_out(2), till.stand.receipts[0].text
    assert whole.count(ORDER) == 1
    assert ORDER not in begun


def test_what_cannot_be_printed_now_is_not_printed_later(at_till: AtTill, expected_log: ExpectLog) -> None:
    expected_log("the printer has stopped .cover.")
    till = at_till()
    till.stand.open_cover()
    till.lost("cover")
    till.prints()
    till.inbox.wait_for(lambda fact: fact == NotPrinted("cover"))
    till.stand.open_cover(False)
    till.up()
    till.prints(copy=1)
    assert "副本" in till.came_out(1)


def test_cash_opens_the_drawer_also_without_paper_and_without_a_printer_it_is_said(
    at_till: AtTill, expected_log: ExpectLog
) -> None:
    expected_log("the printer has stopped .paper.")
    expected_log("printer: printer.port.*", at_least=0)
    till = at_till()
    till.stand.run_out()
    till.lost("paper")
    till.task.open_drawer()
    wait_until(lambda: till.stand.drawer_kicks == 1)
    till.stand.new_paper()
    till.up()
    till.prints()
    till.came_out(1)
    assert till.stand.drawer_kicks == 1, "nothing springs open later"
    till.stand.unplug()
    till.lost("unplugged")
    till.task.open_drawer()
    till.inbox.wait_for(lambda fact: fact == NotPrinted("drawer"))


def test_the_drawer_opens_also_when_the_paper_ended_a_moment_ago(
    at_till: AtTill, expected_log: ExpectLog
) -> None:
    expected_log("the printer has stopped .paper.")
    till = at_till()
    with till.stand.held():
        till.stand.head.lines_left = 0
        till.task.open_drawer()
    wait_until(lambda: till.stand.drawer_kicks == 1)
    till.lost("paper")


def test_the_drawer_comes_before_what_waits_and_no_call_waits_for_the_printer(at_till: AtTill) -> None:
    till = at_till()
    with till.stand.held():
        for copy in range(8):
            till.prints(copy)
        till.task.open_drawer()
    lost = len(till.inbox.of(NotPrinted))
    assert lost in (3, 4)  # one may be on its way already, four wait, and nobody piles up more
    till.came_out(8 - lost)
    assert till.stand.head.drawer_kicks == 1


def test_a_printer_that_is_switched_off_at_the_end_of_its_cable_is_silent(
    at_till: AtTill, expected_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "ANSWER_S", 0.1)
    expected_log("does not answer. Switch it on")
    till = at_till()
    till.stand.head.mute = True
    till.lost("silent")
    till.prints()
    till.inbox.wait_for(lambda fact: fact == NotPrinted("silent"))
    till.stand.head.mute = False
    till.up()


def test_one_that_never_answers_prints_when_nobody_asks_it(at_till: AtTill) -> None:
    till = at_till(status=False)
    till.stand.head.mute = True
    till.prints()
    assert ORDER in till.came_out(1)
    assert till.inbox.facts == []


def test_the_doctor_looks_and_prints_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    with PrinterStand(tmp_path_factory.mktemp("p"), "network") as stand:
        section = profile_of(stand).printer
        assert look(section) == ""
        stand.run_out()
        assert look(section) == "paper"
        assert stand.receipts == []
        stand.unplug()
        with pytest.raises(DeviceTrouble, match=r"printer.host = 127.0.0.1") as trouble:
            look(section)
        assert trouble.value.cause == "absent"


def test_a_receipt_that_cannot_be_made_is_said_and_the_next_one_comes(
    at_till: AtTill, expected_log: ExpectLog
) -> None:
    expected_log("stopped with an error of its own")
    till = at_till()
    till.task.print_slip(PrintSlip(None, 0))  # type: ignore[arg-type]
    till.inbox.wait_for(lambda fact: fact == NotPrinted("failed"))
    assert DeviceLost(Device.PRINTER, "failed") in (till.inbox.wait_for(DeviceLost),)
    till.up()
    till.prints()
    assert str(SOLD.order_id) in till.came_out(1)
