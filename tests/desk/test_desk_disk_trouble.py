"""No space on the journal's disk: nothing is asked for that could not be written down, nothing answered
is forgotten, and it heals when there is space."""

from __future__ import annotations

import pytest

from tests.desk.till import PRICES, TEA_EGG, SmallDisk, Till, words

pytestmark = pytest.mark.slow
FULL = words("cause.storage.full")


@pytest.fixture
def full_disk(small_disk: SmallDisk) -> SmallDisk:
    if not small_disk.mounted:
        pytest.skip("mounting a small disk needs root")
    return small_disk


def test_what_a_customer_taps_on_a_full_disk_is_not_done_and_costs_nothing(
    till: Till, full_disk: SmallDisk
) -> None:
    amount = till.charge()
    full_disk.fill()
    try:
        till.show_code()
        till.reads(cashier=[words("cashier.storage"), FULL, amount])
        assert till.booked == 0
    finally:
        full_disk.free()
    till.works("storage")
    assert till.booked == 0  # the code of a moment ago is not charged behind anybody's back
    till.show_code()
    till.paid(amount)
    assert till.booked == 1
    till.logged("journal: .*no space left", "journal: writing again")


def test_an_answer_that_comes_while_the_disk_is_full_is_kept_until_it_can_be_written(
    till: Till, full_disk: SmallDisk
) -> None:
    amount = till.charge()
    till.counter.when_charged_do(full_disk.fill)
    till.show_code()
    try:
        till.reads(cashier=[words("cashier.storage"), FULL, amount])
        assert till.booked == 1
        assert till.never_read("cashier", words("cashier.paid"))
    finally:
        full_disk.free()
    till.paid(amount)
    till.works("storage")
    assert till.booked == 1
    till.logged("journal: .*no space left", "journal: writing again")


def test_a_disk_that_refuses_every_write_stops_the_till_and_lets_it_go_on(till: Till) -> None:
    till.do("disk refuses")
    till.scan()
    till.reads(cashier=[words("cashier.storage"), words("cause.storage.failed")])
    till.do("disk takes again")
    till.works("storage")
    till.scan(TEA_EGG)
    till.reads(customer=[PRICES[TEA_EGG]])
    till.touch("cashier", "cancel")
    till.logged("journal: .*check the disk", "journal: writing again")
