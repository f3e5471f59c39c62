"""A scanner that is a keyboard: key events in, codes out. Where these tests run there is no input device:
the events are laid out as the kernel's and come through a pipe; taking a real keyboard is untried."""

import os
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ports import DeviceTrouble
from agent.profile.schema import ScannerSection
from agent.scanner.framing import Noise, ScanLine, Unended
from agent.scanner.keyboard import BROKEN, EVENT, KeyBurst
from agent.scanner.line import KeyboardLine, open_line
from simulator.engines import SHIFT, KeyboardEngine, event

WATER, RICE_BALL = "6901000000011", "6901000000028"
ENTER, F1, LEFT_CTRL, CAPS = 28, 59, 29, 58

# `6`, `9`, Enter, byte for byte as a 64-bit kernel lays them out: scan code, key, end of report; up.
SIX_NINE = bytes.fromhex(
    "e703000000000000a0860100000000000400040023000700"
    "e703000000000000a0860100000000000100070001000000"
    "e703000000000000a0860100000000000000000000000000"
    "e703000000000000609e0100000000000100070000000000"
    "e70300000000000048ad01000000000001000a0001000000"
    "e70300000000000008bc01000000000001000a0000000000"
    "e703000000000000f0ca01000000000001001c0001000000"
    "e703000000000000b0d901000000000001001c0000000000"
)


def burst(**settings: object) -> KeyBurst:
    return KeyBurst(
        ScannerSection.model_validate({"port": "/dev/input/event0", "dialect": "hid", **settings})
    )


def typed(*texts: str, key_ms: int = 4, suffix: str = "\r") -> bytes:
    engine = KeyboardEngine(key_ms=key_ms)
    for text in texts:
        engine.beam(text, suffix)
    return engine.outgoing()


def keys(*presses: tuple[int, int], at_ms: int = 5000) -> bytes:
    """Key and value, 4 ms apart."""
    return b"".join(event(at_ms + 4 * at, 1, code, value) for at, (code, value) in enumerate(presses))


def test_an_event_has_the_size_of_the_kernels() -> None:
    assert EVENT.size == 24


def test_events_as_the_kernel_lays_them_out_are_a_code() -> None:
    assert burst().feed(SIX_NINE, 0) == [ScanLine("69")]


def test_enter_ends_a_code() -> None:
    assert burst().feed(typed(WATER, RICE_BALL), 0) == [ScanLine(WATER), ScanLine(RICE_BALL)]


@pytest.mark.parametrize("suffix", ["LF", "CRLF"])
def test_enter_is_the_end_whatever_the_line_end_is_called(suffix: str) -> None:
    assert burst(suffix=suffix).feed(typed(WATER), 0) == [ScanLine(WATER)]


def test_tab_ends_a_code_where_the_profile_says_so() -> None:
    assert burst(suffix="TAB").feed(typed(WATER, suffix="\t"), 0) == [ScanLine(WATER)]


def test_without_an_end_the_silence_is_it() -> None:
    scanner = burst(suffix="GAP")
    assert scanner.feed(typed(WATER, suffix=""), 0) == []
    assert scanner.idle(50) == [ScanLine(WATER)]


def test_shift_makes_capitals_and_signs() -> None:
    scanner = burst()
    assert scanner.feed(typed("HYLA-7f3a/x"), 0) == [ScanLine("HYLA-7f3a/x")]
    assert scanner.feed(keys((SHIFT, 1), (4, 1), (SHIFT, 0), (4, 1), (ENTER, 1)), 0) == [ScanLine("#3")]


def test_a_key_that_repeats_while_it_is_held_counts_once() -> None:
    assert burst().feed(keys((7, 1), (7, 2), (7, 2), (7, 0), (ENTER, 1)), 0) == [ScanLine("6")]


def test_prefix_and_aim_identifier_are_taken_off() -> None:
    scanner = burst(prefix="s;", aim=True)
    assert scanner.feed(typed(f"s;{WATER}"), 0) == [ScanLine(WATER)]


def test_what_a_person_types_is_no_code() -> None:
    assert burst().feed(typed(WATER, key_ms=120), 0) == [Noise(26, BROKEN)]


def test_a_code_that_stumbled_is_not_read_in_part() -> None:
    scanner = burst()
    scanner.feed(keys((7, 1), at_ms=5000), 0)
    found = scanner.feed(keys((2, 1), (3, 1), (ENTER, 1), at_ms=5200), 0)
    assert found == [Noise(4, BROKEN)]


def test_a_code_that_stopped_half_way_does_not_spoil_the_next() -> None:
    scanner = burst()
    scanner.feed(keys((7, 1), (8, 1)), 0)
    assert scanner.idle(1000) == [Unended(2)]
    assert scanner.feed(typed(WATER), 0) == [ScanLine(WATER)]


def test_a_key_without_a_character_makes_no_shorter_code() -> None:
    assert burst().feed(keys((7, 1), (F1, 1), (8, 1), (ENTER, 1)), 0) == [Noise(3, BROKEN)]


def test_control_characters_and_locks_type_nothing() -> None:
    presses = ((CAPS, 1), (LEFT_CTRL, 1), (27, 1), (LEFT_CTRL, 0), (7, 1), (ENTER, 1))
    assert burst().feed(keys(*presses), 0) == [ScanLine("6")]


def test_events_that_the_kernel_had_to_drop_make_no_shorter_code() -> None:
    sent = keys((7, 1)) + event(5004, 0, 3, 0) + keys((8, 1), (ENTER, 1), at_ms=5008)
    assert burst().feed(sent + typed(WATER), 0) == [Noise(3, BROKEN), ScanLine(WATER)]


def test_half_a_code_and_a_held_shift_do_not_survive_the_unplugging() -> None:
    scanner = burst()
    scanner.feed(keys((SHIFT, 1), (7, 1))[:-5], 0)
    scanner.reset()
    assert scanner.feed(typed(WATER), 0) == [ScanLine(WATER)]


EVENTS = st.lists(
    st.builds(event, st.integers(0, 2000), st.integers(0, 4), st.integers(0, 120), st.integers(0, 2))
    | st.just(typed("M000123")),
    max_size=30,
).map(b"".join)


@given(EVENTS, st.lists(st.integers(0, 800)))
def test_any_cutting_gives_the_same_codes(sent: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    whole, cut_up = burst(), burst()
    pieces = [report for start, end in pairwise(edges) for report in cut_up.feed(sent[start:end], 0)]
    assert pieces + cut_up.idle(2000) == whole.feed(sent, 0) + whole.idle(2000)


@given(st.binary(max_size=600))
def test_bytes_of_chance_never_raise(sent: bytes) -> None:
    scanner = burst()
    scanner.feed(sent, 0)
    scanner.idle(5000)


def test_a_keyboard_that_is_pulled_out_raises_and_a_waiting_reader_is_freed() -> None:
    read, write = os.pipe()
    line = KeyboardLine(read, wait_ms=60_000)
    os.write(write, SIX_NINE)
    assert line.read() == SIX_NINE
    threading.Timer(0.02, line.cancel).start()
    assert line.read() == b""
    os.close(write)
    with pytest.raises(OSError, match="the keyboard has gone"):
        line.read()
    line.close()


def trouble(port: Path) -> DeviceTrouble:
    with pytest.raises(DeviceTrouble) as caught:
        open_line(ScannerSection(port=str(port), dialect="hid"), 50)
    return caught.value


def test_a_keyboard_that_is_not_there_names_itself_and_the_next_step(tmp_path: Path) -> None:
    error = trouble(tmp_path / "usb-scanner-event-kbd")
    assert error.cause == "absent"
    assert "no such port. Plug the scanner in" in str(error)
    assert "/dev/input/by-id" in str(error)


def test_what_cannot_be_taken_for_oneself_is_refused_rather_than_shared(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for port in (tmp_path / "file", Path("/dev/null")):
        error = trouble(port)
        assert error.cause == "failed"
        assert "this is no keyboard. Set scanner.port, or scanner.dialect" in str(error)
