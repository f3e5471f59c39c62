"""docs/troubles.md says what is true: words that are there, tests that are there, the page as written."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from agent.doctor.finding import catalogue
from tests import troubles
from tests.architecture.source_tree import ROOT, files, tree
from tests.troubles import PARTS, Trouble

EVERY = [row for rows in PARTS.values() for row in rows]


@cache
def _tests() -> frozenset[str]:
    return frozenset(
        node.name
        for path in files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    )


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row.name.replace(" ", "-"))
def test_each_trouble_has_its_sentence_its_finding_and_its_tests(row: Trouble) -> None:
    if row.said:
        for language in ("zh", "en"):
            assert troubles.sentence(row.cashier, language)
    if row.doctor:
        check, _, case = row.doctor.partition(".")
        assert case in catalogue()[check].cases
    assert [name for name in row.tests if name not in _tests()] == []


def test_docs_troubles_is_written_from_its_rows() -> None:
    written = (ROOT / "docs" / "troubles.md").read_text(encoding="utf-8")
    assert written == troubles.page(), "run `python -m tests.troubles > docs/troubles.md`"
