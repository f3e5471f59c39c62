"""The agent's end of the screens' socket, over the real socket."""

from __future__ import annotations

import logging
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.screens.contract import (
    LINE_BYTES_MAX,
    VERSION,
    CashierView,
    CustomerView,
    Downward,
    Goodbye,
    Hello,
    Phrase,
    Shown,
    Tap,
    Upward,
    decode_downward,
    encode,
)
from agent.screens.link import ScreensLink
from tests.conftest import ExpectLog
from tests.helpers import wait_until


def customer(view_id: int, amount: str = "") -> CustomerView:
    return CustomerView(view_id, "welcome", "plain", "zh", False, "Shop", None, amount, Phrase("k"))


def cashier(view_id: int, amount: str = "") -> CashierView:
    return CashierView(view_id, "plain", "zh", False, "Shop", None, amount, Phrase("k"))


class Desk:
    """A link and what it told the agent."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ui.sock"
        self.taps: list[Tap] = []
        self.connections: list[bool] = []
        self.link = ScreensLink(self.path, "hyla-test", self.taps.append, self.connections.append)
        self.link.start()
        self.opened: list[Ui] = []

    def ui(self, greet: bool = True) -> Ui:
        ui = Ui(self.path)
        self.opened.append(ui)
        if greet:
            ui.say(Hello())
            assert isinstance(ui.hear(), Hello)
        return ui


class Ui:
    """A ui that speaks the contract by hand."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(5)
        self.socket.connect(os.fspath(path))
        self.lines = self.socket.makefile("rb")

    def say(self, message: Upward) -> None:
        self.socket.sendall(encode(message))

    def hear(self) -> Downward | None:
        """The next message; None when the agent has closed the connection."""
        try:
            line = self.lines.readline()
        except ConnectionResetError:
            return None
        return decode_downward(line) if line else None

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.link.stop()
    for ui in desk.opened:
        ui.close()


def test_the_agent_greets_with_its_version_and_the_name_of_the_picture(desk: Desk) -> None:
    assert desk.ui(greet=False).hear() == Hello(VERSION, "hyla-test")


def test_a_ui_that_comes_late_gets_the_latest_of_both_screens_at_once(desk: Desk) -> None:
    for number in range(5):
        desk.link.show(customer(number))
        desk.link.show(cashier(100 + number))
    ui = desk.ui()
    assert ui.hear() == customer(4)
    assert ui.hear() == cashier(104)


def test_a_tap_arrives_with_the_view_it_answers(desk: Desk) -> None:
    ui = desk.ui()
    ui.say(Shown("customer", 7))
    ui.say(Tap("customer", 7, "give_digits", "1234"))
    wait_until(lambda: desk.taps)
    assert desk.taps == [Tap("customer", 7, "give_digits", "1234")]


def test_a_slow_ui_skips_views_and_blocks_nobody(desk: Desk) -> None:
    ui = desk.ui()
    wait_until(lambda: desk.link.connected)
    bulky = "9" * 20_000
    for number in range(300):  # 6 MB: far more than any socket keeps
        desk.link.show(customer(number, bulky))
        wait_until(lambda: not desk.link._fresh)  # the link has taken it over: no luck of timing
    seen = 0
    while True:
        view = ui.hear()
        assert isinstance(view, CustomerView)
        seen += 1
        if view.view_id == 299:
            break
    assert seen < 100


def test_a_ui_that_stops_reading_does_not_hold_up_the_stop(desk: Desk) -> None:
    desk.ui()
    wait_until(lambda: desk.link.connected)
    desk.link.show(customer(1, "9" * 5_000_000))
    desk.link.goodbye("the day is over")
    began = time.monotonic()
    desk.link.stop()
    assert time.monotonic() - began < 5


def test_connection_is_told_once_each_way(desk: Desk) -> None:
    ui = desk.ui()
    wait_until(lambda: desk.connections == [True])
    ui.close()
    wait_until(lambda: desk.connections == [True, False])
    assert not desk.link.connected


def test_a_second_ui_takes_the_place_of_the_first(desk: Desk, expected_log: ExpectLog) -> None:
    expected_log("another ui took its place")
    first = desk.ui()
    wait_until(lambda: desk.link.connected)
    second = desk.ui()
    assert first.hear() is None
    desk.link.show(cashier(3))
    assert second.hear() == cashier(3)
    assert desk.connections == [True, True]  # told anew: what the first one showed says nothing of it


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n",
        b'{"type":"tap","screen":"street","view_id":1,"intent":"charge"}\n',
        b'{"type":"pay_me"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b"x" * (LINE_BYTES_MAX + 2),
        b"\n",
    ],
)
def test_a_line_outside_the_contract_drops_that_connection_alone(
    desk: Desk, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    good = desk.ui()
    wait_until(lambda: desk.link.connected)
    bad = desk.ui(greet=False)
    assert isinstance(bad.hear(), Hello)
    with caplog.at_level(logging.WARNING):
        bad.socket.sendall(line)
        assert bad.hear() is None
    desk.link.show(customer(1))
    assert good.hear() == customer(1)
    assert len(caplog.records) == 1


def test_the_log_never_tells_what_was_tapped(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ui = desk.ui()
    with caplog.at_level(logging.DEBUG):
        ui.say(Tap("customer", 7, "give_digits", "5678"))
        ui.socket.sendall(b'{"type":"tap","screen":"customer","view_id":"x","value":"5678"}\n')
        assert ui.hear() is None
        wait_until(lambda: not desk.link.connected)
    assert "5678" not in caplog.text


def test_another_version_is_refused_with_a_goodbye(desk: Desk, expected_log: ExpectLog) -> None:
    expected_log("a ui of contract 99")
    ui = desk.ui(greet=False)
    ui.say(Hello(version=99))
    assert isinstance(ui.hear(), Hello)
    assert isinstance(ui.hear(), Goodbye)
    assert ui.hear() is None
    assert desk.connections == []


def test_who_speaks_before_the_greeting_is_dropped(desk: Desk, expected_log: ExpectLog) -> None:
    expected_log("spoke before its greeting")
    ui = desk.ui(greet=False)
    assert isinstance(ui.hear(), Hello)
    ui.say(Tap("cashier", 1, "charge"))
    assert ui.hear() is None
    assert desk.taps == []


def test_goodbye_reaches_the_ui_before_the_agent_stops(desk: Desk) -> None:
    ui = desk.ui()
    wait_until(lambda: desk.link.connected)
    desk.link.goodbye("the day is over")
    desk.link.stop()
    assert ui.hear() == Goodbye("the day is over")
    assert not desk.path.exists()


def test_a_ui_that_is_just_speaking_still_hears_the_goodbye(desk: Desk) -> None:
    ui = desk.ui()
    wait_until(lambda: desk.link.connected)
    desk.link.goodbye("the day is over")
    assert ui.socket.recv(1, socket.MSG_PEEK), "it has been said, and nobody has read it"

    for number in range(200):
        ui.say(Shown("customer", number))
        ui.say(Tap("cashier", number, "charge"))

    assert ui.hear() == Goodbye("the day is over")
    assert ui.hear() is None
    assert desk.taps == [], "who was seen off is not listened to"
    ui.close()
    wait_until(lambda: desk.connections == [True, False])


def test_nothing_follows_a_goodbye(desk: Desk) -> None:
    ui = desk.ui()
    wait_until(lambda: desk.link.connected)
    desk.link.goodbye("the day is over")
    desk.link.show(customer(8))
    assert ui.hear() == Goodbye("the day is over")
    assert ui.hear() is None


def test_only_this_user_may_open_the_socket(desk: Desk) -> None:
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600


def test_a_socket_left_by_a_killed_agent_is_replaced(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(os.fspath(tmp_path / "ui.sock"))
    left.close()
    desk = Desk(tmp_path)
    desk.ui().close()
    desk.link.stop()


def test_something_else_at_the_path_is_kept_and_named(tmp_path: Path) -> None:
    (tmp_path / "ui.sock").write_text("mine")
    with pytest.raises(OSError, match=r"ui\.sock"):
        Desk(tmp_path)
    assert (tmp_path / "ui.sock").read_text() == "mine"


def test_stopping_twice_is_fine_and_no_thread_stays(desk: Desk) -> None:
    desk.link.stop()
    desk.link.stop()
    assert "screens" not in {thread.name for thread in threading.enumerate()}
