"""The loop around the turn: take a fact, decide, write down, act, show. One thread.

Owns: the inbox, the timers, the state. The only place below which there is no clock and no chance.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from agent.core.commands import (
    AskCharge,
    AskMember,
    AskQuery,
    AskRefund,
    AskRefundQuery,
    AskVoid,
    Beep,
    BeginTraining,
    CarryOut,
    Command,
    CompareDay,
    CountUnsent,
    DeleteAbsent,
    Depart,
    EndTraining,
    EnrolMember,
    ForgetFaces,
    ForgetMember,
    JudgeOrder,
    LookUpAgreements,
    LookUpOrders,
    MakeTemplate,
    OpenDrawer,
    PrintSlip,
    RestFaces,
    SignFarewell,
    SignReceipt,
    StartTimer,
    TakeBack,
    TakeSettings,
    Trigger,
    WatchFaces,
    Withdraw,
)
from agent.core.events import (
    OVERTAKEN,
    BarcodeScanned,
    ConsentChanged,
    DayCompared,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    Instant,
    RecordsTaken,
    Started,
    Tapped,
    TemplateMade,
    TrainingEnded,
)
from agent.core.state import Terminal
from agent.inbox import Inbox
from agent.ports import (
    Archive,
    Bookkeeper,
    CloudLink,
    Consents,
    Enrolment,
    Entry,
    Eyes,
    HeadOffice,
    Journal,
    JournalTrouble,
    Leaving,
    Printer,
    Scanner,
    Template,
    Training,
)
from agent.timers import Timers
from agent.turn import take

log = logging.getLogger(__name__)

RETRY_JOURNAL_MS = 500
IDLE_WAIT_S = 1.0  # the loop turns at least so often, so that the watchdog knows it lives

PASSING = (Tapped, BarcodeScanned, FaceSeen, TemplateMade, ConsentChanged)
"""Facts about people who will not wait: while the journal is down they are refused, not held, so that
nobody is charged for a tap of ten minutes ago. Everything else is held and loses nothing."""


class Clock(Protocol):
    """Where time comes in."""

    def now(self) -> Instant: ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> Instant:
        return Instant(time.monotonic_ns() // 1_000_000, time.time_ns() // 1_000_000)


class NoScanner:
    """Where nobody can be told anything."""

    def beep(self, good: bool) -> None: ...

    def trigger(self, on: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Hands:
    """What carries out wishes. None of these calls blocks."""

    cloud: CloudLink
    eyes: Eyes
    archive: Archive
    show: Callable[[Terminal, Instant], None]
    alive: Callable[[], None]
    scanner: Scanner = field(default_factory=NoScanner)
    books: Bookkeeper | None = None
    office: HeadOffice | None = None
    leaving: Leaving | None = None
    training: Training | None = None
    consents: Consents | None = None
    printer: Printer | None = None


class Loop:
    """Runs turns until `stop`. Everything in here happens on the thread that calls `run`."""

    def __init__(self, state: Terminal, journal: Journal, hands: Hands, inbox: Inbox, clock: Clock) -> None:
        self.state = state
        self._journal = journal
        self._hands = hands
        self._inbox = inbox
        self._clock = clock
        self._timers = Timers()
        self._stopping = threading.Event()
        self._held: deque[Event] = deque()
        self._journal_down = False
        self._retry_at_ms = 0

    def run(self) -> None:
        """Start-up is recovery: the first fact is Started."""
        self.handle(Started())
        while not self._stopping.is_set():
            self._hands.alive()
            self.once()

    def once(self) -> None:
        """What is due by now, then one fact if one comes in time; what is the practice's goes there."""
        self.due()
        event = self._inbox.take(self._patience_s())
        training = self._hands.training
        if event is not None and not (training is not None and training.takes(event)):
            self.handle(event)

    def due(self) -> None:
        """What is due by now, another try at a disk that refused; the same where somebody practises."""
        for fired in self._timers.due(self._clock.now().mono_ms):
            self.handle(fired)
        self._retry_journal()
        if self._hands.training is not None:
            self._hands.training.turn()

    def next_ms(self) -> int | None:
        """When something is due next."""
        training = self._hands.training
        dues = (
            self._timers.next_ms(),
            self._retry_at_ms if self._journal_down else None,
            training.next_ms() if training is not None else None,
        )
        return min((due for due in dues if due is not None), default=None)

    def stop(self) -> None:
        """May be called from a signal handler or another thread."""
        self._stopping.set()
        self._inbox.wake()

    def handle(self, event: Event) -> None:
        """One turn. While the journal is down, a fact that would have to be written is held or refused,
        and later facts about the same device wait behind it: nobody hears of a link that came back
        before hearing of its loss."""
        if isinstance(event, DeviceUp | DeviceLost) and event.device in self._held_devices():
            self._held.append(event)
            return
        if isinstance(event, RecordsTaken):
            self._compare_reach(event)
        at = self._clock.now()
        taken = take(self.state, event, at)
        entry = taken.entry
        if entry is not None and entry.enrol is not None:
            look = entry.enrol.look
            entry = self._with_template(entry, entry.enrol)
            if entry.enrolment is None:  # the eyes were started anew: nobody is enrolled of nothing
                self.handle(TemplateMade(look, 0))
                return
        if entry is not None and entry.taken_back is not None and not self._ready(entry.taken_back):
            return  # nothing is taken back of nothing
        if entry is not None and not self._written(event, entry):
            return
        self.state = taken.state
        for wish in taken.commands:
            self._carry_out(wish, at)
        if entry is not None and entry.enrolment is not None:
            self._hands.eyes.enrolled(entry.enrolment.template)
        self._hands.show(self.state, at)

    def _ready(self, wish: TakeBack) -> bool:
        """Does the ledger's room hold what it takes?"""
        return self._hands.consents is not None and self._hands.consents.ready(wish)

    def _with_template(self, entry: Entry, wish: EnrolMember) -> Entry:
        """The entry with what the eyes hold in hand, if they hold anything still."""
        held = self._hands.eyes.template_in_hand(wish.look)
        if held is None:
            return entry
        template = Template(wish.person, wish.name_masked, wish.digits, *held)
        return replace(entry, enrolment=Enrolment(wish, template))

    def _written(self, event: Event, entry: Entry) -> bool:
        """On disk, with its records on their way; else the fact is held (or refused) for later."""
        if not self._journal_down:
            try:
                self._hands.cloud.deliver(self._journal.commit(entry))
                return True
            except JournalTrouble as trouble:
                log.error("journal: %s", trouble)
                self._journal_down = True
                self._see(DeviceLost(Device.STORAGE, trouble.cause), entry.at)
                self._retry_at_ms = entry.at.mono_ms + RETRY_JOURNAL_MS
        if not isinstance(event, PASSING):
            self._held.append(event)
        elif isinstance(event, BarcodeScanned):
            self._hands.scanner.beep(False)
        return False

    def _compare_reach(self, taken: RecordsTaken) -> None:
        """A cloud that has more records of this journal than were ever made in it has seen another one.
        This is a copy: from now on nothing is sold from it."""
        newest = self._journal.newest_record()
        if taken.reached > newest and not self.state.kept.overtaken:
            log.error(
                "journal: an older copy: the cloud has its records up to %d, it ends at %d; nothing is "
                "sold from it any more (hyla doctor says what to do)",
                taken.reached,
                newest,
            )
            self._inbox.post(DeviceLost(Device.STORAGE, OVERTAKEN))

    def _carry_out(self, wish: Command, at: Instant) -> None:
        match wish:
            case AskCharge() | AskQuery() | AskVoid() | AskRefund() | AskRefundQuery() | AskMember():
                self._hands.cloud.ask(wish)
            case LookUpOrders():
                self._hands.archive.look_up(wish)
            case CompareDay(day=day, number=number) if self._hands.books is None:
                self._inbox.post(DayCompared(day, number, trouble="offline"))
            case CompareDay() if self._hands.books is not None:
                self._hands.books.compare(wish)
            case WatchFaces(look=look, digits=digits):
                self._hands.eyes.watch(look, digits)
            case RestFaces():
                self._hands.eyes.rest()
            case MakeTemplate(look=look, digits=digits):
                self._hands.eyes.make_template(look, digits)
            case ForgetFaces():
                self._hands.eyes.forget_faces()
            case Beep(good=good):
                self._hands.scanner.beep(good)
            case Trigger(on=on):
                self._hands.scanner.trigger(on)
            case PrintSlip() if self._hands.printer is not None:
                self._hands.printer.print_slip(wish)
            case OpenDrawer() if self._hands.printer is not None:
                self._hands.printer.open_drawer()
            case ForgetMember(person=person):
                self._hands.eyes.forgotten(person)
            case LookUpAgreements() | Withdraw() | SignReceipt() | DeleteAbsent() if self._hands.consents:
                _ask(self._hands.consents, wish, at)
            case TakeSettings(version=version) if self._hands.office is not None:
                up = [device.value for device in Device if self.state.works(device)]
                self._hands.office.take(version, up)
            case CarryOut() if self._hands.office is not None:
                self._hands.office.carry_out(wish)
            case CountUnsent() | JudgeOrder() | SignFarewell() | Depart():
                self._leave(wish)
            case StartTimer():
                self._timers.start(wish, at.mono_ms)
            case BeginTraining() if self._hands.training is None:
                self._inbox.post(TrainingEnded(self.state.view_no, self.state.looks))
            case BeginTraining() if self._hands.training is not None:
                self._hands.training.begin(self.state)
            case EndTraining() if self._hands.training is not None:
                self._hands.training.end()
            case _:
                pass  # records: written with the turn, delivered above

    def _leave(self, wish: CountUnsent | JudgeOrder | SignFarewell | Depart) -> None:
        leaving = self._hands.leaving
        if leaving is None:
            return  # nobody claimed this terminal: the core never wishes it
        match wish:
            case CountUnsent():
                leaving.count(wish)
            case JudgeOrder():
                leaving.judge(wish)
            case SignFarewell():
                leaving.sign_farewell(wish)
            case Depart():
                leaving.depart()

    # --- while the journal is down ----------------------------------------------------------------

    def _retry_journal(self) -> None:
        """Write one row to see whether the disk takes it; then the held facts have their turns."""
        at = self._clock.now()
        if not self._journal_down or at.mono_ms < self._retry_at_ms:
            return
        healed = DeviceUp(Device.STORAGE)
        try:
            self._journal.commit(Entry(healed, at, self.state.kept))
        except JournalTrouble:
            self._retry_at_ms = at.mono_ms + RETRY_JOURNAL_MS
            return
        log.warning("journal: writing again")
        self._journal_down = False
        self._see(healed, at)
        waiting, self._held = self._held, deque()
        for event in waiting:
            self.handle(event)

    def _held_devices(self) -> set[Device]:
        return {held.device for held in self._held if isinstance(held, DeviceUp | DeviceLost)}

    def _see(self, event: Event, at: Instant) -> None:
        """A fact about the journal itself changes memory only; whoever was just joining is forgotten."""
        taken = take(self.state, event, at)
        self.state = taken.state
        for wish in taken.commands:
            self._carry_out(wish, at)
        self._hands.show(self.state, at)

    def _patience_s(self) -> float:
        due_ms = self.next_ms()
        if due_ms is None:
            return IDLE_WAIT_S
        return min(IDLE_WAIT_S, max(0, due_ms - self._clock.now().mono_ms) / 1000)


def _ask(
    consents: Consents, wish: LookUpAgreements | Withdraw | SignReceipt | DeleteAbsent, at: Instant
) -> None:
    match wish:
        case LookUpAgreements():
            consents.look_up(wish)
        case Withdraw():
            consents.prepare(wish, at)
        case SignReceipt():
            consents.sign(wish)
        case DeleteAbsent():
            consents.absent(at)
