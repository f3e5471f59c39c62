"""A picture that nobody holds any more is the system's again."""

from __future__ import annotations

import subprocess
import sys

SECOND_PICTURE = """
import ctypes, sys
import numpy as np
from agent.memory import return_pictures

class Mallinfo(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Mallinfo
if sys.argv[1] == "returned":
    assert return_pictures()
first = np.ones((480, 640, 3), np.uint8)
del first
before = mallinfo().hblks
second = np.ones((480, 640, 3), np.uint8)
print(mallinfo().hblks - before)
"""


def pages_of_its_own(manner: str) -> int:
    """Of the second picture, after the first was dropped: 1 when its pages go back with it."""
    told = subprocess.run(
        [sys.executable, "-c", SECOND_PICTURE, manner], capture_output=True, text=True, check=True
    )
    return int(told.stdout)


def test_each_picture_has_pages_of_its_own_also_after_one_was_dropped() -> None:
    assert pages_of_its_own("returned") == 1


def test_left_alone_the_library_keeps_the_second_one_among_small_things() -> None:
    assert pages_of_its_own("kept") == 0
