"""Face evidence → identified, ambiguous, not live or nobody. One lucky frame never decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from agent.core.evidence import FaceEvidence, Hint
from agent.core.ids import PersonId


@dataclass(frozen=True, slots=True)
class Limits:
    """How many frames decide and how clearly. `threshold_cosine` is the embedder's own and travels
    with its checksum, and so does `false_match_rate`, how often it takes a stranger for one certain member;
    `threshold_live` is the liveness model's (None: the profile switched it off); the others are the
    profile's. `false_hits_max`: the share of strangers that the store lets a look take for a member."""

    threshold_cosine: float
    margin_cosine: float
    quorum_frames: int
    window_frames: int
    nobody_frames: int
    threshold_live: float | None = None
    false_match_rate: float = 0.0
    false_hits_max: float = 1.0


@dataclass(frozen=True, slots=True)
class Identified:
    """A quorum of frames agrees on one person, each with a clear lead."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A quorum is near enough to somebody, but not to one person: twins, or a gallery too alike."""


@dataclass(frozen=True, slots=True)
class NotLive:
    """A quorum is near to somebody, but of a picture: a print or a screen held up."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Enough good frames, and nobody in the (narrowed) gallery is near."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Not enough good frames yet."""


Identity = Identified | Ambiguous | NotLive | Nobody | Undecided


@dataclass(frozen=True, slots=True)
class Look:
    """One look at whoever stands there: the last good frames, and what stood in the way of others (None:
    nothing was seen yet, and nobody is told to come who may stand there)."""

    number: int
    frames: tuple[FaceEvidence, ...] = ()
    good_frames: int = 0
    hint: Hint | None = None

    def saw(self, evidence: FaceEvidence, limits: Limits) -> Look:
        """The look with one more frame. Frames of another look change nothing."""
        if evidence.look != self.number:
            return self
        if evidence.hint is not Hint.GOOD:
            return replace(self, hint=evidence.hint)
        kept = (*self.frames, evidence)[-limits.window_frames :]
        return replace(self, frames=kept, good_frames=self.good_frames + 1, hint=Hint.GOOD)


def decide(look: Look, limits: Limits) -> Identity:
    """What the window of good frames says: quorum first, then the margin, then patience. A frame that
    is not known to be live votes for nobody."""
    alike = [f for f in look.frames if f.best and f.best.score_cosine >= limits.threshold_cosine]
    near = [f for f in alike if _is_live(f, limits.threshold_live)]
    if len(alike) - len(near) >= limits.quorum_frames:
        return NotLive()
    clear = Counter(f.best.person for f in near if f.best and _leads(f, limits.margin_cosine))
    if clear:
        person, votes = clear.most_common(1)[0]
        if votes >= limits.quorum_frames and len(clear) == 1:
            return Identified(person)
    if len(near) >= limits.quorum_frames and len(look.frames) == limits.window_frames:
        return Ambiguous()
    if look.good_frames >= limits.nobody_frames and len(near) < limits.quorum_frames:
        return Nobody()
    return Undecided()


def false_hit_rate(look: Look, limits: Limits) -> float:
    """The share of strangers that a look among so many members takes for one of them: frames of one look
    are alike, so that a quorum of them counts as one."""
    compared = max((frame.compared for frame in look.frames), default=0)
    return 1 - float((1 - limits.false_match_rate) ** compared)


def over_budget(look: Look, limits: Limits) -> bool:
    """Whether a face alone, among those members, is too little for money."""
    return false_hit_rate(look, limits) > limits.false_hits_max


def _is_live(frame: FaceEvidence, threshold_live: float | None) -> bool:
    """A frame that nobody judged is not live, unless the profile wants no judgement."""
    if threshold_live is None:
        return True
    return frame.live_score is not None and frame.live_score >= threshold_live


def _leads(frame: FaceEvidence, margin_cosine: float) -> bool:
    if frame.best is None:
        return False
    return frame.second is None or frame.best.score_cosine - frame.second.score_cosine >= margin_cosine


# --- tries in a row -------------------------------------------------------------------------------

PAUSE_DOUBLINGS = 5
"""The longest pause is 2⁵ times the first: a quarter of an hour for half a minute."""


@dataclass(frozen=True, slots=True)
class Retry:
    """NIST SP 800-63B, 5.2.3: no more than so many failed tries in a row on this terminal, then a pause
    (of at least half a minute), which doubles with each further failure until somebody is recognised."""

    failures_max: int = 5
    pause_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class Tries:
    """Faces refused since the last one that was recognised. Kept: pulling the plug forgives nothing."""

    failures: int = 0
    pauses: int = 0
    paused: bool = False

    def failed(self, retry: Retry) -> Tries:
        """One more, of whoever it was."""
        if self.failures + 1 < retry.failures_max:
            return replace(self, failures=self.failures + 1)
        return Tries(self.failures + 1, self.pauses + 1, paused=True)

    def rested(self, pause: int) -> Tries:
        """The pause of that number is over. An older one changes nothing."""
        return replace(self, paused=False) if pause == self.pauses else self

    def pause_ms(self, retry: Retry) -> int:
        """How long the present pause lasts."""
        return retry.pause_ms << min(max(self.pauses - 1, 0), PAUSE_DOUBLINGS)
