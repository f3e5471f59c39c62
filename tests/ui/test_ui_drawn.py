"""What really reaches the glass of the camera's pictures, as `hyla bench preview` asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from agent.screens.preview import PreviewWriter

pytestmark = pytest.mark.slow
NAME = f"hyla-test-ui-drawn-{os.getpid()}"


@pytest.fixture
def writer() -> Iterator[PreviewWriter]:
    writer = PreviewWriter(NAME)
    yield writer
    writer.close()


def test_each_drawn_picture_is_told_once_with_its_number_and_its_moment(writer: PreviewWriter) -> None:
    command = [sys.executable, "-m", "ui.drawn", "--preview", NAME, "--seconds", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as screens:
        assert screens.stdout is not None
        assert screens.stdout.readline() == "ready\n"
        began_ms = time.monotonic_ns() // 1_000_000
        shade = 0
        while screens.poll() is None:
            shade += 1
            writer.write(np.full((480, 640, 3), shade % 250, np.uint8))
            time.sleep(0.01)  # the lens: a hundred pictures a second, more than are drawn
        drawn = json.loads(screens.stdout.read())
    numbers, moments = [number for number, _ in drawn], [at_ms for _, at_ms in drawn]
    assert numbers
    assert numbers == sorted(set(numbers))
    assert max(numbers) <= shade
    assert moments == sorted(moments)
    assert moments[0] >= began_ms - 1000


def test_without_a_picture_nothing_is_told() -> None:
    command = [sys.executable, "-m", "ui.drawn", "--preview", "hyla-never-made", "--seconds", "0.2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["ready", "[]"]
