"""The schema as data and as a page: `device_profiles/schema.json` and `docs/settings.md`.

    python -m agent.profile.schema_json > device_profiles/schema.json
    python -m agent.profile.schema_json --settings > docs/settings.md

Both are generated from `profile.schema` and never edited; a test fails when they are stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from agent.profile.describe import Setting, sections, setting
from agent.profile.effect import effect_of
from agent.profile.manual import default_of
from agent.profile.schema import Profile

PAGE_HEAD = """\
# Settings

Every key that may stand in a device profile (`device_profiles/*.toml`). This page is generated from
`agent/profile/schema.py` by `python -m agent.profile.schema_json --settings`; change it there.

A key without a default must be set. Units stand in the key's name. `site.toml` and `technician.toml` in
the terminal's data folder win over the profile, `--set section.key=value` over all for one run. Relative
paths start at the folder of the file that says them.

*From afar* says what a key of head office does, between two customers. *at once*: it counts, and nothing
else happens. *refit*: the terminal's parts are put together anew in the same process, its screens stay.
*new screens*: a refit that starts the screens again, too. *here*: only hands on the terminal can set it.
Set by hand (`hyla profile set`), a key counts from the next start.
"""


def schema_json() -> str:
    """JSON schema (draft 2020-12) of a profile; `x-unit` says in what a number is counted."""
    schema = Profile.model_json_schema()
    models = {model.__name__: model for _, model in sections()}
    for name, definition in schema["$defs"].items():
        _annotate(definition, models[name])
    _annotate(schema, Profile)
    _unless_claimed(schema)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Hyla device profile"}
    return json.dumps(head | schema, ensure_ascii=False, indent=2) + "\n"


def _annotate(definition: dict[str, Any], model: type[BaseModel]) -> None:
    definition.pop("title", None)
    for key, described in definition["properties"].items():
        described.pop("title", None)
        if unit := setting(model, key).unit:
            described["x-unit"] = unit


FROM_ASSIGNMENT = {"device": ("id",), "shop": ("name_zh", "name_en"), "cloud": ("url",)}
"""What head office says once it has claimed the terminal; a profile with `fleet.claim` may leave it out."""


def _unless_claimed(schema: dict[str, Any]) -> None:
    """JSON schema's way of saying: required, unless fleet.claim is true."""
    otherwise: dict[str, Any] = {"required": ["cloud"], "properties": {}}
    schema["required"].remove("cloud")
    for section, keys in FROM_ASSIGNMENT.items():
        definition = schema["$defs"][f"{section.capitalize()}Section"]
        definition["required"] = [key for key in definition["required"] if key not in keys]
        otherwise["properties"][section] = {"required": list(keys)}
    claim = {"properties": {"claim": {"const": True}}, "required": ["claim"]}
    schema["if"] = {"properties": {"fleet": claim}, "required": ["fleet"]}
    schema["else"] = otherwise


def settings_page() -> str:
    """The table of all settings in Markdown."""
    return "\n".join([PAGE_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for name, model in sections():
        known = setting(Profile, name)
        yield f"## {known.kind.removeprefix('a table ').removeprefix('tables ')}\n"
        yield f"{(model.__doc__ or '').strip()}\n"
        yield "| key | value | unit | default | from afar | what it is |"
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from (_row(name, setting(model, key)) for key in model.model_fields)
        yield ""


def _row(section: str, known: Setting) -> str:
    value = f"{known.kind} {known.span}".strip()
    effect = effect_of(section, known.key)
    cells = (f"`{known.key}`", value, known.unit, _default(known), effect, known.sentence)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(known: Setting) -> str:
    default = default_of(known)
    return f"`{default}`" if default not in ("", "unset") else default


def main() -> None:
    """Print one of the two."""
    parser = argparse.ArgumentParser(prog="python -m agent.profile.schema_json", description=__doc__)
    parser.add_argument("--settings", action="store_true", help="the page of settings, not the schema")
    page = settings_page() if parser.parse_args().settings else schema_json()
    sys.stdout.buffer.write(page.encode())


if __name__ == "__main__":
    main()
