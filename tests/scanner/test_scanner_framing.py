"""Bytes in, lines out: however the port cuts them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.profile.schema import ScannerSection
from agent.scanner.framing import ENDS, Framer, Noise, RepeatFilter, ScanLine, Unended

WATER = "6901000000011"
RICE_BALL = "6901000000028"


def framer(**settings: object) -> Framer:
    return Framer(ScannerSection.model_validate({"port": "/dev/scanner", **settings}))


def texts(*chunks: bytes, **settings: object) -> list[str]:
    """What is read when these chunks come one right after the other."""
    reading = framer(**settings)
    framed = [item for chunk in chunks for item in reading.feed(chunk, 0)]
    assert all(isinstance(item, ScanLine) for item in framed), framed
    return [item.text for item in framed]


@pytest.mark.parametrize("suffix", ENDS)
def test_each_suffix_ends_a_code(suffix: str) -> None:
    end = ENDS[suffix]
    assert texts(WATER.encode() + end + RICE_BALL.encode() + end, suffix=suffix) == [WATER, RICE_BALL]


def test_bytes_one_at_a_time_make_the_same_code() -> None:
    assert texts(*(bytes([byte]) for byte in b"6901000000011\r")) == [WATER]


@pytest.mark.parametrize("suffix", ["CR", "LF", "CRLF"])
def test_a_scanner_that_sends_cr_lf_makes_no_empty_codes(suffix: str) -> None:
    assert texts(b"6901000000011\r", b"\n", b"6901000000028\r\n", suffix=suffix) == [WATER, RICE_BALL]


def test_with_crlf_a_lone_cr_or_lf_ends_nothing() -> None:
    assert texts(b"HYLA-\n12\r34\r\r\n", suffix="CRLF") == ["HYLA-1234"]


def test_empty_lines_are_no_codes() -> None:
    assert texts(b"\r\r\r\n\0\r") == []


def test_silence_ends_a_code_when_there_is_no_suffix() -> None:
    reading = framer(suffix="GAP", gap_ms=50)
    assert reading.feed(b"69010000", 1000) == []
    assert reading.feed(b"00011", 1030) == []
    assert reading.idle(1079) == []
    assert reading.idle(1080) == [ScanLine(WATER)]
    assert reading.idle(1200) == []


def test_silence_between_two_reads_also_ends_a_code() -> None:
    reading = framer(suffix="GAP", gap_ms=50)
    reading.feed(WATER.encode(), 0)
    assert reading.feed(RICE_BALL.encode(), 50) == [ScanLine(WATER)]
    assert reading.idle(100) == [ScanLine(RICE_BALL)]


def test_the_prefix_is_taken_off() -> None:
    assert texts(b"\x026901000000011\r\n\x026901000000028\r\n", prefix="\x02") == [WATER, RICE_BALL]
    assert texts(b"S:6901000000011\r\nS:6901000000028\r\n", prefix="S:") == [WATER, RICE_BALL]


def test_a_line_without_the_prefix_has_lost_its_beginning() -> None:
    framed = framer(prefix="\x02").feed(b"00000011\r\x026901000000028\r", 0)
    assert framed == [Noise(8, "scanner.prefix is missing in front"), ScanLine(RICE_BALL)]


def test_the_aim_identifier_is_kept_apart() -> None:
    assert framer(aim=True).feed(b"]E06901000000011\r", 0) == [ScanLine(WATER, aim="]E0")]
    assert framer(aim=True, prefix="\x02").feed(b"\x02]Q1M123456\r", 0) == [ScanLine("M123456", aim="]Q1")]


def test_a_code_without_aim_identifier_is_still_read() -> None:
    assert framer(aim=True).feed(b"6901000000011\r", 0) == [ScanLine(WATER)]


def test_without_the_setting_a_bracket_is_part_of_the_code() -> None:
    assert framer().feed(b"]E06901000000011\r", 0) == [ScanLine("]E06901000000011")]


def test_control_bytes_are_dropped_inside_a_code() -> None:
    assert texts(b"\x006901\x1d000\x7f000\t011\r") == [WATER]


def test_chinese_is_read_in_both_encodings() -> None:
    assert texts("会员七号\r".encode(), "会员七号\r".encode("gb18030")) == ["会员七号", "会员七号"]


def test_bytes_of_neither_encoding_are_noise() -> None:
    assert framer().feed(b"\xff\xff\r6901000000011\r", 0) == [
        Noise(2, "neither UTF-8 nor GB18030"),
        ScanLine(WATER),
    ]


@pytest.mark.parametrize("chunk_bytes", [1, 7, 512, 10_000])
def test_ten_kilobytes_without_an_end_are_one_noise_and_then_codes_come_again(chunk_bytes: int) -> None:
    reading = framer()
    sent = b"8" * 10_000 + b"\r6901000000011\r"
    chunks = [sent[at : at + chunk_bytes] for at in range(0, len(sent), chunk_bytes)]
    framed = [item for chunk in chunks for item in reading.feed(chunk, 0)]
    assert framed == [Noise(1537, "more than 1536 bytes without an end"), ScanLine(WATER)]


def test_a_code_glued_to_noise_goes_with_it() -> None:
    framed = framer().feed(b"8" * 1600 + b"6901000000011\r6901000000028\r", 0)
    assert framed[1:] == [ScanLine(RICE_BALL)]


def test_the_longest_code_is_still_read() -> None:
    assert texts(b"8" * 1536 + b"\r", b"\n", suffix="CRLF") == ["8" * 1536]


def test_with_gap_noise_ends_in_silence() -> None:
    reading = framer(suffix="GAP")
    assert len(reading.feed(b"8" * 1600, 0)) == 1
    assert reading.feed(b"8" * 1600, 10) == []
    assert reading.feed(WATER.encode(), 100) == []
    assert reading.idle(150) == [ScanLine(WATER)]


def test_half_a_code_before_the_cable_came_out_is_forgotten() -> None:
    reading = framer()
    assert reading.feed(b"69010000", 0) == []
    reading.reset()
    assert reading.feed(b"6901000000028\r", 5000) == [ScanLine(RICE_BALL)]


def test_a_code_whose_end_does_not_come_is_told_once_and_kept() -> None:
    reading = framer(suffix="CRLF")
    assert reading.feed(b"6901000000011\r", 0) == []
    assert reading.idle(999) == []
    assert reading.idle(1000) == [Unended(13)]
    assert reading.idle(2000) == []
    assert reading.feed(b"\n", 3000) == [ScanLine(WATER)]


def test_the_lf_left_over_by_a_cr_lf_is_no_code_that_waits() -> None:
    reading = framer()
    reading.feed(b"6901000000011\r\n", 0)
    assert reading.idle(10_000) == []


def test_no_report_shows_what_was_scanned() -> None:
    [line] = framer().feed(b"134567890123456789\r", 0)
    assert "1345" not in repr(line)


SOUP = st.lists(
    st.sampled_from([b"\r", b"\n", b"\t", b"\0", b"\x02", b"]E0", b"6901000000011", "会".encode(), b"\xff"])
    | st.binary(max_size=40),
    max_size=30,
).map(b"".join)


@given(
    sent=SOUP,
    cuts=st.lists(st.integers(0, 400)),
    suffix=st.sampled_from([*ENDS, "GAP"]),
    prefix=st.sampled_from(["", "\x02", "S:"]),
    aim=st.booleans(),
)
def test_any_cutting_gives_the_same_codes(
    sent: bytes, cuts: list[int], suffix: str, prefix: str, aim: bool
) -> None:
    settings = {"suffix": suffix, "prefix": prefix, "aim": aim, "code_bytes_max": 32}
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    whole, cut_up = framer(**settings), framer(**settings)
    at_once = whole.feed(sent, 0) + whole.idle(60)
    pieces = [sent[start:end] for start, end in pairwise(edges)]
    assert [item for piece in pieces for item in cut_up.feed(piece, 0)] + cut_up.idle(60) == at_once


@given(
    st.lists(st.text("0123456789-ABCé会员", min_size=1, max_size=20), max_size=8),
    st.sampled_from(list(ENDS)),
)
def test_what_a_scanner_sends_is_what_is_read(codes: list[str], suffix: str) -> None:
    sent = b"".join(code.encode() + ENDS[suffix] for code in codes)
    assert texts(sent, suffix=suffix) == codes


def test_one_beam_is_one_code() -> None:
    beam, water, rice_ball = RepeatFilter(800), ScanLine(WATER), ScanLine(RICE_BALL)
    assert beam.is_new(water, 0)
    assert not beam.is_new(water, 799)
    assert beam.is_new(water, 799 + 800)
    assert beam.is_new(rice_ball, 1600)
    assert beam.is_new(water, 1601)


def test_goods_left_under_the_beam_count_once() -> None:
    beam = RepeatFilter(800)
    assert [beam.is_new(ScanLine(WATER), at_ms) for at_ms in (0, 300, 600, 900, 1200)] == [True] + [
        False
    ] * 4
