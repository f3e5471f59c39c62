"""What only the simulator can show, asked of it as a process of its own.

Enters: a module of the simulator and its words. Leaves: what it printed. The product never imports the
simulator; a terminal in a shop has none, and then this says so.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

LAST_LINES = 5


class DeskError(Exception):
    """A run that could not be timed: what was expected and the next step."""


def simulator_is_here() -> bool:
    """Whether there is a desk to run, without importing it."""
    return importlib.util.find_spec("simulator") is not None


def asked(what: str, module: str, *words: str, wait_s: float) -> str:
    """Run it to its end; what it printed.

    Raises:
        DeskError: no simulator, no end, or an exit code: a failed run has no figures.
    """
    if not simulator_is_here():
        raise DeskError(
            f"{what} needs the simulator, which is not installed here (run this in a checkout, "
            "after make install)"
        )
    command = [sys.executable, "-m", module, *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=wait_s, check=False)
    except subprocess.TimeoutExpired:
        raise DeskError(f"{what} did not end within {wait_s:.0f} s (try fewer --rounds)") from None
    if done.returncode != 0:
        raise DeskError(f"{what} ended with exit code {done.returncode}:\n{_why(done.stderr)}")
    return done.stdout


def _why(said: str) -> str:
    """What a scenario found wrong, else the last words."""
    lines = said.strip().splitlines()
    return "\n".join([line for line in lines if line.startswith("✕")] or lines[-LAST_LINES:])
