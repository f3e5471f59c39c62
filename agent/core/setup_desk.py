"""What happens in a setup visit beside its table: facts in, the next state and wishes out. Pure.

Whoever runs it (`agent.setup`) checks signatures, talks to head office and writes; here stands only what
follows from what. An assignment counts only while the visit may still be given one, and only a tap on the
view that shows shop and till confirms it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from agent.core.assignment import Assignment, Refusal
from agent.core.setup import Signal, Stage, step


class SetupTap(StrEnum):
    """What a technician can want at either screen."""

    CHINESE = "setup_chinese"
    ENGLISH = "setup_english"
    NEXT = "setup_next"
    BACK = "setup_back"
    HERE = "setup_here"
    NOT_HERE = "setup_not_here"
    LARGE_TEXT = "switch_text_size"
    LANGUAGE = "switch_language"


@dataclass(frozen=True, slots=True)
class Presented:
    """A checked assignment. `online`: it came over the network, so a certificate can be fetched."""

    assignment: Assignment
    jws: str
    online: bool


@dataclass(frozen=True, slots=True)
class Left:
    """The shop that this terminal has left, and its receipt."""

    shop: str
    till: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Setup:
    """The whole visit. `office` is how the way to head office stands: `up`, `none` (no address is set) or
    the cause of its loss; `office_says` its own sentence when it will not have us. `declined`: the id of
    the assignment to which the technician said no; head office may repeat it until it has heard."""

    stage: Stage = Stage.LANGUAGE
    language: str = "zh"
    large_text: bool = False
    view_no: int = 1
    office: str = "starting"
    office_says: str = ""
    scanner: str = "starting"
    code: str = ""
    code_until_utc_ms: int = 0
    presented: Presented | None = None
    refusal: Refusal | None = None
    declined: str = ""
    trouble: str = ""
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody touched a screen that showed view `view_no`."""

    view_no: int
    tap: SetupTap


@dataclass(frozen=True, slots=True)
class OfficeStands:
    """The way to head office came up (`up`) or was lost, and why."""

    how: str


@dataclass(frozen=True, slots=True)
class OfficeRefused:
    """Head office answered no; `word` is one of its words, `why` its sentence."""

    word: str
    why: str


@dataclass(frozen=True, slots=True)
class ScannerStands:
    """The scanner came up (`up`) or was lost, and why."""

    how: str


@dataclass(frozen=True, slots=True)
class CodeGiven:
    """The claim code to show."""

    code: str
    until_utc_ms: int


@dataclass(frozen=True, slots=True)
class Refused:
    """What was held before the scanner, or came over the network, is no assignment for this terminal."""

    why: Refusal


@dataclass(frozen=True, slots=True)
class Saved:
    """The identity counts."""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """It does not; `trouble` is a word for the screens."""

    trouble: str


Fact = (
    Tapped
    | OfficeStands
    | OfficeRefused
    | ScannerStands
    | CodeGiven
    | Presented
    | Refused
    | Saved
    | NotSaved
)


@dataclass(frozen=True, slots=True)
class Save:
    """Make this the terminal's identity; online, fetch the certificate first."""

    presented: Presented


@dataclass(frozen=True, slots=True)
class Beep:
    """Sound content or not about what was held before the scanner."""

    good: bool


@dataclass(frozen=True, slots=True)
class Decline:
    """Tell head office that the technician said no to this assignment, and ask for a new code."""

    assignment_id: str


Wish = Save | Beep | Decline


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of a fact."""

    setup: Setup
    wishes: tuple[Wish, ...] = ()


def turn(setup: Setup, fact: Fact) -> Turn:
    """One fact. Every change gives the view a new number: a tap on an older one is ignored."""
    after = _turn(setup, fact)
    if after.setup == setup:
        return after
    return replace(after, setup=replace(after.setup, view_no=setup.view_no + 1))


def _turn(setup: Setup, fact: Fact) -> Turn:
    match fact:
        case Tapped(view_no, tap):
            return _tapped(setup, tap) if view_no == setup.view_no else Turn(setup)
        case OfficeStands(how):
            return Turn(replace(setup, office=how, office_says=""))
        case OfficeRefused(word, why):
            failed = replace(setup, office=word, office_says=why, code="")
            return Turn(_go(failed, Signal.FAILED, trouble="office") or failed)
        case ScannerStands(how):
            return Turn(replace(setup, scanner=how))
        case CodeGiven(code, until):
            return Turn(replace(setup, code=code, code_until_utc_ms=until, office="up", office_says=""))
        case Presented(assignment, _, online) if online and assignment.id == setup.declined:
            return Turn(setup)
        case Presented():
            after = _go(setup, Signal.ASSIGNED, presented=fact, refusal=None, trouble="")
            return Turn(setup) if after is None else Turn(after, () if fact.online else (Beep(True),))
        case Refused(why):
            after = _go(setup, Signal.REFUSED, refusal=why)
            return Turn(setup) if after is None else Turn(after, (Beep(False),))
        case Saved():
            return Turn(_go(setup, Signal.SAVED) or setup)
        case NotSaved(trouble):
            return Turn(_go(setup, Signal.FAILED, trouble=trouble) or setup)


def _tapped(setup: Setup, tap: SetupTap) -> Turn:
    match tap:
        case SetupTap.LARGE_TEXT:
            return Turn(replace(setup, large_text=not setup.large_text))
        case SetupTap.LANGUAGE:
            return Turn(replace(setup, language="en" if setup.language == "zh" else "zh"))
    return TAPS[tap](setup)


def _language(language: str) -> Callable[[Setup], Turn]:
    return lambda setup: Turn(_go(setup, Signal.CHOSEN, language=language) or setup)


def _signal(signal: Signal) -> Callable[[Setup], Turn]:
    return lambda setup: Turn(_go(setup, signal, refusal=None, trouble="") or setup)


def _confirm(setup: Setup) -> Turn:
    after = _go(setup, Signal.CONFIRMED, trouble="")
    if after is None or after.presented is None:
        return Turn(setup)
    return Turn(after, (Save(after.presented),))


def _not_here(setup: Setup) -> Turn:
    """The code is used up: what came over the network is given back, and a new one is awaited."""
    no = setup.presented
    after = _go(setup, Signal.NOT_HERE, presented=None, trouble="")
    if after is None or no is None or not no.online:
        return Turn(after or setup)
    return Turn(replace(after, declined=no.assignment.id, code=""), (Decline(no.assignment.id),))


TAPS: dict[SetupTap, Callable[[Setup], Turn]] = {
    SetupTap.CHINESE: _language("zh"),
    SetupTap.ENGLISH: _language("en"),
    SetupTap.NEXT: _signal(Signal.NEXT),
    SetupTap.BACK: _signal(Signal.BACK),
    SetupTap.HERE: _confirm,
    SetupTap.NOT_HERE: _not_here,
}


def _go(setup: Setup, signal: Signal, **changes: object) -> Setup | None:
    """As the table says; None: not from here."""
    stage = step(setup.stage, signal)
    return None if stage is None else replace(setup, stage=stage, **changes)  # type: ignore[arg-type]
