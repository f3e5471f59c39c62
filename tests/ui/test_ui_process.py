"""hyla-ui as a process: started, used, killed, started again, seen off."""

from __future__ import annotations

import gc
import inspect
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.screens.contract import Tap
from agent.screens.link import ScreensLink
from agent.screens.process import screens_run
from tests.helpers import wait_until
from ui.__main__ import main, quick_imports
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES

CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}


class Shop:
    """An agent's link and a hyla-ui process on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taps: list[Tap] = []
        self.link = ScreensLink(folder / "ui.sock", "", self.taps.append, lambda _: None)
        self.link.start()
        self.processes: list[subprocess.Popen[str]] = []

    def start(self) -> subprocess.Popen[str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "QSG_"))}
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            bare.pop(name, None)
        process = subprocess.Popen(
            [sys.executable, "-m", "ui", "--socket", str(self.folder / "ui.sock"),
             "--record", str(self.folder / "seen"), "--fingers", str(self.folder / "fingers.sock")],
            stderr=subprocess.PIPE, text=True, env=bare,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def seen(self) -> list[dict[str, Any]]:
        path = self.folder / "seen" / "screens.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def finger(self, **wish: str) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as desk:
            desk.settimeout(10)
            desk.connect(str(self.folder / "fingers.sock"))
            desk.sendall(json.dumps(wish).encode() + b"\n")
            with desk.makefile() as lines:
                answer: dict[str, Any] = json.loads(lines.readline())
        return answer

    def close(self) -> None:
        self.link.stop()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.communicate()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


@pytest.mark.slow
def test_a_visit_through_the_real_screens(shop: Shop) -> None:
    shop.link.show(CUSTOMER["digits"].view(1, "zh", False))
    shop.link.show(CASHIER["basket"].view(2, "zh", False))
    process = shop.start()
    wait_until(lambda: len(shop.seen()) == 2)
    assert shop.finger(screen="customer", type_digits="5678") == {"ok": True}
    assert shop.finger(screen="cashier", key="F9")["ok"] is True
    wait_until(lambda: len(shop.taps) == 2)
    assert shop.taps == [Tap("customer", 1, "give_digits", "5678"), Tap("cashier", 2, "charge")]

    process.kill()  # a display driver crashed
    process.communicate()
    shop.link.show(CUSTOMER["paid"].view(3, "zh", False))
    process = shop.start()
    wait_until(lambda: len(shop.seen()) == 4)
    assert [entry["n"] for entry in shop.seen()] == [1, 2, 3, 4]
    again = next(entry for entry in shop.seen()[2:] if entry["screen"] == "customer")  # either comes first
    assert {"支付成功", "¥23.80"} <= set(again["texts"])

    shop.link.goodbye("the day is over")
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "the day is over" in said
    assert "5678" not in said
    assert "TypeError" not in said


@pytest.mark.slow
def test_a_second_ui_on_the_same_socket_leaves_with_one_line(shop: Shop) -> None:
    shop.link.show(CUSTOMER["welcome"].view(1, "zh", False))
    assert not screens_run(shop.folder / "ui.sock"), "an agent starts some at once"
    first = shop.start()
    wait_until(shop.seen)
    assert screens_run(shop.folder / "ui.sock"), "an agent waits for them"
    second = shop.start()
    _, said = second.communicate(timeout=30)
    assert second.returncode == 0
    assert len(said.splitlines()) == 1
    assert "already shown" in said
    assert shop.link.connected

    first.kill()
    first.communicate()
    assert not screens_run(shop.folder / "ui.sock")


def test_what_is_hurried_for_the_start_is_as_it_was_afterwards() -> None:
    source_of, frozen = inspect.getsource, gc.get_freeze_count()
    with quick_imports():
        assert not gc.isenabled()
        with pytest.raises(OSError, match="no source"):
            inspect.getsource(inspect)
    assert inspect.getsource is source_of
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen
    gc.unfreeze()  # what was garbage by now is not kept for the tests that come after
    gc.collect()
    gc.freeze()


def test_a_missing_folder_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--socket", str(tmp_path / "nowhere" / "ui.sock")]) == 1
    assert "nowhere" in caplog.text


@pytest.mark.parametrize("size", ["800", "800x", "axb", "10x10"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--socket", "ui.sock", "--customer-size", size])
    assert "800x1280" in capsys.readouterr().err


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "hyla-ui --socket /run/hyla/ui.sock" in capsys.readouterr().out
