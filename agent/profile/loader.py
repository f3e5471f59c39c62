"""TOML file → Profile, or an error that names file, key and what was expected."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agent.profile.schema import Profile

UNITS = {
    "_ms": "milliseconds",
    "_s": "seconds",
    "_px": "pixels",
    "_pct": "per cent",
    "_cosine": "cosine",
}


class ProfileError(Exception):
    """A profile that cannot be used: for the technician. One line for each key."""


def load(path: Path, overrides: Sequence[str] = ()) -> Profile:
    """Read a profile. `overrides` are `section.key=TOML value` and win over the file.

    Paths inside the profile come back absolute, taken from the profile's folder.

    Raises:
        ProfileError: missing or unreadable file, TOML that does not parse, unknown key, wrong unit,
            value out of range; the text names file, key, what was expected.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ProfileError(f"{path}: no such file (expected a device profile in TOML)") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: {error} (expected a device profile in TOML)") from error
    for override in overrides:
        _override(raw, override)
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        lines = [f"{path}: {explain(detail)}" for detail in error.errors()]
        raise ProfileError("\n".join(lines)) from None
    return _absolute(profile, path.resolve().parent)


def _override(raw: dict[str, Any], override: str) -> None:
    dotted, sign, text = override.partition("=")
    section, dot, key = dotted.partition(".")
    if not sign or not dot:
        raise ProfileError(f"--set {override}: expected section.key=value")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    raw.setdefault(section, {})[key] = value


def explain(detail: ErrorDetails) -> str:
    """One pydantic error in the technician's words: key, value, what was expected, the next step."""
    where = ".".join(str(part) for part in detail["loc"])
    model, key = _model_at(detail["loc"]), str(detail["loc"][-1])
    if detail["type"] == "extra_forbidden":
        return f"{where}: unknown key{_suggest(model, key)}"
    if detail["type"] == "missing":
        return f"{where}: missing (expected {_expected(model, key)})"
    return f"{where} = {detail['input']!r} (expected {_expected(model, key)}; {detail['msg'].lower()})"


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The section the key stands in, following the profile's own fields."""
    model: type[BaseModel] | None = Profile
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if model else None
        annotation = field.annotation if field else None
        inner = getattr(annotation, "__args__", (annotation,))[0]
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
    return model


def _suggest(model: type[BaseModel] | None, key: str) -> str:
    known = list(model.model_fields) if model else []
    stem = key.rsplit("_", 1)[0]
    near = [name for name in known if name.rsplit("_", 1)[0] == stem]
    near = near or difflib.get_close_matches(key, known, n=1)
    if near:
        return f" (did you mean {near[0]}: {_expected(model, near[0])}?)"
    return f" (expected one of: {', '.join(known)})" if known else ""


def _expected(model: type[BaseModel] | None, key: str) -> str:
    """What the schema says of a key: unit, range and sentence."""
    field = model.model_fields.get(key) if model else None
    if field is None:
        return "a key of the schema"
    bounds = {type(item).__name__: item for item in _constraints(field.metadata)}
    low, high = bounds.get("Ge"), bounds.get("Le")
    span = f"{low.ge}–{high.le}" if low is not None and high is not None else ""
    unit = next((word for end, word in UNITS.items() if key.endswith(end)), "")
    kind = getattr(field.annotation, "__name__", str(field.annotation))
    words = " ".join(
        word for word in ({"str": "text", "int": "a whole number"}.get(kind, kind), span, unit) if word
    )
    return f"{words}: {field.description}" if field.description else words


def _constraints(metadata: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in metadata:
        flat += _constraints(item.metadata) if hasattr(item, "metadata") else [item]
    return flat


PATHS = {
    "device": ("data_dir",),
    "shop": ("goods_file",),
    "vision": ("models_dir",),
    "cloud": ("password_file", "ca_file", "certificate_file", "key_file"),
}


def _absolute(profile: Profile, folder: Path) -> Profile:
    updates: dict[str, BaseModel] = {}
    for section, keys in PATHS.items():
        part: BaseModel = getattr(profile, section)
        values = {key: getattr(part, key) for key in keys}
        fixed = {key: str(folder / value) for key, value in values.items() if value}
        updates[section] = part.model_copy(update=fixed)
    return profile.model_copy(update=updates)
