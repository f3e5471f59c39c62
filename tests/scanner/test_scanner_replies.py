"""Honeywell and Newland: what the scanner answers stands between the codes and is none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.profile.schema import ScannerSection
from agent.scanner.dialect import Dialect, Reply, Report
from agent.scanner.framing import Noise, ScanLine
from agent.scanner.honeywell import Honeywell
from agent.scanner.newland import Newland

WATER, RICE_BALL = ScanLine("6901000000011"), ScanLine("6901000000028")
FIRST, SECOND = b"6901000000011\r", b"6901000000028\r"

# The answers as the manuals print them.
HONEYWELL = b"CBRENA1\x06."
NEWLAND = bytes.fromhex("02 01 30 30 30 30 40 43 31 31 4D 49 4E 31 32 06 2C 4D 41 58 32 32 06 3B 03")
DIALECTS = [(Honeywell, HONEYWELL), (Newland, NEWLAND)]
both = pytest.mark.parametrize(("kind", "answer"), DIALECTS, ids=["honeywell", "newland"])


def made(kind: type[Dialect], **settings: object) -> Dialect:
    return kind(ScannerSection.model_validate({"port": "/dev/scanner", **settings}))  # type: ignore[call-arg]


def reports(kind: type[Dialect], sent: bytes, asked: str = "", **settings: object) -> list[Report]:
    scanner = made(kind, **settings)
    if asked:
        scanner.setting(asked)
    return scanner.feed(sent, 0)


def test_what_honeywell_is_sent() -> None:
    scanner = made(Honeywell)
    assert scanner.trigger(True) == bytes.fromhex("16 54 0D")
    assert scanner.trigger(False) == bytes.fromhex("16 55 0D")
    assert scanner.setting("CBRENA1") == bytes.fromhex("16 4D 0D") + b"CBRENA1!"
    assert scanner.setting("CBRENA1", keep=True) == bytes.fromhex("16 4D 0D") + b"CBRENA1."
    assert scanner.beep(True) == bytes.fromhex("16 07 0D")
    assert scanner.beep(False) == bytes.fromhex("16 07 0D") * 3


def test_what_newland_is_sent() -> None:
    scanner = made(Newland)
    assert scanner.trigger(True) == bytes.fromhex("01 54 04")
    assert scanner.trigger(False) == bytes.fromhex("01 50 04")
    published = "7E 01 30 30 30 30 40 43 31 31 45 4E 41 31 2C 4D 49 4E 31 32 2C 4D 41 58 32 32 3B 03"
    assert scanner.setting("C11ENA1,MIN12,MAX22", keep=True) == bytes.fromhex(published)
    assert scanner.setting("C11ENA1") == b"\x7e\x010000#C11ENA1;\x03"
    assert scanner.beep(True) is None


@both
@pytest.mark.parametrize("command", ["", "CBRENA1\r", "码", "\x16T"])
def test_what_could_be_another_command_is_refused(kind: type[Dialect], answer: bytes, command: str) -> None:
    with pytest.raises(ValueError, match="expected printable ASCII such as C"):
        made(kind).setting(command)
    assert answer


def test_a_honeywell_setting_cannot_end_early() -> None:
    with pytest.raises(ValueError, match=r"expected one without \. and !"):
        made(Honeywell).setting("CBRENA1.DEFALT")


@both
def test_a_reply_between_two_codes_is_no_code_and_costs_none(kind: type[Dialect], answer: bytes) -> None:
    assert reports(kind, FIRST + answer + SECOND) == [WATER, reports(kind, answer)[0], RICE_BALL]


@both
def test_a_code_with_a_reply_in_its_middle_is_whole(kind: type[Dialect], answer: bytes) -> None:
    for at in range(1, len(SECOND)):
        sent = FIRST + SECOND[:at] + answer + SECOND[at:]
        found = [report for report in reports(kind, sent, asked="CBRENA?") if isinstance(report, ScanLine)]
        assert found == [WATER, RICE_BALL], at


def test_the_values_that_were_asked_for() -> None:
    [honeywell] = reports(Honeywell, HONEYWELL, asked="cbrena?")
    [newland] = reports(Newland, NEWLAND)
    assert honeywell == Reply("taken", "CBRENA1.")
    assert newland == Reply("taken", "C11MIN12,MAX22")


@both
def test_unknown_and_refused_settings(kind: type[Dialect], answer: bytes) -> None:
    for byte, verdict in ((b"\x05", "unknown"), (b"\x15", "refused")):
        one_of_them = byte.join(answer.rsplit(b"\x06", 1))
        [reply] = reports(kind, one_of_them)
        assert isinstance(reply, Reply)
        assert reply.verdict == verdict


def test_several_honeywell_settings_in_one_reply() -> None:
    sent = FIRST + b"CBRENA1\x06,MIN12\x15;C39ENA1\x05!" + SECOND
    assert reports(Honeywell, sent) == [WATER, Reply("unknown", "CBRENA1,MIN12;C39ENA1!"), RICE_BALL]


def test_the_reply_of_firmware_that_leaves_out_the_last_mark() -> None:
    found = reports(Honeywell, FIRST + b"CBRENA1\x06" + SECOND, asked="CBRENA1")
    assert found == [WATER, Reply("taken", "CBRENA1"), RICE_BALL]
    scanner = made(Honeywell)
    scanner.setting("CBRENA1")
    scanner.feed(b"CBRENA1\x06", 0)
    assert scanner.idle(1000) == [Reply("taken", "CBRENA1")]


@pytest.mark.parametrize("piece", [b"CBRENA1.", b"CBRENA1", b"RENA1\x06", b"CBRENA1\x06,MIN12"])
def test_a_honeywell_reply_that_lost_a_byte_is_still_no_code(piece: bytes) -> None:
    found = reports(Honeywell, piece + FIRST + SECOND, asked="CBRENA1")
    assert [report for report in found if isinstance(report, ScanLine)] in ([RICE_BALL], [WATER, RICE_BALL])


@pytest.mark.parametrize("lost", range(len(NEWLAND)))
def test_a_newland_reply_that_lost_a_byte_is_still_no_code(lost: int) -> None:
    scanner = made(Newland)
    found = scanner.feed(NEWLAND[:lost] + NEWLAND[lost + 1 :], 0) + scanner.idle(500)
    found += scanner.feed(FIRST + SECOND, 600)
    codes = [report for report in found if isinstance(report, ScanLine)]
    assert codes in ([RICE_BALL], [WATER, RICE_BALL])


def test_a_newland_reply_without_its_end_is_given_up_after_a_pause() -> None:
    scanner = made(Newland)
    assert scanner.feed(NEWLAND[:-2], 0) == []
    assert scanner.idle(199) == []
    assert scanner.idle(200) == [Noise(len(NEWLAND) - 2, "a scanner's reply without its end")]
    assert scanner.feed(FIRST, 300) == [WATER]


def test_a_newland_reply_without_end_does_not_grow_for_ever() -> None:
    scanner = made(Newland)
    found = scanner.feed(NEWLAND[:-2] + b"8" * 2000 + b"\r" + FIRST, 0)
    assert found[-1] == WATER


def test_the_bare_byte_by_which_some_engines_take_a_trigger_is_no_part_of_the_code() -> None:
    assert reports(Newland, b"\x06" + FIRST) == [WATER]
    assert reports(Newland, b"\x06\x02S" + FIRST, prefix="\x02S") == [WATER]


@both
def test_a_scanner_without_suffix_is_read_by_its_silence(kind: type[Dialect], answer: bytes) -> None:
    scanner = made(kind, suffix="GAP", gap_ms=20)
    assert scanner.feed(b"6901000000011", 0) == []
    assert scanner.idle(20) == [WATER]
    assert isinstance(scanner.feed(answer, 100)[0], Reply)
    assert scanner.feed(b"6901000000028", 200) == []
    assert scanner.idle(220) == [RICE_BALL]


@both
def test_half_a_reply_before_the_cable_came_out_is_forgotten(kind: type[Dialect], answer: bytes) -> None:
    scanner = made(kind)
    scanner.feed(answer[:-3], 0)
    scanner.reset()
    assert scanner.feed(FIRST, 10) == [WATER]


@both
def test_no_report_shows_what_ran_into_a_reply(kind: type[Dialect], answer: bytes) -> None:
    assert "1345" not in repr(reports(kind, b"134567890123456789" + answer))


PIECES = st.sampled_from(
    [FIRST, SECOND, HONEYWELL, NEWLAND, b"\x06", b".", b"\r", b"\x02", b";\x03", b"CBRENA"]
)
SOUP = st.lists(PIECES | st.binary(max_size=30), max_size=20).map(b"".join)


@both
@given(sent=SOUP, cuts=st.lists(st.integers(0, 400)), suffix=st.sampled_from(["CR", "CRLF", "GAP"]))
def test_any_cutting_gives_the_same_codes_and_replies(
    kind: type[Dialect], answer: bytes, sent: bytes, cuts: list[int], suffix: str
) -> None:
    settings = {"suffix": suffix, "code_bytes_max": 32}
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    whole, cut_up = made(kind, **settings), made(kind, **settings)
    for scanner in (whole, cut_up):
        scanner.setting("CBRENA1")
    at_once = whole.feed(sent, 0) + whole.idle(2000)
    pieces = [report for start, end in pairwise(edges) for report in cut_up.feed(sent[start:end], 0)]
    assert pieces + cut_up.idle(2000) == at_once
    assert answer


@both
@given(st.binary(max_size=400))
def test_bytes_of_chance_never_raise(kind: type[Dialect], answer: bytes, sent: bytes) -> None:
    scanner = made(kind)
    scanner.feed(sent + answer, 0)
    scanner.idle(5000)
    assert scanner.feed(b"\r\r" + FIRST, 6000)[-1] == WATER
