"""The wizard on real pseudo-terminals: scanners of every dialect, speed, end and keyboard are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.doctor.ears import Ears, Place, places
from agent.doctor.reading import CODES
from agent.doctor.wizard import Found, WizardStopped, find
from agent.profile.schema import ScannerSection
from agent.scanner.line import Line, open_line
from simulator.engines import KeyboardEngine
from simulator.scanner import ScannerStand
from tests.scanner.test_scanner_dialects import open_keyboard

pytestmark = pytest.mark.slow

ENDS = {"CR": "\r", "LF": "\n", "CRLF": "\r\n", "TAB": "\t", "GAP": ""}
WAIT_S = 5.0


class Technician:
    """Scans what is shown, with the scanner as it is set."""

    def __init__(
        self, stand: ScannerStand, suffix: str = "CR", front: str = "", turn: object = str
    ) -> None:
        self._stand, self._end, self._front, self._turn = stand, ENDS[suffix], front, turn
        self.asked: list[str] = []

    def __call__(self, number: int, text: str, why: str) -> None:
        assert text == CODES[number - 1]
        self.asked.append(f"{number} {why}")
        self._stand.beam(self._front + self._turn(text), self._end)  # type: ignore[operator]


@pytest.fixture
def stand(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ScannerStand]:
    with ScannerStand(tmp_path / "scanner", *getattr(request, "param", ())) as stand:
        yield stand


def open_any(section: ScannerSection, wait_ms: int) -> Line:
    return open_keyboard(section, wait_ms) if section.dialect == "hid" else open_line(section, wait_ms)


def found_by(stand: ScannerStand, technician: Technician, *others: Path) -> dict[str, object]:
    """What the wizard says of the scanner in this stand; other ports are open and silent."""
    hid = isinstance(stand.engine, KeyboardEngine)
    at = [Place(str(port)) for port in others] + [Place(str(stand.port), hid)]
    with Ears(at, open_any) as ears:
        found: Found = find(ears, technician, WAIT_S)
    return {key.removeprefix("scanner."): value for key, value in found.settings().items()}


@pytest.mark.parametrize("stand", [("lines",), ("honeywell",), ("newland",), ("ssi",)], indirect=True)
@pytest.mark.parametrize("suffix", ENDS)
def test_every_dialect_with_every_end_is_found(
    stand: ScannerStand, suffix: str, request: pytest.FixtureRequest
) -> None:
    dialect = request.node.callspec.params["stand"][0]
    told = found_by(stand, Technician(stand, suffix))
    assert told["dialect"] == dialect
    assert told["suffix"] == ("CR" if dialect == "ssi" else suffix)
    assert (told["port"], told["prefix"], told["aim"]) == (str(stand.port), "", False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "stand",
    [("lines", 115_200), ("ssi", 38_400), ("honeywell", 2400), ("newland", 19_200)],
    indirect=True,
    ids=str,
)
def test_a_scanner_of_another_speed_is_scanned_again_until_it_is_understood(
    stand: ScannerStand, request: pytest.FixtureRequest
) -> None:
    dialect, baud = request.node.callspec.params["stand"]
    technician = Technician(stand)
    told = found_by(stand, technician)
    assert (told["dialect"], told["baud"]) == (dialect, baud)
    assert "1 again" in technician.asked


@pytest.mark.parametrize(
    ("front", "prefix", "aim"), [("]Q1", "", True), ("#", "#", False), ("AB]C0", "AB", True)]
)
def test_what_stands_before_a_code_becomes_prefix_and_aim(
    stand: ScannerStand, front: str, prefix: str, aim: bool
) -> None:
    told = found_by(stand, Technician(stand, front=front))
    assert (told["prefix"], told["aim"]) == (prefix, aim)


@pytest.mark.parametrize("stand", [("hid",)], indirect=True)
@pytest.mark.parametrize("country", ["us", "de", "fr"])
@pytest.mark.parametrize("suffix", ["CR", "TAB", "GAP"])
def test_a_keyboard_of_another_country_is_known_by_what_it_mangles(
    stand: ScannerStand, country: str, suffix: str
) -> None:
    assert isinstance(stand.engine, KeyboardEngine)
    stand.engine.country = country
    told = found_by(stand, Technician(stand, suffix))
    assert (told["dialect"], told["layout"], told["suffix"]) == ("hid", country, suffix)
    assert "baud" not in told


def test_among_several_ports_the_one_that_speaks_is_it(stand: ScannerStand, tmp_path: Path) -> None:
    with ScannerStand(tmp_path / "register") as register:
        assert found_by(stand, Technician(stand), register.port)["port"] == str(stand.port)


@pytest.mark.parametrize(
    ("turn", "suffix", "front", "case"),
    [
        (str.upper, "CR", "", "case"),
        (str, "CR", "much too long ", "prefix"),
        (lambda text: text + ";", "CR", "", "suffix"),
    ],
    ids=["case", "prefix", "suffix"],
)
def test_what_no_setting_of_ours_can_mend_is_said(
    stand: ScannerStand, turn: object, suffix: str, front: str, case: str
) -> None:
    with pytest.raises(WizardStopped) as stopped:
        found_by(stand, Technician(stand, suffix, front, turn))
    assert stopped.value.case == case


def test_nothing_scanned_and_nothing_plugged_in_are_told_apart(stand: ScannerStand, tmp_path: Path) -> None:
    with Ears([Place(str(stand.port))]) as ears, pytest.raises(WizardStopped) as stopped:
        find(ears, lambda *_: None, 0.05)
    assert stopped.value.case == "nothing"
    with Ears([Place(str(tmp_path / "none"))]) as ears, pytest.raises(WizardStopped) as stopped:
        find(ears, lambda *_: None, 0.05)
    assert stopped.value.case == "deaf"
    assert "no such port" in stopped.value.detail


def test_a_scanner_that_is_pulled_out_meanwhile_is_told(stand: ScannerStand) -> None:
    def pull(_number: int, _text: str, _why: str) -> None:
        stand.unplug()

    with Ears([Place(str(stand.port))]) as ears, pytest.raises(WizardStopped) as stopped:
        find(ears, pull, 1.0)
    assert stopped.value.case == "nothing"
    assert "gone while reading" in " ".join(ears.deaf)


def test_each_device_is_listened_to_once_under_the_profiles_name_first(tmp_path: Path) -> None:
    real = tmp_path / "dev" / "ttyACM0"
    by_id = tmp_path / "dev/serial/by-id/usb-Scanner-if00"
    by_id.parent.mkdir(parents=True)
    real.touch()
    by_id.symlink_to(real)
    (tmp_path / "dev/input/by-id").mkdir(parents=True)
    keyboard = tmp_path / "dev/input/by-id/usb-Scanner-event-kbd"
    keyboard.touch()
    at = places(ScannerSection(port=str(tmp_path / "gone"), baud=19_200), tmp_path)
    assert [place.port for place in at] == [str(tmp_path / "gone"), str(by_id), str(keyboard)]
    assert [(place.hid, place.baud) for place in at] == [(False, 19_200), (False, 19_200), (True, 9600)]
