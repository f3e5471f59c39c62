"""The doctor's own connection: tells what stands and what does not, and leaves the terminal's alone."""

from __future__ import annotations

import pytest

from agent.cloud.probe import probe
from agent.core.ids import DeviceId
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection
from simulator.broker import IotcoreBroker

pytestmark = pytest.mark.slow
DEVICE = DeviceId("desk-01")


@pytest.fixture
def broker(shop):
    broker = shop.broker(IotcoreBroker)
    broker.start()
    return broker


def test_a_cloud_that_answers_tells_its_time_too(shop, broker) -> None:
    assert shop.cloud(broker.url).wait_ready(10)
    found = probe(CloudSection(url=broker.url), DEVICE, 5)
    assert found.answer_ms is not None
    assert found.cloud_ahead_ms is not None
    assert abs(found.cloud_ahead_ms) < 1000


def test_a_running_terminal_keeps_its_link_and_hears_nothing_that_matters(shop, broker) -> None:
    assert shop.cloud(broker.url).wait_ready(10)
    terminal = shop.terminal(broker.url)
    terminal.wait_up()
    assert probe(CloudSection(url=broker.url), DEVICE, 5).answer_ms is not None
    assert terminal.ups() == 1
    assert terminal.troubles == []


def test_a_silent_cloud_behind_a_good_broker_is_told_apart(broker) -> None:
    found = probe(CloudSection(url=broker.url), DEVICE, 0.2)
    assert found.answer_ms is None
    assert found.connect_ms >= 0


def test_nobody_at_the_address_is_unreachable(broker) -> None:
    url = broker.url
    broker.stop()
    with pytest.raises(DeviceTrouble) as told:
        probe(CloudSection(url=url), DEVICE, 1)
    assert told.value.cause == "unreachable"
    assert "127.0.0.1:" in str(told.value)


def test_a_broker_that_refuses_says_how(shop) -> None:
    broker = shop.broker(IotcoreBroker, username="desk-01", password="right")
    broker.start()
    url = f"mqtt://127.0.0.1:{broker.port}"
    with pytest.raises(DeviceTrouble) as told:
        probe(CloudSection(url=url, username="desk-01"), DEVICE, 1)
    assert told.value.cause in ("refused", "name")
