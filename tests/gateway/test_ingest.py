"""What one message can do to a batch: nothing, whatever stands in it."""

from __future__ import annotations

import json

import pytest

from agent.cloud.messages import read_acknowledged, record_body
from agent.core.ids import DeviceId
from simulator.gateway.ingest import Ingest
from simulator.gateway.line import Arrival
from simulator.ledger import Ledger

DEVICE = DeviceId("frog-0001")


def arrival(body, topic=f"hyla/1/{DEVICE}/e/sale"):
    return Arrival(topic, body, b"", (1, 1))


def good(seq):
    return record_body(DEVICE, "7f3a", seq, f"r{seq}", "sale", {"total_minor": seq}, 1_767_323_045_678)


def spoiled(seq, **change):
    said = json.loads(good(seq))
    said["data"] |= change.pop("data", {})
    return json.dumps(said | change).encode()


@pytest.mark.parametrize(
    "bad",
    [
        spoiled(2, id="r\x00"),
        spoiled(2, data={"epoch": "\x00"}),
        spoiled(2, id="\ud800"),
        spoiled(2, data={"epoch": "\ud800"}),
        b"\xff" * 100,
        b"",
        b"[" * 50_000,
    ],
    ids=["zero in id", "zero in epoch", "half in id", "half in epoch", "bytes", "nothing", "deep"],
)
def test_a_message_that_cannot_be_kept_takes_no_other_with_it(store_url, expected_log, bad):
    expected_log("frog-0001 sends", at_least=0)
    ingest = Ingest("mqtt://127.0.0.1:1", store_url, "test")
    letters = ingest._work(
        [arrival(good(1)), arrival(bad), arrival(good(3)), arrival(b"{}", "other/topic")]
    )
    taken = [id for letter in letters for id in read_acknowledged(letter.body).ids]
    ingest._ledger.close()
    books = Ledger(store_url, 1)
    kept = [record.id for record in books.records()]
    books.close()
    assert {"r1", "r3"} <= set(taken)
    assert sorted(kept) == sorted(taken)
