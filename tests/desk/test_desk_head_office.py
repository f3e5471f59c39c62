"""Head office and a whole terminal: its settings taken over between two customers, its commands once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.fleet.wishes import Desired
from simulator.gateway.office_line import OfficeLine
from tests.desk.conftest import Open
from tests.desk.till import Till
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SHOP = {"shop": {"name_zh": "春天便利店", "name_en": "Spring"}}


def test_settings_travel_are_refused_by_name_and_commands_run_once(opened: Open, tmp_path: Path) -> None:
    key, anchor = Ed25519PrivateKey.generate(), tmp_path / "anchor.pem"
    anchor.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    till = opened(settings={"fleet.anchor_file": str(anchor)})
    line = OfficeLine(till.counter.insiders_url, key)
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
    line.wish_settings(device, Desired(2, {"screens": {"face_wait_s": 1}}))
    wait_until(lambda: reported(line, device) == (1, 2), 20)
    told = line.reported(device, 5)
    assert told is not None
    assert told.refused_why[0].startswith("screens.face_wait_s: unknown key (did you mean face_wait_ms")
    till.logged("settings 2 are refused")
    till.begin()

    # Commands: a sentence for the cashier, the doctor's short code, new screens.
    line.command(device, "message", {"zh": "今天送货", "en": "Delivery today"})
    till.now_reads("cashier", "今天送货")
    pid = till.counter.ui_pid()
    line.command(device, "restart_screens", {})
    wait_until(lambda: till.counter.ui_pid() not in (pid, None), 20)
    till.works()
    id = line.command(device, "doctor", {})
    wait_until(lambda: ("done", id) in outcomes(till), 60)
    told_code = next(r for r in commands(till) if r["command_id"] == id and r["outcome"] == "done")["told"]
    assert len(str(told_code).replace("-", "")) == 12
    till.logged("the screens process is gone")


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
