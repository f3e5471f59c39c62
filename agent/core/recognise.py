"""Who is it: the eyes of a visit, from the first look to the member who may confirm.

Enters: evidence of frames, digits, time. Leaves: the stage that follows; `identity` decides, and too many
failed tries in a row, of whomever, close the eyes for a while.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from agent.core.commands import Command, StartTimer, WatchFaces
from agent.core.events import Instant
from agent.core.evidence import FaceEvidence
from agent.core.identity import (
    Ambiguous,
    Identified,
    Look,
    Nobody,
    NotLive,
    Tries,
    Undecided,
    decide,
    over_budget,
)
from agent.core.ids import Secret
from agent.core.member_desk import asks
from agent.core.stages import LOOKING, enter
from agent.core.state import Terminal, Turn
from agent.core.visit import Marks, Stage

PAUSE_TIMER = "face_pause"


def watch(t: Terminal, stage: Stage, digits: Secret | None = None) -> Turn:
    """Open the eyes for a new look; evidence of an earlier look no longer counts."""
    number = t.looks + 1
    turn = enter(replace(t, look=Look(number), looks=number), stage)
    return replace(turn, commands=(*turn.commands, WatchFaces(number, digits)))


def look_for_face(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    """The customer wants to pay by face: the first look, or the code at once where it cannot be."""
    if why := closed(t):
        return enter(t, Stage.CODE, reason=why)
    fresh = replace(t.visit.of_nobody(), marks=Marks(), digits_tries=0)
    return watch(replace(t, kept=replace(t.kept, visit=fresh)), Stage.FACE)


def closed(t: Terminal) -> str:
    """Why nobody can pay by face now; empty when they can."""
    if t.kept.tries.paused:
        return "too_many_tries"
    return "" if t.sees else "face_paused"


def given_digits(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    """The four digits narrow the gallery; the second look is among those members only."""
    if value is None or len(value.reveal()) != 4 or not value.reveal().isdigit():
        return Turn(t)
    why = closed(t)
    return enter(t, Stage.CODE, reason=why) if why else watch(t, Stage.MATCH, value)


def face_seen(t: Terminal, evidence: FaceEvidence, at: Instant) -> Turn:
    """One more frame. The decision is `identity`'s; what follows from it depends on the stage."""
    if t.look is None or t.visit.stage not in LOOKING:
        return Turn(t)
    look = t.look.saw(evidence, t.rules.limits)
    t = replace(t, look=look)
    if evidence.look == look.number and evidence.faces and t.visit.marks.face_seen_ms is None:
        t = marked(t, face_seen_ms=evidence.captured_at_ms)
    match decide(look, t.rules.limits):
        case Undecided():
            return Turn(t)
        case Identified() if t.visit.stage is Stage.MATCH and over_budget(look, t.rules.limits):
            return enter(_tried(t, Tries()), Stage.CODE, reason="ask_code")
        case Identified(person=person) if t.visit.stage is Stage.MATCH:
            return asks(enter(_tried(t, Tries()), Stage.CONFIRM, visit=replace(t.visit, person=person)))
        case Identified() | Ambiguous() if t.visit.stage is Stage.FACE:
            return enter(marked(t, identified_ms=at.mono_ms), Stage.DIGITS)
        case NotLive():
            return refused(t, "not_live")
        case Identified() | Ambiguous() | Nobody():
            return refused(t, "not_recognised")
        case other:
            assert_never(other)


def refused(t: Terminal, reason: str) -> Turn:
    """Wrong digits get another try, a few times; a face nobody knows, or a picture of one, gets the code
    at once. Too many in a row, of whomever, and the eyes rest for a while."""
    t = _tried(t, t.kept.tries.failed(t.rules.retry))
    if t.kept.tries.paused:
        turn = enter(t, Stage.NOBODY, reason="too_many_tries")
        return replace(turn, commands=(*turn.commands, *pause_wishes(turn.state)))
    again = t.visit.digits_tries + 1
    if reason == "not_recognised" and t.visit.stage is Stage.MATCH and again < t.rules.digits_tries:
        return enter(t, Stage.DIGITS, reason="again", visit=replace(t.visit, digits_tries=again))
    return enter(t, Stage.NOBODY, reason=reason)


def _tried(t: Terminal, tries: Tries) -> Terminal:
    return replace(t, kept=replace(t.kept, tries=tries))


def pause_wishes(t: Terminal) -> tuple[Command, ...]:
    """The timer of the pause the eyes are in; also after a restart, which begins it anew."""
    tries = t.kept.tries
    return (StartTimer(PAUSE_TIMER, tries.pauses, tries.pause_ms(t.rules.retry)),) if tries.paused else ()


def pause_over(t: Terminal, generation: int) -> Turn:
    """The eyes have rested."""
    return Turn(_tried(t, t.kept.tries.rested(generation)))


def marked(t: Terminal, **when_ms: int | None) -> Terminal:
    """The same terminal, with these times of the visit noted."""
    marks = replace(t.visit.marks, **when_ms)
    return replace(t, kept=replace(t.kept, visit=replace(t.visit, marks=marks)))


def camera_lost(t: Terminal) -> Turn:
    """Nobody waits in front of a dead camera."""
    return enter(t, Stage.CODE, reason="face_paused") if t.visit.stage in LOOKING else Turn(t)
