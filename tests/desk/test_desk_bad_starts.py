"""Terminals that start in trouble: each says what is wrong, sells what it can, heals without a restart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent.vision.models import load_manifest, models_folder
from simulator.people import ensure_people
from tests.desk.conftest import Open
from tests.desk.till import Till, words

pytestmark = pytest.mark.slow


def test_with_nothing_plugged_in_and_no_server_each_is_named_and_comes_up_by_itself(opened: Open) -> None:
    till: Till = opened("unplug camera", "unplug scanner", "stop broker", ready=False)
    till.now_reads(
        "cashier",
        words("cause.camera.absent"),
        words("cause.scanner.absent"),
        words("cause.cloud.unreachable"),
        words("cashier.offline"),
    )
    till.do("plug in scanner")
    till.works("scanner")
    till.do("start broker")
    till.works("cloud")
    till.sells()
    till.do("plug in camera")
    till.works()
    amount = till.charge()
    till.to_confirm()
    till.confirm()
    till.paid(amount)
    till.logged(
        "camera: .*no pictures from this stream. Check that the camera is on",
        r"scanner: .*no such port\. Plug the scanner in",
        "cloud: .*no connection .*check cloud.url",
    )


def test_a_wrong_password_is_named_and_the_right_one_needs_no_restart(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("guessed\n", "utf-8")
    settings = {"cloud.username": "desk-01", "cloud.password_file": str(file)}
    till: Till = opened(settings=settings, password="right-one", ready=False)
    till.now_reads("cashier", words("cause.cloud.refused"), words("cashier.offline"))
    file.write_text("right-one\n", "utf-8")
    till.works()
    till.sells()
    till.logged(r"cloud: .*check .*cloud\.password_file")
    assert "guessed" not in "\n".join(till.counter.log_lines())


def test_a_model_cut_short_and_a_wrong_camera_node_leave_a_terminal_that_sells_by_code(
    opened: Open, tmp_path: Path
) -> None:
    ensure_people()
    models = tmp_path / "models"
    shutil.copytree(models_folder(), models, ignore=shutil.ignore_patterns("wheels"))
    cut = models / load_manifest().named("sface").used.file
    whole = cut.read_bytes()
    settings = {"vision.models_dir": str(models), "camera.source": "/dev/video77"}
    till: Till = opened(
        settings=settings, enrolled=lambda: cut.write_bytes(whole[: len(whole) // 2]), ready=False
    )
    till.now_reads("cashier", words("cause.vision.models"), words("cause.camera.absent"))
    till.works("scanner", "cloud")
    amount = till.charge()
    till.now_reads("customer", words("button.show_code"))
    till.show_code()
    till.paid(amount)
    cut.write_bytes(whole)
    till.works("vision")
    till.fails("camera")
    till.logged(
        f"vision: {cut}: sha256 is .*run hyla models pull",
        "camera: .*/dev/video77: no such device node. Check the camera's cable",
    )
