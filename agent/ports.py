"""Every way the terminal touches the world, on one page.

An adapter promises what stands here and nothing else; `tests/ports` holds real and simulated ones
to it. `Post` may be called from any thread; it never blocks and never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from agent.core.commands import (
    AskCharge,
    AskMember,
    AskQuery,
    AskRefund,
    AskRefundQuery,
    AskVoid,
    CarryOut,
    CompareDay,
    CountUnsent,
    EnrolMember,
    JudgeOrder,
    KeepRecord,
    LookUpAgreements,
    LookUpOrders,
    ParkRecord,
    PrintSlip,
    SignFarewell,
    SignReceipt,
    TakeBack,
    Withdraw,
)
from agent.core.compare import BookRow
from agent.core.day import Day
from agent.core.events import Device, Event, Instant
from agent.core.figures import Tally
from agent.core.ids import OrderId, PaymentKey, PersonId, RefundKey, Secret
from agent.core.shift import Shift
from agent.core.slip import SlipGiven
from agent.core.state import Kept, Terminal
from agent.core.visit import Summary

Post = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class AskStatement:
    """One page of a book of the cloud: `ledger`, its own, or `bill`, the provider's. Pages count from 1;
    the span is half open."""

    book: str
    from_utc_ms: int
    to_utc_ms: int
    page: int


Ask = AskCharge | AskQuery | AskVoid | AskRefund | AskRefundQuery | AskMember
"""What the core asks of the cloud, and what is answered with a fact."""
AnyAsk = Ask | AskStatement
"""The bookkeeper's questions besides."""
FrameBgr = npt.NDArray[np.uint8]
"""H×W×3 uint8, blue first, row 0 on top."""
Grey = npt.NDArray[np.uint8]
"""H×W, row 0 on top, 255 brightest."""
DepthMm = npt.NDArray[np.uint16]
"""H×W, row 0 on top, millimetres; 0: no reading there."""
Embedding = npt.NDArray[np.float32]
"""float32, unit length; 128 numbers for SFace."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `number` grows by one each capture; `captured_at_ms` is the monotonic clock."""

    number: int
    captured_at_ms: int
    bgr: FrameBgr = field(repr=False)


@dataclass(frozen=True, slots=True)
class Template:
    """A member in the gallery. `model_sha256` is the embedder that made it: never compared across."""

    person: PersonId
    name_masked: str
    phone_last4: Secret
    model_sha256: str
    embedding: Embedding = field(repr=False)


class DeviceTask(Protocol):
    """A device that needs a thread of its own. The supervisor calls `run` and calls it again, with
    back-off, when it returns or raises."""

    device: Device

    def run(self) -> None:
        """Work until stopped. Posts DeviceUp when it works, then its facts in order. Returns after
        `stop`; raises DeviceTrouble (see below) when the device is lost."""

    def stop(self) -> None:
        """Make `run` return soon. May be called from any thread, more than once."""


class DeviceTrouble(Exception):
    """A device cannot go on. `cause` is the word for the screens, the text is for the technician:
    what was seen, on which port or node, what to do."""

    def __init__(self, cause: str, text: str) -> None:
        super().__init__(text)
        self.cause = cause


class Scanner(Protocol):
    """What a barcode scanner can be told. One that cannot, or is not there, is not told, and nobody hears
    of it. No call blocks; what was wished while its cable was out is forgotten."""

    def beep(self, good: bool) -> None:
        """Sound content or not about the last code."""

    def trigger(self, on: bool) -> None:
        """Read, or stop reading, without a finger on the trigger."""


class Printer(Protocol):
    """What prints receipts, with the drawer behind it. No call blocks; what cannot be done now is posted as
    NotPrinted and forgotten: nothing is printed later, or twice."""

    def print_slip(self, wish: PrintSlip) -> None:
        """Print it, at most once."""

    def open_drawer(self) -> None:
        """Let it spring open, before whatever still waits to be printed."""


class FrameSource(Protocol):
    """A camera: newest frame wins, nobody queues pictures."""

    def newest(self, after: int, timeout_s: float) -> Frame | None:
        """The newest frame with a number above `after`; None when none came in time."""


class InfraredSource(Protocol):
    """The module's infrared camera; its picture lies on the colour picture, at any size."""

    def beside(self, captured_at_ms: int, timeout_s: float) -> Grey | None:
        """The picture nearest in time to a colour frame's; None when none is near enough or came in
        time."""


class DepthSource(Protocol):
    """The module's depth camera; its picture lies on the colour picture, at any size."""

    def beside(self, captured_at_ms: int, timeout_s: float) -> DepthMm | None:
        """The depths nearest in time to a colour frame's; None when none is near enough or came in time."""


class Eyes(Protocol):
    """Frame → evidence, while somebody wants to be recognised."""

    def watch(self, look: int, digits: Secret | None) -> None:
        """From now on post FaceSeen with this `look`, only for frames captured from now on; with
        digits, match only members whose phone ends in them. Never blocks."""

    def rest(self) -> None:
        """Post no more FaceSeen. Never blocks."""

    def make_template(self, look: int, digits: Secret) -> None:
        """Post TemplateMade about the face seen in this look; hold its template in hand. Never blocks."""

    def template_in_hand(self, look: int) -> tuple[str, Embedding] | None:
        """The embedder's checksum and the template made of this look; None once it was forgotten."""

    def forget_faces(self) -> None:
        """Let go of every embedding seen since the last time, and of the template in hand."""

    def enrolled(self, template: Template) -> None:
        """Put one more member into the gallery, or replace the same person. Never blocks the search."""

    def forgotten(self, person: PersonId) -> None:
        """Take a member out of the gallery."""

    def know_nobody(self, on: bool) -> None:
        """While on, faces are seen and judged but searched for among nobody."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A record on its way. `body` is stored, hashed and sent as it is: never encoded again."""

    seq: int
    id: str
    kind: str
    body: bytes = field(repr=False)


class CloudLink(Protocol):
    """The way to the cloud: one lane for charges, one for records. No call blocks."""

    def ask(self, wish: Ask) -> None:
        """Send now if the link is up, else drop: silence is an outcome the core knows. A charge is
        never queued. Answers come back as ChargeAnswered, RefundAnswered or MemberFound, any number of
        times, in any order."""

    def deliver(self, rows: Iterable[OutboxRow]) -> None:
        """Keep sending these records until the cloud's own acknowledgement, which comes back as
        RecordsTaken; or RecordRefused."""


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to move money, as the journal keeps it. `open` until it is known how it ended."""

    key: PaymentKey
    order_id: OrderId
    attempt: int
    amount_minor: int
    currency: str
    method: str
    open: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One part given back, as the journal keeps it. `outcome`: unknown, accepted, refunded, refused."""

    key: RefundKey
    order_id: OrderId
    part: int
    amount_minor: int
    currency: str
    method: str
    open: bool
    outcome: str
    utc_ms: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A member to be written: the agreement with its words, and the template the eyes had in hand."""

    wish: EnrolMember
    template: Template


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything one turn writes down, in one transaction or not at all. `before` is the terminal that
    took the fact: what the turn was decided with is written with it when it is news. `enrol` is wished by
    the turn; the loop makes an `enrolment` of it. `taken_back` is who withdrew; `given`
    is the receipt that was."""

    fact: Event
    at: Instant
    kept: Kept
    attempts: tuple[AttemptRow, ...] = ()
    orders: tuple[Summary, ...] = ()
    refunds: tuple[RefundRow, ...] = ()
    shifts: tuple[Shift, ...] = ()
    days: tuple[Day, ...] = ()
    records: tuple[KeepRecord, ...] = ()
    dropped: tuple[str, ...] = ()
    parked: tuple[ParkRecord, ...] = ()
    before: Terminal | None = None
    enrol: EnrolMember | None = None
    enrolment: Enrolment | None = None
    taken_back: TakeBack | None = None
    given: SlipGiven | None = None


class JournalTrouble(Exception):
    """Nothing of the entry was written; the journal works again once the cause is gone. `cause` is
    the word for the screens (`full`, `failed`), the text is for the technician."""

    def __init__(self, cause: str, text: str) -> None:
        super().__init__(text)
        self.cause = cause


class Archive(Protocol):
    """Orders of the past. Called by the main thread alone."""

    def look_up(self, wish: LookUpOrders) -> None:
        """Post OrdersFound with the wish's number: at most fifty, newest first. Never raises."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A row of a book of the cloud, and when it was booked."""

    row: BookRow
    utc_ms: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """The answer to AskStatement: at most 200 rows; `pages` is at least 1."""

    ask: AskStatement
    pages: int
    rows: tuple[StatementRow, ...]


@dataclass(frozen=True, slots=True)
class DayBooks:
    """The journal's side of a day. `also`: rows of other days that another book has on this one. `unsent`
    and `parked` count records; `tallies` are the day's figures, added up over its shifts."""

    rows: tuple[BookRow, ...]
    also: tuple[BookRow, ...] = ()
    unsent: int = 0
    parked: int = 0
    tallies: tuple[Tally, ...] = ()


class HeadOffice(Protocol):
    """Carries out what head office wants. No call blocks."""

    def take(self, version: int, up: Collection[str]) -> None:
        """Take over the settings of this version that lie ready, and start again; with them every device
        has to work that works now (`up`)."""

    def carry_out(self, wish: CarryOut) -> None:
        """Do it once; post CommandDone with its id, unless it ends this process."""


class Consents(Protocol):
    """The consent ledger, as the running terminal asks it. Called by the main thread alone; no call
    raises."""

    def look_up(self, wish: LookUpAgreements) -> None:
        """Post AgreementsFound."""

    def prepare(self, wish: Withdraw, at: Instant) -> None:
        """Hold ready what the receipt will say; post ConsentChanged with its digest. Nothing is posted when
        there is nothing to take back, or the disk does not answer."""

    def absent(self, at: Instant) -> None:
        """The same for some who have been away too long; for nobody while the clock cannot be believed."""

    def ready(self, wish: TakeBack) -> bool:
        """Is what this receipt will say still held?"""

    def sign(self, wish: SignReceipt) -> None:
        """Fold the log; post ReceiptSigned for what is on disk."""


class Leaving(Protocol):
    """Gets the terminal out of its shop. Called by the main thread alone; never raises."""

    def count(self, wish: CountUnsent) -> None:
        """Post UnsentCounted with the wish's number."""

    def judge(self, wish: JudgeOrder) -> None:
        """Post OrderJudged with the wish's number; the order is remembered until the next one."""

    def sign_farewell(self, wish: SignFarewell) -> None:
        """Write down that we leave by the order judged last, if it has this id and nothing is unsent; post
        FarewellSigned either way."""

    def depart(self) -> None:
        """Start again: what starts next leaves, if that was written down."""


class Bookkeeper(Protocol):
    """Compares the books of a day, on a thread of its own."""

    def compare(self, wish: CompareDay) -> None:
        """Post DayCompared with the wish's day and number, whatever happens. Never blocks, never raises."""


class Training(Protocol):
    """A till to practise on, beside the earnest one. Called by the main thread alone. Nothing that happens
    on it reaches journal, outbox or cloud of the earnest one."""

    def begin(self, earnest: Terminal) -> None:
        """Put it there, as it follows from the earnest till's state."""

    def end(self) -> None:
        """Away with it and all that is on it; post TrainingEnded to the earnest till. Nothing happens when
        there is none."""

    def takes(self, event: Event) -> bool:
        """Whether this fact is the practice till's alone. What devices say is told to both."""

    def turn(self) -> None:
        """Do what is due there. Never blocks."""

    def next_ms(self) -> int | None:
        """When something is due there next, by the monotonic clock."""


class Journal(Protocol):
    """What was decided, on disk before anything is done about it. Called by the main thread alone."""

    def commit(self, entry: Entry) -> tuple[OutboxRow, ...]:
        """Write the entry durably; returns the outbox rows made from its records.

        Raises:
            JournalTrouble: the disk refused; nothing was written.
        """

    def newest_record(self) -> int:
        """The number of the last record that was ever kept here; 0 when there was none."""
