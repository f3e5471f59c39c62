"""The settings that head office sent, on this disk: ready, on trial, taken or given back.

Enters: Desired, and how the terminal does with it. Leaves: `site.toml` in the data folder, a layer of
`profile.loader`. Each change is one switch of a name, so that after a power cut the old settings count or
the new ones, and `begin` says which. New ones are on trial until every device works that worked before; a
start that fails twice, or a device that stays away, brings the last good ones back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agent.fleet import disk
from agent.fleet.wishes import Desired
from agent.profile.effect import NOT_FROM_AFAR
from agent.profile.goods import load_goods
from agent.profile.loader import LOCAL_LAYERS, ProfileError, stack, validated
from agent.profile.schema import Profile
from agent.profile.sources import Source

SITE = LOCAL_LAYERS["site"]
READY, BEFORE, TRIAL, REFUSED = "site.ready.toml", "site.before.toml", "site.trial", "site.refused"
GOODS = "goods-{version}.csv"
FIRST_LINE = re.compile(r"# settings of head office, version (\d{1,16})\n")
STARTS_MAX = 2
WHY_MAX, WHY_CHARS_MAX = 20, 300
ABOVE = ("technician", "--set")
"""Layers that win over head office's."""

T = TypeVar("T")


class Trial(msgspec.Struct, frozen=True):
    """Settings that have yet to prove themselves; `up` worked before. `had_before`: there were others."""

    version: int
    up: tuple[str, ...]
    had_before: bool
    starts: int = 0


class Refused(msgspec.Struct, frozen=True):
    """The newest settings that were not taken, or given back, and why: one line each."""

    version: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What head office is told."""

    version: int
    refused: Refused | None
    on_trial: bool


class SiteSettings:
    """One terminal's site layer. `profile` and `overrides` as the terminal was started with."""

    def __init__(self, data: Path, profile: Path, overrides: Sequence[str] = ()) -> None:
        self._data, self._profile, self._overrides = data, profile, overrides

    def standing(self) -> Standing:
        """As it is on disk."""
        trial = self._read(TRIAL, Trial)
        return Standing(self._version(SITE), self._read(REFUSED, Refused), trial is not None)

    def trial(self) -> Trial | None:
        """What is being tried since the last start."""
        trial = self._read(TRIAL, Trial)
        return trial if trial and trial.version == self._version(SITE) else None

    # --- from offer to trial --------------------------------------------------------------------------

    def offer(self, desired: Desired) -> Profile | None:
        """Check it against everything else that is set here, and lay it ready: the profile it makes. None:
        it is not newer, or does not fit; `standing` says why. Raises OSError when the disk refuses."""
        known = self.standing()
        if desired.version <= max(known.version, known.refused.version if known.refused else 0):
            return None
        checked = self._checked(desired)
        if isinstance(checked, list):
            self._put(REFUSED, msgspec.json.encode(Refused(desired.version, _short(checked))))
            return None
        return checked

    def take(self, version: int, up: Collection[str]) -> bool:
        """Switch to what lies ready; the next start is its trial. False: it is not there any more."""
        if self._version(READY) != version:
            return False
        had_before = (self._data / SITE).exists()
        if had_before:
            self._put(BEFORE, (self._data / SITE).read_bytes())
        self._put(TRIAL, msgspec.json.encode(Trial(version, tuple(sorted(up)), had_before)))
        disk.rename(self._data / READY, self._data / SITE)
        disk.settle(self._data)
        return True

    # --- from trial to good or back ---------------------------------------------------------------------

    def begin(self) -> str:
        """At a start, before anything is loaded. Says in one sentence where the terminal stands."""
        version, trial = self._version(SITE), self._read(TRIAL, Trial)
        if trial is None:
            return f"settings {version} of head office" if version else "no settings of head office"
        if trial.version != version:
            self._remove(TRIAL)
            return f"settings {version} as before: the power went before {trial.version} counted"
        if trial.starts >= STARTS_MAX:
            self.give_back(f"the terminal did not start with them, {STARTS_MAX} times")
            return f"settings {self._version(SITE)} again: {trial.version} did not start"
        self._put(TRIAL, msgspec.json.encode(msgspec.structs.replace(trial, starts=trial.starts + 1)))
        return f"settings {version} on trial"

    def keep(self) -> None:
        """They have proved themselves."""
        version = self._version(SITE)
        self._remove(TRIAL)
        for name in (BEFORE, *self._other_goods(version)):
            self._remove(name)

    def give_back(self, why: str) -> None:
        """The last good settings count again."""
        trial = self.trial()
        if trial is None:
            return
        self._put(REFUSED, msgspec.json.encode(Refused(trial.version, _short([why]))))
        if trial.had_before:
            disk.rename(self._data / BEFORE, self._data / SITE)
        else:
            disk.remove(self._data / SITE)
        disk.settle(self._data)
        self._remove(TRIAL)

    # --- checking -------------------------------------------------------------------------------------

    def _checked(self, desired: Desired) -> Profile | list[str]:
        """It lies ready, and what all layers say with it; or what is wrong, by itself and among them."""
        if faults := list(_from_afar(desired.settings)):
            return faults
        try:
            raw = self._with_goods(desired)
            lines = [f"# settings of head office, version {desired.version}", *_toml(raw)]
            profile = self._check(raw)
        except ProfileError as error:
            text = str(error).replace(f"{self._data / SITE}: ", "").replace(f"{self._data}/", "")
            return text.splitlines()
        except TypeError as error:
            return [f"settings: {error}"]
        self._put(READY, ("\n".join(lines) + "\n").encode())
        return profile

    def _check(self, raw: dict[str, Any]) -> Profile:
        """Among all other layers. Raises ProfileError."""
        layers = [one for one in stack(self._profile, self._overrides) if one.layer != "site"]
        above = [number for number, one in enumerate(layers) if one.layer in ABOVE]
        layers.insert(min(above, default=len(layers)), Source("site", self._data / SITE, raw))
        profile = validated(layers).profile
        load_goods(Path(profile.shop.goods_file))
        return profile

    def _with_goods(self, desired: Desired) -> dict[str, Any]:
        raw = {section: _copied(value) for section, value in desired.settings.items()}
        if desired.goods_csv:
            name = GOODS.format(version=desired.version)
            self._put(name, desired.goods_csv.encode())
            raw.setdefault("shop", {})["goods_file"] = name
        elif file := self._goods_before():
            raw.setdefault("shop", {})["goods_file"] = file
        return raw

    def _goods_before(self) -> str:
        """A price list of head office stays until the next one."""
        version = self._version(SITE)
        kept = sorted(path.name for path in self._data.glob(GOODS.format(version="*")))
        text = (self._data / SITE).read_text("utf-8") if version else ""
        return next((name for name in kept if json.dumps(name) in text), "")

    def _other_goods(self, version: int) -> list[str]:
        text = (self._data / SITE).read_text("utf-8") if version else ""
        names = [path.name for path in self._data.glob(GOODS.format(version="*"))]
        return [name for name in names if json.dumps(name) not in text]

    # --- the disk -------------------------------------------------------------------------------------

    def _version(self, name: str) -> int:
        """0 for a file that is not there, or that somebody else wrote."""
        try:
            found = FIRST_LINE.match((self._data / name).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return 0
        return int(found[1]) if found else 0

    def _read(self, name: str, kind: type[T]) -> T | None:
        try:
            return msgspec.json.decode((self._data / name).read_bytes(), type=kind)
        except (OSError, msgspec.MsgspecError):
            return None

    def _put(self, name: str, data: bytes) -> None:
        new = self._data / f".{name}.new"
        disk.write(new, data)
        disk.settle(self._data)
        disk.rename(new, self._data / name)
        disk.settle(self._data)

    def _remove(self, name: str) -> None:
        if (self._data / name).exists():
            disk.remove(self._data / name)
            disk.settle(self._data)


def _from_afar(settings: dict[str, Any]) -> list[str]:
    told = "belongs to this terminal alone (expected settings of the shop); change it there"
    wrong = []
    for section, value in settings.items():
        keys = NOT_FROM_AFAR.get(section, ())
        if keys is None:
            wrong.append(f"{section}: {told}")
        elif isinstance(value, dict):
            wrong += [f"{section}.{key}: {told}" for key in keys if key in value]
    return wrong


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


def _toml(raw: dict[str, Any]) -> list[str]:
    """Tables of plain values, and lists of such tables. Raises TypeError for anything else."""
    lines: list[str] = []
    for section, value in raw.items():
        for table in value if isinstance(value, list) else [value]:
            if not isinstance(table, dict):
                raise TypeError(f"{section} is no table (expected keys and values)")
            lines.append(f"[[{_key(section)}]]" if isinstance(value, list) else f"[{_key(section)}]")
            lines += [f"{_key(key)} = {_value(inner)}" for key, inner in table.items()]
    return lines


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name)


def _value(value: Any) -> str:
    """JSON's texts, numbers, truths and lists of them are TOML's too."""
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007f")
    raise TypeError(f"{type(value).__name__} is no setting (expected a text, a number, true or false)")


def _short(why: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[:WHY_CHARS_MAX] for line in why[:WHY_MAX])
