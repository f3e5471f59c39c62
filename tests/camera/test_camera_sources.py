"""What is written into `camera.source`, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.camera.source import Kind, kind_of, shown

Make = Callable[..., Any]


def film(path: Path, frames: int, size_px: tuple[int, int] = (320, 240)) -> Path:
    """A short video of noise, as a technician might record one for a trial."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, size_px)
    rng = np.random.default_rng(1)
    for _ in range(frames):
        writer.write(rng.integers(0, 255, (*size_px[::-1], 3), np.uint8))
    writer.release()
    return path


def test_the_kind_of_a_source_is_plain_from_its_name() -> None:
    assert kind_of("/dev/v4l/by-id/usb-Cam_0001-video-index0") is Kind.NODE
    assert kind_of("rtsp://10.0.0.7/live") is Kind.STREAM
    assert kind_of("http://127.0.0.1:8090/camera.mjpg") is Kind.STREAM
    assert kind_of("trials/morning.avi") is Kind.FILE


def test_a_node_that_is_not_there_says_so_and_what_to_check(watched: Make) -> None:
    camera = watched("/dev/video77")
    camera.run()
    assert camera.cause() == "absent"
    text = str(camera.trouble)
    assert "/dev/video77: no such device node" in text
    assert "cable" in text
    assert not camera.facts


def test_a_node_that_is_no_camera_says_so(watched: Make) -> None:
    camera = watched("/dev/null")
    camera.run()
    assert camera.cause() == "absent"
    assert "not the capture node" in str(camera.trouble)


def test_a_file_that_is_not_there_or_no_video_says_which(watched: Make, tmp_path: Path) -> None:
    missing = watched(str(tmp_path / "none.avi"))
    missing.run()
    assert missing.cause() == "absent"
    assert "none.avi: no such file" in str(missing.trouble)

    (tmp_path / "junk.avi").write_bytes(bytes(range(256)) * 20)
    junk = watched(str(tmp_path / "junk.avi"))
    junk.run()
    assert junk.cause() == "absent"
    assert "not a video" in str(junk.trouble)


def test_a_stream_that_nobody_serves_is_absent_and_nothing_is_written_behind_our_back(
    watched: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    camera = watched("http://127.0.0.1:9/camera.mjpg")
    camera.run()
    assert camera.cause() == "absent"
    assert "no pictures from this stream" in str(camera.trouble)
    assert capfd.readouterr() == ("", "")


def test_the_password_of_a_stream_is_never_shown(watched: Make) -> None:
    assert shown("rtsp://till:hunter2@10.0.0.7:554/live") == "rtsp://10.0.0.7:554/live"
    camera = watched("http://till:hunter2@127.0.0.1:9/live")
    camera.run()
    assert camera.cause() == "absent"
    assert "hunter2" not in str(camera.trouble)
    assert "http://127.0.0.1:9/live" in str(camera.trouble)


def test_a_video_file_is_played_again_from_its_start(watched: Make, tmp_path: Path) -> None:
    camera = watched(str(film(tmp_path / "film.avi", frames=12)), fps=60)
    camera.run()
    camera.wait_up()
    first = camera.task.newest(after=0, timeout_s=5)
    assert first is not None
    assert first.bgr.shape == (240, 320, 3)
    assert camera.task.newest(after=30, timeout_s=5) is not None
    camera.stop()
    assert camera.cause() == ""


def test_cameras_that_come_back_under_each_others_numbers_are_told_apart_by_id(
    watched: Make, tmp_path: Path
) -> None:
    """As udev does it: the numbers change with the order of plugging in, the name by id stays."""
    narrow, wide = tmp_path / "video0.avi", tmp_path / "video2.avi"
    film(narrow, 40)
    film(wide, 40, (640, 480))
    by_id = tmp_path / "usb-Narrow-index0.avi"
    by_id.symlink_to(narrow)
    camera = watched(str(by_id))
    camera.run()
    camera.wait_up()
    camera.stop()

    by_id.unlink()
    gone = watched(str(by_id))
    gone.run()
    assert gone.cause() == "absent"

    other = tmp_path / "x.avi"
    narrow.rename(other)
    wide.rename(narrow)
    other.rename(wide)
    by_id.symlink_to(wide)
    again = watched(str(by_id))
    again.run()
    again.wait_up()
    assert again.task.newest(after=0, timeout_s=5).bgr.shape == (240, 320, 3)
