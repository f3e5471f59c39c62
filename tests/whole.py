"""The whole suite, side by side; what failed so is asked once more, alone (docs/decisions/0029).

python -m tests.whole --numprocesses 3 --dist loadgroup     what comes behind it goes to pytest
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ALONE = ("--numprocesses", "0")
# Whose tests go to one worker, by `xdist_group`.
GROUPS = ("whole terminals", "terminals of other names", "postgres", "pages")
# What a busy machine spoils is little: one slow fixture fails every test that leans on it, 22 at the most.
SPOILED_MAX = 25
FAILED = 1  # pytest's exit code for "some tests failed", and for nothing else


def main(arguments: list[str], folder: Path) -> int:
    """The exit code: pytest's own, or 0 when everything that failed beside others passed alone."""
    code = _pytest(folder, *arguments)
    failed = _failed(folder) if code == FAILED else []
    if not failed:
        return code
    if len(failed) > SPOILED_MAX:
        print(
            f"\n{len(failed)} failed, more than a busy machine spoils ({SPOILED_MAX}): none is asked again"
        )
        return code
    print(f"\n== {len(failed)} failed beside others: once more, alone", flush=True)
    code = _pytest(folder, *arguments, *ALONE, *failed)
    if code == 0:
        print("\nfailed beside others, passed alone (each is worth a look):", *failed, sep="\n  ")
    return code


def _pytest(folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=folder, check=False).returncode


def _failed(folder: Path) -> list[str]:
    """By name. pytest-xdist writes a test's group behind it: `tests/x.py::test_it@whole terminals`."""
    told = folder / ".pytest_cache" / "v" / "cache" / "lastfailed"
    names = json.loads(told.read_text("utf-8")) if told.exists() else {}
    return sorted({_without_group(name) for name in names})


def _without_group(name: str) -> str:
    test, _, last = name.rpartition("@")
    return test if last in GROUPS else name


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], Path(__file__).resolve().parents[1]))
