"""An older copy of the journal is put back on a whole terminal: whoever pays is told the truth, nobody's
payment counts for two, and the till stops to be looked after."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.storage.folder import DATABASE
from tests.desk.conftest import open_till
from tests.desk.till import MILK, RICE_BALL, TEA_EGG, Till, words

pytestmark = pytest.mark.slow
FILES = (DATABASE, f"{DATABASE}-wal")


def copied(from_folder: Path, to_folder: Path) -> None:
    """The journal as it stands in the one folder, and nothing of what stood in the other."""
    to_folder.mkdir(exist_ok=True)
    for name in FILES:
        (to_folder / name).unlink(missing_ok=True)
        if (from_folder / name).exists():
            shutil.copy2(from_folder / name, to_folder / name)


@pytest.fixture
def forgetful(tmp_path: Path) -> Iterator[Till]:
    """A terminal of which it is not asked that its books agree with the cloud's in the end."""
    till = open_till(tmp_path)
    yield till
    till.counter.stop()


def test_a_sale_from_an_older_copy_is_a_sale_of_its_own_and_the_last_one(
    forgetful: Till, tmp_path: Path
) -> None:
    till = forgetful
    counter, backup = till.counter, tmp_path / "backup"
    till.sells(RICE_BALL)
    till.at_rest()
    till.do("stop agent")
    till.agent_ends()
    copied(counter.data, backup)
    till.do("start agent")
    till.works()
    till.sells(MILK)
    till.at_rest()
    till.sells(MILK)
    till.at_rest()
    till.all_recorded()
    till.do("stop agent")
    till.agent_ends()
    copied(backup, counter.data)
    till.do("start agent")
    till.works()
    till.begin()

    till.sells(TEA_EGG)
    assert till.booked == 1, "a tea egg was paid, not the milk of the day before"
    [*_, capture] = counter.cloud.captures()
    assert capture.amount_minor == 150
    assert len({one.order_id for one in counter.cloud.captures()}) == 4
    till.now_reads("cashier", words("cause.storage.overtaken"))

    till.do("stop agent")
    till.agent_ends()
    till.do("start agent")
    till.now_reads("cashier", words("cashier.idle_charging"), words("cause.storage.overtaken"))
    till.scan(RICE_BALL)
    till.touch("cashier", "charge")
    till.reads(customer=[words("choose.headline")])
    till.show_code()
    till.reads(cashier=[words("reason.storage")])
    assert till.booked == 1
    told = json.loads(counter.hyla("doctor", "--json").stdout)
    assert {one["case"] for one in told["findings"] if one["name"] == "journal"} == {"overtaken"}
