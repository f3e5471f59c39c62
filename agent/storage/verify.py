"""Does the journal still say what was written? Walks the chain from its first row to the state.

Enters: an open database, also one that the terminal is writing to. Leaves: what there is, and the first
row that does not fit. The tables beside the journal (orders, attempts, outbox) are counted, not proved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from agent.storage.chain import COLUMNS, NOT_NOTED, Row, genesis, link
from agent.storage.database import Database
from agent.storage.surroundings import Piece, What, seal, unpacked

WALK = f"SELECT {COLUMNS}, hash FROM journal ORDER BY seq"
AROUND = """
SELECT s.seq, s.what, s.name, s.body, s.hash, j.hash
FROM surroundings AS s JOIN journal AS j ON j.seq = s.seq ORDER BY s.seq
"""
STATE = "SELECT seq, CAST(body AS BLOB) FROM state"
COUNTS = """
SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM attempts WHERE open = 1),
    (SELECT count(*) FROM outbox WHERE parked IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first place where the chain breaks: the row (by its number), and what is wrong with it."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. Times are those of the first and the last row that fit."""

    rows: int
    first_utc_ms: int | None
    last_utc_ms: int | None
    orders: int
    open_attempts: int
    outbox_pending: int
    misfit: Misfit | None


def verify(database: Database) -> Report:
    """Walk the whole chain, on one picture of the journal whatever is written meanwhile.

    Raises:
        JournalFailed: the file cannot be read to its end.
    """
    with database.reading() as connection:
        [(orders, open_attempts, pending)] = database.rows(COUNTS)
        empty = Report(0, None, None, orders, open_attempts, pending, None)
        report, last = _walked(empty, connection.execute(WALK), genesis(database.epoch))
        report = _checked_state(database.rows(STATE), report, last)
        return _checked_surroundings(connection.execute(AROUND), report)


def _walked(report: Report, rows: Iterable[Any], hash_: bytes) -> tuple[Report, Row | None]:
    """How far the rows fit, and the last one that does."""
    last: Row | None = None
    count = first_utc_ms = 0
    misfit = None
    for *columns, stored in rows:
        row = Row._make(columns)
        if row.seq != count + 1:
            misfit = Misfit(count + 1, f"it is missing: row {row.seq} stands in its place")
            break
        hash_ = link(hash_, row)
        if hash_ != stored:
            misfit = Misfit(row.seq, "it, or its hash, is not what was written after the row before it")
            break
        count, last = row.seq, row
        first_utc_ms = first_utc_ms or row.utc_ms
    times = (first_utc_ms, last.utc_ms) if last else (None, None)
    return replace(report, rows=count, first_utc_ms=times[0], last_utc_ms=times[1], misfit=misfit), last


def _checked_state(states: list[Any], report: Report, last: Row | None) -> Report:
    """The state names the row that left it; that row carries the state's hash."""
    if report.misfit is not None:
        return report
    why = ""
    if states and states[0][0] > report.rows:
        why, seq = f"it is missing: {_left_by(states[0][0])}", report.rows + 1
    elif last is None:
        return report
    elif not states:
        why, seq = "the state that it left is missing", last.seq
    elif states[0][0] < last.seq:
        why, seq = f"it is one too many: {_left_by(states[0][0])}", last.seq
    elif last.kept_sha256 != NOT_NOTED and sha256(states[0][1]).digest() != last.kept_sha256:
        why, seq = "the state that it left was changed", last.seq
    return replace(report, misfit=Misfit(seq, why)) if why else report


def _checked_surroundings(pieces: Iterable[Any], report: Report) -> Report:
    """What stood around a row is sealed with the row's hash."""
    if report.misfit is not None:
        return report
    for seq, what, name, body, stored, row_hash in pieces:
        if not _is_sealed(row_hash, what, name, body, stored):
            why = f"its surroundings ({what}) are not what was written"
            return replace(report, misfit=Misfit(seq, why))
    return report


def _is_sealed(row_hash: bytes, what: What, name: str, body: bytes, stored: bytes) -> bool:
    try:
        return seal(row_hash, Piece(what, name, unpacked(body))) == stored
    except ValueError:
        return False


def _left_by(seq: int) -> str:
    return f"the state was left by row {seq}"
