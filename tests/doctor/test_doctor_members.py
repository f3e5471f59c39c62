"""What the doctor says of the members: enrolled with another model, or so many that the store must file."""

from __future__ import annotations

import pytest

from agent.doctor.models import members

OURS, OTHERS = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("persons", "says"),
    [
        (89_999, None),
        (90_000, "90000 persons are held; from 100000 on the store must file with the regulator"),
        (100_000, "100000 persons are held, 100000 or more: the store must file"),
    ],
)
def test_a_crowd_is_named_in_time(persons: int, says: str | None) -> None:
    finding = members([OURS] * persons, OURS, 90_000)
    assert (finding and finding.measured("en")) == says


def test_members_of_another_model_come_first_for_they_are_not_recognised() -> None:
    finding = members([OURS] * 99_998 + [OTHERS] * 2, OURS, 90_000)
    assert finding is not None
    assert finding.measured("en") == "2 members were enrolled with another model and are not recognised"
