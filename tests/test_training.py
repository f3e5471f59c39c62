"""Practising: all works as in earnest, and nothing of it reaches a real book, cloud or face."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from agent import training
from agent.core.commands import AskCharge
from agent.core.events import (
    BarcodeScanned,
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
    TemplateMade,
)
from agent.core.evidence import Candidate
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.invariants import InvariantBroken, check
from agent.core.joining import JoinPage, JoinRules
from agent.core.staff import pin_fits, pin_record
from agent.core.state import Kept, Terminal, Turn
from agent.core.terminal import recovered
from agent.core.training import TRAINEE, TRAINEE_NAME, TRAINEE_PIN_RECORD
from agent.core.visit import Stage
from agent.inbox import Inbox
from agent.loop import Hands, Loop
from agent.ports import Embedding
from agent.storage.database import Database, open_database
from agent.trust import open_journal
from tests.playbook import scans, sees, shows_code
from tests.shop import LI, RICE_BALL, WATER, terminal
from tests.test_loop import Room

PIN = "271828"
CODE = "134567890123456789"
MANAGED = replace(
    terminal(), rules=replace(terminal().rules, manager_pin=pin_record(Secret(PIN), b"0123456789abcdef"))
)
TABLES = ("journal", "state", "attempts", "orders", "outbox", "refunds", "shifts", "days")


class Counter(Room):
    """What stands on the counter: cloud, glass, scanner and eyes; what they hold, and whom they know."""

    knows_nobody = False

    def know_nobody(self, on: bool) -> None:
        self.knows_nobody = on
        self.diary.append(("know nobody", on))

    def beep(self, good: bool) -> None: ...

    def trigger(self, on: bool) -> None: ...

    def template_in_hand(self, _look: int) -> tuple[str, Embedding] | None:
        return "0ba9", np.ones(4, np.float32) / 2

    def forget_faces(self) -> None:
        self.diary.append(("forget", None))


@dataclass
class Till:
    """A real loop with its journal on a real disk, and the room to practise in beside it."""

    room: Counter
    database: Database
    loop: Loop
    inbox: Inbox
    training: training.TrainingRoom
    glass: list[Terminal] = field(default_factory=list)

    @property
    def shown(self) -> Terminal:
        """The state that both screens show."""
        return self.glass[-1]

    def does(self, *facts: Event | Callable[[Terminal], Event]) -> Till:
        """Facts as they come in at the one inbox, each with the view that is on the glass."""
        for fact in facts:
            self.inbox.post(fact(self.shown) if callable(fact) else fact)
            self.once()
        return self

    def once(self) -> None:
        """The loop as it runs, without its waiting."""
        self.loop.due()
        while (event := self.inbox.take(0)) is not None:
            if not self.training.takes(event):
                self.loop.handle(event)

    def after(self, passed_ms: int) -> Till:
        """So much time passes; what is due on the way is done when it is due."""
        until_ms = self.room.now_ms + passed_ms
        while (due_ms := self.loop.next_ms()) is not None and due_ms <= until_ms:
            self.room.now_ms = max(self.room.now_ms, due_ms)
            self.once()
        self.room.now_ms = until_ms
        self.once()
        return self

    def books(self) -> dict[str, list[object]]:
        """Everything that is written down in earnest."""
        return {table: self.database.rows(f"SELECT * FROM {table}") for table in TABLES}


def taps(intent: Intent, value: str | None = None) -> Callable[[Terminal], Event]:
    from tests.playbook import taps as tap

    return tap(intent, value)  # type: ignore[return-value]


BEGIN = (taps(Intent.OFFICE), taps(Intent.TRAIN), taps(Intent.GIVE_PIN, PIN))


def till_of(tmp_path: Path, state: Terminal = MANAGED) -> Till:
    room, inbox = Counter(), Inbox()
    database = open_database(tmp_path / "data")
    state = replace(state, rules=replace(state.rules, epoch=database.epoch))
    till: Till

    def show(t: Terminal, _at: Instant) -> None:
        till.glass.append(t)

    def show_in_earnest(t: Terminal, at: Instant) -> None:
        if not t.practised:  # as `build` does it
            show(t, at)

    practice = training.TrainingRoom(room, room, show, inbox.post, room)  # type: ignore[arg-type]
    hands = Hands(
        cloud=room, eyes=room, archive=room, show=show_in_earnest, alive=lambda: None, training=practice
    )  # type: ignore[arg-type]
    loop = Loop(state, open_journal(database, DeviceId("desk-01")), hands, inbox, room)
    till = Till(room, database, loop, inbox, practice)
    loop.handle(Started())
    return till


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    made = till_of(tmp_path)
    yield made
    made.training.end()
    made.database.close()


def asked(till: Till) -> list[object]:
    return [what for who, what in till.room.diary if who in ("ask", "deliver")]


# --- in and out -----------------------------------------------------------------------------------


def test_a_manager_lets_the_till_be_practised_on_and_anyone_ends_it(till: Till) -> None:
    till.does(*BEGIN)
    assert till.shown.rules.training
    assert till.shown.visit.stage is Stage.IDLE
    assert till.loop.state.practised
    till.does(taps(Intent.END_TRAINING))
    assert not till.shown.rules.training
    assert not till.loop.state.practised
    assert not till.training.practised


def test_a_wrong_pin_begins_nothing_and_counts(till: Till) -> None:
    till.does(*BEGIN[:2], taps(Intent.GIVE_PIN, "0000"))
    assert (till.shown.rules.training, till.shown.notice) == (False, "pin_wrong")
    assert till.loop.state.kept.pin_failures == 1


def test_without_a_managers_pin_nobody_practises(tmp_path: Path) -> None:
    till = till_of(tmp_path, terminal())
    till.does(*BEGIN[:2])
    assert till.shown.office is not None
    assert till.shown.office.errand is None
    till.database.close()


def test_an_open_sale_is_neither_left_for_practice_nor_is_a_practised_one(till: Till) -> None:
    till.does(scans(WATER), taps(Intent.OFFICE), taps(Intent.TRAIN))
    assert till.shown.office is None
    till.does(taps(Intent.CHARGE), taps(Intent.CANCEL), *BEGIN, scans(WATER), taps(Intent.END_TRAINING))
    assert till.shown.rules.training
    assert till.shown.visit.stage is Stage.BASKET


def test_the_practice_begins_with_nothing_of_the_day_and_leaves_it_untouched(till: Till) -> None:
    till.does(scans(WATER), taps(Intent.CHARGE), taps(Intent.PAY_CASH), taps(Intent.CASH_RECEIVED))
    till.does(taps(Intent.DONE))
    before = till.loop.state.kept
    assert before.recent
    till.does(*BEGIN)
    fresh = till.shown.kept
    assert (fresh.recent, fresh.shift.tallies, fresh.days, fresh.orders) == ((), (), (), 0)
    till.does(taps(Intent.END_TRAINING))
    assert till.loop.state.kept == before


def test_that_it_began_and_ended_is_written_and_nothing_between(till: Till) -> None:
    rows = len(till.books()["journal"])
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE), shows_code(CODE)).after(2_000)
    assert till.shown.visit.stage is Stage.PAID
    till.after(5_000).does(taps(Intent.END_TRAINING))
    kinds = [row[3] for row in till.books()["journal"][rows:]]  # type: ignore[index]
    assert kinds == ["Tapped", "TrainingEnded"]


def test_a_power_cut_in_a_practice_comes_back_in_earnest_with_nothing_left(till: Till) -> None:
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE))
    kept = open_journal(till.database, DeviceId("desk-01")).read(Kept)
    assert kept is not None
    assert kept.training_since_utc_ms
    again = recovered(till.loop.state.rules, kept, "zh")
    loop = Loop(
        again, open_journal(till.database, DeviceId("desk-01")), _hands(till.room), Inbox(), till.room
    )
    loop.handle(Started())
    assert not loop.state.practised
    assert (loop.state.visit.stage, loop.state.visit.basket.lines) == (Stage.IDLE, ())
    assert open_journal(till.database, DeviceId("desk-01")).read(Kept) == Kept.fresh("CNY")


def _hands(room: Counter) -> Hands:
    return Hands(cloud=room, eyes=room, archive=room, show=room.show, alive=lambda: None)  # type: ignore[arg-type]


def test_a_till_with_nowhere_to_practise_is_at_once_in_earnest_again(till: Till) -> None:
    inbox = Inbox()
    journal = open_journal(till.database, DeviceId("desk-01"))
    loop = Loop(till.loop.state, journal, _hands(till.room), inbox, till.room)
    for fact in BEGIN:
        loop.handle(fact(loop.state))
    assert loop.state.practised
    ended = inbox.take(0)
    assert ended is not None
    loop.handle(ended)
    assert not loop.state.practised


def test_ending_a_practice_that_there_is_none_of_posts_nothing(till: Till) -> None:
    till.training.end()
    assert till.inbox.take(0) is None


def test_a_practice_that_nobody_touches_ends_by_itself(till: Till) -> None:
    till.does(*BEGIN, scans(WATER)).after(training.LEFT_ALONE_MS - 1_000)
    assert till.shown.rules.training
    till.after(2_000)
    assert not till.shown.rules.training
    assert till.shown.visit.basket.lines == ()


def test_a_tap_on_the_last_view_of_the_practice_is_old_in_earnest(till: Till) -> None:
    till.does(*BEGIN)
    seen = till.shown.view_no
    till.does(taps(Intent.END_TRAINING))
    assert till.shown.view_no > seen
    till.does(Tapped(Screen.CASHIER, seen, Intent.OFFICE))
    assert till.shown.office is None


# --- as in earnest --------------------------------------------------------------------------------


def test_a_real_code_is_practised_with_and_neither_charged_nor_kept(till: Till) -> None:
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE), shows_code(CODE))
    assert till.shown.visit.stage is Stage.PAY
    till.after(2_000)
    assert till.shown.visit.stage is Stage.PAID
    assert asked(till) == []
    assert CODE not in repr(till.books())
    assert CODE.encode() not in b"".join(
        path.read_bytes() for path in (till.database.folder).glob("*") if path.is_file()
    )


def test_whoever_stands_there_is_the_training_customer_and_no_member_is_searched_for(till: Till) -> None:
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE), taps(Intent.PAY_BY_FACE))
    assert till.room.knows_nobody
    till.does(*(3 * [sees(LI)]))
    assert till.shown.visit.stage is Stage.DIGITS
    till.does(taps(Intent.GIVE_DIGITS, "0000"), *(10 * [sees(LI)]))
    assert till.shown.visit.stage is Stage.DIGITS
    till.does(taps(Intent.GIVE_DIGITS, "4711"), *(3 * [sees(LI)]))
    assert (till.shown.visit.stage, till.shown.visit.person) == (Stage.CONFIRM, TRAINEE)
    assert till.shown.rules.names == {TRAINEE: TRAINEE_NAME}
    till.does(taps(Intent.CONFIRM)).after(2_000)
    assert till.shown.visit.stage is Stage.PAID
    till.after(20_000).does(taps(Intent.END_TRAINING))
    assert not till.room.knows_nobody
    assert till.room.diary[-2:] == [("rest", None), ("forget", None)]
    assert asked(till) == []


def test_a_photo_is_no_training_customer(till: Till) -> None:
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE), taps(Intent.PAY_BY_FACE))
    till.does(*(10 * [sees(LI, live=0.1)]))
    assert (till.shown.visit.stage, till.shown.visit.reason) == (Stage.NOBODY, "not_live")


def test_a_refund_is_practised_with_a_pin_that_everybody_may_know(till: Till) -> None:
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE), shows_code(CODE)).after(10_000)
    order = till.shown.kept.recent[0].order_id
    till.does(taps(Intent.OFFICE), taps(Intent.FIND), taps(Intent.FIND, order[-6:]))
    till.does(taps(Intent.REFUND_ALL), taps(Intent.GIVE_PIN, PIN))
    assert till.shown.notice == "pin_wrong"
    till.does(taps(Intent.GIVE_PIN, "0000")).after(2_000)
    assert [refund.standing.value for refund in till.shown.kept.refunds] == ["refunded"]
    assert till.loop.state.kept.refunds == ()
    assert pin_fits(TRAINEE_PIN_RECORD, Secret("0000"))


def test_joining_is_practised_and_the_face_is_let_go_of(tmp_path: Path) -> None:
    joins = replace(MANAGED, rules=replace(MANAGED.rules, joining=JoinRules(enabled=True)))
    till = till_of(tmp_path, joins)
    till.does(*BEGIN, scans(WATER), taps(Intent.CHARGE), taps(Intent.JOIN), taps(Intent.TICK, "face_pay"))
    till.does(taps(Intent.AGREE), taps(Intent.GIVE_DIGITS, "13800135678"), *(3 * [sees()]))
    again = Candidate(PersonId(LI), 0.9)
    till.does(lambda t: TemplateMade(t.looks, 3, best=again, same_digits=again))
    assert till.shown.joining is not None
    assert till.shown.joining.page is JoinPage.JOINED
    assert till.room.said("enrolled") == []
    assert till.loop.state.kept.joined == 0
    till.does(taps(Intent.STOP_JOINING), taps(Intent.PAY_BY_FACE), *(3 * [sees(LI)]))
    till.does(taps(Intent.GIVE_DIGITS, "5678"), *(3 * [sees(LI)]))
    assert till.shown.visit.stage is Stage.CONFIRM
    assert till.shown.visit.person != TRAINEE
    assert till.database.rows("SELECT count(*) FROM templates") == [(0,)]
    assert asked(till) == []
    till.training.end()
    till.database.close()


def test_a_camera_that_comes_loose_is_told_to_both_tills(till: Till) -> None:
    till.does(*BEGIN, DeviceLost(Device.CAMERA, "unplugged"))
    assert Device.CAMERA in till.shown.down
    assert Device.CAMERA in till.loop.state.down
    till.does(taps(Intent.END_TRAINING))
    assert till.shown.down == {Device.CAMERA: "unplugged"}


def test_the_link_is_not_needed_and_the_real_till_goes_on_behind(till: Till) -> None:
    till.does(*BEGIN, DeviceLost(Device.CLOUD, "lost"), scans(WATER), taps(Intent.CHARGE), shows_code(CODE))
    assert Device.CLOUD in till.loop.state.down
    rows = len(till.books()["journal"])
    till.does(RecordsTaken(("desk-01-old-sale",))).after(2_000)
    assert till.shown.visit.stage is Stage.PAID
    assert len(till.books()["journal"]) == rows + 1


# --- nothing of it is real ------------------------------------------------------------------------

PEOPLE = [intent for intent in Intent if intent not in (Intent.END_TRAINING, Intent.TRAIN)]


def fact(chance: random.Random, t: Terminal) -> Event:
    """Something that people do, often what they are asked for."""
    from agent.screens.projection import project

    def tap(intent: Intent, value: str) -> Event:
        return taps(intent, value)(t)

    views = project(t, Instant(0, 0))
    offered = [Intent(b.intent) for view in views for b in view.buttons if b.intent in PEOPLE]
    anything = chance.choice(
        [chance.choice(PEOPLE), chance.choice(offered or PEOPLE), chance.choice(offered or PEOPLE)]
    )
    values = {Intent.GIVE_PIN: "0000", Intent.GIVE_DIGITS: chance.choice(["4711", "13800135678", "0000"])}
    return chance.choice(
        [
            scans(chance.choice([WATER, RICE_BALL])),
            shows_code(CODE),
            sees(LI)(t),  # type: ignore[operator]
            sees(LI)(t),  # type: ignore[operator]
            *4 * [tap(anything, values.get(anything, chance.choice(["5.00", "", "17", "000001"])))],
        ]
    )


def walks(till: Till, seed: int, steps: int = 120) -> None:
    """A practice in which anything is done; afterwards the books are as they were."""
    chance = random.Random(seed)
    till.does(*BEGIN)
    before, kept, diary = till.books(), till.loop.state.kept, len(till.room.diary)
    till.does(scans(WATER), taps(Intent.CHARGE), shows_code(CODE)).after(2_000)
    for _ in range(steps):
        till.does(fact(chance, till.shown))
        if chance.random() < 0.3:
            till.after(chance.choice([300, 1_000, 6_000, 31_000]))
        assert till.shown.rules.training
    assert till.books() == before
    assert till.loop.state.kept == kept
    assert [who for who, _ in till.room.diary[diary:] if who in ("ask", "deliver", "enrolled")] == []


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_in_a_practice_the_real_books_are_untouched(till: Till, seed: int) -> None:
    walks(till, seed)
    assert till.shown.kept.orders > 0


def test_the_walk_notices_a_practice_that_hangs_on_the_real_cloud(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the practice is built with the link that the real till has."""
    room = till.room
    monkeypatch.setattr(room, "due", list, raising=False)
    monkeypatch.setattr(room, "next_ms", lambda: None, raising=False)
    monkeypatch.setattr(training, "PracticeCloud", lambda _now_ms: room)
    with pytest.raises(AssertionError):
        walks(till, 1)
    assert any(isinstance(what, AskCharge) for what in asked(till))


def test_should_a_persons_fact_reach_the_real_till_after_all_it_does_nothing(till: Till) -> None:
    till.does(*BEGIN)
    real = till.loop.state
    for one in (scans(WATER), shows_code(CODE), taps(Intent.OFFICE)(real), sees(LI)(real)):  # type: ignore[operator]
        till.loop.handle(one)
        assert till.loop.state == real


def test_a_sale_in_earnest_during_a_practice_breaks_an_invariant() -> None:
    practised = replace(MANAGED, kept=replace(MANAGED.kept, training_since_utc_ms=1))
    visit = replace(MANAGED.visit, stage=Stage.BASKET)
    selling = replace(practised, kept=replace(practised.kept, visit=visit))
    with pytest.raises(InvariantBroken, match="while somebody practises"):
        check(practised, Turn(selling))


@pytest.mark.parametrize(
    "event", [BarcodeScanned, FaceSeen, Tapped, TemplateMade], ids=lambda e: e.__name__
)
def test_people_are_the_practices_alone_and_devices_are_not(till: Till, event: type) -> None:
    till.does(*BEGIN)
    examples = {
        BarcodeScanned: scans(WATER),
        FaceSeen: sees(LI)(till.shown),  # type: ignore[operator]
        Tapped: taps(Intent.SWITCH_SOUND)(till.shown),
        TemplateMade: TemplateMade(1, 3),
    }
    assert till.training.takes(examples[event])
    assert not till.training.takes(DeviceUp(Device.SCANNER))
    assert not till.training.takes(RecordsTaken(()))
