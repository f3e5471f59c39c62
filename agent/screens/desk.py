"""One page of the back office, as its views make it."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.events import Intent as I
from agent.screens.contract import Bar, Choice, Figure, Line, Phrase, Question, Tone


@dataclass(frozen=True, slots=True)
class Desk:
    """One page, ready to be put into a view; the first tap is the primary one."""

    headline: Phrase
    taps: tuple[I, ...]
    detail: Phrase | None = None
    tone: Tone = "plain"
    amount_label: Phrase | None = None
    amount: str = ""
    question: Question | None = None
    choices: tuple[Choice, ...] = ()
    figures: tuple[Figure, ...] = ()
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
