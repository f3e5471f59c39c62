"""What is kept of head office's words: which commands were taken, and a sentence for the cashier."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """It was wished for once; until then a repeat of it could still come."""

    id: str
    until_utc_ms: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of head office for the cashier, shown until then."""

    zh: str
    en: str
    until_utc_ms: int
