"""A patient whose machine, data folder and devices are made up as a test needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.doctor.finding import Finding
from agent.doctor.patient import Patient
from agent.profile.loader import load

PROFILE = Path(__file__).parents[2] / "device_profiles" / "desk.toml"
MakePatient = Callable[..., Patient]


@pytest.fixture
def patient(tmp_path: Path) -> MakePatient:
    """`patient("camera.fps=10", scan=True)`: the desk's profile with these settings, on a folder of its
    own, with /proc and /sys looked for in `root` below it."""

    def make(*settings: str, **state: object) -> Patient:
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        profile = load(PROFILE, [f"device.data_dir={data}", *settings])
        return Patient(profile, **{"root": tmp_path / "root", **state})  # type: ignore[arg-type]

    return make


def by_name(findings: list[Finding]) -> dict[str, str]:
    """name → case."""
    return {finding.name: finding.case for finding in findings}


def put(root: Path, name: str, text: str) -> None:
    """A file of /proc or /sys."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "ascii")
