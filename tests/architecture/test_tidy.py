"""The shape of the source, watched at the tail: long files, long functions, words without a reader.

The lists of exceptions may only shrink: an entry that is no longer needed fails too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import PRODUCT, ROOT, files, functions, name, tree

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()

# A decision must come out the same whenever and wherever it is made again; `hash` and `id` differ
# from one process to the next. Clocks and chance need an import: see test_imports.py.
CORE_NEVER_CALLS = {"open", "print", "input", "hash", "id", "eval", "exec", "__import__"}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        name(path)
        for path in files(*PRODUCT, "tests")
        if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES_MAX
    }

    assert long == LONG_FILES


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name(path)}: {function}"
        for path in files(*PRODUCT, "tests")
        for function, lines in functions(path)
        if lines > FUNCTION_LINES_MAX
    }

    assert long == LONG_FUNCTIONS


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(path) for path in files(*PRODUCT, "tests") if not ast.get_docstring(tree(path))]

    assert silent == []


def test_core_calls_nothing_that_differs_from_run_to_run() -> None:
    found = [call for path in files("agent/core") for call in calls(path, CORE_NEVER_CALLS)]

    assert found == []


def test_the_agent_prints_only_at_its_command_line() -> None:
    rooms = [
        path
        for path in files("agent")
        if not name(path).startswith(("agent/cli/", "agent/cli.py", "agent/__main__.py"))
    ]

    assert [call for path in rooms for call in calls(path, {"print"})] == []


@pytest.mark.parametrize("page", ["events", "commands"])
def test_every_fact_and_every_wish_has_a_reader(page: str) -> None:
    home = ROOT / "agent/core" / f"{page}.py"
    elsewhere = [path for path in files("agent") if path != home]
    used = {word for path in elsewhere for word in names_in(path)}

    assert [word for word in classes_in(home) if word not in used] == []


def calls(path: Path, words: set[str]) -> Iterator[str]:
    """`file:line word` where one of these builtins is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in words:
            yield f"{name(path)}:{node.lineno} {node.func.id}"


def classes_in(path: Path) -> list[str]:
    return [node.name for node in tree(path).body if isinstance(node, ast.ClassDef)]


def names_in(path: Path) -> Iterator[str]:
    """Names that code uses; an import alone is no use."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
