"""For every test: no window is opened, a warning in the log that nobody announced is a failure, and
whole terminals of one name do not run two at a time."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before pytest-qt makes its application.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

pytest_plugins = ["pytester"]

# How long an example takes is the machine's affair: no test fails by the clock.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

WATCHED = ("agent", "ui", "simulator")
ExpectLog = Callable[..., None]
TESTS = Path(__file__).resolve().parent
WHOLE_TERMINALS = (TESTS / "desk", TESTS / "bench" / "test_bench_command.py")
# Nothing of these lies where something of the desk's own terminal, desk-01, does.
OTHER_NAMES = tuple(
    TESTS / "desk" / f"test_{name}.py" for name in ("real_kills", "desk_replace", "desk_claim")
)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A terminal takes a core for itself and has one name: those of one name go to one worker, one after
    the other, and that worker begins with them, for they are the longest."""
    for item in items:
        if item.path in OTHER_NAMES:
            item.add_marker(pytest.mark.xdist_group("terminals of other names"))
        elif any(item.path.is_relative_to(place) for place in WHOLE_TERMINALS):
            item.add_marker(pytest.mark.xdist_group("whole terminals"))


def pytest_collection_finish() -> None:
    """Every test and every module that it needs is there now and stays to the end: looking through all of
    that for garbage, again and again, took more time than many a test itself."""
    gc.collect()
    gc.freeze()


class _Log(logging.Handler):
    """Keeps what was said at WARNING or above, and what the test announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self.announced: list[tuple[re.Pattern[str], int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def surprises(self) -> list[str]:
        patterns = [pattern for pattern, _ in self.announced]
        return [line for line in self.said if not any(p.search(line) for p in patterns)]

    def silences(self) -> list[str]:
        return [
            pattern.pattern
            for pattern, at_least in self.announced
            if sum(bool(pattern.search(line)) for line in self.said) < at_least
        ]


@pytest.fixture(autouse=True)
def _watched_log(request: pytest.FixtureRequest) -> Iterator[_Log]:
    """Fails the test on a warning it did not announce, or on one it announced in vain. A test that
    asks for `caplog` reads the log itself."""
    log = _Log()
    loggers = [logging.getLogger(name) for name in WATCHED]
    for logger in loggers:
        logger.addHandler(log)
    yield log
    for logger in loggers:
        logger.removeHandler(log)
    reads_it_itself = "caplog" in request.fixturenames
    if not reads_it_itself and (surprises := log.surprises()):
        pytest.fail("unexpected in the log:\n  " + "\n  ".join(surprises), pytrace=False)
    if silences := log.silences():
        pytest.fail("announced and never logged: " + ", ".join(silences), pytrace=False)


@pytest.fixture
def expected_log(_watched_log: _Log) -> ExpectLog:
    """`expected_log("camera .* pulled out")`: this warning belongs to the story. The pattern is
    searched in `LEVEL logger: message`; with `at_least=0` it may come or not."""

    def expect(pattern: str, at_least: int = 1) -> None:
        _watched_log.announced.append((re.compile(pattern), at_least))

    return expect
