"""A disk without space, or one that fails: the turn is not written, and it heals by itself."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.core.commands import KeepRecord
from agent.core.state import Kept
from agent.storage.journal import Entry, Journal
from agent.storage.trouble import JournalFailed, JournalFull, StorageError
from tests.storage import shop
from tests.storage.shop import CODEC, attempt, entry, kept, order_row

BIG = KeepRecord("big", "audit", {"text": "x" * 40_000})


def everything(number: int) -> Entry:
    """A turn that touches every table and needs room."""
    return entry(number, attempts=(attempt(number),), orders=(order_row(number),), records=(BIG,))


def assert_only_the_first_turn_is_there(journal: Journal) -> None:
    assert journal.seq == 1
    assert journal.read(Kept) == CODEC.decode(CODEC.encode(kept(1)), Kept)
    assert journal.outbox.pending() == []
    assert [row.order_id for row in journal.orders.all()] == [shop.order(1)]


@contextmanager
def no_pages_left(journal: Journal) -> Iterator[None]:
    """SQLite's own limit on the size of the file."""
    pragma = journal._database.connection.pragma
    pragma("max_page_count", pragma("page_count"))
    yield
    pragma("max_page_count", 2**30)


@contextmanager
def no_file_may_grow(journal: Journal) -> Iterator[None]:
    """The system refuses to write past the present end of the log: EFBIG, an error like a dying disk's."""
    log = journal._database.folder / "hyla.db-wal"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("broken", "trouble", "says"),
    [
        (no_pages_left, JournalFull, r"hyla\.db: no space left \(free some space"),
        (no_file_may_grow, JournalFailed, r"File too large \(check the disk\)"),
    ],
)
def test_a_turn_that_does_not_fit_is_not_written_at_all_and_fits_later(
    journal: Journal, broken: object, trouble: type[Exception], says: str
) -> None:
    journal.commit(entry(1, orders=(order_row(1),)))
    with broken(journal):  # type: ignore[operator]
        for _ in range(3):
            with pytest.raises(trouble, match=says):
                journal.commit(everything(2))
            assert_only_the_first_turn_is_there(journal)
    [row] = journal.commit(everything(2))
    assert (journal.seq, row.seq) == (2, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of half a megabyte; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_on_a_disk_that_is_really_full_turns_wait_and_go_on_when_there_is_space(small_disk: Path) -> None:
    database, journal = shop.open_journal(small_disk / "data")
    with database:
        journal.commit(entry(1, orders=(order_row(1),)))
        fill(small_disk / "photos")
        for _ in range(3):
            with pytest.raises(JournalFull, match="free some space"):
                journal.commit(everything(2))
            assert_only_the_first_turn_is_there(journal)
        (small_disk / "photos").unlink()
        journal.commit(everything(2))
    database, journal = shop.open_journal(small_disk / "data")
    with database:
        assert journal.seq == 2


def test_a_start_on_a_full_disk_is_refused_in_words_and_works_when_there_is_space(small_disk: Path) -> None:
    fill(small_disk / "photos")
    with pytest.raises(StorageError, match=r"the store cannot be opened: .*its disk has space"):
        shop.open_journal(small_disk / "data")
    (small_disk / "photos").unlink()
    database, _ = shop.open_journal(small_disk / "data")
    database.close()


def fill(path: Path) -> None:
    """Write until the disk takes no byte more."""
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
