"""The screens process dies: it is back soon, shows where the visit stands, and money does not notice."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.desk.till import MILK, Till, until, words

pytestmark = pytest.mark.slow


def kill_and_wait(till: Till) -> float:
    """SIGKILL; returns the seconds until another screens process shows something."""
    before, began_s = till.counter.ui_pid(), time.monotonic()
    till.do("kill screens")
    seen = len(till.counter.record.seen)
    until(
        lambda: till.counter.ui_pid() not in (None, before) and till.pictures() > seen,
        lambda: "no new screens",
    )
    return time.monotonic() - began_s


def test_screens_that_die_at_rest_are_back_and_sell(till: Till) -> None:
    took_s = kill_and_wait(till)
    print(f"the screens are back after {took_s:.1f} s")
    till.now_reads("cashier", words("cashier.idle"))
    till.now_reads("customer", words("welcome.headline"))
    till.sells()
    till.logged("screens: .*gone .*starting it again")


def test_what_is_on_the_screens_is_said_aloud(till: Till) -> None:
    before = len(till.counter.heard())
    till.sells()
    until(lambda: len(till.counter.heard()) >= before + 1, till.counter.heard)
    assert till.counter.heard()[before:] == ["cmn 微信收款五点五元"]


def test_screens_that_die_while_a_payment_is_unknown_come_back_saying_so(till: Till) -> None:
    amount = till.charge()
    till.when_charged("cut link")
    till.show_code()
    till.reads(
        customer=[words("unknown.headline"), words("unknown.detail"), amount],
        cashier=[words("cashier.unknown"), amount],
    )
    kill_and_wait(till)
    till.now_reads("customer", words("unknown.detail"), amount)
    till.now_reads("cashier", words("cashier.unknown"), words("cashier.unknown_detail"), amount)
    till.do("restore link")
    till.paid(amount)
    assert till.booked == 1
    till.logged("screens: .*gone", "cloud: .*lost|cloud: .*link broke", "cloud: .*no connection")


def test_screens_that_hang_are_started_again_and_the_sale_goes_on(till: Till) -> None:
    till.charge()
    hung = till.counter.ui_pid()
    assert hung is not None
    os.kill(hung, signal.SIGSTOP)  # a driver that never returns: the picture stands, nothing answers
    till.scan(MILK)  # a second thing, which nobody reads
    till.show_code()
    until(lambda: till.counter.ui_pid() not in (None, hung), lambda: "no new screens")
    till.now_reads("customer", words("basket.headline", count="2"))
    until(lambda: "the screens are shown" in till.counter.log_lines()[-1], till.complaints)
    assert till.booked == 0
    till.touch("cashier", "cancel")
    till.now_reads("cashier", words("cashier.idle"))  # the scanner's wire may be faster than the finger's
    till.sells()
    assert any("does not show what it was sent" in line for line in till.complaints())
