"""The `hyla` command imports the group that is called, and no other."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from agent.cli import GROUPS, main

ASK = """
import json, sys
from agent.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""
HEAVY = {"agent.build", "agent.vision", "agent.storage", "agent.cloud", "cv2", "onnxruntime", "numpy"}


def imported_by(*words: str) -> set[str]:
    """Every module that is there after `hyla …`, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", ASK, *words], capture_output=True, text=True, timeout=60)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], [], ["frobnicate"], ["bench", "--help"]], ids=str)
def test_help_and_a_mistyped_word_import_no_room(words: list[str]) -> None:
    assert imported_by(*words) & HEAVY == set()


def test_a_group_does_not_import_its_neighbours() -> None:
    modules = imported_by("models", "--help")
    assert "agent.cli.models" in modules
    assert not modules & {"agent.cli.run", "agent.build", "agent.storage"}


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_answers_help_and_is_listed_with_its_line(group: str, capsys: Any) -> None:
    for words in ([group, "--help"], ["--help"]):
        with pytest.raises(SystemExit) as done:
            main(words)
        assert done.value.code == 0
    theirs, listed = capsys.readouterr().out.split("usage: hyla [-h]")
    assert theirs.startswith(f"usage: hyla {group} ")
    assert GROUPS[group] in listed
    assert importlib.import_module(f"agent.cli.{group}").__doc__


COMMANDS = [
    ("day", "show"), ("day", "export"), ("day", "close"),
    ("doctor", "decode"), ("doctor", "scanner"),
    ("faces", "compare"), ("faces", "detect"),
    ("members", "enrol"), ("members", "list"), ("members", "forget"),
    ("profile", "check"), ("profile", "explain"), ("profile", "show"),
    ("profile", "set"), ("profile", "unset"),
    ("templates", "list"), ("templates", "forget"), ("templates", "rekey"), ("templates", "check"),
    ("consent", "notice"), ("consent", "show"), ("consent", "withdraw"), ("consent", "export"),
    ("models", "pull"), ("models", "prepare"), ("models", "list"), ("models", "verify"),
]  # fmt: skip


@pytest.mark.parametrize("words", [*((group,) for group in GROUPS), *COMMANDS])
def test_every_help_shows_an_example_to_copy(words: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    told = capsys.readouterr().out
    assert f"\n  hyla {' '.join(words)}" in told.partition("example")[2]


def test_a_running_terminal_wakes_no_second_thread_for_a_product_of_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "")  # put back afterwards
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    for words, expected in ((["models", "--help"], None), (["run", "--help"], "1")):
        with pytest.raises(SystemExit):
            main(words)
        assert os.environ.get("OPENBLAS_NUM_THREADS") == expected
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "4", "who says otherwise is heard"
    assert "numpy" not in imported_by("--help"), "it is said before numpy is there"


def test_a_mistyped_word_names_the_groups_there_are(capsys: Any) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["frobnicate"])
    assert refused.value.code == 2
    told = capsys.readouterr().err
    assert all(group in told for group in GROUPS)
