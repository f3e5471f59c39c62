"""One sale after another on a bench: what deciding a turn costs, and what writing it down costs.

Nothing enters but how often. Leaves: milliseconds. The sale is the everyday one (two goods, pay by face,
digits, confirmed, captured, record taken), through the same turn and the same journal as on a counter;
the cloud's answer is read from bytes, as there. It posts to no inbox and asks nobody for money.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from agent.cloud.envelope import pack, rfc3339
from agent.cloud.messages import CLOUD_SOURCE, read_answer, record_body
from agent.cloud.schema import CAPTURED, CapturedData
from agent.core.basket import Goods
from agent.core.codes import GoodsCode
from agent.core.commands import KeepRecord
from agent.core.events import (
    BarcodeScanned,
    ChargeAnswered,
    Event,
    FaceSeen,
    Instant,
    Intent,
    RecordsTaken,
    Screen,
    Tapped,
)
from agent.core.evidence import Candidate, FaceEvidence, Hint
from agent.core.identity import Limits
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.money import Money
from agent.core.payment import Waits
from agent.core.state import Kept, PeopleWaits, Rules
from agent.core.terminal import recovered, step
from agent.ports import Entry
from agent.profile.schema import IdentitySection, PaymentSection, ScreensSection
from agent.storage.database import Database, open_database, open_in_memory
from agent.storage.journal import Journal
from agent.storage.known import CODEC
from agent.turn import Taken, take

WATER, RICE_BALL, MEMBER, DEVICE = "6901000000011", "6901000000028", PersonId("M-1"), DeviceId("bench-01")
UTC_START_MS = 1_790_000_000_000
A_SECOND_MS = 1_000
NEAR_COSINE = 0.75
Progress = Callable[[int, int], None]
Fact = Callable[["Till"], Event]
Result = TypeVar("Result")


class Till:
    """A terminal between two facts, and a clock that goes on a second each turn."""

    def __init__(self) -> None:
        self.state = replace(recovered(_rules(), Kept.fresh("CNY"), "zh"), down={})
        self.records: tuple[str, ...] = ()
        self._now_ms = 0

    def at(self) -> Instant:
        return Instant(self._now_ms, UTC_START_MS + self._now_ms)

    def follow(self, taken: Taken) -> None:
        """What the turn led to is how things stand now."""
        self._now_ms += A_SECOND_MS
        self.state = taken.state
        self.records += tuple(wish.id for wish in taken.commands if isinstance(wish, KeepRecord))


def turn_times_ms(sales: int, progress: Progress) -> tuple[list[float], list[float]]:
    """Milliseconds of each whole turn (decide, check, what to write), and of deciding alone."""
    till, whole_ms, decide_ms = Till(), [], []
    for done in range(sales):
        progress(done, sales)
        for fact in SALE:
            event, at = fact(till), till.at()
            taken, took_ms = _timed(partial(take, till.state, event, at))
            decide_ms.append(_timed(partial(step, till.state, event, at))[1])
            whole_ms.append(took_ms)
            till.follow(taken)
        till.records = ()
    progress(sales, sales)
    return whole_ms, decide_ms


class CommitTimes(NamedTuple):
    """Milliseconds of each commit on a disk and of the same in memory; what the file grew by."""

    disk_ms: list[float]
    memory_ms: list[float]
    grown_bytes: int


def commit_times(disk: Path, sales: int, progress: Progress) -> CommitTimes:
    """Every commit of so many sales on this disk (synchronous=FULL), and the same in memory only.

    Raises:
        StorageError: the folder cannot hold a journal.
    """
    on_disk_ms: list[float] = []
    in_memory_ms: list[float] = []
    with open_database(disk) as kept, open_in_memory() as forgotten:
        real, unreal = open_journal(kept), open_journal(forgotten)
        empty_bytes = _size_bytes(kept)
        for entry in entries(sales, progress):
            on_disk_ms.append(_timed(partial(real.commit, entry))[1])
            in_memory_ms.append(_timed(partial(unreal.commit, entry))[1])
        return CommitTimes(on_disk_ms, in_memory_ms, _size_bytes(kept) - empty_bytes)


def entries(sales: int, progress: Progress) -> Iterator[Entry]:
    """What so many sales write down, turn by turn."""
    till = Till()
    for done in range(sales):
        progress(done, sales)
        for fact in SALE:
            taken = take(till.state, fact(till), till.at())
            if taken.entry is not None:
                yield taken.entry
            till.follow(taken)
        till.records = ()
    progress(sales, sales)


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began_ns = time.perf_counter_ns()
    result = work()
    return result, (time.perf_counter_ns() - began_ns) / 1e6


def _size_bytes(database: Database) -> int:
    """Of the file once its log is folded in."""
    return int(database.connection.pragma("page_count")) * int(database.connection.pragma("page_size"))


def open_journal(database: Database) -> Journal:
    """The journal as on a counter."""

    def encode(seq: int, record: KeepRecord, at: Instant) -> bytes:
        return record_body(DEVICE, database.epoch, seq, record.id, record.kind, record.data, at.utc_ms)

    return Journal(database, CODEC, encode)


# --- the sale -------------------------------------------------------------------------------------


def _scans(gtin: str) -> Fact:
    return lambda _: BarcodeScanned(GoodsCode(gtin))


def _taps(intent: Intent, screen: Screen = Screen.CUSTOMER, word: str | None = None) -> Fact:
    secret = Secret(word) if word else None
    return lambda till: Tapped(screen, till.state.view_no, intent, secret)


def _sees(till: Till) -> Event:
    now_ms = till.at().mono_ms
    near = Candidate(MEMBER, NEAR_COSINE)
    return FaceSeen(FaceEvidence(till.state.looks, now_ms, now_ms, 1, Hint.GOOD, near, None, 1.0))


def _captured(till: Till) -> Event:
    payment = till.state.visit.payment
    assert payment is not None, "the fact before this one asked for the charge"
    assert payment.key is not None
    key = payment.key
    body = pack(CAPTURED, f"{key}/answer", CLOUD_SOURCE, CapturedData(key, 8, 108), rfc3339(UTC_START_MS))
    return ChargeAnswered(*read_answer(body))


def _record_taken(till: Till) -> Event:
    return RecordsTaken(till.records)


SALE: tuple[Fact, ...] = (
    _scans(WATER),
    _scans(RICE_BALL),
    _taps(Intent.CHARGE, Screen.CASHIER),
    _taps(Intent.PAY_BY_FACE),
    *IdentitySection().quorum_frames * (_sees,),
    _taps(Intent.GIVE_DIGITS, word="4711"),
    *IdentitySection().quorum_frames * (_sees,),
    _taps(Intent.CONFIRM),
    _captured,
    _record_taken,
    _taps(Intent.DONE, Screen.CASHIER),
)


def _rules() -> Rules:
    identity, payment, screens = IdentitySection(), PaymentSection(), ScreensSection()
    goods = [Goods(WATER, "矿泉水", "Water", Money(200)), Goods(RICE_BALL, "饭团", "Rice ball", Money(680))]
    return Rules(
        device=DEVICE,
        epoch="0000",
        currency="CNY",
        shop_zh="台",
        shop_en="Bench",
        till=1,
        goods={each.gtin: each for each in goods},
        names={MEMBER: "林*"},
        limits=Limits(
            threshold_cosine=0.48,
            margin_cosine=identity.margin_cosine,
            quorum_frames=identity.quorum_frames,
            window_frames=identity.window_frames,
            nobody_frames=identity.nobody_frames,
            threshold_live=0.6,
        ),
        digits_tries=identity.digits_tries,
        waits=Waits(**payment.model_dump()),
        people=PeopleWaits(**screens.model_dump(include=set(PeopleWaits.__slots__))),
    )
