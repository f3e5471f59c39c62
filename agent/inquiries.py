"""What a command asks of a terminal's journal on disk, and the one thing it may settle there.

Enters: a profile. Leaves: orders, debts, parked records, the figures of a day, or an InquiryError in the
technician's words. The terminal may be running, but where a function says otherwise.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.core.figures import Tally, business_day
from agent.core.ids import DeviceId
from agent.core.sold import SoldOrder
from agent.core.state import Kept
from agent.loop import SystemClock
from agent.ports import JournalTrouble
from agent.profile.schema import Profile
from agent.rules import day_offset_ms
from agent.storage.archive import Archive
from agent.storage.codec import CodecError
from agent.storage.database import Database, open_database
from agent.storage.orders import Orders
from agent.storage.parked import discard, parked, retry
from agent.storage.shifts import DayRow, ShiftRow, all_days, figures_of, shifts_of
from agent.storage.trouble import JournalRefused, StorageError
from agent.trust import open_journal


class InquiryError(Exception):
    """The journal cannot be asked: file, what was expected, the next step."""


def read_orders(profile: Profile) -> list[dict[str, object]]:
    """Every order of the journal, oldest first. Raises InquiryError."""
    with _store(profile, readonly=True) as database:
        return [dataclasses.asdict(order) for order in Orders(database).all()]


def read_sold(profile: Profile, words: str) -> list[SoldOrder]:
    """The orders whose number is or ends so, newest first; one alone comes with its goods. Raises
    InquiryError."""
    with _store(profile, readonly=True) as database:
        archive = Archive(database, profile.shop.currency, lambda _: None)
        orders = archive.find(words)
        return list(archive.whole(orders[0].order_id)) if len(orders) == 1 else orders


def read_kept(profile: Profile) -> Kept:
    """The state that the last turn left.

    Raises:
        InquiryError: no journal, or one of another version.
    """
    with _store(profile, readonly=True) as database:
        kept = open_journal(database, DeviceId(profile.device.id)).read(Kept)
    return kept or Kept.fresh(profile.shop.currency)


def parked_records(profile: Profile) -> list[dict[str, str]]:
    """What the cloud refused to take, oldest first. Raises InquiryError."""
    with _store(profile, readonly=True) as database:
        return [dataclasses.asdict(record) for record in parked(database)]


def settle_record(profile: Profile, id: str, discard_because: str = "") -> None:
    """Put a parked record back, or give it up with a reason, while the terminal stands still. Raises
    InquiryError."""
    at, device = SystemClock().now(), DeviceId(profile.device.id)
    with _store(profile) as database:
        journal = open_journal(database, device)
        if discard_because:
            discard(database, journal, id, discard_because, at)
        else:
            retry(database, journal, id, at)


@dataclasses.dataclass(frozen=True, slots=True)
class DayTold:
    """What the journal knows of a business day; `day` is None when nothing ended on it."""

    day: DayRow | None
    tallies: tuple[Tally, ...]
    shifts: list[ShiftRow]


def read_day(profile: Profile, day: int) -> DayTold:
    """The figures of a day, added up over its shifts. Raises InquiryError."""
    with _store(profile, readonly=True) as database:
        rows = [row for row in all_days(database) if row.day == day]
        return DayTold(rows[0] if rows else None, figures_of(database, day), shifts_of(database, day))


def today(profile: Profile) -> int:
    """The business day it is now."""
    return business_day(time.time_ns() // 1_000_000, day_offset_ms(profile))


def days_folder(profile: Profile) -> Path:
    """Where compared days are written."""
    return Path(profile.device.data_dir) / "days"


# --- pieces ---------------------------------------------------------------------------------------


@contextmanager
def _store(profile: Profile, readonly: bool = False) -> Iterator[Database]:
    """The store for one question or one change. Raises InquiryError, also when the disk or the tables
    refuse, or what stands there is of another version."""
    try:
        with open_database(Path(profile.device.data_dir), readonly) as database:
            yield database
    except (StorageError, CodecError, JournalTrouble, JournalRefused) as error:
        raise InquiryError(str(error)) from error
