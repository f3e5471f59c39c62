"""The ui's end of the socket against the agent's own end."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject
from PySide6.QtQml import QQmlProperty

from agent.screens.contract import LINE_BYTES_MAX, Goodbye, Hello, Shown, Tap, digest, encode
from agent.screens.link import ScreensLink
from tests.conftest import ExpectLog
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.link import AgentLink
from ui.record import texts
from ui.windows import Windows

Settle = Callable[..., None]
CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}


class Both:
    """An agent's link, both windows, and the wires between them."""

    def __init__(self, path: Path, windows: Windows) -> None:
        self.path = path
        self.windows = windows
        self.taps: list[Tap] = []
        self.previews: list[str] = []
        self.endings: list[str] = []
        self.agent: ScreensLink | None = None
        self.ui = AgentLink(path)
        self.ui.greeted.connect(windows.greet)
        self.ui.greeted.connect(self.previews.append)
        self.ui.viewed.connect(windows.show)
        self.ui.lost.connect(windows.lose)
        self.ui.ended.connect(self.endings.append)
        windows.tapped.connect(self.ui.send)
        windows.drawn.connect(self.ui.send)

    def start_agent(self, preview: str = "") -> ScreensLink:
        self.agent = ScreensLink(self.path, preview, self.taps.append, lambda _: None)
        self.agent.start()
        return self.agent

    def headline(self) -> str:
        return self.windows.stores["customer"].now().headline

    def stop(self) -> None:
        self.ui.stop()
        if self.agent is not None:
            self.agent.stop()


@pytest.fixture
def both(tmp_path: Path, windows: Windows) -> Iterator[Both]:
    both = Both(tmp_path / "ui.sock", windows)
    yield both
    both.stop()


def test_views_come_down_and_taps_go_up(both: Both, settle: Settle) -> None:
    agent = both.start_agent("hyla-there")
    agent.show(CUSTOMER["confirm"].view(4, "zh", False))
    both.ui.start()
    settle(lambda: both.headline() == "向 好邻居便利店 支付 ¥23.80")
    assert both.previews == ["hyla-there"]
    both.windows.stores["customer"].tap("confirm", "")
    settle(lambda: both.taps)
    assert both.taps == [Tap("customer", 4, "confirm")]


def test_the_agent_hears_of_every_view_that_is_drawn(both: Both, settle: Settle) -> None:
    heard: list[Shown] = []
    both.windows.drawn.connect(heard.append)
    agent = both.start_agent()
    both.ui.start()
    first, second = (CUSTOMER["wait"].view(number, "zh", False) for number in (4, 5))  # look the same
    agent.show(first)
    settle(lambda: Shown("customer", 4, digest(first)) in heard)
    agent.show(second)
    settle(lambda: Shown("customer", 5, digest(second)) in heard)


def test_an_amount_that_stands_still_on_the_glass_is_not_the_truth(both: Both, settle: Settle) -> None:
    heard: list[Shown] = []
    both.windows.drawn.connect(heard.append)
    agent = both.start_agent()
    both.ui.start()
    for screen, samples in (("customer", CUSTOMER), ("cashier", CASHIER)):
        glass = both.windows.windows[screen].findChild(QObject, "amount")
        QQmlProperty.write(glass, "text", "¥2.00")  # no longer bound to what the agent says
        view = samples["wait"].view(6, "zh", False)
        agent.show(view)
        settle(lambda screen=screen: (screen, 6) in {(shown.screen, shown.view_id) for shown in heard})
        assert heard[-1].digest != digest(view)
        assert heard[-1].digest == digest(msgspec.structs.replace(view, amount="¥2.00"))


def test_a_lost_agent_is_said_at_once_and_the_amount_stays(both: Both, settle: Settle) -> None:
    agent = both.start_agent()
    agent.show(CUSTOMER["wait"].view(4, "en", False))
    agent.show(CASHIER["basket"].view(5, "zh", False))
    both.ui.start()
    settle(lambda: both.headline() == "Paying, please wait")
    agent.stop()
    settle(lambda: both.headline() == "Reconnecting, please wait")
    settle()
    for screen, sentence in (("customer", "Do not pay again"), ("cashier", "不要再次付款")):
        shown = texts(both.windows.windows[screen])
        assert sentence in shown
        assert "¥23.80" in shown
    both.windows.stores["customer"].tap("confirm", "")
    assert both.taps == []


def test_the_next_agent_is_found_and_its_picture_too(both: Both, settle: Settle) -> None:
    first = both.start_agent("first")
    first.show(CUSTOMER["wait"].view(4, "zh", False))
    both.ui.start()
    settle(lambda: both.previews == ["first"])
    first.stop()
    settle(lambda: not both.ui.there)
    second = both.start_agent("second")
    second.show(CUSTOMER["paid"].view(1, "zh", False))
    settle(lambda: both.headline() == "支付成功")
    assert both.previews == ["first", "second"]


def test_a_goodbye_ends_the_screens(both: Both, settle: Settle) -> None:
    agent = both.start_agent()
    both.ui.start()
    settle(lambda: both.ui.there)
    agent.goodbye("the day is over")
    settle(lambda: both.endings)
    assert "the day is over" in both.endings[0]


def test_without_an_agent_the_screens_end_after_a_while(tmp_path: Path, settle: Settle) -> None:
    link = AgentLink(tmp_path / "nobody.sock", give_up_s=0.6)
    endings: list[str] = []
    link.ended.connect(endings.append)
    link.start()
    settle(lambda: endings)
    link.stop()
    assert "nobody.sock" in endings[0]


@pytest.mark.parametrize(
    "line",
    [b"nonsense\n", b"x" * (LINE_BYTES_MAX + 2), encode(Hello(version=99)), b'{"type":"hello"}\n[]\n'],
)
def test_what_is_not_the_contract_is_hung_up_on_and_tried_again(
    tmp_path: Path, settle: Settle, line: bytes, expected_log: ExpectLog
) -> None:
    expected_log("connecting again")
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.fspath(tmp_path / "odd.sock"))
    server.listen()
    server.setblocking(False)
    link = AgentLink(tmp_path / "odd.sock")
    link.start()
    calls: list[socket.socket] = []
    unsent = b""

    def answered() -> bool:
        nonlocal unsent
        with contextlib.suppress(BlockingIOError):
            connection, _ = server.accept()
            connection.setblocking(False)
            calls.append(connection)
            unsent = line
        with contextlib.suppress(OSError):
            if unsent:
                unsent = unsent[calls[-1].send(unsent) :]
        return len(calls) > 1

    settle(answered)
    link.stop()
    for open_socket in (*calls, server):
        open_socket.close()


def test_the_greeting_and_the_farewell_are_the_contracts() -> None:
    assert encode(Goodbye("x")).endswith(b"\n")
