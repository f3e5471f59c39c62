"""The cloud's marks: which members may take goods on trust while the link is down, up to how much, until
when. Published to the terminal, kept on disk, used without the link.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    cloud last looked, so that an old list is known to be old."""

    version: int = 0
    marked_utc_ms: int = 0
    currency: str = ""
    members: tuple[TrustMark, ...] = ()

    def of(self, person: PersonId) -> TrustMark | None:
        """The member's mark; None for everybody the cloud did not name."""
        return next((mark for mark in self.members if mark.person == person), None)


NO_MARKS = TrustMarks()
