"""What `hyla bench loose` pulls can be pulled, and what it waits for is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from agent.core.events import Device
from agent.screens.pages import CAUSES
from simulator.loose import LOOSE, Loose
from simulator.loose_glass import screen_gone_ms
from simulator.troubles import troubles_of


@pytest.mark.parametrize("one", LOOSE, ids=lambda one: one.name)
def test_each_deed_is_a_trouble_of_the_desk_and_each_cause_has_its_sentence(one: Loose) -> None:
    deeds = troubles_of(MagicMock())  # nothing is done: only the names count
    assert one.deed in deeds
    assert one.end in deeds
    assert one.cause in CAUSES[Device(one.device)]


def test_a_display_that_is_pulled_is_said_to_the_cashier(
    tmp_path: Path, expected_log: Callable[..., None]
) -> None:
    expected_log("the customer screen has no display of its own")
    assert screen_gone_ms(tmp_path / "glass") > 0
