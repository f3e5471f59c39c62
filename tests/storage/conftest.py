"""Fixtures of the storage room: a data folder, and a journal that is open in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.storage.journal import Journal
from tests.storage import shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    database, journal = shop.open_journal(folder)
    with database:
        yield journal
