"""A shop for each dialogue; a dialogue that is not finished fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.playbook import Playbook
from tests.shop import terminal


@pytest.fixture
def shop() -> Iterator[Playbook]:
    book = Playbook(terminal())
    yield book
    book.finish()
