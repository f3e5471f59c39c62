"""What docs/mutants.toml and docs/mutants.md say speaks of lines and modules that are still there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants import (
    ROOT,
    Line,
    digits_of,
    listed,
    module_of,
    older,
    page_lines,
    path_of,
    reasons,
    to_run,
)

MONEY = "agent.core.money"


def test_every_reason_speaks_of_a_line_that_stands_in_its_module() -> None:
    gone = []
    for one in reasons():
        assert one["why"].strip()
        source = " ".join((ROOT / path_of(module_of(one["where"]))).read_text("utf-8").split())
        if " ".join(one["was"].split()) not in source:
            gone.append(f"{one['where']}: {one['was']}")
    assert gone == []


def test_the_list_of_money_modules_names_files() -> None:
    paths = [path for module, tests in listed().items() for path in (path_of(module), *tests)]
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_page_speaks_of_listed_modules_and_its_figures_add_up() -> None:
    for name, line in page_lines().items():
        assert name in listed()
        assert line.changes == line.refused + line.noticed + line.survived


def test_a_module_that_changed_since_it_was_run_is_named() -> None:
    now = {name: Line(name, 1, 0, 1, 0, *digits_of(name)) for name in listed()}
    assert "as they were run" in older(now)
    old = now | {MONEY: Line(MONEY, 1, 0, 1, 0, "0" * 8, "0" * 8)}
    assert older(old) == "Changed since: `money`."
    tested = now | {MONEY: Line(MONEY, 1, 0, 1, 0, digits_of(MONEY)[0], "0" * 8)}
    assert older(tested) == "Run before their tests became what they are: `money`."
    del old["agent.core.day"]
    assert older(old).startswith("Not run: `day`.")


def test_what_stands_is_not_run_again_and_only_survivors_are_for_new_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, tests = digits_of(MONEY)
    monkeypatch.setattr(mutants, "WORKSHOP", tmp_path)
    monkeypatch.setattr(mutants, "PAGE", tmp_path / "page.md")
    mutants.PAGE.write_text(f"{Line(MONEY, 9, 2, 7, 0, source, tests)}\n", "utf-8")
    assert to_run(MONEY) == []  # run elsewhere, with the same content
    meta = tmp_path / MONEY / "mutants" / f"{path_of(MONEY)}.meta"
    meta.parent.mkdir(parents=True)
    states = {"noticed": 1, "survived": 0, "not run": None, "refused": 37, "hung": 36}
    meta.write_text(json.dumps({"exit_code_by_key": states}), "utf-8")

    def seen(*digits: str) -> list[str]:
        (tmp_path / MONEY / "seen.json").write_text(json.dumps(digits), "utf-8")
        return to_run(MONEY)

    assert seen(source, tests) == ["not run"]
    assert seen(source, "other") == ["survived", "not run"]
    assert seen("other", tests) == [f"{MONEY}.*"]
    meta.write_text(json.dumps({"exit_code_by_key": {"noticed": 1, "refused": 37}}), "utf-8")
    assert seen(source, tests) == []
    assert seen(source, "other") == [f"{MONEY}.*"]  # nothing survived; do the new tests notice as much?
