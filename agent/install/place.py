"""Texts → files under a prefix, seen first as a diff. What somebody edited is not overwritten unasked.

In: path → text. Out: Step, one per file, and the files. A file of ours begins with a line that holds the
checksum of the rest: as long as it fits, nobody has edited it.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["new", "same", "changed", "edited"]
MARK = "# Written by `hyla install`; changed by hand it is left alone ({checksum}).\n"
MARKED = re.compile(r"# Written by `hyla install`; .* \((?P<checksum>[0-9a-f]{16})\)\.\n")
MODE = 0o644


@dataclass(frozen=True, slots=True)
class Step:
    """One file: what would be there, what is there, and whose that is."""

    path: Path
    text: str
    there: str
    state: State

    def diff(self) -> str:
        """From what is there to what would be, as a patch; empty when they are the same."""
        lines = difflib.unified_diff(
            self.there.splitlines(keepends=True),
            self.text.splitlines(keepends=True),
            str(self.path) if self.there else "/dev/null",
            str(self.path),
        )
        return "".join(lines)


def marked(text: str) -> str:
    """With our line above it."""
    return MARK.format(checksum=_checksum(text)) + text


def plan(files: Mapping[str, str], prefix: Path) -> list[Step]:
    """What would happen to each file. Raises OSError for one that cannot be read."""
    return [_step(prefix / path.lstrip("/"), text) for path, text in files.items()]


def put(step: Step, force: bool) -> bool:
    """Write one file if it is to be written; what somebody edited is kept beside it as `.old`.

    Returns whether it is there now. Raises OSError.
    """
    if step.state == "same":
        return True
    if step.state == "edited":
        if not force:
            return False
        os.replace(step.path, step.path.with_name(f"{step.path.name}.old"))
    step.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=step.path.parent, delete=False, encoding="utf-8") as new:
        new.write(step.text)
        os.fchmod(new.fileno(), MODE)
        new.flush()
        os.fsync(new.fileno())
    os.replace(new.name, step.path)
    return True


def _step(path: Path, text: str) -> Step:
    if not path.exists():
        return Step(path, text, "", "new")
    there = path.read_text("utf-8", "replace")
    if there == text:
        return Step(path, text, there, "same")
    found = MARKED.match(there)
    ours = found is not None and _checksum(there[found.end() :]) == found["checksum"]
    return Step(path, text, there, "changed" if ours else "edited")


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
