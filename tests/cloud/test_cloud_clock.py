"""A terminal whose clock is behind is told so: every charge of it would be late for ever."""

from __future__ import annotations

import logging

from agent.cloud.messages import answer_bytes, said_at_ms
from agent.core.charge import Captured, Declined
from agent.core.commands import AskCharge
from agent.core.ids import PaymentKey

TTL_MS = 30_000


def test_late_by_a_clock_that_is_behind_is_said_to_be_the_clocks_fault(broker, shop, caplog):
    cloud = shop.cloud(broker.url)
    assert cloud.wait_ready(10)
    terminal = shop.terminal(broker.url, clock_behind_ms=60_000)
    terminal.wait_up()
    request = shop.request(ttl_ms=TTL_MS - 60_000)
    with caplog.at_level(logging.ERROR):
        terminal.task.ask(AskCharge(request))
        assert terminal.wait_answer(request) == Declined("clock")
    assert "s behind the cloud's" in caplog.text
    assert cloud.captures() == []


def test_late_by_a_slow_network_stays_late(broker, shop):
    cloud = shop.cloud(broker.url)
    assert cloud.wait_ready(10)
    terminal = shop.terminal(broker.url, clock_behind_ms=1_000)
    terminal.wait_up()
    request = shop.request(ttl_ms=-500)
    terminal.task.ask(AskCharge(request))
    assert terminal.wait_answer(request) == Declined("late")
    assert cloud.captures() == []


def test_a_clock_that_is_ahead_is_nothing_to_complain_of(broker, shop):
    cloud = shop.cloud(broker.url)
    assert cloud.wait_ready(10)
    terminal = shop.terminal(broker.url, clock_behind_ms=-60_000)
    terminal.wait_up()
    request = shop.request(ttl_ms=TTL_MS + 60_000)
    terminal.task.ask(AskCharge(request))
    assert isinstance(terminal.wait_answer(request), Captured)
    assert len(cloud.captures()) == 1


def test_the_clouds_own_time_is_read_from_the_envelope() -> None:
    body = answer_bytes(PaymentKey("k-1"), Declined("late"), "id", 1_767_323_045_678)
    assert said_at_ms(body) == 1_767_323_045_678
