"""Whole terminals on a desk: broker, cloud, camera, scanner, agent process, screens process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.counter import Counter
from tests.desk.till import PATIENCE_S, Till

SEED = 11  # nothing depends on it but names, codes and digits
Open = Callable[..., Till]


def open_till(
    folder: Path,
    *troubles: str,
    enrolled: Callable[[], object] = lambda: None,
    ready: bool = True,
    **options: Any,
) -> Till:
    """A terminal that starts with these troubles there already; `enrolled` is called once its member
    is, before it starts."""
    till = Till(Counter(folder / "desk", folder / "screens", SEED, headless=True, **options))
    try:
        till.counter.prepare(*troubles)
        enrolled()
        till.counter.start_agent()
        if ready:
            till.counter.wait_ready(PATIENCE_S)
            till.works()
    except BaseException:
        till.counter.stop()
        raise
    return till


def close_till(till: Till) -> None:
    """Every record has arrived, it stops gently; then screens, journal and ledger must agree, and no
    secret may stand anywhere."""
    try:
        till.all_recorded()
    finally:
        till.counter.stop()
    till.assert_all_agree()
    till.assert_keeps_secrets()


@pytest.fixture(scope="package")
def one_till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """One terminal for most tests: it is a whole shop that starts. It ends with the last test of this
    folder: a terminal at rest takes a third of a core from the tests that come after."""
    settings = {"payment.answer_wait_ms": "3000", "payment.query_every_ms": "1500"}
    till = open_till(tmp_path_factory.mktemp("till"), settings=settings)
    yield till
    close_till(till)


@pytest.fixture
def till(one_till: Till) -> Iterator[Till]:
    """The one terminal, in good health and at rest before the test and after it."""
    one_till.at_rest()
    one_till.begin()
    yield one_till
    one_till.works()


@pytest.fixture
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Opens a terminal of the test's own: `opened("unplug camera", ready=False)`."""
    tills: list[Till] = []

    def make(*troubles: str, **options: Any) -> Till:
        tills.append(open_till(tmp_path_factory.mktemp("till"), *troubles, **options))
        return tills[-1]

    yield make
    for till in tills:
        close_till(till)
