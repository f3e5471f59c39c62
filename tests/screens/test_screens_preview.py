"""The camera picture in shared memory, read as the ui reads it."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import shared_memory
from pathlib import Path

import numpy as np
import pytest

from agent.ports import Frame
from agent.screens.contract import (
    PREVIEW_BYTES,
    PREVIEW_FRAME_BYTES,
    PREVIEW_HEADER,
    PREVIEW_HEADER_BYTES,
    PREVIEW_MAGIC,
)
from agent.screens.preview import PreviewWriter
from agent.screens.pump import PreviewPump
from tests.helpers import wait_until

NAME = f"hyla-test-preview-{os.getpid()}"


@pytest.fixture
def writer() -> Iterator[PreviewWriter]:
    writer = PreviewWriter(NAME)
    yield writer
    writer.close()


def flat(value: int, height_px: int = 480, width_px: int = 640) -> np.ndarray:
    return np.full((height_px, width_px, 3), value, np.uint8)


def read() -> tuple[tuple[int, int], np.ndarray]:
    """Both numbers, and the newer picture."""
    data = (Path("/dev/shm") / NAME).read_bytes()
    magic, _, first, second = struct.unpack_from(PREVIEW_HEADER, data)
    assert magic == PREVIEW_MAGIC
    offset = PREVIEW_HEADER_BYTES + (PREVIEW_FRAME_BYTES if second > first else 0)
    picture = np.frombuffer(data, np.uint8, PREVIEW_FRAME_BYTES, offset).reshape(480, 640, 4)
    return (first, second), picture


@pytest.mark.usefixtures("writer")
def test_nothing_is_shown_before_the_first_frame() -> None:
    assert read()[0] == (0, 0)


def test_frames_take_turns_and_numbers_only_grow(writer: PreviewWriter) -> None:
    numbers = []
    for value in (10, 20, 30):
        writer.write(flat(value))
        both, picture = read()
        numbers.append(both)
        assert picture[0, 0].tolist() == [value, value, value, 255]
    assert numbers == [(1, 0), (1, 2), (3, 2)]


def test_every_pixel_arrives_as_it_was(writer: PreviewWriter) -> None:
    frame = np.random.default_rng(1).integers(0, 256, (480, 640, 3), np.uint8)
    for given in (frame, frame[:, ::-1]):  # also one that does not lie in one piece
        writer.write(given)
        picture = read()[1]
        assert (picture[:, :, :3] == given).all()
        assert (picture[:, :, 3] == 255).all()


@pytest.mark.parametrize("size", [(720, 1280), (240, 320), (1080, 1920), (640, 480), (481, 641)])
def test_other_sizes_fill_the_picture_from_their_middle(
    writer: PreviewWriter, size: tuple[int, int]
) -> None:
    frame = flat(0, *size)
    frame[size[0] // 4 : -size[0] // 4, size[1] // 4 : -size[1] // 4] = 200
    writer.write(frame)
    picture = read()[1]
    assert picture[240, 320, 0] == 200
    assert picture[0, 0, 0] == 0


@pytest.mark.usefixtures("writer")
def test_any_reader_of_shared_memory_finds_it_by_name() -> None:
    script = (
        "from multiprocessing import resource_tracker, shared_memory as s\n"
        f"m = s.SharedMemory({NAME!r}); print(m.size >= {PREVIEW_BYTES}, bytes(m.buf[:4]))\n"
        "m.close(); resource_tracker.unregister('/' + m.name, 'shared_memory')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"True {PREVIEW_MAGIC!r}"


def test_memory_left_by_a_killed_agent_is_replaced(writer: PreviewWriter) -> None:
    writer.write(flat(1))
    successor = PreviewWriter(NAME)
    assert read()[0] == (0, 0)
    successor.close()


def test_closing_takes_the_memory_away_and_later_frames_are_ignored(writer: PreviewWriter) -> None:
    writer.close()
    writer.write(flat(1))
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(NAME)


def test_once_nobody_is_to_be_seen_no_face_is_left_in_the_memory(writer: PreviewWriter) -> None:
    for value in (10, 20):
        writer.write(flat(value))
    writer.blank()
    data = (Path("/dev/shm") / NAME).read_bytes()
    assert set(data[PREVIEW_HEADER_BYTES:]) == {0, 255}  # black, opaque
    assert read()[0] == (0, 0)
    writer.write(flat(30))
    assert read()[1][0, 0].tolist() == [30, 30, 30, 255]


def test_a_reader_that_still_maps_a_closed_memory_sees_nobody(writer: PreviewWriter) -> None:
    writer.write(flat(10))
    with (Path("/dev/shm") / NAME).open("rb") as file:
        mapped = mmap.mmap(file.fileno(), PREVIEW_BYTES, access=mmap.ACCESS_READ)
    writer.close()
    assert set(mapped[PREVIEW_HEADER_BYTES:]) == {0, 255}
    mapped.close()


class Camera:
    """A new frame whenever one is asked for."""

    def __init__(self) -> None:
        self.number = 0

    def newest(self, after: int, _timeout_s: float) -> Frame | None:
        self.number = after + 1
        return Frame(self.number, self.number, flat(99))


def test_the_picture_comes_and_goes_with_the_screen_that_shows_it(writer: PreviewWriter) -> None:
    wanted = threading.Event()
    pump = PreviewPump(Camera(), writer, wanted.is_set)
    pump.start()
    try:
        for _ in range(2):
            wanted.set()
            wait_until(lambda: read()[1][0, 0, 0] == 99)
            wanted.clear()
            wait_until(
                lambda: set((Path("/dev/shm") / NAME).read_bytes()[PREVIEW_HEADER_BYTES:]) == {0, 255}
            )
    finally:
        pump.stop()


def test_a_writer_that_ends_leaves_no_warning() -> None:
    script = (
        "import numpy as np\nfrom agent.screens.preview import PreviewWriter\n"
        "w = PreviewWriter('hyla-test-exit'); w.write(np.zeros((480, 640, 3), np.uint8)); w.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
