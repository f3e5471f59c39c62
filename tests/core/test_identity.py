"""A face is a claim: frames agree, with a lead, or it stays undecided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from agent.core.evidence import Candidate, FaceEvidence, Hint
from agent.core.identity import (
    Ambiguous,
    Identified,
    Identity,
    Look,
    Nobody,
    NotLive,
    Undecided,
    decide,
    false_hit_rate,
    over_budget,
)
from agent.core.ids import PersonId
from tests.shop import LIMITS

Scores = tuple[tuple[str, float], ...]


def frame(
    *scores: tuple[str, float], hint: Hint = Hint.GOOD, look: int = 1, live: float | None = 0.9
) -> FaceEvidence:
    best, second = ([Candidate(PersonId(p), s) for p, s in scores] + [None, None])[:2]
    return FaceEvidence(look, 1, 0, 1, hint, best, second, live)


def after(frames: Iterable[FaceEvidence]) -> Look:
    look = Look(1)
    for one in frames:
        look = look.saw(one, LIMITS)
    return look


def verdict(*frames: FaceEvidence) -> Identity:
    return decide(after(frames), LIMITS)


LI, SURE = frame(("li", 0.7), ("wang", 0.2)), Identified(PersonId("li"))
PHOTO = frame(("li", 0.7), ("wang", 0.2), live=0.05)
NEARLY = frame(("li", 0.36), ("wang", 0.2))
TWINS = frame(("li", 0.70), ("wang", 0.65))


def test_one_lucky_frame_never_decides() -> None:
    assert verdict(LI) == Undecided()
    assert verdict(LI, LI) == Undecided()


def test_a_quorum_of_clear_frames_identifies() -> None:
    assert verdict(LI, LI, LI) == SURE


def test_the_threshold_itself_is_near_enough_and_just_below_is_not() -> None:
    at, below = frame(("li", 0.363)), frame(("li", 0.3629))
    assert verdict(at, at, at) == SURE
    assert verdict(below, below, below) == Undecided()


def test_only_the_last_frames_count() -> None:
    assert verdict(LI, LI, *[NEARLY] * 3, LI, LI) == Undecided()
    assert verdict(LI, LI, *[NEARLY] * 3, LI, LI, LI) == SURE


def test_a_lead_as_large_as_the_margin_counts() -> None:
    enough, short = frame(("li", 0.75), ("wang", 0.625)), frame(("li", 0.75), ("wang", 0.70))
    assert verdict(enough, enough, enough) == SURE
    assert verdict(short, short, short) == Undecided()


def test_nobody_else_in_the_gallery_is_a_lead() -> None:
    assert verdict(*[frame(("li", 0.5))] * 3) == SURE


def test_two_people_too_alike_are_ambiguous_once_the_window_is_full() -> None:
    assert verdict(*[TWINS] * 4) == Undecided()
    assert verdict(*[TWINS] * 5) == Ambiguous()


def test_two_people_taking_turns_are_never_one_of_them() -> None:
    wang = frame(("wang", 0.7), ("li", 0.1))
    assert verdict(LI, LI, LI, wang, wang) == Ambiguous()


def test_a_stranger_is_nobody_after_patience() -> None:
    far = frame(("li", 0.1), ("wang", 0.05))
    assert verdict(*[far] * 9) == Undecided()
    assert verdict(*[far] * 10) == Nobody()


def test_an_empty_gallery_knows_nobody() -> None:
    assert verdict(*[frame()] * 10) == Nobody()


def test_frames_that_were_not_good_are_not_counted_but_tell_why() -> None:
    look = after([LI, LI, frame(hint=Hint.TOO_FAR), frame(hint=Hint.BLURRED)])
    assert look.hint is Hint.BLURRED
    assert look.good_frames == 2
    assert decide(look, LIMITS) == Undecided()
    assert look.saw(LI, LIMITS).hint is Hint.GOOD
    assert decide(look.saw(LI, LIMITS), LIMITS) == SURE


def test_frames_of_another_look_change_nothing() -> None:
    look = after([LI, LI])
    assert look.saw(frame(("li", 0.9), look=2), LIMITS) is look


def test_a_photo_of_a_member_is_not_live_after_a_quorum() -> None:
    assert verdict(PHOTO, PHOTO) == Undecided()
    assert verdict(PHOTO, PHOTO, PHOTO) == NotLive()


def test_a_frame_that_is_not_live_never_votes() -> None:
    assert verdict(LI, LI, PHOTO) == Undecided()
    assert verdict(LI, PHOTO, LI, PHOTO) == Undecided()
    assert verdict(LI, PHOTO, LI, PHOTO, LI) == SURE, "two bad frames of five: a real person turns away"
    assert verdict(PHOTO, LI, LI, PHOTO, PHOTO) == NotLive()


def test_the_live_threshold_itself_is_live_and_just_below_is_not() -> None:
    at, below = frame(("li", 0.7), live=0.6), frame(("li", 0.7), live=0.599)
    assert verdict(at, at, at) == SURE
    assert verdict(below, below, below) == NotLive()


def test_a_frame_nobody_judged_is_not_live() -> None:
    assert verdict(*[frame(("li", 0.7), live=None)] * 3) == NotLive()


def test_a_profile_that_wants_no_judgement_asks_for_none() -> None:
    without = replace(LIMITS, threshold_live=None)
    look = Look(1)
    for one in [PHOTO, frame(("li", 0.7), live=None), PHOTO]:
        look = look.saw(one, without)
    assert decide(look, without) == SURE


def test_a_photo_of_a_stranger_is_just_nobody() -> None:
    assert verdict(*[frame(("li", 0.1), live=0.05)] * 10) == Nobody()


def among(members: int, look: Look) -> Look:
    """The same look, with so many members to compare with."""
    return replace(look, frames=tuple(replace(one, compared=members) for one in look.frames))


def test_more_members_mean_more_false_hits_and_a_quorum_of_one_face_does_not_make_them_fewer() -> None:
    limits = replace(LIMITS, false_match_rate=1e-5, false_hits_max=1e-4)
    look = after(3 * [LI])
    assert false_hit_rate(among(1, look), limits) == pytest.approx(1e-5, rel=1e-3)
    assert false_hit_rate(among(10_000, look), limits) == pytest.approx(0.0952, rel=1e-3)
    assert not over_budget(among(9, look), limits)
    assert over_budget(among(11, look), limits)
    assert not over_budget(Look(1), limits), "nothing was seen yet"


def test_the_largest_gallery_of_a_look_counts() -> None:
    limits = replace(LIMITS, false_match_rate=1e-5, false_hits_max=1e-4)
    grown = after([replace(LI, compared=5), replace(LI, compared=11), replace(LI, compared=5)])
    assert over_budget(grown, limits)
