"""A setting explained: sentence, value, unit, default, example; and which key was probably meant.

In: what a technician typed (`camera.fps`, `fps`, `camera`). Out: Page, one per key. All of it comes from
the schema, as error texts and docs/settings.md do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import PydanticUndefined

from agent.profile.describe import Setting, number, sections, setting
from agent.profile.explain import shown
from agent.profile.schema import Profile

NEAR_MAX = 3


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to know of one key. `default` is empty when the key must be set."""

    key: str
    sentence: str
    value: str
    unit: str
    default: str
    example: str


def pages(typed: str) -> list[Page]:
    """The key, the keys of that name in any section, or all keys of a section; or nothing."""
    every = list(_every())
    return (
        [page for page in every if page.key == typed]
        or [page for page in every if page.key.partition(".")[2] == typed]
        or [page for page in every if page.key.partition(".")[0] == typed.strip("[]")]
    )


def near(typed: str) -> list[str]:
    """Keys that look like what was typed, with or without their section."""
    keys = [page.key for page in _every()]
    found = difflib.get_close_matches(typed, keys, n=NEAR_MAX)
    names = {key.partition(".")[2] for key in keys}
    close = difflib.get_close_matches(typed.rpartition(".")[2], sorted(names), n=NEAR_MAX)
    return found or [key for name in close for key in keys if key.partition(".")[2] == name]


def default_of(known: Setting) -> str:
    """As it may stand in TOML; empty for a key that must be set."""
    default = known.field.default
    if default is PydanticUndefined:
        return ""
    if default is None:
        return "unset"
    return number(default) if type(default) is int else shown(default)


def _every() -> Iterator[Page]:
    for name, model in sections():
        head = f"[[{name}]]" if setting(Profile, name).kind.startswith("tables") else f"[{name}]"
        for key in model.model_fields:
            known = setting(model, key)
            yield Page(
                key=f"{name}.{key}",
                sentence=known.sentence,
                value=f"{known.kind} {known.span}".strip(),
                unit=known.unit,
                default=default_of(known),
                example=f"{head}  {key} = {_example(known)}",
            )


def _example(known: Setting) -> str:
    """A value that fits: the schema's own example, else the default."""
    if known.field.examples:
        return shown(known.field.examples[0])
    default = default_of(known)
    return default if default not in ("", "unset") else _made_up(known)


def _made_up(known: Setting) -> str:
    if known.kind.startswith("one of "):
        return shown(known.kind.removeprefix("one of ").split(", ")[0])
    if known.kind.startswith("a list"):
        return '["10", "11"]'
    return {"a whole number": "18", "text": '"/var/lib/hyla/models"'}.get(known.kind, "")
