"""The two lanes without a socket: what is sent when, and what is never sent."""

from __future__ import annotations

import pytest

from agent.cloud.lanes import HELD_MS, AskLane, RecordLane
from agent.core.commands import AskQuery
from agent.core.ids import PaymentKey
from agent.ports import OutboxRow

RESEND_MS = 3000


def row(seq):
    return OutboxRow(seq, f"r{seq}", "sale", b"{}")


@pytest.fixture
def lane():
    return RecordLane(window=3, resend_after_ms=RESEND_MS)


def send(lane, now_ms, receipts_max=65_535):
    """Send what is due as the client would; message id = seq + 100."""
    rows = lane.due(now_ms, receipts_max)
    for one in rows:
        lane.sent(one.id, one.seq + 100, now_ms)
    return [one.seq for one in rows]


def receipts(lane, *seqs):
    for seq in seqs:
        assert lane.receipt(seq + 100) == f"r{seq}"


def test_records_go_out_by_number_and_no_more_than_the_window(lane):
    lane.add([row(3), row(1), row(5), row(2), row(4)])
    assert send(lane, 0) == [1, 2, 3]
    assert send(lane, 0) == []


def test_a_receipt_makes_no_room_an_acknowledgement_does(lane):
    lane.add([row(seq) for seq in range(1, 6)])
    send(lane, 0)
    receipts(lane, 1, 2, 3)
    assert send(lane, 10) == []
    lane.drop(["r2"])
    assert send(lane, 20) == [4]
    assert len(lane) == 4


def test_without_acknowledgement_a_record_goes_again_when_its_time_is_over(lane):
    lane.add([row(1), row(2)])
    send(lane, 0)
    receipts(lane, 1, 2)
    assert lane.next_due_ms() == RESEND_MS
    assert send(lane, RESEND_MS - 1) == []
    assert send(lane, RESEND_MS) == [1, 2]


def test_while_the_broker_owes_the_receipt_a_repeat_would_only_be_a_second_copy(lane):
    lane.add([row(1)])
    send(lane, 0)
    assert send(lane, 10 * RESEND_MS) == []


def test_a_new_connection_sends_everything_again_in_order(lane):
    lane.add([row(seq) for seq in range(1, 5)])
    send(lane, 0)
    receipts(lane, 2)
    lane.reconnected()
    assert send(lane, 1) == [1, 2, 3]


def test_a_row_delivered_twice_is_one_row_and_a_taken_one_is_not_sent(lane):
    lane.add([row(1), row(1)])
    lane.add([row(1), row(2)])
    lane.drop(["r1"])
    assert send(lane, 0) == [2]


def test_the_brokers_own_limit_is_kept_and_nothing_is_forgotten(lane):
    lane.add([row(1), row(2), row(3)])
    assert send(lane, 0, receipts_max=2) == [1, 2]
    receipts(lane, 1)
    assert send(lane, 1, receipts_max=2) == [3]


def test_a_refused_record_is_held_much_longer_and_not_spun(lane):
    lane.add([row(1)])
    send(lane, 0)
    receipts(lane, 1)
    lane.hold("r1", 5)
    assert send(lane, 10 * RESEND_MS) == []
    assert send(lane, 5 + HELD_MS) == [1]


def test_an_ask_is_never_kept_for_a_link_that_comes_later(caplog):
    caplog.set_level("DEBUG")  # a charge is a warning; queries are many and are repeated anyway
    asks, key = AskLane(), PaymentKey("k-1")
    assert not asks.put(AskQuery(key))
    asks.open()
    assert asks.put(AskQuery(key))
    asks.close()
    asks.open()
    assert asks.take() == []
    assert caplog.text.count("query of k-1 dropped") == 2
