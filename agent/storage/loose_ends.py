"""What is not settled yet: charges without an answer, records that did not leave, records nobody wants.

Enters: an open database, also one that the terminal is writing to. Leaves: counts and ages, for the doctor;
no amounts, no names, no codes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.storage.database import Database

OPEN = """
SELECT attempts.order_id, coalesce(orders.outcome, ''), coalesce(orders.utc_ms, 0)
FROM attempts LEFT JOIN orders USING (order_id) WHERE attempts.open = 1 ORDER BY coalesce(orders.utc_ms, 0)
"""
WAITING = "SELECT count(*), min(seq) FROM outbox WHERE parked IS NULL"
OLDEST = "SELECT body FROM outbox WHERE seq = ?"
PARKED = "SELECT kind, count(*) FROM outbox WHERE parked IS NOT NULL GROUP BY kind ORDER BY kind"
OVERTAKEN = "SELECT 1 FROM state WHERE json_extract(body, '$.overtaken')"
LAST = "SELECT utc_ms FROM journal ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge without an answer. `since_utc_ms` is when its order last changed; 0 when nobody knows."""

    order_id: str
    outcome: str
    since_utc_ms: int


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """`oldest_body` is the first record that waits, as it is sent; empty when none does. `last_utc_ms` is
    the time of the journal's last row, 0 when it has none. `overtaken`: the journal is an older copy."""

    charges: tuple[OpenCharge, ...]
    waiting: int
    oldest_body: bytes = field(repr=False)
    parked: dict[str, int]
    last_utc_ms: int
    overtaken: bool


def loose_ends(database: Database) -> LooseEnds:
    """One picture of all of them. Raises JournalFailed when the file cannot be read."""
    with database.reading():
        charges = tuple(OpenCharge(*row) for row in database.rows(OPEN))
        [(waiting, first)] = database.rows(WAITING)
        bodies = database.rows(OLDEST, (first,)) if waiting else []
        last = database.rows(LAST)
        return LooseEnds(
            charges=charges,
            waiting=waiting,
            oldest_body=bodies[0][0] if bodies else b"",
            parked=dict(database.rows(PARKED)),
            last_utc_ms=last[0][0] if last else 0,
            overtaken=bool(database.rows(OVERTAKEN)),
        )
