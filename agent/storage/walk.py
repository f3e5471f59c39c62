"""Along the chain of hashes, row by row: the whole of it (`verify`) or its end (`sound`).

Enters: rows as they are stored, and the hash that the first of them follows. Leaves: how far they fit,
and the first place where they do not. Then the state: the last row carries its hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from agent.storage.blind import blinded
from agent.storage.chain import COLUMNS, NOT_NOTED, Row, link

ROWS_AFTER = f"SELECT {COLUMNS}, hash FROM journal WHERE seq > ? ORDER BY seq"
STATE = "SELECT seq, CAST(body AS BLOB) FROM state"


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first place where the chain breaks: the row (by its number), and what is wrong with it."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the rows fit: the number of the last one that does, and the first and the last of them."""

    seq: int
    first: Row | None
    last: Row | None
    misfit: Misfit | None


def walk(rows: Iterable[Any], after: int, hash_: bytes) -> Walk:
    """From the row behind number `after`, whose hash this is."""
    first: Row | None = None
    last: Row | None = None
    seq = after
    for *columns, stored in rows:
        row = Row._make(columns)
        if row.seq != seq + 1:
            return Walk(
                seq, first, last, Misfit(seq + 1, f"it is missing: row {row.seq} stands in its place")
            )
        hash_ = link(hash_, row)
        if hash_ != stored:
            why = "it, or its hash, is not what was written after the row before it"
            return Walk(seq, first, last, Misfit(row.seq, why))
        seq, last, first = row.seq, row, first or row
    return Walk(seq, first, last, None)


def state_misfit(states: list[Any], walked: Walk) -> Misfit | None:
    """The state names the row that left it; that row carries the state's hash."""
    last = walked.last
    if states and states[0][0] > walked.seq:
        return Misfit(walked.seq + 1, f"it is missing: {_left_by(states[0][0])}")
    if last is None:
        return None
    if not states:
        return Misfit(last.seq, "the state that it left is missing")
    if states[0][0] < last.seq:
        return Misfit(last.seq, f"it is one too many: {_left_by(states[0][0])}")
    if last.kept_sha256 != NOT_NOTED and not _is_state(states[0][1], last.kept_sha256):
        return Misfit(last.seq, "the state that it left was changed")
    return None


def _is_state(body: bytes, noted: bytes) -> bool:
    """An older hyla hashed the state as it stands."""
    try:
        return noted in (sha256(body).digest(), sha256(blinded(body.decode()).encode()).digest())
    except (ValueError, KeyError, TypeError):
        return False


def _left_by(seq: int) -> str:
    return f"the state was left by row {seq}"
