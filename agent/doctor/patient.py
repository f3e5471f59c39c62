"""The terminal that is looked at: its profile, and whether it runs.

Enters: a profile. Leaves: `Patient`, which every check is given. Nothing is opened or locked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.doctor.finding import Finding, found
from agent.health import Health, ask
from agent.profile.schema import Profile
from agent.storage.folder import is_held

ASK_S = 3.0
HANGS_MS = 10_000  # the loop turns at least once a second
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Patient:
    """`health` is what the running terminal says of itself; `held` that somebody holds its folder, also
    when nobody answers. `root` is where /proc and /sys are looked for. `scan`: people are there to scan."""

    profile: Profile
    health: Health | None = None
    held: bool = False
    root: Path = Path("/")
    scan: bool = False

    @property
    def data(self) -> Path:
        return Path(self.profile.device.data_dir).resolve()

    @property
    def runs(self) -> bool:
        """Somebody else owns the devices: ask, never open."""
        return self.health is not None or self.held


def meet(profile: Profile, scan: bool = False) -> Patient:
    """Ask whether it runs, and how it is."""
    data = Path(profile.device.data_dir)
    try:
        health = ask(data, "health", ASK_S)
    except TimeoutError:
        return Patient(profile, None, True, scan=scan)
    return Patient(profile, health, is_held(data), scan=scan)


def check_terminal(patient: Patient) -> list[Finding]:
    """Does it run, does it live?"""
    health = patient.health
    if not patient.runs:
        return [found("terminal", "stopped")]
    if health is None:
        return [found("terminal", "hangs", seconds=f"{ASK_S:.0f}")]
    if health.turn_age_ms > HANGS_MS:
        return [found("terminal", "hangs", seconds=health.turn_age_ms // 1000)]
    hours = f"{health.up_ms / HOUR_MS:.1f}"
    return [found("terminal", "runs", hours=hours, visit="free" if health.free else "busy")]
