"""The technician's own layer, changed one setting at a time: `technician.toml` in the data folder.

In: a key and its value, as a person or a wizard found them. Out: the file, whole or as it was; a
comment that somebody wrote in it stays. What does not fit is refused before anything is written.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from agent.profile.describe import section_of
from agent.profile.explain import explain
from agent.profile.loader import (
    LOCAL_LAYERS,
    NOT_HERE,
    ProfileError,
    is_list,
    read_text,
    stack,
    validated,
)
from agent.profile.schema import Profile
from agent.profile.sources import Source, parse_source

TECHNICIAN = "technician"
HEAD = (
    "# What was changed on this terminal; wins over profile and site settings (hyla profile set, unset).\n"
)
MODE = 0o640


def write_local_setting(
    folder: Path, key: str, value: object, profile: Path | None = None, overrides: Sequence[str] = ()
) -> Path:
    """Change one setting of this terminal (`scanner.baud`, 115200) for good; returns the file.

    Args:
        folder: the terminal's data folder (`device.data_dir`).
        profile: the terminal's profile; with it the change must fit all other settings as well.

    Raises:
        ProfileError: no such key, a value that does not fit, a file or folder that cannot be written.
            Nothing was changed then.
    """
    return write_local_settings(folder, {key: value}, profile, overrides)


def write_local_settings(
    folder: Path, changes: Mapping[str, object], profile: Path | None = None, overrides: Sequence[str] = ()
) -> Path:
    """The same for several at once: all of them or none."""
    wanted = [(*_split(key), value) for key, value in changes.items()]
    _check(Source("not written", None, _tables(wanted)), folder, profile, overrides)

    def change(document: tomlkit.TOMLDocument) -> None:
        for section, key, value in wanted:
            table = document.setdefault(section, tomlkit.table())
            table[key] = value

    return _rewrite(folder, change)


def remove_local_setting(
    folder: Path, key: str, profile: Path | None = None, overrides: Sequence[str] = ()
) -> Path:
    """Take back one change; what the layers below say counts again.

    Raises:
        ProfileError: it was never changed here, or the rest would not fit together without it.
    """
    section, name = _split(key)
    path = folder / LOCAL_LAYERS[TECHNICIAN]
    raw = parse_source(TECHNICIAN, path, _text(path)).raw
    table = raw.get(section)
    if not isinstance(table, dict) or name not in table:
        changed = [f"{at}.{k}" for at, t in raw.items() if isinstance(t, dict) for k in t]
        raise ProfileError(
            f"{path}: {key} is not changed here (expected one of: {', '.join(changed) or 'nothing yet'})"
        )
    del table[name]
    _check(Source(TECHNICIAN, path, raw), folder, profile, overrides)

    def change(document: tomlkit.TOMLDocument) -> None:
        del document[section][name]
        if not document[section]:
            del document[section]

    return _rewrite(folder, change)


def layer_faults(source: Source) -> list[str]:
    """What is wrong with one layer by itself; how it fits the others only the whole stack can tell."""
    try:
        Profile.model_validate(source.raw)
    except ValidationError as error:
        return [
            f"{source.origin(tuple(map(str, detail['loc'])))}: {explain(detail)}"
            for detail in error.errors()
            if detail["type"] not in ("missing", "rule")
        ]
    return []


# --- checking -------------------------------------------------------------------------------------


def _check(source: Source, folder: Path, profile: Path | None, overrides: Sequence[str]) -> None:
    """The change by itself, and among all the others where they are known. Raises ProfileError."""
    if faults := layer_faults(source):
        raise ProfileError("\n".join(faults))
    if profile is None:
        return
    layers = stack(profile, [*overrides, f"device.data_dir={folder}"])
    if source.layer == TECHNICIAN:
        layers = [source if layer.layer == TECHNICIAN else layer for layer in layers]
    else:
        layers.append(source)
    validated(layers)


def _split(key: str) -> tuple[str, str]:
    """Raises ProfileError for what is no single setting of a section."""
    section, _, name = key.partition(".")
    field = Profile.model_fields.get(section)
    if (
        not name
        or "." in name
        or (field and (is_list(field.annotation) or not section_of(field.annotation)))
    ):
        raise ProfileError(
            f"not written: {key} (expected section.key, as in camera.fps; lists are changed in the profile)"
        )
    if (section, name) == ("device", "data_dir"):
        raise ProfileError(f"not written: {NOT_HERE}")
    return section, name


def _tables(wanted: Sequence[tuple[str, str, object]]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for section, key, value in wanted:
        tables.setdefault(section, {})[key] = value
    return tables


# --- writing --------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    return read_text(path, "the technician's changes in TOML") if path.exists() else ""


def _rewrite(folder: Path, change: Callable[[tomlkit.TOMLDocument], None]) -> Path:
    """Read, change, replace in one step; two writers wait for each other."""
    path = folder / LOCAL_LAYERS[TECHNICIAN]
    try:
        with _alone(folder):
            text = _text(path)
            parse_source(TECHNICIAN, path, text)  # our words for what is no TOML, not the library's
            document = tomlkit.parse(text or HEAD)
            change(document)
            _replace(path, tomlkit.dumps(document))
    except OSError as error:
        raise ProfileError(
            f"{path}: cannot be written: {(error.strerror or str(error)).lower()} (expected the terminal's "
            "data folder; try it as the terminal's user, or with sudo)"
        ) from None
    return path


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    """After a power cut there is the old file or the new one. It belongs to whom the folder belongs: a
    file of root's would be one the terminal cannot read."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".technician-", delete=False, encoding="utf-8"
    ) as new:
        try:
            new.write(text)
            new.flush()
            os.fchmod(new.fileno(), MODE)
            if os.geteuid() == 0:
                owner = path.parent.stat()
                os.fchown(new.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(new.fileno())
            os.replace(new.name, path)
        except BaseException:
            os.unlink(new.name)
            raise


# --- leaving --------------------------------------------------------------------------------------

HARDWARE = ("device", "camera", "infrared", "depth", "scanner", "screens", "voice", "vision", "fleet")
"""Sections about the machine; the others are the shop's."""


def hardware_only(text: str) -> str:
    """The technician's changes without those about the shop; a comment within a section stays. A file that
    cannot be read is the shop's too."""
    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError:
        return HEAD
    kept = tomlkit.document()
    for section, table in document.items():
        if section in HARDWARE:
            kept[section] = table
    return HEAD + tomlkit.dumps(kept)
