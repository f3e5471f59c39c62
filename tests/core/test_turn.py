"""One turn: what must be on disk before anything is done about it."""

from __future__ import annotations

import pytest

from agent.core.charge import Captured, ChargeRequest, Declined
from agent.core.commands import AskCharge, KeepRecord, ParkRecord
from agent.core.events import (
    OVERTAKEN,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    Instant,
    Intent,
    RecordRefused,
    RecordsTaken,
    Screen,
    Started,
    TimerFired,
)
from agent.core.invariants import InvariantBroken
from agent.core.money import Money
from agent.core.payment import TABLE, Act, Phase, Signal
from agent.core.visit import Stage
from agent.turn import Taken, take
from tests.playbook import Fact, Playbook, says, scans, sees, shows_code, taps
from tests.shop import LI, WATER, terminal, to_choose, to_confirm, to_face, to_paid, to_paying

AT = Instant(2_000, 1_790_000_002_000)


def taken(book: Playbook, fact: Fact, at: Instant = AT) -> Taken:
    return take(book.state, fact(book.state) if callable(fact) else fact, at)


def book() -> Playbook:
    return Playbook(terminal())


@pytest.mark.parametrize(
    "fact",
    [
        Started(),
        taps(Intent.SWITCH_LANGUAGE, screen=Screen.CASHIER),
        DeviceLost(Device.CAMERA, "dark"),
        TimerFired("stage", 99),
        scans("4006381333931"),
    ],
)
def test_what_changes_nothing_worth_keeping_is_not_written(fact: Event) -> None:
    assert taken(book(), fact).entry is None


def test_a_frame_changes_memory_only() -> None:
    looking = to_face(book()) >> sees(LI)
    turn = taken(looking, sees(LI))
    assert turn.entry is None
    assert turn.state.look is not None
    assert turn.state.look.good_frames == 2


def test_whom_a_face_looked_like_is_never_written() -> None:
    looking, written = to_face(book()), []
    while looking.state.visit.stage is Stage.FACE:
        written += [entry] if (entry := taken(looking, sees(LI)).entry) else []
        looking = looking >> sees(LI)
    assert len(written) >= 2  # the first face in view, and the quorum
    assert all(isinstance(entry.fact, FaceSeen) for entry in written)
    assert all(entry.fact.evidence.live_score is None for entry in written)
    assert not any(repr(LI) in repr(entry.fact) or "cosine" in repr(entry.fact) for entry in written)


def test_goods_are_written_with_the_fact_and_the_instant() -> None:
    entry = taken(book(), scans(WATER)).entry
    assert entry is not None
    assert (entry.fact, entry.at, entry.kept.visit.stage) == (scans(WATER), AT, Stage.BASKET)
    assert (entry.attempts, entry.orders, entry.records) == ((), (), ())


def test_a_charge_has_its_attempt_on_disk_as_open_in_the_same_entry() -> None:
    turn = taken(to_confirm(book()), taps(Intent.CONFIRM))
    asked = next(wish.request for wish in turn.commands if isinstance(wish, AskCharge))
    assert isinstance(asked, ChargeRequest)
    assert turn.entry is not None
    [row], [order] = turn.entry.attempts, turn.entry.orders
    assert (row.key, row.open, row.outcome, row.method) == (asked.key, True, "unknown", "face")
    assert (order.outcome, order.amount, order.answer_ms) == ("unknown", Money(880), None)


def test_captured_closes_the_attempt_the_order_and_leaves_a_record() -> None:
    entry = taken(to_paying(book()), says(Captured(8, 108))).entry
    assert entry is not None
    assert [(row.open, row.outcome) for row in entry.attempts] == [(False, "captured")]
    assert [(order.outcome, order.person) for order in entry.orders] == [("paid", LI)]
    [record] = entry.records
    assert record.id == "desk-01-7f3a-000001-sale"
    assert record.data["payment_key"] == "desk-01-7f3a-000001-1"


def test_a_declined_order_is_known_not_paid_at_once() -> None:
    entry = taken(to_paying(book()), says(Declined("funds"))).entry
    assert entry is not None
    assert [(row.open, row.outcome) for row in entry.attempts] == [(False, "funds")]
    assert [(order.outcome, order.attempts) for order in entry.orders] == [("notpaid", 1)]
    assert entry.orders[0].answer_ms is not None
    assert entry.records == ()


def test_a_decline_without_a_word_is_still_declined() -> None:
    entry = taken(to_paying(book()), says(Declined(""))).entry
    assert entry is not None
    assert entry.attempts[0].outcome == "declined"


def test_a_held_attempt_stays_open_for_a_person() -> None:
    unknown = to_paying(book()) >> DeviceLost(Device.CLOUD, "lost")
    late = Instant(unknown.now_ms + 3_600_000, 1_790_003_600_000)
    timer = TimerFired("payment:desk-01-7f3a-000001", unknown.payment.timer)
    entry = taken(unknown, timer, late).entry
    assert entry is not None
    assert [(row.open, row.outcome) for row in entry.attempts] == [(True, "held")]
    assert [order.outcome for order in entry.orders] == ["held"]


def test_a_face_seen_before_a_code_paid_is_not_the_codes_time() -> None:
    entry = taken(to_confirm(book()), shows_code()).entry
    assert entry is not None
    assert [(order.method, order.identify_ms) for order in entry.orders] == [("wechat", None)]


def test_giving_up_lists_the_order_and_leaves_no_attempt() -> None:
    entry = taken(to_choose(book()), taps(Intent.CANCEL)).entry
    assert entry is not None
    assert entry.attempts == ()
    assert [(order.outcome, order.attempts, order.method) for order in entry.orders] == [
        ("cancelled", 0, "")
    ]


def test_leaving_the_paid_screen_lists_nothing_again() -> None:
    entry = taken(to_paid(book()), taps(Intent.DONE)).entry
    assert entry is not None
    assert (entry.attempts, entry.orders, entry.records) == ((), (), ())


def test_the_outbox_changes_are_part_of_the_entry() -> None:
    dropped = taken(book(), RecordsTaken(("a", "b"))).entry
    parked = taken(book(), RecordRefused("c", "schema")).entry
    assert dropped is not None
    assert parked is not None
    assert dropped.dropped == ("a", "b")
    assert parked.parked == (ParkRecord("c", "schema"),)


def test_records_of_the_turn_are_its_entrys() -> None:
    turn = taken(to_paying(book()), says(Captured()))
    assert turn.entry is not None
    assert turn.entry.records == tuple(w for w in turn.commands if isinstance(w, KeepRecord))


def test_a_table_that_would_charge_again_in_doubt_stops_the_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invariants stand behind the table: a wrong row is thrown away, not sent."""
    row = {**TABLE[Phase.UNKNOWN], Signal.LINK_BACK: (Phase.READY, Act.CHARGE)}
    monkeypatch.setitem(TABLE, Phase.UNKNOWN, row)
    unknown = to_paying(book()) >> DeviceLost(Device.CLOUD, "lost")
    with pytest.raises(InvariantBroken, match="a charge goes out once"):
        taken(unknown, DeviceUp(Device.CLOUD))


def test_a_journal_that_is_an_old_copy_stays_one_whatever_else_comes_back(shop: Playbook) -> None:
    shop >> DeviceLost(Device.STORAGE, OVERTAKEN) >> DeviceLost(Device.STORAGE, "full")
    shop >> DeviceLost(Device.CAMERA, "dark") >> DeviceUp(Device.CAMERA) >> DeviceUp(Device.STORAGE)
    shop << Stage.IDLE
    assert shop.state.down == {Device.STORAGE: OVERTAKEN}
