"""A test code on the customer's screen, read through the terminal's dialect; codes that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from agent.doctor import scanner
from agent.doctor.barcodes import bars, half_blocks, qr, quiet, write_png
from agent.doctor.reading import CODES
from agent.doctor.scanner import check_scanner, new_code
from agent.profile.loader import load
from agent.scanner.classify import classify
from simulator.scanner import ScannerStand
from tests.doctor.conftest import PROFILE, MakePatient, by_name

CODE = "TEST-0A1B2C"


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScannerStand]:
    monkeypatch.setattr(scanner, "SCAN_WAIT_S", 3.0)
    monkeypatch.setattr(scanner, "new_code", lambda: CODE)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with ScannerStand(tmp_path / "scanner") as stand:
        yield stand


@pytest.mark.slow
@pytest.mark.parametrize(("beamed", "case"), [(CODE, "fine"), ("6901000000011", "other"), ("", "nothing")])
def test_the_code_on_the_screen_is_waited_for(
    patient: MakePatient, stand: ScannerStand, beamed: str, case: str
) -> None:
    here = patient(f"scanner.port={stand.port}", scan=True)
    if beamed:
        stand.beam(beamed)
    assert by_name(check_scanner(here)) == {"scanner": "fine", "scan": case}


@pytest.mark.slow
def test_a_code_whose_end_never_comes_names_the_suffix(patient: MakePatient, stand: ScannerStand) -> None:
    here = patient(f"scanner.port={stand.port}", scan=True)
    stand.raw(CODE.encode())
    assert by_name(check_scanner(here)) == {"scanner": "fine", "scan": "unended"}


def test_without_scan_the_port_is_opened_and_nobody_is_asked(
    patient: MakePatient, stand: ScannerStand
) -> None:
    here = patient(f"scanner.port={stand.port}")
    assert by_name(check_scanner(here)) == {"scanner": "fine", "scan": "unasked"}
    stand.unplug()
    assert by_name(check_scanner(here)) == {"scanner": "absent"}


def test_a_test_code_is_of_no_kind_that_a_shop_knows() -> None:
    rules = load(PROFILE).codes
    for text in (new_code(), *CODES):
        assert type(classify(text, rules)).__name__ == "UnknownCode"


@pytest.mark.parametrize("text", [CODE, *CODES])
def test_a_picture_of_a_code_can_be_read(tmp_path: Path, text: str) -> None:
    picture = tmp_path / "code.png"
    write_png([bars(text), qr(text)], picture)
    assert cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(picture)))[0] == text


def test_a_code_in_the_terminal_has_its_white_margin_and_every_module() -> None:
    rows = quiet(qr(CODE))
    lines = half_blocks(qr(CODE)).splitlines()
    assert len(lines) == (len(rows) + 1) // 2
    assert {len(line) for line in lines} == {len(rows[0])}
    assert set(lines[0]) == {"█"}
