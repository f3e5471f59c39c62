"""Every profile that comes with Hyla sells on the desk, with devices in its shape."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator import desk
from simulator.counter import ROOT
from simulator.scenario import load_scenario

pytestmark = pytest.mark.slow

PROFILES = ROOT / "device_profiles"
SALE = """
title = "One sale by face"
[[act]]
title = "A member pays"
steps = [
  { scan = "6901000000028" },
  { cashier = "charge" },
  { stand = "member" },
  { customer = "pay_by_face" },
  { digits_of = "member" },
  { customer = "confirm" },
  { see = { customer = ["支付成功", "¥6.80"], cashier = ["收款成功", "¥6.80"] } },
  { booked = 1 },
]
"""


@pytest.fixture
def sold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Plays a scenario on a profile: exit code 0 means screens, journal and ledger agree."""
    monkeypatch.setattr(desk, "ROOT", tmp_path)

    def play(profile: Path, scenario: str = "") -> list[dict[str, Any]]:
        story = tmp_path / "sale.toml"
        story.write_text(SALE, "utf-8")
        answer = tmp_path / "orders.json"
        options = ["--profile", str(profile), "--headless", "--screens", str(tmp_path / "screens")]
        assert desk.main([*options, "--scenario", scenario or str(story), "--json", str(answer)]) == 0
        orders: list[dict[str, Any]] = json.loads(answer.read_text("utf-8"))["orders"]
        return orders

    return play


@pytest.mark.parametrize("name", ["portrait-10", "frog-pro"])
def test_a_member_pays_by_face(sold: Any, name: str) -> None:
    [order] = sold(PROFILES / f"{name}.toml")
    assert (order["method"], order["outcome"]) == ("face", "paid")


def test_without_touch_only_codes_pay(sold: Any) -> None:
    assert load_scenario("codes-only").acts
    orders = sold(PROFILES / "counter-box.toml", "codes-only")
    assert [order["method"] for order in orders] == ["wechat", "alipay", "unionpay"]


def test_the_page_that_teaches_a_new_model_can_be_followed(tmp_path: Path) -> None:
    """Every command of device_profiles/README.md, in its order; the desk plays one sale, not a morning."""
    page = (PROFILES / "README.md").read_text("utf-8")
    commands = page.split("```sh\n")[1].split("```")[0]
    shutil.copytree(PROFILES, tmp_path / "device_profiles")
    (tmp_path / "sale.toml").write_text(SALE, "utf-8")
    here = f"import pathlib, sys; from simulator import desk; desk.ROOT = pathlib.Path({str(tmp_path)!r})"
    script = f"""set -eu
    hyla() {{ {sys.executable} -m agent "$@"; }}
    hyla-desk() {{ {sys.executable} -c "{here}; sys.exit(desk.main())" "$@" --scenario sale.toml; }}
    {commands}"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "device_profiles/f8.toml: fine" in told
    assert "screens.customer_width_px: Customer window width." in told
    assert "✓ screens, journal and ledger agree" in told
    assert 'SYMLINK=="serial/by-id/usb-Acme_Scanner_7-if00"' in told


def test_a_profile_that_cannot_be_used_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "f9.toml"
    path.write_text("[device]\nid = 3\n", "utf-8")
    assert desk.main(["--profile", str(path), "--headless"]) == 2
    assert f"{path}:2: device.id = 3 (expected text" in capsys.readouterr().err
