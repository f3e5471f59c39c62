"""What vision says about one frame: scores and ids, never a picture, never an embedding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.core.ids import PersonId


class Hint(StrEnum):
    """The one thing that, changed, would help most. GOOD frames are matched, the others are not."""

    GOOD = "good"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    OFF_CENTRE = "off_centre"
    LOOK_STRAIGHT = "look_straight"
    LOOK_UP = "look_up"
    UNCOVER = "uncover"
    TOO_DARK = "too_dark"
    BACK_LIGHT = "back_light"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the gallery and how near the face is: cosine similarity, -1 to 1."""

    person: PersonId
    score_cosine: float


@dataclass(frozen=True, slots=True)
class FaceEvidence:
    """One frame, looked at. `best` and `second` are different persons, best first; both None when
    the frame was not matched (hint is not GOOD) or the (narrowed) gallery has nobody to offer.
    `live_score`: 0 a picture of a face, 1 a face; None when nobody judged it. `compared`: with so many
    members, all of them or those with the digits.

    `look` repeats the number of the WatchFaces this frame answers, so evidence gathered for an
    earlier visit or an earlier narrowing is recognised as old.
    """

    look: int
    frame: int
    captured_at_ms: int
    faces: int
    hint: Hint
    best: Candidate | None = None
    second: Candidate | None = None
    live_score: float | None = None
    compared: int = 1
