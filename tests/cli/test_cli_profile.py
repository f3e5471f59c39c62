"""`hyla profile`: a technician asks, looks and changes."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from agent.cli import main
from agent.profile.explain import explain
from agent.profile.manual import pages
from agent.profile.schema import Profile

ROOT = Path(__file__).parents[2]
DESK = ROOT / "device_profiles" / "desk.toml"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile with a data folder of its own."""
    path = tmp_path / "f8.toml"
    path.write_text(DESK.read_text("utf-8").replace("../build/desk/data", "data"), "utf-8")
    (tmp_path / "data").mkdir()
    return path


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["profile", *map(str, words)])
    return code, *capsys.readouterr()


def test_every_profile_that_comes_with_hyla_is_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles = shutil.copytree(ROOT / "device_profiles", tmp_path / "device_profiles")
    code, told, _ = said(capsys, "check", profiles)
    assert code == 0
    assert told.count(": fine") == len(list((ROOT / "device_profiles").glob("*.toml")))


def test_check_names_every_problem_of_every_file(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        profile.read_text("utf-8").replace("till = 2", "till = 0").replace('suffix = "CR"', 'sufix = "CR"')
    )
    profile.write_text(text, "utf-8")
    (profile.parent / "f9.toml").write_text("[camera\n", "utf-8")
    code, told, _ = said(capsys, "check", profile.parent, "--json")
    problems = {Path(entry["file"]).name: entry["problems"] for entry in json.loads(told)}
    assert code == 1
    assert [" ".join(line.split()[1:4]) for line in problems["f8.toml"]] == [
        "shop.till = 0",
        "scanner.sufix: unknown key",
    ]
    assert "f9.toml:1: " in problems["f9.toml"][0]


def test_check_takes_a_layer_for_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer = tmp_path / "site.toml"
    layer.write_text("[shop]\ntill = 3\n", "utf-8")
    assert said(capsys, "check", layer)[:2] == (0, f"{layer}: fine\n")
    layer.write_text("[shop]\ntill = 0\n", "utf-8")
    code, told, _ = said(capsys, "check", layer)
    assert (code, told.startswith(f"{layer}:2: shop.till = 0 (expected")) == (1, True)


def test_check_of_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "check", tmp_path)[0] == 2
    code, _, error = said(capsys, "check", tmp_path / "absent.toml")
    assert (code, "no such file" in error) == (2, True)


def test_explain_knows_a_key_by_its_name_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "explain", "keepalive_s")[1] == (
        "cloud.keepalive_s: MQTT keep alive; a dead link shows at 1.4 times it.\n"
        "  value    a whole number 2–600\n"
        "  unit     seconds\n"
        "  default  10\n"
        "  example  [cloud]  keepalive_s = 10\n"
    )
    assert said(capsys, "explain", "screens")[1].count("  example  [screens]") == len(
        Profile.model_fields["screens"].default.model_dump()
    )


@pytest.mark.parametrize(
    ("typed", "meant"), [("camera.fsp", "camera.fps"), ("boud", "scanner.baud"), ("boud", "printer.baud")]
)
def test_explain_of_a_mistyped_key_names_what_was_meant(
    capsys: pytest.CaptureFixture[str], typed: str, meant: str
) -> None:
    code, _, error = said(capsys, "explain", typed)
    assert code == 2
    assert error.startswith(f"{typed}: no such key (did you mean ")
    assert meant in error


@pytest.mark.parametrize("page", [page for name in Profile.model_fields for page in pages(name)])
def test_every_example_may_be_copied(page: object) -> None:
    section, key = page.key.split(".")  # type: ignore[attr-defined]
    example = page.example.replace("  ", "\n")  # type: ignore[attr-defined]
    raw = tomllib.loads(example)
    assert key in (raw[section][0] if isinstance(raw[section], list) else raw[section])
    errors = []
    try:
        Profile.model_validate(raw)
    except ValueError as error:
        errors = [told for told in error.errors() if told["type"] not in ("missing", "rule")]  # type: ignore[attr-defined]
    assert [explain(told) for told in errors] == []


def test_show_tells_each_value_and_who_said_it(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "set", "camera.fps", "15", "--profile", profile)[0] == 0
    _, told, _ = said(capsys, "show", "--json", "--profile", profile, "--set", "shop.till=9")
    values = json.loads(told)
    technician = f"{profile.parent}/data/technician.toml"
    assert values["camera.fps"]["value"] == 15
    assert values["camera.fps"]["from"].startswith(technician)
    assert values["shop.till"] == {"value": 9, "layer": "--set", "from": "--set"}
    assert values["camera.width_px"] == {"value": 640, "layer": "default", "from": "default"}
    assert len(values["codes"]["value"]) == 5
    assert values["staff.manager_pin"]["value"] == "•••"
    rows = said(capsys, "show", "--profile", profile)[1].splitlines()
    assert [row.split()[:2] for row in rows if row.startswith("camera.fps")] == [["camera.fps", "15"]]


def test_set_and_unset_say_what_counts_now(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, told, _ = said(capsys, "set", "shop.name_en", "Corner", "--profile", profile)
    assert told.startswith('shop.name_en = "Corner" in ')
    _, told, _ = said(capsys, "unset", "shop.name_en", "--profile", profile)
    assert told.startswith(f'shop.name_en = "Good Neighbour" again ({profile}:')
    code, _, error = said(capsys, "unset", "shop.name_en", "--profile", profile)
    assert (code, "is not changed here" in error) == (2, True)


def test_a_wrong_value_changes_nothing(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, error = said(capsys, "set", "scanner.baud", "3", "--profile", profile)
    assert code == 2
    assert error.startswith("not written: scanner.baud = 3 (expected a whole number 1200–921_600")
    assert list((profile.parent / "data").iterdir()) == []
