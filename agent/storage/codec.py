"""Frozen dataclasses ↔ JSON text, so that what the core knows can be written down and read again.

A dataclass becomes `{"$": "ClassName", field: value, …}`; everything else is read by the type its
field declares: enums, tuples, dicts with text keys, NewTypes, unions. `decode(encode(x)) == x`, with
two exceptions that are meant: a `Secret` is never written and comes back FORGOTTEN, and a field
declared `object` holds plain JSON values only (a tuple there comes back as a list).

A newer program reads what an older one wrote as long as its new fields have defaults. A field that
the class does not know is refused: nothing that was once written is dropped unseen.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from types import ModuleType, UnionType
from typing import (
    Any,
    Literal,
    NewType,
    NoReturn,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from agent.core.ids import FORGOTTEN, Secret

T = TypeVar("T")
TAG = "$"
PLAIN = (bool, int, float, str, type(None))


class CodecError(Exception):
    """A value that cannot be written, or a text that cannot be read: the place, what was there, what was
    expected."""


class Codec:
    """Knows the frozen dataclasses of the given modules, each by its class name."""

    def __init__(self, *modules: ModuleType) -> None:
        self._classes: dict[str, type] = {}
        self._fields: dict[str, dict[str, tuple[Any, bool]]] = {}
        for module in modules:
            for thing in vars(module).values():
                if _is_frozen(thing) and thing.__module__ == module.__name__:
                    self._learn(thing)

    def encode(self, value: object) -> str:
        """Raises CodecError for a class it does not know, a number JSON does not have, or a key that is
        no text; the place is named."""
        try:
            return json.dumps(self._written(value, "value"), allow_nan=False, separators=(",", ":"))
        except (ValueError, RecursionError) as error:
            raise CodecError(f"cannot write {type(value).__name__}: {error}") from None

    @overload
    def decode(self, text: str, kind: type[T]) -> T: ...
    @overload
    def decode(self, text: str, kind: object) -> Any: ...
    def decode(self, text: str, kind: Any) -> Any:
        """Read a value of this type (a class, or any annotation such as a union).

        Raises:
            CodecError: no JSON, an unknown tag, a missing or unknown field, another type than declared.
        """
        try:
            return self._read(json.loads(text, parse_constant=_no_constant), kind, _name(kind))
        except (ValueError, OverflowError, RecursionError) as error:
            raise CodecError(f"{_name(kind)}: not readable: {error}") from None

    def _learn(self, cls: type) -> None:
        known = self._classes.setdefault(cls.__name__, cls)
        if known is not cls:
            raise ValueError(f"two classes are called {cls.__name__}: {known.__module__}, {cls.__module__}")
        hints = get_type_hints(cls)
        self._fields[cls.__name__] = {
            field.name: (hints[field.name], _is_required(field)) for field in dataclasses.fields(cls)
        }

    # --- writing ------------------------------------------------------------------------------------

    def _written(self, value: object, where: str) -> object:
        match value:
            case Secret():
                return {TAG: "Secret"}
            case StrEnum():
                return value.value
            case tuple() | list():
                return [self._written(item, f"{where}[{index}]") for index, item in enumerate(value)]
            case Mapping():
                return {
                    _key(key, where): self._written(item, f"{where}.{key}") for key, item in value.items()
                }
            case _ if type(value) in PLAIN:
                return value
            case _ if self._classes.get(type(value).__name__) is type(value):
                fields = self._fields[type(value).__name__]
                name = type(value).__name__
                return {TAG: name} | {f: self._written(getattr(value, f), f"{where}.{f}") for f in fields}
        raise CodecError(f"{where}: {type(value).__name__} is not one of the classes this codec knows")

    # --- reading ------------------------------------------------------------------------------------

    def _read(self, raw: Any, kind: Any, where: str) -> Any:
        if isinstance(kind, NewType):
            return self._read(raw, kind.__supertype__, where)
        origin, args = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._read_union(raw, kind, where)
        if origin is tuple and isinstance(raw, list):
            return self._read_tuple(raw, args, where)
        if origin in (dict, Mapping) and isinstance(raw, dict):
            return self._read_dict(raw, args[0], args[1], where)
        if origin is Literal and (type(raw), raw) in [(type(arg), arg) for arg in args]:
            return raw
        if isinstance(raw, dict) and TAG in raw:
            return self._built(raw, kind, where)
        if kind is object:
            return self._read_plain(raw, where)
        if kind is float and type(raw) is int:
            return float(raw)
        if kind in PLAIN and type(raw) is kind:
            return raw
        if isinstance(kind, type) and issubclass(kind, StrEnum) and raw in list(kind):
            return kind(raw)
        raise _unexpected(raw, kind, where)

    def _built(self, raw: dict[str, Any], kind: Any, where: str) -> Any:
        tag = raw[TAG]
        if tag == Secret.__name__ and kind in (Secret, object):
            return FORGOTTEN
        cls = self._classes.get(tag) if isinstance(tag, str) else None
        if cls is None or kind not in (cls, object):
            raise _unexpected(raw, kind, where)
        fields = self._fields[tag]
        given = {name: item for name, item in raw.items() if name != TAG}
        for name in given.keys() - fields.keys():
            raise CodecError(f"{where}: {tag} has no field {name!r:.40}")
        for name, (_, required) in fields.items():
            if required and name not in given:
                raise CodecError(f"{where}: {tag} without its field {name}")
        values = {
            name: self._read(item, fields[name][0], f"{where}.{name}") for name, item in given.items()
        }
        try:
            return cls(**values)
        except (ValueError, TypeError) as error:
            raise CodecError(f"{where}: {tag}: {error}") from None

    def _read_union(self, raw: Any, union: Any, where: str) -> Any:
        """What is tagged goes to the member it names; the rest to the first member that takes it."""
        tag = raw.get(TAG) if isinstance(raw, dict) else None
        for kind in get_args(union):
            if tag is not None and tag == _name(kind):
                return self._read(raw, kind, where)
            with suppress(CodecError):
                return self._read(raw, kind, where)
        raise _unexpected(raw, union, where)

    def _read_tuple(self, raw: list[Any], args: tuple[Any, ...], where: str) -> tuple[Any, ...]:
        kinds = args[:1] * len(raw) if args[1:] == (...,) else args
        if len(kinds) != len(raw):
            raise CodecError(f"{where}: {len(raw)} items (expected {len(kinds)})")
        items = enumerate(zip(raw, kinds, strict=True))
        return tuple(self._read(item, kind, f"{where}[{index}]") for index, (item, kind) in items)

    def _read_dict(self, raw: dict[str, Any], key: Any, item: Any, where: str) -> dict[str, Any]:
        return {self._read(k, key, where): self._read(v, item, f"{where}.{k}") for k, v in raw.items()}

    def _read_plain(self, raw: Any, where: str) -> Any:
        if isinstance(raw, dict):
            return {key: self._read(item, object, f"{where}.{key}") for key, item in raw.items()}
        if isinstance(raw, list):
            return [self._read(item, object, f"{where}[{index}]") for index, item in enumerate(raw)]
        return raw


def _is_frozen(thing: Any) -> bool:
    return (
        isinstance(thing, type)
        and dataclasses.is_dataclass(thing)
        and vars(thing)["__dataclass_params__"].frozen
    )


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _key(key: object, where: str) -> str:
    if not isinstance(key, str) or key == TAG:
        raise CodecError(f"{where}: {key!r:.40} cannot be a key (expected text other than {TAG!r})")
    return str(key)


def _name(kind: Any) -> str:
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(map(_name, get_args(kind)))
    return getattr(kind, "__name__", None) or str(kind)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _unexpected(raw: object, kind: Any, where: str) -> CodecError:
    found = f"tag {raw[TAG]!r:.40}" if isinstance(raw, dict) and TAG in raw else type(raw).__name__
    return CodecError(f"{where}: {found} (expected {_name(kind)})")
