"""mutmut, with a quicker way to the changes that mypy refuses, and to the tests of the others.

It finds the change behind each line of mypy's in the index that it has written anyway; by itself it reads
the whole changed module again, and a large one takes it minutes. And pytest starts and looks for the tests
once; by itself mutmut asks it to for each change, which takes longer than the tests do. Called by
tests/mutants.py as a file, so that no package of ours is imported before the changed one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import mutmut.__main__ as mutmut
import pytest
from _pytest.config import _prepareconfig
from mutmut.configuration import config
from mutmut.mutation.data import MutantLineSpans
from mutmut.runners.harness import PytestRunner
from mutmut.type_checking import TypeCheckingError, run_type_checker
from mutmut.utils.format_utils import get_mutant_name
from mutmut.workers.isolation import ForkRunner

PATIENCE_S = 600


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that mypy does not let through."""

    error: TypeCheckingError


def refused() -> dict[str, Refused]:
    """The changes by their names, and mypy's last word about each."""
    with contextlib.chdir("mutants"):
        errors, here = run_type_checker(config().type_check_command), Path.cwd()
    found: dict[str, Refused] = {}
    for error in errors:
        path = error.file_path.relative_to(here)
        index = MutantLineSpans.load(path)
        spans = index.span_by_function_name.items() if index else ()
        names = [name for name, span in spans if span.start <= error.line_number <= span.end]
        if not names:
            raise RuntimeError(f"{path}:{error.line_number}: mypy refuses what nobody changed: {error}")
        found[get_mutant_name(path, names[0])] = Refused(error)
    return found


class Collected(PytestRunner):
    """The tests, found once; each change runs those of its function in a process that is forked here."""

    @cached_property
    def session(self) -> pytest.Session:
        """As pytest has it between collecting and running."""
        args = ["--rootdir=.", "--tb=native", "-x", *self._pytest_add_cli_args]
        nobody = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - what pytest says goes there to the end
        with contextlib.chdir("mutants"), contextlib.redirect_stdout(nobody):
            of_pytest = _prepareconfig([*args, *self._pytest_add_cli_args_test_selection])
            of_pytest._do_configure()
            session = pytest.Session.from_config(of_pytest)
            of_pytest.hook.pytest_sessionstart(session=session)
            of_pytest.hook.pytest_collection(session=session)
        return session

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:  # noqa: ARG002
        """In a process that ends after it: until the first that fails."""
        found = {item.nodeid: item for item in self.session.items}
        chosen = [found[test] for test in tests]
        self._said_to = sys.stdout, sys.stderr  # pytest lets go of them, and an open file is a failure
        with contextlib.chdir("mutants"), contextlib.suppress(BaseException):
            for item, after in pairwise([*chosen, None]):
                assert item is not None
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self.session.testsfailed:
                    return 1
            return 0
        return 2  # not the change's doing: it stays on the list


class Runner(ForkRunner):
    """Also the tests of the unchanged module, and those that must fail, run exactly as a change's do."""

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        return self._one("", tests)

    def run_forced_fail(self) -> int:
        return self._one("fail", [item.nodeid for item in self.test_runner.session.items])

    def _one(self, name: str, tests: Iterable[str]) -> int:
        assert self.test_runner.session.items  # found here, not in the process of each change
        self.submit(name, [*tests], PATIENCE_S, PATIENCE_S)
        return self.wait_for_result().exit_code


def runner_for(max_workers: int = 1) -> Runner:
    """Instead of mutmut's."""
    return Runner(max_workers=max_workers, test_runner=Collected())


if __name__ == "__main__":
    mutmut.get_mutant_runner = runner_for  # type: ignore[assignment]
    mutmut.filter_mutants_with_type_checker = refused  # type: ignore[assignment]
    mutmut.cli()
