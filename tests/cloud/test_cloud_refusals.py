"""Reason codes: what a broker refuses in its receipts. A few bytes over a real socket play the broker."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from agent.core.events import Device, DeviceUp
from tests.helpers import wait_until

CONNACK = bytes.fromhex("2003000000")
SUBACK = bytes.fromhex("9005000100" + "0101")
PRESENCE_ACK = bytes.fromhex("40020002")
NO_PROMOTIONS = bytes.fromhex("9005000300" + "8787")  # refused, and no trouble


class ScriptedBroker:
    """Sends the next line of its script after each packet it receives; then only listens."""

    def __init__(self, *script: bytes) -> None:
        self._script = list(script)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"mqtt://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="scripted-broker", daemon=True)
        self.packets: list[bytes] = []
        self._thread.start()

    def _serve(self) -> None:
        try:
            link, _ = self._server.accept()
        except OSError:
            return
        with link:
            while packet := link.recv(65_536):
                self.packets.append(packet)
                if self._script:
                    link.sendall(self._script.pop(0))

    def stop(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@pytest.fixture
def scripted(shop) -> Iterator[object]:
    made = []

    def make(*script: bytes) -> ScriptedBroker:
        made.append(ScriptedBroker(*script))
        return made[-1]

    yield make
    shop.end()
    shop._ends.clear()
    for broker in made:
        broker.stop()


def test_a_refused_connection_says_why_and_what_to_check(shop, scripted):
    broker = scripted(bytes.fromhex("2003008700"))
    text = shop.terminal(broker.url).wait_trouble("refused")
    assert "Not authorized (0x87)" in text
    assert "device.id" in text


def test_a_refused_subscription_is_not_mistaken_for_a_working_link(shop, scripted):
    broker = scripted(CONNACK, bytes.fromhex("9005000100" + "0187"))
    terminal = shop.terminal(broker.url)
    text = terminal.wait_trouble("refused")
    assert "hyla/1/desk-01/a" in text
    assert DeviceUp(Device.CLOUD) not in terminal.facts


def test_a_terminal_that_may_not_publish_is_told_so_before_it_counts_as_up(shop, scripted):
    broker = scripted(CONNACK, SUBACK, bytes.fromhex("4003000287"))
    terminal = shop.terminal(broker.url)
    assert "hyla/1/desk-01/o" in terminal.wait_trouble("refused")
    assert DeviceUp(Device.CLOUD) not in terminal.facts


def test_a_record_the_broker_may_not_take_now_is_held_and_said(shop, scripted, caplog):
    broker = scripted(CONNACK, SUBACK, PRESENCE_ACK, NO_PROMOTIONS, bytes.fromhex("4003000487"))
    terminal = shop.terminal(broker.url)
    terminal.wait_up()
    terminal.task.deliver([shop.row(1)])
    wait_until(lambda: "refuses record desk-01-7f3a-r1: Not authorized (0x87)" in caplog.text)
    assert terminal.refused() == []
    assert terminal.taken() == []


def test_a_record_no_broker_will_ever_take_is_refused_once(shop, scripted, caplog):
    broker = scripted(CONNACK, SUBACK, PRESENCE_ACK, NO_PROMOTIONS, bytes.fromhex("4003000499"))
    terminal = shop.terminal(broker.url)
    terminal.wait_up()
    terminal.task.deliver([shop.row(1)])
    wait_until(lambda: terminal.refused() != [])
    assert "Payload format invalid" in terminal.refused()[0].why
    assert "desk-01-7f3a-r1 will not be taken" in caplog.text


def test_two_terminals_with_one_id_are_told_so(shop, scripted):
    broker = scripted(CONNACK, SUBACK, PRESENCE_ACK + bytes.fromhex("e0028e00"))
    text = shop.terminal(broker.url).wait_trouble("lost")
    assert "another terminal connected as desk-01" in text
