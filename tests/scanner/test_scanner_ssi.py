"""The packets of Zebra's SSI: what is acknowledged, asked for again, dropped, and never made up."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import Reply, Report, Resend
from agent.scanner.framing import CONTROLS, Noise, ScanLine
from agent.scanner.ssi import PAUSE_MS, RESENDS_MAX, Ssi, check, packet
from simulator.engines import frame

WATER, RICE_BALL, PAYMENT = "6901000000011", "6901000000028", "134567890123456789"
START = bytes.fromhex("04 E4 04 00 FF 14")
STOP = bytes.fromhex("04 E5 04 00 FF 13")
ACK = bytes.fromhex("04 D0 04 00 FF 28")
NAK = bytes.fromhex("05 D1 04 00 01 FF 25")
RESENT, CONTINUES = 1, 2


def ssi(**settings: object) -> Ssi:
    return Ssi(ScannerSection.model_validate({"port": "/dev/scanner", "dialect": "ssi", **settings}))


def decoded(text: str, status: int = 0) -> bytes:
    """A code as the engine sends it: type byte (EAN-13) and text."""
    return frame(0xF3, b"\x0b" + text.encode(), status)


def spoilt(message: bytes) -> bytes:
    return message[:-1] + bytes([message[-1] ^ 0x01])


def texts(reports: list[Report]) -> list[str]:
    return [report.text for report in reports if isinstance(report, ScanLine)]


def test_the_check_is_that_of_the_published_frames() -> None:
    for published in ("04 E4 04 00 FF 14", "07 C6 04 00 FF 8A 08 FD 9E", "05 E6 04 00 00 FF 11"):
        message = bytes.fromhex(published)
        assert check(message[:-2]) == message[-2:]


def test_what_is_sent_is_what_the_guide_prints() -> None:
    scanner = ssi()
    assert scanner.trigger(True) == b"\0" + START
    assert scanner.trigger(False) == b"\0" + STOP
    assert scanner.enable(True) == b"\0" + bytes.fromhex("04 E9 04 00 FF 0F")
    assert scanner.enable(False) == b"\0" + bytes.fromhex("04 EA 04 00 FF 0E")
    assert scanner.setting("8A 08") == b"\0" + bytes.fromhex("07 C6 04 00 FF 8A 08 FD 9E")
    assert scanner.beep(True) == b"\0" + bytes.fromhex("05 E6 04 00 00 FF 11")


def test_a_setting_that_is_kept_says_so_in_its_status_byte() -> None:
    assert ssi().setting("8A08", keep=True) == b"\0" + packet(0xC6, b"\xff\x8a\x08", status=0x08)


@pytest.mark.parametrize("command", ["", "8A", "host trigger", "00" * 251])
def test_what_is_no_setting_is_refused_with_an_example(command: str) -> None:
    with pytest.raises(ValueError, match="number and value in hex, such as 8A 08"):
        ssi().setting(command)


def test_a_code_loses_its_type_byte_and_is_acknowledged() -> None:
    scanner = ssi()
    assert scanner.feed(decoded(WATER), 0) == [ScanLine(WATER)]
    assert scanner.outgoing() == ACK
    assert scanner.outgoing() == b""


def test_the_suffix_that_an_engine_adds_is_no_part_of_the_code() -> None:
    assert texts(ssi().feed(decoded(WATER + "\r\n"), 0)) == [WATER]
    assert texts(ssi(suffix="TAB", prefix="S:").feed(decoded(f"S:{WATER}\t"), 0)) == [WATER]


def test_a_wrong_check_is_asked_for_again_and_the_resend_is_the_code() -> None:
    scanner = ssi()
    assert texts(scanner.feed(spoilt(decoded(WATER)), 0)) == []
    assert scanner.outgoing() == NAK
    assert texts(scanner.feed(decoded(WATER, RESENT), 10)) == [WATER]
    assert scanner.outgoing() == ACK


def test_a_code_whose_acknowledgement_was_lost_is_taken_once_and_acknowledged_twice() -> None:
    scanner = ssi()
    assert texts(scanner.feed(decoded(PAYMENT), 0)) == [PAYMENT]
    assert texts(scanner.feed(decoded(PAYMENT, RESENT), 2000)) == []
    assert scanner.outgoing() == ACK + ACK


def test_also_when_the_cable_was_out_in_between() -> None:
    scanner = ssi()
    scanner.feed(decoded(PAYMENT), 0)
    scanner.reset()
    assert scanner.feed(decoded(PAYMENT, RESENT), 9000) == []


def test_two_beams_of_one_code_are_two() -> None:
    scanner = ssi()
    assert texts(scanner.feed(decoded(WATER) + decoded(WATER), 0)) == [WATER, WATER]


def test_the_second_of_two_equal_beams_is_not_lost_when_it_came_damaged() -> None:
    scanner = ssi()
    scanner.feed(decoded(WATER), 0)
    scanner.feed(spoilt(decoded(WATER)), 3000)
    assert texts(scanner.feed(decoded(WATER, RESENT), 3010)) == [WATER]


def test_where_the_head_came_damaged_the_same_code_is_sold_once() -> None:
    scanner = ssi()
    scanner.feed(decoded(WATER), 0)
    scanner.feed(decoded(WATER, 4), 3000)
    scanner.idle(3000 + PAUSE_MS)
    assert texts(scanner.feed(decoded(WATER, RESENT), 3200)) == []


def test_a_resend_that_comes_damaged_too_is_still_the_same_beam() -> None:
    scanner = ssi()
    scanner.feed(decoded(WATER), 0)
    scanner.feed(spoilt(decoded(WATER, RESENT)), 2000)
    assert texts(scanner.feed(decoded(WATER, RESENT), 2010)) == []


def test_stray_bytes_are_passed_over_until_a_packet_fits() -> None:
    stray = b"\r\n6901\xff\x00\xf3\x12" + bytes(range(40, 60))
    reports = ssi().feed(stray + decoded(WATER), 0)
    assert texts(reports) == [WATER]
    assert reports[0] == Noise(len(stray) - 1, "no packet")  # the zero is a wake-up


def test_half_a_packet_and_silence_is_asked_for_again() -> None:
    scanner = ssi()
    assert scanner.feed(decoded(WATER)[:-5], 0) == []
    assert scanner.idle(PAUSE_MS - 1) == []
    assert scanner.idle(PAUSE_MS)[0] == Resend("its end is missing")
    assert scanner.outgoing() == NAK
    assert texts(scanner.feed(decoded(WATER, RESENT), 200)) == [WATER]


def test_a_length_that_came_too_large_does_not_swallow_the_packet_behind_it() -> None:
    scanner = ssi()
    grown = bytes([90]) + decoded(WATER)[1:]
    assert texts(scanner.feed(grown + decoded(RICE_BALL), 0)) == []
    assert texts(scanner.idle(PAUSE_MS)) == [RICE_BALL]


def test_a_resend_loop_ends_and_the_next_good_packet_is_taken() -> None:
    scanner = ssi()
    asked = told = 0
    for round in range(50):
        reports = scanner.feed(spoilt(decoded(WATER, RESENT)), round)
        asked += scanner.outgoing() == NAK
        told += any("not asked for again" in report.why for report in reports if isinstance(report, Noise))
    assert (asked, told) == (RESENDS_MAX, 1)
    assert texts(scanner.feed(decoded(RICE_BALL), 100)) == [RICE_BALL]
    scanner.outgoing()
    scanner.feed(spoilt(decoded(WATER)), 200)
    assert scanner.outgoing() == NAK


def test_half_a_packet_before_the_cable_came_out_is_forgotten() -> None:
    scanner = ssi()
    scanner.feed(decoded(WATER)[:9], 0)
    scanner.reset()
    assert scanner.feed(decoded(RICE_BALL), 10) == [ScanLine(RICE_BALL)]


def test_a_code_in_several_packets_is_acknowledged_and_not_read_in_part() -> None:
    scanner = ssi()
    reports = scanner.feed(decoded(PAYMENT, CONTINUES) + decoded(PAYMENT) + decoded(WATER), 0)
    assert texts(reports) == [WATER]
    assert scanner.outgoing() == ACK * 3
    assert Noise(19, "part of a code that is longer than one packet") in reports


def test_a_packet_without_even_a_type_byte_is_no_code() -> None:
    assert texts(ssi().feed(frame(0xF3) + frame(0xF3, b"\x0b"), 0)) == []


def test_the_answer_to_a_command_is_reported() -> None:
    scanner = ssi()
    scanner.trigger(True)
    assert scanner.feed(frame(0xD0), 0) == [Reply("taken")]
    scanner.beep(True)
    assert scanner.feed(frame(0xD1, b"\x06"), 0) == [Reply("refused")]
    assert scanner.outgoing() == b""


def test_a_command_that_came_damaged_is_sent_again_with_the_resend_bit_but_not_for_ever() -> None:
    scanner = ssi()
    scanner.trigger(True)
    for _ in range(RESENDS_MAX):
        assert scanner.feed(frame(0xD1, b"\x01"), 0) == []
        assert scanner.outgoing() == packet(0xE4, status=RESENT)
    assert scanner.feed(frame(0xD1, b"\x01"), 0) == [Reply("refused")]
    assert scanner.outgoing() == b""


def test_other_packets_of_the_engine_are_acknowledged_and_are_no_codes() -> None:
    scanner = ssi()
    assert scanner.feed(frame(0xF6, b"\x01") + frame(0xA4, b"REV"), 0) == []
    assert scanner.outgoing() == ACK * 2


def damages(message: bytes) -> list[bytes]:
    """Every way to lose, double, change or add one byte, and to lose a run."""
    places = range(len(message))
    lost_runs = [message[:a] + message[b:] for a in places for b in range(a + 1, len(message) + 1)]
    doubled = [message[: at + 1] + message[at:] for at in places]
    put = [(at, byte) for at in places for byte in range(256)]
    changed = [message[:at] + bytes([byte]) + message[at + 1 :] for at, byte in put if byte != message[at]]
    added = [message[:at] + bytes([byte]) + message[at:] for at, byte in put]
    return lost_runs + doubled + changed + added


def test_no_damage_of_one_byte_and_no_lost_run_makes_another_code() -> None:
    """13,000 damaged packets. (Two wrong bytes that cancel out in the sum would pass: it is a sum.)"""
    for message in damages(decoded(PAYMENT)):
        scanner = ssi()
        reports = scanner.feed(message, 0)
        for now_ms in range(PAUSE_MS, PAUSE_MS * 4, PAUSE_MS):
            reports += scanner.idle(now_ms)
        assert texts(reports) in ([], [PAYMENT]), message


PACKETS = st.builds(
    frame,
    st.sampled_from([0xF3, 0xF3, 0xD0, 0xD1, 0xF6, 0xE4]),
    st.sampled_from([b"", b"\x01", b"\x0b" + WATER.encode(), b"\x03" + PAYMENT.encode(), b"\x1c\xff\xfe"]),
    st.integers(0, 3),
)
SOUP = st.lists(PACKETS | PACKETS.map(spoilt) | st.binary(max_size=40), max_size=12).map(b"".join)


@given(SOUP, st.lists(st.integers(0, 300)))
def test_any_cutting_gives_the_same_codes_and_the_same_answers(sent: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    whole, cut_up = ssi(), ssi()
    at_once = texts(whole.feed(sent, 0) + whole.idle(PAUSE_MS))
    pieces = [report for start, end in pairwise(edges) for report in cut_up.feed(sent[start:end], 0)]
    assert texts(pieces + cut_up.idle(PAUSE_MS)) == at_once
    assert cut_up.outgoing() == whole.outgoing()


def carried(sent: bytes) -> set[bytes]:
    """The text of every decode in these bytes, wherever it begins, whose check fits."""
    sizes = [(at, at + sent[at]) for at in range(len(sent)) if sent[at] > 4]
    bodies = [sent[at:end] for at, end in sizes if check(sent[at:end]) == sent[end : end + 2]]
    return {body[5:].translate(None, CONTROLS) for body in bodies if body[1] == 0xF3}


@given(SOUP)
def test_a_code_only_comes_out_of_a_packet_whose_check_fits(sent: bytes) -> None:
    scanner = ssi()
    for text in texts(scanner.feed(sent, 0) + scanner.idle(PAUSE_MS) + scanner.idle(2 * PAUSE_MS)):
        assert {text.encode(), text.encode("gb18030")} & carried(sent)


@given(st.binary(max_size=600))
def test_bytes_of_chance_never_raise_and_never_make_a_payment_code(sent: bytes) -> None:
    scanner = ssi()
    for text in texts(scanner.feed(sent, 0) + scanner.idle(PAUSE_MS)):
        assert not (len(text) == 18 and text.isdigit())


def test_a_stream_of_chance_is_passed_over() -> None:
    scanner = ssi()
    reports = scanner.feed(random.Random(6).randbytes(200_000), 0)
    assert texts(reports) == []
    scanner.idle(PAUSE_MS)
    assert texts(scanner.feed(decoded(WATER), 300)) == [WATER]
