"""The agent ends, gently or by a power cut, at every moment of a visit; the next one goes on rightly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.desk.till import Till, words

pytestmark = pytest.mark.slow


def choose(till: Till) -> None:
    """The customer has the choice."""


STAGES: dict[str, Callable[[Till], None]] = {
    "choose": choose,
    "face": Till.to_face,
    "digits": Till.to_digits,
    "confirm": Till.to_confirm,
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_power_cut_before_money_was_asked_for_leads_back_to_the_choice(till: Till, stage: str) -> None:
    amount = till.charge()
    STAGES[stage](till)
    till.do("kill agent")
    till.reads(customer=[words("lost.headline")], cashier=[words("lost.headline")])
    till.do("start agent")
    till.reads(customer=[words("choose.headline"), amount], cashier=[words("cashier.choosing"), amount])
    till.works()
    assert till.booked == 0
    till.show_code()
    till.paid(amount)
    assert till.booked == 1
    till.logged()


def test_a_power_cut_while_paying_ends_the_same_way_and_charges_once(till: Till) -> None:
    amount = till.charge()
    till.to_confirm()
    till.when_charged("kill agent")
    till.confirm()
    till.reads(customer=[words("lost.detail")], cashier=[words("lost.headline")])
    till.do("start agent")
    till.paid(amount)
    assert till.booked == 1
    till.works()
    till.logged()


def test_a_power_cut_while_paid_is_shown_says_paid_again_and_charges_nothing_more(till: Till) -> None:
    till.sells()
    till.do("kill agent")
    till.reads(cashier=[words("lost.headline")])
    till.do("start agent")
    till.reads(customer=[words("paid.headline")], cashier=[words("cashier.paid")])
    till.works()
    till.now_reads("cashier", words("cashier.idle"))
    assert till.booked == 1
    till.logged()


def test_stopped_gently_while_paying_it_ends_in_time_and_the_next_one_finds_the_truth(till: Till) -> None:
    amount = till.charge()
    till.when_charged("stop agent")
    till.show_code()
    till.agent_ends()
    till.do("start agent")
    till.paid(amount)
    assert till.booked == 1
    till.works()
    till.logged()


def test_a_second_agent_on_the_same_folder_is_refused_in_one_line(till: Till) -> None:
    second = till.counter.hyla("run")
    assert second.returncode == 2
    [line] = second.stderr.splitlines()
    assert "another hyla runs on this folder" in line
    till.sells()
    till.logged()
