"""`hyla doctor` as a technician types it: a page, an object for programs, a code and back."""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from agent.cli import main
from agent.doctor.finding import found, names
from agent.doctor.short_code import encode
from agent.profile.loader import load
from agent.storage.database import open_database
from simulator.scanner import ScannerStand

PROFILE = Path(__file__).parents[2] / "device_profiles" / "desk.toml"
Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def hyla(capsys: pytest.CaptureFixture[str]) -> Says:
    """Runs `hyla doctor …`: exit code, what was said, what was complained of."""

    def says(*words: str) -> tuple[int, str, str]:
        code = main(["doctor", *words])
        return (code, *capsys.readouterr())

    return says


@pytest.mark.slow
def test_a_terminal_with_nothing_connected_is_told_line_by_line_in_both_languages(
    hyla: Says, tmp_path: Path
) -> None:
    where = (
        "--profile",
        str(PROFILE),
        "--data",
        str(tmp_path / "none"),
        "--set",
        "camera.source=/dev/video77",
    )
    code, page, _ = hyla(*where, "--language", "en")
    assert code == 2
    assert "✕ camera           broken   cannot be opened" in page
    assert "→ check the camera's cable" in page
    assert "short code " in page
    code, told, _ = hyla(*where, "--json")
    object_ = json.loads(told)
    assert [finding["name"] for finding in object_["findings"]] == names()
    assert (object_["running"], object_["state"], code) == (False, "broken", 2)
    camera = object_["findings"][1]
    assert (camera["case"], camera["measured"]) == ("absent", "打不开")
    code, decoded, _ = hyla("decode", object_["code"], "--language", "en")
    assert code == 2
    assert "✕ camera           broken" in decoded


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ([found("light", "fine", luma=90)], 0),
        ([found("light", "dim", luma=30, least=50)], 1),
        ([found("light", "dim", luma=30, least=50), found("camera", "frozen")], 2),
    ],
)
def test_the_exit_code_of_a_code_is_that_of_its_page(hyla: Says, page: list, code: int) -> None:
    assert hyla("decode", encode(page, {}))[0] == code


def test_a_code_is_decoded_as_it_was_heard(hyla: Says) -> None:
    code = encode([found("camera", "frozen")], {"unknown_charges": 3, "unknown_age_s": 7200})
    _, said, _ = hyla("decode", *code.lower().replace("0", "o").split("-"), "--language", "en")
    assert "✕ camera" in said
    assert "charges without an answer: 2–3" in said
    assert "the oldest of them for: 1 h–1 d" in said
    assert "records to send: 0" in said


def test_a_mistyped_code_is_named_and_decodes_to_nothing(hyla: Says) -> None:
    code, said, complaint = hyla("decode", "1000-0000-0003")
    assert (code, said) == (2, "")
    assert "at least one character is wrong" in complaint


def test_without_a_profile_it_says_what_is_missing(hyla: Says) -> None:
    code, _, complaint = hyla()
    assert code == 2
    assert "--profile FILE is missing" in complaint


class Person(threading.Thread):
    """Scans each code as soon as the wizard has put it into the picture."""

    def __init__(self, stand: ScannerStand, picture: Path) -> None:
        super().__init__(name="test-person", daemon=True)
        self._stand, self._picture, self.done = stand, picture, threading.Event()

    def run(self) -> None:
        seen = ""
        while not self.done.wait(0.05):
            text = read_qr(self._picture)
            if text and text != seen:
                seen = text
                self._stand.beam(text, "\t")


def read_qr(picture: Path) -> str:
    """As a phone would; empty while the file is being written."""
    pixels = cv2.imread(str(picture)) if picture.exists() else None
    return cv2.QRCodeDetector().detectAndDecode(pixels)[0] if pixels is not None else ""


@pytest.mark.slow
def test_the_wizard_reads_its_own_pictures_writes_the_settings_and_they_count(
    hyla: Says, tmp_path: Path
) -> None:
    picture, data = tmp_path / "code.png", tmp_path / "data"
    with ScannerStand(tmp_path / "scanner", "newland") as stand:
        person = Person(stand, picture)
        person.start()
        where = ("--profile", str(PROFILE), "--data", str(data), "--set", f"scanner.baud={9600}")
        options = ("--png", str(picture), "--port", str(stand.port), "--wait", "20", "--language", "en")
        code, said, complaint = hyla("scanner", *where, *options)
        person.done.set()
        person.join()
    assert (code, complaint) == (0, "")
    assert "scanner.dialect = newland" in said
    written = tomllib.loads((data / "technician.toml").read_text("utf-8"))
    assert written["scanner"] == {"port": str(stand.port), "dialect": "newland", "suffix": "TAB"}
    scanner = load(PROFILE, [f"device.data_dir={data}"]).scanner
    assert (scanner.port, scanner.dialect, scanner.suffix) == (str(stand.port), "newland", "TAB")


def test_the_wizard_leaves_a_running_terminal_its_scanner(hyla: Says, tmp_path: Path) -> None:
    with open_database(tmp_path / "data"):
        code, said, complaint = hyla(
            "scanner", "--profile", str(PROFILE), "--data", str(tmp_path / "data"), "--language", "en"
        )
    assert (code, said) == (2, "")
    assert "the terminal runs and holds the scanner" in complaint
