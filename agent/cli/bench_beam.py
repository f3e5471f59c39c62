"""From the beam to the basket, timed: bytes through dialect, classifier, turn and projection, to the view
as it is sent; and how many bytes a second each dialect takes.

Enters: how often. Leaves: milliseconds a beam, the last byte alone (what comes after it is what the cashier
waits for), and bytes a second. No port: what a port adds is its speed, which is the cable's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from agent.cli.bench_sale import RICE_BALL, WATER, Till
from agent.core.events import Event
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.hearing import DIALECTS, Hearing
from agent.scanner.keyboard import EVENT
from agent.scanner.ssi import DECODED, ENGINE, packet
from agent.screens.contract import encode
from agent.screens.projection import project
from agent.turn import take

RULES = (CodeRule(kind="payment", network="wechat", prefixes=["13"], length_min=18, length_max=18),)
KEY_OF = dict(zip("1234567890\r", [*range(2, 12), 28], strict=True))  # linux/input-event-codes.h
STREAM_CODES = 200
Progress = Callable[[int, int], None]


class BeamTimes(NamedTuple):
    """`beam_ms`: last byte to encoded views, by dialect. `bytes_per_s`: a stream of codes, by dialect."""

    beam_ms: dict[str, list[float]]
    bytes_per_s: dict[str, float]


def beam_times(rounds: int, progress: Progress) -> BeamTimes:
    """So many beams in each dialect, one after the other."""
    beam_ms: dict[str, list[float]] = {}
    bytes_per_s: dict[str, float] = {}
    for done, dialect in enumerate(DIALECTS):
        progress(done, len(DIALECTS))
        beam_ms[dialect] = [_beam_ms(dialect, number) for number in range(rounds)]
        bytes_per_s[dialect] = _bytes_per_s(dialect)
    progress(len(DIALECTS), len(DIALECTS))
    return BeamTimes(beam_ms, bytes_per_s)


def wire(dialect: str, text: str, at_ms: int = 1_000_000) -> bytes:
    """One code as this kind of scanner sends it."""
    if dialect == "ssi":
        return packet(DECODED, b"\x0b" + text.encode(), source=ENGINE)
    if dialect != "hid":
        return f"{text}\r".encode()
    keys = [(KEY_OF[char], value) for char in f"{text}\r" for value in (1, 0)]
    times = [at_ms + 2 * at for at in range(len(keys))]
    events = zip(keys, times, strict=True)
    return b"".join(
        EVENT.pack(ms // 1000, ms % 1000 * 1000, 1, code, value) for (code, value), ms in events
    )


def _hearing(dialect: str, post: Callable[[Event], None]) -> Hearing:
    section = ScannerSection.model_validate({"port": "/dev/scanner", "dialect": dialect})
    hearing = Hearing(section, RULES, post)
    hearing.begin()
    return hearing


def _beam_ms(dialect: str, number: int) -> float:
    """A free till reads its first goods."""
    till, facts = Till(), list[Event]()
    hearing = _hearing(dialect, facts.append)
    sent = wire(dialect, RICE_BALL if number % 2 else WATER)
    last = EVENT.size * 2 if dialect == "hid" else 1  # Enter pressed and released
    hearing.pass_on(hearing.understand(sent[:-last], 0)[0], 0)
    facts.clear()
    began_ns = time.perf_counter_ns()
    hearing.pass_on(hearing.understand(sent[-last:], 1)[0], 1)
    taken = take(till.state, facts[0], till.at())
    for view in project(taken.state, till.at()):
        encode(view)
    took_ms = (time.perf_counter_ns() - began_ns) / 1e6
    assert taken.state.visit.basket.pieces == 1, "it is in the basket"
    return took_ms


def _bytes_per_s(dialect: str) -> float:
    """Codes one after the other, as many as the dialect takes."""
    facts: list[Event] = []
    hearing = _hearing(dialect, facts.append)
    stream = b"".join(
        wire(dialect, (WATER, RICE_BALL)[number % 2], 1_000_000 + 1000 * number)
        for number in range(STREAM_CODES)
    )
    facts.clear()
    began_s = time.perf_counter()
    hearing.pass_on(hearing.understand(stream, 0)[0], 0)
    took_s = time.perf_counter() - began_s
    assert len(facts) == STREAM_CODES, f"{dialect}: every code was read"
    return len(stream) / took_s
