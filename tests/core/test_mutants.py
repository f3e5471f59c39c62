"""The reasons why a changed line may live speak of lines that are still there."""

from __future__ import annotations

import tomllib

from tests.mutants import ROOT, reasons


def test_every_reason_speaks_of_a_line_that_stands_in_its_module() -> None:
    gone = []
    for one in reasons():
        assert one["why"].strip()
        module = "/".join(one["where"].split(".")[:3])
        source = " ".join((ROOT / f"{module}.py").read_text("utf-8").split())
        if " ".join(one["was"].split()) not in source:
            gone.append(f"{one['where']}: {one['was']}")
    assert gone == []


def test_the_list_of_money_modules_names_files() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    assert [path for path in settings["only_mutate"] if not (ROOT / path).is_file()] == []
