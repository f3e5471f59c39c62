"""A setting that does not fit, in the technician's words: key, value, what was expected, next step.

In: one error of pydantic. Out: one line without the file's name. Owned by `loader`. The value of an
unknown key is never repeated: it may be a password that stands in the wrong place.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from agent.profile.describe import KINDS, UNITS, Setting, number, section_of, sections, setting
from agent.profile.schema import Profile

VALUE_CHARS_MAX = 60
HIDDEN = frozenset({"staff.manager_pin"})
"""Settings whose value is never repeated: the PIN itself may stand there, and of what is made of it the PIN
can be found by trying all."""
MILLISECONDS = {"ms": 1, "s": 1000, "sec": 1000, "min": 60_000, "h": 3_600_000}
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z%]*)")


def explain(error: ErrorDetails) -> str:
    """`camera.fps = 0 (expected a whole number 5–60: frames a second asked of the camera)`."""
    where, loc = ".".join(map(str, error["loc"])), error["loc"]
    kind, value = error["type"], error["input"]
    if kind == "rule":
        told = error["ctx"]
        return f"{where}.{told['key']} = {shown(told['value'])} (expected {told['expected']})"
    model, key = _model_at(loc), str(loc[-1])
    if kind == "extra_forbidden":
        what = "section" if model is Profile and isinstance(value, dict | list) else "key"
        return f"{where}: unknown {what}{_suggest(model, key, value)}"
    if model is None or key not in model.model_fields:
        return f"{where} = {shown(value)} (expected {_item(loc)})"
    known = setting(model, key)
    if kind == "missing":
        return f"{where}: missing (expected {known.expected()})"
    hint = "" if where in HIDDEN else _hint(known, value)
    return f"{where} = {shown(veiled(where, value))} (expected {known.expected()}){hint}"


def veiled(key: str, value: Any) -> Any:
    """The value of this setting; of a hidden one only that it is set."""
    return "•••" if key in HIDDEN and value != "" else value


def shown(value: Any) -> str:
    """A value as it stands in TOML, short, and without the password of a URL."""
    if isinstance(value, dict):
        return "{…}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = re.sub(r"//[^/\s]*@", "//•••@", text)
    return text if len(text) <= VALUE_CHARS_MAX else text[: VALUE_CHARS_MAX - 1] + "…"


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The section the key stands in, following the profile's own fields; None inside a plain list."""
    model: type[BaseModel] | None = Profile
    for part in loc[:-1]:
        if isinstance(part, str):
            field = model.model_fields.get(part) if model else None
            model = section_of(field.annotation) if field else None
    return model


def _item(loc: tuple[int | str, ...]) -> str:
    """What an item of a list should be: `codes.2` a table, `codes.0.prefixes.1` text."""
    model, name = _model_at(loc[:-1]), str(loc[-2])
    if model is None or name not in model.model_fields:
        return "a setting of the schema"
    if section_of(model.model_fields[name].annotation):
        return f"a table [[{name}]]"
    inner = get_args(setting(model, name).type)[0]
    return f"{KINDS.get(getattr(inner, '__origin__', inner), 'a value')}, not empty"


def _suggest(model: type[BaseModel] | None, key: str, value: Any) -> str:
    """The key that was probably meant: same name elsewhere, other unit, or spelt nearly so."""
    if model is None:
        return ""
    homes = [name for name, section in sections() if key in section.model_fields]
    if homes and not isinstance(value, dict):
        return f" (did you mean {homes[0]}.{key}?)"
    if model is Profile:
        return _suggest_section(key)
    known = list(model.model_fields)
    stem = key.rpartition("_")[0]
    near = [name for name in known if stem and name.rpartition("_")[0] == stem]
    near = near or difflib.get_close_matches(key, known, n=1)
    if not near:
        return f" (expected one of {', '.join(known)})"
    meant, unit = setting(model, near[0]), key.rpartition("_")[2]
    amount = _converted(meant, f"{value}{unit}") if unit in UNITS else ""
    return f" (did you mean {near[0]}{f' = {amount}' if amount else ''}? It takes {meant.expected()})"


def _suggest_section(key: str) -> str:
    known = [name for name, _ in sections()]
    near = difflib.get_close_matches(key, known, n=1)
    return f" (did you mean [{near[0]}]?)" if near else f" (expected one of {', '.join(known)})"


def _hint(known: Setting, value: Any) -> str:
    """The next step where it can be told: `"5s"` → write 5000, `cr` → CR, `"9600"` → 9600."""
    if get_origin(known.type) is Literal and isinstance(value, str):
        words = {word.casefold(): word for word in get_args(known.type)}
        near = difflib.get_close_matches(value.casefold(), words, n=1)
        return f"; did you mean {words[near[0]]}?" if near else ""
    if known.type is bool and str(value).casefold() in ("true", "false", "yes", "no", "on", "off"):
        return "; write it without quotes, true or false"
    if known.type is str and type(value) in (int, float):
        return f'; write "{value}"'
    amount = _converted(known, value) if isinstance(value, str) else ""
    return f"; write {amount}" if amount else ""


def _converted(known: Setting, value: Any) -> str:
    """`5s` for a key in milliseconds → `5000`; empty when it cannot be told."""
    found = AMOUNT.fullmatch(str(value).strip())
    if known.type is not int or found is None:
        return ""
    amount, unit = float(found[1]), found[2]
    key_unit = next((word for word in known.key.split("_") if word in UNITS), "")
    if unit in MILLISECONDS and key_unit in MILLISECONDS:
        amount *= MILLISECONDS[unit] / MILLISECONDS[key_unit]
    elif unit not in ("", key_unit):
        return ""
    return number(int(amount)) if amount.is_integer() else ""
