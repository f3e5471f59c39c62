"""What becomes of a command, as a person at head office is told it."""

from __future__ import annotations

from itertools import count

import pytest

from agent.cloud import topics
from agent.cloud.messages import record_body
from agent.core.ids import DeviceId
from simulator.clerk import Clerk, Heard
from simulator.faults import Faults
from simulator.gateway.wishing import _became
from simulator.ledger import Ledger

DEVICE, ID = DeviceId("frog-0001"), "c-0f3a90bc12345678"
HER_CODE = "9SJ6-86AH-A50S"


@pytest.fixture
def says(store_url):
    """The terminal tells of a command."""
    ledger, seq = Ledger(store_url, 1, []), count(1)
    clerk = Clerk(ledger, Faults(1), 1)

    def say(outcome: str, told: str = "", id: str = ID, device: DeviceId = DEVICE) -> None:
        data = {"command_id": id, "command": "doctor", "outcome": outcome, "told": told}
        word = outcome if outcome in ("taken", "expired", "refused") else "done"
        name = f"{device}-7f3a90bc-{id}-{word}"
        body = record_body(device, "7f3a90bc", next(seq), name, "command", data, 1)
        address = topics.parse(topics.record(device, "command"))
        assert address is not None
        clerk.work([Heard(address, body)])

    yield say
    ledger.close()


def test_the_last_word_about_a_command_is_told_with_what_came_of_it(store, says):
    assert _became(store, DEVICE, ID, 0.0) == ("", "")
    says("taken")
    assert _became(store, DEVICE, ID, 0.0) == ("taken", "")
    says("done", HER_CODE)
    assert _became(store, DEVICE, ID, 30.0) == ("done", HER_CODE)


def test_another_terminals_word_and_another_commands_are_not_taken_for_it(store, says):
    says("done", device=DeviceId("frog-0002"))
    says("refused", id="c-0f3a90bc12345679")
    assert _became(store, DEVICE, ID, 0.0) == ("", "")
