"""Take a fact, decide, write down, act, show: in this order, with a disk that sometimes refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent.core.charge import Captured
from agent.core.commands import AskCharge, AskQuery, AskVoid, KeepRecord, StartTimer
from agent.core.events import (
    OVERTAKEN,
    ChargeAnswered,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    Instant,
    Intent,
    RecordsTaken,
    Screen,
    Started,
    Tapped,
    TimerFired,
)
from agent.core.evidence import FaceEvidence, Hint
from agent.core.ids import PaymentKey, Secret
from agent.core.payment import Phase
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.inbox import INBOX_FACES_MAX, Inbox
from agent.loop import RETRY_JOURNAL_MS, Hands, Loop, SystemClock
from agent.ports import Embedding, Entry, JournalTrouble, OutboxRow, Template
from agent.timers import Timers
from tests.conftest import ExpectLog
from tests.playbook import Playbook, scans, shows_code
from tests.shop import DIGITS, WATER, terminal, to_choose, to_confirm, to_digits, to_face, to_paying


@dataclass
class Room:
    """Journal, cloud, eyes and glass in memory, all writing into one diary; a clock that is only
    moved by waiting."""

    now_ms: int = 10_000
    disk_full: bool = False
    diary: list[tuple[str, object]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    shown: list[Terminal] = field(default_factory=list)

    # Clock
    def now(self) -> Instant:
        return Instant(self.now_ms, 1_790_000_000_000 + self.now_ms)

    # Journal
    def commit(self, entry: Entry) -> tuple[OutboxRow, ...]:
        if self.disk_full:
            self.diary.append(("refused", entry.fact))
            raise JournalTrouble("full", "the disk of /var/lib/hyla is full; make room")
        self.diary.append(("commit", entry.fact))
        self.entries.append(entry)
        return tuple(OutboxRow(n, record.id, record.kind, b"{}") for n, record in enumerate(entry.records))

    def newest_record(self) -> int:
        return sum(len(entry.records) for entry in self.entries)

    # CloudLink
    def ask(self, wish: AskCharge | AskQuery | AskVoid) -> None:
        self.diary.append(("ask", wish))

    def deliver(self, rows: Iterable[OutboxRow]) -> None:
        self.diary.extend(("deliver", row.id) for row in rows)

    # Eyes
    def watch(self, look: int, digits: Secret | None) -> None:
        self.diary.append(("watch", (look, digits)))

    def rest(self) -> None:
        self.diary.append(("rest", None))

    def make_template(self, look: int, digits: Secret) -> None: ...

    def template_in_hand(self, look: int) -> tuple[str, Embedding] | None: ...

    def forget_faces(self) -> None: ...

    def enrolled(self, template: Template) -> None: ...

    def forgotten(self, person: str) -> None: ...

    # Glass
    def show(self, state: Terminal, _at: Instant) -> None:
        self.diary.append(("show", state.visit.stage))
        self.shown.append(state)

    def said(self, kind: str) -> list[object]:
        return [what for who, what in self.diary if who == kind]

    @property
    def order(self) -> list[str]:
        return [who for who, _ in self.diary]


class WaitingIsTime(Inbox):
    """An inbox where waiting for a fact moves the clock instead of the wall's."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.until_ms = room.now_ms
        self.loop: Loop | None = None

    def take(self, timeout_s: float) -> Event | None:
        event = super().take(0)
        if event is None:
            self.room.now_ms += max(1, round(timeout_s * 1000))
            if self.room.now_ms >= self.until_ms and self.loop is not None:
                self.loop.stop()
        return event


def loop_of(room: Room, state: Terminal | None = None, inbox: Inbox | None = None) -> Loop:
    hands = Hands(cloud=room, eyes=room, archive=room, show=room.show, alive=lambda: None)  # type: ignore[arg-type]
    return Loop(state or terminal(), room, hands, inbox or Inbox(), room)


def runs(room: Room, state: Terminal, facts: Iterable[Event], for_ms: int) -> Loop:
    """The real `run`, until so much virtual time has passed."""
    inbox = WaitingIsTime(room)
    inbox.until_ms = room.now_ms + for_ms
    inbox.loop = loop = loop_of(room, state, inbox)
    for fact in facts:
        inbox.post(fact)
    loop.run()
    return loop


def confirms(state: Terminal) -> Tapped:
    return Tapped(Screen.CUSTOMER, state.view_no, Intent.CONFIRM)


CONFIRMING = to_confirm(Playbook(terminal())).state
PAYING = to_paying(Playbook(terminal())).state
CAPTURED = ChargeAnswered(PaymentKey("desk-01-7f3a-000001-1"), Captured(8, 108))


# --- the turn's order -----------------------------------------------------------------------------


def test_a_charge_is_on_disk_before_it_is_sent_and_sent_before_it_is_shown() -> None:
    room = Room()
    loop_of(room, CONFIRMING).handle(confirms(CONFIRMING))
    assert room.order == ["commit", "ask", "show"]
    assert isinstance(room.said("ask")[0], AskCharge)
    [row] = room.entries[0].attempts
    assert row.open


def test_a_record_is_on_its_way_as_soon_as_it_is_on_disk() -> None:
    room = Room()
    loop_of(room, PAYING).handle(CAPTURED)
    assert room.order == ["commit", "deliver", "show"]
    assert [type(record) for record in room.entries[0].records] == [KeepRecord]


def test_a_cloud_that_knows_more_of_the_journal_than_stands_in_it_ends_the_selling(
    expected_log: ExpectLog,
) -> None:
    expected_log("journal: an older copy: the cloud has its records up to 2, it ends at 1")
    room, inbox = Room(), Inbox()
    loop = loop_of(room, PAYING, inbox)
    loop.handle(CAPTURED)
    loop.handle(RecordsTaken(("a",), reached=1))
    assert inbox.take(0) is None, "the cloud is as far as the journal"
    loop.handle(RecordsTaken((), reached=2))
    told = inbox.take(0)
    assert told == DeviceLost(Device.STORAGE, OVERTAKEN)
    loop.handle(told)
    assert (loop.state.down[Device.STORAGE], room.entries[-1].kept.overtaken) == (OVERTAKEN, True)
    assert loop.state.visit.stage is Stage.PAID, "who has just paid is told so all the same"
    loop.handle(RecordsTaken((), reached=3))
    assert inbox.take(0) is None, "it is told once"


def test_nothing_is_sent_when_the_commit_failed(expected_log: ExpectLog) -> None:
    expected_log("journal: the disk of .* is full")
    room = Room(disk_full=True)
    loop = loop_of(room, CONFIRMING)
    loop.handle(confirms(CONFIRMING))
    assert room.said("ask") == []
    assert loop.state.visit.stage is Stage.CONFIRM
    assert loop.state.down == {Device.STORAGE: "full"}
    assert room.shown[-1].down == {Device.STORAGE: "full"}


def test_a_frame_is_shown_without_touching_the_disk() -> None:
    room = Room(disk_full=True)
    looking = to_face(Playbook(terminal())).state
    seen = FaceSeen(FaceEvidence(1, 1, 0, 0, Hint.NO_FACE))
    loop_of(room, looking).handle(seen)
    assert room.order == ["show"]


def test_eyes_open_and_close_as_wished() -> None:
    room, choosing = Room(), to_choose(Playbook(terminal())).state
    loop = loop_of(room, choosing)
    loop.handle(Tapped(Screen.CUSTOMER, loop.state.view_no, Intent.PAY_BY_FACE))
    loop.handle(Tapped(Screen.CUSTOMER, loop.state.view_no, Intent.BACK))
    assert [who for who in room.order if who in ("watch", "rest")] == ["watch", "rest"]


def test_the_digits_reach_the_eyes_and_not_the_diary_of_what_is_printed() -> None:
    room, asked = Room(), to_digits(Playbook(terminal())).state
    loop_of(room, asked).handle(
        Tapped(Screen.CUSTOMER, asked.view_no, Intent.GIVE_DIGITS, Secret(DIGITS)),
    )
    assert room.said("watch") == [(2, Secret(DIGITS))]
    assert DIGITS not in repr(room.entries)


# --- while the disk refuses -----------------------------------------------------------------------


def test_an_answer_that_cannot_be_written_is_held_and_comes_through(expected_log: ExpectLog) -> None:
    expected_log("journal")
    room = Room(disk_full=True)
    loop = loop_of(room, PAYING)
    loop.handle(CAPTURED)
    assert loop.state.visit.stage is Stage.PAY
    room.disk_full = False
    room.now_ms += RETRY_JOURNAL_MS
    loop._retry_journal()
    assert loop.state.visit.stage is Stage.PAID
    assert loop.state.works(Device.STORAGE)
    assert [type(entry.fact) for entry in room.entries] == [DeviceUp, ChargeAnswered]


def test_a_tap_while_the_disk_refuses_is_refused_and_never_comes_back(expected_log: ExpectLog) -> None:
    expected_log("journal")
    room = Room(disk_full=True)
    loop = loop_of(room, CONFIRMING)
    loop.handle(confirms(CONFIRMING))
    room.disk_full = False
    room.now_ms += RETRY_JOURNAL_MS
    loop._retry_journal()
    assert room.said("ask") == []
    assert loop.state.visit.stage is Stage.CONFIRM
    loop.handle(confirms(loop.state))
    assert isinstance(room.said("ask")[0], AskCharge)


def test_held_facts_keep_their_order_and_are_held_again_when_the_disk_fails_again(
    expected_log: ExpectLog,
) -> None:
    expected_log("journal")
    room = Room(disk_full=True)
    loop = loop_of(room, PAYING)
    unplugged = DeviceLost(Device.CLOUD, "lost")
    loop.handle(unplugged)
    loop.handle(CAPTURED)

    def one_row_only(entry: Entry, real: Callable[[Entry], tuple[OutboxRow, ...]] = room.commit):  # type: ignore[no-untyped-def]
        rows = real(entry)
        room.disk_full = True
        return rows

    room.disk_full, room.commit = False, one_row_only  # type: ignore[method-assign]
    room.now_ms += RETRY_JOURNAL_MS
    loop._retry_journal()
    assert list(loop._held) == [unplugged, CAPTURED]
    del room.commit
    room.disk_full = False
    room.now_ms += RETRY_JOURNAL_MS
    loop._retry_journal()
    assert loop.state.visit.stage is Stage.PAID
    assert not loop._held


def test_a_link_that_was_lost_and_came_back_while_the_disk_refused_is_up_afterwards(
    expected_log: ExpectLog,
) -> None:
    expected_log("journal")
    room = Room(disk_full=True)
    loop = loop_of(room, PAYING)
    loop.handle(DeviceLost(Device.CLOUD, "lost"))  # changes the payment: has to be written
    loop.handle(DeviceUp(Device.CLOUD))  # changes nothing that is written
    room.disk_full = False
    room.now_ms += RETRY_JOURNAL_MS
    loop._retry_journal()
    assert loop.state.works(Device.CLOUD)
    assert isinstance(room.said("ask")[-1], AskQuery)


def test_by_itself_the_loop_tries_the_disk_again_until_it_heals(expected_log: ExpectLog) -> None:
    expected_log("journal")
    room = Room(disk_full=True)
    refusals = 0
    real = room.commit

    def heals_at_the_fourth_try(entry: Entry) -> tuple[OutboxRow, ...]:
        nonlocal refusals
        refusals += 1
        room.disk_full = refusals < 4
        return real(entry)

    room.commit = heals_at_the_fourth_try  # type: ignore[method-assign]
    loop = runs(room, PAYING, [CAPTURED], for_ms=4 * RETRY_JOURNAL_MS)
    assert loop.state.works(Device.STORAGE)
    assert [entry.fact for entry in room.entries if isinstance(entry.fact, ChargeAnswered)] == [CAPTURED]


# --- time and start -------------------------------------------------------------------------------


def test_the_first_fact_is_the_start_and_a_charge_in_flight_is_asked_about() -> None:
    room = Room()
    loop = runs(room, PAYING, [], for_ms=1)
    assert isinstance(room.entries[0].fact, Started)
    assert isinstance(room.said("ask")[0], AskQuery)
    assert loop.state.visit.payment is not None
    assert loop.state.visit.payment.phase is Phase.UNKNOWN


def test_timers_fire_when_they_are_due() -> None:
    room = Room()
    loop = runs(room, to_choose(Playbook(terminal())).state, [shows_code()], for_ms=5_200)
    fired = [entry for entry in room.entries if isinstance(entry.fact, TimerFired)]
    assert [entry.at.mono_ms for entry in fired] == [15_000]
    assert [type(wish) for wish in room.said("ask")] == [AskCharge, AskQuery]
    assert loop.state.visit.stage is Stage.PAY


def test_the_loop_gives_a_sign_of_life_at_least_every_second() -> None:
    room, signs = Room(), []
    inbox = WaitingIsTime(room)
    inbox.until_ms = room.now_ms + 10_000
    hands = Hands(room, room, room, room.show, lambda: signs.append(room.now_ms))  # type: ignore[arg-type]
    inbox.loop = loop = Loop(terminal(), room, hands, inbox, room)
    loop.run()
    assert len(signs) == 10


def test_stop_from_another_thread_ends_the_loop() -> None:
    room = Room()
    loop = loop_of(room)
    thread = threading.Thread(target=loop.run, name="loop under test")
    thread.start()
    loop.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_the_machines_clock_counts_forward() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.mono_ms <= second.mono_ms
    assert first.utc_ms > 1_700_000_000_000


def test_starting_a_timer_again_replaces_it() -> None:
    timers = Timers()
    timers.start(StartTimer("stage", 1, 100), 0)
    timers.start(StartTimer("stage", 2, 300), 50)
    timers.start(StartTimer("other", 1, 200), 0)
    assert timers.next_ms() == 100
    assert timers.due(200) == [TimerFired("other", 1)]
    assert timers.due(350) == [TimerFired("stage", 2)]
    assert timers.next_ms() is None


# --- the inbox ------------------------------------------------------------------------------------


def frame(number: int) -> FaceSeen:
    return FaceSeen(FaceEvidence(1, number, 0, 0, Hint.NO_FACE))


def test_facts_come_out_in_the_order_they_came_in() -> None:
    inbox = Inbox()
    for fact in (scans(WATER), frame(1), CAPTURED):
        inbox.post(fact)
    assert [inbox.take(0) for _ in range(4)] == [scans(WATER), frame(1), CAPTURED, None]


def test_only_old_evidence_is_dropped_when_frames_pile_up() -> None:
    inbox = Inbox()
    inbox.post(CAPTURED)
    for number in range(INBOX_FACES_MAX + 3):
        inbox.post(frame(number))
    taken = [inbox.take(0) for _ in range(INBOX_FACES_MAX + 1)]
    assert inbox.dropped == 3
    assert taken[:2] == [CAPTURED, frame(3)]
    assert inbox.take(0) is None


def test_a_fact_from_another_thread_wakes_the_reader() -> None:
    inbox = Inbox()
    poster = threading.Timer(0, inbox.post, [CAPTURED])
    poster.start()
    assert inbox.take(5) == CAPTURED
    poster.join()
