"""What the run of the whole suite does with a test that failed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import files
from tests.whole import GROUPS, SPOILED_MAX, _failed, main

PLAIN = ["-p", "no:pytest-qt", "-p", "no:hypothesispytest", "-q"]
SIDE_BY_SIDE = ["--numprocesses", "3", "--dist", "loadgroup"]
ALL_RIGHT = "def test_all_right(): open('asked', 'a').write('r')\n"
ONCE_ONLY = """
import pathlib, pytest

@pytest.mark.xdist_group("whole terminals")
def test_not_while_others_run():
    before = pathlib.Path("before")
    there = before.exists()
    before.touch()
    assert there
"""


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    def written(body: str) -> tuple[int, str]:
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        (tmp_path / "test_it.py").write_text(body)
        code = main([*PLAIN, *SIDE_BY_SIDE], tmp_path)
        return code, capfd.readouterr().out

    return written


def test_all_right_is_asked_once(run, tmp_path: Path) -> None:
    code, _ = run(ALL_RIGHT)

    assert (code, (tmp_path / "asked").read_text()) == (0, "r")


def test_what_failed_beside_others_is_asked_alone_and_named(run, tmp_path: Path) -> None:
    code, said = run(ALL_RIGHT + ONCE_ONLY)

    assert code == 0
    assert "1 failed beside others: once more, alone" in said
    assert "passed alone (each is worth a look):\n  test_it.py::test_not_while_others_run" in said
    assert (tmp_path / "asked").read_text() == "r", "the others are not asked again"


def test_what_fails_alone_too_fails_the_suite(run) -> None:
    code, said = run(ONCE_ONLY + "def test_wrong(): assert False\n")

    assert code == 1
    assert "passed alone" not in said


def test_a_suite_that_is_broken_all_over_is_not_asked_again(run) -> None:
    code, said = run("".join(f"def test_{n}(): assert False\n" for n in range(SPOILED_MAX + 1)))

    assert code == 1
    assert "none is asked again" in said


def test_a_file_that_cannot_be_read_is_no_matter_of_load(run) -> None:
    code, said = run("import no_such_thing\n")

    assert code != 0
    assert "passed alone" not in said


def test_who_failed_is_asked_by_a_name_without_its_group(tmp_path: Path) -> None:
    told = tmp_path / ".pytest_cache" / "v" / "cache" / "lastfailed"
    told.parent.mkdir(parents=True)
    plain = ["tests/x.py::test_it[a@b]", *(f"tests/{group.split()[0]}.py::test_it" for group in GROUPS)]
    names = [plain[0], *(f"{test}@{group}" for test, group in zip(plain[1:], GROUPS, strict=True))]
    told.write_text(json.dumps(dict.fromkeys(names, True)))

    assert _failed(tmp_path) == sorted(plain)


def test_every_group_is_known() -> None:
    used = {
        group
        for path in files("tests")
        for group in re.findall(r'xdist_group\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }

    assert used == set(GROUPS)
