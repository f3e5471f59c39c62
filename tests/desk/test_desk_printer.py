"""Receipts on paper and the drawer behind the printer, on a whole desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


def test_cash_opens_the_drawer_and_every_receipt_finds_its_order(tmp_path: Path) -> None:
    words = ["--headless", "--scenario", "printer", "--screens", str(tmp_path / "pictures")]
    command = [sys.executable, "-m", "simulator.desk", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "drawer   │ has sprung open 2 times" in done.stdout
    assert list((tmp_path / "pictures").glob("receipt-*.png"))
