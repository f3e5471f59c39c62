"""Head office and a whole terminal: its settings taken over between two customers, its commands once."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from agent.fleet.wishes import Desired
from simulator.gateway.bundles import Bundles, BundleShelf
from simulator.gateway.office_line import OfficeLine
from simulator.gateway.parts import Settings, settings_of
from simulator.gateway.registry import Registry
from tests.desk.conftest import Open
from tests.desk.till import Till
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SHOP = {"shop": {"name_zh": "春天便利店", "name_en": "Spring"}, "screens": {"shown_wait_ms": 2_500}}
SUMMER = {"shop": {"name_zh": "夏天便利店", "name_en": "Summer"}, "screens": {"shown_wait_ms": 2_500}}
"""What nobody but the rules reads changes: no refit."""
WIDER = {**SUMMER, "screens": {"cashier_width_px": 1_300}, "scanner": {"repeat_ms": 900}}
"""The windows are made with it."""


def known_to_head_office(opened: Open, folder: Path) -> tuple[Till, Settings, Registry]:
    """A terminal on the desk, and the head office whose word it believes."""
    office, anchor = settings_of(folder / "office"), folder / "anchor.pem"
    registry = office.registry()
    registry.add_device("DESK-01")
    anchor.write_text(registry.office.anchor_pem)
    till = opened(settings={"fleet.anchor_file": str(anchor)})
    return till, replace(office, broker=till.counter.insiders_url), registry


def test_settings_travel_are_refused_by_name_and_commands_run_once(opened: Open, tmp_path: Path) -> None:
    till, office, registry = known_to_head_office(opened, tmp_path)
    office.save()
    line = OfficeLine(office.broker, registry.office.key)
    stranger = OfficeLine(till.counter.insiders_url, Ed25519PrivateKey.generate())
    device = "desk-01"

    # A customer is served while they arrive: nothing changes under his eyes.
    agent, screens = till.counter.agent_pid(), till.counter.ui_pid()
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
    same = till.counter.agent_pid(), till.counter.ui_pid()
    assert same == (agent, screens), "put together anew in the same process, under the same screens"
    till.sells()
    till.begin()

    # What only the rules read is taken over as the terminal stands.
    line.wish_settings(device, Desired(2, SUMMER))
    till.now_reads("customer", "夏天便利店")
    wait_until(lambda: reported(line, device) == (2, 0))
    assert till.counter.ui_pid() == screens, "nothing was started again"
    till.begin()

    windows_are_made_anew(till, line)

    # What does not fit is refused, in words, and changes nothing.
    file = tmp_path / "settings.toml"
    file.write_text("[screens]\nface_wait_s = 1\n")
    code, told = hyla_cloud(office, "settings", device, str(file), "--wait", "20", "--json")
    assert (code, told["taken"]) == (1, False)
    assert told["refused"][0].startswith("screens.face_wait_s: unknown key (did you mean face_wait_ms")
    till.logged("settings [0-9]+ are refused")
    till.begin()

    commands_run_once(till, office, line)
    a_support_bundle_comes(till, office, tmp_path / "bundle.zip")


def commands_run_once(till: Till, office: Settings, line: OfficeLine) -> None:
    """A sentence for the cashier, the doctor's short code, new screens."""
    device = "desk-01"
    line.command(device, "message", {"zh": "今天送货", "en": "Delivery today"})
    till.now_reads("cashier", "今天送货")
    pid = till.counter.ui_pid()
    line.command(device, "restart_screens", {})
    wait_until(lambda: till.counter.ui_pid() not in (pid, None))
    till.works()
    _, told = hyla_cloud(office, "command", device, "doctor", "--json")
    id = told["command_id"]
    wait_until(lambda: ("done", id) in outcomes(till), 60)
    told_code = next(r for r in commands(till) if r["command_id"] == id and r["outcome"] == "done")["told"]
    assert len(str(told_code).replace("-", "")) == 12
    till.logged("the screens process is gone")


def windows_are_made_anew(till: Till, line: OfficeLine) -> None:
    """By what they are made with; the process that looks after them stays."""
    agent, screens = till.counter.agent_pid(), till.counter.ui_pid()
    line.wish_settings("desk-01", Desired(3, WIDER))
    wait_until(lambda: reported(line, "desk-01") == (3, 0), 40)
    assert till.counter.agent_pid() == agent
    assert till.counter.ui_pid() not in (screens, None)
    till.works()
    till.sells()
    till.begin()


def a_support_bundle_comes(till: Till, office: Settings, zipped: Path) -> None:
    """It comes whole, opens for its owner, and names nobody."""
    with taking_in(office):
        code, told = hyla_cloud(
            office, "bundle", "ask", "desk-01", "--wait", "50", "--out", str(zipped), "--json"
        )
    assert (code, told["file"]) == (0, str(zipped))
    with zipfile.ZipFile(zipped) as archive:
        inside = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(inside["order.json"])["order"]["outcome"] == "paid"
    assert len(json.loads(inside["doctor.json"])["code"].replace("-", "")) == 12
    assert json.loads(inside["vitals.json"])["unsent"] >= 0
    assert "settings 1 of head office: all works" in inside["log.txt"]
    wait_until(lambda: ("done", told["id"]) in outcomes(till))
    assert [file.name for file in (till.counter.data / "bundle").iterdir()] == []


@contextmanager
def taking_in(office: Settings, shelf: BundleShelf | None = None) -> Iterator[None]:
    """Head office's part that takes bundles in, in a thread."""
    bundles = Bundles(office.broker, shelf or office.bundles())
    thread = Thread(target=bundles.line.run, name="bundles")
    thread.start()
    assert bundles.line.ready.wait(20)
    yield
    bundles.line.stop()
    thread.join(10)


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
