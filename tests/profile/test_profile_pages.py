"""The schema, the page of settings and the profiles that come with Hyla say the same."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from agent.profile.describe import sections
from agent.profile.goods import load_goods
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.profile.schema_json import schema_json, settings_page
from tests.helpers import AS_WRITTEN

ROOT = Path(__file__).parents[2]
PROFILES = sorted((ROOT / "device_profiles").glob("*.toml"))


@pytest.mark.parametrize(
    ("page", "path", "argument"),
    [(schema_json, "device_profiles/schema.json", ""), (settings_page, "docs/settings.md", " --settings")],
)
def test_the_generated_pages_are_fresh(page: object, path: str, argument: str) -> None:
    assert callable(page)
    fresh = (ROOT / path).read_text("utf-8") == page()
    assert fresh, f"{path} is stale: python -m agent.profile.schema_json{argument} > {path}"


def test_the_command_prints_the_page_also_where_the_terminal_knows_no_chinese() -> None:
    command = [sys.executable, "-m", "agent.profile.schema_json", "--settings"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert printed.stdout.decode() == settings_page()


def test_every_setting_has_a_sentence_with_its_full_stop() -> None:
    for name, model in sections():
        for key, field in model.model_fields.items():
            assert field.description, f"{name}.{key}"
            assert field.description.endswith("."), f"{name}.{key}"


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_each_profile_that_comes_with_hyla_loads_and_fits_the_schema(path: Path) -> None:
    profile = load(path, [AS_WRITTEN])
    raw = tomllib.loads(path.read_text("utf-8"))
    jsonschema_rs.validator_for(json.loads(schema_json())).validate(raw)
    assert load_goods(Path(profile.shop.goods_file)) if path.name == "desk.toml" else True
    assert path.read_text("utf-8").startswith("#:schema ./schema.json\n"), "editors complete it"


def test_a_profile_lacks_a_name_only_while_head_office_has_to_say_it() -> None:
    schema = jsonschema_rs.validator_for(json.loads(schema_json()))
    raw = tomllib.loads((ROOT / "device_profiles" / "claim.toml").read_text("utf-8"))
    assert schema.is_valid(raw)
    assert not schema.is_valid(raw | {"fleet": raw["fleet"] | {"claim": False}})
    assert not schema.is_valid({name: table for name, table in raw.items() if name != "fleet"})


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    schema = jsonschema_rs.validator_for(json.loads(schema_json()))
    raw = tomllib.loads((ROOT / "device_profiles" / "desk.toml").read_text("utf-8"))
    assert schema.is_valid(raw)
    assert not schema.is_valid({**raw, "camera": {**raw["camera"], "fps": 0}})
    assert not schema.is_valid({**raw, "scanner": {**raw["scanner"], "sufix": "CR"}})


def test_the_page_names_every_key() -> None:
    page = settings_page()
    assert [name for name, _ in sections()] == list(Profile.model_fields)
    for _, model in sections():
        assert all(f"| `{key}` |" in page for key in model.model_fields)


def test_the_readme_teaches_a_profile_that_loads(tmp_path: Path) -> None:
    text = (ROOT / "device_profiles" / "README.md").read_text("utf-8")
    path = tmp_path / "f8.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    assert load(path).device.id == "f8-001"
