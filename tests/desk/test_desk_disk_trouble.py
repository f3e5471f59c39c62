"""No space on the journal's disk: nothing is asked for that could not be written down, nothing answered
is forgotten, and it heals when there is space."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.conftest import close_till, open_till
from tests.desk.till import PRICES, TEA_EGG, Till, words

pytestmark = pytest.mark.slow
DISK_BYTES = 8_000_000


class SmallDisk:
    """A real file system that can really be full; the journal of a terminal lies on it.

    The terminal is the file's own: a journal that has once grown to its size writes on for a while
    without asking the disk for more.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Somebody's photos, to the last byte."""
        with (self.folder / "photos").open("wb", buffering=0) as file:
            for size_bytes in (4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size_bytes))

    def free(self) -> None:
        (self.folder / "photos").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    """A small disk, to be filled by the test."""
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def till_on_it(tmp_path_factory: pytest.TempPathFactory, full_disk: SmallDisk) -> Iterator[Till]:
    settings = {"device.data_dir": str(full_disk.folder / "data")}
    till = open_till(tmp_path_factory.mktemp("till"), settings=settings)
    yield till
    close_till(till)


@pytest.fixture
def small_till(till_on_it: Till) -> Till:
    """The terminal on the small disk, at rest."""
    till_on_it.at_rest()
    till_on_it.begin()
    return till_on_it


def test_what_a_customer_taps_on_a_full_disk_is_not_done_and_costs_nothing(
    small_till: Till, full_disk: SmallDisk
) -> None:
    amount = small_till.charge()
    full_disk.fill()
    try:
        small_till.touch("customer", "pay_by_face")
        small_till.reads(cashier=[words("cashier.storage"), words("cause.storage.full"), amount])
        small_till.show_code()
        small_till.now_reads("customer", words("choose.headline"), amount)
    finally:
        full_disk.free()
    small_till.works("storage")
    assert small_till.booked == 0  # the code of a moment ago is not charged behind anybody's back
    small_till.show_code()
    small_till.paid(amount)
    assert small_till.booked == 1
    small_till.logged("journal: .*no space left", "journal: writing again")


def test_an_answer_that_comes_while_the_disk_is_full_is_kept_until_it_can_be_written(
    small_till: Till, full_disk: SmallDisk
) -> None:
    amount = small_till.charge()
    small_till.counter.when_charged_do(full_disk.fill)
    small_till.show_code()
    try:
        small_till.reads(cashier=[words("cashier.storage"), words("cause.storage.full"), amount])
        assert small_till.booked == 1
        assert small_till.never_read("cashier", words("cashier.paid"))
    finally:
        full_disk.free()
    small_till.paid(amount)
    small_till.works("storage")
    assert small_till.booked == 1
    small_till.logged("journal: .*no space left", "journal: writing again")


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
