"""The newest frame wins and nobody queues."""

from __future__ import annotations

import threading

import numpy as np

from agent.camera.slot import NewestSlot
from agent.ports import Frame

PICTURE = np.zeros((2, 2, 3), np.uint8)


def frame(number: int) -> Frame:
    return Frame(number, number * 33, PICTURE)


def test_a_slow_reader_gets_the_newest_and_the_rest_is_counted() -> None:
    slot = NewestSlot()
    for number in range(1, 11):
        slot.put(frame(number))
    newest = slot.newest(after=0, timeout_s=0)
    assert newest is not None
    assert newest.number == 10
    assert slot.dropped == 9


def test_the_same_frame_is_not_given_twice_to_who_has_it() -> None:
    slot = NewestSlot()
    slot.put(frame(1))
    assert slot.newest(after=0, timeout_s=0) is not None
    assert slot.newest(after=1, timeout_s=0.01) is None


def test_two_readers_both_get_the_frame() -> None:
    slot = NewestSlot()
    slot.put(frame(1))
    assert slot.newest(after=0, timeout_s=0) == slot.newest(after=0, timeout_s=0)
    slot.put(frame(2))
    assert slot.dropped == 0


def test_a_waiting_reader_is_woken_by_the_next_frame() -> None:
    slot = NewestSlot()
    slot.put(frame(1))
    later = threading.Timer(0.02, slot.put, [frame(2)])
    later.start()
    woken = slot.newest(after=1, timeout_s=10)
    later.join()
    assert woken is not None
    assert woken.number == 2
