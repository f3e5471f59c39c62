"""A bundle, run again: every journalled turn through the production turn, compared with what was kept.

Enters: a bundle of `hyla report`. Leaves: per turn what happened, what both screens said, what was
wished for, and whether the state it led to is the journalled one, by its hash. What the journal does not
hold on purpose (frames, digits, codes) is filled in with what fits, and each filling is named: a gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from agent.core import joining_desk, withdrawing_desk
from agent.core.basket import Goods
from agent.core.collect import COLLECT_TIMER
from agent.core.commands import Command
from agent.core.consent import AgeGroup, Purpose
from agent.core.events import (
    Device,
    Event,
    FaceSeen,
    Instant,
    Intent,
    MemberFound,
    MembersMarked,
    Started,
    Tapped,
    TemplateMade,
    TimerFired,
)
from agent.core.evidence import Candidate, FaceEvidence, Hint
from agent.core.identity import Look
from agent.core.ids import PersonId, Secret
from agent.core.intents import PIN_RIGHT
from agent.core.invariants import InvariantBroken
from agent.core.joining import Joining, JoinPage
from agent.core.office import Office
from agent.core.staff import pin_record
from agent.core.state import Kept, Rules, Terminal
from agent.core.terminal import recovered
from agent.core.visit import Stage
from agent.core.withdrawing import Withdrawing, WithdrawPage
from agent.screens.contract import CashierView, CustomerView
from agent.screens.projection import project
from agent.storage.blind import blinded
from agent.storage.bundle import WITHHELD, Bundle, BundleError, Turn, altered, compact, read
from agent.storage.chain import genesis
from agent.storage.codec import CodecError
from agent.storage.journal import standing
from agent.storage.known import CODEC
from agent.turn import Taken, take

NOT_KEPT = PersonId("(not kept)")
SOME_DIGITS = Secret("0000")
SOME_PHONE = Secret("13000000000")
SOME_PIN, OTHER_PIN = Secret("0000"), Secret("1111")
SOME_RECORD = pin_record(SOME_PIN, bytes(16))  # of the real one only whether it fitted is kept
Verdict = Literal["same", "differs", "cannot tell"]
BEST_FIRST: tuple[Verdict, ...] = ("same", "cannot tell", "differs")


@dataclass(frozen=True, slots=True)
class Replayed:
    """One turn, as it was journalled (`turn`) and as it went this time. `why` says what differs."""

    turn: Turn
    standing: str
    verdict: Verdict
    why: str
    gaps: tuple[str, ...]
    wishes: tuple[Command, ...]
    customer: CustomerView | None
    cashier: CashierView | None


@dataclass(frozen=True, slots=True)
class Try:
    """A way to take a turn in; more than one where the journal does not say which it was."""

    state: Terminal
    event: Event
    gaps: tuple[str, ...] = ()


def load(file: Path) -> Bundle:
    """Read a bundle and see that nobody altered it.

    Raises:
        BundleError: no such file, no bundle, or not what `hyla report` wrote.
    """
    try:
        bundle = read(file.read_bytes())
    except OSError as error:
        raise BundleError(f"{file}: cannot be read: {error.strerror}") from None
    except BundleError as error:
        raise BundleError(f"{file}: {error}") from None
    if wrong := altered(bundle):
        raise BundleError(f"{file}: altered: {wrong} (cut it out of the journal again: `hyla report`)")
    return bundle


def first_difference(turns: list[Replayed]) -> Replayed | None:
    """The turn to look at."""
    return next((turn for turn in turns if turn.verdict == "differs"), None)


def replay(bundle: Bundle) -> list[Replayed]:
    """Every turn of the order's visit.

    Raises:
        BundleError: it lacks the state or the settings to begin with, or this hyla cannot read them.
    """
    try:
        return list(_Again(bundle).turns())
    except CodecError as error:
        raise BundleError(f"this hyla cannot read what hyla {bundle.hyla} wrote: {error}") from None


class _Again:
    """The terminal of that moment, standing up again."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lost = False
        self._unlisted = False  # whom the cloud trusts came in this very visit; the journal keeps no list
        self._around = sorted(bundle.surroundings, key=lambda piece: piece.seq)
        kept, self._by_hash = self._beginning()
        self._state = recovered(self._rules(bundle.turns[0].seq), kept, "zh")
        people = [bundle.order and bundle.order["person"], *(one.person for one in kept.recent)]
        self._people = list(dict.fromkeys(PersonId(one) for one in people if one))

    def turns(self) -> Iterator[Replayed]:
        for turn in self._bundle.turns:
            yield self._again(turn)
        for turn in self._bundle.later:
            states = [one for one in self._around if (one.what, one.seq) == ("kept", turn.seq)]
            if states:  # somebody decided behind the till; what was between is not here
                self._lost = False
                kept, self._by_hash = self._kept(compact(states[0].body))
                self._state = recovered(self._rules(turn.seq), kept, "zh")
                yield self._again(turn)

    # --- what it begins with ----------------------------------------------------------------------

    def _beginning(self) -> tuple[Kept, bool]:
        """The state before the first turn; and whether this hyla writes it byte by byte as that one did."""
        if not self._bundle.turns:
            raise BundleError(f"{self._bundle.order_id}: no turn of it is in the bundle")
        first = self._bundle.turns[0]
        texts = [compact(one.body) for one in self._around if (one.what, one.seq) == ("kept", first.seq)]
        if texts:
            return self._kept(texts[0])
        if first.previous != genesis(self._bundle.epoch).hex():
            raise BundleError(
                f"{self._bundle.order_id}: the state before its first turn was not kept (its journal was "
                "written by an older hyla; `hyla journal show` tells the order's story)"
            )
        return Kept.fresh(self._rules(first.seq).currency), True

    def _kept(self, text: str) -> tuple[Kept, bool]:
        kept = CODEC.decode(text, Kept)
        return kept, CODEC.encode(kept) == text

    def _last(self, what: str, seq: int) -> Any:
        """What was in force at this row."""
        bodies = [piece.body for piece in self._around if piece.what == what and piece.seq <= seq]
        if not bodies:
            raise BundleError(f"{self._bundle.order_id}: no {what} in the bundle (cut it out again)")
        return bodies[-1]

    def _rules(self, seq: int) -> Rules:
        rules = CODEC.decode(compact(self._last("rules", seq)["rules"]), Rules)
        pieces = [piece for piece in self._around if piece.what == "goods" and piece.seq <= seq]
        goods = {piece.name: CODEC.decode(compact(piece.body), Goods) for piece in pieces}
        return replace(rules, goods=goods)

    # --- one turn ---------------------------------------------------------------------------------

    def _again(self, turn: Turn) -> Replayed:
        if turn.fact == WITHHELD:
            self._lost = True
            gap = ("whom the cloud trusts is withheld; from here on nothing can be told",)
            return Replayed(turn, standing(self._state.visit), "cannot tell", "", gap, (), None, None)
        event: Event = CODEC.decode(compact(turn.fact), Event)
        at = Instant(turn.mono_ms, turn.utc_ms)
        self._unlisted = self._unlisted or isinstance(event, MembersMarked)
        self._stand(turn.seq, event)
        try:
            way, taken = self._best(turn, event, at)
        except InvariantBroken as broken:
            why = f"this hyla refuses the turn: {broken}"
            return Replayed(turn, standing(self._state.visit), "differs", why, (), (), None, None)
        except ValueError:
            self._lost = True
            gap = ("it depends on a word that is not kept; from here on nothing can be told",)
            return Replayed(turn, standing(self._state.visit), "cannot tell", "", gap, (), None, None)
        self._state = taken.state
        return self._told(turn, way, taken, at)

    def _best(self, turn: Turn, event: Event, at: Instant) -> tuple[Try, Taken]:
        """The way that leads where the journal says; else the one that may have, or any."""
        found: dict[Verdict, tuple[Try, Taken]] = {}
        for way in _ways(self._state, event, self._people, turn.stage):
            taken = take(way.state, way.event, at)
            found.setdefault(self._verdict(turn, taken.state.kept), (way, taken))
            if "same" in found:
                break
        return next(found[verdict] for verdict in BEST_FIRST if verdict in found)

    def _told(self, turn: Turn, way: Try, taken: Taken, at: Instant) -> Replayed:
        verdict, now = self._verdict(turn, taken.state.kept), standing(taken.state.visit)
        if self._unlisted and verdict == "differs" and _confirms(way.event):
            self._lost, verdict = True, "cannot tell"
        why = ""
        if verdict == "differs":
            same = "at the same place, with another content of the state"
            why = f"it led to {turn.stage} then, now to {now if now != turn.stage else same}"
        customer, cashier = project(taken.state, at)
        return Replayed(turn, now, verdict, why, way.gaps, taken.commands, customer, cashier)

    def _stand(self, seq: int, event: Event) -> None:
        """What was around the terminal at this row; a start finds what was kept."""
        around = self._last("around", seq)
        if isinstance(event, Started):
            self._state = recovered(self._rules(seq), _read_again(self._state.kept), "zh")
        if isinstance(event, TimerFired) and event.name == COLLECT_TIMER:  # no older one is written down
            self._state = replace(self._state, rounds=event.generation)
        self._state = replace(
            self._state,
            rules=self._rules(seq),
            down={Device(name): cause for name, cause in around["down"].items()},
            languages=around["languages"],
            large_text=frozenset(around["large_text"]),
        )
        if "office" in around and isinstance(event, Tapped):
            office = CODEC.decode(json.dumps(around["office"]), Office)
            self._state = replace(self._state, office=office)

    def _verdict(self, turn: Turn, kept: Kept) -> Verdict:
        if self._lost:
            return "cannot tell"
        if (standing(kept.visit), kept.visit.order_id or "") != (turn.stage, turn.order_id):
            return "differs"
        text = CODEC.encode(kept)
        hashes = [sha256(one.encode()).hexdigest() for one in (blinded(text), text)]
        if turn.kept_sha256 in hashes:
            return "same"
        return "cannot tell" if NOT_KEPT in text or not self._by_hash else "differs"


def _read_again(kept: Kept) -> Kept:
    """As from the disk: secrets are forgotten."""
    return CODEC.decode(CODEC.encode(kept), Kept)


# --- what the journal does not hold ---------------------------------------------------------------


def _ways(t: Terminal, event: Event, people: list[PersonId], led_to: str) -> Iterator[Try]:
    match event:
        case Tapped(intent=Intent.GIVE_DIGITS):
            yield Try(_at_view(t, event), replace(event, value=SOME_DIGITS), ("the digits are not kept",))
        case Tapped(intent=Intent.STOP_JOINING):
            yield Try(_joining(_at_view(t, event), JoinPage.JOINED), event)
        case TimerFired(name=joining_desk.JOIN_TIMER, generation=number):  # no older one is written down
            yield Try(_joining(t, JoinPage.JOINED, page_no=number), event)
        case Tapped(intent=Intent.CLOSE):
            for page in (WithdrawPage.GONE, WithdrawPage.AGREED):
                yield Try(_withdrawing(_at_view(t, event), page), event)
        case TimerFired(name=withdrawing_desk.WITHDRAW_TIMER, generation=number):
            for page in (WithdrawPage.GONE, WithdrawPage.ENDED):
                yield Try(_withdrawing(t, page, page_no=number), event)
        case FaceSeen(evidence=evidence) if t.visit.stage is Stage.IDLE:
            asked = _withdrawing(t, WithdrawPage.LOOK, look=evidence.look)
            yield from _looks(replace(asked, look=Look(evidence.look)), evidence, people, "")
        case MemberFound(holdings=holdings) if not holdings.person:
            theirs = replace(holdings, person=t.visit.person or NOT_KEPT)
            yield Try(t, replace(event, holdings=theirs))
        case TemplateMade(look=number):
            agreed = _joining(t, JoinPage.KEEPING, look=number, phone=SOME_PHONE)
            yield Try(agreed, event, ("how somebody joined is not kept; it fits that they agreed",))
        case Tapped(intent=Intent.GIVE_PIN, said=said) if said:
            pin = SOME_PIN if said == PIN_RIGHT else OTHER_PIN
            rules = replace(t.rules, manager_pin=SOME_RECORD)
            yield Try(_at_view(replace(t, rules=rules), event), replace(event, value=pin))
        case Tapped(said=said) if said:
            yield Try(_at_view(t, event), replace(event, value=Secret(said)))
        case Tapped():
            yield Try(_at_view(t, event), event)
        case FaceSeen(evidence=evidence) if t.look is not None:
            yield from _looks(t, evidence, people, led_to)
        case _:
            yield Try(t, event)


def _joining(t: Terminal, page: JoinPage, **known: Any) -> Terminal:
    """Somebody who had come so far on the way to becoming a member."""
    agreed = (Purpose.FACE_PAY,)
    return replace(
        t, joining=Joining(t.visit.stage_no, page, purposes=agreed, age=AgeGroup.FROM_14, **known)
    )


def _withdrawing(t: Terminal, page: WithdrawPage, **known: Any) -> Terminal:
    """Somebody who looks at what they agreed to, and had come so far."""
    return replace(t, withdrawing=Withdrawing(t.visit.stage_no, page, **known))


def _confirms(event: Event) -> bool:
    return isinstance(event, Tapped) and event.intent is Intent.CONFIRM


def _at_view(t: Terminal, tap: Tapped) -> Terminal:
    """It counted then, so it answered what was shown."""
    return replace(t, view_no=tap.view_id)


def _looks(t: Terminal, seen: FaceEvidence, people: list[PersonId], led_to: str) -> Iterator[Try]:
    """What the frames before this one may have said, in the order in which it is tried."""
    assert t.look is not None
    number, limits = t.look.number, t.rules.limits
    seen = replace(seen, look=number)
    if led_to == t.visit.stage.value:
        yield Try(replace(t, look=Look(number)), FaceSeen(seen))
        return
    good = replace(seen, hint=Hint.GOOD, live_score=1.0)
    for person in [*people, NOT_KEPT] if led_to == Stage.CONFIRM else [NOT_KEPT]:
        frame = replace(good, best=Candidate(person, 1.0))
        yield _look(t, frame, f"the frames are not kept; {_whom(person, led_to)}", limits.quorum_frames)
    if limits.threshold_live is not None:
        held_up = replace(good, best=Candidate(NOT_KEPT, 1.0), live_score=limits.threshold_live - 1.0)
        gap = "the frames are not kept; it fits that a picture was held up"
        yield _look(t, held_up, gap, limits.quorum_frames)
    stranger = replace(t, look=Look(number, (), limits.nobody_frames - 1))
    yield Try(stranger, FaceSeen(good), ("the frames are not kept; it fits that nobody was recognised",))


def _look(t: Terminal, frame: FaceEvidence, gap: str, frames: int) -> Try:
    """So many frames alike, the last of them in this turn."""
    earlier = (frame,) * (frames - 1)
    return Try(replace(t, look=Look(frame.look, earlier, len(earlier))), FaceSeen(frame), (gap,))


def _whom(person: PersonId, led_to: str) -> str:
    if person != NOT_KEPT:
        return f"it fits that {person} was recognised"
    member = "who was recognised and did not pay is not kept either"
    return member if led_to == Stage.CONFIRM else "it fits that a member was recognised"
