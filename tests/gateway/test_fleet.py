"""A broker dies under a small fleet and comes back: everybody returns, nothing is lost."""

from __future__ import annotations

import json
from random import Random

import pytest

from agent.core.ids import DeviceId
from simulator.broker import free_port
from simulator.fleet.terminal import BACKOFF_MAX_S, LightTerminal
from simulator.sim import main


@pytest.mark.slow
def test_a_small_fleet_comes_through_a_storm(capsys):
    assert main(["fleet", "--terminals", "24", "--records", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["terminals"], said["records"], said["lost"], said["alarms"]) == (24, 72, 0, 0)
    assert said["connects"] >= 2 * 24


def test_who_finds_no_broker_waits_by_chance_and_ever_longer():
    terminal = LightTerminal(f"mqtt://127.0.0.1:{free_port()}", DeviceId("light-1"), "nobody", Random(3))
    waits_s, now_s = [], 0.0
    for _ in range(12):
        terminal.tick(now_s)
        waits_s.append(terminal.due_s - now_s)
        now_s = terminal.due_s
    assert waits_s[0] <= 1.0
    assert 4.0 < max(waits_s) <= BACKOFF_MAX_S
    assert len(set(waits_s)) == len(waits_s)
