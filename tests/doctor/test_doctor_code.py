"""Twelve characters over the phone: what was said is understood, what was misheard is noticed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.doctor.finding import Finding, State, catalogue, found, names
from agent.doctor.short_code import (
    ALPHABET,
    CHECKS,
    NOT_IN_IT,
    STEPS,
    VERSION,
    CodeError,
    decode,
    encode,
)

CASES = {
    name: {case.state: key for key, case in (catalogue()["any"].cases | catalogue()[name].cases).items()}
    for name in names()
}


@st.composite
def pages(draw: st.DrawFn) -> list[Finding]:
    """Some of the checks, each in a state that it can have."""
    chosen = draw(st.lists(st.sampled_from(CHECKS), unique=True))
    return [Finding(name, draw(st.sampled_from(sorted(CASES[name].values())))) for name in chosen]


figures = st.dictionaries(st.sampled_from(sorted(STEPS)), st.integers(0, 10_000_000))
codes = st.builds(encode, pages(), figures)


def test_the_order_of_version_1_is_the_pages_own() -> None:
    assert VERSION == 1
    assert [*CHECKS, *NOT_IN_IT] == names(), "another order or number of checks needs another VERSION"


@given(pages(), figures)
def test_what_goes_in_comes_out(page: list[Finding], known: dict[str, int]) -> None:
    decoded = decode(encode(page, known))

    states = {finding.name: finding.state for finding in page}
    assert decoded.states == {name: states.get(name, State.NOT_RUN) for name in CHECKS}
    for name, (low, high) in decoded.figures.items():
        assert low <= known.get(name, 0)
        assert high is None or known.get(name, 0) <= high


@given(codes)
def test_a_code_is_three_groups_of_four(code: str) -> None:
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)


@given(codes, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(code: str, at: int, wrong: str) -> None:
    letters = list(code.replace("-", ""))
    if letters[at] == wrong:
        return
    letters[at] = wrong
    with pytest.raises(CodeError, match="at least one character is wrong"):
        decode("".join(letters))


@given(codes, st.integers(0, 10))
def test_two_neighbours_that_changed_places_are_noticed(code: str, at: int) -> None:
    letters = list(code.replace("-", ""))
    if letters[at] == letters[at + 1]:
        return
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    with pytest.raises(CodeError):
        decode("".join(letters))


def test_every_single_mistake_in_one_code_is_noticed() -> None:
    code = encode([found("camera", "absent"), found("parked", "fine")], {"unknown_charges": 3})
    letters = code.replace("-", "")
    wrong = [
        letters[:at] + other + letters[at + 1 :]
        for at in range(12)
        for other in ALPHABET
        if other != letters[at]
    ]
    assert len(wrong) == 12 * 31
    for each in wrong:
        with pytest.raises(CodeError):
            decode(each)


@given(codes)
def test_it_may_be_typed_as_it_was_heard(code: str) -> None:
    heard = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert decode(f"  {heard} ") == decode(code)
    assert decode(code.replace("1", "i")) == decode(code)


@given(st.text(max_size=20))
def test_rubbish_is_refused_and_never_raises_anything_else(text: str) -> None:
    with contextlib.suppress(CodeError):
        decode(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1000-0000-000", "11 characters (expected 12"),
        ("1000-0000-00U2", "character 11 is 'U'"),
        ("", "0 characters"),
    ],
)
def test_a_mistyped_code_is_told_where(text: str, told: str) -> None:
    with pytest.raises(CodeError) as refused:
        decode(text)
    assert told in str(refused.value)


def test_a_code_of_a_later_version_is_not_read_by_this_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.doctor.short_code.VERSION", 2)
    later = encode([], {})
    monkeypatch.undo()
    with pytest.raises(CodeError, match="version 2, this hyla reads 1"):
        decode(later)
