"""A shop for each dialogue; a dialogue that is not finished fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.playbook import Playbook
from tests.shop import terminal

# For `make mutants`: few examples, the same each time, none made smaller; slowness is no failure.
settings.register_profile(
    "mutants",
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture
def shop() -> Iterator[Playbook]:
    book = Playbook(terminal())
    yield book
    book.finish()
