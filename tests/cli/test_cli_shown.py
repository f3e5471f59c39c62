"""Every command that a page shows is there, with every option it is shown with, and shows an example."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import ROOT, pages

SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
CODE = re.compile(r"`(?P<inline>[^`\n]+)`|^ {4}(?P<block>\S.*)$", re.MULTILINE)
PROGRAM = "|".join(sorted(SCRIPTS, reverse=True))  # a longer name before the one that it begins with
WORDS = r"(?: [a-z]+\b(?![-./=]))*"
SHOWN = re.compile(rf"(?:^|\$ |sudo )(?P<program>{PROGRAM})(?P<words>{WORDS})(?P<rest>.*)")
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")


def shown() -> Iterator[tuple[str, tuple[str, ...], frozenset[str]]]:
    """Program, the words that name its command (and perhaps a value), options."""
    for page in pages():
        for code in CODE.finditer(page.read_text(encoding="utf-8")):
            found = SHOWN.search((code["inline"] or code["block"]).partition("  #")[0])
            if found:
                options = frozenset(OPTION.findall(found["rest"]))
                yield found["program"], tuple(found["words"].split()[:2]), options


CASES = sorted({(program, words, tuple(sorted(options))) for program, words, options in shown()})


def test_the_pages_show_commands_at_all() -> None:
    assert len(CASES) > 50


@pytest.mark.parametrize(("program", "words", "options"), CASES, ids=lambda part: str(part))
def test_a_command_that_a_page_shows_is_there(
    program: str, words: tuple[str, ...], options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    module, _, name = SCRIPTS[program].partition(":")
    with pytest.raises(SystemExit) as done:
        getattr(importlib.import_module(module), name)([*words, "--help"])
    told = capsys.readouterr()
    assert done.value.code == 0, told.err
    assert [option for option in options if option not in told.out] == []
    assert "example" in told.out
