"""A member with coupons at a whole terminal: what is shown is charged, and each coupon is good once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk.scenarios import played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


def test_what_a_member_has_is_taken_off_and_used_once(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = played("membership", tmp_path, "--json", str(report))
    assert done.code == 0, done.said
    orders = json.loads(report.read_text())["orders"]
    assert [(order["method"], order["amount_minor"]) for order in orders] == [
        ("face", 636),
        ("face", 748),
        ("wechat", 880),
    ]
