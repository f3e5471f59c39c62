"""Profile, site settings, technician's changes and `--set` → Profile, or an error in the reader's words.

In: the path of a profile; beside it, in the terminal's data folder, the assignment (head office's, when it
was claimed), `site.toml` (the shop's, from the cloud) and `technician.toml` (changes made on the spot). A
later layer wins, key by key. Out: a Profile whose paths are absolute, with the origin of each value, or a
ProfileError with one line for each thing that is wrong: file and line, key, what was expected, next step.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agent.profile.describe import section_of, setting
from agent.profile.explain import explain
from agent.profile.schema import Profile
from agent.profile.sources import (
    DEFAULT,
    Key,
    Origin,
    ProfileError,
    Source,
    merged,
    read_source,
    read_text,
)

__all__ = [
    "LOCAL_LAYERS",
    "Loaded",
    "ProfileError",
    "load",
    "load_layers",
    "read_text",
    "stack",
    "validated",
]

PATHS = {
    "device": ("data_dir",),
    "shop": ("goods_file",),
    "vision": ("models_dir",),
    "cloud": ("password_file", "ca_file", "certificate_file", "key_file"),
    "fleet": ("ca_file", "anchor_file"),
}
ASSIGNMENT = "assignment"
LOCAL_LAYERS = {
    ASSIGNMENT: "identity/current/assignment.toml",
    "site": "site.toml",
    "technician": "technician.toml",
}
"""layer → its file in the data folder, the later over the earlier."""
UNCLAIMED: dict[str, dict[str, str]] = {
    "device": {"id": "unclaimed"},
    "shop": {"name_zh": "未开通", "name_en": "Not claimed", "goods_file": "goods.csv"},
    "cloud": {"url": "mqtts://unclaimed.invalid:8883"},
}
"""What only head office can say, before it has said it: never shown, never connected to."""
NOT_HERE = (
    "device.data_dir cannot be changed here (expected in the profile: this file is looked for in that "
    "folder); take it out"
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole terminal's settings, and where each was said (`camera.fps`; a list as a whole: `codes`)."""

    profile: Profile
    origins: Mapping[str, Origin]

    def origin(self, key: str) -> Origin:
        """Where this value comes from; what nobody said is the schema's default."""
        return self.origins.get(key, DEFAULT)


def load(path: Path, overrides: Sequence[str] = ()) -> Profile:
    """The settings a terminal runs with: every layer, `overrides` (`section.key=TOML value`) above all.

    Paths come back absolute, taken from the folder of the file that says them (`--set`: the profile's).

    Raises:
        ProfileError: missing or unreadable file, TOML that does not parse, unknown key, wrong unit,
            value out of range, settings that contradict each other; the text names file, key, what
            was expected.
    """
    return load_layers(path, overrides).profile


def load_layers(path: Path, overrides: Sequence[str] = ()) -> Loaded:
    """The same with the origin of every value. Raises ProfileError."""
    return validated(stack(path, overrides))


def stack(path: Path, overrides: Sequence[str] = ()) -> list[Source]:
    """Every layer there is, the lowest first. Raises ProfileError for what cannot be read."""
    profile = read_source("profile", path, "a device profile in TOML")
    said_last = _overrides(overrides, profile)
    folder = data_folder(profile, said_last)
    layers = [_local(layer, folder / file) for layer, file in LOCAL_LAYERS.items()] if folder else []
    known = [profile, *(layer for layer in layers if layer), *([said_last] if overrides else [])]
    return [*known, *_not_claimed(known)]


def _not_claimed(known: Sequence[Source]) -> Iterator[Source]:
    """What head office has not said yet, of a terminal that waits for it: its other settings can be read,
    shown and checked all the same."""
    raw, _ = merged(known)
    fleet = raw.get("fleet")
    if not isinstance(fleet, dict) or fleet.get("claim") is not True:
        return
    missing: dict[str, Any] = {}
    for section, keys in UNCLAIMED.items():
        table = raw.get(section, {})
        if isinstance(table, dict):
            missing[section] = {key: value for key, value in keys.items() if key not in table}
    yield Source("not claimed", None, missing)


def folder_of(path: Path, overrides: Sequence[str] = ()) -> Path | None:
    """Where this terminal's local layers lie; None when its profile does not say. Raises ProfileError."""
    profile = read_source("profile", path, "a device profile in TOML")
    return data_folder(profile, _overrides(overrides, profile))


def data_folder(profile: Source, said_last: Source) -> Path | None:
    """Where the local layers lie; None when the profile does not say it well enough to look."""
    for source in (said_last, profile):
        section = source.raw.get("device")
        value = section.get("data_dir") if isinstance(section, dict) else None
        if value is not None:
            return _from(profile, value) if isinstance(value, str) and value else None
    return None


def validated(sources: Sequence[Source]) -> Loaded:
    """What the layers say together. Raises ProfileError."""
    raw, said = merged(sources)
    wrong = [line for source in sources for line in _out_of_place(source)]
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        wrong += [f"{_said_in(detail, sources, said)}: {explain(detail)}" for detail in error.errors()]
    if wrong:
        raise ProfileError("\n".join(wrong))
    origins = {".".join(key): source.origin(key) for key, source in said.items()}
    return Loaded(_absolute(profile, sources[0], said), origins)


def _local(layer: str, path: Path) -> Source | None:
    """A layer that need not be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        pass  # reading it will say why
    return read_source(layer, path, f"settings of this terminal in TOML ({layer} layer)")


def _out_of_place(source: Source) -> Iterator[str]:
    """A layer cannot move the folder it is found in."""
    section = source.raw.get("device")
    if source.layer in LOCAL_LAYERS and isinstance(section, dict) and "data_dir" in section:
        where = source.origin(("device", "data_dir"))
        yield f"{where}: {NOT_HERE}"


def _said_in(detail: ErrorDetails, sources: Sequence[Source], said: Mapping[Key, Source]) -> Origin:
    """Where the thing that is wrong was said. What is missing was not: the profile should say it."""
    loc = tuple(map(str, detail["loc"]))
    profile = Origin(sources[0].layer, sources[0].path)
    if detail["type"] == "rule":
        loc = (*loc, detail["ctx"]["key"])
        if loc[:2] not in said:  # a default contradicts what somebody set: that one is to be told
            said_of_it = [source for key, source in said.items() if key[0] == loc[0]]
            highest = max(said_of_it, key=sources.index, default=None)
            return highest.origin(loc[:1]) if highest else profile
    if detail["type"] == "missing" and len(loc) < 3:
        return _missing_in(loc, said) or profile
    source = said.get(loc[:2]) or said.get(loc[:1])
    return source.origin(loc) if source else profile


def _missing_in(loc: Key, said: Mapping[Key, Source]) -> Origin | None:
    """A section that only `--set` began is not the file's fault."""
    source = said.get(loc[:1])
    return Origin(source.layer) if source and source.path is None else None


# --- --set ----------------------------------------------------------------------------------------


def _overrides(overrides: Sequence[str], profile: Source) -> Source:
    raw: dict[str, Any] = {}
    for override in overrides:
        _override(raw, override, profile.raw)
    return Source("--set", None, raw)


def _override(raw: dict[str, Any], override: str, below: Mapping[str, Any]) -> None:
    """Put one `--set` into its layer."""
    dotted, sign, text = (part.strip() for part in override.partition("="))
    section, dot, key = dotted.partition(".")
    if not (sign and dot and section and key):
        raise ProfileError(f"--set {override}: expected section.key=value, as in camera.fps=30")
    field = Profile.model_fields.get(section)
    if "." in key or isinstance(below.get(section), list) or (field and is_list(field.annotation)):
        raise ProfileError(
            f"--set {override}: only section.key can be set here (expected one value such as "
            "camera.fps=30; change lists in the profile itself)"
        )
    raw.setdefault(section, {})[key] = value_of(section, key, text)


def value_of(section: str, key: str, text: str) -> Any:
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


def is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is list


# --- paths ----------------------------------------------------------------------------------------


def _from(source: Source, value: str) -> Path:
    """A path as the file means it that says it. The assignment's go over `current`: the file that counts
    when it is opened, not when it was read."""
    assert source.path is not None
    file = source.path.absolute() if source.layer == ASSIGNMENT else source.path.resolve()
    return file.parent / Path(value).expanduser()


def _absolute(profile: Profile, lowest: Source, said: Mapping[Key, Source]) -> Profile:
    updates: dict[str, BaseModel] = {}
    for section, keys in PATHS.items():
        part: BaseModel = getattr(profile, section)
        fixed = {}
        for key in keys:
            who = said.get((section, key))
            base = who if who and who.path else lowest
            if value := getattr(part, key):
                fixed[key] = str(_from(base, value))
        updates[section] = part.model_copy(update=fixed)
    return profile.model_copy(update=updates)
