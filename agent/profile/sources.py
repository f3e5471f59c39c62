"""Where settings are said: TOML files and `--set`, each key with the line it stands on.

In: text that a person (or the cloud) wrote. Out: Source, and what several of them together say, the
later over the earlier. Nothing is judged here but the TOML itself; `loader` validates.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Key = tuple[str, ...]
"""`("camera", "fps")`; `("codes", "2", "length_min")` in a list of tables."""

HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
ASSIGNMENT = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")


class ProfileError(Exception):
    """Settings that cannot be used: for the technician. One line for each thing that is wrong."""


@dataclass(frozen=True, slots=True)
class Source:
    """One layer of settings: its name, what it says, and on which line. `--set` has no file."""

    layer: str
    path: Path | None
    raw: dict[str, Any]
    lines: Mapping[Key, int] = field(default_factory=dict)

    def origin(self, key: Key) -> Origin:
        """Where this source says it, or at least what it belongs to."""
        while key and key not in self.lines:
            key = key[:-1]
        return Origin(self.layer, self.path, self.lines.get(key))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from, as a person finds it: `/etc/hyla/profile.toml:12` or `--set`."""

    layer: str
    path: Path | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.path is None:
            return self.layer
        return f"{self.path}:{self.line}" if self.line else f"{self.path}"


DEFAULT = Origin("default")


def read_source(layer: str, path: Path, what: str) -> Source:
    """One TOML file. Raises ProfileError; `what` was expected."""
    return parse_source(layer, path, read_text(path, what))


def parse_source(layer: str, path: Path, text: str) -> Source:
    """The same for text that is not (or not yet) in its file."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}:{_syntax(str(error), text)}") from None
    return Source(layer, path, raw, dict(_lines(text)))


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


def merged(sources: Iterable[Source]) -> tuple[dict[str, Any], dict[Key, Source]]:
    """What all say together, key by key (a list is replaced as a whole), and who said each."""
    together: dict[str, Any] = {}
    said: dict[Key, Source] = {}
    for source in sources:
        for section, value in source.raw.items():
            table = together.get(section)
            if isinstance(value, dict) and isinstance(table, dict):
                table.update(value)
            elif table is None or not isinstance(value, dict):
                together[section] = dict(value) if isinstance(value, dict) else value
                said = {key: who for key, who in said.items() if key[0] != section}
                said[section,] = source
            else:
                continue  # a table over something that is none: the schema speaks of what is below
            said |= {(section, key): source for key in (value if isinstance(value, dict) else ())}
    return together, said


def _lines(text: str) -> Iterator[tuple[Key, int]]:
    """Each key that stands at the beginning of a line."""
    table: Key = ()
    rows: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            name = header[2]
            table = tuple(name.split("."))
            if header[1] == "[[":
                rows[name] = rows.get(name, -1) + 1
                if rows[name] == 0:
                    yield table, number
                table = (*table, str(rows[name]))
            yield table, number
        elif found := ASSIGNMENT.match(line):
            yield (*table, *(part.strip() for part in found[1].split("."))), number


def _syntax(message: str, text: str) -> str:
    """Line and what is wrong in it. tomllib says `Invalid value (at line 3, column 5)` or
    `(at end of document)`, and `Cannot …` of what stands twice."""
    what, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else max(1, len(text.splitlines()))
    if what.startswith("Cannot "):
        return f"{line}: this key or section stands above already (expected each once)"
    return f"{line}: {what[:1].lower()}{what[1:]} (expected TOML: key = value, text in quotes)"
