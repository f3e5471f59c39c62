"""What head office sends for the idle screen: shown, and still there without link and after a power cut."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


def test_promotions_come_with_the_link_and_stay_without_it(tmp_path: Path) -> None:
    words = ["--headless", "--scenario", "promotions", "--screens", str(tmp_path / "pictures")]
    command = [sys.executable, "-m", "simulator.desk", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
