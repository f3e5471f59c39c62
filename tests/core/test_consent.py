"""Who agreed to what: each purpose by itself, a guardian below fourteen, nobody kept for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.consent import (
    BEFORE_THE_LEDGER,
    DAY_MS,
    FILING_PERSONS,
    NOTICE,
    AgeGroup,
    Agreement,
    Crowd,
    LedgerRow,
    Purpose,
    Retention,
    Standing,
    age_group,
    allowed,
    crowd,
    record,
    refusal,
    standings,
    stay,
)
from agent.core.events import ConsentChanged
from agent.core.ids import PersonId

LI = PersonId("li")
PAY, MEMBER = Purpose.FACE_PAY, Purpose.FACE_MEMBER
AGREED = Agreement(LI, (PAY,), NOTICE.version, AgeGroup.FROM_14)


def given(purpose: Purpose, notice: int = NOTICE.version) -> LedgerRow:
    return LedgerRow(1, LI, purpose, True, notice)


def withdrawn(purpose: Purpose) -> LedgerRow:
    return LedgerRow(2, LI, purpose, False, NOTICE.version)


def test_an_adult_who_read_the_notice_in_force_may_agree() -> None:
    assert refusal(AGREED) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"purposes": ()}, "no purpose"),
        ({"notice_version": NOTICE.version - 1}, "not the one in force"),
        ({"age": AgeGroup.UNKNOWN}, "age is not known"),
        ({"age": AgeGroup.UNDER_14}, "guardian must agree"),
        ({"age": AgeGroup.UNDER_14, "guardian": " "}, "guardian must agree"),
    ],
)
def test_what_may_not_be_taken_is_refused_with_its_reason(changes: dict[str, object], why: str) -> None:
    assert why in refusal(replace(AGREED, **changes))  # type: ignore[arg-type]


def test_a_child_may_be_enrolled_when_the_guardian_is_named() -> None:
    assert refusal(replace(AGREED, age=AgeGroup.UNDER_14, guardian="王**")) == ""


@pytest.mark.parametrize(("years", "group"), [(0, "under_14"), (13, "under_14"), (14, "from_14")])
def test_fourteen_is_where_a_guardian_is_no_longer_asked(years: int, group: str) -> None:
    assert age_group(years) == group


def test_each_purpose_stands_by_itself_and_the_last_word_counts() -> None:
    rows = [given(PAY), given(MEMBER), withdrawn(MEMBER)]
    assert standings(rows) == {PAY: Standing.GIVEN, MEMBER: Standing.WITHDRAWN}
    assert allowed(rows) == {PAY}
    assert allowed([*rows, withdrawn(PAY)]) == frozenset()
    assert allowed([*rows, withdrawn(PAY), given(PAY)]) == {PAY}


def test_nobody_who_never_agreed_is_used() -> None:
    assert set(standings([]).values()) == {Standing.NEVER}
    assert allowed([]) == frozenset()


def test_an_agreement_under_an_earlier_notice_counts_and_is_to_be_asked_again() -> None:
    rows = [given(PAY, BEFORE_THE_LEDGER.version)]
    assert standings(rows)[PAY] is Standing.OUTDATED
    assert allowed(rows) == {PAY}


def test_a_notice_with_another_text_has_another_fingerprint() -> None:
    assert replace(NOTICE, en=NOTICE.en + "!").sha256 != NOTICE.sha256


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "stays"), (334, "stays"), (335, "soon"), (364, "soon"), (365, "due"), (-9, "stays")],
)
def test_who_was_away_too_long_is_announced_and_then_deleted(days: int, expected: str) -> None:
    assert stay(1_000, 1_000 + days * DAY_MS, Retention(365, 30)) == expected


def test_the_store_is_warned_before_it_holds_so_many_that_it_must_file() -> None:
    numbers = (0, 89_999, 90_000, FILING_PERSONS - 1, FILING_PERSONS)
    expected = [Crowd.FINE, Crowd.FINE, Crowd.NEAR, Crowd.NEAR, Crowd.FILE]
    assert [crowd(persons, 90_000) for persons in numbers] == expected


def test_the_cloud_hears_who_and_what_for_and_nothing_else() -> None:
    told = record(ConsentChanged(LI, (PAY,), False, "asked for", "ab12"), "c-7")
    assert (told.id, told.kind) == ("c-7", "consent")
    assert set(told.data) == {"person", "given", "purposes", "notice_version", "why", "receipt_sha256"}
