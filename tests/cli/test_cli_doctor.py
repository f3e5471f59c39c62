"""`hyla doctor` as a technician types it: a page, an object for programs, a code and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from agent.doctor.finding import found, names
from agent.doctor.short_code import encode

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
