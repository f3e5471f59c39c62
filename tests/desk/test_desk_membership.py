"""A member with coupons at a whole terminal: what is shown is charged, and each coupon is good once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


def test_what_a_member_has_is_taken_off_and_used_once(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    words = ["--headless", "--scenario", "membership", "--screens", str(tmp_path / "pictures")]
    command = [sys.executable, "-m", "simulator.desk", *words, "--json", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    orders = json.loads(report.read_text())["orders"]
    assert [(order["method"], order["amount_minor"]) for order in orders] == [
        ("face", 636),
        ("face", 748),
        ("wechat", 880),
    ]
