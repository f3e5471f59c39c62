"""`hyla doctor` beside a terminal that runs: it sees what the terminal sees, and no sale is disturbed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent.doctor.finding import State
from agent.doctor.short_code import decode
from tests.desk.till import Till
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
HEALTHY = ["camera", "light", "scanner", "broker", "cloud", "clock", "models", "money", "parked"]


def examined(till: Till, *options: str) -> tuple[dict[str, str], dict[str, Any]]:
    """name → case, and the whole object."""
    told = json.loads(till.counter.hyla("doctor", "--json", *options).stdout)
    return {finding["name"]: finding["case"] for finding in told["findings"]}, told


def test_a_running_terminal_is_asked_and_keeps_its_devices(one_till: Till) -> None:
    log_before = len(one_till.counter.log_lines())
    found, told = examined(one_till)
    assert told["running"]
    assert found["terminal"] == "runs"
    for name in HEALTHY:
        assert found[name] == "fine", told["findings"]
    assert found["journal"] in ("fine", "not_yet")
    assert found["frame_rate"] in ("fine", "slow")
    lost = [line for line in one_till.counter.log_lines()[log_before:] if "WARNING" in line]
    assert lost == []


def test_a_pulled_scanner_is_found_by_its_cause_and_the_code_says_so(one_till: Till) -> None:
    one_till.counter.trouble("unplug scanner")
    try:
        wait_until(lambda: examined(one_till)[0]["scanner"] == "unplugged", 30)
        code = examined(one_till)[1]["code"]
        assert decode(code).states["scanner"] is State.BROKEN
    finally:
        one_till.counter.trouble("plug in scanner")
        one_till.works()
