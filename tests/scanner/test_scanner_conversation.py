"""The same conversation in every dialect over four lines: clean, one byte at a time, lossy, delayed.

Scanner and terminal talk without a port and in virtual time: the engine of the simulator on one side,
the dialect of the product on the other.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from agent.core.codes import PaymentCode
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.classify import classify
from agent.scanner.dialect import Reply, Report
from agent.scanner.framing import ScanLine
from agent.scanner.hearing import DIALECTS
from agent.scanner.keyboard import EVENT
from simulator.engines import ENGINES, LineEngine, SsiEngine, event

CODES = ["6901000000011", "134567890123456789", "M00012345", "6901000000028", "6901000000028"]
SETTING = {"honeywell": "CBRENA1", "newland": "C11ENA1", "ssi": "8A 08"}
STEP_MS, SILENT_MS = 10, 8000
RULES = [CodeRule(kind="payment", network="wechat", prefixes=["13"], length_min=18, length_max=18)]

# What the line makes of one message: pieces, and how long each takes.
Carry = Callable[[bytes, random.Random], Iterator[tuple[bytes, int]]]


def clean(message: bytes, _: random.Random) -> Iterator[tuple[bytes, int]]:
    yield message, 0


def one_byte_at_a_time(message: bytes, _: random.Random) -> Iterator[tuple[bytes, int]]:
    for at in range(len(message)):
        yield message[at : at + 1], 1


def delayed(message: bytes, rng: random.Random) -> Iterator[tuple[bytes, int]]:
    """In pieces of chance, with pauses such as a busy USB hub makes."""
    while message:
        size = rng.randint(1, 30)
        yield message[:size], rng.randint(0, 60)
        message = message[size:]


def damaging(share_pct: int, of_pct: int) -> Carry:
    """In `share_pct` of the messages `of_pct` of the bytes get lost or are followed by noise."""

    def carry(message: bytes, rng: random.Random) -> Iterator[tuple[bytes, int]]:
        if rng.randrange(100) >= share_pct:
            yield message, 0
            return
        for at in range(len(message)):
            chance = rng.randrange(100)
            if chance >= of_pct:
                yield message[at : at + 1], 0
            elif chance < of_pct // 3:
                yield message[at : at + 1] + bytes([rng.choice(b"\x00\x1b\xff\xf3")]), 0

    return carry


def dropping(message: bytes, rng: random.Random) -> Iterator[tuple[bytes, int]]:
    """Every fifth key event is lost. The kernel says so, once it has room again."""
    for at in range(0, len(message), EVENT.size):
        lost = rng.randrange(100) < 20
        yield event(0, 0, 3, 0) if lost else message[at : at + EVENT.size], 0


@dataclass
class Talk:
    """A terminal and a scanner, and the line between them."""

    dialect: str
    carry: Carry
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    now_ms: int = 0

    def __post_init__(self) -> None:
        section = ScannerSection.model_validate({"port": "/dev/scanner", "dialect": self.dialect})
        self.engine: LineEngine = ENGINES[self.dialect]()
        self.host = DIALECTS[self.dialect](section)
        self.reports: list[Report] = []

    def beam(self, *codes: str) -> list[str]:
        """These codes are read one after the other; what the terminal made of them."""
        for code in codes:
            self.engine.beam(code, "\r")
            self.go_on()
        return self.texts

    def tell(self, words: bytes | None) -> None:
        """The terminal sends a command."""
        self.engine.hear(words or b"", self.now_ms)
        self.go_on()

    def go_on(self) -> None:
        """Until both have been silent for long."""
        silent_ms = 0
        while silent_ms < SILENT_MS:
            said = self.engine.outgoing()
            for piece, delay_ms in self.carry(said, self.rng) if said else ():
                self.now_ms += delay_ms
                self.reports += self.host.feed(piece, self.now_ms) if piece else []
                self._answer()
            self.now_ms += STEP_MS
            self.reports += self.host.idle(self.now_ms)
            answered = self._answer()
            self.engine.tick(self.now_ms)
            silent_ms = 0 if said or answered else silent_ms + STEP_MS

    def _answer(self) -> bool:
        answers = self.host.outgoing()
        for piece, _ in self.carry(answers, self.rng) if answers else ():
            self.engine.hear(piece, self.now_ms)
        return bool(answers)

    @property
    def texts(self) -> list[str]:
        return [report.text for report in self.reports if isinstance(report, ScanLine)]


every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@every_dialect
@pytest.mark.parametrize("carry", [clean, one_byte_at_a_time, delayed])
def test_every_code_comes_once_and_in_order(dialect: str, carry: Carry) -> None:
    assert Talk(dialect, carry).beam(*CODES) == CODES


@every_dialect
@pytest.mark.parametrize("carry", [clean, one_byte_at_a_time, delayed])
def test_a_setting_between_two_codes_is_answered_and_is_none(dialect: str, carry: Carry) -> None:
    talk = Talk(dialect, carry)
    talk.beam(CODES[0])
    talk.tell(talk.host.setting(SETTING.get(dialect, "")))
    assert talk.beam(CODES[1]) == CODES[:2]
    replies = [report.verdict for report in talk.reports if isinstance(report, Reply)]
    assert replies == (["taken"] if dialect in SETTING else [])


@every_dialect
def test_two_codes_glued_together_are_two(dialect: str) -> None:
    talk = Talk(dialect, clean)
    talk.engine.beam(CODES[0], "\r")
    talk.engine.beam(CODES[1], "\r")
    talk.go_on()
    assert talk.texts == CODES[:2]


@every_dialect
@pytest.mark.parametrize("dialect_can", ["trigger", "beep"])
def test_what_a_scanner_can_be_told_it_does(dialect: str, dialect_can: str) -> None:
    talk = Talk(dialect, clean)
    words = getattr(talk.host, dialect_can)(True)
    talk.tell(words)
    assert [word.startswith(dialect_can) for word in talk.engine.heard] == [True] * (words is not None)


@pytest.mark.parametrize("seed", range(20))
def test_ssi_loses_nothing_on_a_line_that_damages_every_fifth_message(seed: int) -> None:
    """Both ways, acknowledgements too; the engine here asks until it is heard."""
    talk = Talk("ssi", damaging(20, 20), random.Random(seed))
    assert isinstance(talk.engine, SsiEngine)
    talk.engine.stubborn = True
    no_two_alike = CODES[:4] * 2
    assert talk.beam(*no_two_alike) == no_two_alike


def test_two_beams_of_one_code_on_a_bad_line_are_in_doubt_one_and_never_three() -> None:
    counts = set()
    for seed in range(40):
        talk = Talk("ssi", damaging(20, 20), random.Random(seed))
        assert isinstance(talk.engine, SsiEngine)
        talk.engine.stubborn = True
        counts.add(len(talk.beam(CODES[3], CODES[3])))
    assert counts == {1, 2}


def test_an_engine_that_gives_up_has_lost_a_code_and_doubled_none() -> None:
    given_up = 0
    for seed in range(30):
        talk = Talk("ssi", damaging(50, 20), random.Random(seed))
        came = talk.beam(*CODES[:4])
        assert isinstance(talk.engine, SsiEngine)
        given_up += len(talk.engine.lost)
        assert [code for code in CODES[:4] if code in came] == came
        assert set(CODES[:4]) - set(came) <= set(talk.engine.lost)
    assert given_up


@every_dialect
@pytest.mark.parametrize("seed", range(10))
def test_a_line_that_loses_every_fifth_byte_makes_no_payment_code_up(dialect: str, seed: int) -> None:
    """Lines carry no check: a code may come short there. It is made of what was sent, in order, and no
    payment code is made up. Packets and keys are read whole or not at all."""
    talk = Talk(dialect, dropping if dialect == "hid" else damaging(100, 20), random.Random(seed))
    sent = iter("".join(code + "\r" for code in CODES * 4))
    for text in talk.beam(*CODES * 4):
        assert dialect not in ("ssi", "hid") or text in CODES
        assert all(char in sent for char in text), "not made of what was sent"
        assert not isinstance(classify(text, RULES), PaymentCode) or text in CODES


@every_dialect
def test_a_code_cut_in_half_by_the_unplugging_is_forgotten(dialect: str) -> None:
    talk = Talk(dialect, clean)
    talk.engine.beam(CODES[0], "\r")
    said = talk.engine.outgoing()
    talk.reports += talk.host.feed(said[: len(said) // 2], 0)
    talk.host.reset()
    talk.engine.power_off()
    assert talk.beam(CODES[1]) == [CODES[1]]


def test_a_packet_that_stalls_half_way_is_read_once() -> None:
    """Its second half comes after it was asked for again."""
    talk = Talk("ssi", clean)
    talk.engine.beam(CODES[0], "")
    said = talk.engine.outgoing()
    talk.reports += talk.host.feed(said[:10], 0)
    talk.reports += talk.host.idle(150)
    talk.reports += talk.host.feed(said[10:], 200)
    talk.now_ms = 200
    talk.go_on()
    assert talk.texts == [CODES[0]]
