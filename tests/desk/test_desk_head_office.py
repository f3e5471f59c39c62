"""Head office and a whole terminal: its settings taken over between two customers, its commands once."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from agent.fleet.wishes import Desired
from simulator.gateway.office_line import OfficeLine
from simulator.gateway.parts import Settings, settings_of
from tests.desk.conftest import Open
from tests.desk.till import Till
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SHOP = {"shop": {"name_zh": "春天便利店", "name_en": "Spring"}}


def test_settings_travel_are_refused_by_name_and_commands_run_once(opened: Open, tmp_path: Path) -> None:
    office, anchor = settings_of(tmp_path / "office"), tmp_path / "anchor.pem"
    registry = office.registry()
    registry.add_device("DESK-01")
    anchor.write_text(registry.office.anchor_pem)
    till = opened(settings={"fleet.anchor_file": str(anchor)})
    office = replace(office, broker=till.counter.insiders_url)
    office.save()
    line = OfficeLine(office.broker, registry.office.key)
    stranger = OfficeLine(till.counter.insiders_url, Ed25519PrivateKey.generate())
    device = "desk-01"

    # A customer is served while they arrive: nothing changes under his eyes.
    till.scan()
    stranger.wish_settings(device, Desired(9, {"shop": {"name_zh": "别家", "name_en": "Not ours"}}))
    line.wish_settings(device, Desired(1, SHOP))
    till.logged("a wish that is not head office's")
    assert reported(line, device) == (0, 0)
    with ThreadPoolExecutor(1) as listening:
        health = listening.submit(line.health, device, 40)
        till.touch("cashier", "cancel")
        wait_until(lambda: reported(line, device) == (1, 0), 40)
    assert health.result() is not None, "it says how it is as soon as it is there"
    till.works()
    till.now_reads("customer", "春天便利店")
    till.sells()
    till.begin()

    # What does not fit is refused, in words, and changes nothing.
    file = tmp_path / "settings.toml"
    file.write_text("[screens]\nface_wait_s = 1\n")
    code, told = hyla_cloud(office, "settings", device, str(file), "--wait", "20", "--json")
    assert (code, told["taken"]) == (1, False)
    assert told["refused"][0].startswith("screens.face_wait_s: unknown key (did you mean face_wait_ms")
    till.logged("settings [0-9]+ are refused")
    till.begin()

    # Commands: a sentence for the cashier, the doctor's short code, new screens.
    line.command(device, "message", {"zh": "今天送货", "en": "Delivery today"})
    till.now_reads("cashier", "今天送货")
    pid = till.counter.ui_pid()
    line.command(device, "restart_screens", {})
    wait_until(lambda: till.counter.ui_pid() not in (pid, None), 20)
    till.works()
    _, told = hyla_cloud(office, "command", device, "doctor", "--json")
    id = told["command_id"]
    wait_until(lambda: ("done", id) in outcomes(till), 60)
    told_code = next(r for r in commands(till) if r["command_id"] == id and r["outcome"] == "done")["told"]
    assert len(str(told_code).replace("-", "")) == 12
    till.logged("the screens process is gone")


def hyla_cloud(office: Settings, *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code, and what it printed."""
    command = [sys.executable, "-m", "simulator.gateway.command", *words, "--data", office.data]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def reported(line: OfficeLine, device: str) -> tuple[int, int]:
    """The version it lives by, and the one that it refused."""
    said = line.reported(device, 5)
    return (said.settings_version, said.refused_version) if said else (-1, -1)


def commands(till: Till) -> list[dict[str, object]]:
    """What the terminal told of commands."""
    records = (one for one in till.counter.cloud.records() if one.kind == "command")
    return [json.loads(one.body)["data"]["record"] for one in records]


def outcomes(till: Till) -> set[tuple[object, object]]:
    return {(one["outcome"], one["command_id"]) for one in commands(till)}
