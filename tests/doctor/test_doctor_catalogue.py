"""One definition of names and remedies: code, page and catalogue say the same in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

import pytest

from agent.doctor.finding import (
    APART,
    WIZARD,
    Case,
    Language,
    State,
    catalogue,
    found,
    names,
    worst,
)
from agent.doctor.page import page
from agent.doctor.short_code import CHECKS
from tests.architecture.source_tree import ROOT, files, tree

EVERY = [(name, key, case) for name, check in catalogue().items() for key, case in check.cases.items()]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def calls_of_found() -> Iterator[ast.Call]:
    for path in files("agent/doctor"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "found":
                yield node


@pytest.mark.parametrize(("name", "key", "case"), EVERY, ids=[f"{n}.{k}" for n, k, _ in EVERY])
def test_both_languages_say_the_same(name: str, key: str, case: Case) -> None:
    assert fields(case.zh) == fields(case.en), f"{name}.{key}: not the same {{values}}"
    assert bool(case.do_zh) == bool(case.do_en)
    assert fields(case.do_zh) | fields(case.do_en) <= fields(case.zh) | {""}


@pytest.mark.parametrize(("name", "key", "case"), EVERY, ids=[f"{n}.{k}" for n, k, _ in EVERY])
def test_whatever_is_not_fine_says_what_to_do(name: str, key: str, case: Case) -> None:
    if case.state in (State.DOUBTFUL, State.BROKEN):
        assert case.do_zh, f"{name}.{key}"


def test_what_the_code_finds_by_name_is_in_the_catalogue() -> None:
    literal = [
        [arg.value for arg in call.args[:2]]
        for call in calls_of_found()
        if len(call.args) > 1 and all(isinstance(arg, ast.Constant) for arg in call.args[:2])
    ]
    assert len(literal) > 40
    for name, case in literal:
        found(str(name), str(case))


def test_no_case_is_there_that_nothing_in_the_code_names() -> None:
    words = {
        node.value
        for path in (*files("agent/doctor"), *(ROOT / "agent" / "cli").glob("doctor*.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    causes = {"absent", "unplugged", "failed", "silent", "frozen", "dark", "noise", "unreachable"}
    causes |= {"colourless", "cover", "paper"}
    causes |= {"refused", "lost", "name"}  # of the rooms, handed on by their own word
    assert [f"{name}.{key}" for name, key, _ in EVERY if key not in words | causes] == []


def test_every_check_has_a_fine_case() -> None:
    for name, check in catalogue().items():
        states = {case.state for case in check.cases.values()}
        assert name in APART or State.FINE in states, name


def test_what_the_wizard_says_is_neither_on_the_page_nor_in_the_short_code() -> None:
    assert WIZARD not in names()
    assert WIZARD not in CHECKS
    with pytest.raises(KeyError):
        found(WIZARD, "timeout")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wizard_names_the_place_of_its_code_in_the_same_language(language: Language) -> None:
    said = found(WIZARD, "first", number=1, where="in_the_picture", file="code.png").measured(language)
    assert "code.png" in said
    assert "_" not in said


def test_a_finding_that_is_in_no_catalogue_cannot_be_said() -> None:
    with pytest.raises(KeyError):
        found("camera", "haunted")


def test_the_worst_line_is_the_terminals_state() -> None:
    assert worst([]) is State.FINE
    assert worst([found("register", "none")]) is State.NOT_RUN
    lines = [found("light", "fine", luma=90), found("parked", "some", count=1, kinds="sale 1")]
    assert worst(lines) is State.DOUBTFUL
    assert worst([*lines, found("camera", "timeout", seconds=9)]) is State.BROKEN


def test_docs_doctor_is_written_from_the_catalogue() -> None:
    written = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert written == page(), "run `python -m agent.doctor.page > docs/doctor.md`"
