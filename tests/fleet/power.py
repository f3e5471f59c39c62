"""Pulling the plug under the identity's folder: its own steps are recorded and cut off anywhere.

`recorded` notes what `agent.fleet.disk` was told to do. `replayed` does the first N of these steps again in
a copy of what was there before: all of them, as ext4 keeps names in order, or (`strict`), as POSIX allows,
only those whose names were settled with their folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.fleet import disk

STEPS = ("make_folder", "write", "settle", "rename", "link", "remove", "remove_folder")


@dataclass(frozen=True, slots=True)
class Step:
    """One call of `disk`, its paths relative to the terminal's data folder."""

    what: str
    path: str
    more: Any = None

    def __str__(self) -> str:
        return f"{self.what} {self.path}"


class PowerCut(BaseException):
    """Nothing below catches this."""


@contextmanager
def recorded(data: Path, cut_before: int | None = None) -> Iterator[list[Step]]:
    """Every step inside, in order; with `cut_before` the power goes instead of that step."""
    steps: list[Step] = []
    real = {name: getattr(disk, name) for name in STEPS}

    def noting(name: str) -> Any:
        def call(path: Path, *more: Any) -> None:
            if cut_before is not None and len(steps) == cut_before:
                raise PowerCut
            told = tuple(str(one.relative_to(data)) if isinstance(one, Path) else one for one in more)
            steps.append(Step(name, str(path.relative_to(data)), told[0] if told else None))
            real[name](path, *more)

        return call

    for name in STEPS:
        setattr(disk, name, noting(name))
    try:
        yield steps
    finally:
        for name in STEPS:
            setattr(disk, name, real[name])


def replayed(steps: list[Step], found: Path, into: Path, strict: bool) -> None:
    """What is in `into` after the power went behind these steps; `found` is what was there before."""
    shutil.copytree(found, into, symlinks=True)
    for number, step in enumerate(steps):
        known = step.what == "write" and (into / step.path).exists()
        if not strict or known or _is_settled(step, steps[number + 1 :]):
            _do(step, into)


def _is_settled(step: Step, after: list[Step]) -> bool:
    """Whether the name that this step changed is on disk: its folder was settled since."""
    folder = str(Path(step.path).parent)
    return any(later.what == "settle" and later.path == folder for later in after)


def _do(step: Step, into: Path) -> None:
    path = into / step.path
    match step.what:
        case "make_folder":
            path.mkdir()
        case "write":
            if path.parent.is_dir():  # else its folder's name got lost, and it with it
                path.write_bytes(step.more)
                path.chmod(0o600)
        case "rename":
            path.rename(into / step.more)
        case "link":
            path.symlink_to(step.more)
        case "remove":
            path.unlink()
        case "remove_folder":
            shutil.rmtree(path)
