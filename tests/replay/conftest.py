"""A morning's journal, one visit of each kind, and bundles cut out of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.core.ids import OrderId
from agent.storage.bundle import Bundle, cut
from agent.storage.database import open_database
from tests.storage.visits import VISITS, morning_in

Cut = Callable[[str], Bundle]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return morning_in(tmp_path_factory.mktemp("morning") / "data")


@pytest.fixture
def bundle_of(data: Path) -> Cut:
    """The bundle of the visit of this name."""

    def cuts(name: str) -> Bundle:
        number = list(VISITS).index(name) + 1
        with open_database(data, readonly=True) as database:
            return cut(database, OrderId(f"desk-01-7f3a-{number:06d}"))

    return cuts
