"""What people saw, kept for the desk; and fingers that press for it."""

from __future__ import annotations

import gc
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtNetwork import QLocalSocket

from agent.screens.contract import Shown, Tap
from ui.fingers import Fingers
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.record import Recorder
from ui.windows import Windows

Settle = Callable[..., None]
CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}


def recording(windows: Windows, folder: Path) -> Recorder:
    recorder = Recorder(folder, windows.windows)

    def take(shown: Shown) -> None:
        recorder.take(shown, windows.stores[shown.screen].now())

    windows.drawn.connect(take)
    return recorder


def entries(folder: Path) -> list[dict[str, Any]]:
    path = folder / "screens.jsonl"
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if path.exists()
        else []
    )


def test_every_view_on_the_glass_is_kept_with_its_words(
    windows: Windows, settle: Settle, tmp_path: Path
) -> None:
    recorder = recording(windows, tmp_path)
    windows.show(CUSTOMER["paid"].view(11, "zh", False))
    settle(lambda: len(entries(tmp_path)) == 1)
    windows.show(CASHIER["basket"].view(12, "zh", False))
    settle(lambda: len(entries(tmp_path)) == 2)
    first, second = entries(tmp_path)
    assert (first["n"], first["screen"], first["view_id"], first["page"]) == (1, "customer", 11, "result")
    assert {"支付成功", "¥23.80", "已付金额"} <= set(first["texts"])
    assert (second["n"], second["screen"], second["tone"]) == (2, "cashier", "plain")
    assert first["picture"] == "001-customer-result.png"
    picture = QImage(str(tmp_path / first["picture"]))
    assert (picture.width(), picture.height()) == (800, 1280)
    assert recorder is not None


def test_a_view_that_looks_the_same_is_kept_once(windows: Windows, settle: Settle, tmp_path: Path) -> None:
    recorder = recording(windows, tmp_path)
    drawn: list[Shown] = []
    windows.drawn.connect(drawn.append)
    for number in range(3):
        windows.show(CUSTOMER["face"].view(number, "zh", False))
        settle(lambda number=number: number in [shown.view_id for shown in drawn])
    assert len(entries(tmp_path)) == 1
    assert recorder is not None


def test_numbers_go_on_after_a_restart(windows: Windows, settle: Settle, tmp_path: Path) -> None:
    (tmp_path / "041-customer-welcome.png").write_bytes(b"")
    recorder = recording(windows, tmp_path)
    windows.show(CASHIER["idle"].view(1, "zh", False))
    settle(lambda: entries(tmp_path))
    assert entries(tmp_path)[0]["n"] == 42
    assert recorder is not None


@pytest.fixture
def finger(windows: Windows, settle: Settle, tmp_path: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    fingers = Fingers(tmp_path / "fingers.sock", windows.windows, windows.settled)
    desk = socket.socket(socket.AF_UNIX)
    desk.connect(str(tmp_path / "fingers.sock"))
    desk.setblocking(False)
    answer = bytearray()

    def heard() -> bool:
        try:
            answer.extend(desk.recv(4096))
        except BlockingIOError:
            return False
        return answer.endswith(b"\n")

    def do(**wish: str) -> dict[str, Any]:
        """As the desk does: a view that is not drawn yet is touched a moment later."""
        while True:
            answer.clear()
            desk.send(json.dumps(wish).encode() + b"\n")
            settle(heard)
            said: dict[str, Any] = json.loads(answer)
            if said["ok"] or "not drawn yet" not in said["why"]:
                return said
            settle()

    yield do
    desk.close()
    settle()
    fingers.close()


@pytest.mark.usefixtures("windows")
def test_nothing_stays_of_a_finger_that_has_gone(
    finger: Callable[..., dict[str, Any]], settle: Settle, tmp_path: Path
) -> None:
    """Screens that are touched from outside grew by 1 kB with each touch."""
    assert finger(screen="cashier", press="nothing")["ok"] is False

    def sockets() -> int:
        gc.collect()
        return sum(isinstance(thing, QLocalSocket) for thing in gc.get_objects())

    before = sockets()
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as passing:
            passing.connect(str(tmp_path / "fingers.sock"))
            settle()
    settle(lambda: sockets() <= before)


def test_a_finger_presses_types_and_strikes_keys(
    windows: Windows, settle: Settle, finger: Callable[..., dict[str, Any]]
) -> None:
    taps: list[Tap] = []
    windows.tapped.connect(taps.append)
    windows.show(CUSTOMER["choose"].view(1, "zh", False))
    windows.show(CASHIER["basket"].view(2, "zh", False))
    settle()
    assert finger(screen="customer", press="pay_by_face")["ok"] is True
    assert finger(screen="cashier", key="F9")["ok"] is True
    windows.show(CUSTOMER["digits"].view(3, "zh", False))
    settle()
    assert finger(screen="customer", type_digits="5678") == {"ok": True}
    assert taps == [
        Tap("customer", 1, "pay_by_face"),
        Tap("cashier", 2, "charge"),
        Tap("customer", 3, "give_digits", "5678"),
    ]


def test_a_finger_touches_only_what_is_drawn(
    windows: Windows, settle: Settle, finger: Callable[..., dict[str, Any]]
) -> None:
    windows.show(CUSTOMER["welcome"].view(1, "zh", False))
    settle(lambda: windows.settled("customer"))
    windows.show(CUSTOMER["choose"].view(2, "zh", False))
    assert not windows.settled("customer")
    settle(lambda: windows.settled("customer"))
    assert finger(screen="customer", press="pay_by_face")["ok"] is True


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"screen": "customer", "press": "confirm"}, "button-confirm"),
        ({"screen": "cashier", "press": "charge"}, "not enabled"),
        ({"screen": "street", "press": "charge"}, "street"),
        ({"screen": "cashier", "key": "Banana"}, "Banana"),
        ({"screen": "cashier"}, "expected"),
        ({"screen": "cashier", "kick": "hard"}, "kick"),
    ],
)
def test_what_a_person_could_not_do_is_refused_with_a_reason(
    windows: Windows,
    settle: Settle,
    finger: Callable[..., dict[str, Any]],
    wish: dict[str, str],
    why: str,
) -> None:
    windows.show(CUSTOMER["choose"].view(1, "zh", False))
    windows.show(CASHIER["idle"].view(2, "zh", False))
    settle()
    answer = finger(**wish)
    assert answer["ok"] is False
    assert why in answer["why"]
