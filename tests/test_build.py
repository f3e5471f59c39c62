"""The whole agent, put together from a profile and run: what systemd is told, and what is left behind."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.build import Agent, BuildError, build
from agent.cli import run as cli_run
from agent.core.consent import NOTICE, AgeGroup, Agreement, Purpose
from agent.core.events import Device
from agent.core.ids import DeviceId, PersonId
from agent.head_office import Asked
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.screens.contract import (
    CASHIER,
    CUSTOMER,
    CashierView,
    CustomerView,
    Hello,
    Shown,
    Tap,
    decode_downward,
    digest,
    encode,
)
from agent.screens.glass import Glass
from agent.storage.database import open_database
from agent.trust import TrustError, enrol_member
from agent.vision.models import load_manifest
from agent.whole_check import read_outcome
from tests.helpers import wait_until

DESK = Path(__file__).resolve().parent.parent / "device_profiles" / "desk.toml"
DEVICE = DeviceId(f"test-build-{os.getpid()}")
PICTURE_MEMORY = Path("/dev/shm") / f"hyla-{DEVICE}"
ExpectLog = Callable[..., None]


def alone(folder: Path) -> list[str]:
    """Settings of a terminal to which nothing is connected."""
    return [
        f"device.id={DEVICE}",
        f"device.data_dir={folder}",
        f"camera.source={folder}/no-camera",
        f"scanner.port={folder}/no-scanner",
        f"vision.models_dir={folder}/no-models",
        "cloud.url=mqtt://127.0.0.1:1",
        "screens.start_ui=false",
    ]


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return load(DESK, alone(tmp_path))


@pytest.fixture
def nothing_works(expected_log: ExpectLog) -> None:
    expected_log("WARNING agent.supervisor", at_least=0)


class Systemd:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self._heard: list[str] = []

    def heard(self) -> list[str]:
        while True:
            try:
                self._heard.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self._heard

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    systemd = Systemd(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    yield systemd
    systemd.close()


class Ui:
    """Another end of the screens' socket, which says what it shows: what it was sent, or something else."""

    def __init__(self, folder: Path, right: bool) -> None:
        self.answers = 0
        self._right = right
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(folder / "screens.sock"))
        self._socket.sendall(encode(Hello()))
        self._thread = threading.Thread(target=self._reads)
        self._thread.start()

    def __enter__(self) -> Ui:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _reads(self) -> None:
        with contextlib.suppress(OSError), self._socket.makefile("rb") as lines:
            for line in lines:
                view = decode_downward(line.rstrip(b"\n"))
                if isinstance(view, CustomerView | CashierView):
                    screen = CUSTOMER if isinstance(view, CustomerView) else CASHIER
                    said = digest(view) if self._right else "something else"
                    self._socket.sendall(encode(Shown(screen, view.view_id, said)))
                    self.answers += 1


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_works")
def test_a_shop_without_camera_and_network_is_ready_alive_and_says_what_is_missing(
    profile: Profile, systemd: Systemd
) -> None:
    agent: Agent = build(profile)
    thread = threading.Thread(target=agent.run)
    thread.start()
    wait_until(lambda: systemd.heard().count("WATCHDOG=1") >= 3, what="three signs of life")
    assert "READY=1" in systemd.heard()
    assert "STATUS=not working: camera, cloud, scanner, screens, vision" in systemd.heard()
    assert PICTURE_MEMORY.exists()
    agent.stop()
    thread.join(10)
    assert systemd.heard()[-1] == "STOPPING=1"
    assert not PICTURE_MEMORY.exists()
    open_database(Path(profile.device.data_dir)).close()  # the folder is free again


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_works")
def test_whoever_takes_the_screens_over_is_right_only_when_seen_right_since(
    tmp_path: Path, expected_log: ExpectLog
) -> None:
    expected_log("another ui took its place")
    patient = "screens.shown_wait_ms=3600000"  # nobody is late: the coming alone is what counts
    agent: Agent = build(load(DESK, [*alone(tmp_path), patient]))
    thread = threading.Thread(target=agent.run)
    thread.start()
    screens = lambda: agent._loop.state.down.get(Device.SCREENS, "up")  # noqa: E731
    assert screens() == "starting"
    with Ui(tmp_path, right=True), Ui(tmp_path, right=True) as honest:
        wait_until(lambda: honest.answers >= 2 and screens() == "up")
        with Ui(tmp_path, right=False) as wrong:
            wait_until(lambda: screens() == "starting")
            wait_until(lambda: wrong.answers >= 2)
            assert screens() == "starting"
    agent.stop()
    thread.join(10)


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_works")
def test_a_terminal_walks_its_journal_by_itself_while_it_lives_on(
    profile: Profile, systemd: Systemd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.whole_check.AFTER_START_MS", 0)
    agent = build(profile, (), Asked(DESK, tuple(alone(tmp_path))))
    thread = threading.Thread(target=agent.run)
    thread.start()
    try:
        wait_until(lambda: read_outcome(tmp_path), 60, "the outcome of the walk")
        alive = systemd.heard().count("WATCHDOG=1")
        wait_until(lambda: systemd.heard().count("WATCHDOG=1") > alive, what="a sign of life")
    finally:
        agent.stop()
        thread.join(10)
    outcome = read_outcome(tmp_path)
    assert outcome is not None
    assert outcome.verdict == "whole"


def test_a_socket_that_cannot_be_opened_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    with pytest.raises(BuildError, match=r"screens\.sock.*at most 107 bytes"):
        build(load(DESK, alone(deep)))
    assert not PICTURE_MEMORY.exists()


def test_a_member_the_store_refuses_is_told_in_one_line(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = load_manifest().named("sface").used.sha256
    face = np.zeros(128, np.float32)
    monkeypatch.setattr("agent.trust.embed_picture", lambda *_given: (face, sha256))
    nameless = Agreement(PersonId(""), (Purpose.FACE_PAY,), NOTICE.version, AgeGroup.FROM_14)
    with pytest.raises(TrustError, match="refused"):
        enrol_member(profile, nameless, "林*", "1234", Path("a.jpg"))


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_works")
def test_when_a_thread_dies_the_terminal_stops_to_be_started_again(
    tmp_path: Path, systemd: Systemd, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectLog
) -> None:
    """A dead screens thread would leave a till that looks alive and hears nobody."""
    expected_log("CRITICAL agent.cli.run: screens died")
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(signal, "signal", lambda *_given: None)
    monkeypatch.setattr(Glass, "tapped", lambda *_given: 1 / 0)

    def touch() -> None:
        wait_until(lambda: "READY=1" in systemd.heard())
        with socket.socket(socket.AF_UNIX) as ui:
            ui.connect(str(tmp_path / "screens.sock"))
            ui.sendall(encode(Hello()) + encode(Tap("customer", 1, "confirm")))

    finger = threading.Thread(target=touch)
    finger.start()
    args = argparse.Namespace(profile=DESK, set=alone(tmp_path), ui_option=[], log_level="INFO")
    assert cli_run.run(args) == 1
    finger.join()
