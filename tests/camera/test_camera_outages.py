"""The camera on a real stream: everything that happens to a camera on a counter."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.camera import reader, watchdog
from simulator.camera import CameraStand

pytestmark = pytest.mark.slow
Make = Callable[..., Any]


def reader_threads() -> int:
    return sum(thread.name == "camera-reader" for thread in threading.enumerate())


def test_a_camera_that_works_is_up_once_and_gives_new_frames(stand: CameraStand, watched: Make) -> None:
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()
    one = camera.task.newest(after=0, timeout_s=5)
    two = camera.task.newest(after=one.number, timeout_s=5)
    assert one.bgr.shape == two.bgr.shape == (480, 640, 3)
    assert two.number > one.number
    assert two.captured_at_ms > one.captured_at_ms
    assert (one.bgr != two.bgr).any()
    assert len(camera.facts) == 1


def test_the_proxy_of_the_office_is_not_asked_for_the_shop_s_camera(
    stand: CameraStand, watched: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()


def test_a_reader_that_was_busy_gets_the_newest_frame(stand: CameraStand, watched: Make) -> None:
    camera = watched(stand.url)
    camera.run()
    one = camera.task.newest(after=0, timeout_s=5)
    later = camera.task.newest(after=one.number + 5, timeout_s=5)
    assert later.number > one.number + 5
    assert camera.task.dropped >= 4


def test_a_camera_pulled_out_is_lost_and_works_again_when_plugged_in(
    stand: CameraStand, watched: Make
) -> None:
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()
    before = camera.task.newest(after=0, timeout_s=5)

    stand.unplug()
    assert camera.cause() == "unplugged"
    assert "cable" in str(camera.trouble)
    camera.run()
    assert camera.cause() == "absent"
    assert not camera.facts

    stand.plug_in()
    camera.run()
    camera.wait_up()
    after = camera.task.newest(after=before.number, timeout_s=5)
    assert after.number > before.number, "frame numbers go on across openings"


def test_a_frame_that_breaks_the_reader_is_a_failed_camera_and_not_a_silent_one(
    stand: CameraStand,
    watched: Make,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: Callable[..., None],
) -> None:
    expected_log("the camera's reader stopped with an error of its own")
    monkeypatch.setattr(reader, "equal", lambda _one, _other: 1 / 0)
    camera = watched(stand.url)
    camera.run()
    assert camera.cause() == "failed"
    assert "ZeroDivisionError" in str(camera.trouble)
    monkeypatch.undo()
    camera.run()
    camera.wait_up()


def test_a_hung_camera_is_frozen_and_not_up_again_before_its_picture_moves(
    stand: CameraStand, watched: Make
) -> None:
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()

    stand.freeze()
    assert camera.cause() == "frozen"
    camera.run()
    assert camera.cause() == "frozen"
    assert not camera.facts, "a frozen picture is no recovery"

    stand.thaw()
    camera.run()
    camera.wait_up()


def test_a_covered_lens_is_dark_once_and_heals_when_uncovered(stand: CameraStand, watched: Make) -> None:
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()

    stand.cover()
    assert camera.cause() == "dark"
    last = camera.task.newest(after=0, timeout_s=5)
    camera.run()
    assert camera.task.newest(after=last.number + 5, timeout_s=5) is not None
    assert not camera.facts, "a black picture is no recovery"

    stand.uncover()
    camera.wait_up()
    assert camera.trouble is None


def test_a_stream_that_changes_its_size_goes_on_at_the_size_it_was_opened_with(
    stand: CameraStand, watched: Make
) -> None:
    camera = watched(stand.url)
    camera.run()
    before = camera.task.newest(after=0, timeout_s=5)

    stand.resize(480, 360)
    after = camera.task.newest(after=before.number + 15, timeout_s=5)
    assert after.bgr.shape == before.bgr.shape == (480, 640, 3)
    assert len(camera.facts) == 1, "up once, and never lost"

    stand.unplug()
    assert camera.cause() == "unplugged"
    stand.plug_in()
    camera.run()
    camera.wait_up()
    assert camera.task.newest(after=after.number, timeout_s=5).bgr.shape == (360, 480, 3)


def test_the_infrared_camera_in_the_colour_cameras_place_is_told_and_never_up(
    stand: CameraStand, watched: Make
) -> None:
    camera = watched(stand.url)
    camera.run()
    camera.wait_up()

    stand.lose_colour()
    assert camera.cause() == "colourless"
    assert "Exchange the cables" in str(camera.trouble)
    camera.run()
    assert camera.cause() == "colourless"
    assert not camera.facts, "a picture without colour is no recovery"

    stand.regain_colour()
    camera.run()
    camera.wait_up()


def test_a_camera_that_goes_silent_is_lost_and_its_reader_ends(stand: CameraStand, watched: Make) -> None:
    camera = watched(stand.url, silent_after_ms=400)
    camera.run()
    camera.wait_up()

    stand.slow(0.01)
    assert camera.cause() == "silent"
    assert "no frame for 400 ms" in str(camera.trouble)

    stand.slow(30)
    camera.run()
    camera.wait_up()
    assert reader_threads() == 1


def test_stop_is_heard_while_no_frame_comes(stand: CameraStand, watched: Make) -> None:
    camera = watched(stand.url, silent_after_ms=2000)
    camera.run()
    camera.wait_up()
    stand.slow(0.01)
    camera.stop()
    assert camera.cause() == ""


def test_stop_before_run_means_no_run(stand: CameraStand, watched: Make) -> None:
    camera = watched(stand.url)
    camera.task.stop()
    camera.task.stop()
    camera.run()
    assert camera.cause() == ""
    assert reader_threads() == 0


def test_a_driver_that_never_comes_back_costs_one_thread_and_no_more(
    watched: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "START_MS", 300)
    stuck = tmp_path / "stuck.avi"
    os.mkfifo(stuck)  # opening it blocks until somebody writes, and nothing can interrupt that
    camera = watched(str(stuck), silent_after_ms=300)

    camera.run()
    assert camera.cause() == "silent"
    camera.run()
    assert camera.cause() == "silent"
    assert "still holds on" in str(camera.trouble)
    assert reader_threads() == 1

    os.close(os.open(stuck, os.O_WRONLY))
    stuck.unlink()
    camera.run()
    assert camera.cause() == "absent"
