"""Every command that a page shows can be typed: its words, its options; and its help shows an example."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from io import StringIO

import pytest

from tests.architecture.source_tree import ROOT, pages

SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
PROGRAM = (
    f"(?:{'|'.join(sorted(SCRIPTS, reverse=True))})"  # a longer name before the one that it begins with
)
# Among the words of a page, perhaps over two lines, or a line by itself.
SHOWN = re.compile(rf"`({PROGRAM} [^`#|…]+)|^ *(?:\$ |sudo )?({PROGRAM} [^`#|…\n]+)", re.MULTILINE)
WORD = re.compile(r"[a-z][a-z-]*")
OPTION = re.compile(r"(?<![\w-])--[a-z-]+")
CHOICES = re.compile(r"\{([\w,-]+)\}")


def shown() -> Iterator[str]:
    for page in pages():
        for inline, line in SHOWN.findall(page.read_text(encoding="utf-8")):
            yield " ".join((inline or line).split())


CASES = sorted(set(shown()))


@cache
def told(program: str, *words: str) -> str:
    """What it says of itself with `--help`; empty where there is no such command."""
    module, _, name = SCRIPTS[program].partition(":")
    with redirect_stdout(StringIO()) as said, redirect_stderr(StringIO()), suppress(SystemExit):
        getattr(importlib.import_module(module), name)([*words, "--help"])
    usage = " ".join(("usage:", program, *words, ""))
    return said.getvalue() if said.getvalue().startswith(usage) else ""


def mistakes(command: str) -> Iterator[str]:
    program, *rest = command.split()
    words: list[str] = []
    while rest and WORD.fullmatch(rest[0]) and told(program, *words, rest[0]):
        words.append(rest.pop(0))
    page = told(program, *words)
    choices = [one for found in CHOICES.findall(page) for one in found.split(",")]
    if rest and WORD.fullmatch(rest[0]) and (not words or choices) and rest[0] not in choices:
        yield f"{rest[0]}: no such command"
    options = OPTION.findall(page)
    yield from (f"{one}: no such option" for one in OPTION.findall(command) if one not in options)
    if "example" not in page:
        yield "its help shows no example"


def test_the_pages_show_commands_at_all() -> None:
    assert len(CASES) > 80


@pytest.mark.parametrize("command", CASES)
def test_a_command_that_a_page_shows_can_be_typed(command: str) -> None:
    assert list(mistakes(command)) == []


@pytest.mark.parametrize(
    "command",
    ["hyla jornal verify", "hyla journal show --oder 1", "hyla-cloud bundle aks", "hyla-desk --scenari x"],
)
def test_a_command_that_is_none_is_noticed(command: str) -> None:
    assert list(mistakes(command)) != []
