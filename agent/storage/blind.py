"""The kept state without the list of the cloud's marks: a complaint about one order must not give it away.

Enters: the state as it is written, or as it was given out with the marks of one member alone. Leaves: the
same text for both, with a digest where the list stood: that is what the journal's hashes are made of, so
that a state that was redacted can still be proved.
"""

from __future__ import annotations

import json
from typing import Any

from agent.core.ids import PersonId
from agent.core.marks import digest_of

LISTED = '"members":[{'


def blinded(text: str) -> str:
    """The text that is hashed: as it stands when there is no list, else with its digest instead."""
    return _without(text, ())


def redacted(text: str, own: tuple[PersonId, ...]) -> str:
    """The text that may be given out: of the list only the marks of these members are left."""
    return _without(text, own)


def _without(text: str, own: tuple[PersonId, ...]) -> str:
    if LISTED not in text:
        return text
    state: Any = json.loads(text)
    marks = state.get("marks") if isinstance(state, dict) else None
    if not isinstance(marks, dict) or not marks.get("members"):
        return text
    rows = marks["members"]
    said = marks.get("digest") or digest_of(
        (row["person"], row["limit_minor"], row["until_utc_ms"]) for row in rows
    )
    marks |= {"members": [row for row in rows if row["person"] in own], "digest": said}
    return json.dumps(state, separators=(",", ":"))
