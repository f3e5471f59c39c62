"""What the schema says of a setting, in words: for error texts, the settings page and schema.json.

In: the sections of `profile.schema`. Out: Setting, one per key. Pure; nothing is said twice.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agent.profile.schema import Profile

# A unit stands in the key's name as a word of its own: `gap_ms`, `code_bytes_max`.
UNITS = {
    "ms": "milliseconds",
    "s": "seconds",
    "px": "pixels",
    "pct": "per cent",
    "bytes": "bytes",
    "frames": "frames",
    "cosine": "of cosine",
}
KINDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. `kind` is its type in words, `span` its range, `sentence` what it is for."""

    key: str
    kind: str
    span: str
    unit: str
    sentence: str
    type: Any
    field: FieldInfo

    @property
    def required(self) -> bool:
        return self.field.is_required()

    def expected(self) -> str:
        """`a whole number 5–60: frames a second asked of the camera`."""
        words = " ".join(word for word in (self.kind, self.span, self.unit) if word)
        return f"{words}: {_inside(self.sentence)}" if self.sentence else words


def setting(model: type[BaseModel], key: str) -> Setting:
    """What the schema says of this key. Raises KeyError when it is no key of the section."""
    field = model.model_fields[key]
    kind = _plain(field.annotation)
    sentence = field.description or (kind.__doc__ if is_section(kind) else "") or ""
    return Setting(
        key, _kind(kind, key), _span(kind, _bounds(field.metadata)), _unit(key), sentence, kind, field
    )


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """The tables of a profile in the order of the schema."""
    for name, field in Profile.model_fields.items():
        if model := section_of(field.annotation):
            yield name, model


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The section behind `CameraSection` or `list[CodeRule]`; None for a plain value."""
    kind = _plain(annotation)
    if get_origin(kind) is list:
        kind = get_args(kind)[0]
    return kind if is_section(kind) else None


def is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def number(value: float) -> str:
    """As it may stand in TOML: `86_400_000`."""
    return f"{value:_}" if isinstance(value, int) and abs(value) >= 10_000 else f"{value}"


def _plain(annotation: Any) -> Any:
    """Without `Annotated` and without `| None`."""
    if hasattr(annotation, "__metadata__"):
        return _plain(annotation.__origin__)
    if get_origin(annotation) in (Union, types.UnionType):
        [inner] = [part for part in get_args(annotation) if part is not types.NoneType]
        return _plain(inner)
    return annotation


def _kind(kind: Any, key: str) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, get_args(kind)))}"
    if get_origin(kind) is list:
        inner = get_args(kind)[0]
        return f"tables [[{key}]]" if is_section(inner) else f"a list of {KINDS[_plain(inner)]}"
    return f"a table [{key}]" if is_section(kind) else KINDS[kind]


def _bounds(metadata: Sequence[Any]) -> dict[str, Any]:
    """`ge`, `le`, `min_length`, `max_length`, also from inside `Annotated[int, Field(…)]`."""
    found: dict[str, Any] = {}
    for item in metadata:
        found |= _bounds(getattr(item, "metadata", ()))
        for name in ("ge", "le", "min_length", "max_length"):
            if (bound := getattr(item, name, None)) is not None:
                found[name] = bound
    return found


def _span(kind: Any, bounds: dict[str, Any]) -> str:
    if kind is str:
        return _between(bounds.get("min_length"), bounds.get("max_length"), "of {} characters")
    if kind in (int, float):
        return _between(bounds.get("ge"), bounds.get("le"), "{}")
    return _between(bounds.get("min_length"), bounds.get("max_length"), "({})")


def _between(low: float | None, high: float | None, words: str) -> str:
    if low is not None and high is not None:
        return words.format(f"{number(low)}–{number(high)}")
    if low is not None:
        return words.format(f"at least {number(low)}")
    return words.format(f"at most {number(high)}") if high is not None else ""


def _unit(key: str) -> str:
    return next((UNITS[word] for word in key.split("_") if word in UNITS), "")


def _inside(sentence: str) -> str:
    """A sentence inside another: no capital but in names (`MQTT`), no full stop."""
    capital = len(sentence) > 1 and sentence[1].isupper()
    return (sentence if capital else sentence[:1].lower() + sentence[1:]).removesuffix(".")
