"""The cloud's marks: which members may take goods on trust while the link is down, up to how much, until
when. Published to the terminal, kept on disk, used without the link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from agent.core.ids import PersonId

TRUST_MARKS_MAX = 200  # they are written with every turn; a shop that trusts more needs a table of its own


@dataclass(frozen=True, slots=True)
class TrustMark:
    """One member whose score and consent allow it: at most so much unpaid at a time."""

    person: PersonId
    limit_minor: int
    until_utc_ms: int


@dataclass(frozen=True, slots=True)
class TrustMarks:
    """All marks of one shop. A later version replaces an earlier one whole; `marked_utc_ms` is when the
    cloud last looked, so that an old list is known to be old. `digest` stands for a list that was left out
    of what is kept for ever or given away; empty while `members` is the list itself."""

    version: int = 0
    marked_utc_ms: int = 0
    currency: str = ""
    members: tuple[TrustMark, ...] = ()
    digest: str = ""

    def of(self, person: PersonId) -> TrustMark | None:
        """The member's mark; None for everybody the cloud did not name."""
        return next((mark for mark in self.members if mark.person == person), None)


NO_MARKS = TrustMarks()


def digest_of(rows: Iterable[tuple[str, int, int]]) -> str:
    """Of a list of marks: person, limit, until."""
    return sha256("\n".join(f"{who} {minor} {until}" for who, minor, until in rows).encode()).hexdigest()


def left_out(marks: TrustMarks) -> TrustMarks:
    """The same word of the cloud, without whom it names."""
    if not marks.members:
        return marks
    rows = ((mark.person, mark.limit_minor, mark.until_utc_ms) for mark in marks.members)
    return replace(marks, members=(), digest=digest_of(rows))
