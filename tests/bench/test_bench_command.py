"""`hyla bench` itself, as a developer calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.vision.models import load_manifest, models_folder
from agent.vision.pull import pull
from simulator.people import ensure_people

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def bench(*words: str) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-m", "agent", "bench", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    told: dict[str, dict[str, object]] = json.loads(done.stdout)
    return told


PARTS = ["vision", "preview", "gallery", "journal", "restart", "turns", "coupons", "beam", "sim", "desk"]
"""All but `loose`, `glass`, `memory`, `claim`, `settings`, `storm`: these have tests of their own."""


@pytest.mark.timeout(300)
def test_all_parts_are_measured_in_one_run() -> None:
    ensure_people()
    pull(load_manifest(), models_folder(), None, lambda _: None)

    told = bench(*PARTS, "--rounds", "1", "--turns", "500")

    assert list(told) == PARTS
    ratios = told["vision"]["ratio"]
    assert isinstance(ratios, dict)
    assert set(ratios["hyla_to_opencv"]) == {"detect", "align", "embed", "detect_far", "whole"}
    assert set(ratios["hyla_to_stock"]) == {"embed"}
    assert told["preview"]["per_s"].keys() == {"camera", "preview", "drawn", "looks"}  # type: ignore[attr-defined]
    assert told["preview"]["per_s"]["drawn"] > 0, "the picture reached the glass"  # type: ignore[index]
    medians = told["desk"]["median"]
    assert isinstance(medians, dict)
    assert None not in medians.values()
