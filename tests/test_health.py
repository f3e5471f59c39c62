"""The terminal tells how it is to whoever asks at its socket, and nothing it should not tell."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.core.codes import GoodsCode, PaymentCode, UnknownCode
from agent.core.events import BarcodeScanned, Device, DeviceLost, Instant
from agent.core.ids import Secret
from agent.health import SOCKET, CameraSeen, HealthDesk, Pulse, ask
from agent.turn import take
from tests.helpers import Inbox
from tests.playbook import scans
from tests.shop import WATER, terminal

SEEN = CameraSeen(640, 480, 29.7, 118.0, 240.0, False)


class Hands:
    """A clock by hand."""

    now_ms = 0

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def pulse(clock: Hands) -> Pulse:
    return Pulse(clock)


@pytest.fixture
def desk(tmp_path: Path, pulse: Pulse) -> Iterator[HealthDesk]:
    desk = HealthDesk(tmp_path / SOCKET, pulse, lambda: SEEN)
    desk.start()
    yield desk
    desk.stop()


@pytest.mark.usefixtures("desk")
def test_a_terminal_between_customers_is_free_and_tells_the_age_of_its_last_turn(
    tmp_path: Path, pulse: Pulse, clock: Hands
) -> None:
    pulse.show(terminal())
    clock.now_ms = 5000
    pulse.beat()
    clock.now_ms = 5400
    health = ask(tmp_path, "health", 5)
    assert health is not None
    assert (health.free, health.up_ms, health.turn_age_ms, health.camera) == (True, 5400, 400, None)


@pytest.mark.usefixtures("desk")
def test_with_goods_on_the_counter_it_is_not_free_and_names_what_is_lost(
    tmp_path: Path, pulse: Pulse
) -> None:
    at = Instant(1, 1)
    state = take(take(terminal(), scans(WATER), at).state, DeviceLost(Device.CAMERA, "frozen"), at).state
    pulse.show(state)
    health = ask(tmp_path, "health", 5)
    assert health is not None
    assert not health.free
    assert health.down["camera"] == "frozen"


@pytest.mark.usefixtures("desk")
def test_only_who_wants_to_look_makes_the_camera_look(tmp_path: Path) -> None:
    health = ask(tmp_path, "look", 5)
    assert health is not None
    assert health.camera == SEEN


@pytest.mark.usefixtures("desk")
def test_codes_are_counted_and_only_the_length_of_an_unknown_one_is_told(
    tmp_path: Path, pulse: Pulse
) -> None:
    inbox = Inbox()
    post = pulse.hearing(inbox.post)
    codes = GoodsCode("6901000000011"), UnknownCode(11, "prefix"), PaymentCode("wechat", Secret("1" * 18))
    for code in codes:
        post(BarcodeScanned(code))
        health = ask(tmp_path, "health", 5)
        assert health is not None
        assert health.unknown_chars == (11 if isinstance(code, UnknownCode) else 0)
    assert health.scans == len(inbox.facts) == 3
    assert "1" * 18 not in repr(health)


def test_nobody_at_the_socket_is_nobody(tmp_path: Path, desk: HealthDesk) -> None:
    desk.stop()
    desk.stop()
    assert ask(tmp_path, "health", 5) is None
    assert not (tmp_path / SOCKET).exists()


def test_the_socket_of_one_that_was_killed_is_replaced(tmp_path: Path, pulse: Pulse) -> None:
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(tmp_path / SOCKET))
    assert ask(tmp_path, "health", 5) is None
    desk = HealthDesk(tmp_path / SOCKET, pulse, lambda: None)
    desk.start()
    assert ask(tmp_path, "health", 5) is not None
    assert (tmp_path / SOCKET).stat().st_mode & 0o077 == 0
    desk.stop()


@pytest.mark.usefixtures("desk")
def test_one_who_never_asks_does_not_keep_others_waiting_for_long(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(tmp_path / SOCKET))
        assert ask(tmp_path, "health", 5) is not None


def test_a_terminal_that_hangs_is_noticed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / SOCKET))
        hanging.listen()
        with pytest.raises(TimeoutError):
            ask(tmp_path, "health", 0.05)
