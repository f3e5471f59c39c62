"""TOML file → Profile, or an error that names file, key and what was expected.

In: the path of a profile and `--set section.key=value`. Out: a Profile whose paths are absolute, or a
ProfileError with one line for each thing that is wrong, for the technician.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from agent.profile.describe import section_of, setting
from agent.profile.explain import explain
from agent.profile.schema import Profile

PATHS = {
    "device": ("data_dir",),
    "shop": ("goods_file",),
    "vision": ("models_dir",),
    "cloud": ("password_file", "ca_file", "certificate_file", "key_file"),
}


class ProfileError(Exception):
    """A profile that cannot be used: for the technician. One line for each key."""


def load(path: Path, overrides: Sequence[str] = ()) -> Profile:
    """Read a profile. `overrides` are `section.key=TOML value` and win over the file.

    Paths inside the profile come back absolute, taken from the profile's folder.

    Raises:
        ProfileError: missing or unreadable file, TOML that does not parse, unknown key, wrong unit,
            value out of range, settings that contradict each other; the text names file, key, what
            was expected.
    """
    raw = _parse(path)
    in_file = set(raw)
    overridden: set[tuple[str, ...]] = {_override(raw, override) for override in overrides}
    overridden |= {(section,) for section, _ in overridden if section not in in_file}
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        raise ProfileError("\n".join(_lines(path, error, overridden))) from None
    return _absolute(profile, path.resolve().parent)


def _lines(path: Path, error: ValidationError, overridden: set[tuple[str, ...]]) -> Iterator[str]:
    """One line for each thing that is wrong, beginning with where it was said."""
    for detail in error.errors():
        said_in = "--set" if detail["loc"][:2] in overridden else path
        yield f"{said_in}: {explain(detail)}"


def read_text(path: Path, what: str) -> str:
    """The text of a file that a person wrote. Raises ProfileError; `what` was expected."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ProfileError(f"{path}: no such file (expected {what})") from None
    except OSError as error:
        raise ProfileError(f"{path}: {(error.strerror or str(error)).lower()} (expected {what})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProfileError(f"{path}:{line}: not UTF-8 (expected {what}; save it as UTF-8)") from None


def _parse(path: Path) -> dict[str, Any]:
    text = read_text(path, "a device profile in TOML")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}:{_syntax(str(error), text)}") from None


def _syntax(message: str, text: str) -> str:
    """Line and what is wrong in it. tomllib says `Invalid value (at line 3, column 5)` or
    `(at end of document)`, and `Cannot …` of what stands twice."""
    what, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else max(1, len(text.splitlines()))
    if what.startswith("Cannot "):
        return f"{line}: this key or section stands above already (expected each once)"
    return f"{line}: {what[:1].lower()}{what[1:]} (expected TOML: key = value, text in quotes)"


def _override(raw: dict[str, Any], override: str) -> tuple[str, str]:
    """Put one `--set` into the raw profile; returns the section and the key it names."""
    dotted, sign, text = (part.strip() for part in override.partition("="))
    section, dot, key = dotted.partition(".")
    if not (sign and dot and section and key):
        raise ProfileError(f"--set {override}: expected section.key=value, as in camera.fps=30")
    field = Profile.model_fields.get(section)
    if "." in key or isinstance(raw.get(section), list) or (field and _is_list(field.annotation)):
        raise ProfileError(
            f"--set {override}: only section.key can be set here (expected one value such as "
            "camera.fps=30; change lists in the profile itself)"
        )
    table = raw.setdefault(section, {})
    if isinstance(table, dict):  # otherwise the schema will say what is wrong with the section
        table[key] = _value(section, key, text)
    return section, key


def _value(section: str, key: str, text: str) -> Any:
    """A TOML value; what is none is text, and so is what belongs into a text key (`till-2`, `007`)."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    field = Profile.model_fields.get(section)
    model = section_of(field.annotation) if field else None
    if model and key in model.model_fields and setting(model, key).type is str:
        return value if isinstance(value, str) else text
    return value


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is list


def _absolute(profile: Profile, folder: Path) -> Profile:
    updates: dict[str, BaseModel] = {}
    for section, keys in PATHS.items():
        part: BaseModel = getattr(profile, section)
        values = {key: getattr(part, key) for key in keys}
        fixed = {key: str(folder / Path(value).expanduser()) for key, value in values.items() if value}
        updates[section] = part.model_copy(update=fixed)
    return profile.model_copy(update=updates)
