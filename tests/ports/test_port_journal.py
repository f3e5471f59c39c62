"""`ports.Journal` and `ports.Archive`: SQLite in a folder, and the disk of the seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.commands import LookUpOrders
from agent.core.events import OrdersFound
from agent.core.ids import DeviceId
from agent.core.state import Kept
from agent.ports import JournalTrouble, OutboxRow
from agent.storage.archive import FOUND_MAX, Archive
from agent.storage.known import CODEC
from simulator.seeds.disk import Disk
from tests.helpers import Inbox
from tests.storage import shop
from tests.storage.shop import attempt, entry, order_row, record
from tests.storage.test_storage_full_disk import no_pages_left

BIG = replace(record("big"), data={"text": "x" * 40_000})


class OnDisk:
    """The real journal; `full` is SQLite's own limit on the size of its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database, self.journal = shop.open_journal(folder)
        self.full = lambda: no_pages_left(self.journal)

    def restart(self) -> None:
        self._database.close()
        self._database, self.journal = shop.open_journal(self._folder)

    def read(self) -> Kept | None:
        return self.journal.read(Kept)

    def pending(self) -> list[OutboxRow]:
        return self.journal.outbox.pending()

    def look_up(self, words: str) -> OrdersFound:
        inbox = Inbox()
        Archive(self._database, "CNY", inbox.post).look_up(LookUpOrders(7, words))
        [fact] = inbox.facts
        assert isinstance(fact, OrdersFound)
        return fact

    def end(self) -> None:
        self._database.close()


class _Full:
    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def __enter__(self) -> None:
        self._disk.full = True

    def __exit__(self, *_: object) -> None:
        self._disk.full = False


class InSeeds:
    """The seeds' disk, whose tables are dictionaries."""

    def __init__(self, _folder: Path) -> None:
        self.journal = Disk(DeviceId("desk-01"), lambda _when: None)
        self.full = lambda: _Full(self.journal)

    def restart(self) -> None:
        """Another process finds what the disk holds."""

    def read(self) -> Kept | None:
        return self.journal.read()

    def pending(self) -> list[OutboxRow]:
        return self.journal.pending()

    def look_up(self, words: str) -> OrdersFound:
        return OrdersFound(7, self.journal.find(words))

    def end(self) -> None:
        self.journal.close()


AnyJournal = OnDisk | InSeeds


@pytest.fixture(params=[OnDisk, InSeeds], ids=["real", "simulated"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyJournal]:
    rig: AnyJournal = request.param(tmp_path / "data")
    yield rig
    rig.end()


def test_what_was_committed_is_there_for_the_next_process_and_no_secret_with_it(rig: AnyJournal) -> None:
    rig.journal.commit(entry(1, attempts=(attempt(1),), orders=(order_row(1),)))
    rig.restart()
    found = rig.read()
    assert found == CODEC.decode(CODEC.encode(shop.kept(1)), Kept)
    assert found is not None
    assert found.visit.payment is not None
    assert found.visit.payment.request is not None
    assert found.visit.payment.request.payer.code.forgotten  # type: ignore[union-attr]


def test_the_rows_made_of_its_records_come_back_in_order_and_numbered_without_gaps(rig: AnyJournal) -> None:
    first = rig.journal.commit(entry(1, records=(record("a"), record("b"))))
    second = rig.journal.commit(entry(2, records=(record("c"),)))
    assert rig.journal.commit(entry(3)) == ()
    assert [(row.seq, row.id, row.kind) for row in (*first, *second)] == [
        (1, "a", "sale"), (2, "b", "sale"), (3, "c", "sale")
    ]  # fmt: skip
    rig.restart()
    assert rig.pending() == [*first, *second], "stored, and sent, to the byte"


def test_what_the_cloud_has_taken_is_pending_no_more(rig: AnyJournal) -> None:
    rows = rig.journal.commit(entry(1, records=(record("a"), record("b"))))
    rig.journal.commit(entry(2, dropped=("a", "never heard of")))
    assert rig.pending() == [rows[1]]


def test_a_disk_that_refuses_has_written_nothing_and_works_again_once_there_is_room(
    rig: AnyJournal,
) -> None:
    rig.journal.commit(entry(1, orders=(order_row(1),)))
    before = rig.read()
    with rig.full():  # type: ignore[attr-defined]
        for _ in range(2):
            with pytest.raises(JournalTrouble) as refused:
                rig.journal.commit(entry(2, attempts=(attempt(2),), orders=(order_row(2),), records=(BIG,)))
            assert refused.value.cause == "full"
    rig.restart()
    assert rig.read() == before
    assert rig.pending() == []
    assert [order.order_id for order in rig.look_up("").orders] == [shop.order(1)]
    [row] = rig.journal.commit(entry(2, orders=(order_row(2),), records=(BIG,)))
    assert row.seq == 1, "a refused turn uses up no number"


def test_orders_are_found_newest_first_at_most_fifty_and_whatever_was_typed(rig: AnyJournal) -> None:
    for number in range(1, FOUND_MAX + 4):
        rig.journal.commit(entry(number, orders=(order_row(number),)))
    found = rig.look_up("")
    assert found.number == 7
    assert [order.order_id for order in found.orders] == [
        shop.order(number) for number in range(FOUND_MAX + 3, 3, -1)
    ]
    assert [order.order_id for order in rig.look_up("000002").orders] == [shop.order(2)]
    assert len(rig.look_up("23.80").orders) == FOUND_MAX
    for rubbish in ("%", "'; DROP TABLE orders", "1.2.3", ",", "\0", "9" * 4000, "会员"):
        assert rig.look_up(rubbish).orders == ()
