"""Both screens through the real helper of `ui` on displays that Qt makes up as a file describes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.doctor.screens import check_screens
from tests.doctor.conftest import MakePatient, by_name

pytestmark = pytest.mark.slow
FULL = "screens.fullscreen=true"
Connect = Callable[[dict[str, tuple[int, int]]], None]
NAMED = (FULL, "screens.customer_screen=HDMI-1", "screens.cashier_screen=DP-1")


@pytest.fixture
def displays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """`displays({"HDMI-1": (800, 1280)})`: exactly these are connected."""

    def connect(sizes: dict[str, tuple[int, int]]) -> None:
        left, screens = 0, []
        for name, (width, height) in sizes.items():
            screens.append({"name": name, "x": left, "y": 0, "width": width, "height": height, "dpr": 1,
                            "logicalDpi": 96, "logicalBaseDpi": 96})  # fmt: skip
            left += width
        file = tmp_path / "displays.json"
        file.write_text(json.dumps({"windowFrameMargins": False, "screens": screens}))
        monkeypatch.setenv("QT_QPA_PLATFORM", f"offscreen:configfile={file}")

    return connect


@pytest.mark.parametrize(
    ("sizes", "customer", "cashier"),
    [
        ({"HDMI-1": (800, 1280), "DP-1": (1280, 800)}, "fine", "fine"),
        ({"HDMI-1": (1280, 800), "DP-1": (1280, 800)}, "turned", "fine"),
        ({"HDMI-1": (1080, 1920), "DP-1": (1280, 800)}, "size", "fine"),
        ({"DP-1": (1280, 800)}, "absent", "shared"),
        ({"HDMI-1": (1280, 800), "DP-1": (800, 1280)}, "exchanged", "exchanged"),
    ],
    ids=["as the profile has it", "on its side", "another size", "one cable out", "cables exchanged"],
)
def test_each_screen_is_there_under_its_name_and_right_way_up(
    patient: MakePatient, displays: Connect, sizes: dict[str, tuple[int, int]], customer: str, cashier: str
) -> None:
    displays(sizes)
    found = by_name(check_screens(patient(*NAMED)))
    assert found == {"customer_screen": customer, "cashier_screen": cashier}


def test_two_windows_on_one_display_are_told(patient: MakePatient, displays: Connect) -> None:
    displays({"eDP-1": (1920, 1080)})
    assert set(by_name(check_screens(patient(FULL))).values()) == {"shared"}


def test_a_desk_may_have_any_display(patient: MakePatient, displays: Connect) -> None:
    displays({"eDP-1": (1920, 1080)})
    assert set(by_name(check_screens(patient())).values()) == {"fine"}


def test_without_any_display_it_says_so(patient: MakePatient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert set(by_name(check_screens(patient())).values()) == {"none"}


def test_a_screens_process_that_cannot_start_is_broken_with_its_last_word(
    patient: MakePatient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    monkeypatch.setenv("QT_FATAL_WARNINGS", "0")
    [customer, _] = check_screens(patient())
    assert customer.case == "silent"
    assert customer.detail


def test_screens_that_somebody_else_starts_are_not_looked_at(patient: MakePatient) -> None:
    assert set(by_name(check_screens(patient("screens.start_ui=false"))).values()) == {"unasked"}
