"""Bytes of a fuzzer → texts from outside → what must hold of whoever reads them.

What a scanner read, what came over the phone, what the cloud and the screens send, what stands in a
settings file: each reader may refuse in its own words, and may do nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections import deque
from functools import cache
from pathlib import Path

import msgspec

from agent.cloud import schema, topics
from agent.cloud.client import CloudTask
from agent.cloud.envelope import Unreadable
from agent.cloud.messages import read_ask, read_presence, read_record
from agent.core.codes import ClaimCode, GoodsCode, MemberCode, PaymentCode, ReceiptCode, UnknownCode
from agent.core.events import Event, Instant
from agent.core.ids import DeviceId
from agent.core.state import Kept, Terminal
from agent.core.visit import Stage
from agent.doctor.finding import ANY, catalogue, found
from agent.doctor.short_code import CodeError, decode, encode
from agent.profile.gtin import gtin
from agent.profile.loader import validated
from agent.profile.schema import CloudSection
from agent.profile.sources import ProfileError, parse_source
from agent.scanner.classify import classify
from agent.screens import contract
from agent.screens.glass import Glass
from agent.screens.projection import project
from agent.storage.known import CODEC
from agent.turn import take
from tests.fuzz.scanners import RULES
from tests.playbook import UTC_START_MS, Playbook
from tests.shop import STAGES, terminal

ROOT = Path(__file__).parents[2]
ME = DeviceId("desk-01")
AT = Instant(900_000, UTC_START_MS + 900_000)
TYPES = tuple(schema.DATA_TYPES)
DATE = "2026-09-21T10:00:00.000Z"


def classifier(data: bytes) -> None:
    """A scanned text has one meaning, the same each time; what is money is a Secret."""
    text = data.decode("utf-8", "replace")
    code = classify(text, RULES)
    assert code == classify(text, RULES)
    match code:
        case PaymentCode() | MemberCode() | ClaimCode():
            assert text not in repr(code) or len(text) < 4
        case GoodsCode(number):
            assert gtin(number) == number, "a goods number that would not be read again"
        case ReceiptCode(order):
            assert order == text
        case UnknownCode(length, why):
            assert (length, why) == (len(text), why)
        case _:
            raise AssertionError(f"a code of no kind: {code}")


def short_code(data: bytes) -> None:
    """Decoded, or refused in words; what was decoded says the same again."""
    try:
        decoded = decode(data.decode("utf-8", "replace"))
    except CodeError:
        return
    findings = []
    for name, state in decoded.states.items():
        cases = {**catalogue()[ANY].cases, **catalogue()[name].cases}
        fitting = [case for case, what in cases.items() if what.state is state]
        if not fitting:
            return  # a state that this check is never in: nobody has sent such a code
        findings.append(found(name, fitting[0]))
    again = decode(encode(findings, {name: least for name, (least, _) in decoded.figures.items()}))
    assert again == decoded


def message(data: bytes) -> None:
    """Whatever arrives on a topic of ours: one line in the log, or facts that any terminal can take, write
    down, read again and show."""
    lane, kind, rest = data[:1], data[1:2], data[2:]
    topic = (topics.reply(ME, "charge"), topics.acknowledgements(ME), topics.marks(ME), "hyla/1/x/r/y/z")[
        (lane or b"\0")[0] % 4
    ]
    body = rest if (kind or b"\0")[0] == 255 else _enveloped((kind or b"\0")[0], rest)
    facts: deque[Event] = deque()
    section = CloudSection.model_validate({"url": "mqtt://127.0.0.1:1"})
    task = CloudTask(section, ME, "boot", facts.append, utc_ms=lambda: AT.utc_ms)
    task._arrived(topic, body)
    for read in (read_ask, read_record, read_presence):
        with contextlib.suppress(Unreadable):
            read(body)
    for fact in facts:
        harmless(fact)


def _enveloped(kind: int, data: bytes) -> bytes:
    """The envelope is right, so that the fuzzer plays with what is inside."""
    name = TYPES[kind % len(TYPES)]
    head = (
        f'{{"specversion":"1.0","id":"x","source":"hyla/cloud","type":"{name}.v1","time":"{DATE}","data":'
    )
    return head.encode() + data + b"}"


@cache
def _terminals() -> tuple[Terminal, ...]:
    """One at each stage of a visit."""
    return tuple(STAGES[stage](Playbook(terminal())).state for stage in Stage if stage in STAGES)


def harmless(fact: Event) -> None:
    """It is written, read again, taken by a terminal at any stage, and shown."""
    written = CODEC.encode(fact)
    assert CODEC.decode(written, type(fact)) == fact, "what was written comes back otherwise"
    for state in _terminals():
        taken = take(state, fact, AT)
        for view in project(taken.state, AT):
            assert contract.decode_downward(contract.encode(view)) == view
        if taken.entry is not None:
            assert CODEC.decode(CODEC.encode(taken.entry.kept), Kept) == taken.entry.kept


def screens_line(data: bytes) -> None:
    """A line from the screens is a message of the contract or is refused; a tap reaches the core whole."""
    for read in (contract.decode_upward, contract.decode_downward):
        try:
            heard = read(data)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue
        assert read(contract.encode(heard)) == heard
        if isinstance(heard, contract.Tap):
            _tapped(heard)


def _tapped(tap: contract.Tap) -> None:
    facts: list[Event] = []
    Glass(lambda _: None, facts.append).tapped(tap)
    for fact in facts:
        for state in _terminals():
            fitting = dataclasses.replace(fact, view_id=state.view_no)  # type: ignore[call-arg]
            for tapped in (fact, fitting):
                taken = take(state, tapped, AT)
                project(taken.state, AT)


@cache
def _desk() -> str:
    return (ROOT / "device_profiles" / "desk.toml").read_text(encoding="utf-8")


def settings_file(data: bytes) -> None:
    """A settings file is used or refused in the technician's words: as a profile, and as the changes over
    a good one."""
    text = data.decode("utf-8", "replace")
    place = ROOT / "device_profiles" / "fuzz.toml"
    try:
        source = parse_source("technician", place, text)
    except ProfileError:
        return
    for layers in ([source], [parse_source("profile", place, _desk()), source]):
        with contextlib.suppress(ProfileError):
            validated(layers).profile.model_dump_json()
