"""The cloud's marks: who may take goods on trust; and what stands for the list where it is not kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.ids import PersonId
from agent.core.marks import NO_MARKS, TrustMark, TrustMarks, digest_of, left_out

LI, WANG = TrustMark(PersonId("li"), 2_000, 1_790_000_000_000), TrustMark(PersonId("wang"), 500, 7)
MARKS = TrustMarks(3, 1_780_000_000_000, "CNY", (LI, WANG))


def test_each_member_has_their_own_mark_and_nobody_else_has_one() -> None:
    assert (MARKS.of(LI.person), MARKS.of(WANG.person)) == (LI, WANG)
    assert MARKS.of(PersonId("stranger")) is None
    assert NO_MARKS.of(LI.person) is None


def test_what_is_left_out_names_nobody_and_still_says_which_list_it_was() -> None:
    short = left_out(MARKS)
    assert short == TrustMarks(3, 1_780_000_000_000, "CNY", (), short.digest)
    assert short.digest == digest_of([("li", 2_000, 1_790_000_000_000), ("wang", 500, 7)])
    assert "li" not in repr(short.members)
    assert left_out(short) == short


@pytest.mark.parametrize(
    "other",
    [
        replace(LI, person=PersonId("lia")),
        replace(LI, limit_minor=2_001),
        replace(LI, until_utc_ms=0),
    ],
)
def test_another_list_has_another_digest(other: TrustMark) -> None:
    assert left_out(replace(MARKS, members=(other, WANG))).digest != left_out(MARKS).digest
    assert left_out(replace(MARKS, members=(WANG, LI))).digest != left_out(MARKS).digest


def test_the_digest_is_the_same_in_every_version_of_the_house() -> None:
    """It stands in bundles and journals that are compared later: SHA-256 of `person limit until` lines."""
    assert digest_of([("li", 2_000, 7), ("wang", 500, 9)]) == (
        "fc7f550aa5401a238b31ad7d2e3702b625cbe0bc9c722a6fca7fd1e2d23e6d27"
    )
