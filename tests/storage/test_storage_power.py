"""The power goes at any moment of real sales: what a screen called paid is paid when it is back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import apsw
import pytest

from agent.core.events import Instant
from agent.core.visit import Stage
from agent.screens.projection import project
from agent.storage.database import Database
from agent.storage.folder import KEY
from agent.storage.journal import Journal
from agent.storage.refunds import all_refunds
from agent.storage.trouble import StorageError
from agent.storage.verify import verify
from tests.storage import shop
from tests.storage.power import Disk, Operation, Told, recording
from tests.storage.visits import Till

VISITS = int(os.environ.get("HYLA_POWER_VISITS", "11"))
CUTS_A_VISIT = 185  # at the very least; 11 visits are over 2,000 cuts
MEMORY_DISK = Path("/dev/shm")
SEED, SEEDS = 4711, 3

TABLES = {
    "orders": "SELECT * FROM orders ORDER BY number",
    "attempts": "SELECT * FROM attempts ORDER BY key",
    "refunds": "SELECT * FROM refunds ORDER BY key",
    "outbox": "SELECT * FROM outbox ORDER BY seq",
    "state": "SELECT * FROM state",
    "epoch": "SELECT value FROM meta WHERE key = 'epoch'",
}
Tables = dict[str, list[Any]]


@dataclass(frozen=True)
class Knows:
    """What the terminal may rely on once `commit` has returned: turns, orders a screen called paid, and
    refunds that a manager agreed to."""

    seq: int
    paid: frozenset[str]
    agreed: frozenset[str] = frozenset()


@dataclass
class Day:
    """What was done to the files, and what stood in the tables after each turn."""

    key: bytes
    operations: list[Operation]
    after: dict[int, Tables] = field(default_factory=dict)


def tables(database: Database) -> Tables:
    return {name: database.rows(sql) for name, sql in TABLES.items()}


def recorded_day(folder: Path, visits: int, opened: Callable[[Database], object] = lambda _: None) -> Day:
    """A shop's day on a new store, written down by the real journal; some goods leave on trust."""
    till, paid, agreed = Till(on_trust=True), set[str](), set[str]()
    with recording() as operations:
        database, journal = shop.open_journal(folder)
        day = Day((folder / KEY).read_bytes(), operations, {0: tables(database)})
        opened(database)
        operations.append(Told(Knows(0, frozenset())))
        with database:
            for entry in till.visits(visits):
                journal.commit(entry)
                if till.state.visit.stage is Stage.PAID and till.state.visit.order_id:
                    customer, _ = project(till.state, Instant(0, 0))
                    assert customer.headline.key == "paid.headline"
                    paid.add(till.state.visit.order_id)
                agreed |= {part.key for part in till.state.kept.refunds}
                day.after[journal.seq] = tables(database)
                operations.append(Told(Knows(journal.seq, frozenset(paid), frozenset(agreed))))
    return day


@pytest.fixture
def disk() -> Iterator[Path]:
    """Where the images are opened again: in memory where there is such a folder, for nobody waits for a
    disk there."""
    where = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="hyla-power-", dir=where) as name:
        yield Path(name)


# --- cutting --------------------------------------------------------------------------------------


def cuts(day: Day, strict: bool, chance: Random) -> Iterator[tuple[Knows | None, dict[str, bytes]]]:
    """Before the first operation and after each: what the terminal knew, and what is found afterwards."""
    disk, knows = Disk(strict), None
    for operation in day.operations:
        yield knows, disk.after_a_cut(chance)
        if isinstance(operation, Told):
            knows = operation.what
        else:
            disk.take(operation)
    yield knows, disk.after_a_cut(chance)


def losses(
    day: Day, where: Path, found: Iterable[tuple[Knows | None, dict[str, bytes]]]
) -> tuple[int, list[str]]:
    """How many cuts were tried, and one sentence for each that cost something."""
    sentences, count = [], 0
    for knows, files in found:
        shutil.rmtree(where / "data", ignore_errors=True)
        (where / "data").mkdir(mode=0o700)
        for name, content in {**files, KEY: day.key}.items():
            (where / "data" / name).write_bytes(content)
            (where / "data" / name).chmod(0o600)
        if loss := lost(day, where / "data", knows):
            sentences.append(f"cut {count}: {loss}")
        count += 1
    return count, sentences


def lost(day: Day, folder: Path, knows: Knows | None) -> str:
    """Open what was found, as a restart would (pages, keys and tables are checked there); what is wrong."""
    try:
        database, journal = shop.open_journal(folder)
    except StorageError as error:
        return str(error)
    with database:
        return compared(day, database, journal, knows)


def compared(day: Day, database: Database, journal: Journal, knows: Knows | None) -> str:
    if knows is None:  # nobody was told anything yet: any whole and empty store will do
        return "" if journal.seq == 0 else f"turn {journal.seq} out of nowhere"
    if not knows.seq <= journal.seq <= knows.seq + 1:
        return f"turn {knows.seq} had been written, turn {journal.seq} is the last one found"
    report = verify(database)
    if report.misfit is not None or report.rows != journal.seq:
        return f"the chain: {report}"
    found = tables(database)
    if found != day.after[journal.seq]:
        wrong = [name for name in TABLES if found[name] != day.after[journal.seq][name]]
        return f"after turn {journal.seq} these are not as they were: {wrong}"
    paid = {order.order_id for order in journal.orders.all() if order.outcome == "paid"}
    if not knows.paid <= paid:
        return f"a screen called these paid: {knows.paid - paid}"
    numbered = {part.key for part in all_refunds(database)}
    return "" if knows.agreed <= numbered else f"these were to go back: {knows.agreed - numbered}"


# --- the day --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(300)  # two thousand cuts on a machine that others use too
def test_no_power_cut_takes_a_turn_that_was_written_or_an_order_that_a_screen_called_paid(
    disk: Path,
) -> None:
    day = recorded_day(disk / "day", VISITS)
    count, sentences = losses(day, disk, cuts(day, strict=True, chance=Random(SEED)))
    assert sentences == []
    assert count >= CUTS_A_VISIT * VISITS


# --- the store's own beginnings -------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True], ids=["like ext4", "as POSIX allows"])
def test_a_cut_while_the_store_is_created_leaves_one_that_opens(disk: Path, strict: bool) -> None:
    day = recorded_day(disk / "day", visits=1)
    for seed in range(SEEDS):
        count, sentences = losses(day, disk, cuts(day, strict, Random(seed)))
        assert sentences == []
    assert count > 100


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True], ids=["like ext4", "as POSIX allows"])
def test_a_cut_while_an_older_store_is_upgraded_leaves_all_its_turns(
    disk: Path, strict: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.older_store(disk / "day", monkeypatch, rows=12)
    with recording() as operations, shop.open_journal(disk / "day")[0] as database:
        day = Day((disk / "day" / KEY).read_bytes(), operations, {12: tables(database)})
    day.operations.insert(1, Told(Knows(12, frozenset())))
    for seed in range(SEEDS):
        from_when_it_was_opened = islice(cuts(day, strict, Random(seed)), 2, None)
        count, sentences = losses(day, disk, from_when_it_was_opened)
        assert sentences == []
    assert count > 20


# --- planted: what these tests are there to notice ------------------------------------------------


@pytest.mark.slow
def test_a_journal_that_does_not_wait_for_the_disk_is_caught(disk: Path) -> None:
    day = recorded_day(
        disk / "day", 3, lambda database: database.connection.pragma("synchronous", "NORMAL")
    )
    _, sentences = losses(day, disk, cuts(day, strict=False, chance=Random(SEED)))
    assert any("had been written" in sentence for sentence in sentences), sentences


class Careless(apsw.Connection):
    """Creates without waiting for the disk, whatever it is told; later it waits."""

    def pragma(self, name: str, value: Any = None) -> Any:  # type: ignore[override]
        if value is None:
            return super().pragma(name)
        return super().pragma(name, "OFF" if (name, value) == ("synchronous", "EXTRA") else value)


@pytest.mark.slow
def test_a_store_that_is_created_without_waiting_for_the_disk_is_caught(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apsw, "Connection", Careless)
    day = recorded_day(disk / "day", visits=1)
    monkeypatch.undo()
    _, sentences = losses(day, disk, cuts(day, strict=False, chance=Random(SEED)))
    assert sentences
